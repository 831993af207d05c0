"""`materials verify`: read every archived file and compare it with its checksum."""

from typing import Any

import typer

from materials_cli.cli.context import ArchiveContext, ArchiveOption, CollectionsArgument, JsonOption, QuietOption
from materials_cli.cli.items import next_step
from materials_cli.cli.output import is_terminal, out, print_hanging, print_json, print_rows, safe, say, styled
from materials_cli.cli.phases import Phase
from materials_cli.cli.progress import Display
from materials_cli.config import Config
from materials_cli.custody.verify import Finding, Trouble, Verification
from materials_cli.errors import ExitStatus
from materials_cli.messages import counted, msgids, size, tr, trn

_LOOKS = {Trouble.MISSING: "bold red", Trouble.DAMAGED: "bold red", Trouble.MOVED: "yellow", Trouble.UNEXPECTED: "yellow"}
_COUNTS = {
    Trouble.MISSING: msgids("{count} missing", "{count} missing"),
    Trouble.DAMAGED: msgids("{count} damaged", "{count} damaged"),
    Trouble.MOVED: msgids("{count} moved", "{count} moved"),
    Trouble.UNEXPECTED: msgids("{count} unexpected", "{count} unexpected"),
}


def verify(
    context: typer.Context,
    collections: CollectionsArgument = None,
    *,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Read every archived file and compare it with its checksum.

    Reads the mirror, what is kept of withdrawn items, and all earlier versions. Changes nothing.

    MISSING: not in its place. DAMAGED: its bytes are others, or cannot be read. MOVED: intact, but elsewhere in the mirror.
    UNEXPECTED: not archived, such as a file of your own. Below each, fix says what to do.

    The exit status is 5 if a file is missing or damaged. It is 3 if one was moved, or if there is a strange file among the
    earlier versions. Your own files in the mirror are named, but do not count.

    Example: materials verify
    """
    here = ArchiveContext.of(context, archive)
    with Display(quiet=quiet or as_json, bytes_are=Phase.VERIFYING) as display:
        from materials_cli.archive import Archive  # noqa: PLC0415 - what it needs takes long to import

        found = Archive(here.config.archive, here.config, progress=display.step).verify(collections or ())
    if as_json:
        print_json("materials/verify@1", list(map(_row, found.findings)), files=found.files, bytes=found.bytes)
    elif is_terminal():
        for finding in found.findings:
            _print(finding)
    else:
        print_rows((finding.trouble, finding.place, finding.what, finding.fix) for finding in found.findings)
    if not as_json and (found.findings or not quiet):
        _print_summary(found, here.config)
    if not found.fine:
        raise typer.Exit(int(ExitStatus.INTEGRITY if found.damaged else ExitStatus.PARTIAL))


def _print(finding: Finding) -> None:
    """A line for what is wrong, and one for what to do."""
    width = max(len(tr(trouble)) for trouble in Trouble)
    lead = styled(f"{tr(finding.trouble):<{width}}  ", _LOOKS[finding.trouble])
    print_hanging(out(), lead, f"{safe(finding.place)}: {tr(finding.what)}")
    print_hanging(out(), styled(f"{'':<{width}}  {tr('fix')}  ", "bold"), tr(finding.fix))


def _print_summary(found: Verification, config: Config) -> None:
    read = {"files": counted(found.files, "file"), "size": size(found.bytes)}
    troubles = [finding.trouble for finding in found.findings]
    counts = ", ".join(trn(*forms, troubles.count(kind)) for kind, forms in _COUNTS.items() if kind in troubles)
    if not (found.files or found.findings):
        say(next_step(config))
    elif counts:
        say(tr("{files} verified, {size}: {counts}.", counts=counts, **read), style="bold red" if found.damaged else "yellow")
    else:
        say(tr("{files} verified, {size}: all present and intact.", **read))
    if found.running:
        say(
            tr("A run is in progress ({who}): what it is adding may be listed as unexpected.", who=found.running),
            style="yellow",
        )


def _row(finding: Finding) -> dict[str, Any]:
    """A finding as a JSON object; collection, id and path are those of the item, null for an unexpected file."""
    holding = finding.holding
    return {
        "trouble": finding.trouble.lower(),
        "file": finding.place,
        "role": holding and str(holding.role),
        "collection": holding and holding.collection,
        "id": holding and holding.id,
        "path": holding and holding.path,
        "sha256": holding and holding.fixity.sha256,
        "bytes": holding and holding.fixity.size,
        "message": finding.what,
        "hint": finding.fix,
    }
