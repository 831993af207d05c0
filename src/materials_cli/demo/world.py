"""The state of a Drive on this machine: files, folders, shortcuts and Google documents, and what can happen to them.

Thread-safe. Ids look like Drive's, and are the same in every run for the same content.
"""

import base64
import hashlib
import mimetypes
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

FOLDER = "application/vnd.google-apps.folder"
SHORTCUT = "application/vnd.google-apps.shortcut"
NATIVE = "application/vnd.google-apps."
_START = datetime(2025, 6, 20, 8, 0, tzinfo=UTC)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MEDIA_TYPES = {
    ".pptx": _OFFICE + "presentationml.presentation", ".docx": _OFFICE + "wordprocessingml.document",
    ".xlsx": _OFFICE + "spreadsheetml.sheet", ".ppt": "application/vnd.ms-powerpoint", ".md": "text/markdown",
    ".pptm": "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
    ".odp": "application/vnd.oasis.opendocument.presentation",
}  # fmt: skip

Export = Callable[[int], bytes]


@dataclass(slots=True, kw_only=True)
class Node:
    """One thing on Drive.

    data: its bytes, or the file on disk that holds them. exports: media type → maker of bytes, called with a number
    that is another one each time, since no two exports are alike. restricted: link sharing is off. needs_key: it is there
    only for who shows its resource_key. hashes: Drive states its digests. unlisted: how many more lists of its folder
    leave it out, since Drive's lists lag behind.
    """

    id: str
    name: str
    media_type: str
    parent: str | None
    created: datetime
    modified: datetime
    data: bytes | Path | None = None
    exports: dict[str, Export] = field(default_factory=dict)
    target: str | None = None
    version: int = 1
    revision: int = 1
    trashed: bool = False
    restricted: bool = False
    resource_key: str | None = None
    needs_key: bool = False
    downloadable: bool = True
    abusive: bool = False
    hashes: bool = True
    description: str | None = None
    owner: str = "Workshop secretariat (sample)"
    unlisted: int = 0
    digests: tuple[object, dict[str, str]] | None = None

    @property
    def size(self) -> int:
        """Bytes of a file."""
        if isinstance(self.data, Path):
            return self.data.stat().st_size
        return len(self.data or b"")

    @property
    def native(self) -> bool:
        """Whether it lives only inside Google."""
        return self.media_type.startswith(NATIVE)

    def checksums(self) -> dict[str, str]:
        """The digests that Drive states; reckoned once for each content."""
        content: object = self.data
        if isinstance(self.data, Path):
            state = self.data.stat()
            content = (self.data, state.st_size, state.st_mtime_ns)
        if self.digests is None or self.digests[0] != content:
            found = {name: hashlib.new(name, usedforsecurity=False) for name in ("md5", "sha1", "sha256")}
            for chunk in self.chunks(0, self.size):
                for digest in found.values():
                    digest.update(chunk)
            self.digests = (content, {name: digest.hexdigest() for name, digest in found.items()})
        return self.digests[1]

    def chunks(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from start up to stop."""
        if isinstance(self.data, Path):
            with self.data.open("rb") as file:
                file.seek(start)
                while start < stop and (chunk := file.read(min(1 << 18, stop - start))):
                    start += len(chunk)
                    yield chunk
        elif self.data:
            yield self.data[start:stop]


class World:
    """A Drive with one shared folder, `root`. open: anybody may ask, without any credential.

    keys and tokens: the API keys and bearer tokens that are accepted when it is not open. page_cap: the most that a
    page ever holds. export_limit: bytes that files.export gives at most. or_loses_parents: answer queries for several
    parents as incompletely as Drive does. listing_lag: how many lists of its folder miss a thing that is made from now
    on. opened: the ids that a search without a folder looks at, since Drive shows a reader by link no others.
    units_per_minute: the quota, None for no end of it. virus_scan_limit: bytes above which a download without any
    credential asks first. forgives_leaks: bytes are given even to who shows a credential to the host of exported bytes,
    as Google does and as other tools need; it is remembered as a violation all the same.
    """

    def __init__(self, name: str = "Shared folder") -> None:
        self.lock = threading.RLock()
        self.nodes: dict[str, Node] = {}
        self._issued: set[str] = set()
        self._children: dict[str, dict[str, None]] = {}
        self._clock = _START
        self.open = True
        self.keys: set[str] = set()
        self.tokens: set[str] = set()
        self.page_cap = 1000
        self.export_limit = 10 * 1024 * 1024
        self.virus_scan_limit = 25 * 1024 * 1024
        self.or_loses_parents = True
        self.listing_lag = 0
        self.opened: set[str] = set()
        self.units_per_minute: int | None = None
        self.forgives_leaks = False
        self.root = self._add(name, FOLDER, None).id

    @classmethod
    def from_folder(cls, folder: Path) -> Self:
        """A Drive that serves a folder of real files, names as they are on the disk."""
        world = cls(_readable(folder.resolve().name))
        ids = {folder: world.root}
        for path in sorted(folder.rglob("*")):
            parent = ids.get(path.parent)
            if parent is None or not path.exists():
                continue
            changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            if path.is_dir():
                ids[path] = world.add_folder(_readable(path.name), parent)
            elif path.is_file():
                world.add_file(_readable(path.name), path, parent, modified=changed)
        return world

    def add_folder(self, name: str, parent: str | None = None) -> str:
        """Make a folder; return its id."""
        return self._add(name, FOLDER, parent or self.root).id

    def add_file(
        self,
        name: str,
        data: bytes | Path,
        parent: str | None = None,
        *,
        media_type: str | None = None,
        modified: datetime | None = None,
    ) -> str:
        """Make a file; return its id."""
        node = self._add(name, media_type or media_type_of(name), parent or self.root, modified)
        node.data = data
        return node.id

    def add_native(self, name: str, kind: str, exports: dict[str, Export], parent: str | None = None) -> str:
        """Make a Google document of a kind: presentation, document, spreadsheet, form …; return its id."""
        node = self._add(name, NATIVE + kind, parent or self.root)
        node.exports = exports
        return node.id

    def add_shortcut(self, name: str, target: str, parent: str | None = None) -> str:
        """Make a shortcut; the target need not exist."""
        node = self._add(name, SHORTCUT, parent or self.root)
        node.target = target
        return node.id

    def edit(self, node_id: str, data: bytes | None = None, exports: dict[str, Export] | None = None) -> None:
        """Give a file other bytes."""
        with self.lock:
            node = self.nodes[node_id]
            node.data = data if data is not None else node.data
            node.exports = exports or node.exports
            node.digests = None
            node.revision += 1
            node.modified = self._now()
            node.version += 1

    def rename(self, node_id: str, name: str) -> None:
        """Give another name; the time of modification stays."""
        self.change(node_id, name=name)

    def move(self, node_id: str, parent: str) -> None:
        """Put it into another folder."""
        with self.lock:
            node = self.nodes[node_id]
            target = self._children[parent]
            self._children[node.parent or ""].pop(node_id)
            target[node_id] = None
            self.change(node_id, parent=parent)

    def trash(self, node_id: str) -> None:
        """Put it into the bin."""
        self.change(node_id, trashed=True)

    def restore(self, node_id: str) -> None:
        """Take it out of the bin."""
        self.change(node_id, trashed=False)

    def unshare(self, node_id: str) -> None:
        """Switch link sharing off: it is as if it were gone, but lists of it are empty, not refused."""
        self.change(node_id, restricted=True)

    def share(self, node_id: str) -> None:
        """Switch link sharing on again."""
        self.change(node_id, restricted=False)

    def touch(self, node_id: str) -> None:
        """Raise the version without any other change, as Drive does for invisible reasons."""
        self.change(node_id)

    def delete(self, node_id: str) -> None:
        """Take it away for good."""
        with self.lock:
            for child in list(self._children.get(node_id, ())):
                self.delete(child)
            node = self.nodes.pop(node_id)
            self._children.get(node.parent or "", {}).pop(node_id, None)

    def duplicate(self, node_id: str) -> str:
        """Copy a file beside itself, under the same name; return the copy's id."""
        with self.lock:
            node = self.nodes[node_id]
            copy = self._add(node.name, node.media_type, node.parent)
            copy.data, copy.exports, copy.target = node.data, node.exports, node.target
            return copy.id

    def change(self, node_id: str, **fields: object) -> None:
        """Set fields of a node; every change raises its version."""
        with self.lock:
            node = self.nodes[node_id]
            for name, value in fields.items():
                setattr(node, name, value)
            node.version += 1

    def children(self, node_id: str) -> list[Node]:
        """What lies directly in a folder."""
        with self.lock:
            return [self.nodes[child] for child in self._children.get(node_id, ())]

    def listed(self, node_id: str) -> list[Node]:
        """What a new list of a folder shows: what lies in it, less what lists do not know of yet."""
        with self.lock:
            children = self.children(node_id)
            shown = [node for node in children if not node.unlisted]
            for node in children:
                node.unlisted = max(0, node.unlisted - 1)
            return shown

    def existed(self, node_id: str) -> bool:
        """Whether there is, or ever was, something of this id."""
        return node_id in self._issued

    def visible(self, node_id: str) -> Node | None:
        """The node, if it is there and shared with whoever has the link."""
        node = self.nodes.get(node_id)
        above = node
        while above is not None:
            if above.restricted:
                return None
            above = self.nodes.get(above.parent or "")
        return node

    def in_bin(self, node: Node) -> bool:
        """Whether it, or a folder above it, is in the bin."""
        above: Node | None = node
        while above is not None:
            if above.trashed:
                return True
            above = self.nodes.get(above.parent or "")
        return False

    def _add(self, name: str, media_type: str, parent: str | None, modified: datetime | None = None) -> Node:
        with self.lock:
            number = len(self.nodes)
            node_id = self._new_id(f"{parent}/{name}")
            if parent is not None and parent not in self.nodes:
                raise KeyError(parent)
            created = self._now()
            node = Node(
                id=node_id,
                name=name,
                media_type=media_type,
                parent=parent,
                created=min(created, modified or created),
                modified=modified or created,
                version=number + 1,
                unlisted=self.listing_lag,
            )
            self._issued.add(node_id)
            self.nodes[node_id] = node
            self._children.setdefault(node_id, {})
            if parent is not None:
                self._children[parent][node_id] = None
            return node

    def _now(self) -> datetime:
        self._clock += timedelta(minutes=7)
        return self._clock

    def _new_id(self, seed: str) -> str:
        for attempt in range(1000):
            digest = hashlib.sha256(f"{seed}\0{attempt}".encode("utf-8", "surrogatepass")).digest()
            candidate = "1" + base64.urlsafe_b64encode(digest).decode()[:32]
            if candidate not in self._issued:
                return candidate
        raise RuntimeError(seed)


def media_type_of(name: str) -> str:
    """The media type that Drive gives a file of this name."""
    suffix = Path(name).suffix.lower()
    return _MEDIA_TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def _readable(name: str) -> str:
    """A name on the disk as Drive could hold it: bytes that are no text become question marks."""
    return os.fsencode(name).decode("utf-8", "replace")
