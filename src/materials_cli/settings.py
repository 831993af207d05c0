"""materials.toml and the environment → one frozen Settings. Read by the front door alone.

The archive is found as git finds a repository: upwards from here, to the folder that holds materials.toml.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from materials_cli.config import ALERT_AFTER, Collection, Mailbox, Notify
from materials_cli.dates import read_duration
from materials_cli.disk import disk_errors, reason, replace_file
from materials_cli.errors import MaterialsError
from materials_cli.kinds import EXPORT_FORMATS, Kind
from materials_cli.messages import Message, msg

FILE = "materials.toml"
FORMAT = 1
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")
OCR_LANGUAGE = re.compile(r"[a-z]{3}(?:_[A-Za-z]+)*")

_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?i?b?)\s*(?:/\s*s)?\s*", re.IGNORECASE)
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "ki": 2**10, "mi": 2**20, "gi": 2**30, "ti": 2**40}
_TOML_PLACE = re.compile(r"at line (\d+)")

TOP_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "format": "The format of this file, a whole number. This version writes 1.",
        "collections": "One table for each Drive folder: [collections.NAME].",
        "notify": "Who is told after `materials sync --cron`: [notify].",
        "log_file": "A file for one JSON line about everything that happens; kept below 6 MB.",
        "metrics_file": "A file for Prometheus, read by node_exporter's textfile collector; its name ends in .prom.",
    }
)
NOTIFY_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "ping": "The address of a check at healthchecks.io or a server like it: it is told of the start, and how it ended.",
        "mail": 'Mail: {to = ["…"], from = "…", server = "smtp.example.org", user = "…", password_file = "…"}; security is '
        '"starttls", "tls" or "none".',
        "command": 'A program that gets what happened as JSON on its standard input: ["/usr/local/bin/tell", "--now"].',
        "apprise": 'Telegram, Teams, Slack … as apprise writes them: ["tgram://…"]. Needs apprise to be installed.',
        "alert_after": 'How old the last success may be before a trouble that passes by itself is told; "36h" when not said.',
        "trouble_only": "true: no word of what has changed, only of trouble.",
    }
)
_MAIL_KEYS = ("to", "from", "server", "security", "user", "password_file")
COLLECTION_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "link": "The link of the Drive folder. The only key that must be there.",
        "title": "What people call the collection.",
        "include": 'Fetch only what fits one of these patterns, such as ["Day 1", "*.pptx"]. A pattern without “/” fits a '
        "file or folder of that name anywhere; with “/” it fits a path from the top. * and ? stand for letters.",
        "exclude": 'Do not fetch what fits one of these patterns, such as ["Photos", "*.mp4"].',
        "only": f"Fetch only these kinds: {', '.join(Kind)}.",
        "max_size": 'Do not fetch larger files, such as "200 MB".',
        "bandwidth": 'Download no faster than this, such as "2 MB/s".',
        "formats": 'In which formats to fetch Google documents, by kind, such as {slides = ["pptx", "pdf"]}. '
        + "; ".join(f"{kind}: {', '.join(words)}" for kind, words in EXPORT_FORMATS.items() if len(words) > 1)
        + ". The usual one is the first of each.",
        "ocr": 'Look for words on slides and pages that are only pictures, in these languages: ["kat", "eng"]. '
        "Needs the program tesseract and its files for them.",
        "about": "Whatever else should be remembered, in a table of its own: place, date, organisers, project …",
    }
)
TEMPLATE = """\
# An archive of materials published on Google Drive. `materials help settings` explains every key.
format = 1
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """One archive: where it lies and which collections it follows, in the order of the file."""

    archive: Path
    collections: tuple[Collection, ...]
    notify: Notify = field(default_factory=Notify)
    log_file: Path | None = None
    metrics_file: Path | None = None

    def collection(self, slug: str) -> Collection:
        """The collection of that name; raise unknown_collection, with what was perhaps meant."""
        for collection in self.collections:
            if collection.slug == slug:
                return collection
        close = difflib.get_close_matches(slug, [c.slug for c in self.collections], n=1)
        what = (
            msg("There is no collection “{slug}”. Did you mean “{meant}”?", slug=slug, meant=close[0])
            if close
            else msg("There is no collection “{slug}”.", slug=slug)
        )
        raise MaterialsError("unknown_collection", what, where=str(self.archive / FILE))

    def chosen(self, slugs: list[str]) -> tuple[Collection, ...]:
        """The named collections, or all of them when none is named."""
        return tuple(self.collection(slug) for slug in slugs) if slugs else self.collections


