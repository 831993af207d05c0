"""`materials notify`: send a test notification, or report a run that was killed."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated

import typer

from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption
from materials_cli.cli.output import print_json, say
from materials_cli.cli.trust import TrustedOption, confirmed_once, permitted
from materials_cli.config import Config
from materials_cli.errors import Code, ExitStatus, MaterialsError
from materials_cli.messages import Message, msg, tr, verbatim
from materials_cli.notify.alarm import FILE, Memory, one_killed, reported_lately
from materials_cli.notify.channels import channels, tell_monitor
from materials_cli.notify.delivery import send_out
from materials_cli.notify.notification import Notification, NotSentError
from materials_cli.store.mirror import Store


def notify(
    context: typer.Context,
    *,
    failed: Annotated[
        bool, typer.Option("--failed", help="Report that the last run failed, unless that was already reported.")
    ] = False,
    as_json: JsonOption = False,
    trusted: TrustedOption = "",
    archive: ArchiveOption = None,
) -> None:
    """Send a test message to all configured recipients.

    Recipients are configured in materials.toml, under [notify].

    Example: materials notify
    """
    here = ArchiveContext.of(context, archive)
    if not failed:
        confirmed_once(here.config)
    now = permitted(here.config, trusted, unattended=failed)
    sent, unreached = True, list[str]()
    if failed:
        sent, troubles = _report_failure(here.store, now.config)
    else:
        troubles, unreached = _test(now.config)
        if not troubles:  # what has waited need not wait for the next run
            troubles += send_out(here.store, now.config.notify, None, datetime.now(UTC)).values()
    troubles += [now.notice] if sent and now.notice else []
    if as_json:
        print_json("materials/notify@1", [{"sent": sent, "troubles": troubles, "not_reached": unreached}])
    for trouble in () if as_json else troubles:
        say(tr(trouble), style="red")
    if unreached and not as_json:
        say(tr("Not reached: {recipients}", recipients=", ".join(unreached)), style="red")
    if troubles:
        raise typer.Exit(int(ExitStatus.PARTIAL))
    if not failed and not as_json:
        say(tr("The test message was sent to all recipients."))


def _report_failure(store: Store, config: Config) -> tuple[bool, list[Message]]:
    """Report that a run was killed; return whether that was to be reported, and what went wrong with it."""
    now = datetime.now(UTC)
    memory = Memory.from_json(store.read_state(FILE), now)
    if reported_lately(memory, now):
        return False, []
    with suppress(MaterialsError):  # reported again: better twice than never
        store.write_state(FILE, one_killed(memory, now).to_json())
    message = Notification(
        tr("materials: {name}: action needed", name=config.archive.name),
        tr(
            "A run of the archive {archive} was killed, or ended by a bug, before it could report why.\n  fix   Run "
            "`materials sync` there by hand; `materials doctor` finds the usual causes.\n",
            archive=config.archive,
        ),
        status=int(ExitStatus.BUG),
    )
    troubles = list(send_out(store, config.notify, message, now).values())
    trouble = tell_monitor(config.notify, str(int(ExitStatus.BUG)), message.text)
    return True, [*troubles, *([trouble] if trouble else [])]


def _test(config: Config) -> tuple[list[Message], list[str]]:
    """Send a test message through every channel; return why some failed, and who was not reached by mail."""
    if not config.notify.reaches_somebody:
        raise MaterialsError(
            Code.BAD_SETTINGS, msg("No recipients are configured."),
            why=msg("materials.toml has no table [notify], or an empty one."), fix=verbatim("materials help settings"),
        )  # fmt: skip
    message = Notification(
        tr("materials: {name}: test message", name=config.archive.name),
        tr("This is a test message. Its recipients will be notified of changes and problems.\n"),
    )
    troubles, unreached = list[Message](), list[str]()
    for name, channel in channels(config.notify, config.archive).items():
        try:
            channel.send(message, channel.recipients)
        except NotSentError as error:
            troubles.append(error.reason)
            unreached += (error.to or channel.recipients) if name == "mail" else ()
    trouble = tell_monitor(config.notify, "log", message.text)
    return [*troubles, *([trouble] if trouble else [])], unreached
