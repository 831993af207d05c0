"""`materials help`: the texts of errors.py and settings.py, so that they are written down once."""

from collections.abc import Iterable
from typing import Annotated

import typer

from materials_cli import settings
from materials_cli.cli.render import grid, out, styled
from materials_cli.errors import EXIT_MEANINGS, EXPLANATIONS, MaterialsError


def help_on(
    topic: Annotated[
        str,
        typer.Argument(metavar="[TOPIC]", help="exit-codes, errors, settings, or an error's code word.", show_default=False),
    ] = "",
) -> None:
    """Explain exit codes, settings and error messages.

    Example: materials help exit-codes
    """
    word = topic.strip().lower().replace("-", "_")
    if word in {"", "topics"}:
        _topics()
    elif word in {"exit_codes", "exit_code", "exit"}:
        _table((str(int(status)), meaning) for status, meaning in EXIT_MEANINGS.items())
    elif word == "errors":
        _table((code, explanation.why) for code, explanation in EXPLANATIONS.items())
    elif word == "settings":
        _settings()
    elif word in EXPLANATIONS:
        explanation = EXPLANATIONS[word]
        _table((("code", word), ("why", explanation.why), ("fix", explanation.fix), ("exit", str(int(explanation.status)))))
    else:
        raise MaterialsError("bad_usage", f"There is no help on “{topic}”.", fix="materials help")


def _topics() -> None:
    out().print(styled("materials --help lists the commands; materials COMMAND --help explains one.\n"))
    _table(
        (
            ("materials help exit-codes", "what the exit status of a command means"),
            ("materials help settings", "every key of materials.toml"),
            ("materials help errors", "every error's code word"),
            ("materials help CODE", "one error at length"),
        )
    )


def _settings() -> None:
    out().print(styled(f"{settings.FILE}, in the archive's folder\n", "bold"))
    _table((key, meaning) for key, meaning in settings.TOP_KEYS.items())
    out().print(styled("\n[collections.NAME]\n", "bold"))
    _table((key, meaning) for key, meaning in settings.COLLECTION_KEYS.items())
    out().print(styled("\n[notify]\n", "bold"))
    _table((key, meaning) for key, meaning in settings.NOTIFY_KEYS.items())


def _table(rows: Iterable[tuple[str, str]]) -> None:
    table = grid({"no_wrap": True, "style": "bold"}, {"overflow": "fold"})
    for left, right in rows:
        table.add_row(styled(left), styled(right))
    out().print(table)
