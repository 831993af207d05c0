"""Eight agendas as organisers write them, compared with what their folders hold."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.agenda.formats import read_agenda
from materials_cli.agenda.match import Comparison, Deck, _most_given, compare
from materials_cli.describe.countries import countries_in
from support.agendas import JUDGED, Judged


def compared(folder: Path, suffix: str, judged: Judged) -> Comparison:
    file = folder / f"agenda{suffix}"
    file.write_text(judged.text)
    decks = [
        Deck(
            "c", str(number), held.name, held.name, (held.folder,) if held.folder else (), "", held.opening, slides=held.slides
        )
        for number, held in enumerate(judged.held)
    ]
    return compare(read_agenda(file), decks, lambda text: frozenset(countries_in(text)))


def absent(result: Comparison) -> set[str]:
    return {speaker.name for one in result.expected if one.missing for speaker in one.talk.speakers}


@pytest.mark.parametrize("name", JUDGED)
def test_every_deck_is_found_in_its_entry_and_only_what_is_not_there_is_missing(tmp_path: Path, name: str) -> None:
    suffix, judged = JUDGED[name]
    result = compared(tmp_path, suffix, judged)
    placed = {
        held.name: talk.slot.title for number, held in enumerate(judged.held) if (talk := result.placed.get(("c", str(number))))
    }
    assert placed == {held.name: held.belongs for held in judged.held if held.belongs}
    assert absent(result) == judged.absent


@pytest.mark.parametrize("name", JUDGED)
def test_a_deck_that_says_nothing_may_be_any_so_nothing_is_called_missing(tmp_path: Path, name: str) -> None:
    suffix, judged = JUDGED[name]
    silent = judged.held[0]._replace(name="Презентация1.pptx", folder="", opening="", belongs=None, slides=True)
    result = compared(tmp_path, suffix, judged._replace(held=(*judged.held, silent)))
    assert absent(result) == set()


def test_who_shares_a_session_with_a_deck_of_nobody_is_not_called_missing(tmp_path: Path) -> None:
    text = "10:00 Session 1: Open data\n- Anna Bell, Ministry of Finance\n- Omar Diaz, Ministry of Health\n"
    held = Judged(
        text,
        (JUDGED["a calendar"][1].held[0]._replace(name="Open data.pptx", folder="Session 1", opening="Open data"),),
        frozenset(),
    )
    result = compared(tmp_path, ".txt", held)
    assert [talk.slot.title for talk in result.placed.values()] == ["Open data"]
    assert not absent(result)
    assert all(one.perhaps and not one.decks for one in result.expected)


@given(st.lists(st.lists(st.integers(0, 7), unique=True, max_size=5), max_size=7))
def test_as_many_entries_as_can_have_a_deck_each_are_given_one(wanted: list[list[int]]) -> None:
    def best(entry: int, taken: frozenset[int]) -> int:
        if entry == len(wanted):
            return 0
        without = best(entry + 1, taken)
        return max([without, *(1 + best(entry + 1, taken | {deck}) for deck in wanted[entry] if deck not in taken)])

    found = _most_given(wanted)
    assert len(found) == len({*found.values()}) == best(0, frozenset())
    assert all(deck in wanted[entry] for entry, deck in found.items())


def test_fewer_silent_decks_than_entries_leave_some_missing_for_certain(tmp_path: Path) -> None:
    entries = "".join(f"{10 + n}:00 Session {n}: Open data {n}\n- Speaker: Anna Bell{n}, Ministry {n}\n" for n in range(1, 5))
    silent = JUDGED["a calendar"][1].held[0]._replace(folder="", opening="", belongs=None, slides=True)
    for count, certain, at_least in ((0, 4, 4), (1, 0, 3), (3, 0, 1), (5, 0, 0)):
        held = tuple(silent._replace(name=f"Презентация{number}.pptx") for number in range(count))
        result = compared(tmp_path, ".txt", Judged(entries, held, frozenset()))
        assert (sum(one.missing for one in result.expected), result.at_least_missing) == (certain, at_least)


def test_who_may_have_shown_one_deck_together_is_not_counted_as_missing(tmp_path: Path) -> None:
    text = "10:00 Session 1: Open data\n- Anna Bell, Ministry of Finance\n- Omar Diaz, Ministry of Health\n"
    silent = (
        JUDGED["a calendar"][1].held[0]._replace(name="Презентация1.pptx", folder="", opening="", belongs=None, slides=True)
    )
    assert compared(tmp_path, ".txt", Judged(text, (silent,), frozenset())).at_least_missing == 0
