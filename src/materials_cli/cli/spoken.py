"""Help in the person's language, and the same for what the library of the command line says of a wrong one."""

import re
from typing import Any

from typer.core import TyperCommand, TyperGroup

from materials_cli.language import msgid, tr

# What the library says in English alone, as patterns, with the message that stands for it; the first that fits is taken.
_SAID = (
    (r"Invalid value for (?P<what>.+?): (?P<why>.+)", msgid("Invalid value for {what}: {why}")),
    (r"Missing argument (?P<what>.+?)\.?", msgid("Missing argument {what}.")),
    (r"Missing option (?P<what>.+?)\.?", msgid("Missing option {what}.")),
    (r"Missing command\.", msgid("Missing command.")),
    (r"No such option: (?P<what>\S+) Did you mean (?P<meant>.+)\?", msgid("No such option: {what} Did you mean {meant}?")),
    (r"No such option: (?P<what>\S+) \(Possible options: (?P<meant>.+)\)", msgid("No such option: {what} (possible: {meant})")),
    (r"No such option: (?P<what>\S+)", msgid("No such option: {what}")),
    (r"No such command (?P<what>.+?)\. Did you mean (?P<meant>.+)\?", msgid("No such command {what}. Did you mean {meant}?")),
    (r"No such command (?P<what>.+)\.", msgid("No such command {what}.")),
    (r"Missing parameter: (?P<what>.+)", msgid("Missing value {what}.")),
    (r"Got unexpected extra argument(?:s|\(s\))? \((?P<what>.+)\)", msgid("Got what is not expected: {what}")),
    (r"Option (?P<what>\S+) requires an argument\.", msgid("Option {what} needs a value.")),
    (r"Option (?P<what>\S+) does not take a value\.", msgid("Option {what} takes no value.")),
    (r"(?P<what>.+) is not a valid (?:integer|int range)\.", msgid("{what} is no whole number.")),
    (r"(?P<what>.+) does not match the formats (?P<known>.+)\.", msgid("{what} is not written as {known}.")),
    (r"(?P<what>.+) is not in the range (?P<range>.+)\.", msgid("{what} is not in the range {range}.")),
    (r"(?P<what>.+) is not one of (?P<known>.+)\.", msgid("{what} is not one of {known}.")),
)
# What it puts into help by itself; in part by gettext, which speak_everywhere() leads to our translations.
_OF_ITS_OWN = (
    msgid("Arguments"), msgid("Options"), msgid("Commands"), msgid("default: {default}"), msgid("required"),
    msgid("env var: {var}"), msgid("(dynamic)"), msgid("Show this message and exit."),
    msgid("Install completion for the current shell."),
    msgid("Show completion for the current shell, to copy it or customize the installation."),
)  # fmt: skip


def retold(said: str) -> str:
    """What the library said, in the person's language; what is not known here stays as it is."""
    return next((_filled(message, found) for pattern, message in _SAID if (found := re.fullmatch(pattern, said))), said)


def _filled(message: str, found: re.Match[str]) -> str:
    fields = found.groupdict()
    if "why" in fields:
        fields["why"] = retold(fields["why"])
    return tr(message, **fields)


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
            setattr(told, name, tr(text))


class SpokenCommand(_Spoken, TyperCommand):
    """A command whose help is translated."""


class SpokenGroup(_Spoken, TyperGroup):
    """A group of commands whose help is translated."""
