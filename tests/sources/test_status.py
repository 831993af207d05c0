"""`status --sources` and what else tells of last copies and endangered sources, with a true Drive behind the emulator."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.nights import START, night  # noqa: F401 - a fixture
from support.small_drive import drive, node, run, world  # noqa: F401 - fixtures


def told(*words: str) -> dict[str, object]:
    row: dict[str, object] = json.loads(run("status", "--sources", "--json", *words))["items"][0]
    return row


def test_what_was_removed_is_the_last_copy_everywhere(drive: RunningServer, world: World, tmp_path: Path) -> None:
    assert run("status", "--sources").splitlines()[-1] == "Nothing is endangered, as far as Drive tells."
    world.trash(node(world, "1.txt"))
    run("sync")
    run("sync")
    assert "1 item only here: Inner/1.txt" in run("status", "--sources")
    assert [copy["path"] for copy in told()["last_copies"]] == ["c/Inner/1.txt"]  # type: ignore[attr-defined]
    assert "Last copy" in run("show", "1.txt")
    assert "Last copy" not in run("show", "2.txt")
    rows = json.loads(run("list", "--all", "--json"))["items"]
    assert [row["name"] for row in rows if row["last_copy"]] == ["1.txt"]
    run("site", "--to", "pages")
    pages = {page.name: page.read_text("utf-8") for page in (tmp_path / "pages").rglob("*.html")}
    assert sum("The last copy: as far as the archive knows" in page for page in pages.values()) == 1
    world.add_file("again.txt", b"file number 1")
    run("sync")
    assert told()["last_copies"] == []


def test_an_announcement_is_named_with_a_letter_to_its_owner(drive: RunningServer, world: World, tmp_path: Path) -> None:
    for each in list(world.nodes.values()):
        world.change(each.id, owner="Nino Beridze", owner_address="nino.b@Justice.Gov.GE")
    assert "No letter is needed" in run("status", "--letter", "en")
    world.change(world.root, name="OLD – moved to SharePoint {2026}\n")
    run("sync")
    endangered = told()["endangered"]
    assert [(sign["sign"], len(sign["items"])) for sign in endangered] == [("notice", 8)]  # type: ignore[attr-defined]
    assert "8 items may soon vanish from Drive: materials status --sources" in run("status").splitlines()[-1]
    assert json.loads(run("show", "1.txt", "--json"))["items"][0]["endangered"]["sign"] == "notice"
    assert "Endangered" in run("show", "1.txt")
    rows = json.loads(run("list", "--json"))["items"]
    assert {row["endangered"] for row in rows} == {"notice"}
    run("site", "--to", "pages")
    page = next(page for page in (tmp_path / "pages").rglob("*.html") if "1.txt" in page.read_text("utf-8"))
    assert "it may soon vanish from Google Drive" in page.read_text("utf-8")
    letter = run("status", "--sources", "--letter", "en")
    assert "Dear Nino Beridze," in letter
    assert "On Google Drive it says: “OLD – moved to SharePoint {2026}”." in letter
    run("status", "--sources", "--to", "letters")
    assert sorted(file.name for file in (tmp_path / "letters").iterdir()) == ["c.en.txt", "c.ko.txt", "c.ru.txt"]
    assert "Здравствуйте, Nino Beridze!" in (tmp_path / "letters" / "c.ru.txt").read_text("utf-8")
    assert "Something is there already" in run("status", "--sources", "--to", "letters", status=2)
    assert "There is no letter in “de”" in run("status", "--sources", "--letter", "de", status=2)
    # The domain is known, the address is nowhere, not even in the catalogue.
    found = [path for path in tmp_path.rglob("*") if path.is_file() and b"nino.b" in path.read_bytes()]
    assert not found
    assert b"justice.gov.ge" in b"".join(path.read_bytes() for path in (tmp_path / ".materials").iterdir() if path.is_file())


def test_a_dead_link_and_a_sign_are_told_once_by_night(
    night: Callable[[int], tuple[int, str, str]], drive: RunningServer, world: World
) -> None:
    night(0)
    world.change(world.root, name="This folder will be deleted on 30 June")
    _, _, said = night(1)
    assert "c: a source may soon vanish: “This folder will be deleted on 30 June” is written on Drive: 8 items" in said
    assert night(2)[1:] == ("", "")
    drive.faults.add(Fault(operation="get", target=world.root, status=404, reason="notFound", times=None))
    assert "has led nowhere" not in night(3)[2]
    today = (datetime.now(UTC) - START).days  # the runs are dated by this machine
    assert "c: the link has led nowhere since" in night(today + 20)[2]
    assert "has led nowhere" not in night(today + 22)[2]
    assert told()["failing_code"] == "link_not_found"


def test_lists_show_what_the_night_saw_until_something_happens(
    drive: RunningServer, world: World, tmp_path: Path, night: Callable[[int], object]
) -> None:
    def marked() -> set[object]:
        return {row["endangered"] for row in json.loads(run("list", "--json"))["items"]}

    world.change(world.root, name="OLD – moved to SharePoint")
    night((datetime.now(UTC) - START).days)
    file = tmp_path / ".materials" / "sources.json"
    kept = json.loads(file.read_text("utf-8"))
    assert {sign for *_, sign in kept["signs"]} == marked() == {"notice"}
    file.write_text(json.dumps({**kept, "signs": []}), "utf-8")
    assert marked() == {None}
    assert json.loads(run("show", "1.txt", "--json"))["items"][0]["endangered"] is None
    for other in (json.dumps({**kept, "signs": [], "time": "2020-01-01T00:00:00+00:00"}), "no JSON", '{"moment": []}', "[]"):
        file.write_text(other, "utf-8")
        assert marked() == {"notice"}
    file.write_text(json.dumps({**kept, "signs": []}), "utf-8")
    run("sync")
    assert marked() == {"notice"}
