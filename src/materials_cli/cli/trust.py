"""`materials trust`: show the settings that run programs, write elsewhere or sign in, and confirm their values."""

import sys
from contextlib import suppress
from typing import Annotated

import typer

from materials_cli import trust as trusted
from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption
from materials_cli.cli.output import err, print_hanging, print_json, say, say_whole, styled
from materials_cli.config import Config
from materials_cli.configfile import Risk
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import msg, msgid, tr
from materials_cli.schedule.backends import is_scheduled
from materials_cli.trust import Claim, Standing

TrustedOption = Annotated[str, typer.Option("--trusted", hidden=True)]  # in the lines that `schedule install --print` prints
YES = {"y", "yes", "д", "да"}
_RISKS = {
    Risk.RUN: msgid("runs a program"),
    Risk.WRITE: msgid("writes outside the archive"),
    Risk.SIGN_IN: msgid("signs in with a password"),
    Risk.SERVICE: msgid("sends to these services"),
    Risk.STORE: msgid("keeps the archive there, with your credential"),
    Risk.CLUSTER: msgid("lets these computers list, download and read"),
    Risk.READ: msgid("reads archives there, with your credential"),
}


def trust(
    context: typer.Context,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Confirm without asking.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Withdraw all confirmations.")] = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Confirm settings that run programs, write elsewhere or sign in.

    An archive may come from somebody else, and so may its materials.toml. What it says in [notify] command, mail with a user
    and apprise, [[archives]], store, executor, and a log_file or metrics_file outside the archive, is used only after you have
    confirmed it here once. If a value changes, it has to be confirmed again.

    Example: materials trust
    """
    config = ArchiveContext.of(context, archive).config
    found = trusted.claims(config)
    if forget:
        trusted.decline(config.archive, everything=True)
    elif yes and found:
        _believe(config, permitted(config))
    if as_json:
        left = permitted(config).open
        print_json("materials/trust@1", [_row(claim, confirmed=claim not in left) for claim in found])
    elif forget:
        say(tr("Nothing is confirmed any more."))
    elif not found:
        say(tr("There is nothing to confirm in materials.toml."))
    elif permitted(config).open:
        confirmed_once(config)
    else:
        _show(found)
        say(tr("You have confirmed this. If one of these values changes, you will be asked again."))


def permitted(config: Config, vouched: str = "", *, unattended: bool = False, runner: int | None = None) -> Standing:
    """What of the configuration counts now. vouched: from --trusted. runner: the user who will run it, if root asks for one."""
    archive = config.archive.absolute()
    now = trusted.standing(
        config, vouched=vouched, scheduled=lambda: is_scheduled(archive), unattended=unattended, runner=runner
    )
    if now.new:
        with suppress(MaterialsError):  # a timer of the system may not write there; it asks again
            trusted.confirm(config)
    return now


def executor_of(config: Config, given: str | None) -> str | None:
    """The cluster that is to work: the one that was typed, else that of the settings, if they are confirmed."""
    return given or (permitted(config).config.executor if config.executor else None)


def confirmed_once(config: Config, *, runner: int | None = None) -> None:
    """Ask for what has to be confirmed, if anything; raise unconfirmed_settings if it is not, or nobody can be asked."""
    now = permitted(config, runner=runner)
    if not now.open:
        return
    if now.owner:
        _believe(config, now)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise _unconfirmed(now)
    say(tr("The settings of this archive ask for more than mirroring a folder:"))
    _show(now.open)
    say(tr("Say yes if you wrote this yourself or trust whoever did."))
    answer = typer.prompt(tr("Use these settings on this computer? [y/N]"), default="", show_default=False, err=True)
    if answer.strip().casefold() not in YES:
        trusted.decline(config.archive)
        raise _unconfirmed(now)
    _believe(config, now)
    say(tr("Confirmed. If one of these values changes, you will be asked again."))


def _believe(config: Config, now: Standing) -> None:
    """Confirm everything; raise unconfirmed_settings if the file is somebody else's."""
    if now.owner:
        raise MaterialsError(
            Code.UNCONFIRMED_SETTINGS, msg("materials.toml belongs to {owner}.", owner=now.owner),
            where=str(config.archive / "materials.toml"),
            why=msg("Whoever owns the file could change it at any time, and with it what is run in your name."),
            fix=msg("Run this as its owner, or make the file yours: copy it, read the copy, and put it in its place."),
        )  # fmt: skip
    trusted.confirm(config)


def _unconfirmed(now: Standing) -> MaterialsError:
    names = ", ".join(claim.name for claim in now.open)
    return MaterialsError(Code.UNCONFIRMED_SETTINGS, msg("These settings are not confirmed: {names}.", names=names))


def _show(shown: tuple[Claim, ...]) -> None:
    """Print each setting with what it does, and its value in one piece."""
    for claim in shown:
        print_hanging(err(), styled(f"  {claim.name}  ", "bold"), tr(_RISKS[claim.risk]), "yellow")
        say_whole(f"    {tr(claim.label)}")


def _row(claim: Claim, *, confirmed: bool) -> dict[str, object]:
    return {"setting": claim.name, "risk": claim.risk, "value": claim.label, "confirmed": confirmed}
