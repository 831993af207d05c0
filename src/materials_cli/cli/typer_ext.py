"""Help in the person's language, and what the library of the command line says of a wrong one."""

from typing import Any

import typer.core
from typer.core import TyperCommand, TyperGroup

from materials_cli.messages import msgid, tr

# What the library of the command line says in English alone, with a place for what it fills in; retold() knows it by this.
_OF_THE_LIBRARY = (
    msgid("Invalid value for {name}: {why}"), msgid("Missing argument {name}."), msgid("Missing option {name}."),
    msgid("Missing parameter: {name}"), msgid("Missing command."), msgid("No such option: {name}"),
    msgid("No such option: {name} (Possible options: {known})"), msgid("No such option: {name} Did you mean {known}?"),
    msgid("No such command {name}."), msgid("No such command {name}. Did you mean {known}?"),
    msgid("Got unexpected extra argument(s) ({value})"), msgid("Option {name} requires an argument."),
    msgid("Option {name} does not take a value."), msgid("{value} is not a valid integer."),
    msgid("{value} is not a valid int range."), msgid("{value} is not in the range {range}."),
    msgid("{value} is not one of {known}."),
    msgid("Arguments"), msgid("Options"), msgid("Commands"), msgid("default: {default}"), msgid("required"),
    msgid("env var: {var}"), msgid("(dynamic)"), msgid("Show this message and exit."),
    msgid("Install completion for the current shell."),
    msgid("Show completion for the current shell, to copy it or customize the installation."),
)  # fmt: skip


# The headings of help come from gettext there, which looks at fewer places for the language than we do.
vars(typer.core)["_"] = tr


class _Spoken:
    """What a command and a group have in common: texts are in English in the code, and are told in the language."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _translate(self, "help", "epilog", "options_metavar", "subcommand_metavar")

    def get_params(self, context: Any) -> Any:
        """Its arguments and options, those too that the library adds by itself."""
        parameters = super().get_params(context)  # type: ignore[misc]
        for parameter in parameters:
            _translate(parameter, "help", "metavar")
        return parameters

    def format_usage(self, context: Any, formatter: Any) -> None:
        """The line on top."""
        pieces = self.collect_usage_pieces(context)  # type: ignore[attr-defined]
        formatter.write_usage(context.command_path, " ".join(pieces), prefix=tr("Usage: "))


def _translate(told: Any, *names: str) -> None:
    """Put these texts into the person's language; done twice, it does nothing more."""
    for name in names:
        if text := getattr(told, name, None):
            setattr(told, name, "\n\n".join(map(tr, paragraphs(text))))


def paragraphs(text: str) -> list[str]:
    """The pieces of a text of help that are translated each by itself, so that the first is the same in every list."""
    return text.split("\n\n")


class SpokenCommand(_Spoken, TyperCommand):
    """A command whose help is translated."""


class SpokenGroup(_Spoken, TyperGroup):
    """A group of commands whose help is translated."""
