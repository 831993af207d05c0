"""Every request of this program goes through here: one pool, one pace, one height for retries, one redirect rule.

urllib3's pool is safe to share between threads; listing, metadata and bytes all use it, so a proxy, a corporate
certificate or a slow-down holds for all of them alike.
"""

import contextlib
import os
import random
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import truststore
import urllib3
from urllib3.exceptions import HTTPError as TransportError
from urllib3.exceptions import NameResolutionError, NewConnectionError, ProtocolError, ProxyError, SSLError
from urllib3.exceptions import TimeoutError as TooSlowError

from materials_cli import __version__
from materials_cli.disk import reason
from materials_cli.drive.credentials import Credential
from materials_cli.drive.pace import Pace
from materials_cli.drive.refusals import RefusalError, refusal
from materials_cli.drive.webpages import elsewhere, is_googles, of_redirect
from materials_cli.errors import Code, MaterialsError, Reach
from materials_cli.messages import Message, msg, msgid
from materials_cli.redaction import keep_secret

USER_AGENT = f"materials/{__version__} (gzip)"
TOKENS = "https://oauth2.googleapis.com/token"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
CHUNK = 256 * 1024
_TRIES, _LONGEST_PAUSE, _REDIRECTS = 6, 64.0, 5
_PATIENCE = 600.0
_MOST_TROUBLED = 4

# The first match is reported; urllib3 derives most of these from one another.
_BROKEN: Mapping[type[Exception], str] = {
    ProxyError: msgid("The proxy could not be reached."),
    NameResolutionError: msgid("Google Drive's address could not be resolved: there is no network, or no DNS."),
    NewConnectionError: msgid("Google Drive could not be reached."),
    TooSlowError: msgid("Google Drive did not respond in time."),
    ProtocolError: msgid("The connection to Google Drive was interrupted."),
}

T = TypeVar("T")


