"""An archive with one deck of invented names of persons and places in every script, which no public document has."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Fixity, Item, RemoteFile, Section, Text

PATH = "invented/speakers.pptx"
_WHEN = datetime(2025, 6, 24, tzinfo=UTC)
_LINES = (Path(__file__).parent / "invented.jsonl").read_text("utf-8").splitlines()


def put_invented(catalogue: Catalogue) -> Item:
    """Add the deck to a catalogue."""
    remote = RemoteFile(id="invented", drive_id="invented", name="speakers.pptx", parent="root", modified=_WHEN)
    item = Item(
        collection="invented",
        remote=remote,
        path=PATH,
        media_type="application/x",
        fixity=Fixity(1, hashlib.sha256(b"x").hexdigest()),
        first_seen=_WHEN,
        fetched=_WHEN,
    )
    catalogue.record(item)
    text = Text("slide", tuple(Section(**json.loads(line)) for line in _LINES))
    catalogue.put_text(item.collection, item.id, text, item.fixity.sha256, 1)
    return item


def invented_archive(top: Path) -> Path:
    """An archive that holds nothing else."""
    (top / ".materials").mkdir(parents=True)
    settings = 'format = 1\n[collections.invented]\nlink = "https://drive.google.com/drive/folders/1AbCdEfGhIjKlMnOpQrStUvWxYz012345"\n'
    (top / "materials.toml").write_text(settings)
    (top / "invented").mkdir()
    (top / PATH).write_bytes(b"x")
    with Catalogue.open(top / ".materials" / "catalogue.sqlite", write=True) as catalogue:
        put_invented(catalogue)
    return top
