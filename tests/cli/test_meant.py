"""Which command may be meant by a word that is none."""

from materials_cli.cli import meant
from materials_cli.cli.commands import ALIASES, COMMANDS


def test_every_word_of_another_language_means_a_command_there_is() -> None:
    assert meant._ELSEWHERE.keys() <= COMMANDS.keys()
    assert not meant._COMMANDS.keys() & (COMMANDS.keys() | ALIASES.keys())


def test_no_word_means_two_commands() -> None:
    assert len(meant._COMMANDS) == sum(len(words.split()) for words in meant._ELSEWHERE.values())
