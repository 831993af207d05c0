"""Dublin Core: a file in oai_dc for each item and each event, as harvesters and repositories take it, and one table of all.

Elements are repeated where there are several values; in the table, || stands between them, as DSpace reads it.
"""

import csv
import io
from collections.abc import Iterator, Sequence

from lxml import etree

from materials_cli.config import Collection
from materials_cli.describe.countries import country_code, country_name
from materials_cli.describe.description import Description
from materials_cli.describe.event import event_row
from materials_cli.describe.rights import UNDETERMINED, rights_uri
from materials_cli.export.escape import for_csv, one_line, printable
from materials_cli.export.folder import new_folder
from materials_cli.export.formats import Request, Wrote
from materials_cli.export.references import key_of
from materials_cli.export.vocabulary import DCMI_TYPES, GENRES, extent
from materials_cli.messages import msg

NAMES = (
    "title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format", "identifier", "source",
    "language", "relation", "coverage", "rights",
)  # fmt: skip
_DC, _OAI, _XSI = (
    "http://purl.org/dc/elements/1.1/",
    "http://www.openarchives.org/OAI/2.0/oai_dc/",
    "http://www.w3.org/2001/XMLSchema-instance",
)
_PLACES = {"oai_dc": _OAI, "dc": _DC, "xsi": _XSI}
_BETWEEN = "||"

Element = tuple[str, str]


def write(request: Request) -> Wrote:
    """Files below a folder for each collection, one for each event, and dublin-core.csv."""
    count = 0
    with new_folder(request.target) as folder, (folder / "dublin-core.csv").open("xb") as file:
        text = io.TextIOWrapper(file, "utf-8-sig", errors="replace", newline="", write_through=True)
        table = csv.writer(text)
        table.writerow(("path", *(f"dc.{name}" for name in NAMES)))
        for collection in request.chosen:
            (folder / f"{collection.slug}.xml").write_bytes(_record(list(event_elements(collection))))
        for count, one in enumerate(request.descriptions(), 1):  # noqa: B007 - how many there were
            found = list(elements(one))
            place = folder / one.item.collection / f"{key_of(one)}.xml"
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(_record(found))
            table.writerow((for_csv(one.item.path), *(for_csv(_values(found, name)) for name in NAMES)))
        text.detach()
    advice = msg("Repositories take the files in as they are (oai_dc); dublin-core.csv is a table of the same.")
    return Wrote(count, advice)


def elements(one: Description) -> Iterator[Element]:
    """What Dublin Core can say of an item, in the order of NAMES; no value is empty."""
    item, own, about = one.item, one.own, one.about
    remote = item.remote
    changed = remote.modified.date().isoformat() if remote.modified else None
    found: dict[str, Sequence[str | None]] = {
        "title": (own.title,),
        "creator": [creator.name for creator in own.creators],
        "subject": own.keywords,
        "description": (own.description or remote.description,),
        "publisher": about.organisers,
        "contributor": [creator.organisation for creator in own.creators],
        "date": (own.date or about.date or changed,),
        "type": (DCMI_TYPES.get(item.kind), GENRES.get(item.kind)),
        "format": (item.media_type, extent(one), f"{item.fixity.size} bytes"),
        "identifier": (remote.web_link, key_of(one), f"sha256:{item.fixity.sha256}"),
        "source": ("/".join((*remote.folders, remote.name)),),
        "language": tuple(own.languages),
        "relation": (one.event, own.session, about.part_of, about.project),
        "coverage": (about.place, *(country_name(country.code) for country in own.countries)),
        "rights": (one.rights, one.rights_uri),
    }
    yield from _filled(found)


def event_elements(collection: Collection) -> Iterator[Element]:
    """What Dublin Core can say of the event of a collection."""
    about = collection.about
    rights = about.rights or UNDETERMINED
    countries = [country_name(code) if (code := country_code(name)) else name for name in about.countries]
    found: dict[str, Sequence[str | None]] = {
        "title": (about.title or collection.title or collection.slug,),
        "publisher": about.organisers,
        "date": (about.date,),
        "type": ("Event", "Collection"),
        "identifier": (collection.slug, collection.link),
        "language": event_row(collection)["language_codes"],
        "relation": (about.part_of, about.project),
        "coverage": (about.place, *countries),
        "rights": (rights, rights_uri(rights)),
    }
    yield from _filled(found)


def _filled(found: dict[str, Sequence[str | None]]) -> Iterator[Element]:
    for name, values in found.items():
        for value in dict.fromkeys(values):
            if value and value.strip():
                yield name, printable(value) if name == "description" else one_line(value)


def _record(found: Sequence[Element]) -> bytes:
    root = etree.Element(f"{{{_OAI}}}dc", nsmap=_PLACES)
    root.set(f"{{{_XSI}}}schemaLocation", f"{_OAI} http://www.openarchives.org/OAI/2.0/oai_dc.xsd")
    for name, value in found:
        etree.SubElement(root, f"{{{_DC}}}{name}").text = value
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _values(found: Sequence[Element], name: str) -> str:
    return _BETWEEN.join(value.replace(_BETWEEN, "| |") for each, value in found if each == name)
