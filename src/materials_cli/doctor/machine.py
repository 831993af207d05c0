"""This machine: Python and its locale, SQLite, programs and fonts that help but need not be there."""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterable

from materials_cli.catalogue.health import full_text_search
from materials_cli.doctor.diagnosis import Diagnosis, trouble, warning, well
from materials_cli.messages import Message, joined, msg, msgid, verbatim

_SECONDS = 20
_UNICODE = msgid("Set a UTF-8 locale: export LC_ALL=C.UTF-8 (in a crontab: LC_ALL=C.UTF-8).")
_NAMES = {
    "ko": msgid("Korean"), "zh": msgid("Chinese"), "hy": msgid("Armenian"), "ka": msgid("Georgian"), "bn": msgid("Bangla"),
    "km": msgid("Khmer"), "lo": msgid("Lao"), "ru": msgid("Russian"), "kk": msgid("Kazakh"), "ky": msgid("Kyrgyz"),
    "uz": msgid("Uzbek"), "tg": msgid("Tajik"), "mn": msgid("Mongolian"), "az": msgid("Azerbaijani"),
    "en": msgid("English"),
}  # fmt: skip
_CJK = {"ko", "zh"}


def python() -> Diagnosis:
    """Whether Python can name and show files in every script."""
    here = {"version": platform.python_version(), "system": platform.system()}
    names, shown = sys.getfilesystemencoding().lower(), (sys.stdout.encoding or "utf-8").lower()
    if names not in {"utf-8", "utf8"}:
        return trouble(
            msg(
                "{version} on {system}: file names are written as {encoding}, in which most scripts have no letters.",
                encoding=names,
                **here,
            ),
            msg(_UNICODE),
        )
    if shown not in {"utf-8", "utf8"}:
        return warning(
            msg(
                "{version} on {system}: this terminal is told to show {encoding}, so other scripts appear as “?”.",
                encoding=shown,
                **here,
            ),
            msg(_UNICODE),
        )
    return well(msg("{version} on {system}, UTF-8", **here))


def sqlite() -> Diagnosis:
    """Whether this Python's SQLite can search."""
    version, works = full_text_search()
    if not works:
        return trouble(
            msg(
                "This Python's SQLite {version} has no full-text search (FTS5), without which nothing can be indexed.",
                version=version,
            ),
            msg("Use another Python 3.11 or newer: the system's own, one of python.org, or `uv python install`."),
        )
    return well(msg("{version} with full-text search (FTS5)", version=version))


def libreoffice() -> Diagnosis:
    """Whether LibreOffice is here. Nothing depends on it; a person may want to look at what is held."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        return well(msg("not here, and not needed; it would show and convert Office files on this machine"))
    if sys.platform == "win32":
        return well(verbatim(program))
    told = _said([program, "--version"])
    if told is None:
        return warning(
            msg("{program} is here, but does not start.", program=program),
            msg("Install LibreOffice again; materials itself does not need it."),
        )
    return well(verbatim(" ".join(told.split()[:2]) or program))


def fonts(languages: Collection[str]) -> Diagnosis | None:
    """Whether this machine has letters for the languages of what is held; where it cannot tell, None."""
    if sys.platform in {"win32", "darwin"} or not languages:
        return None
    told = _said(["fc-list", ":", "lang"])
    if told is None:
        return None
    shown = {code.partition("-")[0] for code in re.split(r"[:=|,\s]+", told)}
    lacking = sorted(code for code in languages if code in _NAMES and code not in shown)
    if not lacking:
        return well(msg("there are letters for all languages found ({languages})", languages=_named(languages)))
    packages = [*(["fonts-noto-cjk"] if _CJK & set(lacking) else []), *(["fonts-noto-core"] if set(lacking) - _CJK else [])]
    unseen = _named(lacking)
    if not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY"))) and shutil.which("soffice") is None:
        return well(msg("none here shows {languages}, which matters only where documents are looked at", languages=unseen))
    return warning(
        msg("No font on this machine shows {languages}: such documents appear as empty boxes here.", languages=unseen),
        msg(
            "Only if they are to be looked at on this machine: sudo apt-get install {packages}",
            packages=" ".join(packages),
        ),
    )


def _named(languages: Iterable[str]) -> Message:
    return joined(sorted((Message(_NAMES[code]) if code in _NAMES else verbatim(code) for code in languages), key=str), ", ")


def _said(command: list[str]) -> str | None:
    """What a program prints; None when it is not here, fails or hangs."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=_SECONDS, check=True, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
