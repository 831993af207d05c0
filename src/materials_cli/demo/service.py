"""What Drive does with a request, in the order in which Drive does it: who asks, is it well formed, what is there."""

import base64
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from materials_cli.demo.answers import (
    Answer,
    bad_key,
    bad_token,
    json_answer,
    login_required,
    not_found,
    refuse,
    unregistered,
)
from materials_cli.demo.discovery import Mask, check_parameters, find_method, parse_mask, select
from materials_cli.demo.faults import Faults
from materials_cli.demo.query import select_nodes
from materials_cli.demo.resource import EXTENSIONS, file_resource, rfc3339
from materials_cli.demo.world import FOLDER, SHORTCUT, Node, World

_DEFAULT_FILE: Mask = {"kind": None, "id": None, "name": None, "mimeType": None, "resourceKey": None}
_DEFAULT_LIST: Mask = {"kind": None, "incompleteSearch": None, "nextPageToken": None, "files": _DEFAULT_FILE}
_SORT_KEYS = {
    "createdTime", "folder", "modifiedByMeTime", "modifiedTime", "name", "name_natural", "quotaBytesUsed", "recency",
    "sharedWithMeTime", "starred", "viewedByMeTime",
}  # fmt: skip
_KEY_SUFFICES = {
    "drive.files.list",
    "drive.files.get",
    "drive.files.export",
    "drive.files.download",
    "drive.operations.get",
}


@dataclass(slots=True)
class Request:
    """One request as it came. operation: list, get, media, export, link or the API's own name; target: the id."""

    verb: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    operation: str = ""
    target: str = ""


@dataclass(slots=True)
class Media:
    """A file's bytes as an answer: read while they are sent."""

    node: Node
    start: int
    stop: int
    answer: Answer


