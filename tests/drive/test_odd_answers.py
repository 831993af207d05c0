"""What Drive, or whatever is between, states wrongly: it costs what it concerns, and nothing else, and has an end."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.drive import deadlines, wire
from materials_cli.drive.resources import link_to, remote_files, understood
from materials_cli.drive.wire import Wire
from materials_cli.emulator.answers import JSON_TYPE, Answer, page
from materials_cli.emulator.faults import Fault, listing
from materials_cli.emulator.sample import export_of
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.errors import Code, MaterialsError
from materials_cli.kinds import SHORTCUT
from support.decks import deck as deck_of
from support.small_drive import PPTX, drive, items, mirror, node, run, world  # noqa: F401 - fixtures

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "id", "name", "mimeType", "size", "md5Checksum", "sha256Checksum", "createdTime", "modifiedTime", "version", "trashed",
    "headRevisionId", "description", "owners", "lastModifyingUser", "webViewLink", "shortcutDetails", "exportLinks",
    "resourceKey", "capabilities", "driveId",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Wire, "wait", lambda *_: None)


@given(st.dictionaries(st.sampled_from(FIELDS), JSON) | JSON)
def test_any_answer_is_understood_or_refused(answer: Any) -> None:
    try:
        resource = understood(answer)
    except MaterialsError:
        return
    assert understood(resource) == resource
    assert link_to(resource, resource["id"]).target
    assert remote_files(resource)[0].drive_id == resource["id"]


def entries(changes: dict[str, Callable[[dict[str, Any]], object]]) -> Fault:
    """A fault that changes the entries of files with these names wherever they are listed."""

    def edit(answer: dict[str, Any]) -> None:
        for found in answer["files"]:
            if change := changes.get(found["name"]):
                change(found)

    return listing(edit)


def stating(**fields: object) -> Callable[[dict[str, Any]], object]:
    return lambda found: found.update(fields)


ODD_DETAILS = {
    "no year": stating(createdTime="0000-01-01T00:00:00.000Z", modifiedTime="10000-01-01T00:00:00.000Z"),
    "another year": stating(createdTime="0001-01-01T00:00:00+14:00", modifiedTime=12),
    "other types": stating(owners=None, lastModifyingUser=[], capabilities="yes", exportLinks=[], version={}),
    "hostile": stating(webViewLink=" ", resourceKey="a\r\nb", description=7, headRevisionId=5, mimeType=None),
}


def test_an_odd_detail_costs_not_even_the_file(drive: RunningServer, world: World, tmp_path: Path) -> None:
    for name in ODD_DETAILS:
        world.add_file(name, name.encode())
    drive.faults.add(entries(ODD_DETAILS))
    run("sync")
    assert all(mirror(tmp_path)[name] == name.encode() for name in ODD_DETAILS)
    assert "no changes" in run("sync")


def test_what_is_stated_as_null_is_not_stated(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.add_file("new.txt", b"new")
    world.add_native("talk", "presentation", {PPTX: export_of(deck_of("One|words"))})
    nothing = stating(**dict.fromkeys(FIELDS[3:]))
    drive.faults.add(entries({"new.txt": nothing, "talk": nothing}))
    run("sync")
    assert mirror(tmp_path)["new.txt"] == b"new"
    assert "talk.pptx" in mirror(tmp_path)


def test_digests_in_capital_letters_are_digests(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.add_file("new.txt", b"new")

    def louder(found: dict[str, Any]) -> None:
        found.update(md5Checksum=found["md5Checksum"].upper(), sha256Checksum=found["sha256Checksum"].upper())

    drive.faults.add(entries({"new.txt": louder}))
    run("sync")
    assert items()["new.txt"]["fixity"] == "verified at source"


def test_a_size_that_is_no_number_is_told_and_the_file_comes(drive: RunningServer, world: World, tmp_path: Path) -> None:
    sizes: dict[str, object] = {"words": "abc", "less than nothing": "-1", "too much": "9" * 30, "a list": [1]}
    for name in sizes:
        world.add_file(name, name.encode())
    world.trash(node(world, "0.txt"))
    drive.faults.add(entries({name: stating(size=size) for name, size in sizes.items()}))
    shown = run("sync", "--accept-withdrawals", status=3)
    assert "1 withdrawn" in shown
    for name in sizes:
        assert f"“{name}”: Drive states no usable size or checksum." in shown
        assert mirror(tmp_path)[name] == name.encode()


def test_an_entry_that_cannot_be_identified_is_told_and_costs_no_other(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    ids: dict[str, object] = {"nothing": None, "empty": "", "a number": 5, "a path": "a/b", "a quote": "it's"}
    for name in [*ids, "new.txt"]:
        world.add_file(name, name.encode())
    world.trash(node(world, "0.txt"))
    drive.faults.add(entries({name: stating(id=identity) for name, identity in ids.items()}))
    shown = run("sync", "--accept-withdrawals", status=3)
    for name in ids:
        assert f"“{name}” could not be listed: Drive describes it without a usable id." in shown
        assert name in run("status")
    assert mirror(tmp_path).keys() >= {"new.txt", "0.txt"}


def test_an_entry_that_is_no_file_is_told_and_costs_no_other(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.add_file("new.txt", b"new")
    drive.faults.add(listing(lambda answer: answer["files"].extend([None, [], "x", {}]), target=world.root))
    assert run("sync", status=3).count("“an entry without a name” could not be listed") == 4
    assert mirror(tmp_path)["new.txt"] == b"new"


def test_a_shortcut_to_nothing_that_could_be_asked_for_is_told(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.add_shortcut("odd", node(world, "1.txt"))
    world.add_file("new.txt", b"new")
    drive.faults.add(entries({"odd": stating(mimeType=SHORTCUT, shortcutDetails={"targetId": 5})}))
    assert "“odd” could not be listed" in run("sync", status=3)
    assert mirror(tmp_path)["new.txt"] == b"new"


def test_a_shortcut_without_a_target_is_named_for_what_it_is(drive: RunningServer, world: World) -> None:
    world.add_shortcut("odd", node(world, "1.txt"))
    drive.faults.add(entries({"odd": stating(shortcutDetails=None)}))
    assert "odd: Drive does not state what this shortcut leads to." in run("sync")


def test_a_shortcut_to_a_shortcut_leads_where_that_one_leads(drive: RunningServer, world: World, tmp_path: Path) -> None:
    elsewhere = World("Elsewhere").root
    file = world.add_file("elsewhere.txt", b"elsewhere")
    world.change(file, parent=elsewhere)
    shortcut = world.add_shortcut("first", file)
    world.change(shortcut, parent=elsewhere)
    world.add_shortcut("second", shortcut)
    circle = world.add_shortcut("circle", shortcut)
    world.nodes[circle].target = circle
    shown = run("sync")
    assert mirror(tmp_path)["second"] == b"elsewhere"
    assert "circle: The shortcut leads to other shortcuts only." in shown


def test_a_link_to_a_shortcut_is_refused_for_what_is_wrong_with_it(drive: RunningServer, world: World) -> None:
    talks = world.add_folder("Talks", parent=world.add_folder("Apart"))
    shortcut = world.add_shortcut("Start here", talks)
    run("add", f"https://drive.google.com/drive/folders/{shortcut}", "--name", "talks")
    world.trash(shortcut)
    shown = run("sync", "talks", status=int(Code.FOLDER_TRASHED.status))
    assert "error[folder_trashed]: The link leads to a shortcut that is in its owner's bin." in shown
    assert f"https://drive.google.com/drive/folders/{talks}" in shown
    world.restore(shortcut)
    world.nodes[shortcut].target = shortcut
    shown = run("sync", "talks", status=int(Code.LINK_NOT_FOUND.status))
    assert "error[link_not_found]: The shortcut leads to other shortcuts only." in shown


def test_what_drive_lists_and_never_gives_is_a_failure_each_time(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.add_file("new.txt", b"new")
    drive.faults.add(Fault(operation="media", target=node(world, "new.txt"), status=404, reason="notFound", times=None))
    for _ in range(2):
        assert "c/new.txt: Drive lists it, but reports that its content was not found." in run("sync", status=3)
    (failure,) = json.loads(run("status", "--json"))["items"][0]["last_run"]["failures"]
    assert failure["code"] == Code.NO_CONTENT
    assert "owner disabled downloads" not in run("help", Code.NO_CONTENT)


def test_a_file_that_looks_like_a_page_is_taken_if_its_length_and_digest_are_right(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    text = "<!DOCTYPE html><title>Sorry...</title>"
    world.add_file("new.txt", text.encode())
    plain = {"Content-Type": "text/plain"}
    drive.faults.add(Fault(operation="media", target=node(world, "new.txt"), status=200, text=text, headers=plain))
    run("sync")
    assert mirror(tmp_path)["new.txt"] == text.encode()


@pytest.mark.parametrize("answer", [{"size": "x", "modifiedTime": "never"}, {"id": None}])
@pytest.mark.parametrize("target", ["root", "shortcut"])
def test_an_odd_description_ends_at_most_the_collection(
    drive: RunningServer, world: World, tmp_path: Path, target: str, answer: dict[str, object]
) -> None:
    elsewhere = world.add_file("elsewhere.txt", b"elsewhere")
    world.change(elsewhere, parent=None)
    world.add_shortcut("pointer", elsewhere)
    asked = world.root if target == "root" else elsewhere
    drive.faults.add(listing(lambda found: found.update(answer), operation="get", target=asked))
    expected = (int(Code.UNEXPECTED_ANSWER.status) if target == "root" else 3) if "id" in answer else 0
    shown = run("sync", status=expected)
    assert "error[bug]" not in shown
    assert ("pointer" in mirror(tmp_path)) == (not expected)


GARBLED = {
    "cut": lambda answer: Answer(200, answer.body[: len(answer.body) // 2], answer.headers),
    "a list": lambda answer: Answer(200, b"[1]", answer.headers),
    "no list": lambda answer: Answer(200, b'{"files": 5}', answer.headers),
    "deep": lambda answer: Answer(200, b"[" * 100_000, answer.headers),
    "a long number": lambda answer: Answer(200, b'{"files": [' + b"9" * 5000 + b"]}", answer.headers),
    "no text": lambda answer: Answer(200, b"\xff\xfe\x00", answer.headers),
    "a page": lambda _: page(200, "Filter", "No."),
    "not gzip": lambda answer: Answer(200, answer.body, {**answer.headers, "Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("times", [2, None], ids=["for a while", "for good"])
def test_a_garbled_list_is_asked_for_again_and_costs_no_other(
    drive: RunningServer, world: World, tmp_path: Path, times: int | None
) -> None:
    for name, edit in GARBLED.items():
        folder = world.add_folder(name)
        world.add_file("new.txt", b"new", folder)
        drive.faults.add(Fault(operation="list", target=folder, times=times, edit=edit))
    world.add_file("new.txt", b"new")
    shown = run("sync", status=0 if times else 3)
    assert "bug" not in shown
    for name in GARBLED:
        assert (f"{name}/new.txt" in mirror(tmp_path)) == bool(times)
        assert (f"“{name}” could not be listed" in shown) == (not times)
    assert mirror(tmp_path).keys() >= {"new.txt", "Inner/1.txt"}


REFUSED_AS_SUCCESS = {
    "trouble": {"code": 500, "message": None, "errors": None},
    "no number": {"code": "503", "errors": [{"reason": "backendError"}]},
    "a word": "unavailable",
}


@pytest.mark.parametrize("error", REFUSED_AS_SUCCESS.values(), ids=REFUSED_AS_SUCCESS)
@pytest.mark.parametrize("times", [2, None], ids=["for a while", "for good"])
def test_a_refusal_with_the_status_of_success_is_no_empty_folder(
    drive: RunningServer, world: World, tmp_path: Path, error: object, times: int | None
) -> None:
    refused = Answer(200, json.dumps({"error": error}).encode(), {"Content-Type": JSON_TYPE})
    drive.faults.add(Fault(operation="list", target=node(world, "Inner"), times=times, edit=lambda _: refused))
    world.add_file("new.txt", b"new")
    shown = run("sync", status=0 if times else 3)
    assert ("“Inner” could not be listed" in shown) == (not times)
    assert mirror(tmp_path).keys() >= {"new.txt", "Inner/1.txt"}


def test_a_top_folder_that_cannot_be_listed_has_its_name(drive: RunningServer, world: World) -> None:
    broken = Answer(200, b"[1]", {"Content-Type": JSON_TYPE})
    drive.faults.add(Fault(operation="list", target=world.root, times=None, edit=lambda _: broken))
    assert f"“{world.nodes[world.root].name}” could not be listed" in run("sync", status=3)


@pytest.mark.parametrize("token", ["the same", 7])
def test_a_page_token_that_comes_again_ends_the_list(drive: RunningServer, world: World, tmp_path: Path, token: object) -> None:
    world.add_file("new.txt", b"new", node(world, "Inner"))

    def edit(answer: dict[str, Any]) -> None:
        answer["nextPageToken"] = token

    drive.faults.add(
        listing(edit, target=node(world, "Inner"), times=1),
        Fault(operation="list", target=node(world, "Inner"), times=None, edit=lambda _: same(token)),
    )
    before = drive.count("list")
    assert "could not list all of “Inner”" in run("sync", status=3)
    assert drive.count("list") - before < 5
    assert mirror(tmp_path)["Inner/new.txt"] == b"new"


def same(token: object) -> Answer:
    quoted = f'"{token}"' if isinstance(token, str) else token
    return Answer(200, f'{{"files": [], "nextPageToken": {quoted}}}'.encode(), {"Content-Type": JSON_TYPE})


def test_a_later_page_that_fails_costs_no_earlier_one(drive: RunningServer, world: World, tmp_path: Path) -> None:
    for number in range(9):
        world.add_file(f"new {number}.txt", b"new %d" % number)
    world.page_cap = 3
    drive.faults.add(Fault(operation="list", target=world.root, skip=2, times=None, status=500, reason="internalError"))
    assert "could not be listed" in run("sync", status=3)
    assert sum("new" in path for path in mirror(tmp_path)) == 6


def test_an_answer_that_unpacks_to_too_much_is_refused(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "LARGEST_ANSWER", 1_000_000)
    packed = gzip.compress(b" " * 50_000_000)
    headers = {"Content-Type": JSON_TYPE, "Content-Encoding": "gzip"}
    world.add_file("new.txt", b"new")
    drive.faults.add(
        Fault(operation="list", target=node(world, "Inner"), times=None, edit=lambda _: Answer(200, packed, headers))
    )
    assert "response is longer than" in run("sync", status=3)
    assert mirror(tmp_path)["new.txt"] == b"new"


def test_an_answer_that_drips_is_ended(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "LONGEST_ANSWER", 0.5)
    monkeypatch.setattr(wire, "_TRIES", 2)
    monkeypatch.setattr(deadlines, "LOOK", 0.1)
    world.add_file("new.txt", b"new")
    drive.faults.add(Fault(operation="list", target=node(world, "Inner"), times=None, drip=0.05))
    assert "“Inner” could not be listed" in run("sync", status=3)
    assert mirror(tmp_path)["new.txt"] == b"new"


@pytest.mark.parametrize(("operation", "keyless"), [("page-uc", "1"), ("media", "")])
def test_a_page_in_place_of_a_file_that_drips_is_ended(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operation: str, keyless: str
) -> None:
    monkeypatch.setenv("MATERIALS_KEYLESS", keyless)
    monkeypatch.setattr(wire, "LONGEST_ANSWER", 0.5)
    monkeypatch.setattr(wire, "_TRIES", 2)
    monkeypatch.setattr(deadlines, "LOOK", 0.1)
    dripping = world.add_file("drips.txt", b"drips")
    world.add_file("new.txt", b"new")
    page = "<html><title>Google Drive - Virus scan warning</title>" + "wait " * 10_000
    drive.faults.add(Fault(operation=operation, target=dripping, times=None, status=200, text=page, drip=0.01))
    assert "c/drips.txt: The connection to Google Drive was interrupted" in run("sync", status=3)
    assert mirror(tmp_path)["new.txt"] == b"new"


def test_an_address_that_is_none_costs_one_file(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.add_file("new.txt", b"new")
    bad = world.add_file("bad.txt", b"bad")
    drive.faults.add(
        Fault(operation="media", target=bad, times=None, status=302, headers={"Location": "https://[bad"}, message="x")
    )
    assert "c/bad.txt: " in run("sync", status=3)
    assert mirror(tmp_path)["new.txt"] == b"new"
