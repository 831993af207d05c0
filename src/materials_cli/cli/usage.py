"""Usage errors as messages. Typer's own are in English only, so ours are made from their data.

Kinds of error are known by the name of their class: Typer exports no other handle on those of the Click inside it.
"""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, joined, msg, msgid, verbatim

IN_ENGLISH = "in_english"  # an attribute of a parameter: its texts as they are before they are translated
_MISSING = {
    "argument": msgid("Missing argument “{name}”."),
    "option": msgid("Missing option “{name}”."),
}
# What other programs call an option of ours.
_SYNONYMS = {
    **dict.fromkeys(("output", "out", "out-file", "outfile", "dest", "destination", "target", "into"), "to"),
    **dict.fromkeys(("force", "assume-yes", "no-input", "noconfirm"), "yes"),
    **dict.fromkeys(("root", "repo", "repository"), "archive"),
    **dict.fromkeys(("max", "count", "top", "number"), "limit"),
}
_BEGINNING, _NEAR = 2, 0.7
_DATES = {"%Y-%m-%d": "YYYY-MM-DD", "%H:%M": "HH:MM", ":%S": ":SS"}


def misused(error: Any) -> MaterialsError:
    """Convert a usage error of Typer."""
    command = error.ctx.command_path if error.ctx else "materials"
    missing = type(error).__name__ == "MissingParameter" and error.param is not None
    why = _in_english(error.param, "help") if missing else ""
    return MaterialsError(Code.BAD_USAGE, _what(error), why=Message(why) if why else None, fix=_see_help(command))


def pointed(error: MaterialsError, command: str) -> MaterialsError:
    """A usage error of a command that says no more than “see the help” says whose."""
    if error.code is Code.BAD_USAGE and error.fix == Message(error.code.fix):
        error.fix = _see_help(command)
    return error


def _see_help(command: str) -> Message:
    return msg("See `{command} --help`.", command=command)


def unknown_command(name: str, close: Iterable[str], command: str) -> MaterialsError:
    """The error for an unknown command. close: similar commands."""
    known = _listed(close)
    what = msg("No such command: “{name}”. Did you mean {known}?", name=name, known=known)
    return MaterialsError(
        Code.BAD_USAGE,
        what if known else msg("No such command: “{name}”.", name=name),
        fix=_see_help(command),
    )


def surplus(arguments: Iterable[str], command: str) -> MaterialsError:
    """The error for too many arguments."""
    what = msg("Got unexpected extra arguments ({arguments}).", arguments=" ".join(arguments))
    return MaterialsError(Code.BAD_USAGE, what, fix=_see_help(command))


def _what(error: Any) -> Message:
    match type(error).__name__:
        case "NoSuchOption":
            known = ", ".join(_meant_options(error))
            what = msg("No such option: {name} (Possible options: {known})", name=error.option_name, known=known)
            return what if known else msg("No such option: {name}", name=error.option_name)
        case "BadOptionUsage":
            return _misused_option(error)
        case "MissingParameter" if error.param is not None:
            return Message(_MISSING[error.param.param_type_name], (("name", _name(error)),))
        case "BadParameter" if error.param is not None:
            return msg("Invalid value for “{name}”: {why}", name=_name(error), why=_requirement(error))
    return verbatim(error.format_message())


def _meant_options(error: Any) -> list[str]:
    """The options of the command that may be meant: those named like the one that was typed, or that others call so.

    The dashes do not count, by which every option is like every other.
    """
    known = {name.lstrip("-"): name for name in _options(error.ctx) if name.startswith("--")}
    typed = error.option_name.lstrip("-").lower()
    if (meant := _SYNONYMS.get(typed)) in known:
        return [known[meant]]
    begun = [name for name in known if len(typed) >= _BEGINNING and name.startswith(typed)]
    return sorted(known[name] for name in {*begun, *get_close_matches(typed, known, cutoff=_NEAR)})


def _options(context: Any) -> Iterator[str]:
    for parameter in context.command.get_params(context) if context else ():
        if parameter.param_type_name == "option" and not parameter.hidden:
            yield from (*parameter.opts, *parameter.secondary_opts)


def _misused_option(error: Any) -> Message:
    """The error for an option without its value, or with one it does not take."""
    parameters = error.ctx.command.params if error.ctx else ()
    if any(error.option_name in parameter.opts and getattr(parameter, "is_flag", False) for parameter in parameters):
        return msg("Option “{name}” does not take a value.", name=error.option_name)
    return msg("Option “{name}” requires a value.", name=error.option_name)


def _name(error: Any) -> Message:
    """What a person calls a parameter: an option as it is typed, an argument as the help has it."""
    parameter = error.param
    if error.param_hint:
        return verbatim(error.param_hint if isinstance(error.param_hint, str) else " / ".join(error.param_hint))
    if parameter.param_type_name == "option":
        return verbatim(max(parameter.opts, key=len))
    return Message(_in_english(parameter, "metavar") or str(parameter.human_readable_name))


def _in_english(parameter: Any, name: str) -> str:
    return str(vars(parameter).get(IN_ENGLISH, {}).get(name) or "")


def _listed(words: Iterable[str]) -> Message | None:
    quoted = [msg("“{word}”", word=word) for word in words]
    return joined(quoted, ", ") if quoted else None


def _requirement(error: Any) -> Message:
    """Describe what a parameter accepts, from its type; else the type's own message."""
    kind = error.param.type
    if choices := getattr(kind, "choices", None):
        return msg("it must be one of {known}.", known=_listed(choices))
    if formats := getattr(kind, "formats", None):
        known = ", ".join(formats)
        for theirs, ours in _DATES.items():
            known = known.replace(theirs, ours)
        return msg("it must be a date like {known}.", known=known)
    if kind.name in {"integer", "int", "integer range", "int range"}:
        low, high = getattr(kind, "min", None), getattr(kind, "max", None)
        if low is not None and high is not None:
            return msg("it must be a whole number from {low} to {high}.", low=low, high=high)
        return (
            msg("it must be a whole number, at least {low}.", low=low) if low is not None else msg("it must be a whole number.")
        )
    return verbatim(error.message)
