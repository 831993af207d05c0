"""`materials notify`: send a test notification, or report a run that was killed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption
from materials_cli.cli.output import print_json, say
from materials_cli.cli.trust import TrustedOption, confirmed_once, permitted
from materials_cli.errors import Code, ExitStatus, MaterialsError
from materials_cli.messages import Message, msg, tr, verbatim
from materials_cli.notify.alarm import FILE, Memory, reported_lately
from materials_cli.notify.channels import send_all
from materials_cli.notify.notification import Notification


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
    now = permitted(here.config, trusted)
    config = now.config
    if failed:
        memory = Memory.from_json(here.store.read_state(FILE), datetime.now(UTC))
        if reported_lately(memory, datetime.now(UTC)):
            _report([], sent=False, as_json=as_json)
            return
    elif not any((config.notify.ping, config.notify.mail, config.notify.command, config.notify.apprise)):
        raise MaterialsError(
            Code.BAD_SETTINGS, msg("No recipients are configured."),
            why=msg("materials.toml has no table [notify], or an empty one."), fix=verbatim("materials help settings"),
        )  # fmt: skip
    name = config.archive.name
    message = (
        Notification(
            tr("materials: {name}: action needed", name=name),
            tr(
                "A run of the archive {archive} was killed, or ended by a bug, before it could report why.\n  fix   Run "
                "`materials sync` there by hand; `materials doctor` finds the usual causes.\n",
                archive=config.archive,
            ),
            status=int(ExitStatus.BUG),
        )
        if failed
        else Notification(
            tr("materials: {name}: test message", name=name),
            tr("This is a test message. Its recipients will be notified of changes and problems.\n"),
        )
    )
    troubles = send_all(config.notify, config.archive, message, signal="1" if failed else "log", body=message.text)
    troubles += [now.notice] if now.notice else []
    _report(troubles, sent=True, as_json=as_json)
    if troubles:
        raise typer.Exit(int(ExitStatus.PARTIAL))
    if not failed and not as_json:
        say(tr("The test message was sent to all recipients."))


def _report(troubles: Sequence[Message], *, sent: bool, as_json: bool) -> None:
    if as_json:
        print_json("materials/notify@1", [{"sent": sent, "troubles": troubles}])
        return
    for trouble in troubles:
        say(tr(trouble), style="red")
