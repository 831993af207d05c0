"""A node as Drive's File resource: the fields that a reader by link gets to see."""

from datetime import datetime
from typing import Any

from materials_cli.demo.world import FOLDER, NATIVE, SHORTCUT, Node, World

OFFICE = "application/vnd.openxmlformats-officedocument."
EXTENSIONS = {
    OFFICE + "presentationml.presentation": "pptx",
    OFFICE + "wordprocessingml.document": "docx",
    OFFICE + "spreadsheetml.sheet": "xlsx",
    "application/pdf": "pdf",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "text/plain": "txt",
    "image/png": "png",
    "text/csv": "csv",
}
_PLACES = {"presentation": "presentation", "document": "document", "spreadsheet": "spreadsheets", "drawing": "drawings"}
_EXPORT_PATHS = {
    "presentation": "presentations/Export", "document": "documents/export/Export", "spreadsheet": "spreadsheets/Export",
    "drawing": "drawings/Export",
}  # fmt: skip


def file_resource(node: Node, world: World, origin: str) -> dict[str, Any]:
    """Every field of a node. origin: scheme and host that export links lead to."""
    found: dict[str, Any] = {
        "kind": "drive#file",
        "id": node.id,
        "name": node.name,
        "mimeType": node.media_type,
        "trashed": world.in_bin(node),
        "explicitlyTrashed": node.trashed,
        "starred": False,
        "spaces": ["drive"],
        "version": str(node.version),
        "createdTime": rfc3339(node.created),
        "modifiedTime": rfc3339(node.modified),
        "webViewLink": _web_link(node),
        "iconLink": f"https://drive-thirdparty.googleusercontent.com/16/type/{node.media_type}",
        "hasThumbnail": False,
        "owners": [_user(node.owner)],
        "lastModifyingUser": _user(node.owner),
        "ownedByMe": False,
        "shared": True,
        "capabilities": {
            "canDownload": node.downloadable,
            "canEdit": False,
            "canListChildren": node.media_type == FOLDER,
        },
        "copyRequiresWriterPermission": not node.downloadable,
        "viewersCanCopyContent": node.downloadable,
    }
    if node.parent is not None:
        found["parents"] = [node.parent]
    if node.description:
        found["description"] = node.description
    if node.resource_key:
        found["resourceKey"] = node.resource_key
    if node.media_type == SHORTCUT:
        found["shortcutDetails"] = _shortcut(node, world)
    elif not node.native:
        found |= _blob(node)
    elif node.exports:
        found["size"] = "1024"
        kind = node.media_type.removeprefix(NATIVE)
        base = f"{origin}/feeds/download/{_EXPORT_PATHS.get(kind, 'documents/export/Export')}?id={node.id}&exportFormat="
        found["exportLinks"] = {media_type: base + EXTENSIONS.get(media_type, "bin") for media_type in node.exports}
    return found


def rfc3339(time: datetime) -> str:
    """A time as Drive writes it: milliseconds and Z."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _blob(node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {
        "size": str(node.size),
        "quotaBytesUsed": str(node.size),
        "originalFilename": node.name,
        "headRevisionId": f"0B{node.id[1:20]}{node.revision:04}",
        "webContentLink": f"https://drive.google.com/uc?id={node.id}&export=download",
        "fullFileExtension": node.name.partition(".")[2],
        "fileExtension": node.name.rpartition(".")[2] if "." in node.name else "",
    }
    if node.hashes:
        digests = node.checksums()
        found |= {"md5Checksum": digests["md5"], "sha1Checksum": digests["sha1"], "sha256Checksum": digests["sha256"]}
    return found


def _shortcut(node: Node, world: World) -> dict[str, str]:
    details = {"targetId": node.target or ""}
    target = world.nodes.get(node.target or "")
    if target is not None:
        details["targetMimeType"] = target.media_type
        if target.resource_key:
            details["targetResourceKey"] = target.resource_key
    return details


def _user(name: str) -> dict[str, Any]:
    return {"kind": "drive#user", "displayName": name, "me": False, "permissionId": "0" * 20}


def _web_link(node: Node) -> str:
    key = f"&resourcekey={node.resource_key}" if node.resource_key else ""
    if node.media_type == FOLDER:
        return f"https://drive.google.com/drive/folders/{node.id}" + key.replace("&", "?")
    place = _PLACES.get(node.media_type.removeprefix(NATIVE))
    if node.native and place:
        return f"https://docs.google.com/{place}/d/{node.id}/edit?usp=drivesdk{key}"
    return f"https://drive.google.com/file/d/{node.id}/view?usp=drivesdk{key}"
