"""What means the same in other languages, as others keep it: SKOS (W3C, 2009) in RDF/XML, and a table in CSV.

Both are read back: SKOS from any thesaurus whose concepts have labels with languages (AGROVOC and EuroVoc are such), CSV from a
spreadsheet with a column for each language.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from materials_cli.errors import Code, MaterialsError
from materials_cli.export.escape import for_csv, from_csv, visible
from materials_cli.messages import Message, msg, verbatim
from materials_cli.search.equivalents import Concept

LANGUAGES = ("en", "ru", "ko", "kk", "ky", "uz", "tg", "az", "ka", "hy", "mn", "bn", "km", "lo", "fil")
_RDF, _SKOS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2004/02/skos/core#"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SCHEME = "urn:materials:glossary"
_ID = re.compile(r"[\W_]+")
_CODE = re.compile("[a-z]{2,3}")
_LABELS = ("prefLabel", "altLabel")
_MOST_BYTES = 50_000_000
_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="{_RDF}" xmlns:skos="{_SKOS}" xmlns:dct="http://purl.org/dc/terms/">
<skos:ConceptScheme rdf:about="{_SCHEME}"><dct:title xml:lang="en">What means the same</dct:title></skos:ConceptScheme>
"""


def skos(concepts: Iterable[Concept]) -> Iterator[str]:
    """The lines of a thesaurus: of each language, the first term is the preferred label, the others are alternative ones."""
    yield _HEAD
    for concept in concepts:
        yield f"<skos:Concept rdf:about={quoteattr(f'{_SCHEME}:{concept.id}')}>\n"
        yield "".join(f"<skos:{name} rdf:resource={quoteattr(_SCHEME)}/>\n" for name in ("inScheme", "topConceptOf"))
        for code, terms in concept.terms.items():
            tag = f" xml:lang={quoteattr(code)}" if code else ""
            for number, term in enumerate(terms):
                name = _LABELS[bool(number)]
                yield f"<skos:{name}{tag}>{escape(visible(term))}</skos:{name}>\n"
        for code, check in concept.checks.items():
            yield f"<skos:editorialNote>{escape(visible(f'{code}: {check}'))}</skos:editorialNote>\n"
        yield "</skos:Concept>\n"
    yield "</rdf:RDF>\n"


def table(concepts: Iterable[Concept]) -> Iterator[str]:
    """The rows of a table in CSV, with a column for each language; several terms in a cell are separated by “ | ”."""
    listed = list(concepts)
    codes = [*LANGUAGES, *sorted({code for concept in listed for code in concept.terms if code} - set(LANGUAGES))]
    for row in (["id", *codes], *([each.id, *(" | ".join(each.terms.get(code, ())) for code in codes)] for each in listed)):
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow([for_csv(cell) for cell in row])
        yield line.getvalue()


def read(file: Path) -> list[Concept]:
    """The concepts of a file in one of both forms; raise bad_usage if it is in neither."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise _refused(file, msg("It is too large."))
        data = file.read_bytes()
        found = list(_apart(_from_skos(data) if data.lstrip()[:1] == b"<" else _from_table(data.decode("utf-8-sig"))))
    except (OSError, UnicodeDecodeError, etree.XMLSyntaxError, csv.Error) as error:
        raise _refused(file, verbatim(error)) from error
    if not found:
        raise _refused(file, msg("It has no concept with terms in several languages."))
    return found


def unknown(given: Iterable[Concept], known: Iterable[Concept]) -> Iterator[Concept]:
    """Those of the given concepts that have terms which no one known concept has, all of them."""
    having: dict[tuple[str, str], set[int]] = {}
    for number, concept in enumerate(known):
        for term in _terms(concept):
            having.setdefault(term, set()).add(number)
    for concept in given:
        if not set.intersection(*(having.get(term, set()) for term in _terms(concept))):
            yield concept


def _terms(concept: Concept) -> Iterator[tuple[str, str]]:
    """Its terms with their languages, as they are after a way out and back."""
    return ((code, _spaced(term)) for code, terms in concept.terms.items() for term in terms)


def toml(concepts: Iterable[Concept]) -> str:
    """Concepts as a table of an archive."""
    lines = []
    for concept in concepts:
        lines.append(f"\n[{_quoted(concept.id)}]")
        lines += [f"{_quoted(code)} = [{', '.join(map(_quoted, terms))}]" for code, terms in concept.terms.items() if code]
    return "\n".join(lines).lstrip() + "\n"


def _from_skos(data: bytes) -> Iterator[Concept]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_pis=True)
    for node in etree.fromstring(data, parser).iter(f"{{{_SKOS}}}Concept", f"{{{_RDF}}}Description"):
        terms: dict[str, dict[str, None]] = {}
        for name in _LABELS:
            for label in node.iterfind(f"{{{_SKOS}}}{name}"):
                code, text = (label.get(_XML_LANG) or "").lower().partition("-")[0], _spaced(label.text or "")
                if text and _CODE.fullmatch(code):
                    terms.setdefault(code, {})[text] = None
        if len(terms) > 1:
            about = str(node.get(f"{{{_RDF}}}about") or "").removeprefix(f"{_SCHEME}:")
            first = next(iter(terms.get("en") or next(iter(terms.values()))))
            yield Concept(_id(about.rpartition("/")[2] or first), {code: tuple(each) for code, each in terms.items()})


def _from_table(text: str) -> Iterator[Concept]:
    sample = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text), delimiter=";" if sample.count(";") > sample.count(",") else ",")
    head = [cell.strip().lower() for cell in next(rows, [])]
    for row in rows:
        cells = {name: from_csv(cell) for name, cell in zip(head, row, strict=False)}
        terms = {
            code: found
            for code, cell in cells.items()
            if _CODE.fullmatch(code) and code != "id" and (found := tuple(filter(None, map(_spaced, cell.split("|")))))
        }
        if len(terms) > 1:
            yield Concept(_id(cells.get("id") or next(iter(terms.values()))[0]), terms)


def _id(text: str) -> str:
    return _ID.sub("-", text.lower()).strip("-") or "concept"


def _apart(concepts: Iterable[Concept]) -> Iterator[Concept]:
    """Concepts of which no two have one id: the second is numbered, so that none takes the place of another."""
    count = Counter[str]()
    for concept in concepts:
        count[concept.id] += 1
        yield concept if count[concept.id] == 1 else concept._replace(id=f"{concept.id}-{count[concept.id]}")


def _spaced(text: str) -> str:
    """A term as one line."""
    return " ".join(visible(text).split())


def _quoted(text: str) -> str:
    """A text as JSON writes it, which TOML reads alike."""
    return json.dumps(text, ensure_ascii=False)


def _refused(file: Path, reason: Message) -> MaterialsError:
    return MaterialsError(
        Code.BAD_USAGE, msg("This is not a thesaurus: {reason}", reason=reason), where=str(file),
        fix=msg("Give SKOS in RDF/XML, or a CSV with a column for each language: id, en, ru, ko …"),
    )  # fmt: skip
