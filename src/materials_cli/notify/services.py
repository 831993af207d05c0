"""Telegram, Teams, Slack and a hundred more, through apprise, where it is installed."""

from collections.abc import Sequence

from materials_cli.messages import msg, msgn
from materials_cli.notify.letter import Letter, NotSentError


def send_to_services(message: Letter, addresses: Sequence[str]) -> None:
    """Tell every service; raise NotSentError. The addresses hold secrets and are never shown."""
    try:
        import apprise  # noqa: PLC0415 - an extra, and slow
    except ImportError as error:
        raise NotSentError(msg("apprise is not installed: pip install 'materials-cli[apprise]'")) from error
    services = apprise.Apprise()
    wrong = sum(not services.add(address) for address in addresses)
    if wrong:
        raise NotSentError(
            msgn(
                "{count} apprise address is not valid.",
                "{count} apprise addresses are not valid.",
                wrong,
            )
        )
    if not services.notify(title=message.subject, body=message.text):
        raise NotSentError(msg("An apprise service did not accept the message."))
