"""The channels in materials.toml: those that reach people, and the monitor. One that fails does not affect the others."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from threading import Thread

from materials_cli.config import Mailbox, Notify
from materials_cli.errors import MaterialsError
from materials_cli.messages import Message, msg
from materials_cli.notify.mail import address_of, recipients_of, send
from materials_cli.notify.notification import Notification, NotSentError
from materials_cli.notify.outbox import Channel
from materials_cli.notify.program import run_program
from materials_cli.notify.services import name_of, send_to_services

MONITOR = "ping"
_LONGEST = 300.0

Send = Callable[[Notification, Sequence[str]], None]


def channels(notify: Notify, archive: Path) -> dict[str, Channel]:
    """The channels that reach people, by name."""
    found = {}
    if box := notify.mail:
        recipients = tuple(map(address_of, recipients_of(box)))
        found["mail"] = Channel(recipients, _guarded(_timed(lambda message, to: _mail(box, message, to))))
    if command := notify.command:
        found["command"] = Channel(("program",), _guarded(lambda message, _: run_program(message, command, archive)))
    if addresses := notify.apprise:
        names = tuple(map(name_of, addresses))
        found["apprise"] = Channel(names, _guarded(_timed(lambda message, to: send_to_services(message, addresses, to))))
    return found


def tell_monitor(
    notify: Notify, signal: str, body: str = "", *, wait: Callable[[float], object] | None = None
) -> Message | None:
    """Ping the monitor, if there is one; return why it was not reached. See ping()."""
    if not (url := notify.ping):
        return None
    from materials_cli.drive.http import post  # noqa: PLC0415 - a run that is soon killed speaks before this is imported
    from materials_cli.notify.ping import ping  # noqa: PLC0415 - as above

    try:
        _guarded(_timed(lambda *_: ping(post, url, signal, body, wait=wait)))(Notification("", ""), ())
    except NotSentError as error:
        return error.reason
    return None


def _mail(box: Mailbox, message: Notification, to: Sequence[str]) -> None:
    from materials_cli.drive.pools import trust  # noqa: PLC0415 - see tell_monitor()

    send(message, box, trust(), to)


def _timed(send: Send) -> Send:
    """Wait five minutes at most: a server that drips its answer keeps every timeout of a socket from ending."""

    def timed(message: Notification, to: Sequence[str]) -> None:
        done = Future[None]()

        def deliver() -> None:
            try:
                send(message, to)
            except BaseException as error:  # noqa: BLE001 - raised where it is waited for
                done.set_exception(error)
            else:
                done.set_result(None)

        Thread(target=deliver, name="channel", daemon=True).start()
        try:
            done.result(_LONGEST)
        except TimeoutError as error:
            what = msg("The notification was not accepted within {seconds} s.", seconds=round(_LONGEST))
            raise NotSentError(what) from error

    return timed


def _guarded(send: Send) -> Send:
    """Let only NotSentError through, whatever the settings contain."""

    def guarded(message: Notification, to: Sequence[str]) -> None:
        try:
            send(message, to)
        except NotSentError:
            raise
        except MaterialsError as error:
            raise NotSentError(msg("The notification could not be sent: {reason}", reason=error.what)) from error
        except Exception as error:
            # The text of such an error may contain a password or a secret address.
            what = msg(
                "The notification could not be sent: a setting in [notify] is not valid ({kind}).", kind=type(error).__name__
            )
            raise NotSentError(what) from error

    return guarded
