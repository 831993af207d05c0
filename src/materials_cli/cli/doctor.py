"""`materials doctor`: print what the checks find, with a fix where something is wrong, and a verdict at the end."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import Annotated

import typer

from materials_cli.cli.context import ArchiveContext, ArchiveOption, CollectionsArgument, JsonOption
from materials_cli.cli.layout import cells, padded
from materials_cli.cli.output import out, print_hanging, print_json, print_wrapped, safe, styled
from materials_cli.config import FILE, Config
from materials_cli.doctor import examination
from materials_cli.doctor.diagnosis import Check, Diagnosis, Verdict, from_error, ok, run_check, warning
from materials_cli.errors import ExitStatus, MaterialsError
from materials_cli.messages import combined, counted, msg, msgid, tr, trn
from materials_cli.store.places import store_at
from materials_cli.sync.crew import Crew

_WORKERS = 24
_LABELS = 15  # cells of the longest name of a check
_STYLES = {"ok": "green", "warning": "yellow", "trouble": "bold red"}


def doctor(
    context: typer.Context,
    collections: CollectionsArgument = None,
    *,
    fix: Annotated[bool, typer.Option("--fix", help="Fix what can be fixed safely.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Do not contact Google.")] = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Check for problems and show how to fix them.

    The exit status is 3 if there are problems.

    Example: materials doctor
    """
    found: list[tuple[str, Diagnosis]] = []
    with ExitStack() as stack:
        for check, repairing in _checks(ArchiveContext.of(context, archive), collections or [], stack, offline=offline):
            diagnosis = run_check(check, repairing if fix else None)
            if diagnosis is None or _is_repeated(check, diagnosis, found):
                continue
            found.append((check.key, diagnosis))
            if not as_json:
                _print(tr(check.label), diagnosis)
    worst = max((diagnosis.verdict for _, diagnosis in found), key=list(Verdict).index)
    if as_json:
        print_json("materials/doctor@1", [_row(key, diagnosis) for key, diagnosis in found], verdict=str(worst))
    else:
        print_wrapped(out(), styled(_summary([str(diagnosis.verdict) for _, diagnosis in found]), _STYLES[worst]))
    if worst is Verdict.PROBLEM:
        raise typer.Exit(int(ExitStatus.PARTIAL))


def _checks(
    here: ArchiveContext, slugs: list[str], stack: ExitStack, *, offline: bool
) -> Iterator[tuple[Check, AbstractContextManager[object]]]:
    """Every check that applies here, with what must be held during a repair."""
    yield from ((check, nullcontext()) for check in examination.of_machine())
    config, configured = _config(here)
    yield Check(msgid("Settings"), lambda: configured), nullcontext()
    collections = config.chosen(slugs) if config else None
    store = store_at(here.folder or Path.cwd())
    if here.folder:
        yield from ((check, store.lock()) for check in examination.of_archive(store, collections))
    reach = None
    if not offline:
        from materials_cli.doctor.reach import Reach  # noqa: PLC0415 - --offline does without Google's client

        workers = stack.enter_context(ThreadPoolExecutor(_WORKERS, "worker"))
        reach = Reach(os.environ, store, Crew(workers, lambda _: None), stack)
        yield from ((check, nullcontext()) for check in examination.of_google(reach, collections or ()))
    if here.folder:
        yield from ((check, nullcontext()) for check in examination.of_capacity(store, reach.plans if reach else ()))


def _config(here: ArchiveContext) -> tuple[Config | None, Diagnosis]:
    """The archive's configuration, if it can be read, and the finding about it."""
    if here.folder is None:
        where = here.named or Path.cwd()
        return None, warning(
            msg("{path} is not an archive: it has no {file}.", path=where, file=FILE),
            msg('Go to your archive\'s folder, or create an archive: materials add "LINK"'),
        )
    try:
        config = here.config
    except MaterialsError as error:
        return None, from_error(error)
    if wrong := combined(*(notice for collection in config.collections for notice in collection.about.notices)):
        return config, warning(wrong, msg("Correct it in materials.toml; until then this value is not used."))
    return config, ok(
        msg("{path}: {collections}", path=here.folder / FILE, collections=counted(len(config.collections), "collection"))
    )


def _is_repeated(check: Check, diagnosis: Diagnosis, found: Sequence[tuple[str, Diagnosis]]) -> bool:
    """Whether an error has kept an earlier check of the archive from its work, too, and was reported there."""
    error = (diagnosis.code, diagnosis.what)  # the fix depends on the check
    return bool(diagnosis.code) and not check.slug and any((earlier.code, earlier.what) == error for _, earlier in found)


def _print(name: str, diagnosis: Diagnosis) -> None:
    """A line for the finding and, if something is wrong, one for the fix."""
    repaired = tr("fixed")
    width = max(map(cells, (repaired, *map(tr, _STYLES)))) + 2
    verdict = repaired if diagnosis.repaired else tr(diagnosis.verdict)
    lead = styled(padded(verdict, width), _STYLES[diagnosis.verdict]).append(f"{padded(safe(name), _LABELS)} ", "bold")
    print_hanging(out(), lead, tr(diagnosis.what))
    details = {
        tr("fix"): diagnosis.fix and tr(diagnosis.fix),
        tr("more"): diagnosis.code and f"materials help {diagnosis.code}",
    }
    for label, text in details.items():
        if text:
            print_hanging(out(), styled(f"{'':<{width}}{padded(label, max(map(cells, details)) + 1)}", "bold"), text)


def _row(key: str, diagnosis: Diagnosis) -> dict[str, object]:
    return {
        "check": key,
        "verdict": str(diagnosis.verdict),
        "message": str(diagnosis.what),
        "hint": str(diagnosis.fix or ""),
        "code": diagnosis.code or None,
        "mended": diagnosis.repaired,
    }


def _summary(verdicts: Sequence[str]) -> str:
    """The overall verdict, in one line."""
    checks = counted(len(verdicts), "check")
    warnings, troubles = verdicts.count("warning"), verdicts.count("trouble")
    if troubles:
        found = (
            trn("{count} problem and {warnings} in {checks}.", "{count} problems and {warnings} in {checks}.", troubles,
                warnings=counted(warnings, "warning"), checks=checks)
            if warnings
            else trn("{count} problem in {checks}.", "{count} problems in {checks}.", troubles, checks=checks)
        )  # fmt: skip
        return f"{found} {tr('Start with the first.')}" if troubles > 1 else found
    if warnings:
        return tr("No problems, {warnings} in {checks}.", warnings=counted(warnings, "warning"), checks=checks)
    return tr("No problems found ({checks}).", checks=checks)
