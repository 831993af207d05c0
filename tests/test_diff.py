"""Invariants of comparing two texts, and the expected differences of typical edits."""

import random
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from materials_cli.diff import Change, ChangeKind, Comparison, Mark, Piece, compare, words
from materials_cli.extract.formats import extract
from materials_cli.model import Section, Text

WORDS = st.sampled_from(
    ["budget", "X-Road", "2024", "2025", "정부", "전자정부", "ការពិភាក្សា", "ประชาชน", "বাংলা", "e-gov", ",", ".", "—", "the", "É"]
)
LINES = st.lists(WORDS, max_size=8).map(" ".join)
ANY = st.text(max_size=40) | LINES
SECTIONS = st.builds(Section, st.just(0), LINES, ANY, st.just(""), st.booleans())


def numbered(sections: list[Section]) -> Text:
    return Text("slide", tuple(replace(section, number=number) for number, section in enumerate(sections, 1)))


DECKS = st.lists(SECTIONS, max_size=9).map(numbered)


@st.composite
def two_decks(draw: st.DrawFn) -> tuple[Text, Text]:
    """A deck and an edited version of it: slides removed, moved, rewritten or added; or a different deck."""
    before = draw(DECKS)
    sections = list(draw(st.permutations(before.sections)) if draw(st.booleans()) else before.sections)
    kept = [
        s if draw(st.booleans()) else replace(s, body=f"{s.body} {draw(LINES)}") for s in sections if draw(st.integers(0, 4))
    ]
    after = numbered(kept + draw(st.lists(SECTIONS, max_size=2)))
    return before, draw(st.just(after) | DECKS)


def squeezed(section: Section | None) -> tuple[object, ...] | None:
    if section is None:
        return None
    return (*(" ".join(text.split()) for text in (section.title, section.body, section.notes)), section.hidden)


def applied(before: Text, comparison: Comparison) -> list[tuple[object, ...] | None]:
    """What the differences make of a deck: changed sections at their new places, all others in their old order between."""
    gone = {change.before.number for change in comparison.changes if change.before}
    rest = [section for section in before.sections if section.number not in gone]
    made = {change.after.number: change.after for change in comparison.changes if change.after}
    stayed = iter(rest)
    return [squeezed(made.get(number) or next(stayed)) for number in range(1, comparison.after + 1)]


def turned(change: Change) -> Change:
    return Change(change.after, change.before, change.moved)


def without_space(pieces: tuple[Piece, ...], *marks: Mark) -> str:
    return "".join("".join(piece.text for piece in pieces if piece.mark in marks).split())


@given(DECKS)
def test_a_text_compared_with_itself_has_no_differences(deck: Text) -> None:
    assert compare(deck, deck).changes == ()
    for section in deck.sections:
        assert all(piece.mark is Mark.SAME for piece in words(section.body, section.body))


@given(two_decks())
def test_applying_the_differences_gives_the_other_text(decks: tuple[Text, Text]) -> None:
    before, after = decks
    comparison = compare(before, after)
    assert applied(before, comparison) == [squeezed(section) for section in after.sections]


@given(two_decks())
def test_swapping_the_texts_swaps_the_sides(decks: tuple[Text, Text]) -> None:
    there, back = compare(*decks).changes, compare(*reversed(decks)).changes
    assert Counter(there) == Counter(map(turned, back))


@given(two_decks())
def test_the_numbers_add_up(decks: tuple[Text, Text]) -> None:
    counts = compare(*decks).counts()
    assert int(counts["before"]) + int(counts["added"]) - int(counts["removed"]) == counts["after"]


@given(ANY, ANY)
def test_the_pieces_without_added_or_removed_words_give_the_texts(before: str, after: str) -> None:
    pieces = words(before, after)
    assert without_space(pieces, Mark.SAME, Mark.REMOVED) == "".join(before.split())
    assert without_space(pieces, Mark.SAME, Mark.ADDED) == "".join(after.split())


@given(LINES, LINES)
def test_words_are_not_split(before: str, after: str) -> None:
    pieces = words(before, after)
    assert "".join(p.text for p in pieces if p.mark is not Mark.ADDED).split() == before.split()
    assert "".join(p.text for p in pieces if p.mark is not Mark.REMOVED).split() == after.split()


@given(ANY, ANY)
def test_swapping_two_texts_swaps_the_marks(before: str, after: str) -> None:
    exchanged = {Mark.ADDED: Mark.REMOVED, Mark.REMOVED: Mark.ADDED, Mark.SAME: Mark.SAME}
    back = Counter((exchanged[piece.mark], piece.text) for piece in words(after, before))
    assert Counter((piece.mark, piece.text) for piece in words(before, after)) == back


def deck(*bodies: str) -> Text:
    return numbered([Section(0, *body.partition("|")[::2]) for body in bodies])


