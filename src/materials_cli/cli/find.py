"""Commands that find slides by their words. None of them talks to Google, or imports what does."""

import shlex
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from materials_cli.cli import hits as look
from materials_cli.cli.context import (
    ArchiveOption,
    CollectionOption,
    CollectionsArgument,
    JsonOption,
    find_item,
    open_catalogue,
    open_settings,
)
from materials_cli.cli.output import is_terminal, out, print_hanging, print_json, print_rows, say, say_whole, styled
from materials_cli.cli.typer_ext import SpokenCommand
from materials_cli.errors import MaterialsError
from materials_cli.kinds import Kind, is_kind
from materials_cli.messages import english, msgid, place, tr
from materials_cli.model import Hit
from materials_cli.settings import Settings
from materials_cli.store.mirror import Store

if TYPE_CHECKING:
    from pathlib import Path

# An option can begin with it, and nothing that is typed can.
_HYPHEN = "\ue010"
_DEEPER = 3


class WordsCommand(SpokenCommand):
    """A command whose words may begin with a hyphen: -budget leaves the word out, while -n 5 and --json stay options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Hide the hyphens of words from the parser."""
        known = {name for parameter in self.params for name in getattr(parameter, "opts", ())} | set(ctx.help_option_names)
        words = args.index("--") if "--" in args else len(args)
        return super().parse_args(ctx, [_hidden(word, known) for word in args[:words]] + args[words:])


def _hidden(word: str, known: set[str]) -> str:
    short = word[:2]
    if not word.startswith("-") or word.startswith("--") or len(word) < 2 or word in known:
        return word
    return word if short in known and word[2:].isdecimal() else _HYPHEN + word[1:]


def search(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS", help="What to look for, in any language.", show_default=False)
    ] = None,
    *,
    collection: CollectionOption = None,
    limit: Annotated[int, typer.Option("--limit", "-n", metavar="N", min=1, max=1000, help="At most this many hits.")] = 10,
    all_slides: Annotated[bool, typer.Option("--all-slides", help="Each slide by itself, not folded into its deck.")] = False,
    interactive: Annotated[bool, typer.Option("--interactive", "-i", help="Search on a screen, as you type.")] = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Find slides, pages and sheets by their words.

    Accents, letter case, endings and the alphabet do not matter. A word with a hyphen before it is left out; "a phrase" in
    quotes (in a shell, in two kinds of them) is meant as it stands. --json has each slide by itself.

    Example: materials search public services -budget kind:slides
    """
    settings = open_settings(context, archive)
    chosen = [c.slug for c in settings.chosen(collection or [])] if collection else []
    query = " ".join(words or ()).replace(_HYPHEN, "-")
    if interactive:
        if not (is_terminal(sys.stdout) and sys.stdin.isatty()):
            raise MaterialsError("bad_usage", english("--interactive needs a terminal."), fix=english("materials search WORDS"))
        from materials_cli.cli.browse import run  # noqa: PLC0415 - only a screen needs Textual

        run(settings, query, chosen)
        return
    if words is None:
        what = english("There is nothing to look for.")
        raise MaterialsError("bad_usage", what, fix=english("materials search WORDS, or --interactive"))
    from materials_cli.search.engine import answer  # noqa: PLC0415 - `similar` needs no search

    flat = all_slides or as_json
    with open_catalogue(settings) as catalogue:
        found = answer(catalogue, query, collections=chosen, limit=limit if flat else limit * _DEEPER)
    if as_json:
        rows = [look.hit_row(hit) for hit in found.hits]
        print_json("materials/search@1", rows, query=query, did_you_mean=found.meant, words_apart=found.apart)
    else:
        _print(settings, [look.Folded([hit]) for hit in found.hits] if flat else look.folded(found.hits)[:limit])
    if found.meant:
        meant = tr("Nothing is spelled so. Did you mean:  materials search {words}", words=_typed(found.meant))
        say_whole(meant, style="yellow")
    elif found.apart and found.hits:
        say(tr("No text has the quoted phrase. These have its words."), style="yellow")
    elif not found.hits:
        for unknown in _unknown(settings, query):
            say(unknown, style="yellow")
        say(tr("Nothing found. `materials list` shows all there is."))


search.command_class = WordsCommand  # type: ignore[attr-defined]


def similar(
    context: typer.Context,
    item: Annotated[list[str], typer.Argument(metavar="ITEM[#SLIDE]", help="A path, an id, or words of the name.")],
    *,
    limit: Annotated[int, typer.Option("--limit", "-n", metavar="N", min=1, max=1000, help="At most this many.")] = 10,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Find slides of other decks that share its words.

    The most telling words of an item, or of one slide of it, are looked for.

    Example: materials similar georgia#3
    """
    from materials_cli.search.similar import similar as nearest  # noqa: PLC0415 - `search` needs none of it

    settings = open_settings(context, archive)
    *name, last = " ".join(item).rpartition("#")
    words, number = (name[0], int(last)) if name[0] and last.isdecimal() else (" ".join(item), None)
    with open_catalogue(settings) as catalogue:
        found = find_item(catalogue, [words])
        if number is not None:
            check_section(found.sections, number, found.unit or "section", found.path)
        hits = nearest(catalogue, found, number, limit)
    _print_or_json(settings, "materials/similar@1", hits, as_json=as_json, item=found.id, section=number)
    if not hits:
        say(tr("No other slide shares enough words with it."))


