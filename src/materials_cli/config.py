"""What materials.toml can say: its keys are the fields of these nouns, each with how it is read, an example and its help.

This is the one table of keys. Reading, defaults, errors and `materials help settings` come from it, so a new key is one field.
"""

import difflib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from keyword import iskeyword
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from materials_cli.about import About, read_about
from materials_cli.configfile import Risk, Value, add_tables, key, keys, parse
from materials_cli.errors import Code, MaterialsError
from materials_cli.kinds import EXPORT_FORMATS, Kind
from materials_cli.messages import msg, msgid
from materials_cli.others import Other, read_others
from materials_cli.patterns import regex
from materials_cli.slugs import SLUG
from materials_cli.values import frozen

FILE = "materials.toml"
FORMAT = 1
_TEMPLATE = f"""\
# An archive of materials published on Google Drive. `materials help settings` explains every key.
format = {FORMAT}
"""
_OCR_LANGUAGE = regex(r"[a-z]{3}(?:_[A-Za-z]+)*")
_SERVER = regex(r"([^\s:/]+)(?::([0-9]{1,5}))?")
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_T = TypeVar("_T")


def _read(noun: Callable[..., _T], table: Value, **given: object) -> _T:
    """Make a noun of the keys in a table. given: its other fields."""
    known = keys(noun)
    for name, value in table.items():
        if name not in known:
            raise _unknown_key(name, value, known)
    values = {}
    for name, row in known.items():
        value = table.at(name, row.example)
        if value.content is not None:
            values[f"{name}_" if iskeyword(name) else name] = row.read(value)
        elif row.required:
            raise value.missing()
    return noun(**given, **values)


def _unknown_key(name: str, value: Value, known: Iterable[str]) -> MaterialsError:
    """The error about a key that its table does not have: it belongs elsewhere, or it is misspelt."""
    for header, noun in TABLES.items():
        if row := keys(noun).get(name):
            place = msg("belongs to the table {table}", table=header) if header else msg("belongs above the first table")
            return replace(value, example=row.example).wrong(place)
    return value.unknown(msg("unknown key"), name, known)


def _title(value: Value) -> str:
    """Any text: `add` takes it from Drive."""
    return value.content if isinstance(value.content, str) else value.text()


def _kinds(value: Value) -> tuple[Kind, ...]:
    return tuple(map(Kind, value.words(tuple(Kind))))


def _formats(value: Value) -> Mapping[str, tuple[str, ...]]:
    formats = {}
    for kind, words in value.items():
        if kind not in EXPORT_FORMATS:
            raise words.unknown(msg("not a kind of Google document"), kind, EXPORT_FORMATS)
        formats[kind] = words.words(EXPORT_FORMATS[kind])
    return MappingProxyType(formats)


def _ocr_languages(value: Value) -> tuple[str, ...]:
    words = value.words()
    if not all(map(_OCR_LANGUAGE.fullmatch, words)):
        raise value.wrong(msg("must be a list of languages, by the codes that tesseract uses"))
    return words


