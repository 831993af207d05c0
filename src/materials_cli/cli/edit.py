"""`materials edit`: correct what is known of an item, or of many in a spreadsheet."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from materials_cli.catalogue.descriptions import own_of
from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption, named_file
from materials_cli.cli.described import source_label
from materials_cli.cli.items import find_item
from materials_cli.cli.output import err, is_terminal, print_hanging, print_json, say, styled
from materials_cli.cli.progress import tell_notice
from materials_cli.describe.description import Origin, Own
from materials_cli.describe.fields import FIELDS
from materials_cli.editing import Editor, Taken, typed
from materials_cli.errors import Code, ExitStatus, MaterialsError
from materials_cli.export.escape import one_line
from materials_cli.messages import msg, tr, trn, verbatim
from materials_cli.model import Item

_EDITORS = ("notepad",) if os.name == "nt" else ("nano", "vi", "ed")


def edit(
    context: typer.Context,
    item: Annotated[
        list[str] | None, typer.Argument(metavar="[ITEM]", help="A path, an id, words of the name, or the number of a hit.")
    ] = None,
    *,
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="Give a field this value (repeatable): title, creators, languages, session, day, date, countries, "
            "description, keywords or rights.",
        ),
    ] = None,
    unset: Annotated[
        list[str] | None, typer.Option("--unset", metavar="FIELD", help="Remove a correction (repeatable).")
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Take what was changed in a copy of manifest.csv, from any spreadsheet."),
    ] = None,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Correct what is known about an item: title, people, countries, rights and more.

    Without options, the item opens in the editor that EDITOR names. Corrections are files in metadata/, one for each item;
    they win over what the file itself says, and no sync or rebuild changes them.

    From a spreadsheet, only the cells that were changed are taken; each row that is refused is named, and the status is then 3.

    Example: materials edit georgia --set "creators=Nino Beridze (Ministry of Finance, Georgia)"
    """
    if bool(item) == bool(table):
        raise MaterialsError(
            Code.BAD_USAGE, msg("Give either an item or --csv FILE."), fix=msg("materials edit ITEM --set title=…")
        )
    here = ArchiveContext.of(context, archive)
    editor = Editor(here.opened(tell_notice))
    if table:
        _print_taken(editor.take(named_file(table)), as_json=as_json)
        return
    with here.catalogue() as catalogue:
        found = find_item(here, catalogue, item or [])
        own = before = own_of(catalogue, found)
    if given or unset:
        own = editor.change(found, _changes(given or (), unset or ()))
    elif as_json:
        raise MaterialsError(Code.BAD_USAGE, msg("--json needs --set or --unset."))
    else:
        own = _in_editor(editor, found, own)
    if as_json:
        print_json("materials/edit@1", [{"collection": found.collection, "id": found.id, "path": found.path, **own.to_json()}])
    elif own == before:
        say(tr("Nothing was changed."))
    else:
        say(tr("Corrected: {path}", path=found.path))


def _changes(given: "list[str] | tuple[()]", unset: "list[str] | tuple[()]") -> dict[str, Any]:
    """The changes that the options ask for; raise bad_usage."""
    changes: dict[str, Any] = {_known(name): None for name in unset}
    for pair in given:
        name, equals, text = pair.partition("=")
        if not equals:
            raise MaterialsError(Code.BAD_USAGE, msg("“{text}” has no “=”.", text=pair), fix=verbatim("--set title=…"))
        known = _known(name)
        changes[known] = typed(known, text)
    return changes


def _known(name: str) -> str:
    if name.strip() not in FIELDS:
        what = msg("“{name}” is not a field; choose from {known}.", name=name, known=", ".join(FIELDS))
        raise MaterialsError(Code.BAD_USAGE, what)
    return name.strip()


