"""schema.org in JSON-LD, as search engines and knowledge graphs read it: events, collections and items as one graph.

A licence is stated only where people stated one; a RightsStatement is none, and stands under usageInfo.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from materials_cli.config import Collection
from materials_cli.dates import rfc3339
from materials_cli.describe.countries import country_code, country_name
from materials_cli.describe.description import Description
from materials_cli.describe.event import event_row
from materials_cli.describe.rights import UNDETERMINED, rights_uri
from materials_cli.disk import replacing
from materials_cli.export.escape import for_json, one_line, printable
from materials_cli.export.formats import Request, Wrote
from materials_cli.export.references import iso_days, key_of
from materials_cli.export.vocabulary import SCHEMA_TYPES, extent
from materials_cli.kinds import Kind
from materials_cli.messages import msg

_CONTEXT = "https://schema.org"
_LICENCES = "://creativecommons.org/"


def write(request: Request) -> Wrote:
    """A file of JSON-LD, written node by node."""
    count = 0
    with replacing(request.target) as file:
        between = f'{{"@context": "{_CONTEXT}", "@graph": [\n'.encode()
        for collection in request.chosen:
            for node in _of_collection(collection):
                file.write(between + _written(node))
                between = b",\n"
        for count, one in enumerate(request.descriptions(), 1):  # noqa: B007 - how many there were
            file.write(between + _written(item_node(one)))
            between = b",\n"
        file.write((between if between[:1] == b"{" else b"") + b"\n]}\n")
    advice = msg('For a page on the web: put it into <script type="application/ld+json">; for a graph: any reader of JSON-LD.')
    return Wrote(count, advice)


def graph(collections: Iterable[Collection], items: Iterable[Description]) -> str:
    """A few nodes as one text, which may stand in a page: nothing in it ends the element it is put into."""
    nodes = [*(node for each in collections for node in _of_collection(each)), *map(item_node, items)]
    return f'{{"@context": "{_CONTEXT}", "@graph": [{", ".join(_written(node).decode() for node in nodes)}]}}'


def _of_collection(collection: Collection) -> Iterator[Mapping[str, Any]]:
    about, event = collection.about, event_row(collection)
    named = [country_name(code) if (code := country_code(each)) else each for each in about.countries]
    countries = [_named("Country", each) for each in named]
    name = one_line(about.title or collection.title or collection.slug)
    yield _set(
        {
            "@id": f"#{collection.slug}",
            "@type": "Dataset",
            "name": name,
            "url": collection.link,
            "about": {"@id": f"#{collection.slug}-event"} if about else None,
            **_rights(about.rights or UNDETERMINED, rights_uri(about.rights or UNDETERMINED)),
        }
    )
    if about:
        yield _set(
            {
                "@id": f"#{collection.slug}-event",
                "@type": "Event",
                "name": name,
                **_when(about.date),
                "location": _named("Place", about.place),
                "organizer": [_named("Organization", each) for each in about.organisers],
                "superEvent": _named("Event", about.part_of),
                "about": _named("Project", about.project),
                "inLanguage": event["language_codes"],
                "audience": {"@type": "Audience", "geographicArea": countries} if countries else None,
            }
        )


def item_node(one: Description) -> dict[str, Any]:
    """An item as a node of the graph."""
    item, own = one.item, one.own
    remote, slug = item.remote, item.collection
    session = _named("Event", own.session)
    if session:
        session |= _set({**_when(own.date or ""), "superEvent": {"@id": f"#{slug}-event"} if one.about else None})
    return _set(
        {
            "@id": f"#{key_of(one)}",
            "@type": _types(item.kind),
            "name": one_line(own.title),
            "alternateName": one_line(remote.name) if remote.name != own.title else "",
            "identifier": item.id,
            "url": remote.web_link,
            "isPartOf": {"@id": f"#{slug}"},
            "recordedAt": session or ({"@id": f"#{slug}-event"} if one.about else None),
            "author": [_person(creator.name, creator.organisation, creator.country) for creator in own.creators],
            "description": printable(own.description or ""),
            "keywords": [one_line(word) for word in own.keywords],
            "inLanguage": list(own.languages),
            "spatialCoverage": [_named("Country", country_name(country.code)) for country in own.countries],
            "temporalCoverage": own.date,
            "dateCreated": rfc3339(remote.created),
            "dateModified": rfc3339(remote.modified),
            "encodingFormat": item.media_type,
            "contentSize": f"{item.fixity.size} B",
            "sha256": item.fixity.sha256,
            "size": extent(one),
            **_rights(one.rights, one.rights_uri),
        }
    )


def _types(kind: Kind) -> str | list[str]:
    """The type of an item. A document has no size and checksum of its own: these are of a MediaObject."""
    found = SCHEMA_TYPES.get(kind, "DigitalDocument")
    return [found, "MediaObject"] if found.endswith("Document") else found


def _when(date: str) -> Mapping[str, str]:
    return dict(zip(("startDate", "endDate"), iso_days(date), strict=True))


def _written(node: Mapping[str, Any]) -> bytes:
    """A node as JSON that may stand in a page: nothing in it ends the element it is put into."""
    return for_json(node).replace("<", "\\u003c").encode("utf-8", "replace")


def _person(name: str, organisation: str | None, country: str | None) -> Mapping[str, Any]:
    place = {"address": {"@type": "PostalAddress", "addressCountry": country}} if country else {}
    return {**_named("Person", name), **_set({"affiliation": _named("Organization", organisation)}), **place}


def _named(kind: str, name: str | None) -> dict[str, Any]:
    return {"@type": kind, "name": one_line(name)} if name else {}


def _rights(statement: str, uri: str | None) -> Mapping[str, Any]:
    if uri and _LICENCES in uri:
        return {"license": uri}
    return {"usageInfo": uri} if uri else {"conditionsOfAccess": one_line(statement)}


def _set(node: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if value}