def terms(
    context: typer.Context,
    collection: CollectionsArgument = None,
    *,
    limit: Annotated[
        int, typer.Option("--limit", "-n", metavar="N", min=1, max=1000, help="At most this many in a language.")
    ] = 20,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Show the words that a workshop is about, by language.

    Example: materials terms samarkand-2025
    """
    from materials_cli.search.similar import significant  # noqa: PLC0415

    settings = open_settings(context, archive)
    slugs = [c.slug for c in (settings.chosen(collection) if collection else settings.collections)]
    with open_catalogue(settings) as catalogue:
        rows = [(slug, language, told) for slug in slugs for language, told in significant(catalogue, slug, limit).items()]
    if as_json:
        print_json(
            "materials/terms@1",
            [
                {"collection": slug, "language": language, "word": term.word, "sections": term.sections, "score": term.score}
                for slug, language, told in rows
                for term in told
            ],
        )
    elif is_terminal(sys.stdout):
        before = ""
        for slug, language, told in rows:
            if slug != before:
                out().print(slug, style="bold")
            before = slug
            print_hanging(out(), styled(f"  {language}  ", "cyan"), ", ".join(term.word for term in told))
    else:
        print_rows((slug, language, term.word, term.sections, term.score) for slug, language, told in rows for term in told)
    if not rows:
        say(tr("No text has been read yet. Next: materials sync"))


def check_section(count: int, number: int, unit: str, path: str) -> None:
    """Raise bad_usage when an item has no section of that number."""
    if 1 <= number <= count:
        return
    extent = msgid("It has {count}.") if count else msgid("No text was read out of it, so its extent is not known.")
    raise MaterialsError(
        "bad_usage", english("There is no {place}.", place=place(unit, number)), where=path,
        why=english(extent, count=count), fix=english("`materials show` lists them."),
    )  # fmt: skip


def _print_or_json(settings: Settings, schema: str, hits: list[Hit], *, as_json: bool, **more: Any) -> None:
    if as_json:
        print_json(schema, [look.hit_row(hit) for hit in hits], **more)
    else:
        _print(settings, [look.Folded([hit]) for hit in hits])


def _print(settings: Settings, decks: list[look.Folded]) -> None:
    if not is_terminal(sys.stdout):
        look.print_hit_rows(decks)
        return
    store = Store(settings.archive)
    paths: dict[str, Path] = {deck.hits[0].item.path: store.held_path(deck.hits[0].item) for deck in decks}
    look.print_hits(decks, paths)


def _unknown(settings: Settings, query: str) -> Iterator[str]:
    """What a query asks for that can be nowhere: words of filters that nobody knows."""
    from materials_cli.search.query import parse  # noqa: PLC0415 - see search()

    filters = parse(query).filters
    slugs = [collection.slug for collection in settings.collections]
    for slug in filters.collections:
        if slug not in slugs:
            yield tr("No collection is called “{slug}”; there are: {known}", slug=slug, known=", ".join(slugs))
    for kind in filters.kinds:
        if not is_kind(kind):
            yield tr("No kind of file is called “{kind}”; there are: {known}", kind=kind, known=", ".join(Kind))


def _typed(query: str) -> str:
    """A query as it has to be typed in a shell."""
    return " ".join(shlex.quote(word) if not word.isalnum() else word for word in query.split())
