"""What an interrupted run finished is adopted: it stays where it is, gets its row, and is not fetched again.

A worker that has finished a file notes its item, with its id, day and digest, beside the bytes in incoming/, before they are
renamed. The note is needed until the row is committed. So a file that was renamed without a row, and one that waits to be
renamed, is known to the next run even if Drive states no digest. Where Drive does, that is enough.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.journal import Journal
from materials_cli.catalogue.rows import item_from_json, item_to_json
from materials_cli.causes import Cause
from materials_cli.disk import disk_errors
from materials_cli.drive.source import Fetched, Source, retrieved_by
from materials_cli.errors import MaterialsError, Reach, stopped_at
from materials_cli.messages import msg, msgn
from materials_cli.model import Accession, Action, ActionKind, Fixity, Item, Plan, RemoteFile, State
from materials_cli.store.mirror import Store
from materials_cli.store.survey import UNDISTURBED
from materials_cli.sync.change import change_of
from materials_cli.sync.rough import as_known
from materials_cli.sync.swaps import clear


@dataclass(frozen=True, slots=True)
class Finished:
    """Bytes that need not be fetched: an item, and where they lie until they are put in its place. placed: they lie there."""

    item: Item
    part: Path
    placed: bool = False

    def as_fetched(self) -> Fetched:
        """The same as it came from the download."""
        item = self.item
        return Fetched(item.remote, self.part, item.fixity, item.media_type, verified=item.verified)


def finished(collection: str, action: Action, fetched: Fetched, source: Source | None = None) -> Finished:
    """What a worker has downloaded for an action, as the item that it will be. source: where from; None if it was here."""
    now = datetime.now(UTC)
    item = Item(
        collection=collection,
        remote=fetched.file,
        path=action.path or "",
        media_type=fetched.media_type,
        fixity=fetched.fixity,
        first_seen=action.held.first_seen if action.held else now,
        fetched=now,
        verified=fetched.verified,
        retrieved=retrieved_by(source) if source else None,
    )
    return Finished(item, fetched.part)


def note(store: Store, done: Finished) -> None:
    """Note what a worker has finished, before its bytes are renamed, or are anywhere but here."""
    store.note(done.part, json.dumps(item_to_json(done.item)))
    store.stow(done.part, done.item.fixity)


def noted(store: Store, collection: str) -> dict[str, Finished]:
    """What interrupted runs of a collection noted, by id; of several notes of one item, the last."""
    return {done.item.id: done for done in _all_noted(store, collection)}


def _all_noted(store: Store, collection: str) -> list[Finished]:
    """The same, all notes in the order of their downloads: several runs may have been cut one after another."""
    return sorted(_each_noted(store, collection), key=lambda done: done.item.fetched)


def _each_noted(store: Store, collection: str) -> Iterator[Finished]:
    for part, text in store.notes():
        item = _as_noted(text)
        if item and item.collection == collection:
            yield Finished(item, part)


def _as_noted(text: str) -> Item | None:
    """The item that a note tells of; None if the note was cut while it was written."""
    try:
        return item_from_json(json.loads(text))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def drop_outdated(store: Store, catalogue: Catalogue, collection: str) -> None:
    """Drop what interrupted runs of a collection noted, and left, once a run is complete: every file has its row.

    Bytes that are left in incoming/ are not what Drive has now. A note that was cut helps no collection.
    """
    cut = [part for part, text in store.notes() if _as_noted(text) is None]
    for part in [*(done.part for done in _all_noted(store, collection)), *cut]:
        if part.exists():
            store.drop(part)
        store.forget(part)
    clear(store, catalogue)


def recover(store: Store, catalogue: Catalogue, journal: Journal) -> None:
    """Give files that an interrupted run put in their place, but did not record, their rows."""
    _settle_swaps(store, catalogue, journal)
    every = _all_noted(store, journal.collection)
    notes = {done.item.id: done for done in every}
    held = catalogue.held(journal.collection) if notes else {}
    there = {was.path: was for was in held.values() if was.state is State.HELD}
    adopted = 0
    for done in notes.values():
        was = held.get(done.item.id)
        if _lacks_a_row(store, done, was, there.get(done.item.path)):
            _record(store, catalogue, journal, was, done.item)
            store.forget(done.part)
            adopted += 1
    _retire_superseded(store, journal, [done for done in every if done is not notes[done.item.id]], held)
    if adopted:
        journal.notices.append(
            msgn(
                "{count} file that an interrupted run had finished was adopted.",
                "{count} files that an interrupted run had finished were adopted.",
                adopted,
            )
        )


def _lacks_a_row(store: Store, done: Finished, was: Item | None, there: Item | None) -> bool:
    """Whether a noted file lies in its place without a row; a note that is needed no more is forgotten.

    was: the row of its item. there: the row that has its place.
    """
    gone = not done.part.exists()
    if _is_recorded(store, was, done.item):
        if gone or _is_placed(store, done.item):
            store.forget(done.part)
        return False
    if _is_placed(store, done.item) and not _is_anothers(there, done.item):
        return True
    if was and was.replacement and was.replacement.fixity == done.item.fixity and gone:
        store.forget(done.part)  # it waits, and its row says so
    return False


def _retire_superseded(store: Store, journal: Journal, older: list[Finished], held: Mapping[str, Item]) -> None:
    """Files that an earlier interrupted run put in a place which no row has become earlier versions of their items.

    held: the rows as that run left them, by id.
    """
    if not older:
        return
    taken = {item.path for item in journal.catalogue.each() if item.state is State.HELD}
    for done in older:
        item = done.item
        left = item.path not in taken and not _is_recorded(store, held.get(item.id), item)
        if left and _is_placed(store, item) and store.retire(item):
            journal.supersede(item, kept=True)
        store.forget(done.part)


def _is_recorded(store: Store, was: Item | None, item: Item) -> bool:
    """Whether the row of an item says what a note does, or what came after: notes may outlive their rows.

    A row that is younger, but whose own bytes are not there, proves nothing: it may be that of a run that was cut later.
    """
    if was is None:
        return False
    if (was.state, was.path, was.fixity) == (State.HELD, item.path, item.fixity):
        return True
    return was.fetched >= item.fetched and (was.state is not State.HELD or _is_placed(store, was))


def _is_anothers(there: Item | None, item: Item) -> bool:
    """Whether the bytes in the place that a note names are those of another item, whose row says so."""
    return there is not None and there.id != item.id and there.fixity.sha256 == item.fixity.sha256


def _is_placed(store: Store, item: Item) -> bool:
    """Whether bytes lie in the place of their item. A note of ours names one in the mirror; any other is not believed."""
    try:
        return store.holds(item)
    except MaterialsError as error:
        stopped_at(Reach.FILE, error)
        return False


def _record(store: Store, catalogue: Catalogue, journal: Journal, was: Item | None, item: Item) -> None:
    with catalogue.transaction():
        if was:
            journal.discard(was)
        journal.record(Accession(_action(was, item), item))
        if was and was.fixity.sha256 != item.fixity.sha256:
            journal.supersede(was, kept=was.fixity.sha256 in store.versions)


def _action(was: Item | None, item: Item) -> Action:
    """What the interrupted run had done."""
    if was is None:
        return Action(ActionKind.ADD, Cause.NEW, item.remote, None, item.path, fetch=True)
    if was.state is State.WITHDRAWN:
        return Action(ActionKind.RESTORE, Cause.BACK, item.remote, was, item.path, fetch=True)
    return Action(ActionKind.REPLACE, Cause.CHANGED, item.remote, was, item.path, fetch=True)


def _settle_swaps(store: Store, catalogue: Catalogue, journal: Journal) -> None:
    """Retire the files that lie in each other's places, or in those of what they replace: the run was interrupted."""

    def rows() -> dict[str, tuple[Fixity, Fixity]]:
        held = (item for item in catalogue.each() if item.state is State.HELD)
        return {item.path: (item.fixity, item.replaced.fixity) for item in held}

    for path, place in store.reclaim(rows):
        journal.notices.append(msg("{path}: left over from an interrupted run; moved to {place}.", path=path, place=place))


