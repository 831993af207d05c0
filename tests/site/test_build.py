"""The catalogue as pages: what is written and where, without a browser."""

import html
import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from materials_cli.errors import MaterialsError
from materials_cli.site import folder as folders
from materials_cli.site.build import build_file, build_folder
from materials_cli.site.serve import serve
from support.command import run
from support.handed_over import copied, entries, exported
from support.made_holdings import HOSTILE, made_holdings


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue with pictures; nobody may change it."""
    top = tmp_path_factory.mktemp("site")
    build_folder(made_holdings(top), top / "catalogue")
    return top / "catalogue"


def files_in(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_every_item_has_a_page_that_the_page_of_its_collection_leads_to(handed_over: Path, tmp_path: Path) -> None:
    at = ("--archive", str(handed_over))
    run(*at, "site", "--to", str(tmp_path / "site"))
    listed = "".join(page.read_text("utf-8") for page in (tmp_path / "site/collections").glob("*.html"))
    pages = sorted((tmp_path / "site/items").glob("*.html"))
    assert len(pages) == len(entries(handed_over))
    assert all(f"../items/{page.name}" in listed for page in pages)


def test_every_link_within_the_catalogue_leads_somewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        for address in re.findall(r'(?:href|src)="([^"#:]+)(?:#[^"]*)?"', text):
            assert (page.parent / address).resolve().is_file(), (page.name, address)
        for anchor in re.findall(r'href="#([^"?!]+)"', text):
            assert f'id="{anchor}"' in text, (page.name, anchor)


def test_without_scripts_the_search_leads_to_the_lists(site: Path) -> None:
    (shown,) = re.findall("<noscript>(.*?)</noscript>", (site / "search.html").read_text("utf-8"))
    assert 'href="index.html"' in shown


def test_no_address_of_an_owner_and_no_name_of_drive_gets_into_it(site: Path, tmp_path: Path) -> None:
    build_file(made_holdings(tmp_path), tmp_path / "one.html")
    everything = {**files_in(site), "one.html": (tmp_path / "one.html").read_bytes()}
    assert not [name for name, content in everything.items() if b"owner@" in content or b"editor@" in content]
    assert all(re.fullmatch(r"[a-z0-9./-]+", name) for name in everything)
    scripts = [name for name in everything if name.endswith(".js")]
    assert scripts
    assert not [name for name in scripts if re.search(rb"</script|<!--", everything[name], re.IGNORECASE)]


def test_what_is_handed_to_scripts_is_what_the_archive_holds(site: Path) -> None:
    text = (site / "data/items.js").read_text("ascii")
    table = json.loads(text.removeprefix('Catalogue.take("items", ').removesuffix(");\n"))
    assert [item["title"] for item in table["items"]][-1] == HOSTILE.replace("\u202e", "\ufffd").replace("\u2028", "\ufffd")


def test_an_update_leaves_what_a_new_one_would_and_touches_nobody_elses_file(site: Path, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    holdings = made_holdings(tmp_path / "made")
    fewer = type(holdings)(
        title=holdings.title, identity=holdings.identity, made=holdings.made, collections=holdings.collections[:1]
    )
    target = tmp_path / "catalogue"
    build_folder(holdings, target)
    assert files_in(target) == files_in(site)
    mine = target / "items" / "mine.html"
    mine.write_text("mine")
    build_folder(fewer, target)
    assert mine.read_text() == "mine"
    mine.unlink()
    build_folder(fewer, tmp_path / "new")
    assert files_in(target) == files_in(tmp_path / "new")


def test_an_update_that_is_cut_is_finished_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "made").mkdir()
    holdings = made_holdings(tmp_path / "made")
    fewer = type(holdings)(
        title=holdings.title, identity=holdings.identity, made=holdings.made, collections=holdings.collections[1:]
    )
    target = tmp_path / "catalogue"
    build_folder(fewer, target)
    marked, calls = folders._mark, iter(range(99))

    def cut(folder: Path, names: list[str]) -> None:
        if next(calls):
            raise KeyboardInterrupt
        marked(folder, names)

    monkeypatch.setattr(folders, "_mark", cut)
    with pytest.raises(KeyboardInterrupt):
        build_folder(holdings, target)
    monkeypatch.undo()
    build_folder(holdings, target)
    build_folder(holdings, tmp_path / "new")
    assert files_in(target).keys() == files_in(tmp_path / "new").keys()
    assert not list(tmp_path.glob(".*"))


def test_a_picture_that_a_sync_drops_meanwhile_is_none_and_ends_nothing(tmp_path: Path) -> None:
    holdings = made_holdings(tmp_path)
    first, *_ = pictured = [item for item in holdings.items if item.face]
    lost = {section.picture.path for section in first.sections if section.picture}
    for path in lost:
        path.unlink()
    build_folder(holdings, tmp_path / "catalogue")
    build_file(holdings, tmp_path / "one.html")
    build_folder(holdings.without(lost), tmp_path / "never")
    assert files_in(tmp_path / "catalogue") == files_in(tmp_path / "never")
    page = (tmp_path / "catalogue" / "items" / f"{first.key}.html").read_text("utf-8")
    assert "<img" not in page
    assert first.sections[0].title in html.unescape(page)
    assert (tmp_path / "one.html").read_text("utf-8").count("<img") == len(pictured) - 1


def test_a_folder_or_file_of_somebody_else_is_refused(handed_over: Path, tmp_path: Path) -> None:
    at = ("--archive", str(handed_over), "site")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    run(*at, "--to", str(tmp_path / "full"), status=2)
    run(*at, "--single", str(tmp_path / "full" / "letter.txt"), status=2)
    run(*at, "--to", str(tmp_path / "no" / "where"), status=2)
    assert files_in(tmp_path) == {"full/letter.txt": b"mine"}
    run(*at, "--single", str(tmp_path / "one.html"))
    run(*at, "--single", str(tmp_path / "one.html"))


@pytest.mark.parametrize("place", ["c/catalogue", "c/../c/catalogue", ".materials/catalogue", "c/catalogue.html"])
def test_the_archives_own_folders_are_no_place_for_it(handed_over: Path, tmp_path: Path, place: str) -> None:
    top = copied(handed_over, tmp_path / "archive")
    option = "--single" if place.endswith(".html") else "--to"
    assert "own files" in run("--archive", str(top), "site", option, str(top / place), status=2).output
    run("--archive", str(top), "site", "--to", str(top / "catalogue"))


def test_names_in_a_catalogue_from_elsewhere_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    victim = tmp_path / "letter.html"
    victim.write_text("mine")
    target = tmp_path / "catalogue"
    target.mkdir()
    names = ["../letter.html", "items/../../letter.html", "items/0000000001.html"]
    (target / "catalogue.json").write_text(json.dumps({"schema": "materials/site@1", "files": names}))
    (target / "items").symlink_to(tmp_path / "made", target_is_directory=True)
    with pytest.raises(MaterialsError):
        build_folder(made_holdings(tmp_path / "made"), target)
    assert victim.read_text() == "mine"
    assert not list((tmp_path / "made").glob("*.html"))


def test_the_files_themselves_go_along_checked_and_under_names_of_ours(handed_over: Path, tmp_path: Path) -> None:
    archive = copied(handed_over, tmp_path / "archive")
    at = ("--archive", str(archive), "site", "--with-files", "--to", str(tmp_path / "site"))
    run(*at)
    names = [name for name in files_in(tmp_path / "site") if name.startswith("files/")]
    assert len(names) == len(entries(archive))
    run(*at)
    damaged = next((archive / "c").rglob("opening.pptx"))
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    run("--archive", str(archive), "site", "--with-files", "--to", str(tmp_path / "other"), status=5)
    assert len([name for name in files_in(tmp_path / "other") if name.startswith("files/")]) == len(names) - 1
    assert not [page for page in (tmp_path / "other/items").glob("*.html") if re.search(r'href="[^"]*None', page.read_text())]


def test_over_http_only_the_catalogue_is_shown_and_only_to_this_computer(site: Path) -> None:
    (site / "secret.txt").write_text("mine")
    heard: list[str] = []
    there = threading.Event()

    def ready(address: str) -> None:
        heard.append(address)
        there.set()

    threading.Thread(target=serve, args=(site, 0, ready), daemon=True).start()
    assert there.wait(60)

    def status(path: str, host: str | None = None) -> int:
        asked = urllib.request.Request(heard[0] + path, headers={"Host": host} if host else {})  # noqa: S310 - loopback
        try:
            with urllib.request.urlopen(asked) as answer:  # noqa: S310
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    assert heard[0].startswith("http://127.0.0.1:")
    assert [status(path) for path in ("", "search.html", "data/items.js")] == [200, 200, 200]
    assert [status(path) for path in ("secret.txt", "../catalogue.json", "%2e%2e/", "items/", "catalogue.json")] == [404] * 5
    assert status("", host="evil.example") == 421
    (site / "secret.txt").unlink()


def test_the_page_of_a_bag_is_the_catalogue_and_leads_to_every_file_in_it(handed_over: Path, tmp_path: Path) -> None:
    bag = exported(handed_over, "bag", tmp_path / "bag") / "data"
    text = (bag / "ro-crate-preview.html").read_text("utf-8")
    addresses = [html.unescape(found) for found in re.findall(r'href="([^"]+)"', text)]
    beside = {unquote(address) for address in addresses if not address.startswith(("https://", "#", "data:"))}
    assert not [path for path in beside if not (bag / path).exists()]
    held = {entry["path"] for entry in entries(handed_over) if entry["state"] == "held"}
    assert len([path for path in beside if path.partition("/")[0] in {"c", "other"}]) == len(held)
    assert 'MaterialsSearch.put("search' in text


def test_the_one_file_is_known_as_ours_however_many_collections_it_has(tmp_path: Path) -> None:
    made = made_holdings(tmp_path)
    many = tuple(replace(made.collections[0], slug=f"c{number}", items=()) for number in range(100))
    for _ in range(2):
        build_file(replace(made, collections=many), tmp_path / "one.html")


def test_what_is_only_shown_is_gone_when_it_is_stopped(handed_over: Path, tmp_path: Path) -> None:
    words = (sys.executable, "-m", "materials_cli", "--archive", str(handed_over), "site", "--serve")
    with subprocess.Popen(words, stderr=subprocess.PIPE, env={**os.environ, "TMPDIR": str(tmp_path)}) as process:
        assert process.stderr
        assert any(b"http://127.0.0.1:" in line for line in process.stderr)
        assert list(tmp_path.iterdir())
        process.send_signal(signal.SIGTERM)
    assert not list(tmp_path.iterdir())
