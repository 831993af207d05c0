"""What a mirror should hold, reckoned from the emulated Drive alone: the other side of the law in test_law.py.

It walks the world's own nodes, never the product's lists or plans; only the spelling of names is the product's.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from materials_cli.emulator.node import Node
from materials_cli.emulator.sample import export_of
from materials_cli.emulator.world import World
from materials_cli.kinds import EXPORT_TYPES, FOLDER, GOOGLE_APPS, LINK_FILE, SHORTCUT
from materials_cli.model import Export, Listing, RemoteFile, RemoteFolder
from materials_cli.store.names import local_paths

FORM, DECK = GOOGLE_APPS + "form", GOOGLE_APPS + "presentation"
SAID = "ppt/said.xml"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something should lie and what it should say: bytes of a file, words of a deck, None for a link file."""

    path: str
    content: bytes | None
    deck: bool = False

    def agrees(self, found: bytes) -> bool:
        """Whether bytes in the mirror are these."""
        if self.content is None:
            return found.startswith(b"[InternetShortcut]\r\nURL=")
        return said(found) == self.content if self.deck else found == self.content


def deck(words: bytes) -> dict[str, object]:
    """What a Google presentation exports: another package each time, that says the same."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as parts:
        parts.writestr(SAID, b"<said>" + words + b"</said>")
        parts.writestr("docProps/core.xml", b"<core/>")
    return {EXPORT_TYPES["pptx"]: export_of(package.getvalue())}


def said(package: bytes) -> bytes:
    """The words of an exported deck."""
    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        return parts.read(SAID).removeprefix(b"<said>").removesuffix(b"</said>")


def expected(world: World, top: str, held: Mapping[str, Place], *, keyless: bool) -> dict[str, Place]:
    """What should lie in the mirror, by id. held: what lay there; a shortcut that leads nowhere keeps what it led to."""
    seen = _Seen(world, held=frozenset(held), keyless=keyless)
    seen.all()
    kept = {identity: held[identity] for identity in seen.dangling if identity in held}
    root = RemoteFolder(id=world.root, name="", parent=None)
    listing = Listing(root, tuple(seen.folders), tuple(seen.files))
    paths = local_paths(listing, top, [place.path for place in kept.values()])
    places = {f.id: _place(seen.nodes[f.id], paths[f.id]) for f in seen.files if f.id not in seen.dangling}
    return {**places, **kept}


@dataclass(slots=True)
class _Seen:
    """Each folder once: at its own place, else where it was held before, else at the first shortcut by path."""

    world: World
    held: frozenset[str]
    keyless: bool
    folders: list[RemoteFolder] = field(default_factory=list)
    files: list[RemoteFile] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    dangling: set[str] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)
    shortcuts: list[tuple[tuple[bool, tuple[str, ...], str], Node, str, str]] = field(default_factory=list)

    def all(self) -> None:
        self._enter(self.world.root, self.world.root, "", ())
        while waiting := [found for found in self.shortcuts if self._folder(found[1]) not in self.entered]:
            reachable = self._below({self._folder(found[1]) for found in waiting})
            own = [found for found in waiting if self._folder(found[1]) not in reachable] or waiting
            (_, names, _), node, parent, prefix = min(own, key=lambda found: found[0])
            self._add(node, prefix + node.id, parent, names)
            self._enter(self._folder(node), prefix + node.id, f"{prefix}{node.id}/", names)

    def _below(self, tops: set[str]) -> set[str]:
        """The folders that lie in a folder which is, or will be, listed."""
        known, inside = set(self.entered), set[str]()
        pending = list(tops)
        while pending:
            folder = pending.pop()
            known.add(folder)
            for node in self.world.children(folder):
                target = self._target(node)
                if target is not None and target.media_type == FOLDER and not node.trashed and self.world.visible(node.id):
                    if target is node:
                        inside.add(node.id)
                    if target.id not in known:
                        known.add(target.id)
                        pending.append(target.id)
        return inside

    def _target(self, node: Node) -> Node | None:
        """What a node leads to, through other shortcuts, too; None if these lead nowhere."""
        target: Node | None = node
        for _ in range(8):  # there are fewer shortcuts
            if target is None or (target is not node and self.world.in_bin(target)):
                return None
            if target.media_type != SHORTCUT:
                return target
            target = self.world.visible(target.target or "")
        return None

    def _folder(self, shortcut: Node) -> str:
        """The id of the folder that a shortcut leads to."""
        target = self._target(shortcut)
        return target.id if target else ""

    def _enter(self, drive_id: str, identity: str, prefix: str, names: tuple[str, ...]) -> None:
        """A folder and those that lie in it; shortcuts to others wait."""
        self.entered.add(drive_id)
        for node in self.world.children(drive_id):
            if node.trashed or not self.world.visible(node.id):
                continue
            target, own = self._target(node), prefix + node.id
            if target is None:
                self.dangling.add(own)
                self._file(node, node, own, identity, names)
            elif target.media_type != FOLDER:
                self._file(node, target, own, identity, names)
            elif target is not node:
                new = not any(item.startswith(f"{own}/") for item in self.held)
                self.shortcuts.append(((new, (*names, node.name), node.id), node, identity, prefix))
            elif node.id not in self.entered:
                self._add(node, own, identity, (*names, node.name))
                self._enter(node.id, own, prefix, (*names, node.name))

    def _add(self, node: Node, identity: str, parent: str, names: tuple[str, ...]) -> None:
        made = None if self.keyless else node.created
        self.folders.append(RemoteFolder(id=identity, name=names[-1], parent=parent, created=made))

    def _file(self, node: Node, target: Node, identity: str, parent: str, names: tuple[str, ...]) -> None:
        self.nodes[identity] = target
        self.files.append(
            RemoteFile(
                id=identity, drive_id=target.id, name=node.name, parent=parent, folders=names, media_type=target.media_type,
                export=Export(EXPORT_TYPES["pptx"], ".pptx") if target.media_type == DECK else None,
                created=None if self.keyless else node.created,
            )
        )  # fmt: skip


def _place(node: Node, path: str) -> Place:
    if node.media_type == DECK:
        return Place(path, said(node.exports[EXPORT_TYPES["pptx"]](0)), deck=True)
    return Place(path, node.data if isinstance(node.data, bytes) else None)


@dataclass(frozen=True, slots=True)
class Disk:
    """An archive's folder as it lies there: path → digest, without the program's own files."""

    mirror: dict[str, str]
    kept: dict[str, str]

    @classmethod
    def of(cls, archive: Path, top: str) -> "Disk":
        inner = archive / ".materials"
        return cls(
            dict(_digests(archive, archive / top)),
            dict(_digests(archive, inner / "versions")) | dict(_digests(archive, inner / "aside")),
        )

    @property
    def digests(self) -> set[str]:
        """Of every file, in the mirror or kept aside."""
        return {*self.mirror.values(), *self.kept.values()}


def _digests(archive: Path, folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.relative_to(archive).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()


__all__ = ["DECK", "FORM", "LINK_FILE", "Disk", "Place", "deck", "expected", "said"]
