"""The child process that reads files: it is limited and has no network, and if it dies, only the file being read is lost."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from materials_cli.extract.formats import extract
from materials_cli.extract.limits import limit
from materials_cli.extract.serving import Request, serve


def _read(request: Request, memory: int, seconds: int) -> Mapping[str, Any]:
    """Read one file, or recognise the text of one of its slides or pages."""
    path = Path(request["path"])
    if "number" in request:
        from materials_cli.extract.ocr import recognise  # noqa: PLC0415 - few children are asked for it

        limit(memory, seconds)
        text = recognise(path, request["number"], request["languages"], Path(request["cache"]))
    else:
        limit(memory, seconds, path.stat().st_size)
        text = extract(path, request["name"])
    sections = [asdict(section) for section in text.sections]
    note = text.note and text.note.to_json()
    return {"unit": text.unit, "sections": sections, "properties": dict(text.properties), "note": note}


if __name__ == "__main__":
    serve(_read)
