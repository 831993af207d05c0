"""Where the parts meet: what one of them leaves out, cuts short or refuses, another must not turn into a lie or silence."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from materials_cli.archive import Archive
from materials_cli.catalogue.items import Catalogue
from materials_cli.config import Mailbox, Notify, Server
from materials_cli.drive.credentials import Credential
from materials_cli.drive.refusals import RefusalError
from materials_cli.drive.wire import Wire
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import verbatim
from materials_cli.notify import program
from materials_cli.notify.channels import tell_monitor
from materials_cli.notify.delivery import send_out
from materials_cli.notify.notification import Notification, NotSentError
from materials_cli.store.mirror import Store
from support.nights import night  # noqa: F401 - a fixture
from support.small_drive import drive, items, node, run, world  # noqa: F401 - fixtures
from support.terminal import seen

Night = Callable[[int], tuple[int, str, str]]


def rule(top: Path, line: str) -> None:
    text = (top / "materials.toml").read_text("utf-8")
    (top / "materials.toml").write_text(text.replace("[collections.c]\n", f"[collections.c]\n{line}\n"), "utf-8")


def sums_hold(top: Path) -> bool:
    return not subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=top, check=False).returncode


def broken(target: str, operation: str = "media") -> Fault:
    return Fault(operation=operation, target=target, status=503, reason="backendError", times=None)


def second_collection(world: World) -> None:
    folder = world.add_folder("Other", world.add_folder("Apart"))
    world.add_file("other.txt", b"other", folder)
    run("add", folder, "--name", "d")


@pytest.mark.parametrize(
    "fault",
    [{"incomplete": True}, {"status": 403, "reason": "insufficientFilePermissions"}],
    ids=["not looked everywhere", "a folder refused"],
)
def test_what_was_only_not_seen_is_never_withdrawn_whatever_a_person_accepts(
    drive: RunningServer, world: World, tmp_path: Path, fault: dict[str, object]
) -> None:
    drive.faults.add(Fault(operation="list", target=node(world, "Inner"), times=None, **fault))  # type: ignore[arg-type]
    assert "Inner”" in run("sync", "--accept-withdrawals", status=3)
    assert (tmp_path / "c" / "Inner" / "1.txt").exists()


@pytest.mark.parametrize("lost", [True, False], ids=["lost here", "edited here"])
def test_what_is_left_out_is_still_put_right_here(drive: RunningServer, world: World, tmp_path: Path, *, lost: bool) -> None:
    rule(tmp_path, 'exclude = ["0*", "zero*"]')
    held = tmp_path / "c" / "0.txt"
    size = held.stat().st_size
    held.unlink()
    if not lost:
        held.write_bytes(b"E" * size)
    world.rename(node(world, "0.txt"), "zero.txt")
    run("sync")
    run("sync")
    assert (tmp_path / "c" / "zero.txt").read_bytes() == b"file number 0"
    assert sums_hold(tmp_path)


def test_an_edit_is_not_covered_up_by_a_run_that_wanted_other_kinds(drive: RunningServer, world: World, tmp_path: Path) -> None:
    held = tmp_path / "c" / "0.txt"
    held.write_bytes(b"E" * held.stat().st_size)
    world.edit(node(world, "0.txt"), b"other words")
    world.rename(node(world, "0.txt"), "zero.txt")
    assert "excluded, so it is not restored" in run("sync", "--only", "slides")
    run("sync")
    assert (tmp_path / "c" / "zero.txt").read_bytes() == b"other words"
    assert sums_hold(tmp_path)


def test_one_file_with_a_lasting_fault_costs_neither_texts_nor_other_collections(
    drive: RunningServer, world: World, tmp_path: Path, night: Night
) -> None:
    world.add_file("fine.txt", b"interoperability")
    drive.faults.add(broken(world.add_file("broken.txt", b"x")))
    second_collection(world)
    assert night(0)[0] == 3
    assert (tmp_path / "d" / "other.txt").exists()
    assert "fine.txt" in run("search", "interoperability")


def test_many_files_in_trouble_cost_no_other_and_few_requests(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Wire, "wait", lambda *_: None)
    for number in range(20):
        drive.faults.add(broken(world.add_file(f"bad {number:02}.txt", b"%d" % number)))
    world.add_file("late.txt", b"interoperability")
    before = drive.count("media")
    with ThreadPoolExecutor(1) as workers:
        (done,) = Archive(tmp_path, executor=workers).sync()
    assert {failure.path for failure in done.failures} == {f"c/bad {number:02}.txt" for number in range(20)}
    assert "late.txt" in run("search", "interoperability")
    assert drive.count("media") - before < 20 * 4


def test_what_came_before_google_refused_the_rest_is_read_and_found(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Wire, "wait", lambda *_: None)
    monkeypatch.setattr("materials_cli.drive.pace.Pace.slow_down", lambda *_: None)
    world.add_file("a.txt", b"interoperability")
    limited = world.add_file("b.txt", b"b")
    drive.faults.add(Fault(operation="media", target=limited, status=429, reason="rateLimitExceeded", times=None))
    with ThreadPoolExecutor(1) as workers:
        (done,) = Archive(tmp_path, executor=workers).sync()
    assert done.status == 75
    assert "a.txt" in run("search", "interoperability")


def test_google_in_trouble_with_everything_ends_the_run(
    drive: RunningServer, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the folder is listed, nothing is answered any more."""
    monkeypatch.setattr(Wire, "wait", lambda *_: None)
    world.add_file("new.bin", b"new")
    drive.faults.add(
        Fault(operation="media", status=503, reason="backendError", times=None),
        Fault(operation="get", skip=1, status=503, reason="backendError", times=None),
    )
    assert "error[google_trouble]" in run("sync", status=75)


