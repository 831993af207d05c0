"""Pings a monitor that expects regular runs, in the protocol of healthchecks.io: /start, then the exit status.

https://healthchecks.io/docs/http_api/ – several other monitors use the same protocol.
"""

from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from materials_cli.drive.http import Post, UnreachableError
from materials_cli.messages import msg
from materials_cli.notify.notification import NotSentError
from materials_cli.redaction import keep_secret

_MAX_BODY = 10_000
_PAUSES = (2.0, 8.0)


def ping(post: Post, url: str, signal: str, body: str = "", *, wait: Callable[[float], object] | None = None) -> None:
    """Ping the monitor; raise NotSentError. signal: "start", "log" or an exit status. body: a log, of which the end is sent.

    wait: if given, a ping that fails is tried again after some seconds, in which it is called; what a monitor has not heard by
    the end of a run, it never hears.
    """
    parts = urlsplit(url)
    keep_secret(parts.path, parts.query)
    address = urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{signal}"))
    content = body[-_MAX_BODY:].encode("utf-8", "replace")
    for pause in (*(_PAUSES if wait else ()), None):
        try:
            post(address, content, "text/plain; charset=utf-8")
        except UnreachableError as error:
            if pause is None or wait is None:
                raise NotSentError(
                    msg("The monitor at {host} could not be pinged: {reason}", host=parts.hostname, reason=error.reason)
                ) from error
            wait(pause)
        else:
            return
