"""`materials verify`: read every archived file and compare it with its checksum."""

from typing import Annotated, Any

import typer

from materials_cli.cli.against_drive import print_compared, rows_of, status_of
from materials_cli.cli.context import (
    ArchiveContext,
    ArchiveOption,
    CollectionsArgument,
    ExecutorOption,
    JsonOption,
    QuietOption,
)
from materials_cli.cli.items import next_step
from materials_cli.cli.output import is_terminal, out, print_hanging, print_json, print_rows, safe, say, styled
from materials_cli.cli.phases import Phase
from materials_cli.cli.progress import Display
from materials_cli.config import Config
from materials_cli.custody.choice import Choice
from materials_cli.custody.verify import Finding, Trouble, Verification
from materials_cli.dates import read_duration
from materials_cli.errors import Code, ExitStatus, MaterialsError
from materials_cli.messages import counted, msg, msgids, size, tr, trn
from materials_cli.shares import read_share

_LOOKS = {
    Trouble.MISSING: "bold red",
    Trouble.DAMAGED: "bold red",
    Trouble.CLOSED: "yellow",
    Trouble.MOVED: "yellow",
    Trouble.UNEXPECTED: "yellow",
}
_COUNTS = {
    Trouble.MISSING: msgids("{count} missing", "{count} missing"),
    Trouble.DAMAGED: msgids("{count} damaged", "{count} damaged"),
    Trouble.CLOSED: msgids("{count} closed", "{count} closed"),
    Trouble.MOVED: msgids("{count} moved", "{count} moved"),
    Trouble.UNEXPECTED: msgids("{count} unexpected", "{count} unexpected"),
}


def verify(
    context: typer.Context,
    collections: CollectionsArgument = None,
    *,
    sample: Annotated[
        str | None, typer.Option("--sample", metavar="SHARE", help="Only some items, chosen at random: 10%.")
    ] = None,
    older_than: Annotated[
        str | None, typer.Option("--older-than", metavar="TIME", help="Only items last verified or fetched before: 30d.")
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Restore missing and damaged files: from this archive, else from Drive.")
    ] = False,
    against_drive: Annotated[
        bool, typer.Option("--against-drive", help="Also compare with what Drive states now. Nothing is downloaded or changed.")
    ] = False,
    executor: ExecutorOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Read every archived file and compare it with its checksum.

    Reads the mirror, the files of withdrawn items, and all earlier versions. Records when each item was last intact, and
    changes no archived file unless --repair is given. --repair restores a file from an identical one in the archive or,
    if there is none, by a sync of its collection, and reads it again; what it replaces is kept in .materials/aside.

    MISSING: not in its place. DAMAGED: its bytes differ, or cannot be read. CLOSED: you may not look there, so nothing is
    known of it. MOVED: intact, but elsewhere in the mirror. UNEXPECTED: not archived, such as a file of your own. The line
    “fix” below each says what to do.

    The exit status is 5 if a file is missing or damaged. It is 3 if one was moved, if you may not read one, or if there is
    an unknown file among the earlier versions. Your own files in the mirror are listed, but do not count.

    --against-drive then compares the archive with what Drive lists now. SAME: the checksum is the one that Drive states.
    AGREES: Drive states no checksum, as for Google documents, but size, time or version are the same. UNCOMPARED: the
    public page states too little. DIFFERS, GONE, NOT HELD, NOT LISTED: Drive has other content, no longer lists the file,
    lists a file that is not here, or cannot list its folder; the exit status is then 3.

    Example: materials verify --against-drive
    """
    here, choice = ArchiveContext.of(context, archive), _choice(sample, older_than)
    slugs = here.slugs(collections)
    with Display(quiet=quiet, bytes_are=Phase.VERIFYING) as display:
        from materials_cli.upkeep import compared, keep_sound  # noqa: PLC0415 - what they need takes long to import

        known = here.opened(display.step, executor)
        found = keep_sound(known, slugs, choice, repair=repair)
        drive = compared(known, found, slugs) if against_drive else {}
    if as_json:
        _print_json(found, rows_of(drive) if against_drive else None)
    else:
        _print_found(found, here.config, choice, quiet=quiet)
        print_compared(drive, quiet=quiet)
    status = ExitStatus.DONE if found.fine else ExitStatus.INTEGRITY if found.damaged else ExitStatus.PARTIAL
    if status := ExitStatus.INTEGRITY if found.damaged else max(status, status_of(drive)):
        raise typer.Exit(int(status))


def _print_json(found: Verification, drive: list[dict[str, Any]] | None) -> None:
    repaired = [{**_row(done.finding), "source": done.source} for done in found.repaired]
    totals: dict[str, Any] = {"files": found.files, "bytes": found.bytes, "troubles": found.troubles, "repaired": repaired}
    if drive is not None:
        totals["against_drive"] = drive
    print_json("materials/verify@1", list(map(_row, found.findings)), **totals)


def _print_found(found: Verification, config: Config, choice: Choice, *, quiet: bool) -> None:
    if is_terminal():
        for finding in found.findings:
            _print(finding)
    else:
        print_rows((finding.trouble, finding.place, finding.what, finding.fix) for finding in found.findings)
    for done in found.repaired:
        say(tr("{file}: restored {source}.", file=safe(done.finding.place), source=done.source), style="green")
    for trouble in found.troubles:
        say(tr(trouble), style="yellow")
    if found.findings or found.repaired or not quiet:
        _print_summary(found, config, choice)


def _choice(sample: str | None, older_than: str | None) -> Choice:
    """Which items are meant; raise bad_usage."""
    try:
        share = None if sample is None else read_share(sample)
        time = None if older_than is None else read_duration(older_than)
    except ValueError as error:
        what = msg("“{text}” is neither a share, such as 10%, nor a time, such as 30d.", text=error)
        raise MaterialsError(Code.BAD_USAGE, what) from error
    if share and time:
        raise MaterialsError(Code.BAD_USAGE, msg("--sample cannot be combined with --older-than."))
    return Choice(sample=share, older_than=time)


def _print(finding: Finding) -> None:
    """A line for what is wrong, and one for what to do."""
    width = max(len(tr(trouble)) for trouble in Trouble)
    lead = styled(f"{tr(finding.trouble):<{width}}  ", _LOOKS[finding.trouble])
    print_hanging(out(), lead, f"{safe(finding.place)}: {tr(finding.what)}")
    print_hanging(out(), styled(f"{'':<{width}}  {tr('fix')}  ", "bold"), tr(finding.fix))


def _print_summary(found: Verification, config: Config, choice: Choice) -> None:
    read = {"files": counted(found.files, "file"), "size": size(found.bytes)}
    troubles = [finding.trouble for finding in found.findings]
    counts = ", ".join(trn(*forms, troubles.count(kind)) for kind, forms in _COUNTS.items() if kind in troubles)
    if not (found.files or found.findings):
        say(next_step(config) if choice.all else tr("Nothing to verify: all was verified or fetched since then."))
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
    """A finding as a JSON object; collection, id and path are those of the item, null for an unexpected file or a closed place.

    behind: the archived files that could not be looked at.
    """
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
        "behind": [behind.path for behind in finding.behind],
        "message": finding.what,
        "hint": finding.fix,
    }
