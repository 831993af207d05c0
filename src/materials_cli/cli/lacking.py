"""Which items lack text, in few lines: many notes of one kind are one line."""

from collections import Counter
from collections.abc import Sequence

from materials_cli.messages import Message, counted, msg, tr

_PICTURES = msg("pictures only, without text")


def folded(notes: Sequence[Message]) -> list[str]:
    """One line for each kind of note, the commonest first, and how to see them all."""
    lines = [f"{tr(counted(count, 'item'))}: {tr(kind)}" for kind, count in Counter(map(_kind, notes)).most_common()]
    return [*lines, tr("To list them: materials status --limit 1000")]


def _kind(note: Message) -> Message:
    """What a note says, without what it says of one file only."""
    fields = dict(note.fields)
    if "total" in fields and fields.get("count") == fields["total"]:
        return _PICTURES
    if "total" in fields:
        return msg("some slides or pages have no text")
    return note if not fields else msg("some of the text is not read")
