"""Checks every request against the discovery document that google-api-python-client ships.

It is Google's own definition of the methods, parameters and fields. The document is read as a file of the installed
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

from materials_cli.emulator.answers import bad_values
from materials_cli.emulator.mask import Mask, parse_mask

_DOCUMENT = "googleapiclient/discovery_cache/documents/drive.v3.json"
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


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the API. id: such as "drive.files.list". path: as in the document. response: the schema of its answer."""

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
    """Every method of Drive v3, by verb and number of slashes in its path; exact paths come before patterns."""
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


def check_parameters(method: Method, query: Mapping[str, str]) -> list[str]:
    """Refuse values of the wrong type, all at once. Return what Drive ignores: parameters that the method does not have."""
    wrong, unknown = [], []
    for name, value in query.items():
        if name in _UNVALIDATED:
            continue
        known = method.parameters.get(name)
        if known is None or known.get("location") != "query":
            unknown.append(f"{method.id} has no parameter {name}.")
            continue
        kind = known.get("type")
        field = re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)
        if kind == "boolean" and value.lower() not in {"true", "false"}:
            wrong.append((field, "TYPE_BOOL", value))
        if kind == "integer" and not _is_int(value):
            wrong.append((field, "TYPE_INT32", value))
    if wrong:
        raise bad_values(wrong)
    return unknown


def parse_fields(text: str, schema: str) -> Mask:
    """The mask of a `fields` parameter, checked against a schema of the document."""
    return parse_mask(text, schema, document()["schemas"])


def _is_int(value: str) -> bool:
    return bool(re.fullmatch(r"-?\d{1,9}", value))
