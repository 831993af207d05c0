"""TAB in true shells on a true terminal: what it puts on the line is one argument, whatever its name holds."""

import os
import re
import select
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from materials_cli.catalogue.items import Catalogue
from materials_cli.cli.app import app
from materials_cli.model import Fixity, Item, RemoteFile

pty = pytest.importorskip("pty", reason="Windows has no such terminals")

PROGRAM = Path(sys.executable).with_name("materials")
NAMES = (
    "a O'zbekiston.pdf",
    "b $HOME `id`.pdf",
    "c (draft) [1] & x;y.pdf",
    "d a=b@c #1 ~ !.pdf",
    "e 100% {x,y}.pdf",
    "f–정부 보고서.pdf",
    "g Тошкент шаҳри.pdf",
    "h\x1b[31m.pdf",
)
SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "source <(materials --show-completion bash)"),
    "zsh": (["zsh", "-f", "-i"], "autoload -U compinit; compinit -u -D; source <(materials --show-completion zsh)"),
    "fish": (["fish", "--no-config", "-i"], "materials --show-completion fish | source"),
}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    (tmp_path / "a" / ".materials").mkdir(parents=True)
    link = "https://drive.google.com/drive/folders/1AAAAAAAAAAAAAAAAAAAAAAAA"
    (tmp_path / "a" / "materials.toml").write_text(f'[collections.samarkand-2025]\nlink = "{link}"\n')
    now = datetime.now(UTC)
    with Catalogue.open(tmp_path / "a" / ".materials" / "catalogue.sqlite", write=True) as catalogue:
        for number, name in enumerate(NAMES):
            remote = RemoteFile(id=f"ID{number}xyz", drive_id=f"ID{number}xyz", name=name, parent="r")
            catalogue.record(
                Item(
                    collection="samarkand-2025", remote=remote, path=f"c/{name}", media_type="x",
                    fixity=Fixity(1, "0" * 64), first_seen=now, fetched=now,
                )
            )  # fmt: skip
    return tmp_path / "a"


def surroundings(archive: Path, **more: str) -> dict[str, str]:
    path = f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}"
    return {
        "PATH": path,
        "HOME": str(archive.parent),
        "TERM": "xterm",
        "LC_ALL": "C.UTF-8",
        "MATERIALS_ARCHIVE": str(archive),
        **more,
    }


def proposed(archive: Path, *words: str, into: str = "bash") -> list[str]:
    """What a shell is given for the last of the words."""
    asked = {
        "_MATERIALS_COMPLETE": f"complete_{into}",
        "COMP_WORDS": "\n".join(words),
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": " ".join(words),
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "MATERIALS_ARCHIVE": str(archive),
    }
    result = CliRunner().invoke(app, [], env=asked, prog_name="materials")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout.splitlines() if result.stdout.strip() else []


class Terminal:
    """A shell that a person sits at."""

    def __init__(self, shell: str, archive: Path) -> None:
        command, setup = SHELLS[shell]
        if not shutil.which(command[0]):
            pytest.skip(f"{shell} is not on this machine")
        self.pid, self.screen = pty.fork()
        if self.pid == 0:
            os.chdir(archive.parent)
            os.execvpe(command[0], command, surroundings(archive))  # noqa: S606 - the shell itself is what is wanted
        self.seen, self.told = "", archive.parent / "told"
        self.type(f"stty cols 500; {setup}; printf '%s%s\\n' rea dy\r")
        self.until(r"ready")

    def type(self, text: str) -> None:
        os.write(self.screen, text.encode())

    def until(self, pattern: str) -> "re.Match[str]":
        deadline = time.monotonic() + 300
        while not (found := re.search(pattern, self.seen, re.DOTALL)):
            assert time.monotonic() < deadline, self.seen
            if select.select([self.screen], [], [], 0.2)[0]:
                self.seen += os.read(self.screen, 65536).decode("utf-8", "replace")
        self.seen = self.seen[found.end() :]
        return found

    def argument(self, typed: str) -> str:
        """The last argument of the line after TAB, as the shell itself understands it."""
        self.told.unlink(missing_ok=True)
        self.type(f"{typed}\t")
        self.type(f"\x01printf '%s\\n' \x05 >{self.told}; printf '%s%s\\n' do ne\r")
        self.until(r"\bdone\b")
        return self.told.read_text("utf-8").splitlines()[-1]

    def close(self) -> None:
        os.write(self.screen, b"\x15exit\r")
        os.close(self.screen)
        os.waitpid(self.pid, 0)


