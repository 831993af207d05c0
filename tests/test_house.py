"""The house rules, held by a test: sizes, names, docstrings, and a README that says what the program says."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

from typer.testing import CliRunner

from materials_cli.cli.app import app
from materials_cli.cli.commands import COMMANDS, load
from materials_cli.errors import EXIT_MEANINGS, Code
from materials_cli.filenames import CATALOGUE, CSV, FEED, INNER, JSONL, RULES, SUMS

TOP = Path(__file__).parents[1]
SOURCES = sorted((TOP / "src").rglob("*.py"))
TESTS = sorted((TOP / "tests").rglob("*.py"))
README = (TOP / "README.md").read_text("utf-8")
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "base", "core", "manager"}


def shown_by(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0
    return result.stdout


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def in_one_line(text: str) -> str:
    """The first paragraph of a text of help."""
    return " ".join(text.partition("\n\n")[0].split())


def test_no_file_is_longer_than_400_lines() -> None:
    assert not {path: lines for path in SOURCES + TESTS if (lines := len(path.read_text("utf-8").splitlines())) > 400}


class _Complexity(ast.NodeVisitor):
    """The cyclomatic complexity of each function of a file, counted as radon counts it."""

    def __init__(self) -> None:
        self.functions: dict[str, int] = {}
        self._branches = 0

    def visit(self, node: ast.AST) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                before, self._branches = self._branches, 1
                for statement in node.body:
                    self.visit(statement)
                self.functions[f"{node.name}, line {node.lineno}"], self._branches = self._branches, before
                return
            case ast.If() | ast.IfExp() | ast.Assert():
                self._branches += 1
            case ast.For() | ast.AsyncFor() | ast.While():
                self._branches += 1 + bool(node.orelse)
            case ast.Try() | ast.TryStar():
                self._branches += len(node.handlers) + bool(node.orelse)
            case ast.comprehension():
                self._branches += 1 + len(node.ifs)
            case ast.BoolOp():
                self._branches += len(node.values) - 1
            case ast.Match():
                self._branches += sum(not _takes_all(case) for case in node.cases)
        self.generic_visit(node)


def _takes_all(case: ast.match_case) -> bool:
    return isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None and case.guard is None


def test_no_function_is_more_complex_than_15() -> None:
    for path in SOURCES:
        complexity = _Complexity()
        complexity.visit(parsed(path))
        assert not {name: number for name, number in complexity.functions.items() if number > 15}, path


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    assert not {path for path in SOURCES if path.stem in VAGUE or path.parent.name in VAGUE}


def test_every_module_says_why_it_exists() -> None:
    assert not {path for path in SOURCES if len(ast.get_docstring(parsed(path)) or "") <= 20}


def test_nothing_is_left_for_later() -> None:
    left = re.compile(r"TODO|FIXME|XXX|raise NotImplementedError")
    assert not {path for path in SOURCES if left.search(path.read_text("utf-8"))}


def test_a_rule_that_is_not_kept_has_its_reason() -> None:
    ignored = re.compile(r"#\s*(?:noqa|type:\s*ignore)")
    reasoned = re.compile(r"  # (?:noqa: [A-Z0-9, ]+ - |type: ignore\[[a-z, -]+\]  # )\S")
    for path in SOURCES:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            assert len(ignored.findall(line)) == len(reasoned.findall(line)), f"{path}:{number}"


def test_the_names_of_the_archives_own_files_are_written_once() -> None:
    named = {INNER, CATALOGUE, JSONL, CSV, SUMS, RULES, FEED}
    for path in SOURCES:
        written = {node.value for node in ast.walk(parsed(path)) if isinstance(node, ast.Constant)} & named
        assert not written or path.stem == "filenames", (path, written)


def test_a_module_that_a_text_sends_to_is_there() -> None:
    for path in SOURCES:
        for named in re.findall(r"(?<![\w/.-])[a-z_]+/[a-z_/]+\.py\b", path.read_text("utf-8")):
            assert (TOP / "src" / "materials_cli" / named).is_file() or (TOP / named).is_file(), (path, named)


def test_every_command_has_help_and_a_place_in_the_readme() -> None:
    for name, entry in COMMANDS.items():
        assert in_one_line(load(name).help) == entry.help, name
        assert f"`materials {name}" in README, name


def test_help_lists_the_commands_without_importing_any() -> None:
    source = "import sys; from materials_cli.cli.app import app; app(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    shown, imported = done.stdout.rsplit("\n", 2)[0], set(done.stdout.splitlines()[-1].split())
    assert all(name in shown for name in COMMANDS)
    assert not {f"materials_cli.cli.{entry.target.partition(':')[0]}" for entry in COMMANDS.values()} & imported


def test_the_readme_tells_the_same_exit_codes_as_the_program() -> None:
    for status, meaning in EXIT_MEANINGS.items():
        assert f"| {int(status)} | {meaning} |" in README


def test_every_error_says_why_and_how_to_fix_it() -> None:
    for code in Code:
        assert code.name == code.upper()
        assert code.why.endswith((".", "!")), code
        assert code.fix, code


def test_help_comes_quickly_without_google() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "materials_cli", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert not {name for name in imported if name.startswith(("googleapiclient", "google.auth", "urllib3", "lxml"))}


def test_the_use_cases_are_imported_without_what_only_drive_needs() -> None:
    source = "import sys, materials_cli.archive; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert not {"urllib3", "googleapiclient", "google.auth", "obstore"} & {*done.stdout.split()}


def test_help_tells_every_exit_code_error_and_setting() -> None:
    shown = shown_by("help", "exit-codes")
    for status in EXIT_MEANINGS:
        assert re.search(rf"^{int(status)}\b", shown, re.MULTILINE)
    for code in Code:
        assert "why" in shown_by("help", code)
    assert "collections" in shown_by("help", "settings")
