"""`materials help`: explain errors, exit codes and configuration keys, from the texts of codes.py, help/ and config.py."""

from collections.abc import Iterable
from typing import Annotated

import typer

from materials_cli.cli.commands import ALIASES, COMMANDS
from materials_cli.cli.complete import complete_topic
from materials_cli.cli.context import ArchiveContext, JsonOption
from materials_cli.cli.meant import meant
from materials_cli.cli.output import out, paged, print_columns, print_json, print_wrapped, styled
from materials_cli.config import FILE, TABLES
from materials_cli.configfile import Key, keys
from materials_cli.errors import EXIT_MEANINGS, Code, MaterialsError
from materials_cli.export.formats import FORMATS
from materials_cli.help.access import ACCESS
from materials_cli.help.explanations import EXPLANATIONS
from materials_cli.help.letters import LANGUAGES, LETTERS
from materials_cli.messages import msg, preferred, tr, verbatim


def help_on(
    context: typer.Context,
    topic: Annotated[
        str,
        typer.Argument(
            metavar="[TOPIC]", show_default=False,
            help="A command, access, exit-codes, errors, settings, formats, or an error code.",
            autocompletion=complete_topic,
        ),
    ] = "",
    *,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Explain exit codes, settings and error messages.

    Includes letters to the folder's owner, where only the owner can help.

    Example: materials help link_not_shared
    """
    word = topic.strip().lower().replace("-", "_")
    word = {"topics": "", "exit_code": "exit_codes", "exit": "exit_codes"}.get(word, word)
    word = "exit_codes" if word in {str(int(status)) for status in EXIT_MEANINGS} else word
    if (command := ALIASES.get(topic, topic)) in COMMANDS and not as_json:
        context.find_root().command.main([command, "--help"], prog_name="materials", standalone_mode=False)
        return
    if word not in {*_TOPICS, *Code}:
        raise _unknown(topic)
    link = _only_link(ArchiveContext.of(context)) if word in set(Code) else ""
    if as_json:
        print_json("materials/help@1", [_code_row(Code[word.upper()], link)] if link else _rows(word), topic=word or None)
        return
    with paged():
        if link:
            _explain(Code[word.upper()], link)
        else:
            _TOPICS[word]()


def _unknown(topic: str) -> MaterialsError:
    """The error for an unknown topic, with what may be meant: a topic, a command, an error code or a key of the settings."""
    settings = {name: "settings" for noun in TABLES.values() for name in keys(noun)}
    known = settings | {name: name for name in (*COMMANDS, *Code, *(name.replace("_", "-") for name in _TOPICS if name))}
    word = topic.strip().lower()
    close = (meant(word, known) or meant(word.replace("-", "_"), known))[:1]
    what = msg("There is no help topic “{topic}”.", topic=topic)
    if close and close[0] != known[close[0]]:
        what = msg("There is no help topic “{topic}”; “{key}” is a key of the settings.", topic=topic, key=close[0])
    elif close:
        what = msg("There is no help topic “{topic}”. Did you mean “{known}”?", topic=topic, known=close[0])
    return MaterialsError(Code.BAD_USAGE, what, fix=verbatim(" ".join(["materials help", *[known[name] for name in close]])))


def _topics() -> None:
    """Print the topics."""
    print_wrapped(out(), styled(tr("materials --help lists the commands; materials COMMAND --help explains one.")))
    out().print()
    _table(
        (
            ("materials help access", tr("how to get into a folder on Drive: with a key, an account, or nothing")),
            ("materials help exit-codes", tr("what each exit status means")),
            ("materials help settings", tr("every key of materials.toml")),
            ("materials help errors", tr("all error codes")),
            ("materials help formats", tr("what `materials export` writes, and for whom")),
            (tr("materials help CODE"), tr("one error, explained in detail")),
        )
    )


def _exit_codes() -> None:
    """Print the exit codes."""
    _table((str(int(status)), tr(meaning)) for status, meaning in EXIT_MEANINGS.items())


def _errors() -> None:
    """Print all error codes."""
    _table((code, tr(code.why)) for code in Code)


def _formats() -> None:
    """Print all formats of an export."""
    _table((name, tr(each.meaning)) for name, each in FORMATS.items())


def _access() -> None:
    """Print the ways to Drive."""
    _table((tr(way), tr(told)) for way, told in ACCESS.items())
    out().print()
    print_wrapped(out(), styled(tr("`materials auth status` shows which of them is used, and whether it works.")))


def _config() -> None:
    """Print all configuration keys, by table, each with its meaning and an example."""
    print_wrapped(out(), styled(tr("{file}, in the archive folder", file=FILE), "bold"))
    for header, noun in TABLES.items():
        if header:
            _head(tr(header))
        out().print()
        _table(row for name, key in keys(noun).items() for row in ((name, _meaning(key)), ("", key.example)))


def _meaning(key: Key) -> str:
    if key.required:
        return f"{tr(key.meaning)} {tr('Required.')}"
    default = key.default_written
    return f"{tr(key.meaning)} {tr('Default: {value}.', value=default)}" if default else tr(key.meaning)


def _explain(code: Code, link: str) -> None:
    """Explain an error in full. link: the folder's link, for a letter to its owner."""
    status = str(int(code.status))
    _table(((tr("code"), code), (tr("why"), tr(code.why)), (tr("fix"), tr(code.fix)), (tr("exit"), status)))
    long = EXPLANATIONS.get(code)
    if long is None:
        return
    for head, text in ((tr("What it means"), long.meaning), (tr("How to find the cause"), long.cause)):
        _head(head)
        print_wrapped(out(), styled(tr(text)))
    _head(tr("What to do"))
    _table((f"{number}.", tr(step)) for number, step in enumerate(long.steps, 1))
    letters = LETTERS.get(long.letter, {})
    for name in sorted(letters, key=lambda name: name != preferred(LANGUAGES)):
        _head(tr("To the folder's owner, ready to copy: {language}", language=LANGUAGES[name]))
        out().print()
        for line in letters[name].replace("LINK", link).splitlines():
            print_wrapped(out(), styled(line))


_TOPICS = {
    "": _topics,
    "access": _access,
    "exit_codes": _exit_codes,
    "errors": _errors,
    "settings": _config,
    "formats": _formats,
}


def _rows(topic: str) -> list[dict[str, object]]:
    """A topic as JSON rows; for errors, a summary of each."""
    match topic:
        case "access":
            return [{"way": way, "how": told} for way, told in ACCESS.items()]
        case "exit_codes":
            return [{"exit": int(status), "meaning": meaning} for status, meaning in EXIT_MEANINGS.items()]
        case "errors":
            return [{"code": code, "exit": int(code.status), "why": code.why, "fix": code.fix} for code in Code]
        case "formats":
            return [{"format": name, "suffix": each.suffix, "meaning": each.meaning} for name, each in FORMATS.items()]
        case "settings":
            return [
                {"table": header or None, "key": name, "required": key.required, "meaning": key.meaning, "example": key.example}
                for header, noun in TABLES.items()
                for name, key in keys(noun).items()
            ]
        case _:
            return [{"topic": name} for name in ("access", "exit-codes", "errors", "settings", "formats", *Code)]


def _code_row(code: Code, link: str) -> dict[str, object]:
    """A full explanation of an error as a JSON object. letters: to the folder's owner, by language."""
    long = EXPLANATIONS.get(code)
    return {
        "code": code, "exit": int(code.status), "why": code.why, "fix": code.fix,
        "meaning": long and long.meaning, "cause": long and long.cause, "steps": long and list(long.steps),
        "letters": {name: text.replace("LINK", link) for name, text in LETTERS.get(long.letter if long else "", {}).items()},
    }  # fmt: skip


def _only_link(here: ArchiveContext) -> str:
    """The link for a letter: the archive's, if it has exactly one collection; else LINK."""
    try:
        links = [collection.link for collection in here.config.collections] if here.folder else []
    except MaterialsError:
        links = []
    return links[0] if len(links) == 1 else "LINK"


def _head(text: str) -> None:
    out().print()
    print_wrapped(out(), styled(text, "bold"))


def _table(rows: Iterable[tuple[str, str]]) -> None:
    print_columns((styled(left, "bold"), styled(right)) for left, right in rows)
