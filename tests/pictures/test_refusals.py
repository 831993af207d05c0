"""What no program can read costs no start of LibreOffice, which takes seconds to refuse it."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from materials_cli.extract.pool import Pool
from materials_cli.model import Fixity
from materials_cli.pictures import draw
from materials_cli.pictures.kept import Pictures
from support.decks import deck

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def letter() -> bytes:
    out = io.BytesIO()
    made = docx.Document()
    made.add_paragraph("Dear colleague")
    made.save(out)
    return out.getvalue()


def bomb(content: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as after,
    ):
        for name in before.namelist():
            after.writestr(name, b" " * 200_000_000 if name == "word/document.xml" else before.read(name))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "starts"),
    [
        ("letter.docx", letter, True),
        ("cut.docx", lambda: letter()[:-400], False),
        ("cut.pptx", lambda: deck("One|first", "Two|second")[:-400], False),
        ("bomb.docx", lambda: bomb(letter()), False),
        ("cut.ppt", lambda: OLE + b" nothing", False),
        ("empty.doc", lambda: OLE + bytes(5000), False),
    ],
)
def test_what_nothing_can_read_does_not_start_libreoffice(
    name: str, make: Callable[[], bytes], starts: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = make()
    program, started, file = tmp_path / "bin" / "soffice", tmp_path / "started", tmp_path / name
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho ran > '{started}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    file.write_bytes(content)
    fixity = Fixity(len(content), hashlib.sha256(content).hexdigest())
    with Pool(1, program=draw.PROGRAM) as pool:
        made = draw.draw_bytes(Pictures(tmp_path), pool, file, fixity, name, None)
    assert {by for *_, by in made.pictures} <= {"card", "document-svg"}
    assert started.exists() == starts
