"""What is marked lies within the text, whatever is typed and whatever the text."""

import re
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from materials_cli.search.beginnings import beginning_of, may_begin
from materials_cli.search.clauses import Term, clauses_of
from materials_cli.search.expression import expression_of
from materials_cli.search.match import BY_SOUND, MatchLevel, similar_sound, similarity
from materials_cli.search.snippet import Finder, highlight, read, snippet
from materials_cli.words.fold import begins_unspaced, forms_of, hyphenated, matches, raw_words, token_stream

# Letters and marks of the region's scripts, with what joins, stacks, hides or divides them.
SCRIPTS = (
    "aAzəğİıʻ’'", "абвёқөүҳӣ", "가나각ㄱ가힣", "աւևՙ՛", "აბჯჰ", "অকি্র়০", "កធ្រាំឋ៍២", "ກາໍ່້ນ໑",
    "日本語", '\u0301\u0308\u200b\u200d\u00ad-\u2013*"()',
)  # fmt: skip
PAIRS = st.sampled_from([*SCRIPTS, "".join(SCRIPTS)]).flatmap(
    lambda script: st.tuples(st.text(st.sampled_from(script + " "), max_size=40), st.text(st.sampled_from(script), max_size=8))
)
# Names and words that differ in their alphabets, sounds and forms, beginning with letters that are read in several ways.
LIKELY = (
    "Khan Хан han Ганди Gandhi Gandi", "Zhukov Жуков Jukov Цой Tsoi Choi Choy", "Yerevan Ереван Երևան Erevan ერევანი",
    "Woo Wu Lee I Leehyun Ihyun", "Джон John Dzhon Jon", "ҝәнд kənd ћ Ҷон çay chay чай çöl", "Xurshid Хуршид Khurshid Hurshid",
    "Қазақ Qazaq Kazak ғылым gylym 2020 ٢٠٢٠ ⑴ №1", "ﬁnance finance Ëlka ёлка й\u0306 и\u0306ота йота", "αυρο аирo aypo Ουζ",
)  # fmt: skip


@settings(max_examples=400)
@given(
    text=st.one_of(
        st.text(max_size=40), st.text(st.sampled_from("aя가ក1-\u2010'’ \n\x1c\x85\u2028\u202e\x00\u200b"), max_size=40)
    )
)
def test_words_stand_where_they_are_said_to_and_nothing_between_them_is_one(text: str) -> None:
    known = read(text)
    assert known.text == re.sub(r"[\s\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]+", " ", text).strip()
    end = 0
    for at, word in enumerate(known.words):
        start = known.starts[at]
        assert known.text[start : known.end(at)] == word
        assert not matches(known.text[end:start])
        end = known.end(at)
    assert not matches(known.text[end:])
    joined = [at for at in range(1, len(known.words)) if hyphenated(known.text, known.end(at - 1), known.starts[at])]
    assert Finder((), MatchLevel.WORD).hyphens(known) == joined


@settings(max_examples=400)
@given(pair=PAIRS, level=st.sampled_from(MatchLevel), start=st.integers(0, 20))
def test_marks_lie_within_the_text(pair: tuple[str, str], level: MatchLevel, start: int) -> None:
    text, typed = pair
    for query in (typed, text[start : start + 1], text[start : start + 3]):
        found = highlight([text, typed], clauses_of(query), level)
        for whole, spans in zip(found.texts, found.spans, strict=True):
            assert all(0 <= span.start < span.end <= len(whole) for span in spans)
        shown, marks = snippet(found)
        assert all(0 <= begin < end <= len(shown) for begin, end in marks)


@pytest.mark.parametrize("typed", ["ធ", "ត", "រ", "វ", "សា", "ឋ"])
def test_a_letter_stacked_below_another_is_marked_with_it(typed: str) -> None:
    text = "រដ្ឋធម្មនុញ្ញ ន្ត ន្ធ ប្រទេស ក្វា ស្សា"
    found = highlight([text], clauses_of(typed), MatchLevel.WORD)
    assert found.spans[0]
    assert all(typed in text[span.start : span.end] for span in found.spans[0])


@settings(max_examples=400)
@given(pair=PAIRS, level=st.sampled_from(MatchLevel), likely=st.sampled_from(LIKELY))
def test_no_word_that_matches_is_skipped_for_its_first_letters(pair: tuple[str, str], level: MatchLevel, likely: str) -> None:
    found = [raw for text in (*pair, likely) for raw, _ in raw_words(text) if forms_of(raw).fold]
    for typed in map(forms_of, found):
        beginning = beginning_of(Term((typed,)), level)
        skipped = [raw for raw in found if not may_begin(raw[:2], beginning)]
        assert not [raw for raw in skipped if similarity(forms_of(raw), typed, level).degree]
        heard = beginning_of(Term((typed,), unspelled=True), level)
        unheard = [raw for raw in found if not may_begin(raw[: 1 if begins_unspaced(raw) else 2], heard)]
        assert not [raw for raw in unheard if level in BY_SOUND and similar_sound(forms_of(raw), typed, level).degree]


@settings(max_examples=400)
@given(pair=PAIRS, level=st.sampled_from(sorted(BY_SOUND)), likely=st.sampled_from(LIKELY))
def test_the_index_has_every_spelling_that_is_not_compared(pair: tuple[str, str], level: MatchLevel, likely: str) -> None:
    text = f"{pair[0]} {likely}"
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'ascii')")
        connection.execute("INSERT INTO words VALUES (?)", (token_stream(text),))
        for clause in clauses_of(f"{pair[1]} {pair[0]} {likely}"):
            spelled = clause[0].spelled_in_full(level)
            if spelled is not None and highlight([text], (clause,), spelled).matched:
                expression = expression_of((clause,), spelled)
                assert connection.execute("SELECT 1 FROM words WHERE words MATCH ?", (expression,)).fetchone(), expression
