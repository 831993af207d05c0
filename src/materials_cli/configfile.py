"""materials.toml as a file: values that know where they stand, so that errors name key and line; keys; and additions to it."""

import contextlib
import difflib
import json
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, field, fields, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from materials_cli.dates import read_duration
from materials_cli.disk import disk_errors, reason, refuse_pipe, replace_file
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg
from materials_cli.patterns import regex
from materials_cli.shares import read_share
from materials_cli.values import frozen

LARGEST = 1_000_000  # bytes of a file of ours in TOML
_MOST_SHOWN = 60
_LARGEST_NUMBER = 2**63 - 1  # TOML asks for no more
_LAST_PORT = 65535
_SIZE = regex(r"\s*(\d{1,18}(?:\.\d{1,9})?)\s*((?:[kmgt]i?)?)b?\s*", re.IGNORECASE)
_PER_SECOND = regex(r"\s*/\s*s\s*$", re.IGNORECASE)
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "ki": 2**10, "mi": 2**20, "gi": 2**30, "ti": 2**40}
_EXECUTOR = regex(r"dask://(?:[^\s/?#@:\[\]]+|\[[0-9a-fA-F:]+\]):([0-9]{1,5})/?")
STORE = regex(r"(?:(?:s3|gs|az)://[^\s/?#@:]+|file://)(?:/[^\s?#@]*)?")
_BARE = regex(r"[A-Za-z0-9_-]+")
_NAME = r"(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')"
_KEY = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
# A name of so many parts is no key of ours, and tomllib takes hours for one of a million.
_ENDLESS_KEY = regex(rf"(?:^|[\[{{,])[ \t]*(?:{_NAME}[ \t]*\.[ \t]*){{100}}", re.MULTILINE)
_HEADER = regex(rf"\s*\[\[?\s*({_KEY})\s*\]\]?\s*(?:#|$)")
_T = TypeVar("_T")
_ASSIGNMENT = regex(rf"\s*({_KEY})\s*=")


@frozen()
class Value:
    """What the file says under a key, and the means to read it: each method returns the value or raises bad_settings.

    content: as tomllib reads it. file, source: where it comes from. key: the names that lead to it; none for the whole file.
    example: a line with a valid value, which errors quote.
    """

    content: Any
    file: Path
    source: str
    key: tuple[str, ...] = ()
    example: str = ""

    def at(self, name: str, example: str = "") -> "Value":
        """The value of a key in this table; its content is None if the table does not have it."""
        return replace(self, content=self.content.get(name), key=(*self.key, name), example=example or self.example)

    def items(self) -> Iterator[tuple[str, "Value"]]:
        """The names and values in this table."""
        if not isinstance(self.content, dict):
            raise self.wrong(msg("must be a table"))
        return ((name, self.at(name)) for name in self.content)

    def rows(self) -> Iterator["Value"]:
        """The tables in this list of tables."""
        if not isinstance(self.content, list) or not all(isinstance(row, dict) for row in self.content):
            raise self.wrong(msg("must be a list of tables"))
        return (replace(self, content=row) for row in self.content)

    def text(self) -> str:
        """A text that is not blank."""
        if not _is_text(self.content):
            raise self.wrong(msg("must be text in quotes"))
        return str(self.content)

    def words(self, known: Iterable[str] = ()) -> tuple[str, ...]:
        """A list of texts, each kept once. known: the only ones that are allowed."""
        if not isinstance(self.content, list) or not all(map(_is_text, self.content)):
            raise self.wrong(msg("must be a list of texts in quotes"))
        for word in self.content:
            if known and word not in known:
                raise self.unknown(msg("“{value}” is not a known value", value=_shown(word)), word, known)
        return tuple(dict.fromkeys(self.content))

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.content, bool):
            raise self.wrong(msg("must be true or false"))
        return self.content

    def whole(self) -> int:
        """A whole number above zero."""
        if not isinstance(self.content, int) or isinstance(self.content, bool) or not 0 < self.content <= _LARGEST_NUMBER:
            raise self.wrong(msg("must be a whole number above zero"))
        return self.content

    def size(self) -> int:
        """A number of bytes above zero: 500000, "200 MB", "1.5 GiB"."""
        count = self._bytes(self.content)
        if count is None:
            raise self.wrong(msg("“{value}” is not a size", value=_shown(self.content)))
        return count

    def rate(self) -> int:
        """Bytes per second: "2 MB/s"; "/s" may be left out."""
        content = self.content
        count = self._bytes(_PER_SECOND.sub("", content) if isinstance(content, str) else content)
        if count is None:
            raise self.wrong(msg("“{value}” is not a rate", value=_shown(content)))
        return count

    def store(self) -> str:
        """The address of an object store, which holds no credential."""
        text = self.text()
        if not STORE.fullmatch(text):
            raise self.wrong(msg("must be the address of an object store, s3://, gs:// or az://, without a password"))
        return text.rstrip("/")

    def executor(self) -> str:
        """The address of a cluster's scheduler."""
        text = self.text()
        address = _EXECUTOR.fullmatch(text)
        if not address or not 0 < int(address[1]) <= _LAST_PORT:
            raise self.wrong(msg("must be the address of a scheduler, dask://HOST:PORT, with a port from 1 to 65535"))
        return text

    def duration(self) -> timedelta:
        """A duration above zero: "90m", "36h", "2d"."""
        with contextlib.suppress(ValueError):
            if duration := read_duration(self.content if isinstance(self.content, str) else ""):
                return duration
        raise self.wrong(msg("“{value}” is not a duration", value=_shown(self.content)))

    def share(self) -> float:
        """A share between 0 and 1: "1%", "1% a night"."""
        with contextlib.suppress(ValueError):
            return read_share(self.content if isinstance(self.content, str) else "")
        raise self.wrong(msg("“{value}” is not a share", value=_shown(self.content)))

    def path(self) -> Path:
        """The path of a file; a relative one starts at the folder of materials.toml."""
        try:
            return self.file.parent / Path(self.text()).expanduser()
        except RuntimeError as error:  # "~name" of a user that this machine does not have
            raise self.wrong(msg("“{value}” names a home folder that does not exist", value=_shown(self.content))) from error

    def wrong(self, what: Message) -> MaterialsError:
        """An error about this value. what: follows the key, as in "must be true or false"."""
        return self._error(
            msg("{key}: {what}; write for example {example}.", key=_joined(self.key), what=what, example=self.example)
        )

    def missing(self) -> MaterialsError:
        """An error about a key that is required."""
        return self._error(msg("{key} is missing; write for example {example}.", key=_joined(self.key), example=self.example))

    def unknown(self, what: Message, word: str, known: Iterable[str]) -> MaterialsError:
        """An error about a word that is not one of the known ones; most often it is misspelt."""
        key = _joined(self.key)
        close = difflib.get_close_matches(word, known, n=1)
        if close:
            return self._error(msg("{key}: {what}; did you mean “{meant}”?", key=key, what=what, meant=close[0]))
        return self._error(msg("{key}: {what}; choose from {known}.", key=key, what=what, known=", ".join(known)))

    def _bytes(self, content: object) -> int | None:
        if isinstance(content, bool) or not isinstance(content, int | str):
            return None
        if isinstance(content, str):
            found = _SIZE.fullmatch(content)
            content = int(float(found[1]) * _UNITS[found[2].lower()]) if found else 0
        return content if 0 < content <= _LARGEST_NUMBER else None

    def _error(self, what: Message) -> MaterialsError:
        return _unusable(what, self.file, _line(self.source, self.key))


