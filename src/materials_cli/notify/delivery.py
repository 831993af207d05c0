"""Delivers notifications of an archive: first those that wait in its outbox, then the new one; what fails waits."""

from collections.abc import Collection
from datetime import datetime

from materials_cli.config import Notify
from materials_cli.errors import MaterialsError
from materials_cli.messages import Message
from materials_cli.notify.channels import channels
from materials_cli.notify.notification import Notification
from materials_cli.notify.outbox import FILE, Letter, deliver, from_json, to_json
from materials_cli.store.mirror import Store


def send_out(
    store: Store, notify: Notify, notification: Notification | None, now: datetime, *, without: Collection[str] = ()
) -> dict[str, Message]:
    """Send what waits and, if there is one, a new notification; return what failed, by channel. Never raise.

    without: channels that failed just now: what waits for them goes on waiting, and they do not get the new one.
    """
    open_channels = channels(notify, store.root)
    before = store.read_state(FILE)
    letters = from_json(before)
    resting = [letter for letter in letters if letter.channel in without]
    if notification:
        letters += [Letter(name, notification, now) for name in open_channels]
    waiting, troubles = deliver([letter for letter in letters if letter.channel not in without], open_channels, now)
    after = to_json([*resting, *waiting]) if resting or waiting else ""
    if after != before:
        try:
            store.write_state(FILE, after)
        except MaterialsError as error:
            troubles["outbox"] = error.what
    return troubles
