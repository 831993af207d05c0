"""What is opened is shown by a program; what the system would run, or what leads to something like it, stays closed."""

import os
import plistlib
from pathlib import Path

import pytest

from materials_cli.cli.output import file_link
from materials_cli.drive.download import _link_file
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.errors import MaterialsError
from materials_cli.fetched import mark_as_fetched, quarantine
from materials_cli.kinds import GOOGLE_APPS, is_document
from materials_cli.model import RemoteFile
from materials_cli.opening import web_address
from support.small_drive import drive, items, run, world  # noqa: F401 - fixtures

PAGE = "https://example.org/agenda?x=1"
REFUSED = [
    "exe", "bat", "cmd", "com", "scr", "pif", "msi", "hta", "js", "jse", "vbs", "wsf", "ps1", "lnk", "desktop", "jar",
    "command", "app", "dmg", "iso", "img", "vhd", "chm", "reg", "cpl", "xll", "xlam", "ppam", "settingcontent-ms", "library-ms",
    "rdp", "appref-ms", "scf", "py", "sh", "apk", "deb", "rpm", "appimage", "run", "swf", "pdf.exe", "docx.lnk", "pdf\ufffdexe",
]  # fmt: skip
SHOWN = [
    "pdf", "pptx", "pptm", "ppt", "odp", "key", "docx", "doc", "odt", "rtf", "xlsx", "csv", "txt", "md", "html", "svg", "jpg",
    "heic", "mp4", "mp3", "zip", "epub", "hwp", "djvu", "dwg", "PDF", "exe.pdf",
]  # fmt: skip


