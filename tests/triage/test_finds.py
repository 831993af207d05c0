"""What is private in a text is found in every language of the region, what only looks so is not, and what is hidden is gone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from materials_cli.triage.finds import HIDDEN, redacted, spots
from materials_cli.triage.found import IN_TEXT, FindKind
from materials_cli.triage.names import Names, Values
from materials_cli.triage.release import cleaned
from support.plants import measure, plants

PRIVATE = [plant.line for plant in plants(7)]
PIECES = st.sampled_from(PRIVATE) | st.text(st.sampled_from("0123456789 +-()@.:/№АБab\nпТ"), max_size=20) | st.text(max_size=10)


def told(text: str) -> list[tuple[str, str]]:
    return [(str(spot.kind), text[spot.start : spot.end]) for spot in spots(text)]


@pytest.mark.parametrize("seed", range(3))
def test_nearly_all_that_is_planted_is_found_and_nearly_nothing_else(seed: int) -> None:
    planted, found, wrong, missed, false = measure(seed)
    assert planted.total() == 300
    assert found.total() / planted.total() >= 0.95, missed
    assert found.total() / (found.total() + wrong.total()) >= 0.9, false


@given(st.lists(PIECES, max_size=6).map(" ".join))
def test_what_is_redacted_has_no_find_and_redacting_it_again_changes_nothing(text: str) -> None:
    clean = redacted(text)
    assert not spots(clean)
    assert redacted(clean) == clean
    assert clean == text or HIDDEN in clean


@given(st.lists(PIECES, max_size=6).map(" ".join), st.sets(st.sampled_from(sorted(IN_TEXT))))
def test_only_the_kinds_that_are_asked_for_are_hidden_and_a_text_without_them_stays(text: str, kinds: set[FindKind]) -> None:
    clean = redacted(text, kinds)
    assert not spots(clean, kinds)
    if not spots(text, kinds):
        assert clean == text


@given(
    st.lists(PIECES, max_size=4).map(" ".join), st.lists(st.sampled_from(["Nino Beridze", "Бақыт Әлиев", "김민수"]), max_size=2)
)
@settings(deadline=None)
def test_no_name_is_left(text: str, people: list[str]) -> None:
    names = Names(people)
    clean = cleaned(" ".join((text, *people)), IN_TEXT, (names,))
    assert not list(names.spans(clean))
    assert not spots(clean)
    assert cleaned(clean, IN_TEXT, (names,)) == clean


def test_what_was_found_with_its_label_is_hidden_without_it_too() -> None:
    values = Values(["016 837-617", "Nino@mof.gov.ge"])
    for text in ("016837617.pptx", "x_016-837_617 ០១៦៨៣៧៦១៧", "NINO@mof.gov.ge"):
        assert "1" not in cleaned(text, (), (values,))
        assert "mof" not in cleaned(text, (), (values,))
    assert cleaned("116837618", (), (values,)) == "116837618"
    many = Values(f"{number:09}" for number in range(3000))
    assert cleaned("number 123456789 of 2025", (), (many,)) == f"number {HIDDEN} of 2025"


def test_numbers_are_told_from_dates_amounts_and_codes() -> None:
    assert told("ИИН 900101300017, тел. 8 (7172) 74-12-34, мал: a.b@c.kz") == [
        ("identity", "900101300017"), ("phone", "8 (7172) 74-12-34"), ("email", "a.b@c.kz"),
    ]  # fmt: skip
    for text in (
        "Закон № 123-45-67 от 12.05.2020", "2019-2023", "+1 234 567 890 of growth", "ISBN 978-9965-12-345-6",
        "12 345 678,90 сум",
        "10-12 мая 2024", "https://data.gov.kz/view?id=123456789012", "Confidential computing", "конфиденциальность данных",
    ):  # fmt: skip
        assert not told(text), text


def test_labels_count_in_the_line_before_and_with_the_dotted_i() -> None:
    assert told("Телефон:\n62-35-47") == [("phone", "62-35-47")]
    assert not told("Телефоны есть у всех\n62 35 47 сёл")
    assert told("FİN: 5ABC12Z") == [("identity", "5ABC12Z")]
    assert told("ফোন: ০১৭১২৩৪৫৬৭৮") == [("phone", "০১৭১২৩৪৫৬৭৮")]


def test_a_mark_is_one_alone_in_its_line_and_not_among_words() -> None:
    for text in ("Құпия", "Слайд 1\nСекретно", "[Məxfi]", "대외비", "Draft | Confidential", "गो | ДСП"):
        assert [kind for kind, _ in told(text)] == ["confidential"], text
    for text in ("Ключ секретности", "махфий хизмат", "ДСПР"):
        assert not told(text), text


def test_a_hostile_text_costs_a_time_that_grows_with_its_length_alone() -> None:
    """Lines of a million characters in all: what takes the square of their lengths would not end in time."""
    pieces = (
        "1", "1 ", "a", "@", "a@", "a.", "a.a@", "+7 ", "(", "A<", "AB12 ", "тел 1", "паспорт ", " ", "\n", "1-", "https://",
    )  # fmt: skip
    for piece in pieces:
        text = piece * (60_000 // len(piece))
        assert not spots(redacted(text))


@pytest.mark.parametrize("sign", "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u202a\ufe0f")
def test_a_sign_that_nobody_sees_hides_nothing(sign: str) -> None:
    for whole in ("nino.b@mof.gov.ge", "+7 701 123-45-67"):
        for at in range(1, len(whole)):
            assert redacted(f"{whole[:at]}{sign}{whole[at:]}") == HIDDEN, at
        assert HIDDEN in redacted(f"{sign}{whole}{sign}")
    assert redacted("nino@xn--80ak.xn--p1ai") == HIDDEN
    assert redacted(f"nothing{sign} private") == f"nothing{sign} private"
    for whole, known in (
        ("Beridze", Names(["Nino Beridze"])),
        ("김철수", Names(["김철수"])),
        ("AB-123456", Values(["AB123456"])),
    ):
        for at in range(1, len(whole)):
            hidden = f"{whole[:at]}{sign}{whole[at:]}"
            assert (0, len(hidden)) in list(known.spans(hidden)), hidden