class Risk(StrEnum):
    """What a setting may do to this computer. It counts only once its value has been confirmed (trust.py)."""

    RUN = "run"  # a program
    WRITE = "write"  # outside the archive
    SIGN_IN = "sign_in"  # with a password
    SERVICE = "service"  # which may be sent files
    STORE = "store"  # which is sent every file, with this user's credential
    CLUSTER = "cluster"  # of computers that list, download and read in place of this one
    READ = "read"  # what is elsewhere, with this user's credential


@frozen()
class Key:
    """How a key is read and checked, a line with a valid value, its help, its default (MISSING if it has none) and its risk.

    secret: whether its value is as good as a password, so that it is never handed over.
    """

    read: Callable[[Value], object]
    example: str
    meaning: Message
    default: object
    risk: Risk | None = None
    secret: bool = False

    @property
    def required(self) -> bool:
        """Whether its table must have it."""
        return self.default is MISSING

    @property
    def default_written(self) -> str:
        """The default as materials.toml would say it; empty if it says nothing."""
        if isinstance(self.default, timedelta):
            return f'"{self.default // timedelta(hours=1)}h"'
        return json.dumps(self.default) if self.default and isinstance(self.default, str | int) else ""


def key(
    read: Callable[[Value], _T],
    example: str,
    meaning: Message,
    default: _T | Any = MISSING,
    *,
    risk: Risk | None = None,
    secret: bool = False,
) -> _T:
    """A field of a noun that is a key of materials.toml. Its name ends in “_” where Python reserves the word."""
    metadata = {"key": Key(read, example, meaning, default, risk, secret)}
    made: Any = field(metadata=metadata) if default is MISSING else field(default_factory=lambda: default, metadata=metadata)
    return made  # type: ignore[no-any-return]  # as field() itself pretends to be the value


def keys(noun: Any) -> dict[str, Key]:
    """The keys of a noun, by name."""
    return {row.name.removesuffix("_"): row.metadata["key"] for row in fields(noun) if row.metadata}


