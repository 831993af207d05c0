"""What a person is told who cannot get in: by name, with the remedy that fits, and never as a bug of materials."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from support.small_drive import impatient, mirror, node, rules, run

CONSENT = "<html><head><title>Before you continue to Google Drive</title></head><body>cookies</body></html>"
BROWSER = "<html><head><title>Update your browser to use Google Drive</title></head><body></body></html>"
ACCESS = "<html><head><title>Google Drive: Access Denied</title></head><body>You need access. Request access</body></html>"
FILTER = "<html><head><title>Web Page Blocked!</title></head><body>drive.google.com: File Sharing and Storage</body></html>"


@pytest.fixture
def world() -> World:
    made = World("Folder")
    inner, apart = made.add_folder("Inner"), made.add_folder("Apart")
    for number in range(8):
        made.add_file(f"{number}.txt", f"file {number}".encode())
    made.add_file("inner.txt", b"inner", inner)
    made.add_file("apart.txt", b"apart", apart)
    return made


@pytest.fixture
def drive(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    impatient(monkeypatch)
    monkeypatch.chdir(tmp_path)
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        run("add", world.root, "--name", "c", "--no-check")
        yield server
        assert not server.crashes


@pytest.fixture
def public(drive: RunningServer, monkeypatch: pytest.MonkeyPatch) -> RunningServer:
    """The same Drive, read without a credential."""
    monkeypatch.setenv("MATERIALS_KEYLESS", "1")
    return drive


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (CONSENT, "browser_needed", "API key"),
        (BROWSER, "browser_needed", "API key"),
        (ACCESS, "link_not_shared", "Anyone with the link"),
        (FILTER, "unexpected_page", "Web Page Blocked!"),
    ],
    ids=["consent", "browser", "access", "filter"],
)
def test_a_page_in_place_of_the_folder_is_named_with_its_remedy(
    public: RunningServer, text: str, code: str, words: str
) -> None:
    public.faults.add(Fault(operation="page-list", status=200, text=text, times=None))
    told = run("sync", status=4)
    assert f"error[{code}]" in told
    assert words in told
    assert "bug" not in told


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://accounts.google.com/v3/signin/identifier?continue=x", "link_not_shared"),
        ("https://consent.google.com/m?continue=x", "browser_needed"),
        ("https://portal.example.org/login", "unexpected_page"),
    ],
)
def test_a_redirect_away_from_the_folder_is_named(public: RunningServer, address: str, code: str) -> None:
    public.faults.add(Fault(operation="page-list", leads_to=address, times=None))
    assert f"error[{code}]" in run("sync", status=4)


def test_a_filter_that_answers_the_api_is_named(drive: RunningServer) -> None:
    drive.faults.add(Fault(operation="get", status=200, text=FILTER, times=None))
    told = run("sync", status=4)
    assert "error[unexpected_page]" in told
    assert "Web Page Blocked!" in told
    assert "ask your IT" in told


def test_a_page_instead_of_an_answer_of_the_api_that_passes_is_tried_again(drive: RunningServer, tmp_path: Path) -> None:
    drive.faults.add(Fault(operation="get", status=200, text=FILTER), Fault(operation="media", status=200, text=FILTER))
    run("sync")
    assert len(mirror(tmp_path)) == 10


def test_one_file_that_is_not_open_costs_no_other_and_is_not_asked_for_again_and_again(
    public: RunningServer, world: World, tmp_path: Path
) -> None:
    target = node(world, "3.txt")
    public.faults.add(Fault(operation="page-uc", target=target, status=403, text=ACCESS, times=None))
    told = run("sync", status=3)
    assert "c/3.txt" in told
    assert "not available to the public" in told
    assert len(mirror(tmp_path)) == 9
    assert sum(request.target == target for request in public.requests) == 1


@pytest.mark.parametrize("message", ["Requests from referer <empty> are blocked.", "Consumer 'api_key:x' has been suspended."])
def test_a_key_that_is_restricted_or_suspended_is_told_as_such(drive: RunningServer, message: str) -> None:
    drive.faults.add(Fault(status=403, reason="forbidden", message=message, times=None))
    told = run("sync", status=4)
    assert "error[bad_key]" in told
    assert "Create a free" not in told
    assert "sk the owner" not in told


def test_an_old_link_without_its_resource_key_is_told_as_such(drive: RunningServer) -> None:
    old = "0B" + "x" * 26
    for key, fits in (("", True), ("?resourcekey=0-abc", False)):
        told = run("add", f"https://drive.google.com/drive/folders/{old}{key}", "--name", "old", status=4)
        assert "error[link_not_found]" in told
        assert ("resource key" in told) == fits


@pytest.mark.parametrize("held", [True, False], ids=["held before", "never seen"])
def test_a_folder_inside_that_asks_to_sign_in_is_named_and_the_rest_goes_on(
    public: RunningServer, world: World, tmp_path: Path, *, held: bool
) -> None:
    sign_in = Fault(
        operation="page-list", target=node(world, "Inner"), leads_to="https://accounts.google.com/ServiceLogin", times=None
    )
    if held:
        run("sync")
    public.faults.add(sign_in)
    told = run("sync", status=3)
    assert "“Inner” cannot be listed: it is not shared with you" in told
    assert told.count("“Inner”") == 1
    assert "“Inner” cannot be listed" in run("status")
    assert "“Inner” cannot be listed" in " ".join(run("doctor").split())
    world.trash(node(world, "0.txt"))
    run("sync", status=3)
    assert "1 withdrawn" in run("sync", status=3)
    assert ("Inner/inner.txt" in mirror(tmp_path)) == held
    rules(tmp_path, 'exclude = ["Inner"]\n')
    assert "no changes" in run("sync")
    assert ("Inner/inner.txt" in mirror(tmp_path)) == held


def test_a_folder_page_that_arrives_cut_is_an_incomplete_list(public: RunningServer, world: World, tmp_path: Path) -> None:
    run("sync")
    before = mirror(tmp_path)
    world.trash(node(world, "0.txt"))
    inner = node(world, "Inner")
    public.faults.add(Fault(operation="page-list", target=inner, short=150, times=None))
    for _ in range(2):
        told = run("sync", status=3)
        assert "“Inner” could not be listed: The folder's public page arrived incomplete." in told
        assert mirror(tmp_path) == before
    assert "“Inner” could not be listed" in run("status")
    assert "“Inner” could not be listed" in " ".join(run("doctor").split())
    public.faults.clear()
    public.faults.add(Fault(operation="page-list", target=world.root, short=150, times=None))
    assert "error[list_incomplete]" in run("sync", status=3)
    assert mirror(tmp_path) == before


def test_a_folder_page_that_arrives_cut_once_is_asked_for_again(public: RunningServer, world: World, tmp_path: Path) -> None:
    public.faults.add(Fault(operation="page-list", target=node(world, "Inner"), short=150))
    run("sync")
    assert len(mirror(tmp_path)) == 10
