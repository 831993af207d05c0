"""A notification about a run, in every form that a channel needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from materials_cli.errors import redacted
from materials_cli.messages import Message


@dataclass(frozen=True, slots=True)
class Notification:
    """subject: one line. text, html: the whole text. data: the same for programs. status: the exit status of the run."""

    subject: str
    text: str
    html: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    status: int = 0


class NotSentError(Exception):
    """A channel failed. reason: which one and why, without passwords and secret addresses."""

    def __init__(self, reason: Message) -> None:
        self.reason = redacted(reason)
        super().__init__(str(self.reason))
