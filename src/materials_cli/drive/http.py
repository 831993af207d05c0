"""Small requests to other servers than Drive: with the same trust and through the same proxy, and with nothing of Drive's."""

from collections.abc import Callable
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError

from materials_cli.drive.pools import behind, trust
from materials_cli.drive.wire import USER_AGENT
from materials_cli.messages import Message, msg, verbatim
from materials_cli.network import trouble_of

Post = Callable[[str, bytes, str], None]
_PATIENCE = urllib3.Timeout(connect=5, read=10)


class UnreachableError(Exception):
    """The other server could not be reached, or refused. reason: why, without the address, which may be a secret."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


def post(url: str, body: bytes, content_type: str) -> None:
    """Send one small thing; raise UnreachableError. One more try is made at once; later ones are up to the caller."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        raise UnreachableError(msg("Its address is neither http:// nor https://."))
    proxy = "" if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme, "")
    context = trust() if parts.scheme == "https" else None
    manager = behind(proxy, ssl_context=context) if proxy else urllib3.PoolManager(ssl_context=context)
    headers = {"User-Agent": USER_AGENT, "Content-Type": content_type}
    with manager:
        try:
            answer = manager.request(
                "POST", url, body=body, headers=headers, timeout=_PATIENCE, retries=1, redirect=False, preload_content=False
            )
            answer.close()  # whatever it says, and however long, only its status counts
        except HTTPError as error:
            raise UnreachableError(trouble_of(error) or verbatim(type(error).__name__)) from error
    if answer.status >= 300:
        raise UnreachableError(msg("It responded with status {status}.", status=str(answer.status)))
