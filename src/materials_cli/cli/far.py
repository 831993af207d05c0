"""An archive that lies elsewhere: its disk may go at any time, so a command waits only as long as something comes from it."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from materials_cli.attended import HungError, attended
from materials_cli.catalogue.items import Catalogue
from materials_cli.cli.context import ArchiveContext
from materials_cli.config import Config
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import msg
from materials_cli.watchdog import alive

_PATIENCE = 60.0  # seconds without a sign of life
_STEPS = 20_000  # of SQLite's machine, between two of these
_T = TypeVar("_T")


def answered(place: Path, ask: Callable[[], _T]) -> _T:
    """What somewhere else is answered; raise disk_refused if nothing comes from there. place: who is asked, by its folder."""
    try:
        return attended(lambda watch: watch.asked(str(place), _PATIENCE, ask))
    except HungError as late:
        raise MaterialsError(Code.DISK_REFUSED, msg("It took too long to answer."), where=late.name) from late


class FarContext(ArchiveContext):
    """An archive elsewhere, by its folder."""

    def asked(self, read: Callable[[Catalogue], _T]) -> _T:
        """What is read of it; raise disk_refused if nothing comes any more."""

        def ask() -> _T:
            with self.catalogue() as catalogue:
                catalogue.connection.set_progress_handler(alive, _STEPS)
                return read(catalogue)

        return answered(self.root or Path(), ask)


class CatalogueContext(FarContext):
    """An archive of which nothing but the catalogue is there. file: that of the catalogue."""

    def __init__(self, file: Path, *, as_json: bool = False) -> None:
        super().__init__(None, as_json=as_json)
        self._file = file

    @cached_property
    def folder(self) -> Path | None:
        """The file's folder."""
        return self._file.parent

    @property
    def root(self) -> Path | None:
        """The file."""
        return self._file

    @cached_property
    def config(self) -> Config:
        """No settings."""
        return Config(self._file.parent)

    def catalogue(self, *, write: bool = False) -> Catalogue:  # noqa: ARG002 - nobody writes to it
        """Open the catalogue for reading."""
        return Catalogue.open(self._file)


def context_at(root: Path, *, as_json: bool = False) -> ArchiveContext:
    """An archive by its folder, or by the file of its catalogue; raise disk_refused."""
    kind = CatalogueContext if answered(root, root.is_file) else FarContext
    return kind(root, as_json=as_json)
