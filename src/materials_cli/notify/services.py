"""Telegram, Teams, Slack and many more, through apprise, if it is installed."""

import hashlib
from collections.abc import Sequence

from materials_cli.messages import msg, msgn
from materials_cli.notify.notification import Notification, NotSentError
from materials_cli.redaction import keep_secret


def name_of(address: str) -> str:
    """A service's name in the outbox: a digest of its address, which contains secrets and is never shown or kept."""
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def send_to_services(notification: Notification, addresses: Sequence[str], to: Sequence[str]) -> None:
    """Notify every service; raise NotSentError, with the services that did not accept it.

    to: the names of the services to notify.
    """
    try:
        import apprise  # noqa: PLC0415 - an optional dependency, and slow to import
    except ImportError as error:
        fix = msg(
            "apprise is not installed. In the folder of the program: uv tool install '.[apprise]' (or pip install '.[apprise]')"
        )
        raise NotSentError(fix) from error
    keep_secret(*(address.partition("://")[2] for address in addresses))
    wrong, failed = [], []
    for address in addresses:
        if (name := name_of(address)) not in to:
            continue
        service = apprise.Apprise()
        if not service.add(address):
            wrong.append(name)
        elif not service.notify(title=notification.subject, body=notification.text):
            failed.append(name)
    if wrong:
        what = msgn("{count} apprise address is not valid.", "{count} apprise addresses are not valid.", len(wrong))
        raise NotSentError(what, wrong + failed)
    if failed:
        raise NotSentError(msg("An apprise service did not accept the message."), failed)
