"""What there is to tell after a run, in every form that a channel may want."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from materials_cli.messages import Message


@dataclass(frozen=True, slots=True)
class Letter:
    """subject: one line. text and html: the whole of it. data: the same for programs. status: the run's exit status."""

    subject: str
    text: str
    html: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    status: int = 0


class NotSentError(Exception):
    """A channel did not take the message. reason: which and why, never with a password or a secret address."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason
