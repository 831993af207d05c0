"""AtoM (Access to Memory): archival descriptions by ISAD(G) as AtoM's CSV import reads them: collection, folders, items.

The columns are those of AtoM's own template for ISAD(G), in its order. Within a cell, | stands between several values, and
NULL for one that is lacking. Everything is a draft: a person publishes it.
Source: https://www.accesstomemory.org/en/docs/latest/user-manual/import-export/csv-import/
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from materials_cli.config import Collection
from materials_cli.describe.countries import country_code, country_name
from materials_cli.describe.description import Description
from materials_cli.describe.event import event_row
from materials_cli.describe.rights import UNDETERMINED
from materials_cli.disk import replacing
from materials_cli.export.escape import for_csv
from materials_cli.export.formats import Request, Wrote
from materials_cli.export.references import iso_date, known_parts
from materials_cli.export.vocabulary import GENRES, extent
from materials_cli.messages import msg

COLUMNS = (
    "legacyId", "parentId", "qubitParentSlug", "accessionNumber", "identifier", "title", "levelOfDescription",
    "extentAndMedium", "repository", "archivalHistory", "acquisition", "scopeAndContent", "appraisal", "accruals",
    "arrangement", "accessConditions", "reproductionConditions", "language", "script", "languageNote",
    "physicalCharacteristics", "findingAids", "locationOfOriginals", "locationOfCopies", "relatedUnitsOfDescription",
    "publicationNote", "digitalObjectPath", "digitalObjectURI", "generalNote", "subjectAccessPoints", "placeAccessPoints",
    "nameAccessPoints", "genreAccessPoints", "descriptionIdentifier", "institutionIdentifier", "rules", "descriptionStatus",
    "levelOfDetail", "revisionHistory", "languageOfDescription", "scriptOfDescription", "sources", "archivistNote",
    "publicationStatus", "physicalObjectName", "physicalObjectLocation", "physicalObjectType", "alternativeIdentifiers",
    "alternativeIdentifierLabels", "eventDates", "eventTypes", "eventStartDates", "eventEndDates", "eventActors",
    "eventActorHistories", "culture",
)  # fmt: skip
_ALWAYS = {
    "rules": "ISAD(G)",
    "descriptionStatus": "Draft",
    "levelOfDetail": "Partial",
    "languageOfDescription": "en",
    "publicationStatus": "Draft",
    "culture": "en",
}
_NONE = "NULL"

Row = Mapping[str, str]


def write(request: Request) -> Wrote:
    """A CSV in UTF-8 in which each parent stands before its children."""
    with replacing(request.target) as file:
        text = io.TextIOWrapper(file, "utf-8", errors="replace", newline="", write_through=True)
        table = csv.DictWriter(text, COLUMNS, restval="")
        table.writeheader()
        count = 0
        for row in _rows(request):
            count += row["levelOfDescription"] == "Item"
            table.writerow({name: for_csv(value) for name, value in (_ALWAYS | dict(row)).items()})
        text.detach()
    return Wrote(count, msg("In AtoM: Import, CSV, “Archival description”. All of it arrives as drafts."))


def _rows(request: Request) -> Iterator[Row]:
    """Collections, each with its folders and items. A folder stands before the first item in it, since items come by path."""
    collections = {collection.slug: collection for collection in request.chosen}
    told: list[str] = []  # the folders above the item before
    for one in request.descriptions():
        path = PurePosixPath(one.item.path)
        above = [folder.as_posix() for folder in reversed(path.parents)][1:]
        for depth, folder in enumerate(above):
            if depth < len(told) and told[depth] == folder:
                continue
            if depth:
                yield _folder(folder, above[depth - 1])
            else:
                yield _collection(collections.pop(folder, Collection(slug=folder, link="")))
        told = above
        yield _item(one, above[-1])
    for collection in collections.values():
        yield _collection(collection)


def _collection(collection: Collection) -> Row:
    about, known = collection.about, event_row(collection)
    countries = [country_name(code) if (code := country_code(name)) else name for name in about.countries]
    return {
        "legacyId": collection.slug,
        "identifier": collection.slug,
        "title": about.title or collection.title or collection.slug,
        "levelOfDescription": "Collection",
        "acquisition": f"Mirrored from {collection.link}" if collection.link else "",
        "scopeAndContent": ". ".join(filter(None, (about.part_of, about.project))),
        "accessConditions": about.rights or UNDETERMINED,
        "reproductionConditions": known["rights_uri"] or "",
        **_languages(known["language_codes"]),
        "placeAccessPoints": _joined((about.place, *countries)),
        **_events(about.date, about.organisers),
    }


def _folder(path: str, parent: str) -> Row:
    name = path.rpartition("/")[2]
    return {"legacyId": path, "parentId": parent, "title": name, "levelOfDescription": "Series"}


def _item(one: Description, parent: str) -> Row:
    item, own = one.item, one.own
    remote = item.remote
    size = f"{item.fixity.size} bytes"
    return {
        "legacyId": f"{item.collection}:{item.id}",
        "parentId": parent,
        "identifier": item.id,
        "title": own.title,
        "levelOfDescription": "Item",
        "extentAndMedium": f"{extent(one)} ({size})" if extent(one) else size,
        "archivalHistory": _history(one),
        "acquisition": f"Fetched {item.fetched.date().isoformat()} from {remote.web_link or one.collection.link}",
        "scopeAndContent": own.description or remote.description or "",
        "arrangement": ", ".join(filter(None, (f"Day {own.day}" if own.day else "", own.session))),
        "accessConditions": one.rights,
        "reproductionConditions": one.rights_uri or "",
        **_languages(own.languages),
        "physicalCharacteristics": " ".join(filter(None, (item.media_type, own.application, own.pronom))),
        "locationOfOriginals": remote.web_link or "",
        "relatedUnitsOfDescription": f"Same bytes as {one.same_bytes}" if one.same_bytes else "",
        "generalNote": _joined((f"File: {item.path}", f"SHA-256: {item.fixity.sha256}", f"Fixity: {one.fixity}")),
        "subjectAccessPoints": _joined(own.keywords),
        "placeAccessPoints": _joined(country_name(country.code) for country in own.countries),
        "nameAccessPoints": _joined(dict.fromkeys(each.organisation for each in own.creators if each.organisation)),
        "genreAccessPoints": GENRES.get(item.kind, ""),
        "alternativeIdentifiers": _plain(remote.name),
        "alternativeIdentifierLabels": "File name on Drive",
        **_events(_dates(one), [creator.name for creator in own.creators]),
    }


def _languages(codes: Iterable[str]) -> Row:
    """Codes in BCP 47, as AtoM has them: the language and its script in two columns."""
    parts = [code.split("-") for code in codes]
    scripts = [part.title() for _, *more in parts for part in more if len(part) == 4 and part.isalpha()]
    return {"language": _joined(language for language, *_ in parts), "script": _joined(scripts)}


def _history(one: Description) -> str:
    item = one.item
    withdrawn = f"Withdrawn by its owner {item.withdrawn.date().isoformat()}." if item.withdrawn else ""
    versions = f"{len(one.versions)} earlier versions are kept." if one.versions else ""
    return " ".join(filter(None, (f"In the archive since {item.first_seen.date().isoformat()}.", versions, withdrawn)))


def _dates(one: Description) -> str:
    changed = one.item.remote.modified
    return one.own.date or one.about.date or (changed.date().isoformat() if changed else "")


def _events(dates: str, actors: Iterable[str]) -> Row:
    """The creation: who, and when. The date stands at the first of several actors."""
    names = [_plain(name) for name in actors] or [_NONE]
    start, between, end = dates.partition("/")
    shown = (_plain(dates), _day(start), _day(end if between else start))
    if names == [_NONE] and not dates:
        return {}
    rest = [_NONE] * (len(names) - 1)
    columns = ("eventDates", "eventStartDates", "eventEndDates")
    return {
        "eventTypes": "|".join(["Creation"] * len(names)),
        "eventActors": "|".join(names),
        **{name: "|".join([value or _NONE, *rest]) for name, value in zip(columns, shown, strict=True)},
    }


def _day(text: str) -> str:
    """A date as AtoM wants it, with zeros for what is not known; empty for none."""
    parts = known_parts(text)
    return iso_date((*parts, 0, 0)[:3]) if parts else ""


def _joined(values: Iterable[str]) -> str:
    return "|".join(_plain(value) for value in dict.fromkeys(values) if value)


def _plain(value: str) -> str:
    return value.replace("|", "/")
