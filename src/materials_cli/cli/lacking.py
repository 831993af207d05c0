"""What is lacking: text in items, told shortly (many notes of one kind are one line), and items that are not here yet."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from materials_cli.codes import Code
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


def has_problems(row: Mapping[str, Any]) -> bool:
    """Whether the last run left something to look at that is reported nowhere else."""
    return not (row["last_run"] is None or row["well"] or row["damaged"] or is_partly_here(row))


def is_partly_here(row: Mapping[str, Any]) -> bool:
    """Whether a copy was taken in, and there is nothing else to say of its run but that Drive has more."""
    failures = (row["last_run"] or {}).get("failures", ())
    return bool(failures) and all(failure["code"] == Code.NOT_YET_HERE for failure in failures)
