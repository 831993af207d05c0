"""Reads the replacements that wait, so that the guard can decide; and has those that may take their place do so."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace

from materials_cli.batches import in_parallel
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.journal import Journal
from materials_cli.disk import disk_errors
from materials_cli.drive.source import Source
from materials_cli.errors import Reach, stopped_at
from materials_cli.extract.form import form_of
from materials_cli.extract.pool import Staff
from materials_cli.messages import Message, msg
from materials_cli.model import Action, Item, Plan, Text
from materials_cli.store.mirror import Store
from materials_cli.sync.crew import Crew
from materials_cli.sync.execute import carry_out
from materials_cli.sync.guard import judge

_LEAST_TEXT = 10
_LOST_SHARE = 0.2


def decide(
    source: Source, store: Store, journal: Journal, made: Plan, crew: Crew, readers: Staff, lacking: Iterable[Action] = ()
) -> None:
    """Read what waits for the items of a plan: hold it back and say so, or put it in place of what they hold.

    lacking: downloads for which there was no room; nobody has seen what they would bring.
    """
    guarded = {action.held.id: action for action in (*made.actions, *made.held_back) if action.guarded and action.held}
    read_waiting(store, journal.catalogue, _waiting(journal, guarded), readers)
    waiting = _waiting(journal, guarded)
    unseen = {action.held.id for action in (*made.no_room, *lacking) if action.guarded and action.held}
    failed = len(unseen | {failure.item for failure in journal.failures if failure.item in guarded})
    if trouble := judge(waiting, made.collection, made.holding, failed=failed):
        _hold_back(journal.catalogue, waiting)
        journal.fail(trouble)
    elif waiting:
        taking = _taking(waiting, guarded)
        carry_out(source, store, journal, Plan(made.collection, taking, made.unchanged, left_out=made.left_out), crew)


def _waiting(journal: Journal, guarded: Mapping[str, Action]) -> list[Item]:
    return [item for item in journal.catalogue.replaced([journal.collection]) if item.id in guarded]


def _hold_back(catalogue: Catalogue, waiting: Sequence[Item]) -> None:
    """Record that the guard has decided against these replacements."""
    with catalogue.transaction():
        for item in waiting:
            if item.replacement and not item.replacement.held_back:
                catalogue.record(replace(item, replacement=replace(item.replacement, held_back=True)))


def _taking(waiting: Sequence[Item], guarded: Mapping[str, Action]) -> tuple[Action, ...]:
    """The actions that put replacements in place: the damaged ones first, so that a run that is cut decides alike."""
    damaged_first = sorted(waiting, key=lambda item: not (item.replacement and item.replacement.damage))
    return tuple(replace(guarded[item.id], held=item, fetch=False, guarded=False) for item in damaged_first)


def read_waiting(store: Store, catalogue: Catalogue, items: Sequence[Item], readers: Staff) -> None:
    """Compare replacements with what their items hold, unless that is known, and record what is wrong with them."""

    def damage(item: Item) -> Message | None:
        try:
            return _damage(store, readers, item, texts[item.id])
        except Exception as error:  # noqa: BLE001 - the border around one file
            return stopped_at(Reach.FILE, error).what

    unread = [item for item in items if item.replacement and not item.replacement.read]
    texts = {item.id: catalogue.text(item.collection, item.id) for item in unread}
    with closing(in_parallel(readers.threads, damage, unread)) as batches:
        for batch in batches:
            with catalogue.transaction():
                for item, answer in batch:
                    if item.replacement:
                        new = replace(item.replacement, read=True, damage=answer.result())
                        catalogue.record(replace(item, replacement=new))


def _damage(store: Store, readers: Staff, item: Item, before: Text | None) -> Message | None:
    """What is wrong with a replacement; None if nothing is. The first case that matches is taken."""
    new = item.replaced
    if not new.fixity.size and item.fixity.size:
        return msg("It is empty.")
    with store.reading_item(item) as here, store.reading(item.path, new.fixity.sha256, mirrored=False) as there:
        with disk_errors():
            if form_of(here) and form_of(there) is None:
                return msg("Its format is no longer recognisable.")
        after = readers.pool.extract(there, item.path.rpartition("/")[2])
    if after.note and not after.sections:
        return after.note
    if _letters(before) >= _LEAST_TEXT and _letters(after) < _letters(before) * _LOST_SHARE:
        return msg("Most of its text is gone.")
    return None


def _letters(text: Text | None) -> int:
    """How much text there is, apart from what was recognised in pictures."""
    sections = text.sections if text else ()
    pieces = (piece for s in sections if not s.ocr for piece in (s.title, s.body, s.notes))
    return sum(len("".join(piece.split())) for piece in pieces)
