"""Holds every request against the discovery document that google-api-python-client ships.

It is Google's own word on what methods, parameters and fields there are. The document is read as a file of the installed
distribution, so that Google's client is not imported.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from materials_cli.demo.answers import refuse

_DOCUMENT = "googleapiclient/discovery_cache/documents/drive.v3.json"
_MASK = re.compile(r"\s*([A-Za-z0-9_*]+|[(),/])")
_UNVALIDATED = {
    "alt",
    "key",
    "access_token",
    "oauth_token",
    "prettyPrint",
    "quotaUser",
    "$.xgafv",
    "uploadType",
    "fields",
}

Mask = dict[str, "Mask | None"]


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the API: its id ("drive.files.list"), parameters and the schema of its answer. path: as written there."""

    id: str
    verb: str
    path: str
    pattern: re.Pattern[str]
    parameters: Mapping[str, Mapping[str, Any]]
    response: str | None


@cache
def document() -> dict[str, Any]:
    """The discovery document."""
    found: dict[str, Any] = json.loads(Path(str(distribution("google-api-python-client").locate_file(_DOCUMENT))).read_bytes())
    return found


@cache
def methods() -> Mapping[tuple[str, int], tuple[Method, ...]]:
    """Every method of Drive v3, by verb and number of steps in its path; of those, exact paths before patterns."""
    found: dict[tuple[str, int], list[Method]] = {}
    for method in sorted(_methods_of(document()["resources"]), key=lambda method: method.pattern.groups):
        found.setdefault((method.verb, method.path.count("/")), []).append(method)
    return {key: tuple(known) for key, known in found.items()}


def _methods_of(resources: Mapping[str, Any]) -> list[Method]:
    found = []
    for resource in resources.values():
        for method in resource.get("methods", {}).values():
            text = re.sub(r"\\\{\+?(\w+)\\\}", r"(?P<\1>[^/:]+)", re.escape(method["path"]))
            pattern = re.compile(text + r"\Z")
            answer = method.get("response", {}).get("$ref")
            parameters = method.get("parameters", {})
            found.append(Method(method["id"], method["httpMethod"], method["path"], pattern, parameters, answer))
        found += _methods_of(resource.get("resources", {}))
    return found


def find_method(verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
    """The method for a path below drive/v3/, and the values in the path."""
    for method in methods().get((verb, path.count("/")), ()):
        if match := method.pattern.match(path):
            return method, match.groupdict()
    return None


def check_parameters(method: Method, query: Mapping[str, str]) -> None:
    """Refuse a parameter that the method does not have, or a value of the wrong type."""
    for name, value in query.items():
        if name in _UNVALIDATED:
            continue
        known = method.parameters.get(name)
        if known is None or known.get("location") != "query":
            message = f"Invalid JSON payload received. Unknown name \"{name}\": Cannot bind query parameter. Field '{name}' could not be found in request message."  # noqa: E501 - Google's own sentence
            raise refuse(400, "badRequest", message, status="INVALID_ARGUMENT")
        kind = known.get("type")
        if (kind == "boolean" and value.lower() not in {"true", "false"}) or (kind == "integer" and not _is_int(value)):
            message = f"Invalid value at '{name}' ({'TYPE_BOOL' if kind == 'boolean' else 'TYPE_INT32'}), \"{value}\""
            raise refuse(400, "invalid", message, status="INVALID_ARGUMENT")
        if "enum" in known and value not in known["enum"]:
            raise refuse(400, "invalidParameter", f"Invalid value '{value}'.", location=name)


def parse_mask(text: str, schema: str) -> Mask:
    """Read a field mask and hold it against a schema; refuse what is not there."""
    tokens = _MASK.findall(text)
    if not tokens or "".join(tokens) != re.sub(r"\s", "", text):
        raise _bad_field(text)
    mask, rest = _fields(tokens, 0, {"$ref": schema}, text)
    if rest != len(tokens):
        raise _bad_field(text)
    return mask


def select(value: Any, mask: Mask | None) -> Any:
    """The part of a value that a mask asks for."""
    if mask is None or "*" in mask:
        return value
    if isinstance(value, list):
        return [select(entry, mask) for entry in value]
    if isinstance(value, dict):
        return {name: select(value[name], inner) for name, inner in mask.items() if name in value}
    return value


def _fields(tokens: list[str], at: int, schema: Mapping[str, Any], text: str) -> tuple[Mask, int]:
    mask: Mask = {}
    while True:
        if at >= len(tokens) or tokens[at] in "(),/":
            raise _bad_field(text)
        name = tokens[at]
        inner = _inside(schema, name)
        if inner is None:
            raise _bad_field(name)
        at += 1
        below: Mask | None = None
        if at < len(tokens) and tokens[at] == "/":
            below, at = _one_path(tokens, at + 1, inner, text)
        elif at < len(tokens) and tokens[at] == "(":
            below, at = _fields(tokens, at + 1, inner, text)
            if at >= len(tokens) or tokens[at] != ")":
                raise _bad_field(text)
            at += 1
        _merge(mask, name, below)
        if at >= len(tokens) or tokens[at] != ",":
            return mask, at
        at += 1


def _one_path(tokens: list[str], at: int, schema: Mapping[str, Any], text: str) -> tuple[Mask, int]:
    if at >= len(tokens):
        raise _bad_field(text)
    stop = at + 1
    if stop < len(tokens) and tokens[stop] in "/(":
        name = tokens[at]
        inner = _inside(schema, name)
        if inner is None:
            raise _bad_field(name)
        if tokens[stop] == "/":
            below, stop = _one_path(tokens, stop + 1, inner, text)
        else:
            below, stop = _fields(tokens, stop + 1, inner, text)
            if stop >= len(tokens) or tokens[stop] != ")":
                raise _bad_field(text)
            stop += 1
        return {name: below}, stop
    if _inside(schema, tokens[at]) is None:
        raise _bad_field(tokens[at])
    return {tokens[at]: None}, stop


def _merge(mask: Mask, name: str, below: Mask | None) -> None:
    known = mask.get(name)
    if name in mask and isinstance(known, dict) and below is not None:
        for inner, value in below.items():
            _merge(known, inner, value)
    elif name not in mask or below is None:
        mask[name] = below


def _inside(schema: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """The schema of a field, or None when there is no such field."""
    while True:
        if "$ref" in schema:
            schema = document()["schemas"][schema["$ref"]]
        elif schema.get("type") == "array":
            schema = schema["items"]
        else:
            break
    if name == "*":
        return schema
    if "additionalProperties" in schema:
        return schema["additionalProperties"]  # type: ignore[no-any-return]
    return schema.get("properties", {}).get(name)  # type: ignore[no-any-return]


def _bad_field(name: str) -> Exception:
    return refuse(400, "invalidParameter", f"Invalid field selection {name}", location="fields")


def _is_int(value: str) -> bool:
    return bool(re.fullmatch(r"-?\d{1,9}", value))
