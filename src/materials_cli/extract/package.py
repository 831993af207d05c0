"""Opens zip packages (Office, OpenDocument, iWork) and their XML safely.

Sizes are checked before anything is decompressed. Documents that declare entities are refused, which rules out entity bombs and
access to local files. Parts are found whatever slashes and letter case a program wrote in their names.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self
from urllib.parse import unquote

from lxml import etree

from materials_cli.extract.encodings import decode
from materials_cli.extract.salvage import salvage
from materials_cli.messages import Message, msg, msgid

_MAX_PARTS = 20_000
_MAX_PART_SIZE = 64 * 1024 * 1024
_MAX_SIZE = 512 * 1024 * 1024
_MAX_RATIO = 1_000
_UTF8_NAME = 0x800
_APPLE_ENCRYPTED = {25451, 25452}  # how iWork ’09 marks parts encrypted with a password: stored, deflated
_MAIN = ("officeDocument", "document")  # the relation to the document itself, in Office and in Visio
_BUNDLES = (".key/", ".pages/", ".numbers/")
DAMAGED = msgid("The file is damaged or incomplete, so its text cannot be read.")
LOCKED = msgid("The file is protected with a password, so its text cannot be read.")
PROTECTED = msgid("The file is protected by rights management (DRM), so its text cannot be read.")
_MANY = msgid("The file has more parts than any genuine document would, and was not opened.")
_BOMB = msgid("The file unpacks to far more than any genuine document would (a “zip bomb”), and was not opened.")


class UnreadableError(Exception):
    """A file whose text cannot be read. note: why."""

    def __init__(self, note: Message) -> None:
        super().__init__(str(note))
        self.note = note


class Package:
    """A zip package: its parts by name, and the relations between them. A context manager.

    content: the package itself, if it is a part of the file at `path`.
    damaged: the table of contents is missing, as in a truncated file; the package has only the parts that are complete.
    """

    def __init__(self, path: Path, content: bytes | None = None) -> None:
        self.path = path
        self._content = content
        self._saved: dict[str, bytes] = {}
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._inflated = 0
        try:
            self._zip = zipfile.ZipFile(path if content is None else io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            self._saved = salvage(path, _MAX_PART_SIZE, _MAX_SIZE // 8) if content is None else {}
            if not self._saved:
                raise UnreadableError(msg(DAMAGED)) from error
        else:
            bundle = _bundle(map(_plain, self._zip.namelist()))
            self._infos = {_plain(info.filename).removeprefix(bundle): info for info in self._zip.infolist()}
        self.damaged = bool(self._saved)
        self._spelled = {name.lower(): name for name in self.names}

    def __enter__(self) -> Self:
        """The package itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        if not self.damaged:
            self._zip.close()

    def __contains__(self, name: str) -> bool:
        """Whether the package has a part of that name."""
        return name.lower() in self._spelled

    def _spelling(self, name: str) -> str:
        return name if name in self._infos else self._spelled.get(name.lower(), name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts, in the order of the file."""
        return tuple(self._infos or self._saved)

    def readable_names(self) -> list[str]:
        """The names of all files, decoded: old programs wrote them in the encoding of their country."""
        return [
            info.filename if info.flag_bits & _UTF8_NAME else _decoded(info.filename) for info in self._infos.values()
        ] or list(self._saved)

    def read(self, name: str) -> bytes:
        """The bytes of a part; raise UnreadableError if it is missing, damaged, encrypted or too large."""
        if (info := self._infos.get(self._spelling(name))) and info.file_size > _MAX_PART_SIZE:
            raise UnreadableError(msg(_BOMB))
        with self.open(name) as part:
            return part.read(_MAX_PART_SIZE + 1)

    def read_pieces(self, name: str) -> bytes:
        """The bytes of a part that a printer wrote in pieces; raise UnreadableError as read() does, of all together."""
        joined, number = b"", 0
        while (piece := f"{name}/[{number}].piece") in self:
            joined += self.read(piece)
            number += 1
            if len(joined) > _MAX_PART_SIZE:
                raise UnreadableError(msg(_BOMB))
        return joined + self.read(f"{name}/[{number}].last.piece")

    def open(self, name: str) -> "_Part":
        """A part to be read piece by piece, however large; raise UnreadableError as read() does, reading as well."""
        name = self._spelling(name)
        if name in self._saved:
            return _Part(io.BytesIO(self._saved[name]))
        info = self._infos.get(name)
        if info is None:
            raise UnreadableError(msg(DAMAGED) if self.damaged else msg("A part of the file is missing."))
        if self._inflated + info.file_size > _MAX_SIZE or _is_bomb(info):
            raise UnreadableError(msg(_BOMB))
        if len(self._infos) > _MAX_PARTS:
            raise UnreadableError(msg(_MANY))
        if info.flag_bits & 1 or info.compress_type in _APPLE_ENCRYPTED:
            raise UnreadableError(msg(LOCKED))
        self._inflated += info.file_size
        with _damage():
            return _Part(self._zip.open(info))

    def inner(self, name: str) -> "Package":
        """A part that is itself a zip package."""
        return Package(self.path, self.read(name))

    def file(self) -> IO[bytes]:
        """The package as a whole, for a reader that opens it on its own."""
        return io.BytesIO(self._content if self._content is not None else self.path.read_bytes())

    def refuse_bombs(self) -> None:
        """Check the sizes of all parts, for a reader that opens the file on its own."""
        infos = self._infos.values()
        if len(infos) > _MAX_PARTS:
            raise UnreadableError(msg(_MANY))
        if sum(info.file_size for info in infos) > _MAX_SIZE or any(map(_is_bomb, infos)):
            raise UnreadableError(msg(_BOMB))

    def xml(self, name: str) -> etree._Element:
        """The XML of a part."""
        return parse_xml(self.read(name))

    def readable_xml(self, name: str) -> etree._Element:
        """The XML of a part that the text can do without: an empty element if the part is missing or damaged."""
        try:
            return self.xml(name)
        except UnreadableError:
            return etree.Element("unreadable")

    def main_part(self) -> str:
        """The name of the part with the document itself; empty if the package does not state it."""
        stated = self.relations("").values()
        return next((target for wanted in _MAIN for kind, target in stated if kind == wanted), "")

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """The relations of a part: id → (last word of the type, name of the target part); none if the list is damaged."""
        folder, _, base = name.rpartition("/")
        rels = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
        found = {}
        for relation in self.readable_xml(rels):
            target = relation.get("Target") or ""
            if relation.get("TargetMode") != "External" and "%" in target:
                target = unquote(target)
            if relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, _slashes(target))).lstrip("/")
            found[relation.get("Id") or ""] = ((relation.get("Type") or "").rpartition("/")[2], target)
        return found


def _slashes(name: str) -> str:
    return name.replace("\\", "/")


def _plain(name: str) -> str:
    """The name of a part as other parts refer to it."""
    return _slashes(name).lstrip("/")


class _Part:
    """A part that is being read. A context manager."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def __enter__(self) -> Self:
        """The part itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._stream.close()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        with _damage():
            return self._stream.read(size)


@contextmanager
def _damage() -> Iterator[None]:
    """The border around zipfile: all that it raises for a damaged part becomes UnreadableError."""
    try:
        yield
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise UnreadableError(msg(DAMAGED)) from error
    except Exception as error:  # zlib.error and lzma.LZMAError have no common base class
        if type(error).__module__ not in {"zlib", "_lzma", "lzma", "_bz2"}:
            raise
        raise UnreadableError(msg(DAMAGED)) from error


def _bundle(names: Iterable[str]) -> str:
    """The folder that contains all parts, if it is what macOS shows as one document and zips to send it."""
    folders = {f"{name.partition('/')[0]}/" for name in names} - {"__MACOSX/"}
    folder = folders.pop() if len(folders) == 1 else ""
    return folder if folder.lower().endswith(_BUNDLES) else ""


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    return info.compress_size > 1024 and info.file_size > info.compress_size * _MAX_RATIO


def _decoded(name: str) -> str:
    """A name that zipfile decoded as CP437, in its likely encoding."""
    try:
        return decode(name.encode("cp437"))
    except UnicodeEncodeError:
        return name


def parse_xml(content: bytes, *, huge: bool = False) -> etree._Element:
    """Parse XML without DTD, entities or network access; raise UnreadableError for anything else. huge: values may be long."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=huge, recover=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError(msg(DAMAGED)) from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):  # type: ignore[union-attr]  # lxml-stubs lacks it
        raise UnreadableError(msg("The file contains a DTD, which no genuine document needs, and was not opened."))
    return root


def unread_inside(count: int) -> Message | None:
    """A note on the files inside a file; None if there are none."""
    return msg("Embedded files ({count}) are not read.", count=count) if count else None


def local(element: etree._Element) -> str:
    """The element's name without its namespace; empty for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str, *, of: str = "") -> str:
    """The value of an attribute in any namespace, or in one that ends with `of` ("relationships"); empty if missing."""
    for key, value in element.items():
        space, _, last = str(key).rpartition("}")
        if last == name and (not of or space.endswith(of)):
            return str(value)
    return ""


def properties(package: Package) -> dict[str, str]:
    """The metadata of an Office document."""
    wanted = {
        "title": "title", "creator": "author", "subject": "subject", "keywords": "keywords", "created": "created",
        "modified": "modified", "language": "language", "Company": "company", "Application": "application",
        "Slides": "pages", "Pages": "pages", "description": "description",
    }  # fmt: skip
    found: dict[str, str] = {}
    stated = dict(package.relations("").values())
    for kind, usual in (("core-properties", "docProps/core.xml"), ("extended-properties", "docProps/app.xml")):
        part = stated.get(kind, usual)
        for element in package.readable_xml(part):
            name, text = wanted.get(local(element)), (element.text or "").strip()
            if name and text and text != "0":
                found.setdefault(name, text)
    return found
