"""Responses as Google writes them: JSON indented by two spaces, errors in Drive's envelope."""

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
class Answer(Exception):  # noqa: N818 - raised to end the handling of a request, also with success
    """A response: status, headers, body."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None, *, pretty: bool = True) -> Answer:
    """A JSON response. pretty: the value of the parameter prettyPrint."""
    body = (indented(value) + "\n" if pretty else _encode_densely(value)).encode("utf-8", "replace")
    return Answer(status, body, {"Content-Type": JSON_TYPE, **(headers or {})})


def indented(value: Any, margin: str = "") -> str:
    """JSON indented by two spaces. json.dumps does the same, but several times slower, and lists of files are long."""
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
    """An error in Drive's envelope. inner: the message inside errors[], where it differs."""
    entry = {"message": inner or message, "domain": domain, **({"reason": reason} if reason else {})}
    if location:
        entry |= {"location": location, "locationType": location_type}
    error: dict[str, Any] = {"code": code, "message": message, "errors": [entry]}
    if status:
        error["status"] = status
    return json_answer({"error": error}, code, headers)


def not_found(node_id: str) -> Answer:
    """The error for an id that does not exist or that the caller may not see: Drive does not distinguish the two."""
    return refuse(404, "notFound", f"File not found: {node_id}.", location="fileId")


def unregistered(*, media: bool = False) -> Answer:
    """The error for a request without any credential."""
    if media:
        return refuse(403, "forbidden", "The request is missing a valid API key.")
    message = (
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other "
        "form of API consumer identity to call this API."
    )
    return refuse(403, "forbidden", message, status="PERMISSION_DENIED")


def login_required() -> Answer:
    """The error for a method that an API key does not suffice for."""
    return refuse(
        401, "required", f"Request is missing required authentication credential. {_EXPECTED}",
        inner="Login Required.", location="Authorization", location_type="header", status="UNAUTHENTICATED",
        headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'},
    )  # fmt: skip


def bad_token() -> Answer:
    """The error for a token that is invalid or has expired."""
    return refuse(
        401, "authError", f"Request had invalid authentication credentials. {_EXPECTED}", inner="Invalid Credentials",
        location="Authorization", location_type="header", status="UNAUTHENTICATED",
        headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'},
    )  # fmt: skip


def bad_key() -> Answer:
    """The error for an invalid API key."""
    message = "API key not valid. Please pass a valid API key."
    detail = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com",
        "metadata": {"service": "drive.googleapis.com"},
    }  # fmt: skip
    entry = {"message": message, "domain": "global", "reason": "badRequest"}
    error = {"code": 400, "message": message, "errors": [entry], "status": "INVALID_ARGUMENT", "details": [detail]}
    return json_answer({"error": error}, 400)


def bad_values(wrong: list[tuple[str, str, str]]) -> Answer:
    """The error for values of the wrong type, as (field, type, value). A layer above Drive sends it, in another envelope."""
    found = [(field, f"Invalid value at '{field}' ({kind}), \"{value}\"") for field, kind, value in wrong]
    message = "\n".join(sentence for _, sentence in found)
    violations = [{"field": field, "description": sentence} for field, sentence in found]
    error = {
        "code": 400, "message": message, "errors": [{"message": message, "reason": "invalid"}], "status": "INVALID_ARGUMENT",
        "details": [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": violations}],
    }  # fmt: skip
    return json_answer({"error": error}, 400)


def page(status: int, title: str, text: str, headers: dict[str, str] | None = None) -> Answer:
    """A web page."""
    body = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{text}</body></html>".encode()
    return Answer(status, body, {"Content-Type": "text/html; charset=UTF-8", **(headers or {})})
