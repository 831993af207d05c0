"""Telegram, Teams, Slack and many more, through apprise, if it is installed."""

from collections.abc import Sequence

from materials_cli.messages import msg, msgn
from materials_cli.notify.notification import Notification, NotSentError
from materials_cli.redaction import keep_secret


def send_to_services(notification: Notification, addresses: Sequence[str]) -> None:
    """Notify every service; raise NotSentError. The addresses contain secrets and are never shown."""
    try:
        import apprise  # noqa: PLC0415 - an optional dependency, and slow to import
    except ImportError as error:
        raise NotSentError(msg("apprise is not installed: pip install 'materials-cli[apprise]'")) from error
    keep_secret(*(address.partition("://")[2] for address in addresses))
    services = apprise.Apprise()
    wrong = sum(not services.add(address) for address in addresses)
    if wrong:
        raise NotSentError(msgn("{count} apprise address is not valid.", "{count} apprise addresses are not valid.", wrong))
    if not services.notify(title=notification.subject, body=notification.text):
        raise NotSentError(msg("An apprise service did not accept the message."))
