"""How an error is shown: to a person in one layout of five lines, to a program as one JSON object."""

from typing import Any

import typer

from materials_cli.cli.output import err, print_hanging, print_raw, print_wrapped, say, styled
from materials_cli.errors import Code, MaterialsError, Reach
from materials_cli.exits import ExitStatus
from materials_cli.export.escape import for_json
from materials_cli.messages import Message, tr


class Refusals:
    """Shows why collections could not be done, each by its name; what explains several of them is said once."""

    def __init__(self) -> None:
        self._explained: set[tuple[Code, Message, Message]] = set()

    def show(self, collection: str, error: MaterialsError) -> None:
        """Show the error of one collection; what concerns the whole archive has no name before it."""
        explanation = (error.code, error.why, error.fix)
        show_error(error, of=collection if error.reach <= Reach.COLLECTION else "", briefly=explanation in self._explained)
        self._explained.add(explanation)


def show_error(error: MaterialsError, *, of: str = "", briefly: bool = False) -> None:
    """Print what happened, where, why, how to fix it, and where to read more, on stderr.

    of: the collection that it concerns, among several; briefly: only what and where, since the rest was said before.
    """
    if error.trace:
        err().print(styled(error.trace), soft_wrap=True)
    head, *candidates = tr(error.what).split("\n")
    print_wrapped(err(), styled(f"{word(error)}: ", "bold red") + styled(f"{of}: {head}" if of else head))
    for candidate in candidates:
        print_wrapped(err(), styled(candidate))
    for label, text in particulars(error, more=True)[: bool(error.where) if briefly else None]:
        lead = styled(f"  {label} ", "bold")
        if text == error.where:
            err().print(lead + styled(text), soft_wrap=True)  # a path or a link is copied in one piece
        else:
            print_hanging(err(), lead, text)


def declined(told: Message) -> typer.Exit:
    """Say what somebody's answer came to, and return the exit: the command ends, and nothing has failed."""
    say(tr(told))
    return typer.Exit(int(ExitStatus.INTERRUPTED))


def word(error: MaterialsError) -> str:
    """The start of an error message: error[offline]."""
    return tr("error[{code}]", code=error.code)


def particulars(error: MaterialsError, *, more: bool = False) -> list[tuple[str, str]]:
    """Where, why, how to fix it and where to read more, as far as known, with labels of one width."""
    from materials_cli.cli.layout import cells, padded  # noqa: PLC0415 - most commands have nothing to lay out

    plain = Message(error.code.why)
    said = error.why == plain and (error.code is Code.BAD_USAGE or error.what == plain)  # the first line says as much
    why = "" if said else error.why
    rows = {tr("where"): error.where, tr("why"): why, tr("fix"): error.fix, tr("more"): _more(error) if more else ""}
    width = max(map(cells, rows))
    return [(padded(label, width), tr(text) if isinstance(text, Message) else text) for label, text in rows.items() if text]


def print_error(error: MaterialsError) -> None:
    """Print an error as JSON to stdout, which then holds nothing else."""
    print_raw(for_json({"error": error_row(error)}, indent=2) + "\n")


def error_row(error: MaterialsError) -> dict[str, Any]:
    """An error as a JSON object. code and exit never change their meaning; the texts may.

    It has candidates only if several things may have been meant.
    """
    return {
        "code": error.code,
        "exit": int(error.status),
        "message": error.what,
        "where": error.where,
        "why": error.why,
        "hint": error.fix,
        "docs": _more(error),
        **({"candidates": list(error.candidates)} if error.candidates else {}),
    }


def _more(error: MaterialsError) -> str:
    return f"materials help {error.code}"
