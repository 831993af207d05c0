"""The nouns of materials.toml: what a person wants of an archive. settings.py reads them; all others are given them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from materials_cli.kinds import Kind

ALERT_AFTER = timedelta(hours=36)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One Drive folder that the archive follows, as materials.toml describes it.

    slug names it and its folder in the mirror. about holds what else materials.toml says (place, organisers …).
    include, exclude: patterns; only: kinds; max_size: bytes of the largest file that is wanted. bandwidth: bytes a
    second, for all downloads together. formats: the formats in which Google documents are wanted, by kind.
    ocr: the languages, as tesseract names them, in which the pictures of slides without text are looked at.
    """

    slug: str
    link: str
    title: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    only: tuple[Kind, ...] = ()
    max_size: int | None = None
    bandwidth: int | None = None
    formats: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    ocr: tuple[str, ...] = ()
    about: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where mail goes, and through which server. security: starttls, tls or none; port: None for the usual one.

    password_file holds the password; without it the environment does (MATERIALS_SMTP_PASSWORD).
    """

    to: tuple[str, ...]
    sender: str
    host: str
    port: int | None = None
    security: str = "starttls"
    user: str | None = None
    password_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Notify:
    """Who is told after a run: a monitor that is pinged, a mailbox, a program, services by apprise.

    alert_after: how old the last success may be before what passes by itself is told. trouble_only: no word of changes.
    """

    ping: str | None = None
    mail: Mailbox | None = None
    command: tuple[str, ...] = ()
    apprise: tuple[str, ...] = ()
    alert_after: timedelta = ALERT_AFTER
    trouble_only: bool = False
