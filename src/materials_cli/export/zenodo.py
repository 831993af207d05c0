"""Zenodo: the metadata of a deposit for each item, with the fields of a conference. Nothing is uploaded.

Open access is stated only where people stated an open licence: without one, Zenodo would assume CC-BY.
Sources: https://developers.zenodo.org, and the JSON Schema at https://zenodraft.github.io/metadata-schema-zenodo/
"""

import html
from collections.abc import Mapping
from typing import Any

from materials_cli.describe.countries import country_name
from materials_cli.describe.description import Description
from materials_cli.edtf import read_edtf
from materials_cli.export.escape import for_json, one_line, printable
from materials_cli.export.folder import new_folder
from materials_cli.export.formats import Request, Wrote
from materials_cli.export.references import key_of
from materials_cli.export.vocabulary import extent, language_code, licence_id
from materials_cli.kinds import Kind
from materials_cli.messages import Message, msg, msgn

_TYPES = {
    Kind.SLIDES: "presentation",
    Kind.PDF: "presentation",
    Kind.SHEET: "dataset",
    Kind.IMAGE: "image",
    Kind.VIDEO: "video",
    Kind.AUDIO: "video",  # Zenodo calls it Video/Audio
}
_FORMS = ("BY", "BY-SA", "BY-ND", "BY-NC", "BY-NC-SA", "BY-NC-ND")
_OPEN = {"CC0-1.0", *(f"CC-{form}-{number}" for form in _FORMS for number in ("1.0", "2.0", "2.5", "3.0", "4.0"))}
_OPEN |= {"CC-BY-NC-SA-3.0-IGO", "CC-BY-NC-ND-3.0-IGO"}
_OTHERWISE = {"CC-BY-3.0-IGO": "other-open", "CC-BY-SA-3.0-IGO": "other-open", "CC-BY-NC-3.0-IGO": "other-nc"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def write(request: Request) -> Wrote:
    """A file of JSON for each item, below a folder for each collection."""
    count = nameless = closed = 0
    with new_folder(request.target) as folder:
        for count, one in enumerate(request.descriptions(), 1):  # noqa: B007 - how many there were
            found = metadata(one)
            nameless += not found["creators"]
            closed += found["access_right"] == "closed"
            place = folder / one.item.collection / f"{key_of(one)}.json"
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(for_json(found, indent=1).encode("utf-8", "replace") + b"\n")
    advice = msg(
        "Each file is the metadata of a deposit; its notes name the file to upload. As the body of a request: {body}",
        body='{"metadata": …}',
    )
    return Wrote(count, advice, _notes(nameless, closed))


def _notes(nameless: int, closed: int) -> tuple[Message, ...]:
    without = msgn(
        "{count} item has no creator, and Zenodo asks for one: `materials edit`",
        "{count} items have no creator, and Zenodo asks for one: `materials edit`",
        nameless,
    )
    shut = msgn(
        "{count} item is marked as closed, since no open licence is stated.",
        "{count} items are marked as closed, since no open licence is stated.",
        closed,
    )
    return tuple(note for note, number in ((without, nameless), (shut, closed)) if number)


def metadata(one: Description) -> dict[str, Any]:
    """The metadata of a deposit; creators is always there, and may be empty."""
    item, own, about = one.item, one.own, one.about
    published = item.remote.created or item.remote.modified or item.fetched
    kind = _TYPES.get(item.kind, "other")
    found = {
        "upload_type": kind,
        "image_type": "other" if kind == "image" else "",
        "publication_date": published.date().isoformat(),
        "title": one_line(own.title),
        "description": _description(one),
        **_access(one),
        "keywords": list(dict.fromkeys(map(one_line, own.keywords))),
        "contributors": [{"name": one_line(name), "type": "Other"} for name in dict.fromkeys(about.organisers)],
        "related_identifiers": _related(one),
        "conference_title": one_line(about.title or one.event),
        "conference_dates": conference_dates(about.date),
        "conference_place": one_line(about.place),
        "conference_session": one_line(own.session or ""),
        "partof_title": one_line(about.part_of),
        "language": next(filter(None, map(language_code, own.languages)), ""),
        "notes": _file_note(one),
    }
    return {**{name: value for name, value in found.items() if value}, "creators": _creators(one)}


def conference_dates(text: str) -> str:
    """Dates in EDTF as people write them: “23–25 June 2025”; as they stand where they are not exact."""
    days = read_edtf(text) if text else None
    if days and days.exact and days.first and days.last:
        first, last = days.first, days.last
        if first == last:
            return f"{first.day} {_MONTHS[first.month - 1]} {first.year}"
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{last.day} {_MONTHS[last.month - 1]} {last.year}"
    return one_line(text)


def _creators(one: Description) -> list[Mapping[str, str]]:
    found = {}
    for creator in one.own.creators:
        known = {"name": one_line(creator.name), "affiliation": one_line(creator.organisation or "")}
        found[repr(known)] = {name: value for name, value in known.items() if value}
    return list(found.values())


def _access(one: Description) -> dict[str, str]:
    """Who may see it, by the rights that are stated."""
    licence = licence_id(one.rights_uri)
    known = licence if licence in _OPEN else _OTHERWISE.get(licence or "")
    return {"access_right": "open", "license": known} if known else {"access_right": "closed"}


def _description(one: Description) -> str:
    """Paragraphs of HTML, which Zenodo shows."""
    own, about = one.own, one.about
    countries = ", ".join(country_name(country.code) for country in own.countries)
    said = (
        *(own.description or "").split("\n"),
        f"{one.event}. {about.place}" if about.place else one.event,
        about.project,
        f"Countries: {countries}" if countries else "",
        f"Extent: {extent(one)}" if extent(one) else "",
    )
    return "".join(f"<p>{html.escape(printable(line))}</p>" for line in said if line.strip())


def _related(one: Description) -> list[Mapping[str, str]]:
    address = one_line(one.item.remote.web_link or "")
    if not address.startswith(("https://", "http://")):
        return []
    return [{"identifier": address, "relation": "isDerivedFrom", "scheme": "url"}]


def _file_note(one: Description) -> str:
    return one_line(f"Rights: {one.rights}. File: {one.item.path}. SHA-256: {one.item.fixity.sha256}")
