"""The man pages: one for each command, made from its help, and sound to the programs that show them."""

import shutil
import subprocess
from pathlib import Path

import pytest

import man
from materials_cli.cli.commands import COMMANDS
from support.command import run

PAGES = dict(man.pages())


def shown(page: Path) -> str:
    """The page as a reader sees it, in one line."""
    done = subprocess.run(
        ["groff", "-man", "-Kutf8", "-Tutf8", "-P-cbou", page], capture_output=True, encoding="utf-8", check=True
    )
    return " ".join(done.stdout.split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("man")
    for name, text in PAGES.items():
        (made / f"{name}.1").write_text(text, "utf-8")
    return made


def test_every_command_has_a_page_that_the_main_page_names() -> None:
    assert {"materials", *(f"materials-{name}" for name in COMMANDS)} <= set(PAGES)
    assert {"materials-auth-login", "materials-schedule-install"} <= set(PAGES)
    assert all(man.escaped(f"materials-{name}(1)") in PAGES["materials"] for name in COMMANDS)


def test_a_page_lists_the_options_and_the_example_of_the_help() -> None:
    page = PAGES["materials-list"]
    for option in ("--kind", "--since", "--json", "-h, --help"):
        assert man.escaped(option) in page
        assert option in run("list", "--help").stdout
    assert man.escaped("materials list --kind slides") in page.partition(".SH EXAMPLES")[2]


@pytest.mark.parametrize(
    "command",
    [["mandoc", "-T", "lint", "-W", "warning"], ["groff", "-man", "-ww", "-z", "-Kutf8", "-Tutf8"]],
    ids=lambda c: c[0],
)
def test_no_page_is_complained_of(command: list[str], folder: Path) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not on this machine")
    for page in sorted(folder.iterdir()):
        done = subprocess.run([*command, page], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("text", [".TH is a macro", "'quoted", r"a\fBpath\e", "--name -n", "Ключ “x” – 전자정부", "a\n.PP\nb"])
def test_whatever_help_says_is_shown_as_it_stands(text: str, tmp_path: Path) -> None:
    if shutil.which("groff") is None:
        pytest.skip("groff is not on this machine")
    page = tmp_path / "page.1"
    page.write_text(f".TH X 1\n.SH TEXT\n{man.escaped(text)}\n", "utf-8")
    assert " ".join(text.split()) in shown(page)
