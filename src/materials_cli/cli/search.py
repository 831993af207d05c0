"""`materials search`: find slides, pages and sheets by their words."""

import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Annotated, Any

import typer

from materials_cli.cli import hits as look
from materials_cli.cli.context import (
    ArchiveContext,
    ArchiveOption,
    CollectionOption,
    JsonOption,
    KindOption,
    kinds_of,
    limit_option,
)
from materials_cli.cli.items import next_step
from materials_cli.cli.output import is_terminal, print_json, say, say_whole
from materials_cli.cli.scope import Here, InOption, require_any, say_notes, scope_of
from materials_cli.cli.typer_ext import SpokenCommand
from materials_cli.config import Config
from materials_cli.errors import Code, ExitStatus, MaterialsError
from materials_cli.kinds import Kind
from materials_cli.messages import Message, msg, tr, trn
from materials_cli.search.engine import MOST_OTHERS, Results
from materials_cli.search.equivalents import Equivalents, own_concepts, shipped
from materials_cli.search.filters import Filters, values_of
from materials_cli.search.hit import Hit, Match
from materials_cli.search.query import Query, parse

# Stands for the hyphen of an excluded word; nobody types this character.
_HYPHEN = "\ue010"
_WANTED = 10
_DEEPER = 3
_DEEPEST = 300
_MOST_NAMED = 8


class WordsCommand(SpokenCommand):
    """A command whose words may start with a hyphen: -budget excludes a word, while -n 5 and --json are options."""

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


