"""A notification about a run, in every form that a channel needs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, field
from typing import Any

from materials_cli.errors import redacted
from materials_cli.messages import Message
from materials_cli.values import frozen


@frozen()
class Notification:
    """subject: one line. text, html: the whole text. data: the same for programs. status: the exit status of the run."""

    subject: str
    text: str
    html: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    status: int = 0

    def to_json(self) -> dict[str, Any]:
        """As it is kept until it is delivered."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Notification":
        """What to_json() made; raise KeyError, TypeError or ValueError for anything else."""
        return cls(str(kept["subject"]), str(kept["text"]), str(kept["html"]), dict(kept["data"]), int(kept["status"]))


class NotSentError(Exception):
    """A channel failed. reason: which one and why, without passwords and secret addresses.

    to: the recipients who were not reached, if the channel has reached some; empty for all.
    """

    def __init__(self, reason: Message, to: Sequence[str] = ()) -> None:
        self.reason = redacted(reason)
        super().__init__(str(self.reason))
        self.to = tuple(to)
