"""Mail by SMTP, as plain text with an HTML alternative."""

import ipaddress
import os
import smtplib
import ssl
from collections.abc import Sequence
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formatdate, make_msgid, parseaddr
from typing import Any

from materials_cli.config import Mailbox
from materials_cli.disk import reason
from materials_cli.messages import Message, joined, msg, verbatim
from materials_cli.network import trouble_of
from materials_cli.notify.notification import Notification, NotSentError
from materials_cli.patterns import regex
from materials_cli.redaction import keep_secret

_TIMEOUT = 30.0
# A name of this machine's users, or with a host. How much else Python's mail package refuses depends on its version.
_LABEL = r"""[^\s<>()\[\],;:@".]+"""
_ADDRESS = regex(rf"""(?:"[^"]+"|[^\s<>()\[\],;:@"]+)(?:@(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Za-z.:]+\]))?""")
_ONE = regex(r"""(?:"[^"]*"|[^",;])+""")
_LINE = 76  # of a line with encoded words, each of at most 75 characters (RFC 2047)
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


class _Policy(EmailPolicy):
    """Subjects in any letters come whole: of Python 3.11, EmailPolicy loses spaces between their lines."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """A header as it is sent."""
        if name != "Subject" or value.isascii():
            return super().fold_binary(name, value)
        folded = Header(value, "utf-8", _LINE, name).encode(linesep=self.linesep)
        return f"{name}: {folded}{self.linesep}".encode("ascii")


def address_of(recipient: str) -> str:
    """The address in "Name <address>"."""
    return parseaddr(recipient)[1] or recipient


def recipients_of(box: Mailbox) -> tuple[str, ...]:
    """Everybody who gets mail: people also write several into one text, and Python's mail package then takes one or none."""
    pieces = [piece.strip() for text in box.to for piece in (_ONE.findall(text) if text.count('"') % 2 == 0 else [text])]
    return tuple(filter(None, pieces)) or box.to


def send(notification: Notification, box: Mailbox, trust: ssl.SSLContext, to: Sequence[str]) -> None:
    """Send one mail; raise NotSentError, with the recipients whom the server refused.

    to: the addresses of those recipients who get it.
    """
    meant = [recipient for recipient in recipients_of(box) if address_of(recipient) in to]
    recipients = [recipient for recipient in meant if _ADDRESS.fullmatch(address_of(recipient))]
    mistyped = [recipient for recipient in meant if recipient not in recipients]
    left = tuple(map(address_of, mistyped))
    try:
        if recipients:
            _deliver(_letter(notification, box, recipients), box, trust)
    except NotSentError as error:
        error.to = (*error.to, *left) if error.to else ()
        raise
    if mistyped:
        listed = joined([verbatim(f"“{_line(recipient)}”") for recipient in mistyped], ", ")
        raise NotSentError(msg("Not a mail address, in [notify.mail]: {to}.", to=listed), left)


def _letter(notification: Notification, box: Mailbox, recipients: Sequence[str]) -> EmailMessage:
    mail = EmailMessage(_Policy(linesep="\r\n", max_line_length=_LINE))
    mail["Subject"] = " ".join(notification.subject.split())
    mail["From"], mail["To"] = box.from_, ", ".join(recipients)
    mail["Date"], mail["Message-ID"] = formatdate(localtime=True), make_msgid(domain="materials.invalid")
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(notification.text)
    if notification.html:
        mail.add_alternative(notification.html, subtype="html")
    return mail


def _deliver(mail: EmailMessage, box: Mailbox, trust: ssl.SSLContext) -> None:
    host, port = box.server.host, box.server.port or _PORTS[box.security]
    if box.user and box.security == "none" and not _is_this_machine(host):
        raise NotSentError(
            msg("The mail was not sent: without encryption, the password would be visible on its way to {host}.", host=host)
        )
    server_name = {"host": host, "port": str(port)}
    password = _password(box)
    try:
        if box.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=trust)
        else:
            server = smtplib.SMTP(host, port, timeout=_TIMEOUT)
        with server:
            if box.security == "starttls":
                server.starttls(context=trust)
            if box.user:
                server.login(box.user, password)
            refused = server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(error.recipients, server_name) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotSentError(
            msg("The mail server {host}:{port} did not accept the mail: {reason}", **server_name, reason=_reason(error))
        ) from error
    if refused:
        raise _refused(refused, server_name)


def _refused(answers: dict[str, tuple[int, bytes]], server_name: dict[str, str]) -> NotSentError:
    """What the server answered for each recipient it did not accept."""
    listed = [verbatim(f"{to} ({code} {_line(text)})") for to, (code, text) in answers.items()]
    what = msg("The mail server {host}:{port} did not accept the mail for {to}.", **server_name, to=joined(listed, ", "))
    return NotSentError(what, tuple(answers))


def _reason(error: Exception) -> Message:
    """The server's own answer, such as 535 Authentication failed, or what went wrong before there was one."""
    if isinstance(error, smtplib.SMTPResponseException):
        return verbatim(f"{error.smtp_code} {_line(error.smtp_error)}")
    return trouble_of(error) or verbatim(_line(str(error)) or type(error).__name__)


def _line(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return text.splitlines()[0][:200] if text else ""


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _password(box: Mailbox) -> str:
    """The password of the mailbox; raise NotSentError if there is none that a login could use."""
    if not box.user:
        return ""
    place, password = "MATERIALS_SMTP_PASSWORD", os.environ.get("MATERIALS_SMTP_PASSWORD", "")
    if box.password_file is not None:
        place = str(box.password_file)
        try:
            password = box.password_file.read_text("utf-8").strip()
        except UnicodeDecodeError as error:
            raise NotSentError(msg("The mail password in {place} is not text in UTF-8.", place=place)) from error
        except OSError as error:
            what = msg("The mail password in {place} cannot be read: {reason}.", place=place, reason=reason(error))
            raise NotSentError(what) from error
    keep_secret(password)
    if not password.isascii():
        raise NotSentError(
            msg("The mail password in {place} has characters outside ASCII, which an SMTP login cannot send.", place=place)
        )
    if not box.user.isascii():
        raise NotSentError(
            msg("The mail user “{user}” has characters outside ASCII, which an SMTP login cannot send.", user=box.user)
        )
    return password
