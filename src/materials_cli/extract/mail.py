"""Messages (.eml) and web archives (.mht), which are messages too: subject, people, text; files inside are named."""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from pathlib import Path

from materials_cli.extract.plain import page_text
from materials_cli.messages import msg
from materials_cli.model import Section, Text

_MAX_BYTES = 64 * 1024 * 1024
_READ = frozenset({"text/plain", "text/html"})
_HEADERS = ("From", "To", "Cc", "Date")


def read_mail(path: Path) -> Text:
    """One section: the subject is its title."""
    with path.open("rb") as file:
        return mail_text(file.read(_MAX_BYTES))


def mail_text(content: bytes) -> Text:
    """The text of a message."""
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - the policy decides the class
    parts = list(message.walk())
    names = [name for part in parts if part.is_attachment() and (name := part.get_filename())]
    sections = [section for part in _bodies(parts) for section in _text(part).sections]
    title = _header(message, "Subject") or next((section.title for section in sections), "")
    forwarded = [_header(part, "Subject") for part in parts[1:] if "Subject" in part]
    body = "\n".join((*_people(message), *forwarded, *(section.body for section in sections), *names)).strip()
    note = msg("Embedded files ({count}) are not read.", count=len(names)) if names else None
    return Text("section", (Section(1, title, body),), note=note)


def _people(message: EmailMessage) -> list[str]:
    """Who wrote to whom, and when; nothing for a web archive, which nobody sent to anybody."""
    headers = {name: _header(message, name) for name in _HEADERS}
    return [f"{name}: {value}" for name, value in headers.items() if value] if headers["To"] or headers["Cc"] else []


def _bodies(parts: list[EmailMessage]) -> Iterator[EmailMessage]:
    """The parts with text; of the same text as plain text and as a web page, the plain one."""
    repeated = {id(part) for either in parts if either.get_content_subtype() == "alternative" for part in _repeated(either)}
    for part in parts:
        if part.get_content_type() in _READ and not part.is_attachment() and id(part) not in repeated:
            yield part


def _repeated(either: EmailMessage) -> Iterator[MIMEPart]:
    """What says again, in some other form, what one of several alternatives says as plain text."""
    ways = list(either.iter_parts())
    if any(way.get_content_type() == "text/plain" for way in ways):
        yield from (part for way in ways if way.get_content_type() != "text/plain" for part in way.walk())


def _text(part: EmailMessage) -> Text:
    content = part.get_payload(decode=True)
    content = content if isinstance(content, bytes) else b""
    if part.get_content_subtype() == "html":
        return page_text(content, part.get_content_charset(""))
    try:
        text = content.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        text = content.decode("utf-8", "replace")
    return Text("section", (Section(1, "", text.strip()),))


def _header(message: EmailMessage, name: str) -> str:
    """A header, decoded; one that is not understood is left out."""
    try:
        return " ".join(str(message[name] or "").split())
    except (ValueError, TypeError, LookupError, AttributeError, IndexError):
        return ""
