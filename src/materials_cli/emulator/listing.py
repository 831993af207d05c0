"""files.list: checks in the order of the real Drive, pages, newest first."""

import base64
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from materials_cli.emulator.access import opens
from materials_cli.emulator.answers import Answer, json_answer, refuse
from materials_cli.emulator.discovery import parse_fields
from materials_cli.emulator.drives import check_corpora
from materials_cli.emulator.mask import Mask, select
from materials_cli.emulator.node import Node
from materials_cli.emulator.query import Query, select_nodes
from materials_cli.emulator.request import Request
from materials_cli.emulator.resource import Scene, file_resource
from materials_cli.kinds import FOLDER

DEFAULT_FILE: Mask = {"kind": None, "id": None, "name": None, "mimeType": None, "resourceKey": None}
_DEFAULT_LIST: Mask = {"kind": None, "incompleteSearch": None, "nextPageToken": None, "files": DEFAULT_FILE}
_SORT_KEYS = {
    "createdTime", "folder", "modifiedByMeTime", "modifiedTime", "name", "name_natural", "quotaBytesUsed", "recency",
    "sharedWithMeTime", "starred", "viewedByMeTime",
}  # fmt: skip


@dataclass(slots=True)
class Lister:
    """Answers files.list and keeps what is left for the next page."""

    scene: Scene
    _pages: dict[str, list[str]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def answer(self, request: Request) -> Answer:
        """One page of a list. Errors are checked in the order of the real Drive."""
        query, world = request.query, self.scene.world
        size, order = _page_size(query), _order(query)
        check_corpora(request, world)
        with world.lock:
            found = Query(query.get("q", ""), world)
            if "fullText" in query.get("q", "") and order:
                message = (
                    "Sorting is not supported for queries with fullText terms. Results are always in descending relevance "
                    "order."
                )
                raise refuse(403, "forbidden", message, location="orderBy")
            left = self._left(request, query["pageToken"]) if query.get("pageToken") else None
            if any(name == "starred" for name, _ in order[1:]):
                raise refuse(500, "internalError", "Internal Error")
            mask = parse_fields(query["fields"], "FileList") if "fields" in query else _DEFAULT_LIST
            nodes = self._found(request, found, order) if left is None else left
        answer = self._page(nodes, min(size, world.page_cap), mask)
        answer["incompleteSearch"] = bool(request.fault and request.fault.incomplete)
        return json_answer(select(answer, mask), pretty=request.pretty)

    def _found(self, request: Request, query: Query, order: list[tuple[str, bool]]) -> list[Node]:
        world = self.scene.world
        omitted = request.fault.omit if request.fault else frozenset()
        closed = {folder for folder in query.parents if (node := world.nodes.get(folder)) and not opens(request, node)}
        nodes = [node for node in select_nodes(query, world, request) if node.id not in omitted and node.parent not in closed]
        return _sorted(nodes, order)

    def forget_pages(self) -> None:
        """Expire every page token issued so far."""
        self._pages.clear()

    def _page(self, nodes: list[Node], size: int, mask: Mask) -> dict[str, Any]:
        answer: dict[str, Any] = {"kind": "drive#fileList"}
        if nodes[size:]:
            answer["nextPageToken"] = self._remember([node.id for node in nodes[size:]])
        if "files" in mask or "*" in mask:
            answer["files"] = [file_resource(node, self.scene, mask.get("files")) for node in nodes[:size]]
        return answer

    def _left(self, request: Request, token: str) -> list[Node]:
        left = self._pages.get(token)
        if left is None:
            raise refuse(400, "invalid", "Invalid Value", location="pageToken")
        return [node for node_id in left if (node := self.scene.world.visible(node_id, member=request.member))]

    def _remember(self, left: list[str]) -> str:
        token = "~!!~" + base64.urlsafe_b64encode(f"page {next(self._numbers)}".encode()).decode()
        self._pages[token] = left
        return token


def _page_size(query: Mapping[str, str]) -> int:
    size = int(query.get("pageSize", "100"))
    if not 1 <= size <= 1000:
        message = f"Invalid value '{size}'. Values must be within the range: [value: 1\n, value: 1000\n]"
        raise refuse(400, "invalidParameter", message, location="page_size")
    return size


def _order(query: Mapping[str, str]) -> list[tuple[str, bool]]:
    keys = []
    for part in filter(None, (p.strip() for p in query.get("orderBy", "").split(","))):
        name, _, direction = part.partition(" ")
        if name not in _SORT_KEYS or direction.strip() not in {"", "desc"}:
            raise refuse(400, "invalid", "Invalid Value", location="orderBy")
        keys.append((name, direction.strip() == "desc"))
    if len({name for name, _ in keys}) < len(keys):
        message = "The orderBy parameter cannot contain duplicate sort keys."
        raise refuse(403, "orderByContainsDuplicateSortKeys", message, location="orderBy")
    return keys


def _sorted(nodes: list[Node], order: list[tuple[str, bool]]) -> list[Node]:
    """Newest first, unless another order is requested."""
    nodes = sorted(nodes, key=lambda node: (node.modified, node.id), reverse=True)
    for name, descending in reversed(order):
        nodes.sort(key=lambda node, name=name: _sort_key(node, name), reverse=descending)  # type: ignore[misc]  # its default defeats mypy
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
        case "modifiedTime" | "recency":
            return node.modified
        case _:
            return 0
