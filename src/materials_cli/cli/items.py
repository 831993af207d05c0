"""How a person names an item or one of its slides, and how the length of an item is shown."""

import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from materials_cli.cli.complete import complete_item
from materials_cli.cli.context import ArchiveContext
from materials_cli.cli.failures import declined
from materials_cli.cli.output import err, is_terminal, print_hanging, say, styled
from materials_cli.config import Config
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, counted, joined, msg, msgn, placed, tr, trn, verbatim
from materials_cli.model import Item
from materials_cli.patterns import regex
from materials_cli.values import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from materials_cli.catalogue.items import Catalogue

ItemArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="ITEM[#SLIDE]", help="A path, an id, words of the name, or the number of a hit.", autocompletion=complete_item
    ),
]
SlideOption = Annotated[
    int | None,
    typer.Option("--slide", "--page", metavar="N", min=1, help="This slide or page of it, as ITEM#N.", show_default=False),
]
_MOST_CANDIDATES = 10
_NUMBER = regex(r"[0-9]{1,6}")
_SLIDE = regex(r"(?P<item>.*\S)#(?P<number>[0-9]{1,6})", re.DOTALL)


@frozen()
class Place:
    """An item, and the number of the slide, page or sheet that was given, if any."""

    item: Item
    number: int | None = None


def archive_of(context: typer.Context, archive: Path | None, words: "Sequence[str]") -> ArchiveContext:
    """The archive of an item: the one here or, if it is a hit of a search in several, that of the hit."""
    from materials_cli.cli import last_hits  # noqa: PLC0415 - TAB needs none

    here = ArchiveContext.of(context, archive)
    number = re.fullmatch(r"([0-9]{1,6})(?:#[0-9]{1,6})?", " ".join(words))
    root = last_hits.archive_of(here.root, int(number[1])) if number else None
    if root is None:
        return here
    from materials_cli.cli.far import context_at  # noqa: PLC0415 - seldom needed

    return context_at(root, as_json=here.as_json)


def find_place(here: ArchiveContext, catalogue: "Catalogue", words: "Sequence[str]", slide: int | None = None) -> Place:
    """The item, and the slide if any, given by a path, an id, words of its name or the number of a hit, with #N or --slide.

    Raise unknown_item, ambiguous_item if nobody can be asked, or bad_usage if the item has no such slide.
    """
    name, number = _parted(catalogue, " ".join(words))
    if None not in (number, slide) and number != slide:
        raise MaterialsError(
            Code.BAD_USAGE, msg("“{text}” and --slide {slide} name two slides.", text=" ".join(words), slide=str(slide))
        )
    place = _numbered_hit(here, catalogue, name) or Place(_find(here, catalogue, name))
    number = slide if number is None else number
    if number is None:
        return place
    _check_number(place.item, number)
    return Place(place.item, number)


def find_item(here: ArchiveContext, catalogue: "Catalogue", words: "Sequence[str]") -> Item:
    """The same for commands that take no slide."""
    return find_place(here, catalogue, words).item


def _numbered_hit(here: ArchiveContext, catalogue: "Catalogue", text: str) -> Place | None:
    """The hit of the last search on this terminal that has this number, which is printed; None for any other text."""
    from materials_cli.cli import last_hits  # noqa: PLC0415 - TAB needs none

    hit = last_hits.recall(here.root, int(text)) if _NUMBER.fullmatch(text) else None
    if hit is None:
        return None
    collection, item_id, number = hit
    item = next((item for item in _resolve(catalogue, item_id) if (item.collection, item.id) == (collection, item_id)), None)
    if item is None:
        return None
    name = item.path.rpartition("/")[2]
    if number is None or number > item.sections:
        say(tr("Hit {number}: {name}", number=text, name=name))
        return Place(item)
    say(tr("Hit {number}: {name}, {place}", number=text, name=name, place=placed(item.unit or "section", number)))
    return Place(item, number)


def _find(here: ArchiveContext, catalogue: "Catalogue", text: str) -> Item:
    found = _resolve(catalogue, text)
    if not found or _is_number_of_no_hit(found, text):
        raise _no_item(found, text)
    if len(found) == 1:
        return found[0]
    head = msgn("{count} item matches “{text}”:", "{count} items match “{text}”:", len(found), text=text)
    candidates = found[:_MOST_CANDIDATES]
    more = len(found) - len(candidates)
    if not here.as_json and sys.stdin.isatty() and is_terminal(sys.stdout) and is_terminal(sys.stderr):
        return _chosen(head, candidates, more)
    lines = [head, *(verbatim(f"{item.id}  {item.path}") for item in candidates)]
    if more:
        lines.append(msgn("… and {count} more", "… and {count} more", more))
    meant = tuple({"collection": item.collection, "id": item.id, "path": item.path} for item in found)
    raise MaterialsError(Code.AMBIGUOUS_ITEM, joined(lines, "\n         "), candidates=meant)


