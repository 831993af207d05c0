"""The Model Context Protocol over two streams: one message of JSON-RPC 2.0 a line.

It knows both ways of the protocol: a handshake (`initialize`, revisions 2024-11-05 to 2025-11-25), and the stateless one of
2026-07-28, in which each request says its revision and `server/discover` tells what there is.
Source: modelcontextprotocol.io/specification.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any, NamedTuple

from materials_cli import __version__
from materials_cli.errors import MaterialsError
from materials_cli.export.escape import for_json

_HANDSHAKE = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
_STATELESS = ("2026-07-28",)
_REVISION = "io.modelcontextprotocol/protocolVersion"
_LONGEST_LINE = 1 << 20
_PARSE_ERROR, _INVALID_REQUEST, _NO_METHOD, _INVALID_PARAMS, _INTERNAL = -32700, -32600, -32601, -32602, -32603
_NO_RESOURCE, _OTHER_REVISION = -32002, -32022

logger = logging.getLogger(__name__)


class Refused(Exception):  # noqa: N818 - an answer of the protocol, not a fault
    """A request that cannot be carried out. code: as JSON-RPC or the protocol numbers it."""

    def __init__(self, code: int, what: str, data: Any = None) -> None:
        super().__init__(what)
        self.code, self.what, self.data = code, what, data


class Content(NamedTuple):
    """The result of a tool. value: for JSON; picture: its media type and its bytes in base64, if there is one."""

    value: Mapping[str, Any]
    picture: tuple[str, str] | None = None


class Tool(NamedTuple):
    """What an assistant can call. parameters: a JSON Schema for each; required: the names of those that it must give."""

    name: str
    title: str
    description: str
    parameters: Mapping[str, Mapping[str, Any]]
    required: tuple[str, ...]
    call: Callable[[Mapping[str, Any]], Content]

    def listed(self) -> dict[str, Any]:
        """As tools/list has it."""
        schema: dict[str, Any] = {"type": "object", "properties": dict(self.parameters), "required": list(self.required)}
        schema |= {"additionalProperties": False}
        hints = {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": False}
        return {
            "name": self.name, "title": self.title, "description": self.description, "inputSchema": schema,
            "annotations": {"title": self.title, **hints},
        }  # fmt: skip


class Resources(NamedTuple):
    """What an assistant can read by an address. page: those from a cursor on, and the next cursor; read: its text, or None."""

    page: Callable[[str], tuple[Sequence[Mapping[str, str]], str]]
    templates: Sequence[Mapping[str, str]]
    read: Callable[[str], str | None]


class Server:
    """Answers requests; no request can end it."""

    def __init__(self, tools: Sequence[Tool], resources: Resources, instructions: str) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._resources = resources
        self._instructions = instructions
        self._methods: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "initialize": self._initialize,
            "server/discover": self._discover,
            "ping": lambda _: {},
            "tools/list": lambda _: {"tools": [tool.listed() for tool in self._tools.values()], **_FRESH},
            "tools/call": self._call,
            "resources/list": self._list,
            "resources/templates/list": lambda _: {"resourceTemplates": list(self._resources.templates), **_FRESH},
            "resources/read": self._read,
            "prompts/list": lambda _: {"prompts": [], **_FRESH},
        }

    def serve(self, requests: IO[bytes], answers: IO[bytes]) -> None:
        """Answer every line of `requests` until there are no more."""
        while line := requests.readline(_LONGEST_LINE + 1):
            answer = self._too_long(requests) if len(line) > _LONGEST_LINE else self.answer(line)
            if answer is not None:
                answers.write(for_json(answer).encode("utf-8", "replace") + b"\n")
                answers.flush()

    def _too_long(self, requests: IO[bytes]) -> dict[str, Any]:
        while (rest := requests.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
            pass
        return _error(None, _INVALID_REQUEST, f"A request may have {_LONGEST_LINE} bytes.")

    def answer(self, line: bytes) -> Any:
        """The answer to a line: a message, several, or None when none is expected."""
        if not line.strip():
            return None
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            return _error(None, _PARSE_ERROR, "This is not JSON.")
        if isinstance(message, list):
            return [answer for each in message if (answer := self._one(each)) is not None] or None
        return self._one(message)

    def _one(self, message: Any) -> dict[str, Any] | None:
        if not isinstance(message, dict) or not isinstance(message.get("method"), str):
            return _error(None, _INVALID_REQUEST, "This is not a request of JSON-RPC 2.0.")
        if "id" not in message:
            return None  # a notification: nothing here depends on any
        number, params = message["id"], message.get("params") or {}
        try:
            stateless = _is_stateless(params)
            result = self._method(message["method"])(params)
        except Refused as refused:
            return _error(number, refused.code, refused.what, refused.data)
        except MaterialsError as error:
            return _error(number, _INTERNAL, _error_text(error))
        except Exception:
            logger.exception("A request failed.")
            return _error(number, _INTERNAL, "This is a fault of materials; its log says more.")
        if stateless:
            result = {**result, "resultType": "complete", "_meta": {"io.modelcontextprotocol/serverInfo": _SERVER}}
        elif _FRESH.keys() <= result.keys():
            result = {name: value for name, value in result.items() if name not in _FRESH}
        return {"jsonrpc": "2.0", "id": number, "result": result}

    def _method(self, name: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        if name not in self._methods:
            raise Refused(_NO_METHOD, f"There is no method {name!r}.")
        return self._methods[name]

    def _initialize(self, params: Mapping[str, Any]) -> dict[str, Any]:
        asked = params.get("protocolVersion")
        return {
            "protocolVersion": asked if asked in _HANDSHAKE else _HANDSHAKE[-1],
            "capabilities": _CAPABILITIES,
            "serverInfo": _SERVER,
            "instructions": self._instructions,
        }

    def _discover(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "supportedVersions": list(_STATELESS),
            "capabilities": _CAPABILITIES,
            "instructions": self._instructions,
            **_FRESH,
        }

    def _call(self, params: Mapping[str, Any]) -> dict[str, Any]:
        tool = self._tools.get(str(params.get("name")))
        if tool is None:
            raise Refused(_INVALID_PARAMS, f"There is no tool {params.get('name')!r}.")
        given = params.get("arguments") or {}
        if not isinstance(given, dict):
            raise Refused(_INVALID_PARAMS, "arguments must be an object.")
        try:
            found = tool.call(_checked(tool, given))
        except MaterialsError as error:
            return {"content": [{"type": "text", "text": _error_text(error)}], "isError": True}
        content: list[dict[str, Any]] = [{"type": "text", "text": for_json(found.value)}]
        if found.picture:
            content.append({"type": "image", "mimeType": found.picture[0], "data": found.picture[1]})
        return {"content": content, "structuredContent": dict(found.value), "isError": False}

    def _list(self, params: Mapping[str, Any]) -> dict[str, Any]:
        listed, following = self._resources.page(str(params.get("cursor") or ""))
        return {"resources": list(listed), **({"nextCursor": following} if following else {}), **_FRESH}

    def _read(self, params: Mapping[str, Any]) -> dict[str, Any]:
        uri = str(params.get("uri"))
        text = self._resources.read(uri)
        if text is None:
            raise Refused(_NO_RESOURCE, "The archive has no such resource.", {"uri": uri})
        return {"contents": [{"uri": uri, "mimeType": "text/plain", "text": text}], **_FRESH}


_SERVER = {"name": "materials", "title": "Archive of workshop materials", "version": __version__}
_CAPABILITIES: dict[str, Any] = {"tools": {}, "resources": {}}
_FRESH = {"ttlMs": 0, "cacheScope": "private"}  # the archive may change at any time
_TYPES = {"string": str, "integer": int, "boolean": bool}


def _is_stateless(params: Any) -> bool:
    """Whether a request says its revision; raise Refused if that is not known here, or if they are no object."""
    if not isinstance(params, dict):
        raise Refused(_INVALID_PARAMS, "params must be an object.")
    meta = params.get("_meta")
    asked = meta.get(_REVISION) if isinstance(meta, dict) else None
    if asked is None:
        return False
    if asked not in _STATELESS:
        known = {"supported": list(_STATELESS), "requested": str(asked)}
        raise Refused(_OTHER_REVISION, "Unsupported protocol version", known)
    return True


def _checked(tool: Tool, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The arguments of a call; raise Refused if one is missing, unknown or of another type."""
    for name in tool.required:
        if name not in given:
            raise Refused(_INVALID_PARAMS, f"{tool.name} needs {name!r}.")
    for name, value in given.items():
        if name not in tool.parameters:
            raise Refused(_INVALID_PARAMS, f"{tool.name} takes no {name!r}.")
        kind = _TYPES[tool.parameters[name]["type"]]
        if value is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            raise Refused(_INVALID_PARAMS, f"{name!r} must be of type {tool.parameters[name]['type']}.")
    return {name: value for name, value in given.items() if value is not None}


def _error(number: Any, code: int, what: str, data: Any = None) -> dict[str, Any]:
    told = {"code": code, "message": what} | ({} if data is None else {"data": data})
    return {"jsonrpc": "2.0", "id": number, "error": told}


def _error_text(error: MaterialsError) -> str:
    """An error as an assistant reads it, in English."""
    parts = (str(error.what), str(error.where or ""), str(error.why or ""), str(error.fix or ""))
    return "\n".join(part for part in parts if part)
