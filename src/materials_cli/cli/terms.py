"""`materials terms`: show a workshop's characteristic words."""

from typing import Annotated

import typer

from materials_cli.cli.context import ArchiveContext, ArchiveOption, CollectionsArgument, JsonOption, limit_option
from materials_cli.cli.items import next_step
from materials_cli.cli.output import is_terminal, out, print_hanging, print_json, print_rows, say, styled
from materials_cli.cli.progress import Display
from materials_cli.messages import tr
from materials_cli.search.terms import significant_terms


def terms(
    context: typer.Context,
    collections: CollectionsArgument = None,
    *,
    limit: Annotated[int, limit_option("Maximum number per language.", most=1_000)] = 20,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Show a workshop's characteristic words, by language.

    Example: materials terms samarkand-2025
    """
    here = ArchiveContext.of(context, archive)
    slugs = [c.slug for c in here.collections(collections)]
    with here.catalogue() as catalogue, Display() as display:
        found = {slug: significant_terms(catalogue, slug, limit, display.step) for slug in slugs}
    rows = [(slug, language, words) for slug, languages in found.items() for language, words in languages.items()]
    if as_json:
        print_json(
            "materials/terms@1",
            [
                {"collection": slug, "language": language, "word": term.word, "sections": term.sections, "score": term.score}
                for slug, language, words in rows
                for term in words
            ],
        )
    elif is_terminal():
        before = ""
        for slug, language, words in rows:
            if slug != before:
                out().print(slug, style="bold")
            before = slug
            print_hanging(out(), styled(f"  {language}  ", "cyan"), ", ".join(term.word for term in words))
    else:
        print_rows((slug, language, term.word, term.sections, term.score) for slug, language, words in rows for term in words)
    if not rows:
        say(next_step(here.config, tr("No text has been extracted yet. Next: materials sync")))