def parse(file: Path) -> Value:
    """The whole file as one table; raise bad_settings with the line that cannot be read."""
    try:
        refuse_pipe(file)
        with file.open("rb") as opened:
            written = opened.read(LARGEST + 1)
    except OSError as error:
        raise MaterialsError(
            Code.BAD_SETTINGS, msg("It cannot be read: {reason}.", reason=reason(error)), where=str(file),
            why=msg("The file does not exist, or you do not have permission to read it."),
            fix=msg("Check its name and its permissions."),
        ) from error  # fmt: skip
    return _decoded(written, file)


def add_tables(file: Path, above: str, tables: Mapping[str, Mapping[str, object]], *, source: str, new: str) -> None:
    """Add tables [above.NAME] at the end of the file; what it holds is not touched.

    source: TOML in which the tables are written already, to be copied with its comments. new: what a new file begins with.
    """
    with disk_errors():
        old = file.read_bytes() if file.exists() else new.encode()
    wanted = _decoded(old, file).content
    wanted[above] = {**wanted.get(above, {}), **tables}
    gap, line_end = "\n" if old.endswith(b"\n") else "\n\n", "\r\n" if b"\r\n" in old else "\n"
    for addition in _written(above, tables, source):
        changed = old + (gap + addition).replace("\n", line_end).encode()
        with contextlib.suppress(MaterialsError, RecursionError):
            if repr(_decoded(changed, file).content) == repr(wanted):
                break
    else:
        raise MaterialsError(
            Code.BAD_SETTINGS, msg("Nothing can be added to this file automatically."), where=str(file),
            why=msg("It does not define each collection as a table of its own: [{above}.NAME].", above=above),
            fix=msg("Rewrite it that way, or add these by hand: {names}.", names=", ".join(tables)),
        )  # fmt: skip
    target = Path(os.path.realpath(file))  # a link stays a link
    with disk_errors():
        target.parent.mkdir(parents=True, exist_ok=True)
    replace_file(target, changed)


def read_toml(source: str) -> dict[str, Any]:
    """As tomllib.loads(), in a time that its length bounds; raise RecursionError for what is nested too deeply."""
    if _ENDLESS_KEY.search(source):
        raise RecursionError
    return tomllib.loads(source)


def _decoded(written: bytes, file: Path) -> Value:
    if len(written) > LARGEST:
        raise _unusable(msg("It is larger than 1 MB."), file)
    try:
        source = written.decode("utf-8-sig")
        return Value(read_toml(source), file, source)
    except UnicodeDecodeError as error:
        line = written.count(b"\n", 0, error.start) + 1
        raise _unusable(msg("It is not a UTF-8 text file."), file, line) from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise _unusable(msg("It is not valid TOML: {reason}.", reason=error), file, int(found[1]) if found else 0) from error
    except ValueError as error:  # Python's limit for the digits of a number
        raise _unusable(msg("A number in it has too many digits."), file) from error
    except RecursionError as error:
        raise _unusable(msg("Its lists or tables are nested too deeply."), file) from error


def _unusable(what: Message, file: Path, line: int = 0) -> MaterialsError:
    """An error about a line of the file; 0: about all of it."""
    where = msg("{path}, line {line}", path=file, line=str(line)) if line else str(file)
    return MaterialsError(Code.BAD_SETTINGS, what, where=where)


def _written(above: str, tables: Mapping[str, Mapping[str, object]], source: str) -> Iterator[str]:
    """The tables as TOML, in the ways in which they can be written: with the comments of their source, and plain."""
    import tomlkit  # noqa: PLC0415 - only `add` writes
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415 - as above

    commented: Any = {}
    with contextlib.suppress(TOMLKitError, KeyError):
        commented = tomlkit.parse(source)[above]
    for given in (commented, tables):
        with contextlib.suppress(TOMLKitError, KeyError):
            document = tomlkit.document()
            collections = document.setdefault(above, tomlkit.table(is_super_table=True))
            for name in tables:
                collections[name] = given[name]
            yield tomlkit.dumps(document)


def _line(source: str, key: tuple[str, ...]) -> int:
    """The line of a key, else of the innermost table around it; 0 if neither is found."""
    for depth in range(len(key), 0, -1):
        table: tuple[str, ...] = ()
        for number, line in enumerate(source.split("\n"), 1):
            if header := _HEADER.match(line):
                found = table = _names(header[1])
            else:
                assignment = _ASSIGNMENT.match(line)
                found = (*table, *_names(assignment[1])) if assignment else ()
            if found[:depth] == key[:depth]:
                return number
    return 0


def _names(key: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'") for name in re.findall(_NAME, key))


def _joined(key: tuple[str, ...]) -> str:
    """A key as TOML writes it."""
    return ".".join(name if _BARE.fullmatch(name) else json.dumps(_shown(name), ensure_ascii=False) for name in key)


def _shown(value: object) -> str:
    """The beginning of a value, to be quoted in an error."""
    try:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        return "…"
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _is_text(content: object) -> bool:
    """No program and no file takes a NUL character."""
    return isinstance(content, str) and bool(content.strip()) and "\0" not in content
