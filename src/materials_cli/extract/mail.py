"""Messages (.eml) and web archives (.mht), which are messages too: subject, people, text; files inside are named."""

import codecs
import contextlib
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from pathlib import Path

from materials_cli.extract.package import unread_inside
from materials_cli.extract.plain import page_text
from materials_cli.extract.repeated import lacking
from materials_cli.model import Section, Text

_MAX_BYTES = 64 * 1024 * 1024
_CALENDAR, _MESSAGE = "text/calendar", "message/rfc822"
_READ = frozenset({"text/plain", "text/html", "text/markdown", "text/enriched", "text/csv"})
_INVITED = re.compile(
    r"""^(?:SUMMARY|LOCATION|DESCRIPTION|COMMENT|CATEGORIES)(?:;(?:"[^"\r\n]*+"|[^":\r\n]++)*+)?:(.*)$""",
    re.MULTILINE | re.IGNORECASE,
)
_FOLDED, _SIGN = re.compile(r"\r?\n[ \t]"), re.compile(r"\\(.)")
_HEADERS = ("From", "To", "Cc", "Date")


def read_mail(path: Path) -> Text:
    """One section: the subject is its title."""
    with path.open("rb") as file:
        return mail_text(file.read(_MAX_BYTES))


def mail_text(content: bytes) -> Text:
    """The text of a message."""
    message = _parsed(content)
    parts = list(message.walk())
    sections = [section for part in _bodies(parts) for section in _text(part).sections]
    title = _header(message, "Subject") or next((section.title for section in sections), "")
    forwarded = (_header(part, "Subject") for part in parts[1:] if "Subject" in part)
    body = "\n".join((*_people(message), *forwarded, *(section.body for section in sections)))
    files = list(filter(_is_file, parts))
    names = (part.get_filename() for part in files)
    text = "\n".join(filter(None, (body, *_invited(parts, f"{title} {body}"), *names))).strip()
    unread = sum(part.get_content_type() != _MESSAGE for part in files)
    return Text("section", (Section(1, title, text),), note=unread_inside(unread))


def _parsed(content: bytes) -> EmailMessage:
    """A message; one that was saved again as text in UTF-16 is one in UTF-8 first."""
    saved_again = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if saved_again:
        content = content.decode("utf-16", "replace").encode()
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - the policy decides the class
    for part in message.walk() if saved_again else ():
        with contextlib.suppress(KeyError, ValueError):  # it states nothing, or nothing legible
            if not (part.is_multipart() or str(part.get_payload()).isascii()):
                part.set_param("charset", "utf-8", replace=True)  # it states what its letters were in before
    return message


def _is_file(part: EmailMessage) -> bool:
    """Whether a part is a file that was sent along, and neither text that is read nor a picture shown in it."""
    shown = part.get_content_maintype() in {"multipart", "image"} or part.get_content_type() in {*_READ, _CALENDAR, _MESSAGE}
    return part.is_attachment() or (not shown and part.get_filename() is not None)


def _invited(parts: list[EmailMessage], said: str) -> Iterator[str]:
    """What the invitations among the parts say, in the order of the file, and the message itself does not."""
    calendars = (_FOLDED.sub("", _decoded(part)) for part in parts if part.get_content_type() == _CALENDAR)
    stated = (text for calendar in calendars for text in dict.fromkeys(_INVITED.findall(calendar)))
    lines = (_SIGN.sub(lambda sign: "\n" if sign[1] in "nN" else sign[1], text).strip() for text in stated)
    return lacking(lines, " ".join(said.split()))


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
    if part.get_content_subtype() == "html":
        return page_text(_content(part), part.get_content_charset(""))
    return Text("section", (Section(1, "", _decoded(part).strip()),))


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _decoded(part: EmailMessage) -> str:
    try:
        return _content(part).decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        return _content(part).decode("utf-8", "replace")


def _header(message: EmailMessage, name: str) -> str:
    """A header, decoded; one that is not understood is left out."""
    try:
        return " ".join(str(message[name] or "").split())
    except (ValueError, TypeError, LookupError, AttributeError, IndexError):
        return ""
