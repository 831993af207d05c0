"""Why a plan takes an action: one table."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from materials_cli.messages import Message, msg, msgid


class Cause(StrEnum):
    """Why a plan takes an action: a stable code, and its text."""

    text: str

    def __new__(cls, word: str, text: str) -> Self:
        """Make a member from its row in the table."""
        row = str.__new__(cls, word)
        row._value_ = word
        row.text = text
        return row

    # Aligned as a table.
    # fmt: off
    NEW = "new", msgid("new on Drive")
    ADOPTED = "adopted", msgid("an interrupted run had finished it; adopted without a download")
    OFFERED = "offered", msgid("on Drive; taken from a copy, without a download")
    BACK = "back", msgid("back on Drive")
    BACK_CHANGED = "back_changed", msgid("back on Drive, {change}")
    RESIZED = "resized", msgid("changed on Drive, {before} → {after} bytes")
    CHANGED = "changed", msgid("changed on Drive")
    EDITED = "edited", msgid("edited on Drive")
    PERHAPS_EDITED = "perhaps_edited", msgid("possibly edited on Drive")
    LEADS_ELSEWHERE = "leads_elsewhere", msgid("now points elsewhere")
    OTHER_FORMAT = "other_format", msgid("configured in another format")
    SAME_CONTENT = "same_content", msgid("{change}; same content")
    MOVED = "moved", msgid("moved on Drive")
    RENAMED = "renamed", msgid("renamed on Drive")
    MOVED_AND_RENAMED = "moved_and_renamed", msgid("moved and renamed on Drive")
    TWIN = "twin", msgid("another file with the same name was added or removed")
    STRAYED_HERE = "strayed_here", msgid("moved within the mirror; moved back")
    ABSENT_HERE = "absent_here", msgid("missing from the mirror")
    EDITED_HERE = "edited_here", msgid("edited locally; the edited copy is set aside")
    DAMAGED_HERE = "damaged_here", msgid("damaged on this disk; the damaged file is set aside")
    # In histories of earlier versions only, which are still told.
    LISTED_AGAIN = "listed_again", msgid("listed again")
    DETAILS = "details", msgid("details changed on Drive")
    GONE = "gone", msgid("no longer in the folder on Drive")
    LISTED_ELSEWHERE = "listed_elsewhere", msgid("listed once, at its folder's own place")
    UNWANTED_FORMAT = "unwanted_format", msgid("this format is no longer configured")
    LEADS_NOWHERE = "leads_nowhere", msgid("missing from this disk, and its target on Drive no longer exists")
    # fmt: on

    def message(self, details: Mapping[str, object]) -> Message:
        """The text with its fields filled in."""
        return msg(self.text, **details)
