"""Notifications that have not been delivered: kept in the archive's outbox.json, and sent again by the next run.

A mail server that puts a mail off, a recipient whom it refuses, a program that fails: none of them loses a digest, an alarm or
the news that a problem is resolved. The outbox names channels and recipients; where they are reached is only in materials.toml.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from materials_cli.config import Notify
from materials_cli.messages import Message, msgn
from materials_cli.notify.notification import Notification, NotSentError
from materials_cli.values import frozen

FILE = "outbox.json"
_LONGEST = timedelta(days=30)
_MOST = 60


@frozen()
class Channel:
    """A way to people. recipients: their names in the outbox. send: delivers to some of them, or raises NotSentError."""

    recipients: tuple[str, ...]
    send: Callable[[Notification, Sequence[str]], None]


@frozen()
class Letter:
    """A notification on its way through one channel. to: the recipients who wait for it; empty for all of them."""

    channel: str
    notification: Notification
    since: datetime
    to: tuple[str, ...] = ()


def waiting(text: str, notify: Notify) -> list[Letter]:
    """What waits in outbox.json to be delivered; nothing if the settings name nobody: it was for a former recipient."""
    return from_json(text) if notify.reaches_somebody else []


def to_json(letters: Iterable[Letter]) -> str:
    """The content of outbox.json."""
    kept = [
        {
            "channel": letter.channel,
            "to": letter.to,
            "since": letter.since.isoformat(),
            "notification": letter.notification.to_json(),
        }
        for letter in letters
    ]
    return json.dumps(kept, ensure_ascii=False, indent=1, default=str)


def from_json(text: str) -> list[Letter]:
    """Read what to_json() wrote; nothing if that is not possible."""
    try:
        return [
            Letter(
                str(kept["channel"]),
                Notification.from_json(kept["notification"]),
                datetime.fromisoformat(kept["since"]).astimezone(UTC),
                tuple(map(str, kept["to"])),
            )
            for kept in json.loads(text)
        ]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return []


def deliver(
    letters: Iterable[Letter], channels: Mapping[str, Channel], now: datetime
) -> tuple[list[Letter], dict[str, Message]]:
    """Send letters; return those that still wait, and why, by channel. Nobody gets a later letter before an earlier one.

    What is for a channel or recipient no longer in materials.toml is dropped. A letter that has waited for a month, or that is
    one too many, is given up, which is reported.
    """
    troubles: dict[str, Message] = {}
    unreached: set[tuple[str, str]] = set()
    tried = (
        replace(letter, to=_post(letter, channels[letter.channel], unreached, troubles))
        for letter in letters
        if letter.channel in channels
    )
    waiting = [letter for letter in tried if letter.to]
    kept = [letter for letter in waiting if now - letter.since < _LONGEST][-_MOST:]
    if lost := len(waiting) - len(kept):
        troubles["outbox"] = msgn(
            "{count} notification could not be delivered for a month and was given up.",
            "{count} notifications could not be delivered for a month and were given up.",
            lost,
        )
    return kept, troubles


def _post(letter: Letter, channel: Channel, unreached: set[tuple[str, str]], troubles: dict[str, Message]) -> tuple[str, ...]:
    """Send one letter to those who can be reached; add who cannot, and why, and return those who still wait for it."""
    name = letter.channel
    wanted = [to for to in channel.recipients if not letter.to or to in letter.to]
    if reachable := [to for to in wanted if (name, to) not in unreached]:
        try:
            channel.send(letter.notification, reachable)
        except NotSentError as error:
            troubles.setdefault(name, error.reason)
            unreached |= {(name, to) for to in error.to or reachable}
    return tuple(to for to in wanted if (name, to) in unreached)
