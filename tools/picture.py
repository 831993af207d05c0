"""Makes docs/demo.svg from a real run of the demo: python tools/picture.py."""

import os
import pty
import re
import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

WIDTH = 96


def record() -> str:
    """Run the demo on a terminal of its own and return all that it wrote."""
    folder = tempfile.mkdtemp()
    environment = {**os.environ, "COLUMNS": str(WIDTH), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    environment.pop("NO_COLOR", None)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execve(sys.executable, [sys.executable, "-m", "materials_cli", "demo"], environment)  # noqa: S606
    written = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        written += piece
    os.waitpid(pid, 0)
    shutil.rmtree(folder)
    return written.decode("utf-8").replace(folder, "/home/you")


def settled(written: str) -> str:
    """What stays on the screen: without the progress bars that were drawn and taken away again."""
    lines = written.replace("\r\n", "\n").split("\n")
    kept = []
    for line in lines:
        rest = re.sub(r"\x1b\[\?25[lh]", "", line).rpartition("\x1b[2K")[2].lstrip("\r")
        if "━" not in rest and not re.search(r"[⠀-⣿]", rest) and (rest or line == ""):
            kept.append(re.sub(r"\x1b\[\d*[A-HJK]", "", rest))
    return "\n".join(kept)


def main() -> None:
    """Write the picture."""
    console = Console(record=True, width=WIDTH, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    console.print(Text.from_ansi(settled(record())))
    (Path(__file__).parents[1] / "docs" / "demo.svg").write_text(console.export_svg(title="materials demo"), "utf-8")


if __name__ == "__main__":
    main()
