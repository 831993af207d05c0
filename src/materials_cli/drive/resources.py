"""Drive v3 File resources → our nouns, and the field mask that requests just what they need."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from sys import intern
from typing import Any

from materials_cli.kinds import EXPORT_FORMATS, EXPORT_TYPES, EXPORTED, GOOGLE_APPS, SHORTCUT
from materials_cli.messages import Message, msg
from materials_cli.model import Export, RemoteFile, RemoteFolder

FIELDS = (
    "id,name,mimeType,size,md5Checksum,sha256Checksum,createdTime,modifiedTime,version,headRevisionId,"
    "trashed,description,owners(displayName),lastModifyingUser(displayName),webViewLink,shortcutDetails,exportLinks,"
    "resourceKey,capabilities(canDownload,canListChildren),driveId"
)

Resource = Mapping[str, Any]


def resource_key_header(keys: Mapping[str, str | None]) -> dict[str, str]:
    """The header with the resource keys we were given, or nothing."""
    pairs = ",".join(f"{file_id}/{key}" for file_id, key in keys.items() if key)
    return {"X-Goog-Drive-Resource-Keys": pairs} if pairs else {}


def remote_folder(resource: Resource, *, identity: str, parent: str | None) -> RemoteFolder:
    """One folder of the tree; identity differs from the Drive id below a shortcut."""
    return RemoteFolder(
        id=identity, name=_text(resource.get("name")), parent=parent, created=_time(resource.get("createdTime"))
    )


Formats = Mapping[str, Sequence[str]]


def remote_files(
    resource: Resource,
    *,
    identity: str,
    parent: RemoteFolder,
    folders: tuple[str, ...],
    shortcut: Resource | None = None,
    formats: Formats | None = None,
) -> list[RemoteFile]:
    """One file of the tree; a Google document once for each format that is wanted, the first under its own id.

    shortcut: the shortcut's own resource when `resource` is its target. formats: see EXPORT_FORMATS. A resource whose
    exportLinks are None is one that cannot be exported.
    """
    file = _remote_file(resource, identity=identity, parent=parent, folders=folders, shortcut=shortcut)
    kind, links = EXPORTED.get(file.media_type), resource.get("exportLinks", {})
    if kind is None or links is None:
        return [file]
    wanted = (formats or {}).get(kind) or EXPORT_FORMATS[kind][:1]
    return [
        replace(
            file,
            id=f"{identity}+{word}" if number else identity,
            export=Export(EXPORT_TYPES[word], f".{word}", links.get(EXPORT_TYPES[word])),
        )
        for number, word in enumerate(wanted)
    ]


def _remote_file(
    resource: Resource,
    *,
    identity: str,
    parent: RemoteFolder,
    folders: tuple[str, ...],
    shortcut: Resource | None,
) -> RemoteFile:
    media_type = intern(_text(resource.get("mimeType")))
    downloadable = resource.get("capabilities", {}).get("canDownload", True)
    return RemoteFile(
        id=identity,
        drive_id=resource["id"],
        name=_text((shortcut or resource).get("name")),
        parent=parent.id,
        folders=folders,
        media_type=media_type,
        size=int(resource["size"]) if "size" in resource and not media_type.startswith(GOOGLE_APPS) else None,
        md5=resource.get("md5Checksum"),
        sha256=resource.get("sha256Checksum"),
        created=_time((shortcut or resource).get("createdTime")),
        modified=_time(resource.get("modifiedTime")),
        version=resource.get("version"),
        head_revision=resource.get("headRevisionId"),
        description=resource.get("description") or (shortcut or {}).get("description"),
        owner=_shared(next((o.get("displayName") for o in resource.get("owners", ())), None)),
        modified_by=_shared(resource.get("lastModifyingUser", {}).get("displayName")),
        web_link=resource.get("webViewLink"),
        resource_key=resource.get("resourceKey"),
        shortcut=shortcut is not None,
        rough=bool(resource.get("rough")),
        problem=None if downloadable else msg("The owner does not allow this file to be downloaded."),
    )


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


def dangling(
    shortcut: Resource, *, identity: str, parent: RemoteFolder, folders: tuple[str, ...], problem: Message
) -> RemoteFile:
    """A shortcut whose target is not accessible."""
    return RemoteFile(
        id=identity,
        drive_id=shortcut["id"],
        name=_text(shortcut.get("name")),
        parent=parent.id,
        folders=folders,
        media_type=SHORTCUT,
        created=_time(shortcut.get("createdTime")),
        modified=_time(shortcut.get("modifiedTime")),
        shortcut=True,
        problem=problem,
    )


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value).astimezone(UTC) if value else None


def _shared(name: str | None) -> str | None:
    """One string object for all the files of a person."""
    return intern(name) if name else name


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
