"""Checks of this machine: Python and its locale, SQLite, and optional programs and fonts."""

import os
import platform
import re
import subprocess
import sys
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta

from materials_cli.catalogue.health import full_text_search
from materials_cli.doctor.diagnosis import Diagnosis, ok, problem, warning
from materials_cli.environment import find_program, for_programs
from materials_cli.libraries import user_warnings
from materials_cli.messages import msg, msgid, verbatim
from materials_cli.words.names import NAMES, named

_TIMEOUT = 20
_IN_TIME = timedelta(days=270)
_SET_UTF8 = msgid("Set a UTF-8 locale: export LC_ALL=C.UTF-8 (in a crontab: LC_ALL=C.UTF-8).")
_CJK = {"ko", "zh"}


def python() -> Diagnosis:
    """Whether Python can print file names in every script; it can handle them, see __main__."""
    here = {"version": platform.python_version(), "system": platform.system()}
    output = (sys.stdout.encoding or "utf-8").lower()
    if output not in {"utf-8", "utf8"}:
        return warning(
            msg(
                "{version} on {system}: this terminal uses {encoding}, so other scripts appear as “?”.",
                encoding=output,
                **here,
            ),
            msg(_SET_UTF8),
        )
    return python_support(sys.version_info[1], datetime.now(UTC).date()) or ok(msg("{version} on {system}, UTF-8", **here))


def python_support(minor: int, today: date) -> Diagnosis | None:
    """Whether the support of Python 3.`minor` ends soon, or has ended: in the October of its sixth year (PEP 602)."""
    end = date(2016 + minor, 10, 31)
    if end - today > _IN_TIME:
        return None
    about = {"version": f"3.{minor}", "end": f"{end:%Y-%m}"}
    what = (
        msg("Python {version} has had no security updates since {end}; libraries cease to support it.", **about)
        if today > end
        else msg("Python {version} gets security updates only until {end}; libraries then cease to support it.", **about)
    )
    return warning(what, msg("Install a newer Python and, with it, materials; then run `materials schedule install` again."))


def libraries() -> Diagnosis | None:
    """What the libraries that materials uses warn its users of; None if that is nothing."""
    if warnings := user_warnings():
        what = msg("A library warns: {text}", text=warnings[0][:300])
        return warning(what, msg("Upgrade Python or materials (README, “Installing it”). Until then, everything works."))
    return None


def sqlite() -> Diagnosis:
    """Whether this Python's SQLite has full-text search."""
    version, works = full_text_search()
    if not works:
        return problem(
            msg(
                "This Python's SQLite {version} has no full-text search (FTS5), which the index requires.",
                version=version,
            ),
            msg("Use another Python 3.11 or newer: the system's, one from python.org, or `uv python install`."),
        )
    return ok(msg("{version} with full-text search (FTS5)", version=version))


def libreoffice() -> Diagnosis:
    """Whether LibreOffice is installed. Nothing depends on it, but it opens what the archive holds."""
    program = find_program("soffice") or find_program("libreoffice")
    if program is None:
        return ok(msg("not installed, and not required; it can display and convert Office files on this machine"))
    if sys.platform == "win32":
        return ok(verbatim(program))
    version = _output([program, "--version"])
    if version is None:
        return warning(
            msg("{program} is installed but does not start.", program=program),
            msg("Reinstall LibreOffice; materials itself does not need it."),
        )
    return ok(verbatim(" ".join(version.split()[:2]) or program))


def fonts(languages: Collection[str]) -> Diagnosis | None:
    """Whether this machine has fonts for the languages of what is held; None if that cannot be found out."""
    if sys.platform in {"win32", "darwin"} or not languages:
        return None
    listed = _output(["fc-list", ":", "lang"])
    if listed is None:
        return None
    covered = {code.partition("-")[0] for code in re.split(r"[:=|,\s]+", listed)}
    missing = sorted(code for code in languages if code in NAMES and code not in covered)
    if not missing:
        return ok(msg("fonts found for all languages in the archive ({languages})", languages=named(_by_name(languages))))
    packages = [*(["fonts-noto-cjk"] if _CJK & set(missing) else []), *(["fonts-noto-core"] if set(missing) - _CJK else [])]
    names = named(_by_name(missing))
    if not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY"))) and find_program("soffice") is None:
        return ok(msg("no font supports {languages}; this matters only for viewing documents on this machine", languages=names))
    return warning(
        msg("No font on this machine supports {languages}: such documents appear as empty boxes.", languages=names),
        msg(
            "Needed only to view them on this machine: sudo apt-get install {packages}",
            packages=" ".join(packages),
        ),
    )


def _by_name(languages: Collection[str]) -> list[str]:
    return sorted(languages, key=lambda code: str(NAMES.get(code, code)))


def _output(command: list[str]) -> str | None:
    """What a program prints; None if it is missing, fails or hangs."""
    program = find_program(command[0])
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, *command[1:]], capture_output=True, text=True, errors="replace", timeout=_TIMEOUT, check=True,
            stdin=subprocess.DEVNULL, env=for_programs(os.environ),
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
