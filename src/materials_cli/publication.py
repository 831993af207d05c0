"""Writes what a run leaves for other programs and people beside the mirror: the manifest and the feed."""

from functools import partial

from materials_cli.catalogue.journal import Journal
from materials_cli.config import Config
from materials_cli.custody.corrections import take_in
from materials_cli.errors import Code, MaterialsError
from materials_cli.export.entries import FEED
from materials_cli.export.feed import ENTRIES, write_feed
from materials_cli.export.manifest import about_kept, update_manifest
from materials_cli.export.own import move_foreign_aside
from materials_cli.messages import language, msg
from materials_cli.model import Progress, Step, StepKind
from materials_cli.store.mirror import Store


def publish(store: Store, config: Config, progress: Progress, journal: Journal) -> None:
    """Bring manifest and feed up to date at the end of a run; a feed that cannot be written is told, and ends nothing."""
    catalogue = journal.catalogue
    progress(Step(StepKind.WRITING, amount=catalogue.count()))
    journal.notices += move_foreign_aside(store)
    for wrong in take_in(store, catalogue):
        progress(Step(StepKind.NOTICE, message=wrong))
    journal.notices += about_kept(update_manifest(store, catalogue).get(journal.collection, 0))
    runs = catalogue.runs(changing=True, limit=ENTRIES)
    entries = ((run, partial(catalogue.events, [run])) for run in runs)
    try:
        about = {collection.slug: collection.about.line(collection.title) for collection in config.collections}
        write_feed(store, catalogue.first_proof(), entries, language(), about)
    except MaterialsError as error:
        if error.code is Code.DISK_FULL:
            raise
        what = msg("The feed {file} cannot be written: {reason}", file=FEED, reason=error.what)
        progress(Step(StepKind.NOTICE, FEED, message=what))
