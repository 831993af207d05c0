"""Shared drives: who may list one, and what drives.list and drives.get return to members.

The errors are those of Google's guide (handle-errors) and of user reports: nithinmurali/pygsheets#437,
googleworkspace/apps-script-samples#337, RobinBobin/react-native-google-drive-api-wrapper#19. Where these state no `reason`,
it is a guess (_GUESSED).
"""

import base64
import binascii
from typing import Any

from materials_cli.emulator.answers import Answer, json_answer, refuse
from materials_cli.emulator.discovery import parse_fields
from materials_cli.emulator.mask import Mask, select
from materials_cli.emulator.node import Node
from materials_cli.emulator.request import Request
from materials_cli.emulator.resource import rfc3339
from materials_cli.emulator.world import World

_DEFAULT: Mask = {"kind": None, "id": None, "name": None}
_DEFAULT_LIST: Mask = {"kind": None, "nextPageToken": None, "drives": _DEFAULT}
_CORPORA = {"user", "domain", "drive", "allDrives"}
_GUESSED = "invalid"


def check_corpora(request: Request, world: World) -> None:
    """Refuse a list whose parameters for shared drives contradict each other, or whose drive the caller is no member of."""
    asks, corpora = request.says("includeItemsFromAllDrives", "includeTeamDriveItems"), request.query.get("corpora", "user")
    if asks and not request.says("supportsAllDrives", "supportsTeamDrives"):
        raise refuse(403, "supportsTeamDrivesRequired", "The supportsAllDrives parameter was not set to true.")
    if corpora not in _CORPORA:
        raise refuse(400, "invalid", "Invalid Value", location="corpora")
    drive = request.query.get("driveId") or request.query.get("teamDriveId")
    if (corpora == "drive") is not bool(drive):
        message = "The driveId parameter must be specified if and only if corpora is set to drive."
        raise refuse(403, _GUESSED, message, location="driveId")
    if corpora in {"drive", "allDrives"} and not asks:
        message = (
            "The includeItemsFromAllDrives parameter must be set to true when driveId is specified or corpora contains drive "
            "or allDrives."
        )
        raise refuse(403, _GUESSED, message, location="includeItemsFromAllDrives")
    if drive and drive not in world.drives:
        raise _not_found(drive)
    if drive and not request.member:
        message = "The attempted action requires shared drive membership."
        raise refuse(403, "teamDriveMembershipRequired", message)


def in_corpora(request: Request, node: Node) -> bool:
    """Whether the parameters for shared drives let a list include a node."""
    if node.drive is None:
        return request.query.get("corpora") != "drive"
    if not request.says("includeItemsFromAllDrives", "includeTeamDriveItems"):
        return False
    return node.drive == (request.query.get("driveId") or request.query.get("teamDriveId") or node.drive)


def searched(request: Request, world: World) -> list[str]:
    """The ids covered by a search that names no folder: what the caller has opened, and the drives it asks for."""
    drives = request.member and request.query.get("corpora") in {"drive", "allDrives"}
    return sorted(world.opened | {node.id for node in world.nodes.values() if drives and node.drive not in {None, node.id}})


def list_drives(request: Request, world: World) -> Answer:
    """drives.list: the drives that the caller is a member of."""
    size, start = int(request.query.get("pageSize", "10")), _start(request.query.get("pageToken", ""))
    if not 1 <= size <= 100:
        message = f"Invalid value '{size}'. Values must be within the range: [value: 1\n, value: 100\n]"
        raise refuse(400, "invalidParameter", message, location="page_size")
    if request.says("useDomainAdminAccess"):
        message = "The requesting user does not have the administrator privilege required to list or manage all shared drives."
        raise refuse(403, "noListTeamDrivesAdministratorPrivilege", message)
    mask = parse_fields(request.query["fields"], "DriveList") if "fields" in request.query else _DEFAULT_LIST
    with world.lock:
        drives = [world.nodes[drive] for drive in world.drives if request.member]
    listed: dict[str, Any] = {"kind": "drive#driveList", "drives": [_resource(node) for node in drives[start : start + size]]}
    if drives[start + size :]:
        listed["nextPageToken"] = base64.urlsafe_b64encode(f"drives {start + size}".encode()).decode()
    return json_answer(select(listed, mask), pretty=request.pretty)


def get_drive(request: Request, world: World, drive_id: str) -> Answer:
    """drives.get: the drive's true name. As a folder, every shared drive is called "Drive"."""
    if drive_id not in world.drives or not request.member:
        raise _not_found(drive_id)
    mask = parse_fields(request.query["fields"], "Drive") if "fields" in request.query else _DEFAULT
    return json_answer(select(_resource(world.nodes[drive_id]), mask), pretty=request.pretty)


def _resource(node: Node) -> dict[str, Any]:
    return {
        "kind": "drive#drive",
        "id": node.id,
        "name": node.name,
        "createdTime": rfc3339(node.created),
        "hidden": False,
        "capabilities": {"canDownload": True, "canListChildren": True, "canEdit": False, "canAddChildren": False},
        "restrictions": {"copyRequiresWriterPermission": False, "driveMembersOnly": False, "domainUsersOnly": False},
    }


def _start(token: str) -> int:
    if not token:
        return 0
    try:
        word, number = base64.urlsafe_b64decode(token).decode().split(" ")
        if word == "drives":
            return int(number)
    except (ValueError, binascii.Error):
        pass
    raise refuse(400, "invalid", "Invalid Value", location="pageToken")


def _not_found(drive_id: str) -> Answer:
    return refuse(404, "notFound", f"Shared drive not found: {drive_id}", location="driveId")
