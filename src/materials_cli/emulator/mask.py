"""The language of the `fields` parameter, such as "nextPageToken,files(id,owners/displayName)".

A mask is checked against the schema of the answer, so that fields unknown to Drive are refused as they are there.
"""

import re
from collections.abc import Mapping
from typing import Any

from materials_cli.emulator.answers import Answer, refuse

_TOKEN = re.compile(r"\s*([A-Za-z0-9_*.+-]+|[(),/])\s*")

Mask = dict[str, "Mask | None"]
Schemas = Mapping[str, Mapping[str, Any]]


def parse_mask(text: str, schema: str, schemas: Schemas) -> Mask:
    """Parse a mask for a schema; raise the error for unknown fields. None selects everything, a blank mask nothing."""
    if not text.strip():
        return {}
    return _Parser(text, schemas).whole({"$ref": schema})


def select(value: Any, mask: Mask | None) -> Any:
    """The part of a value that a mask selects."""
    if mask is None or "*" in mask:
        return value
    if isinstance(value, list):
        return [select(entry, mask) for entry in value]
    if isinstance(value, dict):
        return {name: select(value[name], inner) for name, inner in mask.items() if name in value}
    return value


class _Parser:
    """mask = path {"," path};  path = name ["/" path | "(" mask ")"]."""

    def __init__(self, text: str, schemas: Schemas) -> None:
        self._text, self._schemas = text, schemas
        self._tokens = _TOKEN.findall(text)
        self._at = 0
        if _TOKEN.sub("", text):
            raise _bad(text)

    def whole(self, schema: Mapping[str, Any]) -> Mask:
        mask = self._mask(schema)
        if self._at != len(self._tokens):
            raise _bad(self._text)
        return mask

    def _take(self, wanted: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at] == wanted
        self._at += found
        return found

    def _mask(self, schema: Mapping[str, Any]) -> Mask:
        mask: Mask = {}
        while True:
            _merge(mask, *self._path(schema))
            if not self._take(","):
                return mask

    def _path(self, schema: Mapping[str, Any]) -> tuple[str, Mask | None]:
        name = self._tokens[self._at] if self._at < len(self._tokens) else ""
        if not name or name in "(),/":
            raise _bad(self._text)
        self._at += 1
        inner = self._inside(schema, name)
        if self._take("/"):
            return name, dict([self._path(inner)])
        if self._take("("):
            below = self._mask(inner)
            if not self._take(")"):
                raise _bad(self._text)
            return name, below
        return name, None

    def _inside(self, schema: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        while "$ref" in schema or schema.get("type") == "array":
            schema = self._schemas[schema["$ref"]] if "$ref" in schema else schema["items"]
        if name == "*" and ("properties" in schema or "additionalProperties" in schema):
            return schema
        found: Mapping[str, Any] | None = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
        if found is None:
            raise _bad(name)
        return found


def _merge(mask: Mask, name: str, below: Mask | None) -> None:
    known = mask.get(name)
    if name not in mask or below is None:
        mask[name] = below
    elif known is not None:
        for inner, value in below.items():
            _merge(known, inner, value)


def _bad(name: str) -> Answer:
    return refuse(400, "invalidParameter", f"Invalid field selection {name}", location="fields")
