"""The use cases that hand an archive over to others, and take one over from them."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from materials_cli.archive import Archive
from materials_cli.catalogue.items import Catalogue
from materials_cli.errors import Code, MaterialsError
from materials_cli.export.formats import FORMATS, Options, Request, Wrote
from materials_cli.export.lost import refuse_lost
from materials_cli.history.events import of_export
from materials_cli.model import Progress
from materials_cli.rebuild import keep_copy


def hand_over(
    archive: Archive, kind: str, collections: Sequence[str], target: Path, progress: Progress, options: Options | None = None
) -> Wrote:
    """Export collections (all, if none is named) in a format; raise locked, catalogue_lost or a disk error.

    A format that has the files is made while nothing else changes the archive, and recorded in its history, unless its disk
    cannot be written.
    """
    with ExitStack() as stack:
        catalogue, may_write = _opened(archive, stack, alone=FORMATS[kind].bytes)
        request = Request(
            archive.store, catalogue, archive.config.collections, tuple(collections), target, progress, options or Options(),
            _page,
        )  # fmt: skip
        wrote = FORMATS[kind].write(request)
        if may_write:
            catalogue.note([of_export(kind, collections, wrote.items, wrote.proof)])
            keep_copy(archive.store, catalogue, always=True)
    return wrote


def _page(request: Request, placed: Mapping[tuple[str, str], str], missing: Sequence[str]) -> str:
    from materials_cli.site.crate import crate_page  # noqa: PLC0415 - what makes pages is needed for a bag alone

    return crate_page(request, placed, missing)


def _opened(archive: Archive, stack: ExitStack, *, alone: bool) -> tuple[Catalogue, bool]:
    """The catalogue, and whether it is open for writing."""
    if alone:
        try:
            return stack.enter_context(archive.writing()), True
        except MaterialsError as refused:
            if refused.code is not Code.DISK_REFUSED:
                raise
    refuse_lost(archive.store)
    return stack.enter_context(Catalogue.open(archive.store.catalogue)), False
