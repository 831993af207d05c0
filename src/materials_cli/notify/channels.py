"""Sends a notification through all channels in materials.toml; one that fails does not affect the others."""

from collections.abc import Callable, Iterator
from pathlib import Path

from materials_cli.config import Notify
from materials_cli.drive.http import post
from materials_cli.drive.wire import trust
from materials_cli.errors import MaterialsError
from materials_cli.messages import Message, msg
from materials_cli.notify.mail import send
from materials_cli.notify.notification import Notification, NotSentError
from materials_cli.notify.ping import ping
from materials_cli.notify.program import run_program
from materials_cli.notify.services import send_to_services


def send_all(
    notify: Notify, archive: Path, notification: Notification | None = None, *, signal: str = "", body: str = ""
) -> list[Message]:
    """Use every channel; return why some failed.

    notification: for people, if any. signal: for a monitor that expects pings, with body as its log.
    """
    troubles: list[Message] = []
    for channel in _channels(notify, archive, notification, signal, body):
        try:
            channel()
        except NotSentError as error:
            troubles.append(error.reason)
        except MaterialsError as error:
            troubles.append(msg("The notification could not be sent: {reason}", reason=error.what))
        except (OSError, ValueError) as error:
            # The text of such an error may contain a password or a secret address.
            kind = type(error).__name__
            troubles.append(msg("The notification could not be sent: a setting in [notify] is not valid ({kind}).", kind=kind))
    return troubles


def _channels(
    notify: Notify, archive: Path, notification: Notification | None, signal: str, body: str
) -> Iterator[Callable[[], None]]:
    if (url := notify.ping) and signal:
        yield lambda: ping(post, url, signal, body)
    if notification is None:
        return
    if box := notify.mail:
        yield lambda: send(notification, box, trust())
    if notify.command:
        yield lambda: run_program(notification, notify.command, archive)
    if notify.apprise:
        yield lambda: send_to_services(notification, notify.apprise)