def search(  # noqa: PLR0913 - each argument is an option of the command
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS", help="What to look for, in any language.")] = None,
    *,
    collection: CollectionOption = None,
    kind: KindOption = None,
    limit: Annotated[
        int | None,
        limit_option("Maximum number of results. Without it, 10, and a few in other words or near in meaning.", most=1_000),
    ] = None,
    all_slides: Annotated[
        bool, typer.Option("--all-slides", help="List each slide separately instead of grouping by deck.")
    ] = False,
    only_these_words: Annotated[
        bool, typer.Option("--only-these-words", help="Leave out what means the same in other words, names or languages.")
    ] = False,
    interactive: Annotated[bool, typer.Option("--interactive", "-i", help="Search interactively, as you type.")] = False,
    places: InOption = None,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Find slides, pages and sheets by their words.

    Accents, letter case, endings and alphabet do not matter. After other words, -word excludes a word; this OR that finds
    either; "a phrase" in quotes (quoted twice in a shell) matches exactly. --json lists each slide separately.

    With --in, several archives are searched as if they were one; status 3 if one of them cannot be.

    Example: materials search public services -budget kind:slides
    """
    here = ArchiveContext.of(context, archive)
    chosen = () if places else here.slugs(collection)
    filters = Filters(kinds=kinds_of(kind), collections=tuple(collection or ()) if places else ())
    query = " ".join(words or ()).replace(_HYPHEN, "-")
    if interactive:
        _browse(scope_of(here, places), query, filters, chosen)
        return
    if words is None and not kind:
        what = msg("No search words given.")
        raise MaterialsError(Code.BAD_USAGE, what, fix=msg("materials search WORDS, or --interactive"))
    flat = all_slides or as_json
    others = None if only_these_words else equivalents(here)
    wanted = limit or _WANTED
    asked = wanted if flat else wanted * _DEEPER
    parsed = parse(query, filters)
    _refuse_nothing_to_look_for(parsed)
    with scope_of(here, places) as scope:
        require_any(scope.roots, scope.notes)
        ask = partial(scope.found, parsed, chosen, equivalents=others)
        *_, found = ask(limit=asked)
        if _may_hide_rows(found, wanted, asked, flat=flat):
            *_, found = ask(limit=_DEEPEST)
    if as_json:
        found = found.cut(found.hits[:limit])
        _print_json(found, query, {**scope.remarks, **scope.notes})
    else:
        found = _print_rows(found, scope, here, limit, flat=flat)
    _say_how_it_was_found(found, scope, [*_repeated("--in", places), *_repeated("--kind", kind)])
    say_notes({**scope.remarks, **scope.notes})
    if scope.notes:
        raise typer.Exit(int(ExitStatus.PARTIAL))


def _refuse_nothing_to_look_for(query: Query) -> None:
    """Raise bad_usage if a query says only what to leave out."""
    if query.only_excludes:
        word = " ".join(forms.spelled for forms in query.excluded[0].words)
        raise MaterialsError(
            Code.BAD_USAGE, msg("“{query}” says only what to leave out: there is nothing to look for.", query=query.text),
            fix=msg("materials search WORDS -{word}, or, to find the word itself: materials search {word}", word=word),
        )  # fmt: skip


def _browse(scope: Here, query: str, filters: Filters, collections: Sequence[str]) -> None:
    if not (is_terminal() and sys.stdin.isatty()):
        raise MaterialsError(
            Code.BAD_USAGE, msg("--interactive needs a terminal."), fix=msg("materials search WORDS, or --interactive")
        )
    from materials_cli.cli.browse import run  # noqa: PLC0415 - only a screen needs Textual

    require_any(scope.roots, scope.notes)
    run(scope, query, filters, collections)


def _repeated(option: str, values: Sequence[str] | None) -> list[str]:
    """An option as it was typed with several values."""
    return [word for value in values or () for word in (option, value)]


search.command_class = WordsCommand  # type: ignore[attr-defined]  # typer_ext.py asks for it


def _print_json(found: Results, query: str, notes: Mapping[str, Message]) -> None:
    print_json(
        "materials/search@1",
        [look.hit_row(hit) for hit in found.hits],
        query=query,
        did_you_mean=found.correction,
        words_apart=found.phrases_split,
        absent=found.absent,
        also=found.also,
        left_out=found.query.idle,
        total=found.total,
        notices=[{"archive": name, "reason": note} for name, note in notes.items()],
    )


def _typed_hits(found: Results) -> list[Hit]:
    return [hit for hit in found.hits if hit.match not in {Match.MEANING, Match.NEAR}]


def _may_hide_rows(found: Results, wanted: int, asked: int, *, flat: bool) -> bool:
    """Whether all that was asked for was found, in too few files to tell whether others have the words."""
    typed = _typed_hits(found)
    return not flat and asked <= len(typed) and asked < _DEEPEST and len(look.folded(typed, found.query)) <= wanted


def _print_rows(found: Results, scope: Here, here: ArchiveContext, limit: int | None, *, flat: bool) -> Results:
    """Print what was found and how much more there is; return what was printed. flat: each hit alone, not a row a deck."""
    rows = [look.Folded([hit]) for hit in found.hits] if flat else look.folded(found.hits, found.query)
    decks = (rows if flat else _chosen(rows, limit or _WANTED, limit))[:limit]
    look.print_hits(decks, scope, here.root)
    _say_how_many(len(decks), len(rows), found, flat=flat)
    return found.cut(tuple(hit for deck in decks for hit in deck.hits))


def _chosen(decks: Sequence[look.Folded], wanted: int, limit: int | None) -> list[look.Folded]:
    """As many decks as are wanted, and more that were found by other words: a few, or up to the limit that was given."""
    others = [deck for deck in decks if deck.hits[0].match is Match.MEANING][: limit or MOST_OTHERS]
    near = [deck for deck in decks if deck.hits[0].match is Match.NEAR]
    typed = [deck for deck in decks if deck.hits[0].match not in {Match.MEANING, Match.NEAR}][:wanted]
    return [deck for deck in decks if deck in typed or deck in others or deck in near]


def _say_how_many(shown: int, rows: int, found: Results, *, flat: bool) -> None:
    """Tell a person that there are more rows than those that were printed, which another limit brings.

    rows: how many are known; of files, there may be others than those in which the hits are that were asked for.
    """
    every = len(_typed_hits(found)) >= found.total
    total = found.whole if flat else rows
    if shown >= total or not is_terminal():
        return
    if flat or every:
        say(tr("The best {shown} of {total} results. For more: --limit N", shown=shown, total=total), style="dim")
    else:
        say(tr("The best {shown} of at least {total} results. For more: --limit N", shown=shown, total=total), style="dim")


def _say_how_it_was_found(found: Results, scope: Here, options: Sequence[str]) -> None:
    """Print that other words were searched for, or that nothing was found and why. options: as they were typed."""
    if scope.is_empty():
        say(next_step(scope.configs[0]))
        return
    if found.also and is_terminal():
        say(tr("Also looked for: {words}", words=", ".join(_few(found.also))), style="dim")
    if not found.correction and (found.hits or len(found.query.clauses) > 1):
        _say_what_is_nowhere(found)
    if found.correction:
        again = " ".join([*map(shlex.quote, options), _typed(found.correction)])
        say_whole(tr("No match for that spelling. Did you mean:  materials search {words}", words=again), style="yellow")
    elif found.phrases_split and found.hits:
        say(tr("No match for the exact phrase. Showing results with its words."), style="yellow")
    for remark in _not_understood(scope.configs, found.query):
        say(remark, style="yellow")
    if not found.hits:
        say(tr("No results. `materials list` shows everything the archive holds."))


def _say_what_is_nowhere(found: Results) -> None:
    """Print which words no text has. The name and the value of a filter that cannot be are told as such, not here."""
    filters = {word for unknown in found.query.unknown for part in unknown for word in part.split()}
    if absent := [word for word in found.absent if word not in filters]:
        words = ", ".join(tr("“{title}”", title=word) for word in absent)
        say(
            trn("{words} is nowhere in the archive.", "{words} are nowhere in the archive.", len(absent), words=words),
            style="yellow",
        )


def _few(words: Sequence[str]) -> list[str]:
    return [*words[:_MOST_NAMED], *(["…"] if len(words) > _MOST_NAMED else [])]


def equivalents(here: ArchiveContext) -> Equivalents:
    """What means the same, with the own tables of the archive here, if any; one that cannot be used is told, and left out."""
    try:
        return shipped().with_own(own_concepts(here.folder)) if here.folder else shipped()
    except MaterialsError as error:
        say(f"{tr(error.what)} {error.where}", style="yellow")
        return shipped()


def _not_understood(configs: Sequence[Config], query: Query) -> Iterator[str]:
    """An OR without a word on both sides; filters that cannot match anything, or do not take the value that was typed."""
    for word in dict.fromkeys(query.idle):
        yield tr(
            "“{word}” goes between two words: this OR that. It was left out; to find the word itself: '\"{word}\"'", word=word
        )
    for word in dict.fromkeys(query.alone):
        yield tr("“{word}” joins two words: this {word} that. Typed alone, it was searched for as a word.", word=word)
    filters = query.filters
    slugs = [collection.slug for config in configs for collection in config.collections]
    for slug in filters.unknown_collections(slugs):
        yield tr("There is no collection “{slug}”. Collections: {known}", slug=slug, known=", ".join(slugs))
    for kind in filters.unknown_kinds:
        yield tr("There is no kind of file “{kind}”. Kinds: {known}", kind=kind, known=", ".join(Kind))
    for name, value in query.unknown:
        known = ", ".join(values_of(name) or ())
        yield tr("“{value}” is not a value of the filter “{name}”. Values: {known}", value=value, name=name, known=known)


def _typed(query: str) -> str:
    """A query quoted for a shell."""
    return " ".join(shlex.quote(word) if not word.isalnum() else word for word in query.split())