@dataclass(slots=True)
class Service:
    """Drive v3 for one world."""

    world: World
    faults: Faults = field(default_factory=Faults)
    origin: str = ""
    _pages: dict[str, list[str]] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def api(self, request: Request, path: str) -> Answer | Media:
        """Answer a request below /drive/v3/."""
        found = find_method(request.verb, path)
        if found is None:
            raise refuse(404, "notFound", "Not Found")
        method, values = found
        media = method.id == "drive.files.export" or (method.id == "drive.files.get" and request.query.get("alt") == "media")
        request.operation = "media" if media and method.id == "drive.files.get" else method.id.rpartition(".")[2]
        request.target = values.get("fileId", "")
        self._identify(request, method.id, media=media)
        check_parameters(method, request.query)
        fault = self.faults.strike(request.operation, request.target or request.query.get("q", ""))
        if fault and (refusal := fault.refusal()):
            raise refusal
        match method.id:
            case "drive.files.list":
                incomplete = bool(fault and fault.incomplete)
                return self._list(request.query, incomplete=incomplete, omit=fault.omit if fault else frozenset())
            case "drive.files.get":
                node = self._node(request, values["fileId"])
                return self._media(request, node) if media else self._get(request.query, node)
            case "drive.files.export":
                return self._export(request.query, self._node(request, values["fileId"]))
        raise refuse(501, "notImplemented", f"{method.id} is not part of this emulator.")

    def export_link(self, request: Request) -> Answer:
        """Answer an exportLink with a redirect to another host, as docs.google.com does."""
        request.operation, request.target = "link", request.query.get("id", "")
        fault = self.faults.strike("link", request.target)
        if fault and (refusal := fault.refusal()):
            raise refusal
        self._node(request, request.target)
        elsewhere = self.origin.replace("127.0.0.1", "localhost")
        location = f"{elsewhere}/docs-content/{request.target}/{request.query.get('exportFormat', '')}"
        return Answer(307, b"", {"Location": location, "Content-Type": "text/html; charset=UTF-8"})

    def exported(self, request: Request, node_id: str, extension: str) -> Answer:
        """The host that exportLinks redirect to. It must never be shown who asks."""
        request.operation, request.target = "link-content", node_id
        if "authorization" in request.headers or "key" in request.query:
            raise refuse(400, "badRequest", "A credential was sent to a host that has no business with it.")
        node = self.world.visible(node_id)
        media_type = next((m for m, e in EXTENSIONS.items() if e == extension), "")
        if node is None or media_type not in node.exports:
            raise refuse(404, "notFound", "Not Found")
        return self._converted(node, media_type)

    def _identify(self, request: Request, method: str, *, media: bool) -> None:
        if self.world.open:
            return
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        if token:
            if token not in self.world.tokens:
                raise bad_token()
            return
        key = request.query.get("key") or request.headers.get("x-goog-api-key")
        if key is not None and key not in self.world.keys:
            raise bad_key()
        if method not in _KEY_SUFFICES:
            raise login_required()
        if key is None:
            raise unregistered(media=media)

    def _node(self, request: Request, node_id: str) -> Node:
        node = self.world.visible(self.world.root if node_id == "root" else node_id)
        if node is None:
            raise not_found(node_id)
        shown = request.headers.get("x-goog-drive-resource-keys", "").split(",")
        if node.needs_key and f"{node.id}/{node.resource_key}" not in shown:
            raise not_found(node_id)
        return node

    def _list(self, query: Mapping[str, str], *, incomplete: bool, omit: frozenset[str]) -> Answer:
        size = int(query.get("pageSize", "100"))
        if not 1 <= size <= 1000:
            message = f"Invalid value '{size}'. Values must be within the range: [value: 1\n, value: 1000\n]"
            raise refuse(400, "invalidParameter", message, location="page_size")
        order = _order(query.get("orderBy", ""))
        if query.get("includeItemsFromAllDrives") == "true" and query.get("supportsAllDrives") != "true":
            message = "The supportsAllDrives parameter must be set to true to include items from all drives."
            raise refuse(403, "supportsTeamDrivesRequired", message, location="supportsAllDrives")
        token = query.get("pageToken", "")
        with self.world.lock:
            nodes = select_nodes(query.get("q", ""), self.world)
            if token:
                left = self._pages.get(token)
                if left is None:
                    raise refuse(400, "invalid", "Invalid Value", location="pageToken")
                nodes = [node for node_id in left if (node := self.world.visible(node_id))]
            else:
                nodes = [node for node in _sorted(nodes, order) if node.id not in omit]
            mask = parse_mask(query["fields"], "FileList") if "fields" in query else _DEFAULT_LIST
            cap = min(size, self.world.page_cap)
            page, rest = nodes[:cap], nodes[cap:]
            files = [file_resource(node, self.world, self.origin) for node in page]
        answer: dict[str, Any] = {"kind": "drive#fileList", "incompleteSearch": incomplete, "files": files}
        if rest:
            answer["nextPageToken"] = self._remember([node.id for node in rest])
        return json_answer(select(answer, mask))

    def forget_pages(self) -> None:
        """Let every page token given so far expire."""
        self._pages.clear()

    def _remember(self, left: list[str]) -> str:
        token = "~!!~" + base64.urlsafe_b64encode(f"page {next(self._numbers)}".encode()).decode()
        self._pages[token] = left
        return token

    def _get(self, query: Mapping[str, str], node: Node) -> Answer:
        if "acknowledgeAbuse" in query and query["acknowledgeAbuse"] == "true":
            raise refuse(403, "invalidAbuseAcknowledgment", "Only the owner may acknowledge abuse.")
        mask = parse_mask(query["fields"], "File") if "fields" in query else _DEFAULT_FILE
        with self.world.lock:
            return json_answer(select(file_resource(node, self.world, self.origin), mask))

    def _media(self, request: Request, node: Node) -> Media:
        if node.native or node.media_type in {FOLDER, SHORTCUT}:
            message = "Only files with binary content can be downloaded. Use Export with Docs Editors files."
            raise refuse(403, "fileNotDownloadable", message, location="alt")
        if node.abusive:
            message = "This file has been identified as malware or spam and cannot be downloaded."
            raise refuse(403, "cannotDownloadAbusiveFile", message)
        if not node.downloadable:
            raise refuse(403, "cannotDownloadFile", "This file cannot be downloaded by the user.")
        size = node.size
        headers = {
            "Cache-Control": "private, max-age=0, must-revalidate", "Content-Disposition": "attachment",
            "Content-Type": node.media_type, "Server": "UploadServer", "Vary": "Origin, X-Origin",
            "X-GUploader-UploadID": f"sample{next(self._numbers):08}",
        }  # fmt: skip
        if node.hashes:
            digest = base64.b64encode(bytes.fromhex(node.checksums()["md5"])).decode()
            headers["X-Goog-Hash"] = f"md5={digest}"
        asked = request.headers.get("range", "")
        if not asked.startswith("bytes="):
            return Media(node, 0, size, Answer(200, b"", headers))
        first, _, last = asked.removeprefix("bytes=").partition("-")
        start = int(first) if first else max(0, size - int(last or 0))
        stop = min(int(last) + 1, size) if first and last else size
        if start >= size:
            message = "Requested range not satisfiable"
            raise refuse(
                416, "requestedRangeNotSatisfiable", message, location="Range", location_type="header",
                headers={"Content-Range": f"bytes */{size}"},
            )  # fmt: skip
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
        return Media(node, start, stop, Answer(206, b"", headers))

    def _export(self, query: Mapping[str, str], node: Node) -> Answer:
        if not node.native or node.media_type in {FOLDER, SHORTCUT}:
            raise refuse(403, "fileNotExportable", "Export only supports Docs Editors files.")
        media_type = query.get("mimeType")
        if not media_type:
            raise refuse(400, "required", "Required parameter: mimeType", location="mimeType")
        if not node.downloadable:
            raise refuse(403, "cannotExportFile", "This file cannot be exported by the user.")
        if media_type not in node.exports:
            raise refuse(400, "badRequest", "The requested conversion is not supported.", location="convertTo")
        answer = self._converted(node, media_type)
        if len(answer.body) > self.world.export_limit:
            raise refuse(403, "exportSizeLimitExceeded", "This file is too large to be exported.")
        return answer

    def _converted(self, node: Node, media_type: str) -> Answer:
        body = node.exports[media_type](next(self._numbers))
        name = f"{node.name}.{EXTENSIONS.get(media_type, 'bin')}".encode("ascii", "ignore").decode().replace('"', "")
        return Answer(200, body, {"Content-Type": media_type, "Content-Disposition": f'attachment; filename="{name}"'})


def _order(text: str) -> list[tuple[str, bool]]:
    keys = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, _, direction = part.partition(" ")
        if name not in _SORT_KEYS or direction.strip() not in {"", "desc"}:
            raise refuse(400, "invalid", "Invalid Value", location="orderBy")
        keys.append((name, direction.strip() == "desc"))
    if len({name for name, _ in keys}) < len(keys):
        raise refuse(403, "orderByContainsDuplicateSortKeys", "The orderBy parameter contains duplicate sort keys.")
    return keys


def _sorted(nodes: list[Node], order: list[tuple[str, bool]]) -> list[Node]:
    """Newest first, unless another order is asked for."""
    nodes = sorted(nodes, key=lambda node: (rfc3339(node.modified), node.id), reverse=True)
    for name, descending in reversed(order):
        nodes.sort(key=lambda node, name=name: _sort_key(node, name), reverse=descending)  # type: ignore[misc]
    return nodes


def _sort_key(node: Node, name: str) -> Any:
    match name:
        case "folder":
            return node.media_type != FOLDER
        case "name" | "name_natural":
            return node.name.casefold()
        case "createdTime":
            return node.created
        case "quotaBytesUsed":
            return node.size
        case _:
            return node.modified
