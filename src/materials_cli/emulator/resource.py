"""A node as a File resource of Drive: the fields that are visible to readers who have the link.

Each field is computed only when it is requested, since some are expensive (digests) and lists are long.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from materials_cli.emulator.formats import EXTENSIONS
from materials_cli.emulator.node import Node
from materials_cli.emulator.world import World
from materials_cli.kinds import FOLDER, GOOGLE_APPS, SHORTCUT

DOCS = "https://docs.google.com"
_PLACES = {"presentation": "presentation", "document": "document", "spreadsheet": "spreadsheets", "drawing": "drawings"}
_EXPORT_PATHS = {
    "presentation": "presentations/Export", "document": "documents/export/Export", "spreadsheet": "spreadsheets/Export",
    "drawing": "drawings/Export",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """A world and the address it is served at. origin: scheme and host of export links, on Google's side docs.google.com."""

    world: World
    origin: str

    @property
    def downloads(self) -> str:
        """Scheme and host that serve files without a credential."""
        return "https://drive.usercontent.google.com" if self.origin == DOCS else self.origin

    @property
    def elsewhere(self) -> str:
        """Scheme and host that serve exports: a different host to a client, though it is the same server under another name."""
        if self.origin == DOCS:
            return "https://doc-0s-10-docstext.googleusercontent.com"
        return self.origin.replace("127.0.0.1", "localhost")


def file_resource(node: Node, scene: Scene, names: Iterable[str] | None = None) -> dict[str, Any]:
    """The named fields of a node, or all of them, without those that this kind of node does not have."""
    wanted = _FIELDS if names is None or "*" in names else [name for name in _FIELDS if name in names]
    return {name: value for name in wanted if (value := _FIELDS[name](node, scene)) is not None}


def rfc3339(time: datetime) -> str:
    """A time as Drive writes it, with milliseconds and Z."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def export_link(node: Node, media_type: str, origin: str) -> str:
    """The address at which docs.google.com exports a document."""
    place = _EXPORT_PATHS.get(node.media_type.removeprefix(GOOGLE_APPS), "documents/export/Export")
    key = f"&resourcekey={node.resource_key}" if node.resource_key else ""
    return f"{origin}/feeds/download/{place}?id={node.id}{key}&exportFormat={EXTENSIONS.get(media_type, 'bin')}"


def web_link(node: Node) -> str:
    """The address at which a person views it."""
    key = f"&resourcekey={node.resource_key}" if node.resource_key else ""
    if node.media_type == FOLDER:
        return f"https://drive.google.com/drive/folders/{node.id}" + key.replace("&", "?")
    kind = node.media_type.removeprefix(GOOGLE_APPS)
    if node.native and kind in {*_PLACES, "form"}:
        return f"https://docs.google.com/{_PLACES.get(kind, 'forms')}/d/{node.id}/edit?usp=drivesdk{key}"
    return f"https://drive.google.com/file/d/{node.id}/view?usp=drivesdk{key}"


def head_revision(node: Node) -> str:
    """The id of a file's current revision."""
    return f"0B{node.id[1:20]}{node.revision:04}"


def _size(node: Node, _: Scene) -> str | None:
    if node.native:
        return "1024" if node.exports else None  # counted against the owner's storage; not the size of an export
    return str(node.size)


def _of_blob(make: Callable[[Node], Any]) -> "Callable[[Node, Scene], Any]":
    return lambda node, _: None if node.native else make(node)


def _of_my_drive(make: "Callable[[Node, Scene], Any]") -> "Callable[[Node, Scene], Any]":
    """A field that things in shared drives do not have, according to the discovery document."""
    return lambda node, scene: make(node, scene) if node.drive is None else None


def _digest(name: str) -> "Callable[[Node, Scene], Any]":
    return lambda node, _: node.content.digest(name) if node.hashes and not node.native else None


def _export_links(node: Node, scene: Scene) -> dict[str, str] | None:
    return {media_type: export_link(node, media_type, scene.origin) for media_type in node.exports} or None


def thumbnail_link(node: Node, origin: str, size: str = "s220") -> str:
    """Where the picture of a file is for some hours: on another host of Google's, in a size that the address ends with."""
    return f"{origin}/thumbnails/{node.id}/{node.version}={size}"


def _shortcut(node: Node, scene: Scene) -> dict[str, str] | None:
    if node.media_type != SHORTCUT:
        return None
    details = {"targetId": node.target or ""}
    target = scene.world.nodes.get(node.target or "")
    if target is not None:
        details["targetMimeType"] = target.media_type
        if target.resource_key:
            details["targetResourceKey"] = target.resource_key
    return details


def _user(node: Node, _: Scene) -> dict[str, Any]:
    told = {} if node.owner_address is None else {"emailAddress": node.owner_address}
    return {"kind": "drive#user", "displayName": node.owner, "me": False, "permissionId": "0" * 20, **told}


def _capabilities(node: Node, _: Scene) -> dict[str, bool]:
    return {"canDownload": node.downloadable, "canEdit": False, "canListChildren": node.media_type == FOLDER and node.listable}


_FIELDS: dict[str, Callable[[Node, Scene], Any]] = {
    "kind": lambda _, __: "drive#file",
    "id": lambda node, _: node.id,
    "name": lambda node, _: "Drive" if node.id == node.drive else node.name,
    "mimeType": lambda node, _: node.media_type,
    "description": lambda node, _: node.description or None,
    "starred": lambda _, __: False,
    "trashed": lambda node, scene: scene.world.in_bin(node),
    "explicitlyTrashed": lambda node, _: node.trashed,
    "parents": lambda node, _: [node.parent] if node.parent else None,
    "spaces": lambda _, __: ["drive"],
    "version": lambda node, _: str(node.version),
    "webContentLink": _of_blob(lambda node: f"https://drive.google.com/uc?id={node.id}&export=download"),
    "webViewLink": lambda node, _: web_link(node),
    "iconLink": lambda node, _: f"https://drive-thirdparty.googleusercontent.com/16/type/{node.media_type}",
    "hasThumbnail": lambda node, _: node.thumbnail is not None,
    "thumbnailLink": lambda node, scene: thumbnail_link(node, scene.origin) if node.thumbnail else None,
    "createdTime": lambda node, _: rfc3339(node.created),
    "modifiedTime": lambda node, _: rfc3339(node.modified),
    "owners": _of_my_drive(lambda node, scene: [_user(node, scene)]),
    "lastModifyingUser": _user,
    "ownedByMe": _of_my_drive(lambda _, __: False),
    "shared": _of_my_drive(lambda _, __: True),
    "driveId": lambda node, _: node.drive,
    "teamDriveId": lambda node, _: node.drive,
    "hasAugmentedPermissions": lambda node, _: None if node.drive is None else node.restricted is False,
    "capabilities": _capabilities,
    "copyRequiresWriterPermission": lambda node, _: not node.downloadable,
    "viewersCanCopyContent": lambda node, _: node.downloadable,
    "resourceKey": lambda node, _: node.resource_key,
    "originalFilename": _of_blob(lambda node: node.name),
    "fullFileExtension": _of_blob(lambda node: node.name.partition(".")[2]),
    "fileExtension": _of_blob(lambda node: node.name.rpartition(".")[2] if "." in node.name else ""),
    "md5Checksum": _digest("md5"),
    "sha1Checksum": _digest("sha1"),
    "sha256Checksum": _digest("sha256"),
    "size": _size,
    "quotaBytesUsed": lambda node, scene: _size(node, scene) or "0",
    "headRevisionId": _of_blob(head_revision),
    "exportLinks": _export_links,
    "shortcutDetails": _shortcut,
}
