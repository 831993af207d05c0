"""Items as references in literature, for reference managers: BibTeX, CSL-JSON and RIS say the same of each.

A name is given whole: which part of it is the family name cannot be told in fourteen languages. A date is that of the
talk or the event, as exact as it is known, else that of the last change on Drive.
Sources: the CSL 1.0.2 specification, the manuals of BibTeX and biblatex, the RIS tags of Reference Manager.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from materials_cli.describe.description import Description
from materials_cli.disk import replacing
from materials_cli.export.escape import for_json, one_line
from materials_cli.export.formats import Request, Wrote
from materials_cli.kinds import Kind
from materials_cli.messages import msg

_SPEECHES = {Kind.SLIDES, Kind.VIDEO, Kind.AUDIO}
_TEX = {sign: f"\\{sign}" for sign in "$%&#_"} | {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # BibTeX counts the braces of \{ and \}, too
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_TEX_SIGN = re.compile("[" + re.escape("".join(_TEX)) + "]")
_NOT_IN_ADDRESS = re.compile(r"[{}\\\s]")
_KEY_LENGTH = 12
_MONTHS = ("", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")  # as styles define them
_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a reference says of an item. first, last: year, month and day of the first and last day, as far as known."""

    key: str
    kind: Kind
    title: str
    authors: tuple[str, ...]
    event: str
    series: str
    place: str
    organisers: tuple[str, ...]
    first: tuple[int, ...]
    last: tuple[int, ...]
    languages: tuple[str, ...]
    keywords: tuple[str, ...]
    abstract: str
    url: str
    fetched: date
    note: str

    @property
    def days(self) -> tuple[tuple[int, ...], ...]:
        """The first and the last day, once if they are the same."""
        return tuple(dict.fromkeys(day for day in (self.first, self.last) if day))


def reference(one: Description) -> Reference:
    """What a reference says of an item."""
    item, own, about = one.item, one.own, one.about
    changed = item.remote.modified or item.remote.created
    dates = own.date or about.date or (changed.date().isoformat() if changed else "")
    start, _, end = dates.partition("/")
    session = f"Session: {one_line(own.session)}. " if own.session else ""
    return Reference(
        key=key_of(one),
        kind=item.kind,
        title=one_line(own.title),
        authors=tuple(one_line(creator.name) for creator in own.creators),
        event=one_line(one.event),
        series=one_line(about.part_of),
        place=one_line(about.place),
        organisers=tuple(map(one_line, about.organisers)),
        first=known_parts(start),
        last=known_parts(end),
        languages=tuple(map(one_line, own.languages)),
        keywords=tuple(map(one_line, own.keywords)),
        abstract=one_line(own.description or ""),
        url=one_line(item.remote.web_link or ""),
        fetched=item.fetched.date(),
        note=f"{session}Rights: {one_line(one.rights)}. SHA-256: {item.fixity.sha256}",
    )


