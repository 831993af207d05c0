"""The API: who asks, whether the request is valid, and the answer, checked in the order of the real Drive."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from materials_cli.emulator.access import identify, node_for
from materials_cli.emulator.answers import Answer, json_answer, not_found, refuse
from materials_cli.emulator.content import Contents, Media
from materials_cli.emulator.discovery import check_parameters, find_method, parse_fields
from materials_cli.emulator.drives import get_drive, list_drives
from materials_cli.emulator.faults import Faults
from materials_cli.emulator.formats import export_formats
from materials_cli.emulator.listing import DEFAULT_FILE, Lister
from materials_cli.emulator.mask import Mask, select
from materials_cli.emulator.meter import Meter, cost
from materials_cli.emulator.node import Node
from materials_cli.emulator.operations import Operations
from materials_cli.emulator.pages import Pages
from materials_cli.emulator.request import Request
from materials_cli.emulator.resource import Scene, file_resource
from materials_cli.emulator.world import World

API = "/drive/v3/"
_FILES = {
    "drive.files.list": "list",
    "drive.files.get": "get",
    "drive.files.export": "export",
    "drive.files.download": "download",
}


@dataclass(slots=True)
class Service:
    """Drive v3 for one world. origin: scheme and host of this server, for the links it returns."""

    world: World
    origin: str
    faults: Faults = field(default_factory=Faults)
    meter: Meter = field(default_factory=Meter)
    contents: Contents = field(init=False)
    lister: Lister = field(init=False)
    operations: Operations = field(init=False)
    pages: Pages = field(init=False)

    def __post_init__(self) -> None:
        """Create the parts for the same scene."""
        scene = Scene(self.world, self.origin)
        self.contents, self.lister, self.operations = Contents(scene), Lister(scene), Operations(scene)
        self.pages = Pages(self.contents, self.faults)

    def forget_pages(self) -> None:
        """Expire every page token issued so far."""
        self.lister.forget_pages()

    def api(self, request: Request, path: str) -> Answer | Media:
        """Answer a request for a path below /drive/v3/."""
        found = find_method(request.verb, path)
        if found is None:
            raise refuse(404, "", "Not Found")
        method, values = found
        media = method.id == "drive.files.get" and request.query.get("alt") == "media"
        request.name("media" if media else _FILES.get(method.id, method.id.removeprefix("drive.")), values.get("fileId", ""))
        request.units = cost(request.operation)
        _check_error_format(request)
        identify(request, method.id, self.world, media=media or method.id == "drive.files.export")
        self.contents.violations += check_parameters(method, request.query)
        request.meet(self.faults)
        if not self.meter.take(request.units, self.world.units_per_minute):
            raise refuse(403, "userRateLimitExceeded", "User Rate Limit Exceeded", domain="usageLimits")
        if method.id not in _HANDLERS:
            raise refuse(501, "notImplemented", f"{method.id} is not part of this emulator.")
        return _HANDLERS[method.id](self, request, values)

    def node(self, request: Request) -> Node:
        """The node that a request is about."""
        return node_for(request, request.target, self.world)

    def get(self, request: Request) -> Answer | Media:
        """files.get: metadata, or contents with alt=media. Contents need no flag for shared drives: rclone never sends one."""
        node = self.node(request)
        if request.operation == "media":
            return self.contents.media(request, node)
        if node.drive and not request.says("supportsAllDrives", "supportsTeamDrives"):
            raise not_found(node.id)
        if request.says("acknowledgeAbuse"):
            message = "The acknowledgeAbuse parameter is only applicable for download requests."
            raise refuse(403, "invalidAbuseAcknowledgment", message, location="acknowledgeAbuse")
        mask: Mask = parse_fields(request.query["fields"], "File") if "fields" in request.query else DEFAULT_FILE
        with self.world.lock:
            return json_answer(select(file_resource(node, Scene(self.world, self.origin), mask), mask), pretty=request.pretty)

    def refuse_readers(self, request: Request) -> Answer:
        """Methods that need more than the right to read."""
        message = f"The user does not have sufficient permissions for file {self.node(request).id}."
        raise refuse(403, "insufficientFilePermissions", message)


def _check_error_format(request: Request) -> None:
    wanted = request.query.get("$.xgafv", "1")
    if wanted not in {"1", "2"}:
        message = f"Invalid query parameters. Invalid value '{wanted}' for system query parameter : $.xgafv"
        raise refuse(400, "badRequest", message, status="INVALID_ARGUMENT")


def _about(request: Request) -> Answer:
    """about.get: who is signed in. The only method that requires a field mask."""
    if "fields" not in request.query:
        raise refuse(400, "required", "The 'fields' parameter is required for this method.", location="fields")
    mask = parse_fields(request.query["fields"], "About")
    whole: dict[str, Any] = {
        "kind": "drive#about",
        "user": {"kind": "drive#user", "displayName": "Reader (sample)", "me": True, "permissionId": "1" * 20},
        "storageQuota": {"usage": "0", "usageInDrive": "0", "usageInDriveTrash": "0"},
        "exportFormats": export_formats(),
        "importFormats": {},
        "canCreateDrives": False,
    }
    return json_answer(select(whole, mask), pretty=request.pretty)


_Handler = Callable[[Service, Request, dict[str, str]], Answer | Media]
_HANDLERS: Mapping[str, _Handler] = {
    "drive.files.list": lambda service, request, _: service.lister.answer(request),
    "drive.files.get": lambda service, request, _: service.get(request),
    "drive.files.export": lambda service, request, _: service.contents.export(request, service.node(request)),
    "drive.files.download": lambda service, request, _: service.operations.begin(request, service.node(request)),
    "drive.operations.get": lambda service, request, values: service.operations.poll(request, values["name"]),
    "drive.about.get": lambda _, request, __: _about(request),
    "drive.changes.getStartPageToken": lambda *_: json_answer({"kind": "drive#startPageToken", "startPageToken": "1"}),
    "drive.changes.list": lambda *_: json_answer({"kind": "drive#changeList", "newStartPageToken": "1", "changes": []}),
    "drive.drives.list": lambda service, request, _: list_drives(request, service.world),
    "drive.drives.get": lambda service, request, values: get_drive(request, service.world, values["driveId"]),
    "drive.revisions.list": lambda service, request, _: service.refuse_readers(request),
    "drive.revisions.get": lambda service, request, _: service.refuse_readers(request),
    "drive.permissions.list": lambda service, request, _: service.refuse_readers(request),
}
