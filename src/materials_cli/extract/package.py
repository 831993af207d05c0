"""Opens the zip packages that Office and OpenDocument files are, and their XML, without being blown up by them.

Limits stand before anything is inflated; documents with a DTD are refused whole, which ends entity bombs and reads of
local files alike.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from lxml import etree

from materials_cli.extract.encodings import decode
from materials_cli.extract.salvage import salvage
from materials_cli.messages import Message, msg, msgid

MOST_PARTS = 20_000
LARGEST_PART = 64 * 1024 * 1024
LARGEST_WHOLE = 512 * 1024 * 1024
STEEPEST = 1_000
_UTF8_NAME = 0x800
_APPLE_ENCRYPTED = {25451, 25452}  # how iWork ’09 marks parts encrypted with a password: stored, deflated
_BUNDLES = (".key/", ".pages/", ".numbers/")
DAMAGED = msgid("The file is damaged or incomplete, so its text cannot be read.")
LOCKED = msgid("The file is protected with a password, so its text cannot be read.")
MANY = msgid("The file has more parts than any genuine document would, and was not opened.")
BOMB = msgid("The file unpacks to far more than any genuine document would (a “zip bomb”), and was not opened.")


class UnreadableError(Exception):
    """A file whose text cannot be read. note: the reason, as a person understands it."""

    def __init__(self, note: Message) -> None:
        super().__init__(str(note))
        self.note = note


class Package:
    """A zip package: parts by name, relations between them. Use with `with`.

    content: the package itself, where it is a part of the file at `path`.
    damaged: its table of contents is gone, as of a file that was cut; it holds the parts that were found whole.
    """

    def __init__(self, path: Path, content: bytes | None = None) -> None:
        self.path = path
        self._saved: dict[str, bytes] = {}
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._inflated = 0
        try:
            self._zip = zipfile.ZipFile(path if content is None else io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            self._saved = salvage(path, LARGEST_PART, LARGEST_WHOLE // 8) if content is None else {}
            if not self._saved:
                raise UnreadableError(msg(DAMAGED)) from error
        else:
            bundle = _bundle(self._zip.namelist())
            self._infos = {info.filename.lstrip("/").removeprefix(bundle): info for info in self._zip.infolist()}
        self.damaged = bool(self._saved)

    def __enter__(self) -> Self:
        """The package itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        if not self.damaged:
            self._zip.close()

    def __contains__(self, name: str) -> bool:
        """Whether there is a part of that name."""
        return name in self._infos or name in self._saved

    @property
    def names(self) -> tuple[str, ...]:
        """All parts, in the order of the file."""
        return tuple(self._infos or self._saved)

    def readable_names(self) -> list[str]:
        """All parts under the names that people gave them: old packers wrote them in the encoding of their country."""
        return [
            info.filename if info.flag_bits & _UTF8_NAME else _decoded(info.filename) for info in self._infos.values()
        ] or list(self._saved)

    def read(self, name: str) -> bytes:
        """The bytes of a part; raise UnreadableError when it is missing, damaged or beyond the limits."""
        if name in self._saved:
            return self._saved[name]
        info = self._infos.get(name)
        if info is None:
            raise UnreadableError(msg(DAMAGED) if self.damaged else msg("A part of the file is missing."))
        if info.file_size > LARGEST_PART or self._inflated + info.file_size > LARGEST_WHOLE or _steep(info):
            raise UnreadableError(msg(BOMB))
        if len(self._infos) > MOST_PARTS:
            raise UnreadableError(msg(MANY))
        if info.flag_bits & 1 or info.compress_type in _APPLE_ENCRYPTED:
            raise UnreadableError(msg(LOCKED))
        try:
            with self._zip.open(info) as part:
                content = part.read(LARGEST_PART + 1)
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
            raise UnreadableError(msg(DAMAGED)) from error
        except Exception as error:  # zlib.error and lzma.LZMAError have no base of their own
            if type(error).__module__ not in {"zlib", "_lzma", "lzma", "_bz2"}:
                raise
            raise UnreadableError(msg(DAMAGED)) from error
        self._inflated += len(content)
        return content

    def inner(self, name: str) -> "Package":
        """A part that is itself a zip package."""
        return Package(self.path, self.read(name))

    def refuse_bombs(self) -> None:
        """Check all parts at once against the limits, for a reader that opens the file by itself."""
        infos = self._infos.values()
        if len(infos) > MOST_PARTS:
            raise UnreadableError(msg(MANY))
        if sum(info.file_size for info in infos) > LARGEST_WHOLE or any(map(_steep, infos)):
            raise UnreadableError(msg(BOMB))

    def xml(self, name: str) -> etree._Element:
        """The XML of a part."""
        return parse_xml(self.read(name))

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Where a part leads: relation id → (last word of the type, name of the target part); a damaged list counts as none."""
        folder, _, base = name.rpartition("/")
        rels = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
        if rels not in self:
            return {}
        try:
            root = self.xml(rels)
        except UnreadableError:
            return {}
        found = {}
        for relation in root:
            target = relation.get("Target") or ""
            if relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[relation.get("Id") or ""] = ((relation.get("Type") or "").rpartition("/")[2], target)
        return found


def _bundle(names: Iterable[str]) -> str:
    """The folder that holds all parts, if macOS shows it as one document; such documents are zipped for sending."""
    folders = {f"{name.partition('/')[0]}/" for name in names} - {"__MACOSX/"}
    folder = folders.pop() if len(folders) == 1 else ""
    return folder if folder.lower().endswith(_BUNDLES) else ""


def _steep(info: zipfile.ZipInfo) -> bool:
    return info.compress_size > 1024 and info.file_size > info.compress_size * STEEPEST


def _decoded(name: str) -> str:
    """A name that zipfile took for the encoding of DOS."""
    try:
        return decode(name.encode("cp437"))
    except UnicodeEncodeError:
        return name


def parse_xml(content: bytes) -> etree._Element:
    """XML without DTD, entities or network; raise UnreadableError for anything else."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError(msg(DAMAGED)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableError(msg("The file contains a DTD, which no genuine document needs, and was not opened."))
    return root


def local(element: etree._Element) -> str:
    """The element's name without its namespace; empty for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str, *, of: str = "") -> str:
    """The value of an attribute whatever its namespace, whose last word can be asked for (of="relationships")."""
    for key, value in element.items():
        space, _, last = str(key).rpartition("}")
        if last == name and (not of or space.endswith(of)):
            return str(value)
    return ""


def properties(package: Package) -> dict[str, str]:
    """What an Office document says about itself."""
    wanted = {
        "title": "title", "creator": "author", "subject": "subject", "keywords": "keywords", "created": "created",
        "modified": "modified", "language": "language", "Company": "company", "Application": "application",
        "Slides": "pages", "Pages": "pages", "description": "description",
    }  # fmt: skip
    found: dict[str, str] = {}
    for part in ("docProps/core.xml", "docProps/app.xml"):
        if part not in package:
            continue
        try:
            for element in package.xml(part):
                name, text = wanted.get(local(element)), (element.text or "").strip()
                if name and text and text != "0" and name not in found:
                    found[name] = text
        except UnreadableError:
            continue
    return found
