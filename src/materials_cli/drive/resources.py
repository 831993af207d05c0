"""Drive v3 File resources → our nouns, and the field mask that asks for just what they need."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from materials_cli.kinds import GOOGLE_APPS, SHORTCUT
from materials_cli.model import Export, RemoteFile, RemoteFolder

FIELDS = (
    "id,name,mimeType,size,md5Checksum,sha1Checksum,sha256Checksum,createdTime,modifiedTime,version,headRevisionId,"
    "trashed,description,owners(displayName),lastModifyingUser(displayName),webViewLink,shortcutDetails,exportLinks,"
    "resourceKey,capabilities(canDownload),driveId"
)

_OFFICE = "application/vnd.openxmlformats-officedocument."
SUFFIXES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "pptx": (_OFFICE + "presentationml.presentation", ".pptx"),
        "docx": (_OFFICE + "wordprocessingml.document", ".docx"),
        "xlsx": (_OFFICE + "spreadsheetml.sheet", ".xlsx"),
        "png": ("image/png", ".png"),
        "pdf": ("application/pdf", ".pdf"),
        "json": ("application/vnd.google-apps.script+json", ".json"),
        "mp4": ("video/mp4", ".mp4"),
    }
)
EXPORTS: Mapping[str, str] = MappingProxyType(
    {
        GOOGLE_APPS + "presentation": "pptx",
        GOOGLE_APPS + "document": "docx",
        GOOGLE_APPS + "spreadsheet": "xlsx",
        GOOGLE_APPS + "drawing": "png",
        GOOGLE_APPS + "script": "json",
        GOOGLE_APPS + "vid": "mp4",
    }
)

Resource = Mapping[str, Any]


def remote_folder(resource: Resource, *, identity: str, parent: str | None) -> RemoteFolder:
    """One folder of the tree; identity differs from the Drive id below a shortcut."""
    return RemoteFolder(
        id=identity, name=_text(resource.get("name")), parent=parent, created=_time(resource.get("createdTime"))
    )


def remote_file(
    resource: Resource,
    *,
    identity: str,
    parent: RemoteFolder,
    folders: tuple[str, ...],
    shortcut: Resource | None = None,
) -> RemoteFile:
    """One file of the tree. shortcut: the shortcut's own resource when `resource` is its target."""
    media_type = _text(resource.get("mimeType"))
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
        sha1=resource.get("sha1Checksum"),
        sha256=resource.get("sha256Checksum"),
        created=_time((shortcut or resource).get("createdTime")),
        modified=_time(resource.get("modifiedTime")),
        version=resource.get("version"),
        head_revision=resource.get("headRevisionId"),
        description=resource.get("description") or (shortcut or {}).get("description"),
        owner=next((o.get("displayName") for o in resource.get("owners", ())), None),
        modified_by=resource.get("lastModifyingUser", {}).get("displayName"),
        web_link=resource.get("webViewLink"),
        resource_key=resource.get("resourceKey"),
        export=_export(media_type, resource.get("exportLinks", {})),
        shortcut=shortcut is not None,
        problem=None if downloadable else "The owner does not allow this file to be downloaded.",
    )


def dangling(shortcut: Resource, *, identity: str, parent: RemoteFolder, folders: tuple[str, ...], problem: str) -> RemoteFile:
    """A shortcut that leads nowhere we may go."""
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


def _export(media_type: str, links: Mapping[str, str]) -> Export | None:
    if media_type not in EXPORTS:
        return None
    wanted, suffix = SUFFIXES[EXPORTS[media_type]]
    return Export(wanted, suffix, links.get(wanted))


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value).astimezone(UTC) if value else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
