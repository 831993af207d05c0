"""`materials glossary`: what a search takes to mean the same."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption, free_place, named_file
from materials_cli.cli.output import is_terminal, out, paged, print_hanging, print_json, print_rows, say, styled
from materials_cli.disk import replace_file, replacing
from materials_cli.errors import Code, MaterialsError
from materials_cli.filenames import OWN_TABLES
from materials_cli.messages import counted, msg, tr
from materials_cli.search.equivalents import Concept, having, own_concepts, shipped_concepts

_OWN = OWN_TABLES[1]


def glossary(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORDS]", help="Only what has these words in any language.")
    ] = None,
    *,
    export: Annotated[
        Path | None, typer.Option("--export", metavar="FILE", help="Write it to a new file: .rdf is SKOS, .csv a table.")
    ] = None,
    take: Annotated[
        Path | None, typer.Option("--import", metavar="FILE", help="Add a thesaurus (SKOS or CSV) to the archive.")
    ] = None,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Show the terms that a search takes to mean the same.

    The archive's own terms are in names.toml and glossary.toml beside materials.toml; --import adds to the latter.

    Example: materials glossary concession
    """
    here = ArchiveContext.of(context, archive)
    if take:
        _take(here.config.archive, named_file(take))
        return
    found = list(having(" ".join(words or ()), (*(own_concepts(here.folder) if here.folder else ()), *shipped_concepts())))
    if export and found:
        _export(found, free_place(here.outside(export, "--export"), "--export"))
    elif as_json and not export:
        rows = [{"id": each.id, "terms": {code: list(terms) for code, terms in each.terms.items()}} for each in found]
        print_json("materials/glossary@1", rows)
    elif not export:
        _print(found)
    if not found:
        say(tr("Nothing in the glossary has these words."))


def _print(concepts: Iterable[Concept]) -> None:
    if not is_terminal():
        print_rows((each.id, code, " | ".join(terms)) for each in concepts for code, terms in each.terms.items())
        return
    with paged():
        for concept in concepts:
            out().print(styled(concept.id, "bold"))
            for code, terms in concept.terms.items():
                print_hanging(out(), styled(f"  {code or '–':<4}", "cyan"), ", ".join(terms))


def _export(concepts: Iterable[Concept], target: Path) -> None:
    from materials_cli.export.thesaurus import skos, table  # noqa: PLC0415 - seldom needed, and slow to import

    forms = {".rdf": skos, ".xml": skos, ".csv": table}
    if target.suffix.lower() not in forms:
        raise MaterialsError(Code.BAD_USAGE, msg("The name of the file must end in .rdf or .csv."), where=str(target))
    with replacing(target) as file:
        file.write(b"\xef\xbb\xbf" if target.suffix.lower() == ".csv" else b"")
        for line in forms[target.suffix.lower()](concepts):
            file.write(line.encode("utf-8", "replace"))
    say(tr("Written: {path}", path=target))


def _take(root: Path, file: Path) -> None:
    from materials_cli.export.thesaurus import read, toml, unknown  # noqa: PLC0415 - as above

    present, given = own_concepts(root), read(file)
    ids = {concept.id for concept in present}
    new = [concept for concept in unknown(given, (*present, *shipped_concepts())) if concept.id not in ids]
    if new:
        target = root / _OWN
        before = target.read_text("utf-8-sig").rstrip("\n") + "\n\n" if target.is_file() else ""
        replace_file(target, (before + toml(new)).encode("utf-8", "replace"))
    say(tr("Added to {file}: {count}", file=_OWN, count=counted(len(new), "concept")))
    if known := len(given) - len(new):
        say(tr("Known already: {count}", count=counted(known, "concept")))
