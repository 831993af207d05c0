"""Every request of this program goes through here: one pool, one pace, one height for retries, one redirect rule.

urllib3's pool is safe to share between threads; listing, metadata and bytes all use it, so a proxy, a corporate
certificate or a slow-down holds for all of them alike.
"""

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Self, TypeVar
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies

import urllib3
from urllib3.exceptions import HTTPError as TransportError
from urllib3.exceptions import NameResolutionError, NewConnectionError, ProtocolError, ProxyError, SSLError
from urllib3.exceptions import TimeoutError as TooSlowError

from materials_cli import __version__
from materials_cli.drive.credentials import Credential
from materials_cli.drive.deadlines import Deadlines
from materials_cli.drive.pace import GET, LIST, Pace
from materials_cli.drive.pools import Pools
from materials_cli.drive.refusals import RefusalError, refusal
from materials_cli.drive.webpages import elsewhere, is_googles, of_redirect
from materials_cli.errors import Code, MaterialsError, Reach
from materials_cli.messages import Message, msg, msgid
from materials_cli.redaction import redact
from materials_cli.watchdog import alive

PROBE = "1OXZ7ZNkuHyEMW2Vmyyt-CPQoyNb0J9Ez"  # the id of no file
USER_AGENT = f"materials/{__version__} (gzip)"
TOKENS = "https://oauth2.googleapis.com/token"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
CHUNK = 256 * 1024
LARGEST_ANSWER, LONGEST_ANSWER = 64 * 1024 * 1024, 600.0
_TRIES, _LONGEST_PAUSE, _REDIRECTS = 6, 64.0, 5
_PATIENCE = 600.0
_MOST_TROUBLED, _TRIES_IN_TROUBLE = 4, 2
_LONGEST_PAGE = 512 * 1024