def find_archive(start: Path, named: Path | None) -> Path | None:
    """The folder of the archive: the one named, else the nearest above `start`; None when there is none."""
    if named is not None:
        return named if (named / FILE).is_file() else None
    start = start.absolute()
    return next((folder for folder in (start, *start.parents) if (folder / FILE).is_file()), None)


def load(archive: Path) -> Settings:
    """Read materials.toml; raise bad_settings naming line and key, or newer_archive."""
    path = archive / FILE
    text, data = _parse(path)
    problem = _Problem(path, text)
    written = data.get("format", FORMAT)
    if not isinstance(written, int) or isinstance(written, bool):
        raise problem("format", msg("must be a whole number"))
    if written > FORMAT:
        raise MaterialsError(
            "newer_archive",
            msg("materials.toml has format {written}, and this version knows up to {known}.", written=written, known=FORMAT),
            where=str(path),
        )
    problem.unknown(data, TOP_KEYS, ())
    tables = data.get("collections", {})
    if not isinstance(tables, dict):
        raise problem("collections", msg("must hold tables: [collections.NAME]"))
    return Settings(
        archive,
        tuple(_collection(slug, table, problem) for slug, table in tables.items()),
        _notify(archive, data.get("notify", {}), problem),
        _file(archive, data, "log_file", problem),
        _file(archive, data, "metrics_file", problem),
    )


def read_collections(path: Path) -> Mapping[str, Mapping[str, Any]]:
    """The collections of any file in the form of materials.toml, as plain tables (for `add --from`)."""
    text, data = _parse(path)
    tables = data.get("collections", {})
    problem = _Problem(path, text)
    if not isinstance(tables, dict) or not tables:
        raise problem("collections", msg("must hold at least one table: [collections.NAME]"))
    for slug, table in tables.items():
        _collection(slug, table, problem)
    return tables


def add_collections(archive: Path, tables: Mapping[str, Mapping[str, Any]], source: Path | None = None) -> None:
    """Write further collections into materials.toml, which is made when it is missing; comments stay as they are.

    source: a file to take the tables from as they stand there, with their comments.
    """
    import tomlkit  # noqa: PLC0415 - only `add` writes

    path = archive / FILE
    with disk_errors():
        document = tomlkit.parse(path.read_text("utf-8-sig") if path.exists() else TEMPLATE)
        given = tomlkit.parse(source.read_text("utf-8-sig"))["collections"] if source else tables
        collections = document.setdefault("collections", tomlkit.table(is_super_table=True))
        for slug in tables:
            collections[slug] = given[slug]
        archive.mkdir(parents=True, exist_ok=True)
    # Where people keep their settings elsewhere, a link leads there, and stays.
    replace_file(Path(os.path.realpath(path)), tomlkit.dumps(document).encode())


def _parse(path: Path) -> tuple[str, dict[str, Any]]:
    text = ""
    try:
        text = path.read_text("utf-8-sig")
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        line = text.splitlines()[int(place[1]) - 1].strip() if place else ""
        where = msg("{path}, line {line}: {text}", path=path, line=place[1], text=line) if place else str(path)
        raise MaterialsError("bad_settings", msg("It is not valid TOML: {reason}.", reason=error), where=where) from error
    except UnicodeDecodeError as error:
        raise MaterialsError("bad_settings", msg("It is not a UTF-8 text file."), where=str(path)) from error
    except OSError as error:
        raise MaterialsError(
            "bad_settings", msg("It cannot be read: {reason}.", reason=reason(error)), where=str(path),
            why=msg("There is no such file, or you may not read it."), fix=msg("Check its name, and whose it is."),
        ) from error  # fmt: skip


