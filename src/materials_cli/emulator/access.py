"""Authentication and access: no credential, an API key, a bearer token, a resource key."""

from materials_cli.emulator.answers import Answer, bad_key, bad_token, json_answer, login_required, not_found, unregistered
from materials_cli.emulator.node import Node
from materials_cli.emulator.request import Request
from materials_cli.emulator.world import World

_KEY_SUFFICES = {
    "drive.files.list",
    "drive.files.get",
    "drive.files.export",
    "drive.files.download",
    "drive.operations.get",
}


def identify(request: Request, method: str, world: World, *, media: bool) -> None:
    """Refuse callers without a valid credential for this method. An open world accepts everybody."""
    token = recognise(request, world)
    if world.open:
        return
    if token:
        if token not in world.tokens:
            raise bad_token()
        return
    key = request.query.get("key") or request.headers.get("x-goog-api-key")
    if key is not None and key not in world.keys:
        raise bad_key()
    if method not in _KEY_SUFFICES:
        raise login_required()
    if key is None:
        raise unregistered(media=media)


def recognise(request: Request, world: World) -> str:
    """Return the request's bearer token, "" if it has none, and note whether it is a member's."""
    token = request.query.get("access_token") or _bearer(request)
    request.member = token in world.members
    return token


def sign_in(world: World) -> Answer:
    """The token endpoint: a token that this world accepts, or invalid_grant if it accepts none."""
    if not world.tokens:
        return json_answer({"error": "invalid_grant", "error_description": "Account disabled"}, 400)
    return json_answer({"access_token": min(world.tokens), "expires_in": 3599, "token_type": "Bearer"})


def node_for(request: Request, node_id: str, world: World) -> Node:
    """The node with this id. The answer is the same 404 for one that is missing, not shared, or lacks its resource key."""
    node = world.visible(world.root if node_id == "root" else node_id, member=request.member)
    if node is None or not opens(request, node):
        raise not_found(node_id)
    return node


def opens(request: Request, node: Node) -> bool:
    """Whether the request carries the resource key that this node requires, if it requires one."""
    if not node.needs_key:
        return True
    shown = [pair.strip() for pair in request.headers.get("x-goog-drive-resource-keys", "").split(",")]
    return f"{node.id}/{node.resource_key}" in shown or request.query.get("resourcekey") == node.resource_key


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
