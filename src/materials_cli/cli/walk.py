"""`materials triage --interactive`: what is undecided, one by one, with a key for each decision."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from materials_cli.cli.found import around
from materials_cli.cli.output import err, print_hanging, say, styled
from materials_cli.messages import msgid, tr, trn
from materials_cli.triage.found import MEANINGS, Decision, FindKind

if TYPE_CHECKING:
    from materials_cli.deciding import Examined, Triage

_KEYS = {
    "p": Decision.PUBLISH, "r": Decision.REDACT, "w": Decision.WITHHOLD,
    "publish": Decision.PUBLISH, "redact": Decision.REDACT, "withhold": Decision.WITHHOLD,
    "о": Decision.PUBLISH, "с": Decision.REDACT, "н": Decision.WITHHOLD,
    "опубликовать": Decision.PUBLISH, "скрыть": Decision.REDACT, "скрыть найденное": Decision.REDACT,
    "не публиковать": Decision.WITHHOLD,
}  # fmt: skip
_ASK = msgid("[p]ublish, [r]edact, [w]ithhold, [s]kip, [q]uit?")
_QUIT, _SKIP = ("q", "quit", "в", "выйти"), ("s", "skip", "п", "пропустить", "")
_MOST_SHOWN = 5


def walk(triage: "Triage", examined: Sequence["Examined"], kinds: Sequence[FindKind]) -> None:
    """Ask about each kind of what was found in each item; each answer is kept at once."""
    waiting = [(one, kind) for one in examined for kind in FindKind if kind in _asked(one, kinds)]
    made = 0
    for number, (one, kind) in enumerate(waiting, 1):
        finds = [find for find in one.open if find.kind is kind]
        print_hanging(err(), styled(f"{number}/{len(waiting)}  ", "dim"), styled(one.item.path, "bold"))
        say(f"  {kind}: {tr(MEANINGS[kind])}", style="cyan")
        for find in finds[:_MOST_SHOWN]:
            print_hanging(err(), styled(f"    {tr(find.place(one.item.unit or 'section'))}  ", ""), around(find))
        if len(finds) > _MOST_SHOWN:
            more = len(finds) - _MOST_SHOWN
            say(f"    {trn('… and {count} more', '… and {count} more', more)}")
        answer = _answer()
        if answer in _QUIT:
            break
        if answer in _KEYS:
            made += len(triage.decide([one.item], _KEYS[answer], [kind]))
    say(trn("{count} decision was made.", "{count} decisions were made.", made))


def _asked(one: "Examined", kinds: Sequence[FindKind]) -> set[FindKind]:
    return {find.kind for find in one.open if not kinds or find.kind in kinds}


def _answer() -> str:
    """A letter or a whole word of those that are offered, in lower case; the one that quits at the end of the input."""
    while True:
        err().print(styled(f"  {tr(_ASK)}"), end=" ")
        line = sys.stdin.readline()
        answer = " ".join(line.split()).casefold()
        if not line:
            return _QUIT[0]
        if answer in _KEYS or answer in _QUIT or answer in _SKIP:
            return answer
        say(f"  {tr('Answer with one of these letters or words; Enter skips.')}", style="yellow")
