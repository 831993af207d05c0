"""Pings a monitor that expects regular runs, in the protocol of healthchecks.io: /start, then the exit status.

https://healthchecks.io/docs/http_api/ – several other monitors use the same protocol.
"""

from urllib.parse import urlsplit, urlunsplit

from materials_cli.drive.http import Post, UnreachableError
from materials_cli.messages import msg
from materials_cli.notify.notification import NotSentError
from materials_cli.redaction import keep_secret

_MAX_BODY = 10_000


def ping(post: Post, url: str, signal: str, body: str = "") -> None:
    """Ping the monitor; raise NotSentError. signal: "start", "log" or an exit status. body: a log, of which the end is sent."""
    parts = urlsplit(url)
    keep_secret(parts.path, parts.query)
    address = urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{signal}"))
    try:
        post(address, body[-_MAX_BODY:].encode("utf-8", "replace"), "text/plain; charset=utf-8")
    except UnreachableError as error:
        raise NotSentError(
            msg("The monitor at {host} could not be pinged: {reason}", host=parts.hostname, reason=error.reason)
        ) from error
