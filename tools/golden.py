"""What the main commands show of the sample workshop, kept as texts: python tools/golden.py writes tests/golden/ anew.

A change of what people see is seen in review. Times, durations, places on this computer and random ids are left out.
"""

import io
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path

from materials_cli.cli.app import app
from materials_cli.emulator.sample import sample_world
from materials_cli.emulator.server import start
from materials_cli.messages import decide_again

TARGET = Path(__file__).parents[1] / "tests" / "golden"
COMMANDS = (
    ("list",),
    ("list", "--tree"),
    ("search", "votes"),
    ("search", "one", "stop", "shop", "--limit", "2"),
    ("search", "nowhere-to-be-found"),
    ("show", "georgia"),
    ("show", "no such item"),
    ("status",),
    ("changes",),
    ("history",),
    ("terms",),
    ("cite", "georgia", "--slide", "2"),
    ("verify",),
)
IN_JSON = (("search", "votes"), ("show", "georgia"), ("show", "no such item"), ("status",), ("verify",))
ENVIRONMENT = {
    "TZ": "UTC", "COLUMNS": "100", "NO_COLOR": "1", "PAGER": "cat",
    "GITHUB_ACTIONS": "", "FORCE_COLOR": "", "LC_ALL": "", "LANG": "",
}  # fmt: skip
_PATH = 80  # characters of an archive's path, on which it depends where lines are broken
_MASKS = (
    (r"\x1b\[[0-9;]*[A-Za-z]|\x1b\]8;[^\x1b]*\x1b\\", ""),  # colours, weights, addresses
    (r"\b(?!2025-06)20\d\d-\d\d-\d\d(?:T[\d:.]+(?:Z|\+00:00))?", "<date>"),
    (r"<date>[ T]\d\d:\d\d(?::\d\d)?", "<date>"),
    (r"\b(?!(?:\d\d )?(?:June|июня) 2025)\d{1,2}\.? (?:\w+) 20(?!25)\d\d\b", "<date>"),
    (r"\b\d\d:\d\d UTC", "<time>"),
    (r"\d+[.,]\d(?=[\s\u00a0](?:s|с)\b)", "<seconds>"),
    (r"\b(?:just now|\d+ minutes? ago|только что|\d+ минут[уы]? назад)", "<ago>"),
    (r'("(?:seconds|duration|started|finished|free|size_on_disk)": )[\d.]+', r"\1<number>"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<id>"),
    (r"(?<=working groups\.pptx\tslides\t)\d+|(?<=\"bytes\": )\d{6}\b", "<bytes>"),  # no two exports of a document are alike
    (r"(?<=\bmaterials )\d+\.\d+\S*?(?=[,\s]|$)", "<version>"),
    (r'(?<="score": )[\d.]+', "<score>"),
    (r"[ \t]+$", ""),
)


@cache
def _terminal() -> int:
    """A true terminal, for who asks its name."""
    return os.openpty()[1]


class _Terminal(io.StringIO):
    """What is written to it looks as on a terminal."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return _terminal()


def texts(archive: Path) -> dict[str, str]:
    """The texts of an archive of the sample workshop, by the names of their files."""
    made = {}
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder).resolve()
        top = shutil.copytree(archive, top / ("a" * max(1, _PATH - len(str(top)) - 1)))
        for language in ("en", "ru"):
            with _as_asked(language):
                made[f"{language}-terminal.txt"] = "".join(_shown(top, words, _Terminal) for words in COMMANDS)
                made[f"{language}-pipe.txt"] = "".join(_shown(top, words, io.StringIO) for words in COMMANDS)
        with _as_asked("en"):
            made["json.txt"] = "".join(_shown(top, (*words, "--json"), io.StringIO) for words in IN_JSON)
    return made


@contextmanager
def _as_asked(language: str) -> Iterator[None]:
    """The environment of a person who reads a language, whatever machine this is."""
    before = dict(os.environ)
    os.environ.update(ENVIRONMENT, LANGUAGE=language)
    decide_again(language)
    time.tzset()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        decide_again()
        time.tzset()


def _shown(archive: Path, words: tuple[str, ...], stream: type[io.StringIO]) -> str:
    """A command, and all that it shows, with its status if it failed."""
    out, talk, status = stream(), io.StringIO(), 0
    os.environ["TERM"] = "xterm" if stream is _Terminal else "dumb"
    with redirect_stdout(out), redirect_stderr(talk):
        try:
            app(["--archive", str(archive), *words], prog_name="materials")
        except SystemExit as ended:
            status = int(ended.code or 0)
    told = (out.getvalue() + talk.getvalue()).replace(str(archive), "<archive>")
    for pattern, shown in _MASKS:
        told = re.sub(pattern, shown, told, flags=re.MULTILINE)
    ending = f"[status {status}]\n" if status else ""
    return f"$ materials {' '.join(words)}\n{told}{ending}\n"


def main() -> None:
    """Make the archive, and write the texts."""
    with tempfile.TemporaryDirectory() as folder, start(sample_world()) as drive:
        os.environ |= {"DRIVE_EMULATOR_HOST": drive.address, "XDG_STATE_HOME": folder, "XDG_CACHE_HOME": folder}
        top = Path(folder, "archive")
        top.mkdir()
        for words in (("add", drive.world.root, "--name", "sample"), ("sync",)):
            _shown(top, words, io.StringIO)
        TARGET.mkdir(exist_ok=True)
        for name, text in texts(top).items():
            (TARGET / name).write_text(text, "utf-8")
            sys.stdout.write(f"{name}: {len(text):,} characters\n")


if __name__ == "__main__":
    main()
