"""Eight agendas as organisers write them, compared with what their folders hold."""

from pathlib import Path

import pytest

from materials_cli.agenda.formats import read_agenda
from materials_cli.agenda.match import Comparison, Deck, compare
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
