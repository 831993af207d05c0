"""Whether the catalogue is lost. Every command that reads it asks: what writes the manifest would take longer to import."""

from contextlib import suppress
from typing import TYPE_CHECKING

from materials_cli.errors import Code, MaterialsError
from materials_cli.export.entries import lines_of
from materials_cli.filenames import JSONL
from materials_cli.messages import msg

if TYPE_CHECKING:
    from materials_cli.store.mirror import Store


def refuse_lost(store: "Store") -> None:
    """Raise catalogue_lost if there is no catalogue, but a manifest or a copy from which it can be rebuilt."""
    if is_lost(store):
        what = msg("The archive's catalogue is missing, although the archive holds files.")
        raise MaterialsError(Code.CATALOGUE_LOST, what, where=str(store.catalogue))


def is_lost(store: "Store") -> bool:
    """Whether there is no catalogue, but a manifest or a copy from which it can be rebuilt."""
    with suppress(OSError):
        if store.catalogue.stat().st_size:
            return False
    return store.catalogue_copy.is_file() or any(lines_of(store.root / JSONL)) or store.has_published()
