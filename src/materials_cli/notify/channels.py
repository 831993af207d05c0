"""Through which channels a message goes, as materials.toml has it; a channel that fails never keeps another from speaking."""

from collections.abc import Callable, Iterator
from pathlib import Path

from materials_cli.config import Notify
from materials_cli.errors import MaterialsError
from materials_cli.messages import Message, msg
from materials_cli.notify.letter import Letter, NotSentError


def tell_all(
    notify: Notify, archive: Path, message: Letter | None = None, *, signal: str = "", body: str = ""
) -> list[Message]:
    """Tell everybody; return what could not be told, and why.

    message: for people, None for none. signal: for the monitor that waits to be pinged, with the body as its log.
    """
    troubles: list[Message] = []
    for channel in _channels(notify, archive, message, signal, body):
        try:
            channel()
        except NotSentError as error:
            troubles.append(error.reason)
        except MaterialsError as error:
            troubles.append(msg("The notification could not be sent: {reason}", reason=error.what))
        except (OSError, ValueError) as error:
            # What such an error says may hold a password or a secret address.
            kind = type(error).__name__
            troubles.append(msg("The notification could not be sent: a setting in [notify] is not valid ({kind}).", kind=kind))
    return troubles


def _channels(notify: Notify, archive: Path, message: Letter | None, signal: str, body: str) -> Iterator[Callable[[], None]]:
    if (url := notify.ping) and signal:
        from materials_cli.drive.http import post  # noqa: PLC0415 - most runs tell nobody
        from materials_cli.notify.ping import ping  # noqa: PLC0415

        yield lambda: ping(post, url, signal, body)
    if message is None:
        return
    if box := notify.mail:
        from materials_cli.drive.wire import trust  # noqa: PLC0415 - see above
        from materials_cli.notify.mail import send  # noqa: PLC0415

        yield lambda: send(message, box, trust())
    if notify.command:
        from materials_cli.notify.program import run_program  # noqa: PLC0415 - see above

        yield lambda: run_program(message, notify.command, archive)
    if notify.apprise:
        from materials_cli.notify.services import send_to_services  # noqa: PLC0415 - see above

        yield lambda: send_to_services(message, notify.apprise)
