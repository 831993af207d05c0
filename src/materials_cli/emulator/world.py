"""The state of a Drive: files, folders, shortcuts and Google documents, and what can happen to them.

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
    """A Drive with one shared folder, `root`.

    open: every caller is accepted, without a credential; else those with one of `keys` (API keys) or `tokens` (bearer tokens).
    page_cap: the largest number of files on a page of a list, whatever is requested. export_limit: the size limit of
    files.export in bytes. virus_scan_limit: the size in bytes above which a download without a credential has to be
    confirmed. virus_button: where the page that asks for that states what the button sends: in the "fields" or the "address" of
    its form, or in a "link". units_per_minute: the quota, None for no limit.
    or_loses_parents: queries for several parents lose some of them, as on Drive. listing_lag: how many lists of its folder
    omit a thing created from now on. opened: the ids that a search without a folder covers; Drive covers no others for
    readers who have the link. forgives_leaks: the host of exports serves requests that carry a credential, as Google's does
    and as other tools need; it remains a violation. drives: the ids of the shared drives. members: the tokens of their
    members; others see what is shared by link. polls: how often operations.get reports a download as in progress. failing:
    the ids whose long-running download fails.
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
        self.virus_button = "fields"
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
        """A Drive with the files of a folder on disk, under their own names."""
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
        """Create a shared drive for its members only; return its id, which is also the id of its top folder."""
        with self.lock:
            top = self._add(name, FOLDER, None, drive=True)
            top.restricted = True
            self.drives.append(top.id)
            return top.id

    def add_folder(self, name: str, parent: str | None = None) -> str:
        """Create a folder; return its id."""
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
        """Create a file; return its id."""
        with self.lock:
            node = self._add(name, media_type or media_type_of(name), parent or self.root, modified)
            node.content = Content(data)
            return node.id

    def add_native(self, name: str, kind: str, exports: dict[str, Export], parent: str | None = None) -> str:
        """Create a Google document (kind: presentation, document, spreadsheet, form, …); return its id."""
        with self.lock:
            node = self._add(name, GOOGLE_APPS + kind, parent or self.root)
            node.exports = exports
            return node.id

    def add_shortcut(self, name: str, target: str, parent: str | None = None) -> str:
        """Create a shortcut; the target need not exist."""
        with self.lock:
            node = self._add(name, SHORTCUT, parent or self.root)
            node.target = target
            return node.id

    def edit(self, node_id: str, data: bytes | None = None, exports: dict[str, Export] | None = None) -> None:
        """Change the contents of a file or document."""
        with self.lock:
            node = self.nodes[node_id]
            node.content = Content(data) if data is not None else node.content
            node.exports = exports or node.exports
            node.revision += 1
            node.modified = self._now()
            node.version += 1

    def rename(self, node_id: str, name: str) -> None:
        """Rename it; the time of modification stays."""
        self.change(node_id, name=name)

    def swap_names(self, one: str, other: str) -> None:
        """Exchange two names in one step."""
        with self.lock:
            name = self.nodes[one].name
            self.rename(one, self.nodes[other].name)
            self.rename(other, name)

    def move(self, node_id: str, parent: str) -> None:
        """Move it to another folder, also of another drive; raise ValueError for a folder inside it."""
        with self.lock:
            node, target = self.nodes[node_id], self._children[parent]
            if node in self._upwards(parent):
                raise ValueError(parent)
            self._children[node.parent or ""].pop(node_id)
            target[node_id] = None
            self.change(node_id, parent=parent)
            self._settle(node_id, self.nodes[parent].drive)

    def trash(self, node_id: str) -> None:
        """Move it to the bin."""
        self.change(node_id, trashed=True)

    def restore(self, node_id: str) -> None:
        """Restore it from the bin."""
        self.change(node_id, trashed=False)

    def unshare(self, node_id: str) -> None:
        """Turn link sharing off: it appears as missing, but lists of it are empty instead of an error."""
        self.change(node_id, restricted=True)

    def share(self, node_id: str) -> None:
        """Turn link sharing on for it and its contents, regardless of the folders above it."""
        with self.lock:
            above = self.nodes[node_id].parent
            self.change(node_id, restricted=None if above is None or self.visible(above) else False)

    def touch(self, node_id: str) -> None:
        """Increase the version without any other change, as Drive does at times."""
        self.change(node_id)

    def delete(self, node_id: str) -> None:
        """Delete it permanently."""
        with self.lock:
            for child in list(self._children.get(node_id, ())):
                self.delete(child)
            node = self.nodes.pop(node_id)
            self._children.get(node.parent or "", {}).pop(node_id, None)
            self.drives = [drive for drive in self.drives if drive != node_id]

    def duplicate(self, node_id: str) -> str:
        """Copy a file within its folder, under the same name; return the id of the copy."""
        with self.lock:
            node = self.nodes[node_id]
            copy = self._add(node.name, node.media_type, node.parent)
            copy.content, copy.exports, copy.target = node.content, node.exports, node.target
            return copy.id

    def change(self, node_id: str, **fields: object) -> None:
        """Set fields of a node; every change increases its version."""
        with self.lock:
            node = self.nodes[node_id]
            for name, value in fields.items():
                setattr(node, name, value)
            node.version += 1

    def children(self, node_id: str) -> list[Node]:
        """The contents of a folder."""
        with self.lock:
            return [self.nodes[child] for child in self._children.get(node_id, ())]

    def listed(self, node_id: str) -> list[Node]:
        """The contents of a folder as a list shows them: without what lists still omit. Counts as one list."""
        with self.lock:
            children = self.children(node_id)
            shown = [node for node in children if not node.unlisted]
            for node in children:
                node.unlisted = max(0, node.unlisted - 1)
            return shown

    def existed(self, node_id: str) -> bool:
        """Whether this id exists or ever existed."""
        return node_id in self._issued

    def visible(self, node_id: str, *, member: bool = False) -> Node | None:
        """The node, if it exists and is shared by link. member: the caller is a member of the shared drives."""
        with self.lock:
            node = self.nodes.get(node_id)
            if node is None or (member and node.drive):
                return node
            restricted = next((above.restricted for above in self._upwards(node_id) if above.restricted is not None), False)
            return None if restricted else node

    def in_bin(self, node: Node) -> bool:
        """Whether it or a folder above it is in the bin."""
        with self.lock:
            return any(above.trashed for above in self._upwards(node.id))

    def _upwards(self, node_id: str) -> list[Node]:
        """The node, its folder, and so on to the top."""
        found = []
        above = self.nodes.get(node_id)
        while above is not None:
            found.append(above)
            above = self.nodes.get(above.parent or "")
        return found

    def _settle(self, node_id: str, drive: str | None) -> None:
        """Assign a node and its contents to a shared drive, or to none."""
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
    """A file name as Drive can store it: bytes that are not UTF-8 become replacement characters."""
    return os.fsencode(name).decode("utf-8", "replace")