def _collection(slug: str, table: object, problem: "_Problem") -> Collection:
    place = f"collections.{slug}"
    if not SLUG.fullmatch(slug):
        raise problem(place, msg("a collection's name is made of a-z, 0-9, “-” and “_”, at most 64 of them"))
    if not isinstance(table, dict):
        raise problem(place, msg("must be a table: [collections.NAME]"))
    problem.unknown(table, COLLECTION_KEYS, ("collections", slug))
    link = table.get("link")
    if not isinstance(link, str) or not link.strip():
        raise problem(f"{place}.link", msg("must be the link of a Drive folder, in quotes"))
    title = table.get("title", "")
    if not isinstance(title, str):
        raise problem(f"{place}.title", msg("must be text, in quotes"))
    about = table.get("about", {})
    if not isinstance(about, dict):
        raise problem(f"{place}.about", msg("must be a table: [collections.NAME.about]"))
    ocr = _words(table, "ocr", place, problem)
    if not all(OCR_LANGUAGE.fullmatch(word) for word in ocr):
        raise problem(f"{place}.ocr", msg('must be a list of languages as tesseract names them, such as ["kat", "eng"]'))
    return Collection(
        slug=slug,
        link=link,
        title=title,
        include=_words(table, "include", place, problem),
        exclude=_words(table, "exclude", place, problem),
        only=tuple(Kind(word) for word in _words(table, "only", place, problem, tuple(Kind))),
        max_size=_bytes(table, "max_size", place, problem),
        bandwidth=_bytes(table, "bandwidth", place, problem),
        formats=_formats(table, place, problem),
        ocr=ocr,
        about=MappingProxyType(about),
    )


def _notify(archive: Path, table: object, problem: "_Problem") -> Notify:
    if not isinstance(table, dict):
        raise problem("notify", msg("must be a table: [notify]"))
    problem.unknown(table, NOTIFY_KEYS, ("notify",))
    trouble_only = table.get("trouble_only", False)
    if not isinstance(trouble_only, bool):
        raise problem("notify.trouble_only", msg("must be true or false"))
    return Notify(
        ping=_text(table, "ping", "notify", problem),
        mail=_mailbox(archive, table["mail"], problem) if "mail" in table else None,
        command=_words(table, "command", "notify", problem),
        apprise=_words(table, "apprise", "notify", problem),
        alert_after=_duration(table, "alert_after", "notify", problem) or ALERT_AFTER,
        trouble_only=trouble_only,
    )


def _mailbox(archive: Path, table: object, problem: "_Problem") -> Mailbox:
    place = "notify.mail"
    if not isinstance(table, dict) or not {"to", "from", "server"} <= table.keys() <= {*_MAIL_KEYS}:
        known = ", ".join(_MAIL_KEYS)
        raise problem(place, msg("must be a table with to, from and server; known are {known}", known=known))
    host, _, port = (_text(table, "server", place, problem) or "").partition(":")
    security = _text(table, "security", place, problem) or "starttls"
    if security not in {"starttls", "tls", "none"}:
        raise problem(f"{place}.security", msg("must be “starttls”, “tls” or “none”"))
    if port and not port.isdigit():
        raise problem(f"{place}.server", msg("must be a name, or a name and a port: smtp.example.org:587"))
    return Mailbox(
        to=_words(table, "to", place, problem),
        sender=_text(table, "from", place, problem) or "",
        host=host,
        port=int(port) if port else None,
        security=security,
        user=_text(table, "user", place, problem),
        password_file=_file(archive, table, "password_file", problem, place),
    )


def _text(table: Mapping[str, object], key: str, place: str, problem: "_Problem") -> str | None:
    value = table.get(key)
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise problem(f"{place}.{key}", msg("must be text, in quotes"))
    return value if isinstance(value, str) else None


def _file(archive: Path, table: Mapping[str, object], key: str, problem: "_Problem", place: str = "") -> Path | None:
    """A file's path; one that is not absolute is meant from the archive on."""
    value = table.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise problem(f"{place}.{key}".lstrip("."), msg("must be the path of a file, in quotes"))
    return archive / Path(value).expanduser()


def _duration(table: Mapping[str, object], key: str, place: str, problem: "_Problem") -> timedelta | None:
    """A duration as people write it: "36h", "2d"."""
    value = table.get(key)
    if value is None:
        return None
    what = msg('must be a duration, such as "36h" or "2d"')
    try:
        duration = read_duration(value if isinstance(value, str) else "")
    except ValueError as error:
        raise problem(f"{place}.{key}", what) from error
    if not duration:
        raise problem(f"{place}.{key}", what)
    return duration


