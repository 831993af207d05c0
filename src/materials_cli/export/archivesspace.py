"""ArchivesSpace: digital objects as its import of CSV reads them (background job “Import data”, “Digital object CSV”).

The columns are some of those of its own template. Nothing is published by it: a person does that.
Source: the templates of https://github.com/archivesspace/archivesspace
"""

import csv
import io
from collections.abc import Mapping, Sequence

from materials_cli.describe.description import Description
from materials_cli.disk import replacing
from materials_cli.export.escape import for_csv
from materials_cli.export.formats import Request, Wrote
from materials_cli.export.references import iso_date, key_of, known_parts
from materials_cli.export.vocabulary import extent, language_code
from materials_cli.kinds import Kind
from materials_cli.messages import msg

COLUMNS = (
    "digital_object_id", "digital_object_language", "digital_object_publish", "digital_object_type",
    "digital_object_restrictions", "digital_object_title", "digital_object_is_component", "agent_role", "agent_type",
    "agent_name_name_order", "agent_name_primary_name", "agent_name_source", "digital_object_rights_determined",
    "user_defined_string_1", "user_defined_string_2", "user_defined_string_3", "user_defined_text_1", "user_defined_text_2",
    "user_defined_text_3", "date_1_begin", "date_1_end", "date_1_expression", "date_1_type", "date_1_label", "extent_number",
    "extent_physical_details", "extent_portion", "extent_type", "subject_source", "subject_term", "subject_term_type",
    "file_version_file_uri", "file_version_publish", "file_version_file_size_bytes", "file_version_checksum",
    "file_version_checksum_method", "file_version_caption",
)  # fmt: skip
_TYPES = {
    Kind.SLIDES: "text",
    Kind.DOCUMENT: "text",
    Kind.PDF: "text",
    Kind.TEXT: "text",
    Kind.IMAGE: "still_image",
    Kind.VIDEO: "moving_image",
    Kind.AUDIO: "sound_recording",
}
_LONGEST = 255  # letters of a title, and of a text that a person defined as short


def write(request: Request) -> Wrote:
    """A CSV in UTF-8, a digital object a line."""
    count = crowded = 0
    with replacing(request.target) as file:
        text = io.TextIOWrapper(file, "utf-8", errors="replace", newline="", write_through=True)
        table = csv.DictWriter(text, COLUMNS, restval="")
        table.writeheader()
        for count, one in enumerate(request.descriptions(), 1):  # noqa: B007 - how many there were
            crowded += len(one.own.creators) > 1
            table.writerow({name: for_csv(value) for name, value in _row(one).items()})
        text.detach()
    advice = msg("In ArchivesSpace: Create, Background Job, Import Data, “Digital Object CSV”. Nothing is published by it.")
    note = msg("The format has room for one agent of each object; all creators are in user_defined_text_2.")
    return Wrote(count, advice, (note,) if crowded else ())


def _row(one: Description) -> Mapping[str, str]:
    item, own = one.item, one.own
    creators = [creator.name for creator in own.creators]
    languages = [code for each in own.languages if (code := language_code(each, bibliographic=True))]
    return {
        "digital_object_id": key_of(one),
        "digital_object_language": languages[0] if languages else "",
        "digital_object_publish": "FALSE",
        "digital_object_type": _TYPES.get(item.kind, ""),
        "digital_object_restrictions": "FALSE",
        "digital_object_title": own.title[:_LONGEST],
        "digital_object_is_component": "FALSE",
        **(_agent(creators[0]) if creators else {}),
        "digital_object_rights_determined": "TRUE" if one.rights_source != "default" else "FALSE",
        "user_defined_string_1": item.id[:_LONGEST],
        "user_defined_string_2": (own.session or "")[:_LONGEST],
        "user_defined_string_3": (one.rights_uri or "")[:_LONGEST],
        "user_defined_text_1": f"{one.event}. {one.about.place}" if one.about.place else one.event,
        "user_defined_text_2": "; ".join(creators),
        "user_defined_text_3": "; ".join(filter(None, (f"Rights: {one.rights}", own.description))),
        **_date(own.date or one.about.date),
        "extent_number": "1",
        "extent_portion": "whole",
        "extent_type": "files",
        "extent_physical_details": extent(one),
        **_subject(own.keywords),
        "file_version_file_uri": item.remote.web_link or "",
        "file_version_publish": "FALSE",
        "file_version_file_size_bytes": str(item.fixity.size),
        "file_version_checksum": item.fixity.sha256,
        "file_version_checksum_method": "sha-256",
        "file_version_caption": item.path,
    }


def _agent(name: str) -> Mapping[str, str]:
    return {
        "agent_role": "creator",
        "agent_type": "agent_person",
        "agent_name_name_order": "direct",
        "agent_name_primary_name": name,
        "agent_name_source": "local",
    }


def _subject(keywords: Sequence[str]) -> Mapping[str, str]:
    return {"subject_source": "local", "subject_term": keywords[0], "subject_term_type": "topical"} if keywords else {}


def _date(text: str) -> Mapping[str, str]:
    """Begin and end as far as they are known, and the text itself."""
    if not text:
        return {}
    start, between, end = text.partition("/")
    begins, ends = (iso_date(known_parts(part)) for part in (start, end))
    kind = "inclusive" if between else "single"
    return {
        "date_1_begin": begins, "date_1_end": ends, "date_1_expression": text, "date_1_type": kind, "date_1_label": "creation",
    }  # fmt: skip
