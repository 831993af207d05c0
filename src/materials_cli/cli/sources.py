"""What `materials status --sources` prints: dead links, signs that a source may vanish, last copies, letters to the owners."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from materials_cli.cli.context import ArchiveContext, free_place
from materials_cli.cli.output import day, out, print_hanging, print_json, print_raw, print_wrapped, safe, say, styled
from materials_cli.config import Collection
from materials_cli.dates import rfc3339
from materials_cli.disk import disk_errors
from materials_cli.errors import Code, MaterialsError
from materials_cli.help.letters import LANGUAGES
from materials_cli.messages import Message, counted, msg, msgn, tr, trn
from materials_cli.model import Item
from materials_cli.sources.look import look
from materials_cli.sources.outlook import Danger, Outlook, Source
from materials_cli.sources.telling import Letter, letters, sentence
from materials_cli.words.addresses import unaddressed, without_addresses

_FEW_NAMED = 5


def show_sources(here: ArchiveContext, chosen: Sequence[Collection]) -> None:
    """Print what is to be said of the sources of some collections."""
    found = _look(here, chosen)
    if here.as_json:
        _print_json(here, found)
        return
    print_hanging(out(), styled(f"{tr('Archive')}  ", "bold"), here.config.archive, "bold")
    for source in found.sources:
        _print_source(source, found)
    if found.untold:
        out().print()
        what = msg(
            "Drive does not say who owns {names}: without a credential and in shared drives, it never does. Whether an account "
            "is idle cannot be known there.", names=", ".join(found.untold),
        )  # fmt: skip
        print_wrapped(out(), styled(tr(what), "dim"))
    out().print()
    line, well = _verdict(found)
    print_wrapped(out(), styled(tr(line), "green" if well else "bold yellow"))


def write_letters(here: ArchiveContext, chosen: Sequence[Collection], language: str | None, folder: Path | None) -> None:
    """Print the letters to the owners in a language, or write them to a new folder: in that language, or in all."""
    if language is not None and language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise MaterialsError(
            Code.BAD_USAGE, msg("There is no letter in “{language}”.", language=language),
            fix=msg("Use one of: {known}", known=known),
        )  # fmt: skip
    found = _look(here, chosen)
    languages = [language] if language else list(LANGUAGES)
    written = {each: letters(found, each) for each in languages}
    if not written[languages[0]]:
        say(tr("No letter is needed: nothing is endangered."))
    elif folder is None:
        print_raw("\n".join(letter.text for each in written.values() for letter in each))
    else:
        _write(free_place(here.outside(folder, "--to"), "--to"), written)


def _write(folder: Path, written: Mapping[str, Sequence[Letter]]) -> None:
    with disk_errors():
        folder.mkdir()
        for language, those in written.items():
            for letter in those:
                (folder / f"{letter.name}.{language}.txt").write_text(letter.text, "utf-8")
    first = next(iter(written.values()))
    say(
        trn(
            "{count} letter was written to {folder}.",
            "{count} letters were written to {folder}.",
            len(first),
            folder=str(folder),
        )
    )
    owners = ", ".join(sorted({letter.owner for letter in first if letter.owner}))
    say(
        tr("Drive shows an owner's address under File information → Details; the archive keeps no addresses.") if owners else ""
    )


def _look(here: ArchiveContext, chosen: Sequence[Collection]) -> Outlook:
    """The outlook of the chosen sources, judged by what is known of all."""
    with here.catalogue() as catalogue:
        found = look(catalogue, here.config.collections, datetime.now(UTC))
    return found.of({collection.slug for collection in chosen})


def _print_source(source: Source, found: Outlook) -> None:
    """Print one source, if there is anything to report."""
    lines = [*_lines(source, found)]
    if not lines:
        return
    out().print()
    title = f"  {safe(source.title)}" if source.title else ""
    print_wrapped(out(), styled(source.collection, "bold").append(title))
    for label, style, text in lines:
        print_hanging(out(), styled(f"  {label}  ", style), text, style)


def _lines(source: Source, found: Outlook) -> Iterator[tuple[str, str, str]]:
    if source.collection in found.dead and source.failing:
        yield tr("dead"), "red", tr("the link has led nowhere since {since}", since=day(source.failing.since))
    for danger in found.dangers:
        if danger.collection == source.collection:
            yield tr("endangered"), "yellow", tr(sentence(danger, day))
    last = [item for item in source.items if (item.collection, item.id) in found.last]
    if last:
        yield tr("last copy"), "yellow", tr(_named(last, source.collection))


def _named(items: Sequence[Item], slug: str) -> Message:
    """How many items, and the names of some."""
    names = [item.path.removeprefix(f"{slug}/") for item in items[:_FEW_NAMED]] + ["…"] * (len(items) > _FEW_NAMED)
    return msg("{count} only here: {names}", count=counted(len(items), "item"), names="; ".join(names))


def _verdict(found: Outlook) -> tuple[Message, bool]:
    """What there is to do, in one line, and whether all is well."""
    endangered = len(found.endangered)
    if endangered:
        what = msgn(
            "{count} item may soon vanish from Drive. To write to its owner: materials status --sources --letter en",
            "{count} items may soon vanish from Drive. To write to their owners: materials status --sources --letter en",
            endangered,
        )
        return what, False
    if found.dead:
        return msg("Links that lead nowhere: ask the owners. For letters: materials status --sources --letter en"), False
    if found.last:
        return msgn(
            "Nothing is endangered. Of {count} item, the archive holds the last copy that it knows of: keep a backup.",
            "Nothing is endangered. Of {count} items, the archive holds the last copy that it knows of: keep a backup.",
            len(found.last),
        ), True
    return msg("Nothing is endangered, as far as Drive tells."), True


def _print_json(here: ArchiveContext, found: Outlook) -> None:
    rows = [
        {
            "collection": source.collection,
            "title": source.title,
            "link": source.link,
            "owner": unaddressed(source.told.owner),
            "dead": source.collection in found.dead,
            "failing_since": rfc3339(source.failing.since) if source.failing else None,
            "failing_code": str(source.failing.code) if source.failing else None,
            "endangered": [danger_row(danger) for danger in found.dangers if danger.collection == source.collection],
            "last_copies": [
                {"id": item.id, "path": item.path, "since": rfc3339(found.last[item.collection, item.id])}
                for item in source.items
                if (item.collection, item.id) in found.last
            ],
        }
        for source in found.sources
    ]
    print_json("materials/sources@1", rows, archive=str(here.config.archive), owners_unknown=list(found.untold))


def danger_row(danger: Danger) -> dict[str, Any]:
    """A sign as a JSON object. No address of anybody is in it."""
    return {
        "sign": str(danger.sign),
        "since": rfc3339(danger.since),
        "expected": rfc3339(danger.expected),
        "owner": unaddressed(danger.owner),
        "domain": danger.domain,
        "words": without_addresses(danger.words) or None,
        "items": [{"id": item.id, "path": item.path} for item in danger.items],
    }