STORY = deck(
    "One stop shops|How Georgia brought its services under one roof",
    "Data exchange|X-Road connects the registers of all ministries",
    "Results|Waiting times fell from two hours to nine minutes",
    "Thank you|Questions are welcome",
)


def test_typical_edits_of_a_deck_are_recognised() -> None:
    after = deck(
        "Welcome|Samarkand, June 2025",
        "Thank you|Questions are welcome",
        "One stop shops|How Georgia brought its services under one roof",
        "Results|Waiting times fell from two hours to seven minutes",
    )
    found = [
        (change.kind, change.moved, (change.after or change.before or Section(0)).title)
        for change in compare(STORY, after).changes
    ]
    assert found == [
        (ChangeKind.ADDED, False, "Welcome"),
        (ChangeKind.REMOVED, False, "Data exchange"),
        (ChangeKind.MOVED, True, "Thank you"),
        (ChangeKind.CHANGED, False, "Results"),
    ]
    assert compare(STORY, after).counts() == {
        "unit": "slide", "before": 4, "after": 4, "added": 1, "removed": 1, "moved": 1, "changed": 1,
    }  # fmt: skip


def test_a_slide_with_the_same_title_and_position_is_the_same_slide() -> None:
    after = numbered([*STORY.sections[:2], Section(0, "Results", "Everything is different now"), STORY.sections[3]])
    assert [change.kind for change in compare(STORY, after).changes] == [ChangeKind.CHANGED]


def test_a_slide_that_was_hidden_is_changed() -> None:
    after = numbered([replace(STORY.sections[0], hidden=True), *STORY.sections[1:]])
    comparison = compare(STORY, after)
    assert [change.kind for change in comparison.changes] == [ChangeKind.CHANGED]
    assert comparison.counts()["changed"] == 0


def test_white_space_is_ignored() -> None:
    after = numbered([replace(s, body=s.body.replace(" ", "\n ")) for s in STORY.sections])
    assert compare(STORY, after).changes == ()


def test_slides_without_text_are_not_reported_as_moved() -> None:
    before = numbered([Section(0), Section(0, "One"), Section(0, "Two")])
    after = numbered([Section(0, "One"), Section(0, "Two"), Section(0)])
    assert {change.kind for change in compare(before, after).changes} == {ChangeKind.ADDED, ChangeKind.REMOVED}


def test_the_invariants_hold_for_real_documents(corpus: Path) -> None:
    paths = [path for path in sorted(corpus.rglob("*.pptx")) if path.stat().st_size < 6_000_000]
    texts = [numbered(list(text.sections)) for path in paths if len((text := extract(path, path.name)).sections) > 3]
    assert len(texts) > 5
    for text, other in pairwise(texts):
        first, *rest = text.sections
        shuffled = numbered([*rest[1:], replace(first, body=f"{first.body} one more word"), Section(0, "New", "Unheard of")])
        for before, after in ((text, shuffled), (text, other)):
            comparison = compare(before, after)
            assert applied(before, comparison) == [squeezed(section) for section in after.sections]
            assert Counter(map(turned, compare(after, before).changes)) == Counter(comparison.changes)
        counts = compare(text, shuffled).counts()
        assert (counts["before"], counts["after"]) == (len(text.sections), len(text.sections))
        assert compare(text, text).changes == ()


def marked(before: str, after: str) -> str:
    shown = {Mark.SAME: "{}", Mark.ADDED: "+{}+", Mark.REMOVED: "-{}-"}
    return "".join(shown[piece.mark].format(piece.text) for piece in words(before, after))


def test_words_are_marked_as_expected() -> None:
    assert (
        marked("10 million, for 2024.", "12 million and more, for 2025.") == "-10-+12+ million+ and more+, for- 2024-+ 2025+."
    )
    assert marked("one, two", "three, four") == "-one, two-+three, four+"
    assert marked("이번 정부는", "이번 전자정부는") == "이번- 정부는-+ 전자정부는+"
    assert marked("ประชาชน", "ประชาคม") == "ประชา-ชน-+คม+"


def test_a_long_text_is_compared_where_it_differs() -> None:
    chance = random.Random(2025)  # noqa: S311 - a repeatable text
    before = [f"word{chance.randrange(700)}" for _ in range(60_000)]
    after = [*before[:30_000], "inserted", *before[30_001:]]
    pieces = words(" ".join(before), " ".join(after))
    assert [piece.text.strip() for piece in pieces if piece.mark is Mark.ADDED] == ["inserted"]
    scattered = [word for number, word in enumerate(before) if number % 101]
    kept = sum(len(piece.text.split()) for piece in words(" ".join(before), " ".join(scattered)) if piece.mark is Mark.SAME)
    assert kept > 50_000