@frozen(kw_only=True)
class Collection:
    """One Drive folder that the archive follows. slug names it, and its folder in the mirror.

    max_size: bytes. bandwidth: bytes per second, for all downloads together. formats: by kind, as in kinds.EXPORT_FORMATS.
    """

    slug: str
    link: str = key(Value.text, 'link = "https://drive.google.com/drive/folders/…"', msg("The link to the Drive folder."))
    title: str = key(_title, 'title = "Samarkand 2025"', msg("The name that people use for the collection."), "")
    include: tuple[str, ...] = key(
        Value.words, 'include = ["Day 1", "*.pptx"]',
        msg(
            "Fetch only what matches one of these patterns. Without “/”, a pattern matches the name of a file or folder "
            "anywhere; with “/”, a path from the top folder. * stands for any characters in a name, ? for one, ** for any path."
        ), (),
    )  # fmt: skip
    exclude: tuple[str, ...] = key(
        Value.words, 'exclude = ["Photos", "*.mp4"]', msg("Do not fetch what matches one of these patterns."), ()
    )
    only: tuple[str, ...] = key(
        _kinds, 'only = ["slides", "pdf"]', msg("Fetch only files of these kinds: {kinds}.", kinds=", ".join(Kind)), ()
    )
    max_size: int | None = key(Value.size, 'max_size = "200 MB"', msg("Do not fetch larger files."), None)
    bandwidth: int | None = key(Value.rate, 'bandwidth = "2 MB/s"', msg("Download no faster than this."), None)
    formats: Mapping[str, tuple[str, ...]] = key(
        _formats,
        'formats = {slides = ["pptx", "pdf"]}',
        msg(
            "The formats in which Google documents are fetched, by kind. {formats}. By default, the first of each.",
            formats="; ".join(f"{kind}: {', '.join(words)}" for kind, words in EXPORT_FORMATS.items() if len(words) > 1),
        ),
        _NOTHING,
    )
    ocr: tuple[str, ...] = key(
        _ocr_languages, 'ocr = ["kat", "eng"]',
        msg(
            "Recognise the text of slides and pages that are only pictures, in these languages. "
            "Requires the program tesseract and its data for them."
        ), (),
    )  # fmt: skip
    pictures: bool = key(
        Value.flag, "pictures = true",
        msg("After each sync, draw a picture of every slide and page that has none (materials pictures)."), False,
    )  # fmt: skip
    meaning: bool = key(
        Value.flag, "meaning = true",
        msg("After each sync, prepare new texts for search by meaning. Requires the extra [meaning]: Linux on x86-64."), False,
    )  # fmt: skip
    detached: bool = key(
        Value.flag, "detached = true",
        msg("Keep what is held of this collection, and no longer sync it (materials collection detach)."), False,
    )  # fmt: skip
    about: About = key(
        read_about,
        'about = {place = "Samarkand", date = "2025-06"}',
        msg("The event that the materials come from: a table with the keys of [collections.NAME.about] below."),
        About(),
    )


class Server(NamedTuple):
    """A mail server. port: None for the usual one."""

    host: str
    port: int | None = None


def _server(value: Value) -> Server:
    found = _SERVER.fullmatch(value.text())
    port = int(found[2]) if found and found[2] else None
    if found is None or (port is not None and not 0 < port < 2**16):
        raise value.wrong(msg("must be the name of a server, or a name and a port (smtp.example.org:587)"))
    return Server(found[1], port)


def _security(value: Value) -> str:
    if value.content not in ("starttls", "tls", "none"):
        raise value.wrong(msg("must be “starttls”, “tls” or “none”"))
    return str(value.content)


def _recipients(value: Value) -> tuple[str, ...]:
    words = value.words()
    if not words:
        raise value.wrong(msg("has no recipients"))
    return words


@frozen(kw_only=True)
class Mailbox:
    """Where mail goes, and through which server."""

    to: tuple[str, ...] = key(_recipients, 'to = ["archive@example.org"]', msg("The recipients."))
    from_: str = key(Value.text, 'from = "materials@example.org"', msg("The sender's address."))
    server: Server = key(
        _server,
        'server = "smtp.example.org:587"',
        msg("The mail server, with its port if it is not the usual one."),
    )
    security: str = key(
        _security, 'security = "tls"', msg("How the connection is encrypted: “starttls”, “tls” or “none”."), "starttls"
    )
    user: str | None = key(Value.text, 'user = "materials"', msg("The user name, if the server requires one."), None)
    password_file: Path | None = key(
        Value.path, 'password_file = "/etc/materials/smtp"',
        msg("A file with the password. Without it, the environment variable MATERIALS_SMTP_PASSWORD is used."), None,
    )  # fmt: skip