@pytest.fixture
def opener(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the system's opener and its browser were given, one a line."""
    folder = tmp_path_factory.mktemp("programs")
    for name in ("xdg-open", "browser"):
        (folder / name).write_text(f'#!/bin/sh\necho "$1" >> {folder}/opened\n')
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("BROWSER", str(folder / "browser"))
    return folder / "opened"


def test_the_command_opens_documents_and_no_programs(drive: RunningServer, world: World, tmp_path: Path, opener: Path) -> None:
    names = [f"agenda{number}.{suffix}" for number, suffix in enumerate(REFUSED[:20])]
    for name in names:
        world.add_file(name, b"evil")
    world.add_file("open me.txt", b"kind")
    world.add_file("page.url", f"[InternetShortcut]\r\nURL={PAGE}\r\n".encode())
    run("sync")
    for name in names:
        printed = run("open", items()[name]["id"], status=2)
        assert "not_a_document" in printed
        assert str(tmp_path / "c" / name) in printed.replace("\n", "")
    assert not opener.exists()
    run("open", "open me.txt")
    assert PAGE in run("open", "page.url")
    assert opener.read_text().splitlines() == [str(tmp_path / "c" / "open me.txt"), PAGE]


@pytest.mark.parametrize("suffix", REFUSED)
def test_a_name_that_is_no_documents_is_refused(tmp_path: Path, suffix: str) -> None:
    (path := tmp_path / f"agenda.{suffix}").write_bytes(b"plain words")
    with pytest.raises(MaterialsError, match="may be a program"):
        web_address(path)
    assert not is_document(path.name)


@pytest.mark.parametrize("suffix", SHOWN)
def test_a_document_is_opened(tmp_path: Path, suffix: str) -> None:
    (path := tmp_path / f"agenda.{suffix}").write_bytes(b"plain words # MZ")
    assert web_address(path) is None


@pytest.mark.parametrize("name", ["Agenda", "Report 25.06.2025", "Talk of Dr. Kim", "Повестка дня"])
def test_a_document_without_an_extension_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    for content in (b"%PDF-1.7\n", b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"{\\rtf1", b"\0\0\0\x18ftypmp42"):
        path.write_bytes(content)
        assert web_address(path) is None
    for content in (b"plain words", b"PK\x03\x04", b"%PDF-1.7\n[Desktop Entry]\nType=Application\n", b""):
        path.write_bytes(content)
        with pytest.raises(MaterialsError, match="may be a program"):
            web_address(path)


@pytest.mark.parametrize("content", [
    b"MZ\x90\0\x03\0\0\0", b"\x7fELF\x02\x01", b"\xcf\xfa\xed\xfe\x07", b"\xca\xfe\xba\xbe\0\0\0\x02", b"#!/bin/sh\nrm -r ~",
    b"#! /usr/bin/python", b"L\0\0\0\x01\x14\x02\0", b"# a comment\n\n[Desktop Entry]\nType=Application",
    b"\xef\xbb\xbf[Desktop Entry]\n",
])  # fmt: skip
@pytest.mark.parametrize("name", ["agenda.pdf", "agenda.txt", "agenda.pptx", "agenda.url", "agenda"])
def test_a_program_under_the_name_of_a_document_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (path := tmp_path / name).write_bytes(content)
    with pytest.raises(MaterialsError, match="may be a program"):
        web_address(path)


@pytest.mark.parametrize(("name", "content"), [
    ("a.url", f"[InternetShortcut]\r\nURL={PAGE}\r\n".encode()),
    ("a.URL", f"\ufeff[{{000214A0}}]\nProp3=19,2\n[internetshortcut]\nurl = {PAGE}\nIconFile=\\\\evil\\x.ico\n".encode()),
    ("a.webloc", plistlib.dumps({"URL": PAGE})),
    ("a.webloc", plistlib.dumps({"URL": PAGE}, fmt=plistlib.FMT_BINARY)),
])  # fmt: skip
def test_a_link_to_a_web_page_is_opened_as_that_page(tmp_path: Path, name: str, content: bytes) -> None:
    (path := tmp_path / name).write_bytes(content)
    assert web_address(path) == PAGE


@pytest.mark.parametrize(
    "target",
    ["file://evil/share/x.exe", "\\\\evil\\share\\x.exe", "C:\\x.exe", "javascript:alert(1)", "search-ms:query=x", "", "https://",
     "smb://evil/x", f"{PAGE} --flag", "HTTP:x", "data:text/html,x"],
)  # fmt: skip
@pytest.mark.parametrize("suffix", ["url", "webloc"])
def test_a_link_to_anything_else_is_refused(tmp_path: Path, target: str, suffix: str) -> None:
    link = plistlib.dumps({"URL": target}) if suffix == "webloc" else f"[InternetShortcut]\nURL={target}\n".encode()
    for content in (link, b"", b"\0" * 9, b"bplist00\xff", b"[InternetShortcut]\nURL=" + link):
        (path := tmp_path / f"a.{suffix}").write_bytes(content)
        with pytest.raises(MaterialsError, match="may be a program"):
            web_address(path)


def test_a_name_in_a_list_leads_to_the_folder_of_a_program(tmp_path: Path) -> None:
    assert file_link(tmp_path / "a.pdf").link == (tmp_path / "a.pdf").as_uri()
    assert file_link(tmp_path / "a.exe").link == tmp_path.as_uri()


@pytest.mark.parametrize("given", ["file:///etc/passwd", "javascript:alert(1)", "http://example.org", " ", None])
def test_the_link_file_of_a_form_leads_to_google_only(tmp_path: Path, given: str | None) -> None:
    form = RemoteFile(id="1form", drive_id="1form", name="Form", parent="r", media_type=GOOGLE_APPS + "form", web_link=given)
    _link_file(form, tmp_path / "part")
    assert "URL=https://drive.google.com/open?id=1form" in (tmp_path / "part").read_text()


def test_what_is_fetched_carries_the_mark_of_the_web(tmp_path: Path) -> None:
    path = tmp_path / "agenda.pptm"
    path.write_bytes(b"x")
    mark_as_fetched(path, "https://drive.google.com/file/d/1/view\r\nZoneId=0", "win32")
    stream = tmp_path / "agenda.pptm:Zone.Identifier"  # on Windows, not a file of its own but a stream of the other
    assert stream.read_bytes().split(b"\r\n")[:3] == [
        b"[ZoneTransfer]", b"ZoneId=3", b"HostUrl=https://drive.google.com/file/d/1/viewZoneId=0",
    ]  # fmt: skip
    assert quarantine(0x5991B778) == b"0081;5991b778;materials;"
    mark_as_fetched(tmp_path / "missing" / "x", "", "win32")
