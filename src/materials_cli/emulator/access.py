"""Who asks, and may they: no credential, an API key, a bearer token, a resource key."""

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
    """Refuse who does not say who they are, or may not call this method. An open world asks nobody."""
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
    """The token that a request shows, if any; see whether it is a member's."""
    token = request.query.get("access_token") or _bearer(request)
    request.member = token in world.members
    return token


def sign_in(world: World) -> Answer:
    """What Google's sign-in gives the holder of an account: a token that this world knows, or a refusal if it knows none."""
    if not world.tokens:
        return json_answer({"error": "invalid_grant", "error_description": "Account disabled"}, 400)
    return json_answer({"access_token": min(world.tokens), "expires_in": 3599, "token_type": "Bearer"})


def node_for(request: Request, node_id: str, world: World) -> Node:
    """The node that a request names; refused alike when it is not there, not shared, or its resource key is not shown."""
    node = world.visible(world.root if node_id == "root" else node_id, member=request.member)
    if node is None or not opens(request, node):
        raise not_found(node_id)
    return node


def opens(request: Request, node: Node) -> bool:
    """Whether the request shows the resource key that this node needs, if it needs one."""
    if not node.needs_key:
        return True
    shown = [pair.strip() for pair in request.headers.get("x-goog-drive-resource-keys", "").split(",")]
    return f"{node.id}/{node.resource_key}" in shown or request.query.get("resourcekey") == node.resource_key


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