def _is_number_of_no_hit(found: "Sequence[Item]", text: str) -> bool:
    """Whether a number is meant for a hit that no search has, and not for an item of just this name."""
    from materials_cli.cli import last_hits  # noqa: PLC0415 - TAB needs none

    if not _NUMBER.fullmatch(text) or any(text in (item.id, item.path, item.path.rpartition("/")[2]) for item in found):
        return False
    return last_hits.is_meant(int(text))


def _no_item(found: "Sequence[Item]", text: str) -> MaterialsError:
    """That there is no such item; of a number, why no hit has it, and how a name with it is given."""
    from materials_cli.cli import last_hits  # noqa: PLC0415 - as above

    what = msg("No matching item.")
    if not _NUMBER.fullmatch(text):
        return MaterialsError(Code.UNKNOWN_ITEM, what, where=text)
    if last_hits.on_terminal():
        why = msg(
            "No search of the last hour on this terminal has a hit {number}. In a pipe, hits have no numbers.", number=text
        )
        named = msg("Search again, or, for an item with {number} in its name: ./{number}", number=text)
    else:
        why = msg("A number means a hit of the last search on a terminal, and there is no terminal here.")
        named = msg("For an item with {number} in its name: ./{number}", number=text)
    return MaterialsError(Code.UNKNOWN_ITEM, what, where=text, why=why, fix=named if found else None)


def _chosen(head: Message, candidates: "Sequence[Item]", more: int) -> Item:
    """Ask which of several items is meant; end the command if none is chosen."""
    say(tr(head))
    for number, item in enumerate(candidates, 1):
        print_hanging(err(), styled(f"  {number:>2}  ", "dim"), item.path)
    if more:
        say(f"      {trn('… and {count} more', '… and {count} more', more)}")
    while True:
        err().print(styled(tr("Which one? (1-{last}, Enter for none)", last=len(candidates))), end=" ")
        answer = sys.stdin.readline().strip()
        if not answer:
            raise declined(msg("No item chosen."))
        if _NUMBER.fullmatch(answer) and 1 <= int(answer) <= len(candidates):
            return candidates[int(answer) - 1]
        say(tr("“{text}” is none of these numbers.", text=answer))


def _parted(catalogue: "Catalogue", text: str) -> tuple[str, int | None]:
    """Split ITEM#SLIDE. A name or path that ends this way is not split."""
    parts = _SLIDE.fullmatch(text)
    if parts is None or is_name(catalogue, text):
        return text, None
    return parts["item"], int(parts["number"])


def is_name(catalogue: "Catalogue", text: str) -> bool:
    """Whether a text is the name of an item, its path or the end of it."""
    return any(text in (i.path, i.remote.name) or i.path.endswith(f"/{text}") for i in _resolve(catalogue, text))


def _resolve(catalogue: "Catalogue", text: str) -> list[Item]:
    from materials_cli.search.items import resolve  # noqa: PLC0415 - TAB waits for no tables of letters

    return resolve(catalogue, text)


def _check_number(item: Item, number: int) -> None:
    """Raise bad_usage if an item has no section with this number."""
    if 1 <= number <= item.sections:
        return
    has = msg("It has {count}.", count=str(item.sections))
    extent = has if item.sections else msg("No text was read from it, so its length is unknown.")
    raise MaterialsError(
        Code.BAD_USAGE, msg("There is no {place}.", place=placed(item.unit or "section", number)), where=item.path,
        why=extent, fix=msg("`materials show {item}` lists them.", item=shlex.quote(item.path)),
    )  # fmt: skip


def next_step(config: Config, usual: str = "", *, synced: bool = True) -> str:
    """What to say where there is nothing to show: what comes first in an archive without collections, else what is usual.

    synced: whether it is a sync that brings something, which a detached collection cannot have.
    """
    if not config.collections:
        return tr("No folder has been added to this archive. Next: materials add LINK")
    if synced and not config.followed(()):
        return tr("Nothing to show, and all collections are detached. To sync one again: materials collection link NAME LINK")
    return usual or tr("The archive is empty. Next: materials sync")


def extent(item: Item) -> str:
    """The length of an item: 12 slides; its kind if it has no sections."""
    return tr(counted(item.sections, item.unit or "section")) if item.sections else tr(str(item.kind))
