"""What people decided on publishing: a file for each collection, metadata/triage/COLLECTION.toml, which outlives every rebuild.

A decision is made for what was found at that time. Whatever is found later, in new bytes, under another name or by better
rules, is undecided, and so is the item.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.naming import ids_now
from materials_cli.configfile import read_toml
from materials_cli.disk import disk_errors, replace_file
from materials_cli.errors import Code, MaterialsError
from materials_cli.filenames import METADATA
from materials_cli.messages import Message, msg, verbatim
from materials_cli.store.inside import open_if_there
from materials_cli.store.mirror import Store
from materials_cli.triage.found import Decision, Find, FindKind
from materials_cli.values import frozen

_LARGEST = 64_000_000
_FORMAT = 1
_HEAD = f"# What of this collection may be published: decided with `materials triage`.\nformat = {_FORMAT}\n"


_STRICTEST = (Decision.WITHHOLD, Decision.REDACT, Decision.PUBLISH)


@frozen()
class Decided:
    """The decisions on one item. whole: on all; kinds: on what was found of a kind.

    seen: the keys of finds decided on; left: of those that were there at the last decision, and that it left undecided.
    """

    whole: Decision | None = None
    kinds: Mapping[FindKind, Decision] = field(default_factory=lambda: MappingProxyType({}))
    seen: frozenset[str] = frozenset()
    left: frozenset[str] = field(default=frozenset(), compare=False)

    def is_new(self, find: Find) -> bool:
        """Whether a find was not there yet when something was decided."""
        return bool(self.seen or self.whole) and find.key not in self.seen | self.left

    def on(self, find: Find) -> Decision | None:
        """The decision on a find; None if there is none."""
        return (self.kinds.get(find.kind) or self.whole) if find.key in self.seen else None

    def on_all(self, finds: Iterable[Find]) -> Decision | None:
        """The decision on an item with these finds: the strictest; None as long as anything is undecided."""
        made = [self.whole, *map(self.on, finds)] if self.whole else [self.on(find) for find in finds]
        if self.whole is Decision.WITHHOLD:
            return self.whole
        return None if not made or None in made else next(one for one in _STRICTEST if one in made)

    def with_item(self, decision: Decision | None, finds: Iterable[Find]) -> "Decided":
        """The same after a decision on the whole item, which takes the place of all others."""
        return Decided(decision, seen=frozenset(find.key for find in finds if find.key)) if decision else Decided()

    def with_kind(self, kind: FindKind, decision: Decision | None, finds: Iterable[Find]) -> "Decided":
        """The same after a decision on what was found of a kind."""
        finds = tuple(finds)
        keys = {find.key for find in finds if find.kind is kind and find.key}
        if self.whole is Decision.WITHHOLD:  # of an item that is withheld, the rest stays so
            kinds = {find.kind: Decision.WITHHOLD for find in finds if find.key in self.seen}
            return replace(self, whole=None, kinds=MappingProxyType(kinds)).with_kind(kind, decision, finds)
        kinds = {k: d for k, d in self.kinds.items() if k is not kind} | ({kind: decision} if decision else {})
        seen = self.seen | keys if decision else self.seen - keys
        return Decided(self.whole, MappingProxyType(kinds), seen, frozenset(find.key for find in finds if find.key) - seen)


NONE = Decided()


class Decisions:
    """The decisions of an archive. Those on items that are not known now are kept."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self._store = store
        self._now = ids_now(catalogue.connection)
        self._found: dict[str, dict[str, tuple[str, Decided]]] = {}
        self.wrong: list[Message] = []
        self._unread = dict[str, Message]()

    def of(self, collection: str, item: str) -> Decided:
        """The decisions on an item."""
        return self._of(collection).get(item, ("", NONE))[1]

    def change(self, collection: str, item: str, path: str, decided: Decided) -> bool:
        """Replace the decisions on an item in memory, until write(); return whether they differ."""
        if self.of(collection, item) == decided:
            return False
        self._of(collection)[item] = (path, decided)
        return True

    def write(self, collections: Iterable[str]) -> None:
        """Write those of some collections; raise an error for a symlink in their place, or a file that could not be read."""
        for collection in collections:
            file = file_of(self._store, collection)
            self._store.inside.refuse_links(file)
            if collection in self._unread:
                raise MaterialsError(
                    Code.BAD_SETTINGS, msg("These decisions cannot be read: {reason}", reason=self._unread[collection]),
                    where=str(file), why=msg("Writing to it would lose all of them."),
                    fix=msg("Correct the file, or move it away."),
                )  # fmt: skip
            rows = {item: (path, one) for item, (path, one) in self._of(collection).items() if one != NONE}
            with disk_errors():
                if not rows:
                    file.unlink(missing_ok=True)
                    continue
                self._store.inside.make_folder(file.parent)
            replace_file(file, (_HEAD + "".join(map(_row, rows, rows.values()))).encode("utf-8", "replace"))

    def _of(self, collection: str) -> dict[str, tuple[str, Decided]]:
        if collection not in self._found:
            try:
                found = _read(file_of(self._store, collection), self._store)
            except (MaterialsError, OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
                found = {}
                reason = error.what if isinstance(error, MaterialsError) else verbatim(error)
                self._unread[collection] = reason
                self.wrong.append(msg("{file}: {reason}", file=f"{METADATA}/triage/{collection}.toml", reason=reason))
            self._found[collection] = {self._now.get(item, item): one for item, one in found.items()}
        return self._found[collection]


def file_of(store: Store, collection: str) -> Path:
    """Where the decisions of a collection are kept."""
    return store.root / METADATA / "triage" / f"{collection}.toml"


def move(store: Store, collection: str, to_store: Store, to: str) -> None:
    """Move the decisions of a collection, which is renamed or leaves the archive; nothing is done if it has none."""
    store.give(file_of(store, collection), to_store, file_of(to_store, to))


def _read(file: Path, store: Store) -> dict[str, tuple[str, Decided]]:
    store.inside.refuse_links(file)
    opened = open_if_there(file)
    if opened is None:
        return {}
    with opened:
        kept = read_toml(opened.read(_LARGEST).decode("utf-8-sig"))
    if kept.get("format", _FORMAT) != _FORMAT:
        what = msg("Its format is {format}: a newer version of materials wrote it.", format=str(kept["format"]))
        raise MaterialsError(Code.BAD_SETTINGS, what)
    rows = kept.get("item", [])
    return {str(row["id"]): (str(row.get("path", "")), _decided(row)) for row in rows}


def _decided(row: Mapping[str, Any]) -> Decided:
    """The decisions of a row; raise ValueError for one that is none, so that nothing is published by a slip."""
    kinds = {FindKind(kind): Decision(decision) for kind, decision in row.get("kinds", {}).items()}
    whole = Decision(row["decision"]) if "decision" in row else None
    seen, left = (frozenset(row.get(name, "").split()) for name in ("seen", "left"))
    return Decided(whole, MappingProxyType(kinds), seen, left)


def _row(item: str, kept: tuple[str, Decided]) -> str:
    path, one = kept
    lines = ["", "[[item]]", f"id = {json.dumps(item)}", f"path = {json.dumps(_printable(path), ensure_ascii=False)}"]
    lines += [f'decision = "{one.whole}"'] if one.whole else []
    if one.kinds:
        lines.append("kinds = {" + ", ".join(f'{kind} = "{decision}"' for kind, decision in sorted(one.kinds.items())) + "}")
    lines += [f'{name} = "{" ".join(sorted(keys))}"' for name, keys in (("seen", one.seen), ("left", one.left)) if keys]
    return "\n".join(lines) + "\n"


def _printable(path: str) -> str:
    return "".join(each if each.isprintable() else "?" for each in path)
