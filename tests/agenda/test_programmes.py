"""Programmes of events as organisers send them, in every format: which deck is of which talk, and who is missing."""

from pathlib import Path

import pytest

from materials_cli.agenda.formats import read_agenda
from materials_cli.agenda.match import Comparison
from support.programmes import FOLDER, Programme, programme, says

NAMES = sorted(file.stem for file in FOLDER.glob("*.txt"))


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Programme, Comparison]]:
    folder = tmp_path_factory.mktemp("programmes")
    return {name: _judged(folder, name) for name in NAMES}


def _judged(folder: Path, name: str) -> tuple[Programme, Comparison]:
    given = programme(name)
    file = folder / f"{name}{given.suffix}"
    file.write_bytes(given.content)
    return given, given.compared(read_agenda(file))


def test_nearly_every_deck_is_found_in_its_entry(judged: dict[str, tuple[Programme, Comparison]]) -> None:
    right, wrong, lost = 0, list[str](), list[str]()
    for given, result in judged.values():
        for held in given.held:
            talk = result.placed.get(("c", held.path))
            fits = talk and held.belongs and says(talk, held.belongs, whole=not talk.speakers)
            right += bool(fits)
            if talk and not fits and held.belongs != "?":
                wrong.append(held.path)
            if held.belongs and not fits and held.belongs != "?":
                lost.append(held.path)
    assert 2 * right / (2 * right + len(wrong) + len(lost)) > 0.97, (wrong, lost)


@pytest.mark.parametrize("name", NAMES)
def test_only_what_is_not_there_is_called_missing(name: str, judged: dict[str, tuple[Programme, Comparison]]) -> None:
    given, result = judged[name]
    lacking = [one.talk for one in result.expected if one.missing]
    assert [talk for talk in lacking if not any(says(talk, words.removeprefix("? ")) for words in given.missing)] == []
    told = {words for words in given.missing if any(says(talk, words.removeprefix("? ")) for talk in lacking)}
    assert told == {words for words in given.missing if not words.startswith("? ")}