@pytest.mark.parametrize("shell", SHELLS)
def test_tab_in_a_true_shell(shell: str, archive: Path) -> None:
    terminal = Terminal(shell, archive)
    try:
        for name in NAMES[:-1]:
            assert terminal.argument(f"materials open c/{name[0]}") == f"c/{name}"
        for begun, name in (("'c/a", NAMES[0]), ('"c/b', NAMES[1]), ('"c/d', NAMES[3]), ("c/a\\ O", NAMES[0])):
            assert terminal.argument(f"materials show {begun}") == f"c/{name}"
        assert terminal.argument("materials sync sam") == "samarkand-2025"
        if shell != "zsh":
            assert terminal.argument("materials open шаҳ") == "c/g Тошкент шаҳри.pdf"
    finally:
        terminal.close()


def test_what_is_proposed(archive: Path) -> None:
    assert proposed(archive, "materials", "do") == ["doctor"]
    assert proposed(archive, "materials", "doctor", "") == ["samarkand-2025"]
    assert proposed(archive, "materials", "list", "-c", "s") == ["samarkand-2025"]
    assert len(proposed(archive, "materials", "open", "c/")) == len(NAMES) - 1
    assert proposed(archive, "materials", "open", "ID3") == []
    assert proposed(archive, "materials", "open", "ID3x") == ["ID3xyz"]
    assert proposed(archive, "materials", "open", "TOSHKENT") == []
    assert proposed(archive, "materials", "open", "ТОШКЕНТ") == ["c/g\\ Тошкент\\ шаҳри.pdf"]
    assert proposed(archive, "materials", "open", "pdf") == []
    assert proposed(archive, "materials", "--archive", "/none", "open", "c/") == []
    assert proposed(archive, "materials", "open", "--archive", "/none", "c/") == []


def test_each_shell_gets_what_it_can_bear(archive: Path) -> None:
    assert proposed(archive, "materials", "open", "c/a") == ["c/a\\ O\\'zbekiston.pdf"]
    assert proposed(archive, "materials", "open", "'c/a") == ["c/a O'\\''zbekiston.pdf"]
    assert proposed(archive, "materials", "open", '"c/b') == ["c/b \\$HOME \\`id\\`.pdf"]
    assert proposed(archive, "materials", "open", "c/b", into="fish") == ["c/b $HOME `id`.pdf"]
    assert proposed(archive, "materials", "open", "c/a", into="zsh") == ["""_arguments '*: :(("c/a O'\\''zbekiston.pdf"))'"""]


def test_tab_is_silent_when_the_archive_is_broken(archive: Path) -> None:
    (archive / ".materials" / "catalogue.sqlite").write_bytes(b"no database" * 1000)
    assert proposed(archive, "materials", "open", "c/") == []
    (archive / "materials.toml").write_text("nonsense")
    assert proposed(archive, "materials", "sync", "") == []


def test_tab_imports_little(archive: Path) -> None:
    asked = {"_MATERIALS_COMPLETE": "complete_bash", "COMP_WORDS": "materials\nopen\nc/", "COMP_CWORD": "2"}
    command = [sys.executable, "-X", "importtime", str(PROGRAM)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=surroundings(archive, **asked))
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    heavy = ("rich", "pydantic", "googleapiclient", "urllib3", "lxml", "materials_cli.words.fold", "materials_cli.sync.execute")
    assert "materials_cli.catalogue.proposals" in imported
    assert not {name for name in imported if name.startswith(heavy)}
