"""Drive v3 File resources → our nouns, and the field mask that requests just what they need.

understood() is the one place where what Drive states is believed or not: behind it, every field is as it should be.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from sys import intern
from typing import Any

from materials_cli.drive.tree import Link
from materials_cli.errors import Code, MaterialsError
from materials_cli.kinds import EXPORT_FORMATS, EXPORT_TYPES, EXPORTED, GOOGLE_APPS, SHORTCUT
from materials_cli.messages import Message, msg
from materials_cli.model import Export, RemoteFile
from materials_cli.words.addresses import unaddressed

FIELDS = (
    "id,name,mimeType,size,md5Checksum,sha256Checksum,createdTime,modifiedTime,version,headRevisionId,"
    "trashed,description,owners(displayName,emailAddress),lastModifyingUser(displayName),webViewLink,shortcutDetails,exportLinks,"
    "resourceKey,capabilities(canDownload,canListChildren),driveId"
)

Resource = Mapping[str, Any]

_UNKNOWN_TYPE = "application/octet-stream"
_LARGEST = 1 << 62
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_ID = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LINK = re.compile(r"https?://\S+")
_MD5, _SHA256 = re.compile(r"[0-9a-f]{32}"), re.compile(r"[0-9a-f]{64}")

Read = Callable[[Any], Any]


def understood(answer: object) -> Resource:
    """One File resource with the fields that are as they should be; others are left out, as if Drive did not state them.

    Raise unexpected_answer for what cannot be identified, or for a shortcut to what cannot. Times outside the years 1-9999
    do occur (google/skicka#11).
    """
    stated = _stated(answer)
    identity = _matching(_ID)(stated.get("id"))
    if identity is None:
        raise MaterialsError(Code.UNEXPECTED_ANSWER, msg("Drive describes it without a usable id."))
    found = _fields_of(stated, _READ)
    if stated.get("rough") is True and "exportLinks" not in stated:
        found["exportLinks"] = None
    if "shortcutDetails" in stated and "targetId" not in found.get("shortcutDetails", {}):
        raise MaterialsError(Code.UNEXPECTED_ANSWER, msg("Drive describes it as a shortcut to something without a usable id."))
    return {"name": "", "mimeType": _UNKNOWN_TYPE, **found, "id": identity}


def unusable(answer: object, resource: Resource) -> bool:
    """Whether Drive states what bytes are compared with in a form that was left out."""
    stated = _stated(answer)
    return any(stated.get(name) and name not in resource for name in ("size", "md5Checksum", "sha256Checksum"))


def label_of(answer: object, *names: str) -> str:
    """What to call an entry of a list that may not be understood: its name, else its id, else nothing."""
    stated = _stated(answer)
    return next(filter(None, (_text(stated.get(name)) for name in names or ("name", "id"))), "")


def _stated(answer: object) -> Mapping[object, object]:
    """The fields that an answer states: one that is null is not."""
    return {name: value for name, value in answer.items() if value is not None} if isinstance(answer, Mapping) else {}


def _fields_of(stated: Mapping[object, object], readers: Mapping[str, Read]) -> dict[str, Any]:
    return {name: value for name, read in readers.items() if name in stated and (value := read(stated[name])) is not None}


def _matching(form: re.Pattern[str]) -> Read:
    return lambda value: value if isinstance(value, str) and form.fullmatch(value) else None


def _digest(form: re.Pattern[str]) -> Read:
    """A digest as we write it: other programs write its letters in upper case."""
    return lambda value: value.lower() if isinstance(value, str) and form.fullmatch(value.lower()) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: object) -> str | None:
    """A whole number that is not negative, which Drive writes as a text."""
    digits = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return digits if digits.isascii() and digits.isdigit() and len(digits) < 20 and int(digits) < _LARGEST else None


def _date(value: object) -> str | None:
    return value if isinstance(value, str) and _time(value) else None


def _object(readers: Mapping[str, Read]) -> Read:
    return lambda value: _fields_of(value, readers) if isinstance(value, Mapping) else None


def _people(value: object) -> list[dict[str, Any]] | None:
    return [_OWNER(one) for one in value if isinstance(one, Mapping)] if isinstance(value, list) else None


def _links(value: object) -> dict[str, str] | None:
    stated = value.items() if isinstance(value, Mapping) else ()
    return {kind: link for kind, link in stated if isinstance(link, str) and _LINK.fullmatch(link)} or None


_PERSON = _object({"displayName": _text})
_OWNER = _object({"displayName": _text, "emailAddress": _text})
_READ: Mapping[str, Read] = {
    "name": _text,
    "mimeType": lambda value: _text(value) or None,
    "size": _number,
    "md5Checksum": _digest(_MD5),
    "sha256Checksum": _digest(_SHA256),
    "createdTime": _date,
    "modifiedTime": _date,
    "version": _number,
    "headRevisionId": _text,
    "trashed": _flag,
    "description": _text,
    "owners": _people,
    "lastModifyingUser": _PERSON,
    "webViewLink": _matching(_LINK),
    "thumbnailLink": _matching(_LINK),
    "shortcutDetails": _object({"targetId": _matching(_ID), "targetResourceKey": _matching(_ID)}),
    "exportLinks": _links,
    "resourceKey": _matching(_ID),
    "capabilities": _object({"canDownload": _flag, "canListChildren": _flag}),
    "driveId": _matching(_ID),
    "rough": _flag,
}


def resource_key_header(keys: Mapping[str, str | None]) -> dict[str, str]:
    """The header with the resource keys we were given, or nothing."""
    pairs = ",".join(f"{file_id}/{key}" for file_id, key in keys.items() if key)
    return {"X-Goog-Drive-Resource-Keys": pairs} if pairs else {}


def link_to(resource: Resource, target: str) -> Link:
    """A folder as it is found in another: the folder itself, or a shortcut to it."""
    return Link(resource["id"], resource.get("name") or "", _time(resource.get("createdTime")), target)


Formats = Mapping[str, Sequence[str]]


def remote_files(resource: Resource, shortcut: Resource | None = None, formats: Formats | None = None) -> list[RemoteFile]:
    """One file, apart from its place; a Google document once for each format that is wanted, the first under its own id.

    shortcut: the shortcut's own resource when `resource` is its target. formats: see EXPORT_FORMATS. A resource whose
    exportLinks are None is one that cannot be exported.
    """
    file = _remote_file(resource, shortcut)
    kind, links = EXPORTED.get(file.media_type), resource.get("exportLinks", {})
    if kind is None or links is None:
        return [file]
    wanted = (formats or {}).get(kind) or EXPORT_FORMATS[kind][:1]
    return [
        replace(
            file,
            id=f"{file.id}+{word}" if number else file.id,
            export=Export(EXPORT_TYPES[word], f".{word}", links.get(EXPORT_TYPES[word])),
        )
        for number, word in enumerate(wanted)
    ]


def _remote_file(resource: Resource, shortcut: Resource | None) -> RemoteFile:
    media_type = intern(resource["mimeType"])
    downloadable = resource.get("capabilities", {}).get("canDownload", True)
    return RemoteFile(
        id=(shortcut or resource)["id"],
        drive_id=resource["id"],
        name=(shortcut or resource).get("name") or "",
        parent="",
        media_type=media_type,
        size=int(resource["size"]) if "size" in resource and not media_type.startswith(GOOGLE_APPS) else None,
        md5=resource.get("md5Checksum"),
        sha256=resource.get("sha256Checksum"),
        created=_time((shortcut or resource).get("createdTime")),
        modified=_time(resource.get("modifiedTime")),
        version=resource.get("version"),
        head_revision=resource.get("headRevisionId"),
        description=resource.get("description") or (shortcut or {}).get("description"),
        owner=owner_of(resource),
        modified_by=_shared(resource.get("lastModifyingUser", {}).get("displayName")),
        web_link=resource.get("webViewLink"),
        resource_key=resource.get("resourceKey"),
        shortcut=shortcut is not None,
        rough=bool(resource.get("rough")),
        problem=None if downloadable else msg("The owner does not allow this file to be downloaded."),
    )


def owner_of(resource: Resource) -> str | None:
    """The name of the owner, if Drive tells it."""
    return _shared(next((owner.get("displayName") for owner in resource.get("owners", ())), None))


def domain_of_owner(resource: Resource) -> str | None:
    """What follows the @ in the address of the owner, if Drive tells it: no address goes any further than here."""
    addresses = (owner.get("emailAddress", "") for owner in resource.get("owners", ()))
    domain = next(addresses, "").rpartition("@")[2].lower()
    return domain if _DOMAIN.fullmatch(domain) else None


def with_revision(file: RemoteFile, resource: Resource) -> RemoteFile:
    """The same file in the state that its resource describes."""
    return replace(
        file,
        size=int(resource["size"]) if "size" in resource else None,
        md5=resource.get("md5Checksum"),
        sha256=resource.get("sha256Checksum"),
        modified=_time(resource.get("modifiedTime")),
        version=resource.get("version"),
        head_revision=resource.get("headRevisionId"),
    )


def dangling(shortcut: Resource, problem: Message) -> RemoteFile:
    """A shortcut whose target is not accessible."""
    return RemoteFile(
        id=shortcut["id"],
        drive_id=shortcut["id"],
        name=shortcut.get("name") or "",
        parent="",
        media_type=SHORTCUT,
        created=_time(shortcut.get("createdTime")),
        modified=_time(shortcut.get("modifiedTime")),
        shortcut=True,
        problem=problem,
    )


def _time(value: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(value).astimezone(UTC) if value else None
    except (ValueError, OverflowError, OSError):
        return None


def _shared(name: str | None) -> str | None:
    """A person's name, without the address that may stand in its place; one string object for all the files of a person."""
    name = unaddressed(name)
    return intern(name) if name else name
