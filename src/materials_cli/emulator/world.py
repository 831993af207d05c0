"""The state of a Drive on this machine: files, folders, shortcuts and Google documents, and what can happen to them.

Thread-safe. Ids look like Drive's, and are the same in every run for the same content.
"""

import base64
import hashlib
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from materials_cli.emulator.node import Content, Export, Node, media_type_of
from materials_cli.kinds import FOLDER, GOOGLE_APPS, SHORTCUT

_START = datetime(2025, 6, 20, 8, 0, tzinfo=UTC)


class World:
    """A Drive with one shared folder, `root`. open: anybody may ask, without any credential.

    keys and tokens: the API keys and bearer tokens that are accepted when it is not open. page_cap: the most that a
    page ever holds. export_limit: bytes that files.export gives at most. or_loses_parents: answer queries for several
    parents as incompletely as Drive does. listing_lag: how many lists of its folder miss a thing that is made from now
    on. opened: the ids that a search without a folder looks at, since Drive shows a reader by link no others.
    units_per_minute: the quota, None for no end of it. virus_scan_limit: bytes above which a download without any
    credential asks first. forgives_leaks: bytes are given even to who shows a credential to the host of exported bytes,
    as Google does and as other tools need; it is remembered as a violation all the same. drives: ids of the shared drives.
    members: the tokens of who is a member of them; others see of a shared drive what is shared by link. polls: how often
    operations.get says that a slow download is not done. failing: the ids whose slow download ends in an error.
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
        self.drives: list[str] = []
        self.members: set[str] = set()
        self.polls = 0
        self.failing: set[str] = set()
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

    def add_drive(self, name: str) -> str:
        """Make a shared drive, for its members alone; return its id, which is also its top folder's."""
        with self.lock:
            top = self._add(name, FOLDER, None, drive=True)
            top.restricted = True
            self.drives.append(top.id)
            return top.id

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
        with self.lock:
            node = self._add(name, media_type or media_type_of(name), parent or self.root, modified)
            node.content = Content(data)
            return node.id

    def add_native(self, name: str, kind: str, exports: dict[str, Export], parent: str | None = None) -> str:
        """Make a Google document of a kind: presentation, document, spreadsheet, form …; return its id."""
        with self.lock:
            node = self._add(name, GOOGLE_APPS + kind, parent or self.root)
            node.exports = exports
            return node.id

    def add_shortcut(self, name: str, target: str, parent: str | None = None) -> str:
        """Make a shortcut; the target need not exist."""
        with self.lock:
            node = self._add(name, SHORTCUT, parent or self.root)
            node.target = target
            return node.id

    def edit(self, node_id: str, data: bytes | None = None, exports: dict[str, Export] | None = None) -> None:
        """Give a file other bytes."""
        with self.lock:
            node = self.nodes[node_id]
            node.content = Content(data) if data is not None else node.content
            node.exports = exports or node.exports
            node.revision += 1
            node.modified = self._now()
            node.version += 1

    def rename(self, node_id: str, name: str) -> None:
        """Give another name; the time of modification stays."""
        self.change(node_id, name=name)

    def swap_names(self, one: str, other: str) -> None:
        """Let two things take each other's name, at one moment."""
        with self.lock:
            name = self.nodes[one].name
            self.rename(one, self.nodes[other].name)
            self.rename(other, name)

    def move(self, node_id: str, parent: str) -> None:
        """Put it into another folder, of this drive or another; raise ValueError for one that lies inside it."""
        with self.lock:
            node, target = self.nodes[node_id], self._children[parent]
            if node in self._upwards(parent):
                raise ValueError(parent)
            self._children[node.parent or ""].pop(node_id)
            target[node_id] = None
            self.change(node_id, parent=parent)
            self._settle(node_id, self.nodes[parent].drive)

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
        """Switch link sharing on, for it and what lies in it, whatever holds for what is above it."""
        with self.lock:
            above = self.nodes[node_id].parent
            self.change(node_id, restricted=None if above is None or self.visible(above) else False)

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
            self.drives = [drive for drive in self.drives if drive != node_id]

    def duplicate(self, node_id: str) -> str:
        """Copy a file beside itself, under the same name; return the copy's id."""
        with self.lock:
            node = self.nodes[node_id]
            copy = self._add(node.name, node.media_type, node.parent)
            copy.content, copy.exports, copy.target = node.content, node.exports, node.target
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

    def visible(self, node_id: str, *, member: bool = False) -> Node | None:
        """The node, if it is there and shared with whoever has the link. member: of the shared drives."""
        with self.lock:
            node = self.nodes.get(node_id)
            if node is None or (member and node.drive):
                return node
            said = next((above.restricted for above in self._upwards(node_id) if above.restricted is not None), False)
            return None if said else node

    def in_bin(self, node: Node) -> bool:
        """Whether it, or a folder above it, is in the bin."""
        with self.lock:
            return any(above.trashed for above in self._upwards(node.id))

    def _upwards(self, node_id: str) -> list[Node]:
        """A thing, the folder that it lies in, and so on to the top."""
        found = []
        above = self.nodes.get(node_id)
        while above is not None:
            found.append(above)
            above = self.nodes.get(above.parent or "")
        return found

    def _settle(self, node_id: str, drive: str | None) -> None:
        """Let a thing and what lies in it be part of a shared drive, or of none."""
        self.nodes[node_id].drive = drive
        for child in self._children[node_id]:
            self._settle(child, drive)

    def _add(
        self, name: str, media_type: str, parent: str | None, modified: datetime | None = None, *, drive: bool = False
    ) -> Node:
        with self.lock:
            number = len(self.nodes)
            node_id = self._new_id(f"{parent}/{name}", drive=drive)
            if parent is not None and parent not in self.nodes:
                raise KeyError(parent)
            created = self._now()
            node = Node(
                id=node_id,
                name=name,
                media_type=media_type,
                parent=parent,
                drive=node_id if drive else self.nodes[parent].drive if parent else None,
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

    def _new_id(self, seed: str, *, drive: bool) -> str:
        for attempt in range(1000):
            digest = hashlib.sha256(f"{seed}\0{attempt}".encode("utf-8", "surrogatepass")).digest()
            letters = base64.urlsafe_b64encode(digest).decode()
            candidate = f"0A{letters[:11]}Uk9PVA" if drive else "1" + letters[:32]
            if candidate not in self._issued:
                return candidate
        raise RuntimeError(seed)


def _readable(name: str) -> str:
    """A name on the disk as Drive could hold it: bytes that are no text become question marks."""
    return os.fsencode(name).decode("utf-8", "replace")