def _in_editor(editor: Editor, item: Item, own: Own) -> Own:
    """Let the person edit the corrections as TOML; what is not valid stays in a file that the error names."""
    program = _program()
    words = _words(program)
    folder = Path(tempfile.mkdtemp(prefix="materials-"))
    draft = folder / "item.toml"
    offered = _draft(item, own, editor.corrections(item))
    draft.write_text(offered, "utf-8")
    try:
        subprocess.run([*words, str(draft)], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        if draft.exists() and draft.read_text("utf-8", "replace") == offered:
            shutil.rmtree(folder, ignore_errors=True)
        raise _not_run(program) from error
    changed = editor.replace(item, draft)
    draft.unlink()
    folder.rmdir()
    return changed


def _program() -> str:
    """The command of the editor; raise bad_usage if none is named and nobody is there to use one of the usual ones."""
    named = next(filter(None, (os.environ.get(name, "").strip() for name in ("VISUAL", "EDITOR"))), "")
    if not named and not (sys.stdin.isatty() and is_terminal()):
        what = msg("An editor needs a terminal.")
        raise MaterialsError(Code.BAD_USAGE, what, fix=msg("Use --set or --unset, or name an editor with a window in VISUAL."))
    return named or next(filter(shutil.which, _EDITORS), _EDITORS[0])


def _words(program: str) -> list[str]:
    try:
        return shlex.split(program, posix=os.name != "nt")
    except ValueError as error:  # quotes that do not end
        raise _not_run(program) from error


def _not_run(program: str) -> MaterialsError:
    what = msg("The editor “{program}” could not be run.", program=program)
    return MaterialsError(Code.BAD_USAGE, what, fix=msg("Name another one in EDITOR, or use --set."))


def _draft(item: Item, own: Own, corrections: dict[str, Any]) -> str:
    """The corrections as TOML, and what is known otherwise as comments."""
    lines = [
        f"# {one_line(item.path)}",
        f"# {tr('Remove the “#” before a line to correct it; lines behind a “#” do not count.')}",
        "",
    ]
    for name, row in FIELDS.items():
        lines.append(f"# {tr(row.meaning)}")
        if name in corrections:
            lines.append(f"{name} = {_toml(corrections[name])}")
        elif present := row.written(own):
            shown = present.split("; ") if name == "creators" else row.typed(one_line(present))
            lines.append(f"# {name} = {_toml(shown)}  # {_origin(own, name)}")
        else:
            lines.append(f"# {row.example}")
        lines.append("")
    return "\n".join(lines)


def _origin(own: Own, name: str) -> str:
    """Where the value of a field is from; of people and countries, the first one's."""
    stated = [one.source for one in (own.creators if name == "creators" else own.countries if name == "countries" else ())]
    return source_label(stated[0] if stated else own.sources.get(name, Origin.TEXT))


def _toml(value: Any) -> str:
    """A value in one line: a table of its own would take in the lines after it."""
    match value:
        case dict():
            return f"{{{', '.join(f'{name} = {_toml(each)}' for name, each in value.items())}}}"
        case list():
            return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _print_taken(taken: Taken, *, as_json: bool) -> None:
    if as_json:
        rows = [{"collection": i.collection, "id": i.id, "path": i.path, "fields": list(fields)} for i, fields in taken.changed]
        refused = [{"row": one.row, "path": one.path, "reason": one.reason} for one in taken.refused]
        print_json("materials/edit@1", rows, refused=refused)
    else:
        for item, fields in taken.changed:
            say(f"{item.path}: {', '.join(fields)}")
        say(trn("{count} item corrected.", "{count} items corrected.", len(taken.changed)))
        for one in taken.refused:
            place = tr("row {number}", number=str(one.row))
            print_hanging(err(), styled(f"  {place}  ", "red"), f"{one.path}: {tr(one.reason)}", "red")
        if taken.refused:
            count = len(taken.refused)
            say(trn("{count} row was not taken.", "{count} rows were not taken.", count), style="yellow")
    if taken.refused:
        raise typer.Exit(int(ExitStatus.PARTIAL))
