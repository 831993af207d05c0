"""Sources for assistants: every slide with an anchor and where it is from, in no more files than these take."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from materials_cli.export.notebook import MOST_FILES, MOST_WORDS, _bundles, _name, _plain
from support.command import run


def test_each_deck_is_a_file_whose_slides_say_where_they_are_from(handed_over: Path, tmp_path: Path) -> None:
    run("--archive", str(handed_over), "export", "notebook", "--to", str(tmp_path / "sources"))
    files = {path.name: path.read_text("utf-8") for path in (tmp_path / "sources").iterdir()}
    deck = next(text for name, text in files.items() if name.endswith("opening.pptx.md"))
    assert "\n## Slide 1: The state as a platform\n" in deck
    assert re.search(r"^\[Source: c/Day 1 – 23 June/opening.pptx, slide 1\]$", deck, re.MULTILINE)
    assert re.search(r'^<a id="c-[0-9a-f]{12}-1"></a>$', deck, re.MULTILINE)
    assert "- Event: Workshop “A” & \\<B> {C} 50 %" in deck
    gone = next(text for name, text in files.items() if name.endswith("gone.txt.md"))
    assert re.search(r"^- \*\*Withdrawn: it is no longer on Drive since \d{4}-\d\d-\d\d\.\*\*$", gone, re.MULTILINE)
    contents = files["00 Contents.md"].splitlines()[4:]
    assert len(contents) == len(files) - 1
    assert sum("– withdrawn" in line for line in contents) == 2  # in both collections
    # No text of a document is a heading or an anchor of its own.
    for name, text in files.items():
        if name != "00 Contents.md":
            assert len(re.findall(r"^# ", text, re.MULTILINE)) == len(
                re.findall(r'^<a id="[^"]*[0-9a-f]{12}"></a>$', text, re.MULTILINE)
            )


@given(st.text("ab12&lt;#x\\<>[]()!=+-. ", max_size=12).map(str.strip))
def test_a_text_is_read_as_it_is(text: str) -> None:
    found = [token.content if token.type == "text" else token.type for token in _inline(f"- File: {_plain(text)}")]
    assert "".join(found) == f"File: {text}".rstrip()
    kinds = {token.type for token in MarkdownIt().parse(_plain(text))}
    assert kinds <= {"paragraph_open", "inline", "paragraph_close"}, "it is no heading and no list"


def _inline(markdown: str) -> list[Token]:
    return next(token.children or [] for token in MarkdownIt().parse(markdown) if token.type == "inline")


def test_names_of_every_script_stay_whole() -> None:
    for title in (
        "ការអភិវឌ្ឍ 2025", "র‍্যাব ও ডিজিটাল সেবা", "ການບໍລິການ", "บริการดิจิทัล", "सेवा", "Žluťoučký", "e\u0301te\u0301", "خدمات می‌شود",
    ):  # fmt: skip
        assert _name(7, title) == f"07 {title}.md"
    assert _name(7, "a\u200d: b*?  <c>/d☎.") == "07 a\u200d b c – d.md"
    assert _name(7, "\u200d☎\u200d") == "07.md"


@given(st.lists(st.integers(0, MOST_WORDS), max_size=400))
def test_many_decks_fit_into_fifty_files(words: list[int]) -> None:
    bundles, too_much = _bundles((f"c/{number}.pptx", count) for number, count in enumerate(words))
    assert sum(bundle.items for bundle in bundles) == len(words)
    assert all(bundle.items for bundle in bundles)
    assert len({bundle.name for bundle in bundles}) == len(bundles)
    begin = 0
    for bundle in bundles:
        assert sum(words[begin : begin + bundle.items]) <= MOST_WORDS
        begin += bundle.items
    assert too_much == (len(bundles) + 1 > MOST_FILES)
    if sum(words) <= MOST_FILES * MOST_WORDS // 3:
        assert not too_much