@frozen()
class Notify:
    """Who is notified after a run: a monitor, people by mail, a program, services through apprise."""

    ping: str | None = key(
        Value.text, 'ping = "https://hc-ping.com/YOUR-CHECK"',
        msg("The address of a check at healthchecks.io or a compatible server: it learns when a run starts and how it ends."),
        None, secret=True,
    )  # fmt: skip
    mail: Mailbox | None = key(
        partial(_read, Mailbox),
        'mail = {to = ["archive@example.org"], from = "materials@example.org", server = "smtp.example.org"}',
        msg("Mail: a table with the keys of [notify.mail] below."),
        None,
        risk=Risk.SIGN_IN,
    )
    command: tuple[str, ...] = key(
        Value.words, 'command = ["/usr/local/bin/notify", "--now"]',
        msg("A program and its arguments. It receives what happened as JSON on standard input."), (), risk=Risk.RUN,
    )  # fmt: skip
    apprise: tuple[str, ...] = key(
        Value.words, 'apprise = ["tgram://…"]',
        msg("Telegram, Teams, Slack and other services, as apprise URLs. Requires apprise to be installed."), (),
        risk=Risk.SERVICE, secret=True,
    )  # fmt: skip
    alert_after: timedelta | None = key(
        Value.duration,
        'alert_after = "2d"',
        msg(
            "How old the last successful run may be before a temporary problem is reported. By default 36h or, if the "
            "installed timer runs less often than once a day, one and a half times its interval."
        ),
        None,
    )
    trouble_only: bool = key(Value.flag, "trouble_only = true", msg("Report problems only, not what has changed."), False)

    @property
    def reaches_somebody(self) -> bool:
        """Whether anybody is named to be notified."""
        return bool(self.ping or self.mail or self.command or self.apprise)


def _collections(value: Value) -> tuple[Collection, ...]:
    return tuple(_collection(slug, table) for slug, table in value.items())


def _collection(slug: str, table: Value) -> Collection:
    if not SLUG.fullmatch(slug):
        raise table.wrong(msg("the name of a collection consists of a-z, 0-9, “-” and “_”, at most 64 characters"))
    return _read(Collection, table, slug=slug)


@frozen()
class Config:
    """One archive: its folder, and what materials.toml says, with the collections in the order of the file."""

    archive: Path
    format: int = key(Value.whole, "format = 1", msg("The version of this file's format."), FORMAT)
    collections: tuple[Collection, ...] = key(
        _collections, "[collections.samarkand-2025]",
        msg("The Drive folders to follow: a table [collections.NAME] for each."), (),
    )  # fmt: skip
    notify: Notify = key(
        partial(_read, Notify), "[notify]",
        msg("Who is notified after `materials sync --cron`: the table [notify]."), Notify(),
    )  # fmt: skip
    log_file: Path | None = key(
        Value.path, 'log_file = "sync.jsonl"',
        msg("A file for the log, with one JSON line for each event. It is rotated and kept below 6 MB."), None, risk=Risk.WRITE,
    )  # fmt: skip
    metrics_file: Path | None = key(
        Value.path, 'metrics_file = "/var/lib/node_exporter/materials.prom"',
        msg("A file of metrics for Prometheus, for the textfile collector of node_exporter. Its name must end in .prom."), None,
        risk=Risk.WRITE,
    )  # fmt: skip
    large_index_from: int = key(
        Value.whole, "large_index_from = 200000",
        msg("From this number of slides and pages on, a sync also keeps an index for very large archives (extra [large])."),
        1_000_000,
    )  # fmt: skip
    verify: float | None = key(
        Value.share, 'verify = "1% a night"', msg("The share that a scheduled sync verifies daily."), None
    )
    store: str | None = key(
        Value.store, 'store = "s3://bucket/workshops"',
        msg("Where the archived bytes are, if not on this disk: an object store (materials move)."), None, risk=Risk.STORE,
    )  # fmt: skip
    single_writer: bool = key(
        Value.flag, "single_writer = true",
        msg("Nobody but this computer writes to that store: for servers that cannot keep two writers apart."), False,
    )  # fmt: skip
    executor: str | None = key(
        Value.executor, 'executor = "dask://scheduler.example.org:8786"',
        msg("The cluster whose workers list, download and read for `sync` and `index` (extra [dask])."), None,
        risk=Risk.CLUSTER,
    )  # fmt: skip
    archives: tuple[Other, ...] = key(
        read_others, "[[archives]]",
        msg("Other archives, for `materials search --in all`: a table [[archives]] for each."), (), risk=Risk.READ,
    )  # fmt: skip

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
        known = ", ".join(collection.slug for collection in self.collections)
        why = msg("The collections of this archive are: {known}.", known=known) if known else None
        raise MaterialsError(Code.UNKNOWN_COLLECTION, what, where=str(self.archive / FILE), why=why)

    def chosen(self, collections: Iterable[str | Collection]) -> tuple[Collection, ...]:
        """The named collections, each once, or all of them when none is named."""
        named = (self.collection(each) if isinstance(each, str) else each for each in collections)
        return tuple({collection.slug: collection for collection in named}.values()) or self.collections

    def followed(self, collections: Iterable[str | Collection]) -> tuple[Collection, ...]:
        """Those of the chosen collections that are synced: all but the detached ones."""
        return tuple(collection for collection in self.chosen(collections) if not collection.detached)


