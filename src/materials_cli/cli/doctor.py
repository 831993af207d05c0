"""`materials doctor`: what the checks of doctor/ find, shown; detail only where there is trouble, a verdict at the end."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from materials_cli.cli.complete import complete_collection
from materials_cli.cli.options import ArchiveOption, JsonOption, named_archive
from materials_cli.cli.render import out, plural, print_json, safe, styled
from materials_cli.errors import ExitStatus, MaterialsError
from materials_cli.settings import FILE, Settings, find_archive, load

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from materials_cli.doctor.diagnosis import Check, Diagnosis
    from materials_cli.model import Plan

_STYLES = {"ok": "green", "warning": "yellow", "trouble": "bold red"}


def doctor(
    context: typer.Context,
    collections: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[COLLECTION]...", help="Only these collections.", show_default=False, autocompletion=complete_collection
        ),
    ] = None,
    *,
    fix: Annotated[bool, typer.Option("--fix", help="Also mend what is safe to mend.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask Google.")] = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Look for what is wrong, and say how to mend it; status 3 when there is trouble.

    Example: materials doctor
    """
    from materials_cli.doctor.diagnosis import Verdict, carry_out  # noqa: PLC0415 - only this command needs it

    found: list[tuple[str, Diagnosis]] = []
    with ExitStack() as stack:
        for check, changing in _checks(context, archive, collections or [], stack, offline=offline):
            diagnosis = carry_out(check, changing if fix else None)
            if diagnosis is not None:
                found.append((check.name, diagnosis))
                if not as_json:
                    _print(check.name, diagnosis)
    worst = max((diagnosis.verdict for _, diagnosis in found), key=list(Verdict).index)
    if as_json:
        print_json("materials/doctor@1", [_row(name, diagnosis) for name, diagnosis in found], verdict=str(worst))
    else:
        out().print(styled(_summary([str(diagnosis.verdict) for _, diagnosis in found]), _STYLES[worst]))
    if worst is Verdict.TROUBLE:
        raise typer.Exit(int(ExitStatus.PARTIAL))


def _checks(
    context: typer.Context, archive: Path | None, slugs: list[str], stack: ExitStack, *, offline: bool
) -> "Iterator[tuple[Check, AbstractContextManager[object]]]":
    """Every check that can be made here, with what must be held while it mends."""
    from materials_cli.doctor import examination  # noqa: PLC0415 - see doctor()
    from materials_cli.doctor.diagnosis import Check  # noqa: PLC0415
    from materials_cli.store.mirror import Store  # noqa: PLC0415

    yield from ((check, nullcontext()) for check in examination.of_machine())
    named = named_archive(context, archive)
    place = find_archive(Path.cwd(), named)
    settings, configured = _settings(place, named)
    yield Check("Settings", lambda: configured), nullcontext()
    collections = settings.chosen(slugs) if settings else None
    store = Store(place or Path.cwd())
    if place:
        yield from ((check, store.lock()) for check in examination.of_archive(store, collections))
    plans: Sequence[Plan] = ()
    if not offline:
        from materials_cli.cli.collect import _crew  # noqa: PLC0415 - these draw in what talks to Google
        from materials_cli.doctor.reach import Reach  # noqa: PLC0415

        crew, _ = stack.enter_context(_crew(quiet=True))
        reach = Reach(os.environ, store, crew, stack)
        plans = reach.plans
        yield from ((check, nullcontext()) for check in examination.of_google(reach, collections or ()))
    if place:
        yield from ((check, nullcontext()) for check in examination.of_room(store, plans))


def _settings(place: Path | None, named: Path | None) -> "tuple[Settings | None, Diagnosis]":
    """The archive's settings, where there are any that can be read, and what is to be said of them."""
    from materials_cli.doctor.diagnosis import told, warning, well  # noqa: PLC0415 - see doctor()

    if place is None:
        where = named or Path.cwd()
        return None, warning(f"{where} is no archive: it has no {FILE}.", 'Go to yours, or begin one: materials add "LINK"')
    try:
        settings = load(place)
    except MaterialsError as error:
        return None, told(error)
    return settings, well(f"{place / FILE}: {plural(len(settings.collections), 'collection')}")


def _print(name: str, diagnosis: "Diagnosis") -> None:
    """One line for what is well; the remedy below what is not."""
    verdict = "mended" if diagnosis.mended else str(diagnosis.verdict)
    line = styled(f"{verdict:<9}", _STYLES[diagnosis.verdict]).append(f"{safe(name):<15} ", "bold").append(safe(diagnosis.what))
    out().print(line, soft_wrap=True)
    for label, text in (("fix", diagnosis.fix), ("more", diagnosis.code and f"materials help {diagnosis.code}")):
        if text:
            out().print(styled(f"{'':<9}{label:<5}", "bold").append(safe(text)), soft_wrap=True)


def _row(name: str, diagnosis: "Diagnosis") -> dict[str, object]:
    return {
        "check": name,
        "verdict": str(diagnosis.verdict),
        "message": diagnosis.what,
        "hint": diagnosis.fix,
        "code": diagnosis.code or None,
        "mended": diagnosis.mended,
    }


def _summary(verdicts: Sequence[str]) -> str:
    """The verdict on the whole, in one line."""
    checked = plural(len(verdicts), "check")
    warnings, troubles = verdicts.count("warning"), verdicts.count("trouble")
    if troubles:
        more = f" and {plural(warnings, 'warning')}" if warnings else ""
        return f"Not well: {plural(troubles, 'trouble')}{more} in {checked}. Begin with the first."
    return f"Well, with {plural(warnings, 'warning')} in {checked}." if warnings else f"All is well: {checked}."
