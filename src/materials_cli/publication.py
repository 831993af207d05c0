"""Writes what a run leaves for other programs and people beside the mirror: the manifest and the feed."""

from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.journal import Journal
from materials_cli.config import FILE, Config
from materials_cli.custody.corrections import take_in
from materials_cli.errors import Code, ExitStatus, MaterialsError
from materials_cli.export.blocks import Blocks
from materials_cli.export.feed import ENTRIES, write_feed
from materials_cli.export.gaps import gaps
from materials_cli.export.manifest import about_kept, update_manifest
from materials_cli.export.own import NAMES, move_foreign_aside
from materials_cli.filenames import FEED
from materials_cli.messages import language, msg
from materials_cli.model import Progress, Step, StepKind
from materials_cli.store.mirror import Store

_collection = itemgetter("collection")


class Publication:
    """Brings manifest and feed up to date at the end of each run, while the archive's lock is held.

    The first run looks at all that they are made from, the settings and corrections of all collections too. After that, only we
    write: a run that changed nothing costs the same however many collections there are, and of the others, only the lines of
    what has changed are made anew. What somebody corrects meanwhile is taken in by the next run that changes something, or by
    the next sync.
    """

    def __init__(self, store: Store, catalogue: Catalogue, config: Config, progress: Progress) -> None:
        self._store, self._config, self._progress = store, config, progress
        self._blocks = Blocks(catalogue)
        self._left: object = None  # what the last run left, as seen from outside
        self._gaps: dict[str, list[dict[str, Any]]] = {}  # of each collection in which something failed

    def __call__(self, journal: Journal) -> None:
        """Bring them up to date; a feed that cannot be written is told, and ends nothing."""
        if self._left is not None and self._left == self._seen(journal) and not self._has_news(journal):
            return
        self._left = None
        self._write(journal)
        self._gaps = {name: list(found) for name, found in groupby(gaps(journal.catalogue.last_listings()), _collection)}
        self._left = self._seen(journal)

    def _seen(self, journal: Journal) -> object:
        """How our files and the settings look from outside, and the stamp of the manifest; None if the manifest is behind."""
        stamp, current = journal.catalogue.manifest_stamp()
        if not (stamp and current):
            return None
        try:
            seen = [(self._store.root / name).stat() for name in (*NAMES, FILE)]
        except OSError:
            return None
        return stamp, [(file.st_ino, file.st_size, file.st_mtime_ns) for file in seen]

    def _has_news(self, journal: Journal) -> bool:
        """Whether a run is one for the feed, or the manifest may have to tell of other failures than before."""
        listed = journal.status in {ExitStatus.DONE, ExitStatus.PARTIAL}
        failed = [*gaps({journal.collection: journal.run})]
        return bool(journal.counts) or (listed and failed != self._gaps.get(journal.collection, []))

    def _write(self, journal: Journal) -> None:
        store, catalogue = self._store, journal.catalogue
        self._progress(Step(StepKind.WRITING, amount=catalogue.count()))
        journal.notices += move_foreign_aside(store)
        for wrong in take_in(store, catalogue):
            self._progress(Step(StepKind.NOTICE, message=wrong))
        journal.notices += about_kept(update_manifest(store, catalogue, self._blocks).get(journal.collection, 0))
        runs = catalogue.runs(changing=True, limit=ENTRIES)
        entries = ((run, partial(catalogue.events, [run])) for run in runs)
        try:
            about = {collection.slug: collection.about.line(collection.title) for collection in self._config.collections}
            write_feed(store, catalogue.first_proof(), entries, language(), about)
        except MaterialsError as error:
            if error.code is Code.DISK_FULL:
                raise
            what = msg("The feed {file} cannot be written: {reason}", file=FEED, reason=error.what)
            self._progress(Step(StepKind.NOTICE, FEED, message=what))