TABLES: Mapping[str, type] = MappingProxyType(
    {
        "": Config,
        msgid("[collections.NAME]"): Collection,
        msgid("[collections.NAME.about]"): About,
        "[notify]": Notify,
        "[notify.mail]": Mailbox,
        "[[archives]]": Other,
    }
)


def find_archive(start: Path, named: Path | None) -> Path | None:
    """The folder of the archive: the one named, else the nearest from `start` upwards, as git finds a repository."""
    start = start.absolute()
    folders = (start, *start.parents) if named is None else (named,)
    return next((folder for folder in folders if os.path.isfile(folder / FILE)), None)  # noqa: PTH113 - False if it may not look


def load(archive: Path) -> Config:
    """Read materials.toml; raise bad_settings naming line and key, or newer_archive."""
    return _read(Config, _known_format(archive / FILE), archive=archive)


def load_copy(archive: Path, copy: Path) -> Config:
    """Read an earlier materials.toml of this archive, kept elsewhere; raise bad_settings or newer_archive."""
    return _read(Config, replace(_known_format(copy), file=archive / FILE), archive=archive)


def read_collections(file: Path) -> tuple[Collection, ...]:
    """The collections of any file in the form of materials.toml; at least one."""
    table = _known_format(file).at("collections", keys(Config)["collections"].example)
    if not table.content:
        raise table.missing()
    return _collections(table)


def add_collections(archive: Path, collections: Sequence[Collection], source: Path | None = None) -> None:
    """Add collections to materials.toml, which is created if it is missing; what it holds is not touched.

    source: a file to copy them from as they are written there, with their comments.
    """
    given = parse(source) if source else None
    written = given.content["collections"] if given else {c.slug: {"link": c.link, "title": c.title} for c in collections}
    tables = {collection.slug: written[collection.slug] for collection in collections}
    add_tables(archive / FILE, "collections", tables, source=given.source if given else "", new=_TEMPLATE)


def _known_format(file: Path) -> Value:
    """The content of a file, unless a newer version of materials has written it."""
    root = parse(file)
    written = root.at("format", keys(Config)["format"].example)
    if written.content is not None and written.whole() > FORMAT:
        what = msg(
            "materials.toml has format {written}; this version supports formats up to {known}.",
            written=str(written.content),
            known=str(FORMAT),
        )
        raise MaterialsError(Code.NEWER_ARCHIVE, what, where=str(file))
    return root