# The first match is reported; urllib3 derives most of these from one another.
_BROKEN: Mapping[type[Exception], str] = {
    ProxyError: msgid("The proxy could not be reached."),
    NameResolutionError: msgid("Google Drive's address could not be resolved: there is no network, or no DNS."),
    NewConnectionError: msgid("Google Drive could not be reached."),
    TooSlowError: msgid("Google Drive did not respond in time."),
    ProtocolError: msgid("The connection to Google Drive was interrupted."),
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was read whole. headers: found by names in any case."""

    status: int
    headers: Mapping[str, str]
    data: bytes


class Wire:
    """HTTP to Drive for all threads of a run. Close it (or use `with`) to give the sockets back.

    connections: how many requests may be under way to one host at the same time. bandwidth: bytes a second, for all
    downloads together; None for no limit. tries: how often a request is tried where another try may succeed.
    waiting: is called with what is the matter, and the seconds until then, whenever a request will be tried again.
    clock_error: how far this machine's clock is ahead of the time that the last answer stated; None before any did.
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
        self.waiting: Callable[[Message, float], object] = lambda _trouble, _seconds: None
        self._tries, self.bandwidth = tries, bandwidth
        self._answered: dict[int, float] = {}
        self._troubled: Counter[int] = Counter()
        self._first: Callable[[], object] | None = None
        self._asking_again = threading.Lock()
        self._deadlines = Deadlines()
        self._pools = Pools({} if credential.emulator else getproxies(), connections, self._deadlines.uses)
        self._stop = threading.Event()
        self.pace = pace or Pace(wait=self._stop.wait)
        self.flow = Pace(bandwidth * 60, burst=bandwidth, wait=self._stop.wait) if bandwidth else None
        self._timeout = urllib3.Timeout(connect=20, read=60)

    def __enter__(self) -> Self:
        """The wire itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every connection."""
        self._deadlines.close()
        self._pools.close()

    def stop(self) -> None:
        """Make every waiting or downloading thread give up now: somebody pressed Ctrl-C, or the run has ended."""
        self._stop.set()
        self._pools.stop()

    @property
    def stopping(self) -> bool:
        """Whether stop() was called."""
        return self._stop.is_set()

    def wait(self, seconds: float) -> None:
        """Sleep; raise interrupted when the run is being stopped."""
        if self._stop.wait(seconds):
            raise MaterialsError(Code.INTERRUPTED, msg("Stopped."))

    def persist(self, units: int, attempt: Callable[[], T], *, tries: int | None = None) -> T:
        """Call `attempt` until it succeeds, at our pace; raise the MaterialsError of a refusal that is final.

        Waits as Google asks (Retry-After), else 2ⁿ seconds with full jitter. tries: for what can be had in another way, how
        often it is tried; then nobody is slowed down for it. Where one after the other fails, each is tried less often.
        """
        renewed, count = False, 0
        started = before = time.monotonic()
        most = self._most_tries(units, tries)
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
                count, refused_at = count + 1, time.monotonic()
                if count >= most or (tries and refused.slow) or not self._waited(refused, (count, most), started):
                    self._troubled[units] += refused.passing
                    raise self._final(refused.error, units, before) from refused
                before = refused_at
            else:
                alive()
                self._answered[units] = time.monotonic()
                self._troubled[units] = 0
                self._first = self._first or (attempt if units in {GET, LIST} else None)
                return done

    def _most_tries(self, units: int, tries: int | None) -> int:
        in_trouble = self._troubled[units] > _MOST_TROUBLED
        return min(tries or _TRIES, self._tries or _TRIES, _TRIES_IN_TROUBLE if in_trouble else _TRIES)

    def _waited(self, refused: RefusalError, attempt: tuple[int, int], started: float) -> bool:
        """Wait before another try; false if none would help or it would take too long. attempt: which it was, of how many."""
        count, most = attempt
        pause = _pause(refused, count)
        if not refused.passing or time.monotonic() + pause - started > _PATIENCE:
            return False
        trouble = msg("{trouble} Attempt {count} of {most} failed.", trouble=refused.error.what, count=count, most=most)
        self.waiting(trouble, pause)
        if refused.slow:
            self.pace.slow_down(pause)
        else:
            self.wait(pause)
        return True

    def _final(self, error: MaterialsError, units: int, since: float) -> MaterialsError:
        """A refusal with its reach. Nobody is offline who reaches Google at all. since: when it was refused before that."""
        error = self._of_whoever_asks(error)
        if not self.stopping:
            error.reach = self._reach(error, units, since)
        if error.code is not Code.OFFLINE or error.reach is Reach.ARCHIVE:
            return error
        why, fix = (error.why, error.fix) if error.where else (None, None)
        return MaterialsError(Code.GOOGLE_TROUBLE, error.what, where=error.where, why=why, fix=fix, reach=error.reach)

    def _of_whoever_asks(self, error: MaterialsError) -> MaterialsError:
        """A refusal in the right words: whoever is known was refused this one file, and an account has no key."""
        bearer = self.credential.bearer
        if error.code is Code.NO_CREDENTIAL and (self.credential.api_key or bearer or self.credential.emulator):
            return MaterialsError(Code.DOWNLOAD_FORBIDDEN, error.what)
        if error.code is Code.BAD_KEY and bearer:
            return MaterialsError(Code.CREDENTIAL_REJECTED, error.what, why=error.why, fix=error.fix)
        return error

    def _reach(self, error: MaterialsError, units: int, since: float) -> Reach:
        """How far a refusal reaches, which only the wire knows: who is answered meanwhile was refused this one thing.

        A limited rate is lifted only for requests of the same kind.
        """
        if error.code is Code.RATE_LIMITED:
            return Reach.FILE if self._answered.get(units, 0.0) > since else error.reach
        if error.code is Code.GOOGLE_TROUBLE:
            return Reach.FILE if self._first is None or self._is_answered(since, self._first) else Reach.COLLECTION
        since = since if error.code.passing else time.monotonic()  # a credential can end while others are answered
        if error.reach is Reach.ARCHIVE and self._is_answered(since, self._first or self._neutral(error.code)):
            return Reach.FILE
        return Reach.COLLECTION if error.code is Code.OFFLINE and self._is_reached() else error.reach

    def _is_answered(self, since: float, other: Callable[[], object] | None) -> bool:
        """Whether any other request was answered since then. other: the one to make if none was."""
        with self._asking_again:
            if max(self._answered.values(), default=0.0) > since:
                return True
            if other is None or self.stopping:
                return False
            try:
                other()
            except RefusalError as refused:
                if self._of_whoever_asks(refused.error).code not in {Code.FILE_GONE, Code.DOWNLOAD_FORBIDDEN}:
                    return False
            except MaterialsError:
                return False
            self._answered[GET] = time.monotonic()
            return True

    def _neutral(self, code: Code) -> Callable[[], object] | None:
        """A request that has nothing to do with any collection, to find out whether our credential is refused everywhere."""
        if self.credential.keyless or code is Code.OFFLINE:
            return None
        return lambda: self.call("GET", self.credential.address(f"files/{PROBE}", fields="id"), headers={})

    def _is_reached(self) -> bool:
        """Whether Google answers anything at all."""
        place = self.credential.pages if self.credential.keyless else self.credential.origin
        try:
            answer = self._pools.request("GET", place, retries=False, preload_content=False, timeout=20)
        except (TransportError, ValueError):
            return False
        answer.close()
        return True

    def call(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | str | None = None, most: int | None = None
    ) -> Answer:
        """One request whose answer is no file and is read whole; raise RefusalError for anything but success.

        It may take ten minutes. most: the bytes that it may have, once it is unpacked; 64 MB unless said.
        """
        with self.limited():
            response = self.open(method, url, headers=headers, body=body)
            try:
                data = self._whole(response, most or LARGEST_ANSWER)
            except TransportError as error:
                raise self.broken(error) from error
            finally:
                response.close() if response.length_remaining else response.release_conn()
        return Answer(response.status, response.headers, data)

    def _whole(self, response: urllib3.BaseHTTPResponse, most: int) -> bytes:
        pieces, size = list[bytes](), 0
        while piece := response.read1(_LONGEST_PAGE):
            pieces.append(piece)
            size += len(piece)
            if size > most:
                response.close()
                what = msg("Google Drive's response is longer than {size} bytes.", size=most)
                raise RefusalError(MaterialsError(Code.UNEXPECTED_ANSWER, what))
        if self._deadlines.is_over():
            raise self.broken(TooSlowError())
        return b"".join(pieces)

    def open(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | str | None = None
    ) -> urllib3.BaseHTTPResponse:
        """One request, redirects followed, with the body still to be read; raise RefusalError for anything but success.

        What proves who we are goes to the first host only, never to one that a redirect names.
        """
        with self.limited():
            return self._opened(method, url, headers, body)

    def open_file(self, url: str, *, headers: Mapping[str, str], wanted: str) -> urllib3.BaseHTTPResponse:
        """The same for a file's bytes. A web page in their place is refused. wanted: the file's media type."""
        with self.limited():
            response = self._opened("GET", url, headers, None)
            if "html" not in wanted and is_page(response):
                raise refusal(response.status, {"content-type": "text/html"}, self.beginning(response))
            return response

    def limited(self) -> AbstractContextManager[None]:
        """Limit how long this thread may take for all that it requests and reads inside."""
        return self._deadlines.within(LONGEST_ANSWER)

    def beginning(self, response: urllib3.BaseHTTPResponse) -> bytes:
        """The first bytes of a page, which are enough to know it; call it within limited()."""
        try:
            return response.read(_LONGEST_PAGE)
        except TransportError as error:
            raise self.broken(error) from error
        finally:
            response.close()

    def _opened(self, method: str, url: str, headers: Mapping[str, str], body: bytes | str | None) -> urllib3.BaseHTTPResponse:
        sent = {"User-Agent": USER_AGENT, **self._proof(url), **headers}
        for _ in range(_REDIRECTS):
            self._check_destination(url)
            try:
                response = self._pools.request(
                    method, url, body=body, headers=sent, retries=False, preload_content=False, timeout=self._timeout,
                    decode_content=True,
                )  # fmt: skip
            except TransportError as error:
                raise self.broken(error) from error
            except ValueError as error:
                raise _misleading(url) from error
            self._compare_clocks(response.headers.get("date", ""))
            target = response.get_redirect_location()
            if not target:
                break
            _discard(response)
            try:
                target = urljoin(url, target)
                parts, refused = urlsplit(target), of_redirect(target)
            except ValueError as error:
                raise elsewhere(target) from error
            if refused:
                raise refused
            if parts.netloc != urlsplit(url).netloc:
                sent = {k: v for k, v in sent.items() if k.lower() not in {"authorization", "x-goog-drive-resource-keys"}}
            url = target
        if 200 <= response.status < 300:
            return response
        raise refusal(response.status, {k.lower(): v for k, v in response.headers.items()}, self.beginning(response))

    def _compare_clocks(self, date: str) -> None:
        with contextlib.suppress(ValueError, TypeError, OverflowError):
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
        return bearer.headers(self._pools.to(TOKENS))


def is_page(response: urllib3.BaseHTTPResponse) -> bool:
    """Whether an answer is a web page, not a file that happens to be one."""
    return "content-disposition" not in response.headers and "text/html" in response.headers.get("content-type", "")


def _pause(refused: RefusalError, count: int) -> float:
    """The seconds before the next try, after so many."""
    if refused.pause is None:
        return random.uniform(0, min(2.0**count, _LONGEST_PAUSE))  # noqa: S311 - no secret depends on it
    return refused.pause + random.uniform(0, 1)  # noqa: S311 - as above


def _discard(response: urllib3.BaseHTTPResponse) -> None:
    """Give a connection back whose answer nobody reads, unless the answer is long."""
    try:
        response.read(_LONGEST_PAGE)
    except TransportError:
        response.close()
    else:
        response.close() if not response.closed else response.release_conn()


def _misleading(url: str) -> RefusalError:
    what = msg("Google Drive led to an address that is not valid: {address}.", address=redact(url)[:100])
    return RefusalError(MaterialsError(Code.UNEXPECTED_ANSWER, what))
