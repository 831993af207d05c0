"""Notes which terms of the glossary and which names stand in documents in their language: python tools/attested.py ARCHIVE.

ARCHIVE is an archive with its index. Where at least one of the terms of a concept in a language is in a section in that
language, `checks` of the concept says "corpus" for it; what somebody else noted stays. Nothing of the documents is kept.
"""

import re
import sys
from collections.abc import Mapping
from pathlib import Path

TOP = Path(__file__).parents[1]
sys.path.insert(0, str(TOP / "src"))

from materials_cli.catalogue.items import Catalogue
from materials_cli.search.equivalents import Concept, concepts_in
from materials_cli.search.expression import expression_of
from materials_cli.search.match import MatchLevel
from materials_cli.search.passages import Passages
from materials_cli.search.query import parse

TABLES = [TOP / "src" / "materials_cli" / "search" / f"{name}.toml" for name in ("glossary", "names")]
SEEN = "corpus"
_CHECKS = re.compile(r"checks = .*\n")


def stands(passages: Passages, term: str, code: str) -> bool:
    """Whether a section in a language has a term, in this form."""
    query = parse(f'"{term}" answer:{code}')
    return passages.extent(query.narrowed(expression_of(query.clauses, MatchLevel.WORD))) > 0


def attested(passages: Passages, concept: Concept) -> dict[str, str]:
    """The languages in which a term of a concept is in a document, beside what was noted before."""
    found = {code: note for code, note in concept.checks.items() if note != SEEN}
    for code, terms in concept.terms.items():
        if code not in found and any(stands(passages, term, code) for term in terms):
            found[code] = SEEN
    return found


def with_checks(text: str, checks: Mapping[str, Mapping[str, str]]) -> str:
    """The text of a table, each concept ending with what was checked. checks: by concept and language."""
    first, *blocks = re.split(r"(?m)^(?=\[)", text)
    for number, block in enumerate(blocks):
        noted = checks.get(block[1 : block.index("]")], {})
        listed = ", ".join(f'{code} = "{note}"' for code, note in sorted(noted.items()))
        line = f"checks = {{ {listed} }}\n" if noted else ""
        blocks[number] = f"{_CHECKS.sub('', block).rstrip()}\n{line}"
    return first + "\n".join(blocks)


def main() -> None:
    with Catalogue.open(Path(sys.argv[1]) / ".materials" / "catalogue.sqlite") as catalogue:
        passages = Passages(catalogue.connection, None)
        for table in TABLES:
            text = table.read_text("utf-8")
            checks = {concept.id: attested(passages, concept) for concept in concepts_in(text)}
            table.write_text(with_checks(text, checks), "utf-8")
            print(table.stem, sum(map(len, checks.values())), "checked")


if __name__ == "__main__":
    main()
