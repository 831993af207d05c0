"""What can be found in an item that may be private, and what can be decided on it. Nouns: they know nobody."""

from enum import StrEnum

from materials_cli.messages import Message, msg, msgid, placed
from materials_cli.values import frozen

_PLACES = {
    "name": msgid("file name"), "folder": msgid("folder"), "description": msgid("description"), "property": msgid("properties"),
    "file": msgid("file"), "title": msgid("title"),
}  # fmt: skip


class FindKind(StrEnum):
    """The kinds of what may be private, in the order in which they are shown."""

    EMAIL = "email"
    PHONE = "phone"
    IDENTITY = "identity"
    PASSPORT = "passport"
    ACCOUNT = "account"
    SECRET = "secret"  # noqa: S105 - a kind
    HANDLE = "handle"
    CONFIDENTIAL = "confidential"
    AUTHOR = "author"
    LOCATION = "location"
    NOTES = "notes"
    HIDDEN = "hidden"
    COMMENT = "comment"
    UNREAD = "unread"


MEANINGS = {
    FindKind.EMAIL: msgid("e-mail addresses"),
    FindKind.PHONE: msgid("telephone numbers"),
    FindKind.IDENTITY: msgid("identity numbers"),
    FindKind.PASSPORT: msgid("passport numbers"),
    FindKind.ACCOUNT: msgid("bank accounts and cards"),
    FindKind.SECRET: msgid("passwords, access codes and keys"),
    FindKind.HANDLE: msgid("accounts in messengers and networks"),
    FindKind.CONFIDENTIAL: msgid("marks such as “for official use only”"),
    FindKind.AUTHOR: msgid("people named as authors, speakers or contacts"),
    FindKind.LOCATION: msgid("places where pictures were taken (GPS)"),
    FindKind.NOTES: msgid("speaker notes (never published)"),
    FindKind.HIDDEN: msgid("hidden slides and sheets (never published)"),
    FindKind.COMMENT: msgid("comments (never published)"),
    FindKind.UNREAD: msgid("what no program could read: pictures, videos, locked or damaged files"),
}
IN_TEXT = frozenset(
    {FindKind.EMAIL, FindKind.PHONE, FindKind.IDENTITY, FindKind.PASSPORT, FindKind.ACCOUNT, FindKind.SECRET, FindKind.HANDLE,
     FindKind.CONFIDENTIAL}
)  # fmt: skip
NEVER = frozenset({FindKind.NOTES, FindKind.HIDDEN, FindKind.COMMENT})


@frozen()
class Find:
    """Something that may be private. field: where it is, a key of places; section: its number, or 0.

    text: as it stands; before, after: what stands around it. name: what it is, such as “KZ IIN”. key: that of the same find.
    """

    kind: FindKind
    field: str
    section: int
    text: str
    before: str = ""
    after: str = ""
    name: str = ""
    key: str = ""

    def place(self, unit: str) -> Message:
        """Where it is, for people."""
        return placed(unit, self.section) if self.section else msg(_PLACES.get(self.field, self.field))


class Decision(StrEnum):
    """What may be published of an item: all of it; its text without what was found; nothing, not even its name."""

    PUBLISH = "publish"
    REDACT = "redact"
    WITHHOLD = "withhold"