def _words(
    table: Mapping[str, object], key: str, place: str, problem: "_Problem", known: Iterable[str] = ()
) -> tuple[str, ...]:
    """A list of texts, which may be of known words only."""
    words = table.get(key, [])
    if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
        raise problem(f"{place}.{key}", msg('must be a list of texts: ["…", "…"]'))
    for word in words:
        if known and word not in known:
            close = difflib.get_close_matches(word, known, n=1)
            what = (
                msg("“{word}” is none of its words; did you mean “{meant}”?", word=word, meant=close[0])
                if close
                else msg("“{word}” is none of its words; known are {known}", word=word, known=", ".join(known))
            )
            raise problem(f"{place}.{key}", what)
    return tuple(dict.fromkeys(words))


def _bytes(table: Mapping[str, object], key: str, place: str, problem: "_Problem") -> int | None:
    """A number of bytes, as people write it: 500000, "200 MB", "1.5 GiB", "2 MB/s"."""
    value = table.get(key)
    if value is None:
        return None
    found = _SIZE.fullmatch(str(value)) if isinstance(value, int | str) and not isinstance(value, bool) else None
    count = int(float(found[1]) * _UNITS[found[2].lower().removesuffix("b")]) if found else 0
    if count <= 0:
        raise problem(f"{place}.{key}", msg('must be a size above zero, such as "200 MB"'))
    return count


def _formats(table: Mapping[str, object], place: str, problem: "_Problem") -> Mapping[str, tuple[str, ...]]:
    formats = table.get("formats", {})
    if not isinstance(formats, dict):
        raise problem(f"{place}.formats", msg('must be a table: {slides = ["pptx", "pdf"]}'))
    for kind in formats:
        if kind not in EXPORT_FORMATS:
            known = ", ".join(EXPORT_FORMATS)
            what = msg("“{kind}” is no kind of Google document; known are {known}", kind=kind, known=known)
            raise problem(f"{place}.formats", what)
    inner = f"{place}.formats"
    return MappingProxyType({kind: _words(formats, kind, inner, problem, EXPORT_FORMATS[kind]) for kind in formats})


@dataclass(frozen=True, slots=True)
class _Problem:
    """Makes errors that name the key and the line it stands in."""

    path: Path
    text: str

    def __call__(self, key: str, what: Message) -> MaterialsError:
        """An error about one key, given in dotted form."""
        line = self._line(key)
        where = msg("{path}, line {line}", path=self.path, line=line) if line else str(self.path)
        told = (
            msg("{key}: {what}", key=key, what=what) if what.text.endswith("?") else msg("{key}: {what}.", key=key, what=what)
        )
        return MaterialsError("bad_settings", told, where=where)

    def unknown(self, table: Mapping[str, object], known: Mapping[str, str], above: tuple[str, ...]) -> None:
        """Refuse a key nobody knows: most often it is a slip of the pen."""
        for key in table:
            if key not in known:
                close = difflib.get_close_matches(key, known, n=1)
                what = (
                    msg("no such key; did you mean “{meant}”?", meant=close[0])
                    if close
                    else msg("no such key; known are {known}", known=", ".join(known))
                )
                prefix = "".join(f"{name}." for name in above)
                raise self(f"{prefix}{key}", what)

    def _line(self, key: str) -> int | None:
        """Find the line of a dotted key: below its table's header, else anywhere."""
        *tables, last = key.split(".")
        assignment = re.compile(rf"\s*[\"']?{re.escape(last)}[\"']?\s*=")
        header = re.compile(
            r"\s*\[\s*" + r"\s*\.\s*".join(rf"[\"']?{re.escape(p)}[\"']?" for p in (*tables, last)) + r"\s*[\].]"
        )
        inside = re.compile(r"\s*\[\s*" + r"\s*\.\s*".join(rf"[\"']?{re.escape(p)}[\"']?" for p in tables) + r"\s*\]")
        current = not tables
        owner = None
        for number, line in enumerate(self.text.splitlines(), 1):
            if header.match(line):
                return number
            if line.lstrip().startswith("["):
                current = bool(tables) and bool(inside.match(line))
                owner = number if current else owner
            elif current and assignment.match(line):
                return number
        return owner
