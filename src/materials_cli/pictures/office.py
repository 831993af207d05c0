"""Other programs' documents as PDF, by LibreOffice where it is installed: without a window, in a folder of its own.

It runs below the child that asks for it, and so has no network, the child's limits, and ends with it. It can end with status 0
and have written nothing.
"""

import json
import os
import subprocess
from pathlib import Path

from materials_cli.environment import find_program, for_reading
from materials_cli.extract.formats import extract
from materials_cli.extract.package import DAMAGED, Package, UnreadableError
from materials_cli.extract.ppt import OLD
from materials_cli.messages import msg

MADE = "office.pdf"
_USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice", r"C:\Program Files\LibreOffice\program\soffice.com",
)  # fmt: skip
# Hidden slides are numbered like others; pictures need no more than a screen shows.
_SETTINGS = {
    "ExportHiddenSlides": {"type": "boolean", "value": "true"},
    "ReduceImageResolution": {"type": "boolean", "value": "true"},
    "MaxImageResolution": {"type": "long", "value": "150"},
}


def find_office() -> str | None:
    """The program, or None."""
    found = find_program("soffice") or find_program("libreoffice")
    return found or next((place for place in _USUAL_PLACES if os.path.isfile(place)), None)  # noqa: PTH113 - they are texts


def refuse_unreadable(path: Path, name: str) -> None:
    """Raise UnreadableError for what LibreOffice would take seconds to refuse: what our own reader finds nothing in and why.

    LibreOffice mends no package whose table of contents is missing, and reads what is older than our reader does.
    """
    text = extract(path, name)
    if text.note and not text.sections and text.note != msg(OLD):
        raise UnreadableError(text.note)
    with path.open("rb") as file:
        packed = file.read(2) == b"PK"
    if packed:
        with Package(path) as package:
            if package.damaged:
                raise UnreadableError(msg(DAMAGED))


def to_pdf(path: Path, suffix: str, into: Path, seconds: float) -> Path:
    """Convert a document to a PDF in that folder; raise UnreadableError if LibreOffice cannot. suffix: what kind it is of."""
    program = find_office()
    made, source = into / MADE, into / f"office.{suffix}"
    if program is None:
        raise UnreadableError(msg("LibreOffice is not installed."))
    try:
        source.symlink_to(path.absolute())
    except OSError:
        source.write_bytes(path.read_bytes())
    kind = "impress" if suffix in {"ppt", "pptx", "odp", "fodp"} else "writer"
    profile = (into / "profile").absolute().as_uri()
    command = [
        program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo",
        "--convert-to", f"pdf:{kind}_pdf_Export:{json.dumps(_SETTINGS)}", "--outdir", str(into), str(source),
    ]  # fmt: skip
    try:
        subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=seconds,
            check=False, env={**for_reading(os.environ), "SAL_USE_VCLPLUGIN": "svp"},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise UnreadableError(
            msg("LibreOffice took longer than {count} seconds and was stopped.", count=round(seconds))
        ) from error
    if not made.is_file():
        raise UnreadableError(msg("LibreOffice could not read the file."))
    return made
