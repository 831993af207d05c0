"""Commands and groups whose help and usage errors are translated."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import typer
import typer.core
from typer.core import TyperCommand, TyperGroup

from materials_cli.cli.meant import meant
from materials_cli.cli.usage import IN_ENGLISH, pointed, surplus, unknown_command
from materials_cli.errors import MaterialsError
from materials_cli.messages import Message, msgid, tr

# Headings and fixed sentences of help, which Typer writes in English.
_OF_TYPER = (
    msgid("Arguments"), msgid("Options"), msgid("Commands"), msgid("Help"), msgid("default: {default}"), msgid("required"),
    msgid("env var: {var}"), msgid("(dynamic)"), msgid("Show this message and exit."),
    msgid("Install completion for the current shell."),
    msgid("Show completion for the current shell, to copy it or customize the installation."),
)  # fmt: skip


# Typer translates the headings of help with gettext, which looks for the language in fewer places than we do.
vars(typer.core)["_"] = tr


WANTS_JSON = "materials.json"  # in a context's meta: whether --json was given


class _Spoken:
    """What a command and a group have in common: their texts are English in the code and are translated here."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _translate(self, "help", "epilog", "options_metavar", "subcommand_metavar")

    def get_params(self, context: Any) -> Any:
        """The arguments and options, including those that Typer adds, translated."""
        parameters = super().get_params(context)  # type: ignore[misc]  # Typer's class beside it has it
        for parameter in parameters:
            _translate(parameter, "help", "metavar")
            if hasattr(parameter.type, "_describe_range"):
                vars(parameter.type)["_describe_range"] = str  # “1<=x<=1000” is for programmers; an error says what is allowed
        return parameters

    def format_help(self, context: Any, formatter: Any) -> None:
        """Write the help, with no word or option broken at the edge."""
        from typer._click import _textwrap  # noqa: PLC0415 - only help is wrapped

        vars(_textwrap)["TextWrapper"] = _whole_words(_textwrap.TextWrapper)
        super().format_help(context, formatter)  # type: ignore[misc]  # as above

    def format_usage(self, context: Any, formatter: Any) -> None:
        """Write the usage line."""
        pieces = self.collect_usage_pieces(context)  # type: ignore[attr-defined]  # as above
        formatter.write_usage(context.command_path, " ".join(pieces), prefix=tr("Usage: "))


def _whole_words(wrapper: Any) -> Any:
    """Typer's wrapper of help as it would be if it did not break `--accept-withdrawals` at its hyphens, nor long words."""
    return partial(getattr(wrapper, "func", wrapper), break_on_hyphens=False, break_long_words=False)


def _translate(owner: Any, *names: str) -> None:
    """Translate these attributes, and keep them in English as well, for errors; a second call changes nothing."""
    for name in names:
        if text := getattr(owner, name, None):
            vars(owner).setdefault(IN_ENGLISH, {}).setdefault(name, text)
            setattr(owner, name, "\n\n".join(map(tr, paragraphs(text))))


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a help text. Each is translated separately, so that the first is also used in lists of commands."""
    return text.split("\n\n")


class SpokenCommand(_Spoken, TyperCommand):
    """A command whose help is translated."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; raise bad_usage for more than the command takes."""
        ctx.allow_extra_args = True
        with _in_context(ctx):
            rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise surplus(rest, ctx.command_path)
        return rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a usage error says whose help to read."""
        try:
            return super().invoke(ctx)
        except MaterialsError as error:
            raise pointed(error, ctx.command_path) from error.__cause__


class SpokenGroup(_Spoken, TyperGroup):
    """A group of commands whose help is translated."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options before the command."""
        with _in_context(ctx):
            return super().parse_args(ctx, args)

    def sections(self) -> Mapping[str, Iterable[str]]:
        """The commands under the headings of the help."""
        return {"Commands": self.commands}

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - the signature of the base class
        """List the commands, each with the whole first sentence of its help."""
        width = max(map(len, self.commands))
        for heading, names in self.sections().items():
            with formatter.section(tr(Message(heading))):
                formatter.write_dl([(name.ljust(width), paragraphs(self.commands[name].help or "")[0]) for name in names])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is meant; raise bad_usage for one that does not exist."""
        name = args[0]
        if self.get_command(ctx, name) is None and not ctx.resilient_parsing and not name.startswith("-"):
            raise unknown_command(name, meant(name, self.list_commands(ctx)), ctx.command_path)
        return super().resolve_command(ctx, args)


@contextmanager
def _in_context(ctx: Any) -> Iterator[None]:
    """Tell every usage error which command it is about; the parser of options leaves that out."""
    try:
        yield
    except typer.BadParameter.__base__ as error:  # type: ignore[misc]  # Click's UsageError, which Typer names nowhere
        error.ctx = error.ctx or ctx
        raise
