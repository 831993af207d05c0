"""files.download and operations.get: long-running downloads, for exports of any size; clients poll until they are done."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from materials_cli.emulator.access import node_for
from materials_cli.emulator.answers import Answer, json_answer, refuse
from materials_cli.emulator.discovery import parse_fields
from materials_cli.emulator.formats import EXTENSIONS
from materials_cli.emulator.mask import select
from materials_cli.emulator.node import Node
from materials_cli.emulator.request import Request
from materials_cli.emulator.resource import Scene, head_revision
from materials_cli.kinds import FOLDER

_TYPES = "type.googleapis.com/google.apps.drive.v3."
_INTERNAL = 13


@dataclass(slots=True)
class _Operation:
    node_id: str
    extension: str
    polls: int


@dataclass(slots=True)
class Operations:
    """The long-running downloads of one Drive. As with Google, an operation in progress has no field `done`."""

    scene: Scene
    _running: dict[str, _Operation] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def begin(self, request: Request, node: Node) -> Answer:
        """files.download: start an operation and return its name."""
        wanted = request.query.get("mimeType", "")
        if node.native and wanted and wanted not in node.exports:
            raise refuse(400, "badRequest", "The requested conversion is not supported.", location="convertTo")
        if node.media_type == FOLDER or (node.native and not node.exports):
            raise refuse(403, "fileNotDownloadable", "This file cannot be downloaded.", location="fileId")
        if not node.downloadable:
            raise refuse(403, "cannotDownloadFile", "This file cannot be downloaded by the user.")
        if request.query.get("revisionId", head_revision(node)) != head_revision(node):
            raise refuse(400, "badRequest", "The revision cannot be downloaded.", location="revisionId")
        name = f"operation-{next(self._numbers)}"
        extension = EXTENSIONS.get(wanted or next(iter(node.exports)), "") if node.native else ""
        self._running[name] = _Operation(node.id, extension, self.scene.world.polls)
        return _answer(request, {"name": name, "metadata": _metadata(node)})

    def poll(self, request: Request, name: str) -> Answer:
        """operations.get: in progress, done with an address, or failed."""
        if name not in self._running:
            raise refuse(404, "notFound", "Operation not found.")
        operation, lock = self._running[name], self.scene.world.lock
        node = node_for(request, operation.node_id, self.scene.world)
        operation_state: dict[str, Any] = {"name": name, "metadata": _metadata(node)}
        with lock:
            waiting = operation.polls > 0
            operation.polls -= waiting
        if waiting:
            return _answer(request, operation_state)
        if node.id in self.scene.world.failing:
            operation_state |= {"done": True, "error": {"code": _INTERNAL, "message": "Internal error.", "details": []}}
        else:
            path = node.id + (f"/{operation.extension}" if operation.extension else "")
            response = {
                "@type": f"{_TYPES}DownloadFileResponse",
                "downloadUri": f"{self.scene.elsewhere}/docs-content/{path}",
                "partialDownloadAllowed": not node.native,
            }
            operation_state |= {"done": True, "response": response}
        return _answer(request, operation_state)


def _metadata(node: Node) -> dict[str, Any]:
    metadata = {"@type": f"{_TYPES}DownloadFileMetadata"}
    return metadata | ({"resourceKey": node.resource_key} if node.resource_key else {})


def _answer(request: Request, operation: dict[str, Any]) -> Answer:
    mask = parse_fields(request.query["fields"], "Operation") if "fields" in request.query else None
    return json_answer(select(operation, mask), pretty=request.pretty)