class Wire:
    """HTTP to Drive for all threads of a run. Close it (or use `with`) to give the sockets back.

    connections: how many requests may be under way to one host at the same time. bandwidth: bytes a second, for all
    downloads together; None for no limit. tries: how often a request is tried where another try may succeed.
    waiting: is called with what is the matter whenever a request will be tried again. clock_error: how far this machine's
    clock is ahead of the time that the last answer stated; None before any did.
    """

    def __init__(
        self,
        credential: Credential,
        *,
        pace: Pace | None = None,
        connections: int = 32,
        bandwidth: int | None = None,
        tries: int | None = None,
    ) -> None:
        self.credential = credential
        self.clock_error: timedelta | None = None
        self.waiting: Callable[[Message], object] = lambda _: None
        self._tries = tries
        self._troubled = 0
        self._connections = connections
        self._stop = threading.Event()
        self.pace = pace or Pace(wait=self._stop.wait)
        self.flow = Pace(bandwidth * 60, burst=bandwidth, wait=self._stop.wait) if bandwidth else None
        self._timeout = urllib3.Timeout(connect=20, read=60)
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._pools: dict[str, urllib3.PoolManager] = {}
        self._pool_of: dict[str, urllib3.PoolManager] = {}
        self._pools_lock = threading.Lock()
        self._proxies = {} if credential.emulator else getproxies()

    def __enter__(self) -> Self:
        """The wire itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            pool.clear()

    def stop(self) -> None:
        """Make every waiting or downloading thread give up now: somebody pressed Ctrl-C, or the run has ended."""
        self._stop.set()
        for connected in list(self._sockets):
            with contextlib.suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)

    @property
    def stopping(self) -> bool:
        """Whether stop() was called."""
        return self._stop.is_set()

    def wait(self, seconds: float) -> None:
        """Sleep; raise interrupted when the run is being stopped."""
        if self._stop.wait(seconds):
            raise MaterialsError(Code.INTERRUPTED, msg("Stopped."))

    def persist(self, units: int, attempt: Callable[[], T]) -> T:
        """Call `attempt` until it succeeds, at our pace; raise the MaterialsError of a refusal that is final.

        Waits as Google asks (Retry-After), else 2ⁿ seconds with full jitter.
        """
        started = time.monotonic()
        renewed = False
        most, tries = self._tries or _TRIES, 0
        while True:
            self.pace.take(units)
            if self.stopping:
                raise MaterialsError(Code.INTERRUPTED, msg("Stopped."))
            try:
                done = attempt()
            except RefusalError as refused:
                if refused.status == 401 and self.credential.bearer and not renewed:
                    self.credential.bearer.renew()
                    renewed = True
                    continue
                tries += 1
                jitter = random.uniform(0, min(2.0**tries, _LONGEST_PAUSE))  # noqa: S311 - no secret depends on it
                pause = jitter if refused.pause is None else refused.pause + random.uniform(0, 1)  # noqa: S311
                overdue = time.monotonic() + pause - started > _PATIENCE
                if not refused.passing or tries == most or overdue:
                    raise self._final(refused.error) from refused
                self.waiting(refused.error.what)
                if refused.slow:
                    self.pace.slow_down(pause)
                else:
                    self.wait(pause)
            else:
                self._troubled = 0
                return done

    def _final(self, error: MaterialsError) -> MaterialsError:
        """A refusal with its reach, where only the wire knows it: by whom it asks, and how other requests end.

        Whoever is known was refused this one file, and an account has no key. Trouble with many requests, one after the
        other, is Google's own.
        """
        bearer = self.credential.bearer
        if error.code is Code.NO_CREDENTIAL and (self.credential.api_key or bearer or self.credential.emulator):
            return MaterialsError(Code.DOWNLOAD_FORBIDDEN, error.what)
        if error.code is Code.BAD_KEY and bearer:
            return MaterialsError(Code.CREDENTIAL_REJECTED, error.what, why=error.why, fix=error.fix)
        if error.code is Code.GOOGLE_TROUBLE:
            self._troubled += 1
            if self._troubled > _MOST_TROUBLED:
                error.reach = Reach.COLLECTION
        return error

    def call(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | str | None = None
    ) -> urllib3.BaseHTTPResponse:
        """One request whose answer is read whole (lists, metadata); raise RefusalError for anything but success."""
        response = self.open(method, url, headers=headers, body=body)
        try:
            response.read(cache_content=True)
        except TransportError as error:
            raise self.broken(error) from error
        finally:
            response.release_conn()
        return response

    def open(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | str | None = None
    ) -> urllib3.BaseHTTPResponse:
        """One request, redirects followed, with the body still to be read; raise RefusalError for anything but success.

        What proves who we are goes to the first host only, never to one that a redirect names.
        """
        sent = {"User-Agent": USER_AGENT, **self._proof(url), **headers}
        for _ in range(_REDIRECTS):
            self._check_destination(url)
            try:
                response = self._pool(url).request(
                    method, url, body=body, headers=sent, redirect=False, retries=False, preload_content=False,
                    timeout=self._timeout, decode_content=True,
                )  # fmt: skip
            except (TransportError, ValueError) as error:
                raise self.broken(error) from error
            self._compare_clocks(response.headers.get("date", ""))
            target = response.get_redirect_location()
            if not target:
                break
            response.drain_conn()
            try:
                target = urljoin(url, target)
                refused = of_redirect(target)
            except ValueError as error:
                raise elsewhere(target) from error
            if refused:
                raise refused
            if urlsplit(target).netloc != urlsplit(url).netloc:
                sent = {k: v for k, v in sent.items() if k.lower() not in {"authorization", "x-goog-drive-resource-keys"}}
            url = target
        if 200 <= response.status < 300:
            return response
        try:
            answer = response.read(64 * 1024)
        except TransportError as error:
            raise self.broken(error) from error
        finally:
            response.close()
        raise refusal(response.status, {k.lower(): v for k, v in response.headers.items()}, answer)

    def _compare_clocks(self, date: str) -> None:
        with contextlib.suppress(ValueError, TypeError):
            self.clock_error = datetime.now(UTC) - parsedate_to_datetime(date)

    def broken(self, error: Exception) -> RefusalError:
        """What a broken connection means to a person."""
        if isinstance(error, SSLError):
            return RefusalError(
                MaterialsError(
                    Code.OFFLINE,
                    msg("The server's certificate is not trusted on this machine."),
                    where=str(error)[:200],
                    why=msg("In an office, a proxy often re-signs all traffic with the organisation's own certificate."),
                    fix=msg("Set SSL_CERT_FILE to your organisation's certificate file (ask your IT), or correct the clock."),
                )
            )
        unknown = msgid("Google Drive could not be reached.")
        what = next((text for kind, text in _BROKEN.items() if isinstance(error, kind)), unknown)
        return RefusalError(MaterialsError(Code.OFFLINE, msg(what)), passing=True)

    def _check_destination(self, url: str) -> None:
        if not (urlsplit(url).hostname in LOOPBACK if self.credential.emulator else is_googles(url)):
            raise elsewhere(url)

    def _proof(self, url: str) -> dict[str, str]:
        """Who we are, for Google's API and its editors alone."""
        bearer, host = self.credential.bearer, urlsplit(url).netloc
        if bearer is None or host not in {urlsplit(self.credential.origin).netloc, urlsplit(self.credential.docs).netloc}:
            return {}
        return bearer.headers(self._pool(TOKENS))

    def _pool(self, url: str) -> urllib3.PoolManager:
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        with self._pools_lock:
            if place not in self._pool_of:
                proxy = self._proxies.get(parts.scheme, "")
                if proxy and proxy_bypass(parts.netloc):
                    proxy = ""
                if proxy not in self._pools:
                    self._pools[proxy] = self._new_pool(proxy)
                self._pool_of[place] = self._pools[proxy]
            return self._pool_of[place]

    def _new_pool(self, proxy: str) -> urllib3.PoolManager:
        context = trust()
        if not proxy:
            manager = urllib3.PoolManager(maxsize=self._connections, block=False, ssl_context=context)
            manager.pool_classes_by_scheme = self._tracking()
            return manager
        address = urlsplit(proxy)
        keep_secret(address.password)
        login = f"{address.username}:{address.password or ''}" if address.username else None
        behind = urllib3.ProxyManager(
            proxy if "://" in proxy else f"http://{proxy}",
            proxy_headers=urllib3.make_headers(proxy_basic_auth=login),
            maxsize=self._connections,
            block=False,
            ssl_context=context,
        )
        behind.pool_classes_by_scheme = self._tracking()
        return behind

    def _note_socket(self, connected: socket.socket) -> None:
        self._sockets.add(connected)
        if self.stopping:
            connected.shutdown(socket.SHUT_RDWR)

    def _tracking(self) -> dict[str, Any]:
        """Pools whose sockets we know, so that stop() can wake a thread that waits for bytes."""
        note = self._note_socket

        class Plain(urllib3.connection.HTTPConnection):
            def connect(self) -> None:
                super().connect()
                note(self.sock)

        class Secure(urllib3.connection.HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                note(self.sock)

        plain = type("Pool", (urllib3.HTTPConnectionPool,), {"ConnectionCls": Plain})
        return {"http": plain, "https": type("Pool", (urllib3.HTTPSConnectionPool,), {"ConnectionCls": Secure})}


def trust() -> ssl.SSLContext:
    """Whom to believe: REQUESTS_CA_BUNDLE or SSL_CERT_FILE when set, else what the operating system trusts."""
    named = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE")
    if named:
        context = ssl.create_default_context()
        is_folder = Path(named).is_dir()
        try:
            context.load_verify_locations(**{"capath" if is_folder else "cafile": named})
        except (OSError, ssl.SSLError) as error:
            what = msg("The certificate file cannot be read: {reason}.", reason=reason(error))
            raise MaterialsError(Code.BAD_CERTIFICATES, what, where=named) from error
        return context
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
