"""Reads entries of the manifest back as items. An entry is a claim: anybody may have written it.

Here only its form is checked, so that no value of it can lead out of the mirror; whether its bytes are there, and are the
ones it states, is checked by whoever takes it in (rebuild.py). The other direction is in rows.py.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from materials_cli.export.entries import SCHEMA
from materials_cli.fetched import Retrieved
from materials_cli.model import Export, Fixity, Item, RemoteFile, Replacement, State, Version
from materials_cli.slugs import may_be_slug
from materials_cli.store.names import is_safe_name

_LONGEST_PROGRAM = 100
_SHA256, _MD5 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Claim:
    """What the manifest says of one item and its earlier versions, newest first."""

    item: Item
    versions: tuple[Version, ...] = ()


def read_claim(entry: Any) -> Claim:
    """The claim of one entry; raise ValueError with the name of the field that cannot be believed."""
    fields = _Fields(entry)
    if fields.values.get("schema") != SCHEMA:
        raise ValueError("schema")
    collection = fields.text("collection")
    if not may_be_slug(collection):
        raise ValueError("collection")
    path, state, name = _path(fields, collection), _state(fields), fields.text("name")
    source = _Fields(entry.get("source"))
    remote = RemoteFile(
        id=fields.text("id"),
        drive_id=source.text("drive_id"),
        name=name,
        parent=source.maybe_text("folder_id") or "",
        folders=fields.texts("folders"),
        also=tuple(place.removesuffix(f"/{name}") for place in fields.texts("also_at")),
        media_type=source.text("media_type"),
        size=source.maybe_size("bytes"),
        md5=source.maybe_digest("md5", _MD5),
        sha256=source.maybe_digest("sha256", _SHA256),
        created=fields.maybe_time("created"),
        modified=fields.maybe_time("modified"),
        version=source.maybe_text("version"),
        head_revision=source.maybe_text("revision"),
        description=fields.maybe_text("description"),
        owner=fields.maybe_text("owner"),
        modified_by=fields.maybe_text("modified_by"),
        web_link=source.maybe_text("url"),
        resource_key=source.maybe_text("resource_key"),
        export=_export(source),
        shortcut=source.values.get("shortcut") is True,
    )
    item = Item(
        collection=collection,
        remote=remote,
        path=path,
        media_type=fields.text("media_type"),
        fixity=Fixity(fields.size("bytes"), fields.digest("sha256"), remote.md5),
        first_seen=fields.time("first_seen"),
        fetched=fields.time("fetched"),
        state=state,
        withdrawn=fields.time("withdrawn") if state is State.WITHDRAWN else None,
        missed=fields.maybe_time("missed"),
        replacement=_replacement(fields.values.get("replacement"), remote),
        retrieved=_retrieved(fields.values.get("retrieved")),
    )
    return Claim(item, tuple(_version(_Fields(value), item) for value in fields.list("versions")))


def as_claimed(item: Item, versions: Sequence[Version]) -> Claim:
    """The same of rows that nobody vouches for; raise ValueError as read_claim() does. versions: newest first."""
    if not may_be_slug(item.collection):
        raise ValueError("collection")
    for path in (item.path, *(version.path for version in versions)):
        _require_safe(path, item.collection)
    waiting = item.replacement and replace(item.replacement, read=False, damage=None)
    return Claim(replace(item, replacement=waiting, note=None), tuple(versions))


def _replacement(value: Any, held: RemoteFile) -> Replacement | None:
    """Bytes that wait outside the mirror, and have to be read again. held: the file that the item's own bytes are of."""
    if value is None:
        return None
    fields = _Fields(value)
    source = _Fields(fields.values.get("source"))
    remote = replace(
        held,
        drive_id=source.text("drive_id"),
        name=fields.text("name"),
        media_type=source.text("media_type"),
        size=source.maybe_size("bytes"),
        md5=source.maybe_digest("md5", _MD5),
        sha256=source.maybe_digest("sha256", _SHA256),
        modified=fields.maybe_time("modified"),
        version=source.maybe_text("version"),
        head_revision=source.maybe_text("revision"),
        web_link=source.maybe_text("url"),
        export=_export(source),
    )
    return Replacement(
        remote=remote,
        media_type=fields.text("media_type"),
        fixity=Fixity(fields.size("bytes"), fields.digest("sha256"), remote.md5),
        fetched=fields.time("fetched"),
        held_back=fields.values.get("held_back") is True,
    )