def key_of(one: Description) -> str:
    """A name of an item that stays the same, and is safe in any file name: its collection, and a digest of its id."""
    digest = hashlib.sha256(one.item.id.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{one.item.collection}-{digest[:_KEY_LENGTH]}"


def known_parts(text: str) -> tuple[int, ...]:
    """Year, month and day of a date in EDTF, as far as they are known: no month for a season, nothing for a decade."""
    found = _DATE.match(text)
    return tuple(int(part) for part in found.groups() if part) if found else ()


def iso_date(parts: tuple[int, ...]) -> str:
    """The same as ISO 8601 has it: 2025-06-23, 2025-06 or 2025."""
    return "-".join(f"{part:02}" for part in parts)


def iso_days(text: str) -> tuple[str, str]:
    """The first and the last day of a date in EDTF, each as exact as it is known; empty where it is open."""
    start, between, end = text.partition("/")
    first = iso_date(known_parts(start))
    return first, iso_date(known_parts(end)) if between else first


def write_bibtex(request: Request) -> Wrote:
    """A .bib file."""
    advice = msg("LaTeX, JabRef and Zotero read it: \\bibliography or “Import”.")
    return Wrote(_write(request, bibtex), advice)


def write_csl(request: Request) -> Wrote:
    """A list in CSL-JSON."""
    return Wrote(_write(request, csl), msg("Zotero and pandoc read it, and write citations in any style: pandoc --citeproc."))


def write_ris(request: Request) -> Wrote:
    """A .ris file."""
    return Wrote(_write(request, ris), msg("EndNote, Mendeley, Zotero and Citavi read it: “Import”."))


def _write(request: Request, form: Callable[[Iterable[Reference]], Iterator[str]]) -> int:
    count = 0

    def references() -> Iterator[Reference]:
        nonlocal count
        for count, one in enumerate(request.descriptions(), 1):  # noqa: B007 - how many there were
            yield reference(one)

    with replacing(request.target) as file:
        for piece in form(references()):
            file.write(piece.encode("utf-8", "replace"))
    return count


def bibtex(references: Iterable[Reference]) -> Iterator[str]:
    """The entries of a .bib file, in UTF-8."""
    for ref in references:
        year, month, *_ = (*ref.first, 0, 0)
        fields = {
            "title": f"{{{_tex(ref.title)}}}",
            "author": " and ".join(f"{{{_tex(name)}}}" for name in ref.authors),
            "year": str(year or ""),
            "month": _MONTHS[month],
            "date": "/".join(map(iso_date, ref.days)),
            "howpublished": _tex(ref.event),
            "eventtitle": _tex(ref.event),
            "series": _tex(ref.series),
            "organization": " and ".join(f"{{{_tex(name)}}}" for name in ref.organisers),
            "address": _tex(ref.place),
            "language": _tex(", ".join(ref.languages)),
            "keywords": _tex(", ".join(ref.keywords)),
            "abstract": _tex(ref.abstract),
            "url": _NOT_IN_ADDRESS.sub(lambda sign: f"%{ord(sign[0]):02X}", ref.url),
            "urldate": ref.fetched.isoformat(),
            "note": _tex(ref.note),
        }
        braced = {name: value if name == "month" else f"{{{value}}}" for name, value in fields.items() if value}
        lines = ",\n".join(f"  {name} = {value}" for name, value in braced.items())
        yield f"@misc{{{ref.key},\n{lines}\n}}\n\n"


def csl(references: Iterable[Reference]) -> Iterator[str]:
    """A list in CSL-JSON, piece by piece."""
    before = "[\n"
    for ref in references:
        yield before + for_json(_csl(ref))
        before = ",\n"
    yield f"{'' if before[0] == ',' else before}\n]\n"


def _csl(ref: Reference) -> dict[str, Any]:
    kinds = dict.fromkeys(_SPEECHES, "speech") | {Kind.SHEET: "dataset", Kind.IMAGE: "graphic", Kind.LINK: "webpage"}
    fetched = [ref.fetched.year, ref.fetched.month, ref.fetched.day]
    found = {
        "id": ref.key,
        "type": kinds.get(ref.kind, "document"),
        "title": ref.title,
        "author": [{"literal": name} for name in ref.authors],
        "event-title": ref.event,
        "event": ref.event,  # its name before CSL 1.0.2
        "event-place": ref.place,
        "collection-title": ref.series,
        "publisher": "; ".join(ref.organisers),
        "issued": {"date-parts": [list(ref.days[0])]} if ref.days else None,
        "event-date": {"date-parts": [list(day) for day in ref.days]} if ref.days else None,
        "accessed": {"date-parts": [fetched]},
        "language": next(iter(ref.languages), ""),
        "keyword": ", ".join(ref.keywords),
        "abstract": ref.abstract,
        "URL": ref.url,
        "note": ref.note,
    }
    return {name: value for name, value in found.items() if value}


def ris(references: Iterable[Reference]) -> Iterator[str]:
    """The records of a .ris file; lines end with CR LF, as the format asks."""
    kinds = {Kind.SLIDES: "SLIDE", Kind.VIDEO: "VIDEO", Kind.AUDIO: "SOUND", Kind.SHEET: "DATA", Kind.LINK: "ELEC"}
    for ref in references:
        year, month, day, *_ = (*(f"{part:02}" for part in ref.first), "", "", "")
        tags = [
            ("TY", kinds.get(ref.kind, "GEN")),
            ("ID", ref.key),
            ("TI", ref.title),
            *(("AU", name) for name in ref.authors),
            ("T2", ref.event),
            ("T3", ref.series),
            ("CY", ref.place),
            *(("PB", name) for name in ref.organisers),
            ("PY", year),
            ("DA", f"{year}/{month}/{day}" if year else ""),
            *(("LA", language) for language in ref.languages),
            *(("KW", word) for word in ref.keywords),
            ("AB", ref.abstract),
            ("UR", ref.url),
            ("Y2", f"{ref.fetched:%Y/%m/%d}"),
            ("N1", ref.note),
        ]
        yield "".join(f"{tag}  - {value}\r\n" for tag, value in tags if value) + "ER  - \r\n\r\n"


def _tex(text: str) -> str:
    return _TEX_SIGN.sub(lambda sign: _TEX[sign[0]], text)