def at_hand(store: Store, notes: Mapping[str, Finished], collection: str, action: Action) -> Finished | None:
    """The bytes that an action would fetch, if they are here already: finished by a run before, or at their very place."""
    file, path = action.file, action.path
    if file is None or path is None or file.problem:
        return None
    with disk_errors():
        return _waiting(store, notes.get(file.id), action, file, path) or _in_place(store, collection, action, file, path)


def _waiting(store: Store, done: Finished | None, action: Action, file: RemoteFile, path: str) -> Finished | None:
    """Bytes in incoming/ that were noted and are those that Drive has now."""
    if done is None:
        return None
    known = as_known(file, done.item, None)
    part = store.versions.kept(done.item.fixity.sha256) if action.guarded and not done.part.exists() else done.part
    if change_of(known, done.item) or not store.has(part, done.item.fixity):
        return None
    first_seen = action.held.first_seen if action.held else done.item.first_seen
    return Finished(replace(done.item, remote=known, path=path, first_seen=first_seen), part)


def _in_place(store: Store, collection: str, action: Action, file: RemoteFile, path: str) -> Finished | None:
    """A file that lies at its place without a row, as after the catalogue was lost, and has the digest that Drive states."""
    held = action.held
    if file.native or not (file.sha256 or file.md5) or (action.guarded and held and held.path != path):
        return None
    fixity = store.measured(path, file)
    if fixity is None or (fixity.sha256 != file.sha256 if file.sha256 else fixity.md5 != file.md5):
        return None
    was = Fetched(file, store.path(path), Fixity(fixity.size, fixity.sha256, file.md5), file.media_type, verified=True)
    return replace(finished(collection, action, was), placed=True)


def without_adopted(store: Store, made: Plan) -> Plan:
    """The plan without the downloads of what a sync will find here already; nothing is changed."""
    notes = noted(store, made.collection)

    def here(action: Action) -> bool:
        done = notes.get(action.file.id) if action.file else None
        try:
            with disk_errors():
                if done and action.file and not change_of(as_known(action.file, done.item, None), done.item):
                    return _is_placed(store, done.item) or store.has(done.part, done.item.fixity)
            return at_hand(store, notes, made.collection, action) is not None
        except MaterialsError as error:
            stopped_at(Reach.FILE, error)
            return False

    actions = (
        replace(action, fetch=False, cause=Cause.ADOPTED) if action.fetch and not action.guarded and here(action) else action
        for action in made.actions
    )
    return replace(made, actions=tuple(actions))


def is_repackaged(store: Store, item: Item, done: Finished) -> bool:
    """Whether an export has the content that is held already, apart from its packaging."""
    if item.media_type != done.item.media_type or store.survey({item.id: item}) != UNDISTURBED:
        return False
    with store.reading_item(item) as held:
        from materials_cli.extract.equality import same_content  # noqa: PLC0415 - lxml, for a rare comparison

        return same_content(held, done.part)
