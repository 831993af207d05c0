"""What a person has written in materials.toml stays: only the lines of the table that is meant change."""

import os
import stat
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from materials_cli.configtables import rename_table, set_key, set_top_key, take_out_table, written_table
from materials_cli.errors import MaterialsError

TEXT = """\
# My archive

format = 1  # do not touch

# The first workshop,
# in Samarkand
[collections.a]   # a comment beside it
link = "https://drive.google.com/drive/folders/a"  # the link
exclude = ["*.mp4"]

[collections.a.about]
place = "Самарканд"

# The second
[collections."b-2"]
link = 'https://drive.google.com/drive/folders/b'

# Who is told
[notify]
ping = "https://hc-ping.com/x"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "materials.toml"
    made.write_bytes(TEXT.encode())
    return made


def test_a_table_is_renamed_where_it_is(file: Path) -> None:
    rename_table(file, "collections", "a", "c")
    assert file.read_text("utf-8") == TEXT.replace("[collections.a", "[collections.c")
    rename_table(file, "collections", "b-2", "d")
    assert "[collections.d]\nlink = 'https" in file.read_text("utf-8")


def test_a_table_goes_with_the_comment_above_it(file: Path) -> None:
    taken = written_table(file, "collections", "a")
    assert taken.startswith("# The first workshop,\n# in Samarkand\n[collections.a]")
    take_out_table(file, "collections", "a")
    assert file.read_text("utf-8") == TEXT.replace(taken, "")
    take_out_table(file, "collections", "b-2")
    assert file.read_text("utf-8") == TEXT[: TEXT.index("# The first")] + TEXT[TEXT.index("# Who is told") :]


def test_a_key_is_set_changed_and_taken_out_again(file: Path) -> None:
    set_key(file, "collections", "a", "link", "https://x/new")
    assert 'link = "https://x/new"  # the link\n' in file.read_text("utf-8")
    set_key(file, "collections", "b-2", "detached", value=True)
    assert '[collections."b-2"]\ndetached = true\nlink' in file.read_text("utf-8")
    set_key(file, "collections", "b-2", "detached", value=None)
    set_key(file, "collections", "b-2", "detached", value=None)
    set_key(file, "collections", "a", "link", "https://drive.google.com/drive/folders/a")
    assert file.read_text("utf-8") == TEXT


def renamed(file: Path) -> None:
    rename_table(file, "collections", "a", "c")


def taken_out(file: Path) -> None:
    take_out_table(file, "collections", "a")


@pytest.mark.parametrize(
    ("text", "change"),
    [
        *((text, change) for change in (renamed, taken_out) for text in (
            'collections.a.link = "x"\n', 'collections = {a = {link = "x"}}\n', '[collections]\na = {link = "x"}\n',
        )),
        ('[collections.a]\nlink = "x"\nexclude = ["""\n[collections.a]\n"""]\n', renamed),
    ],
)  # fmt: skip
def test_what_is_written_in_another_way_is_left_alone(file: Path, text: str, change: Callable[[Path], None]) -> None:
    file.write_text(text)
    with pytest.raises(MaterialsError, match="cannot be changed automatically") as caught:
        change(file)
    assert "by hand" in str(caught.value.fix)
    assert file.read_text() == text


def test_such_a_table_is_copied_plainly(file: Path) -> None:
    file.write_text('[collections]\na = {link = "x"}\n')
    assert tomllib.loads(written_table(file, "collections", "a")) == {"collections": {"a": {"link": "x"}}}


@pytest.mark.skipif(os.name == "nt", reason="there are no modes there, and symlinks need a privilege")
def test_mode_line_ends_mark_and_link_stay(file: Path, tmp_path: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    file.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    set_key(link, "collections", "a", "detached", value=True)
    rename_table(link, "collections", "a", "c")
    wanted = TEXT.replace("[collections.a", "[collections.c").replace("beside it\n", "beside it\ndetached = true\n")
    assert file.read_bytes() == b"\xef\xbb\xbf" + wanted.replace("\n", "\r\n").encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert link.is_symlink()


COMMENTS = st.sampled_from(["", "\n", "# note\n", "\n# note\n\n", "# [collections.a]\n"])
VALUES = st.sampled_from(['"x"', "'x'", '"[collections.a]"', '["[a]", """\n]\n"""]', "{a = 1}", "true"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tables=st.lists(st.tuples(COMMENTS, st.lists(VALUES, max_size=3), st.booleans()), min_size=1, max_size=4),
    at=st.integers(0, 3),
)
def test_any_file_says_the_same_but_for_what_was_meant(
    tmp_path: Path, tables: list[tuple[str, list[str], bool]], at: int
) -> None:
    text = "format = 1\n"
    for number, (comment, values, about) in enumerate(tables):
        text += f"{comment}[collections.t{number}]\n"
        text += "".join(f"k{key} = {value}\n" for key, value in enumerate(values))
        text += f"[collections.t{number}.about]\nseats = 1\n" if about else ""
    file, name = tmp_path / "materials.toml", f"t{at % len(tables)}"
    before: dict[str, Any] = tomllib.loads(text)["collections"]

    def after(change: Callable[[], None]) -> dict[str, Any]:
        file.write_text(text)
        change()
        said: dict[str, Any] = tomllib.loads(file.read_text()).get("collections", {})
        return said

    renamed = after(lambda: rename_table(file, "collections", name, "new"))
    assert list(renamed.items()) == [("new" if known == name else known, table) for known, table in before.items()]
    comments = Counter(line for line in text.splitlines() if line.startswith("#"))
    assert Counter(line for line in file.read_text().splitlines() if line.startswith("#")) == comments
    others = [(known, table) for known, table in before.items() if known != name]
    assert list(after(lambda: take_out_table(file, "collections", name)).items()) == others
    detached = after(lambda: set_key(file, "collections", name, "detached", value=True))
    assert detached == {**before, name: {**before[name], "detached": True}}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "format = 1\n\n# one\n[collections.c]\nlink = 'x'\n",
            "format = 1\nstore = \"s3://b/p\"\n\n# one\n[collections.c]\nlink = 'x'\n",
        ),
        ("store = 'old'  # why\n# first\nformat = 1\n", '# first\nformat = 1\nstore = "s3://b/p"\n'),
        ("format = 1", 'format = 1\nstore = "s3://b/p"\n'),
        (
            "[collections.c]\nlink = 'x'\nstore = 'not ours'\n",
            "store = \"s3://b/p\"\n[collections.c]\nlink = 'x'\nstore = 'not ours'\n",
        ),
    ],
)
def test_a_key_above_the_tables_is_written_and_taken_out(before: str, after: str, tmp_path: Path) -> None:
    file = tmp_path / "materials.toml"
    file.write_text(before, "utf-8")
    set_top_key(file, "store", "s3://b/p")
    assert file.read_text("utf-8") == after
    set_top_key(file, "store", None)
    assert tomllib.loads(file.read_text("utf-8")) == {k: v for k, v in tomllib.loads(before).items() if k != "store"}


def test_a_key_that_cannot_be_written_safely_is_left_to_the_person(tmp_path: Path) -> None:
    file = tmp_path / "materials.toml"
    file.write_text('"store" = "old"\nformat = 1\n', "utf-8")
    with pytest.raises(MaterialsError, match="cannot be changed automatically"):
        set_top_key(file, "store", "s3://b/p")
    assert file.read_text("utf-8") == '"store" = "old"\nformat = 1\n'
