"""Mail by SMTP, as plain text with an HTML alternative."""

import ipaddress
import os
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from materials_cli.config import Mailbox
from materials_cli.messages import msg
from materials_cli.notify.notification import Notification, NotSentError
from materials_cli.redaction import keep_secret

_TIMEOUT = 30.0
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def send(notification: Notification, box: Mailbox, trust: ssl.SSLContext) -> None:
    """Send one mail; raise NotSentError."""
    mail = EmailMessage()
    mail["Subject"] = " ".join(notification.subject.split())
    mail["From"], mail["To"] = box.from_, ", ".join(box.to)
    mail["Date"], mail["Message-ID"] = formatdate(localtime=True), make_msgid(domain="materials.invalid")
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(notification.text)
    if notification.html:
        mail.add_alternative(notification.html, subtype="html")
    host, port = box.server.host, box.server.port or _PORTS[box.security]
    if box.user and box.security == "none" and not _is_this_machine(host):
        raise NotSentError(
            msg("The mail was not sent: without encryption, the password would be visible on its way to {host}.", host=host)
        )
    try:
        password = _password(box)
        if box.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=trust)
        else:
            server = smtplib.SMTP(host, port, timeout=_TIMEOUT)
        with server:
            if box.security == "starttls":
                server.starttls(context=trust)
            if box.user:
                server.login(box.user, password)
            server.send_message(mail)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSentError(
            msg(
                "The mail server {host}:{port} did not accept the mail: {reason}",
                host=host,
                port=str(port),
                reason=_reason(error),
            )
        ) from error


def _reason(error: Exception) -> str:
    """The server's own answer, such as 535 Authentication failed, or what went wrong before there was one."""
    answer = str(error)
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        answer = f"{error.smtp_code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
    return answer.splitlines()[0][:200] if answer else type(error).__name__


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _password(box: Mailbox) -> str:
    if box.password_file is not None:
        password = box.password_file.read_text("utf-8").strip()
    else:
        password = os.environ.get("MATERIALS_SMTP_PASSWORD", "")
    keep_secret(password)
    return password