def test_a_refusal_of_one_file_is_no_refusal_of_the_key(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.add_file("fine.txt", b"fine")
    target = world.add_file("odd.txt", b"odd")
    drive.faults.add(Fault(operation="media", target=target, status=403, reason="forbidden", times=None))
    run("sync", status=3)
    assert (tmp_path / "c" / "fine.txt").exists()


@pytest.mark.parametrize("cron", [True, False])
def test_a_wrong_link_of_one_collection_does_not_starve_the_others(
    drive: RunningServer, world: World, tmp_path: Path, *, cron: bool
) -> None:
    second_collection(world)
    text = (tmp_path / "materials.toml").read_text("utf-8")
    first = '[collections.a]\nlink = "https://example.org/x"\n\n[collections.c]'
    (tmp_path / "materials.toml").write_text(text.replace("[collections.c]", first), "utf-8")
    run("sync", *(["--cron"] if cron else []), status=2)
    assert (tmp_path / "d" / "other.txt").exists()


def test_rows_that_were_rolled_back_stand_in_no_history(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Store) -> None:
        raise MaterialsError(Code.DISK_REFUSED, verbatim("The disk refused."))

    world.add_file("new.txt", b"new")
    with monkeypatch.context() as patched:
        patched.setattr(Store, "flush", refuse)
        run("sync", status=6)
    with Catalogue.open(tmp_path / ".materials" / "catalogue.sqlite") as catalogue:
        last = catalogue.runs(limit=1)[0]
    assert (dict(last.counts), last.bytes) == ({}, 0)
    run("sync")
    assert (tmp_path / "c" / "new.txt").read_bytes() == b"new"


def test_a_persons_file_at_the_place_of_a_cut_run_is_told_where_it_is_kept(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    world.add_file("mine.txt", b"theirs")
    (tmp_path / "c" / "mine.txt").write_bytes(b"my own notes")
    with monkeypatch.context() as patched:
        patched.setattr(Store, "put", stop)
        run("sync", status=130)
    told = run("sync")
    place = told.partition("moved to ")[2].split()[0].rstrip(".")
    assert (tmp_path / place).read_bytes() == b"my own notes"


def test_an_edited_file_that_is_put_right_from_kept_bytes_is_told_where_it_is_kept(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    world.trash(node(world, "0.txt"))
    run("sync")
    world.restore(node(world, "0.txt"))
    run("sync")
    (tmp_path / "c" / "0.txt").write_bytes(b"my own notes, edited")
    told = run("sync")
    place = told.partition("moved to ")[2].split()[0].rstrip(".")
    assert (tmp_path / place).read_bytes() == b"my own notes, edited"


def test_a_dead_collection_does_not_mute_the_others(drive: RunningServer, world: World, tmp_path: Path, night: Night) -> None:
    with (tmp_path / "materials.toml").open("a", encoding="utf-8") as out:
        out.write('\n[collections.dead]\nlink = "https://drive.google.com/drive/folders/1AAAAAAAAAAAAAAAAAAAAAAAAA"\n')
    assert "error[link_not_found]" in night(0)[2]
    world.change(world.add_file("forbidden.txt", b"x"), downloadable=False)
    for number in range(4):
        world.trash(node(world, f"{number}.txt"))
    said = night(1)[2]
    assert "forbidden.txt" in said
    assert "no longer listed" in said
    assert "forbidden.txt" not in night(2)[2]


def test_another_trouble_of_the_same_collection_is_news(drive: RunningServer, world: World, night: Night) -> None:
    drive.faults.add(Fault(operation="list", target=world.root, incomplete=True, times=None))
    assert "incomplete" in [night(day)[2] for day in (0, 1, 2)][2]
    drive.faults.clear()
    for number in range(4):
        world.trash(node(world, f"{number}.txt"))
    assert "no longer listed" in night(3)[2]


def test_what_a_cut_run_changed_is_told(drive: RunningServer, world: World, night: Night) -> None:
    world.add_file("new.txt", b"new")
    for number in range(9):
        drive.faults.add(broken(world.add_file(f"{number}.bin", b"%d" % number)))
    first, second = night(0), None
    drive.faults.clear()
    second = night(1)
    assert "new.txt" in items()
    assert "new.txt" in "".join(first[1:] + second[1:])


def test_two_timers_do_not_forget_for_each_other(drive: RunningServer, world: World, tmp_path: Path) -> None:
    second_collection(world)
    run("sync")
    world.change(world.add_file("forbidden.txt", b"x"), downloadable=False)
    assert "forbidden.txt" in run("sync", "--cron", "c", status=3)
    run("sync", "--cron", "d")
    assert "forbidden.txt" not in run("sync", "--cron", "c", status=3)


def test_a_memory_that_cannot_be_read_keeps_nobody_from_syncing(
    drive: RunningServer, world: World, tmp_path: Path, night: Night
) -> None:
    (tmp_path / ".materials" / "alarm.json").mkdir()
    world.add_file("new.txt", b"new")
    night(0)
    assert (tmp_path / "c" / "new.txt").exists()


@pytest.mark.parametrize(
    "notify",
    [
        Notify(mail=Mailbox(to=("a@example.org\nx",), from_="m@example.org", server=Server("127.0.0.1", 1), security="none")),
        Notify(ping="https://127.0.0.1:1/x"),
    ],
    ids=["an address with a line break", "a certificate file that is missing"],
)
def test_a_channel_that_cannot_be_used_keeps_no_other_from_speaking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, notify: Notify
) -> None:
    from dataclasses import replace
    from datetime import UTC, datetime

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
    notify = replace(notify, command=(sys.executable, "-c", "open('told', 'w')"))
    (tmp_path / ".materials").mkdir()
    failed = send_out(Store(tmp_path), notify, Notification("subject", "text"), datetime.now(UTC))
    assert bool(failed) is not bool(tell_monitor(notify, "0"))
    assert (tmp_path / "told").exists()


def test_a_program_that_does_not_end_is_told_without_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "_TIMEOUT", 0.2)
    words = (sys.executable, "-c", "import time; time.sleep(60)", "--token=SECRET")
    with pytest.raises(NotSentError) as caught:
        program.run_program(Notification("subject", "text"), words, tmp_path)
    assert "SECRET" not in str(caught.value)


class Renewing:
    said = "an account"

    def renew(self) -> None:
        pass

    def headers(self, _: object) -> dict[str, str]:
        return {}


def test_a_token_that_ends_on_the_last_try_is_renewed_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Wire, "wait", lambda *_: None)
    refusals = [RefusalError(MaterialsError(Code.GOOGLE_TROUBLE, verbatim("Trouble.")), passing=True)]
    rejected = RefusalError(MaterialsError(Code.CREDENTIAL_REJECTED, verbatim("Rejected.")), status=401)

    def attempt() -> None:
        raise refusals.pop() if refusals else rejected

    nobody_listens = "http://127.0.0.1:9"
    credential = Credential(nobody_listens, "an account", bearer=Renewing())  # type: ignore[arg-type]
    with Wire(credential, tries=2) as wire, pytest.raises(MaterialsError, match="Rejected"):
        wire.persist(0, attempt)