def _retrieved(value: Any) -> Retrieved | None:
    if value is None:
        return None
    fields = _Fields(value)
    return Retrieved(fields.text("way"), fields.text("program")[:_LONGEST_PROGRAM])


def _version(fields: "_Fields", item: Item) -> Version:
    return Version(
        item=item.id,
        fixity=Fixity(fields.size("bytes"), fields.digest("sha256"), fields.maybe_digest("md5", _MD5)),
        path=_path(fields, item.collection),
        modified=fields.maybe_time("modified"),
        fetched=fields.time("fetched"),
        retired=fields.time("retired"),
        withheld=fields.values.get("withheld") is True,
    )


def _path(fields: "_Fields", collection: str) -> str:
    """A path below the folder of its collection, with no part that a disk could take for something else."""
    path = fields.text("path")
    _require_safe(path, collection)
    return path


def _require_safe(path: str, collection: str) -> None:
    top, *parts = path.split("/")
    if top != collection or not parts or not all(map(is_safe_name, parts)):
        raise ValueError("path")


def _state(fields: "_Fields") -> State:
    try:
        return State(fields.text("state"))
    except ValueError:
        raise ValueError("state") from None


def _export(source: "_Fields") -> Export | None:
    """The format of an export, without a link: Drive states that anew."""
    value = source.values.get("export")
    if value is None:
        return None
    fields = _Fields(value)
    return Export(fields.text("media_type"), fields.text("suffix"))


class _Fields:
    """The fields of a JSON object. Each method raises ValueError with the field's name if its value is of another kind."""

    def __init__(self, values: Any) -> None:
        if not isinstance(values, Mapping):
            raise ValueError("schema")  # noqa: TRY004 - read_claim() has one error
        self.values = values

    def maybe_text(self, name: str) -> str | None:
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            raise ValueError(name)
        return value

    def text(self, name: str) -> str:
        if not (value := self.maybe_text(name)):
            raise ValueError(name)
        return value

    def list(self, name: str) -> list[Any]:
        value = self.values.get(name, [])
        if not isinstance(value, list):
            raise ValueError(name)  # noqa: TRY004 - see above
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        values = self.list(name)
        if not all(isinstance(value, str) for value in values):
            raise ValueError(name)
        return tuple(values)

    def maybe_size(self, name: str) -> int | None:
        value = self.values.get(name)
        if value is not None and (type(value) is not int or not 0 <= value < 1 << 63):
            raise ValueError(name)
        return value

    def size(self, name: str) -> int:
        if (value := self.maybe_size(name)) is None:
            raise ValueError(name)
        return value

    def maybe_digest(self, name: str, form: re.Pattern[str]) -> str | None:
        value = self.maybe_text(name)
        if value is not None and not form.fullmatch(value):
            raise ValueError(name)
        return value

    def digest(self, name: str) -> str:
        if (value := self.maybe_digest(name, _SHA256)) is None:
            raise ValueError(name)
        return value

    def maybe_time(self, name: str) -> datetime | None:
        value = self.maybe_text(name)
        if value is None:
            return None
        try:
            time = datetime.fromisoformat(value)
            time.astimezone(UTC)  # a time at the edge of the calendar has none
        except (ValueError, OverflowError):
            raise ValueError(name) from None
        if time.tzinfo is None:
            raise ValueError(name)
        return time

    def time(self, name: str) -> datetime:
        if (value := self.maybe_time(name)) is None:
            raise ValueError(name)
        return value
