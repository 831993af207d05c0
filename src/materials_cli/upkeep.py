"""Verifies an archive, records what was found, and repairs what is missing or damaged from what can prove its bytes."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from materials_cli.archive import Archive
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.verifications import fold
from materials_cli.config import Collection
from materials_cli.custody.choice import ALL, Choice
from materials_cli.custody.holdings import Holding, Role
from materials_cli.custody.repair import repair_here
from materials_cli.custody.verify import Repair, Verification, record
from materials_cli.errors import MaterialsError
from materials_cli.export.manifest import update_manifest
from materials_cli.history.events import of_comparison
from materials_cli.interrupts import Interrupts
from materials_cli.messages import msg
from materials_cli.model import State
from materials_cli.sync.comparison import Comparison


def compared(
    archive: Archive, found: Verification, collections: Iterable[str | Collection] = ()
) -> dict[str, Comparison | MaterialsError]:
    """How what was verified stands to what Drive states now, by collection, or why that is not known; record it.

    Nothing else is changed. Of the detached collections, Drive is not asked. Of an archive that cannot be written to, nothing
    is recorded, and nothing is said of that: the verification before says it.
    """
    answers = {
        collection.slug: answer
        for collection in archive.config.followed(collections)
        for answer in archive.compare([collection], found.chosen)
    }
    events = [
        of_comparison(slug, {standing.code: count for standing, count in answer.counts.items()})
        for slug, answer in answers.items()
        if isinstance(answer, Comparison)
    ]
    with suppress(MaterialsError), Interrupts(), archive.writing() as catalogue:
        catalogue.note(events)
    return answers


def keep_sound(
    archive: Archive, collections: Iterable[str | Collection] = (), choice: Choice = ALL, *, repair: bool = False
) -> Verification:
    """Verify collections (by default, all), and record when each item was found intact, and what was not.

    repair: restore what is missing or damaged from another file of the archive with the same bytes, else by a sync of its
    collection. Every repaired file has been read again. The manifest tells of it, except where only those items are read whose
    turn it is: then, with the next change. An archive that cannot be written to now is verified all the same.
    """
    found = archive.verify(collections, choice)
    try:
        with Interrupts(), archive.writing() as catalogue:
            record(catalogue, found)
            if repair:
                found = found.after(repair_here(archive.store, catalogue, found))
            if choice.turn is None:
                with catalogue.transaction():
                    fold(catalogue.connection)
                    update_manifest(archive.store, catalogue)
    except MaterialsError as error:
        return replace(found, troubles=(msg("What was found could not be recorded: {reason}", reason=error.what),))
    return _from_drive(archive, found) if repair else found


def _from_drive(archive: Archive, found: Verification) -> Verification:
    """Have the collections synced in whose mirror something is missing or damaged, and look again."""
    lost = [(finding, holding) for finding, holding in found.lost if holding.role is Role.MIRROR]
    concerned = {holding.collection for _, holding in lost}
    followed = [collection for collection in archive.config.followed(()) if collection.slug in concerned]
    if not followed:
        return found
    failures = _failures_of_sync(archive, followed)
    repaired = []
    with Catalogue.open(archive.store.catalogue) as catalogue:
        for finding, holding in lost:
            item = catalogue.find(holding.collection, holding.id)
            if item is None or item.state is State.WITHDRAWN or Holding.of(item).flaw(archive.store):
                continue
            newer = msg("by newer content from Drive; the bytes before are lost")
            repaired.append(Repair(finding, msg("from Drive") if item.fixity == holding.fixity else newer))
    troubles = tuple(msg("Drive could not be asked for it: {reason}", reason=failure.what) for failure in failures)
    return replace(found.after(repaired), troubles=troubles)


def _failures_of_sync(archive: Archive, collections: Iterable[Collection]) -> list[MaterialsError]:
    """What kept collections from being synced; if the archive is locked, that: what was repaired here stays so."""
    try:
        return [run.failure for run in archive.sync(collections) if run.failure]
    except MaterialsError as error:
        return [error]