def test_nobody_waits_a_day_because_google_says_so() -> None:
    def attempt() -> None:
        raise RefusalError(MaterialsError(Code.RATE_LIMITED, verbatim("Slowly.")), passing=True, slow=True, pause=86_400.0)

    with (
        Wire(Credential("https://www.googleapis.com", verbatim("a key"), "k")) as wire,
        pytest.raises(MaterialsError, match="Slowly"),
    ):
        wire.persist(0, attempt)


def test_two_answers_at_once_or_a_screen_without_a_terminal_are_refused(drive: RunningServer) -> None:
    assert "cannot be combined" in run("list", "--json", "--format", "csv", status=2)
    assert "needs a terminal" in run("search", "--interactive", status=2)


def test_a_person_is_told_what_a_run_waits_for(drive: RunningServer, tmp_path: Path) -> None:
    drive.faults.add(Fault(operation="get", status=503, reason="backendError", times=1))
    shown = seen("sync", folder=tmp_path)
    assert "Retrying in " in shown
    assert run("status", "--max-age", "1h").startswith("ok")


def test_the_bars_are_off_the_screen_when_a_run_is_reported(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.add_file("new.txt", b"new")
    shown = seen("sync", folder=tmp_path)
    before = shown.partition("c: 1 new")[0]
    # The last line that the bars were drawn on was erased before anything else was written there.
    assert "\x1b[2K" in before
    assert before.rstrip().endswith(("\x1b[2K", "\x1b[?25h"))
