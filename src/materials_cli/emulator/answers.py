"""Google's answers on the wire: JSON indented by two, errors in Drive's own envelope."""

import json
from dataclasses import dataclass, field
from typing import Any

JSON_TYPE = "application/json; charset=UTF-8"
_EXPECTED = (
    "Expected OAuth 2 access token, login cookie or other valid authentication credential. See "
    "https://developers.google.com/identity/sign-in/web/devconsole-project."
)
_encode = json.JSONEncoder(ensure_ascii=False).encode
_encode_densely = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(slots=True)
class Answer(Exception):  # noqa: N818 - it is raised to end the handling, and is no error
    """What goes back: status, headers, body."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None, *, pretty: bool = True) -> Answer:
    """An answer in JSON as Google writes it. pretty: what the parameter prettyPrint asks for."""
    body = (indented(value) + "\n" if pretty else _encode_densely(value)).encode("utf-8", "replace")
    return Answer(status, body, {"Content-Type": JSON_TYPE, **(headers or {})})


def indented(value: Any, margin: str = "") -> str:
    """JSON indented by two; json.dumps does the same several times slower, and lists of files are long."""
    inner = margin + "  "
    if isinstance(value, str):
        return _encode(value)
    if isinstance(value, dict) and value:
        lines = [f"{inner}{_encode(name)}: {indented(entry, inner)}" for name, entry in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{margin}}}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join([inner + indented(entry, inner) for entry in value]) + f"\n{margin}]"
    return _encode(value)


def refuse(
    code: int,
    reason: str,
    message: str,
    *,
    domain: str = "global",
    location: str | None = None,
    location_type: str = "parameter",
    status: str | None = None,
    inner: str | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """A refusal in Drive's envelope. inner: the message inside errors[], where it differs."""
    entry = {"message": inner or message, "domain": domain, **({"reason": reason} if reason else {})}
    if location:
        entry |= {"location": location, "locationType": location_type}
    error: dict[str, Any] = {"code": code, "message": message, "errors": [entry]}
    if status:
        error["status"] = status
    return json_answer({"error": error}, code, headers)


def not_found(node_id: str) -> Answer:
    """The answer to an id that does not exist, or is not ours to see: Drive does not tell which."""
    return refuse(404, "notFound", f"File not found: {node_id}.", location="fileId")


def unregistered(*, media: bool = False) -> Answer:
    """The answer to a request that does not say who it is."""
    if media:
        return refuse(403, "forbidden", "The request is missing a valid API key.")
    message = (
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other "
        "form of API consumer identity to call this API."
    )
    return refuse(403, "forbidden", message, status="PERMISSION_DENIED")


def login_required() -> Answer:
    """The answer where an API key is not enough."""
    return refuse(
        401, "required", f"Request is missing required authentication credential. {_EXPECTED}",
        inner="Login Required.", location="Authorization", location_type="header", status="UNAUTHENTICATED",
        headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'},
    )  # fmt: skip


def bad_token() -> Answer:
    """The answer to a token that is wrong or has expired."""
    return refuse(
        401, "authError", f"Request had invalid authentication credentials. {_EXPECTED}", inner="Invalid Credentials",
        location="Authorization", location_type="header", status="UNAUTHENTICATED",
        headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'},
    )  # fmt: skip


def bad_key() -> Answer:
    """The answer to an API key that is none."""
    message = "API key not valid. Please pass a valid API key."
    detail = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com",
        "metadata": {"service": "drive.googleapis.com"},
    }  # fmt: skip
    entry = {"message": message, "domain": "global", "reason": "badRequest"}
    error = {"code": 400, "message": message, "errors": [entry], "status": "INVALID_ARGUMENT", "details": [detail]}
    return json_answer({"error": error}, 400)


def bad_values(wrong: list[tuple[str, str, str]]) -> Answer:
    """The answer to values of the wrong type, as (field, type, value). Not Drive refuses them, so the envelope differs."""
    told = [(field, f"Invalid value at '{field}' ({kind}), \"{value}\"") for field, kind, value in wrong]
    message = "\n".join(sentence for _, sentence in told)
    violations = [{"field": field, "description": sentence} for field, sentence in told]
    error = {
        "code": 400, "message": message, "errors": [{"message": message, "reason": "invalid"}], "status": "INVALID_ARGUMENT",
        "details": [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": violations}],
    }  # fmt: skip
    return json_answer({"error": error}, 400)


def page(status: int, title: str, text: str, headers: dict[str, str] | None = None) -> Answer:
    """A web page."""
    body = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{text}</body></html>".encode()
    return Answer(status, body, {"Content-Type": "text/html; charset=UTF-8", **(headers or {})})
