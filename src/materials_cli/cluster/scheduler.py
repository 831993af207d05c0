"""A cluster, reached through its scheduler. This is the one place that knows Dask, and what its errors mean.

A scheduler runs whatever it is sent, so beyond this computer it is reached over TLS alone, and both sides have certificates.
Threads here wait for one answer each; a task whose worker has died is done again by another worker.
"""

import logging
import os
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from materials_cli import __version__
from materials_cli.cluster.worker import (
    PROOF,
    Checking,
    Download,
    Folder,
    Listed,
    Reading,
    Site,
    check_file,
    fetch_file,
    greeted,
    list_folder,
    read_file,
    way,
)
from materials_cli.disk import disk_errors
from materials_cli.drive.pace import DOWNLOAD, GET, LIST
from materials_cli.drive.refused import RefusalError
from materials_cli.drive.source import Fetched, NotWantedError, Source
from materials_cli.drive.walk import Children
from materials_cli.errors import Code, MaterialsError, Reach
from materials_cli.messages import msg, verbatim
from materials_cli.model import Action, ActionKind, Fixity, Item, State, Text
from materials_cli.store.bucket import Bucket
from materials_cli.store.fixity import Fault, Flaw
from materials_cli.store.mirror import Store
from materials_cli.sync.outcome import required, settled_by
from materials_cli.watchdog import alive

_CONNECTING, _GATHERING, _MOMENT, _LEAVING = 15, 30, 1.0, 5  # seconds
_SLOWEST = 10_000  # bytes a second that a worker which is alive brings at least
_LARGEST = 200_000_000  # bytes that a file of unknown size may have before a worker which fetches it is no sign of life
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_MOST_THREADS = 256
_CERTIFICATES = msg("Set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, …__CLIENT__CERT and …__CLIENT__KEY (see the README).")
_T = TypeVar("_T")


class Cluster:
    """The workers of a scheduler, for one archive. address: "dask://HOST:PORT". Use it inside joined()."""

    def __init__(self, address: str, store: Store) -> None:
        self._host, self._port = _parsed(address)
        self.address, self._store = address, store
        self._client: Any = None
        self._executor: Executor | None = None
        self._site: Site | None = None
        self._looking, self._looked, self._manned = threading.Lock(), 0.0, False
        self.threads = 1

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Connect, and see that every worker is fit; raise scheduler_unreachable, worker_unfit, extra_missing.

        The caller holds the lock.
        """
        self._client = self._connected()
        try:
            self._site = self._described()
            self._greet()
            self._executor = self._client.get_executor(pure=False)
            yield
        finally:
            self._store.inside.refuse_links(self._store.inner / PROOF).unlink(missing_ok=True)
            with suppress(Exception):  # it may be gone, and what it still knows of us is nothing
                self._client.close(timeout=_LEAVING)

    def fetch(self, source: Source, collection: str, action: Action, most: int | None) -> Fetched:
        """Let a worker download a file, at the pace of our source; raise as drive.download.fetch() does."""
        (file, path), wire = required(action), source.wire
        share = max(1, wire.bandwidth // self.threads) if wire.bandwidth else None
        order = Download(self._known_site(), collection, file, path, settled_by(action), most, share)

        seconds = (file.size or _LARGEST) / _SLOWEST

        def attempt() -> Fetched:
            answer = self._done(fetch_file, order, lambda: not wire.stopping, seconds)
            if isinstance(answer, Fetched):
                return answer
            raise answer if isinstance(answer, Exception) else NotWantedError(answer)

        if file.native and not file.export:
            fetched = attempt()
        else:
            if not (file.sha256 or file.md5):
                wire.pace.take(GET)
            fetched = wire.persist(DOWNLOAD, attempt)
        return self._arrived(collection, action, fetched)

    def lister(self, source: Source) -> Children:
        """Let workers list folders, at the pace of our source; raise as Source.children() does."""
        wire = source.wire

        def children(folder: str, resource_key: str | None) -> Iterator[Sequence[object]]:
            listed, order = Listed([], None), Folder(self._known_site(), folder, resource_key)

            def attempt() -> Listed:
                nonlocal listed
                answer = self._done(list_folder, order, lambda: not wire.stopping)
                if not isinstance(answer, Listed):
                    raise answer if isinstance(answer, Exception) else AssertionError(answer)
                listed = answer
                if isinstance(answer.trouble, RefusalError):
                    raise answer.trouble
                return answer

            try:
                trouble = wire.persist(LIST, attempt).trouble
            except MaterialsError as error:
                trouble = error
            wire.pace.take(LIST * max(0, len(listed.pages) - 1))
            yield from listed.pages
            if trouble:
                raise trouble

        return children

    def read(self, item: Item, wanted: Callable[[], bool]) -> Text:
        """Let a worker read an item's bytes. wanted: whether the answer still is."""
        mirrored = item.state is State.HELD
        answer = self._done(read_file, Reading(self._known_site(), item.path, item.fixity.sha256, mirrored), wanted)
        if isinstance(answer, Text):
            return answer
        raise answer if isinstance(answer, Exception) else AssertionError(answer)

    def check(self, path: str, fixity: Fixity, wanted: Callable[[], bool], *, mirrored: bool) -> Flaw | None:
        """Let a worker compare a file with what the catalogue says of it. wanted: whether the answer still is."""
        try:
            answer = self._done(check_file, Checking(self._known_site(), path, fixity, mirrored), wanted)
        except MaterialsError as error:
            if error.reach > Reach.FILE:
                raise
            return Flaw(Fault.DAMAGED, error.what)
        if answer is None or isinstance(answer, Flaw):
            return answer
        raise answer if isinstance(answer, Exception) else AssertionError(answer)

    def _arrived(self, collection: str, action: Action, fetched: Fetched) -> Fetched:
        """What a worker has fetched, as it lies here: on a disk, it is read, since the row is to state what this computer sees.

        Of an object store, to which the worker has sent what has this digest, only what has to be compared here is brought.
        """
        part = self._store.incoming_path(collection, fetched.file).with_name(fetched.part.name)
        if isinstance(self._store, Bucket):
            compared = action.guarded or action.kind is ActionKind.RESTORE or (fetched.file.native and action.held)
            there = not compared or self._store.fetch(fetched.fixity.sha256, part)
        else:
            with disk_errors(), os.scandir(part.parent):  # a network disk looks anew
                there = self._store.has(part, fetched.fixity)
        if not there:
            what = msg("What a worker has downloaded is not in the store.")
            raise MaterialsError(Code.BYTES_MISSING, what, where=str(self._store.url or part))
        return replace(fetched, part=part)

    def _done(self, work: Callable[[Any], _T], order: object, wanted: Callable[[], bool], seconds: float = 0) -> _T:
        """Have work done by a worker, while it is wanted; raise what ends the run if the scheduler is lost.

        seconds: how long it is a sign of life that workers are there, though nothing is heard of this work.
        """
        from distributed import KilledWorker  # noqa: PLC0415 - optional

        if self._executor is None:
            raise AssertionError(order)
        future, ends = self._executor.submit(work, order), time.monotonic() + seconds
        try:
            while not future.done():
                if not wanted():
                    raise MaterialsError(Code.INTERRUPTED, msg("Stopped."))
                with suppress(TimeoutError):
                    future.exception(_MOMENT)
                self._look()
                if self._manned and time.monotonic() < ends:
                    alive()
            return future.result()
        except CancelledError as error:
            raise self._lost() from error
        except KilledWorker as error:
            what = msg("Several workers ended while they worked at this file.")
            raise MaterialsError(Code.WORKER_UNFIT, what, where=self.address, reach=Reach.FILE) from error
        finally:
            future.cancel()

    def _look(self) -> None:
        """See whether the scheduler is there, and has workers; raise scheduler_unreachable."""
        with self._looking:
            if time.monotonic() - self._looked < _MOMENT:
                return
            self._looked = time.monotonic()
            try:
                if self._client.status != "running":
                    raise self._lost()
                self._manned = bool(self._client.nthreads())
            except OSError as error:
                raise self._lost() from error

    def _lost(self) -> MaterialsError:
        return MaterialsError(Code.SCHEDULER_UNREACHABLE, msg("The connection to the scheduler was lost."), where=self.address)

    def _connected(self) -> Any:
        try:
            import distributed  # noqa: PLC0415 - optional, and slow to import
        except ImportError as error:
            what = msg("A cluster needs the library Dask.")
            fix = msg("In the folder of the program: uv tool install '.[dask]' (or pip install '.[dask]').")
            raise MaterialsError(Code.EXTRA_MISSING, what, fix=fix) from error
        for name in list(logging.root.manager.loggerDict):
            if name.partition(".")[0] == "distributed":
                logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        library: Any = distributed
        security = library.Security()
        encrypted = all((security.tls_ca_file, security.tls_client_cert, security.tls_client_key))
        if not encrypted and self._host not in _LOOPBACK:
            raise MaterialsError(
                Code.BAD_USAGE, msg("A cluster beyond this computer is reached only over TLS, and there are no certificates."),
                where=self.address, why=msg("A scheduler and its workers run whatever they are sent."),
                fix=_CERTIFICATES,
            )  # fmt: skip
        if encrypted:
            self._require_certificates(security)
        scheme, host = "tls" if encrypted else "tcp", f"[{self._host}]" if ":" in self._host else self._host
        try:
            client = library.Client(
                f"{scheme}://{host}:{self._port}", timeout=_CONNECTING, security=security if encrypted else None,
                set_as_default=False, name="materials",
            )  # fmt: skip
        except OSError as error:
            raise self._unanswered(error, security if encrypted else None) from error
        try:
            client.wait_for_workers(1, timeout=_GATHERING)
        except TimeoutError as error:
            client.close(timeout=_LEAVING)
            what = msg("The scheduler has no workers.")
            raise MaterialsError(Code.SCHEDULER_UNREACHABLE, what, where=self.address) from error
        return client

    def _require_certificates(self, security: Any) -> None:
        """Raise bad_usage unless the files of our certificates can be used."""
        try:
            security.get_connection_args("client")
        except OSError as error:
            said = "; ".join(filter(None, (error.strerror, str(error.filename or ""))))
            what = msg("The certificates for the cluster cannot be read: {reason}", reason=verbatim(said or str(error)))
            raise MaterialsError(Code.BAD_USAGE, what, where=self.address, fix=_CERTIFICATES) from error

    def _unanswered(self, error: BaseException, security: Any | None) -> MaterialsError:
        """Why there is no connection: who refuses our certificates, or wants some, is there. security: ours, if any."""
        if security and self._is_refused(security):
            what = msg("The scheduler and this computer do not accept each other's certificates.")
        elif not security and any(isinstance(each, ConnectionResetError) for each in _behind(error)):
            what = msg("What answers there is not a scheduler, or is one that requires certificates.")
        else:
            return MaterialsError(Code.SCHEDULER_UNREACHABLE, msg("No scheduler answers there."), where=self.address)
        why = msg("Beyond one computer, a cluster is reached only with its own certificates.")
        return MaterialsError(Code.SCHEDULER_UNREACHABLE, what, where=self.address, why=why, fix=_CERTIFICATES)

    def _is_refused(self, security: Any) -> bool:
        """Whether one side does not accept the other's certificates. Dask itself tells only that its time is over, if it is."""
        context: ssl.SSLContext = security.get_connection_args("client")["ssl_context"]
        try:
            with (
                socket.create_connection((self._host, self._port), _CONNECTING) as plain,
                context.wrap_socket(plain, server_hostname=self._host) as secured,
            ):
                secured.recv(1)  # a server may refuse a client after the client has accepted the server
        except ssl.SSLError:
            return True
        except OSError:
            return False
        return False

    def _described(self) -> Site:
        """What every worker must have as we have it."""
        store = self._store
        if isinstance(store, Bucket):
            proof = store.state()["id"]
        else:
            proof = uuid.uuid4().hex
            store.write_state(PROOF, proof)
        return Site(__version__, str(store.root.absolute()), store.url, proof, way())

    def _greet(self) -> None:
        """Ask every worker whether it is fit; raise worker_unfit, or what it says."""
        site = self._known_site()
        words = (site.version, site.root, site.url, site.proof, site.way)
        answers = self._client.run(greeted, *words, on_error="return")
        for worker, answer in sorted(answers.items()):
            if isinstance(answer, MaterialsError):
                raise answer
            if answer is not None and not isinstance(answer, OSError):  # one that has just ended does not answer
                what = msg("A worker does not have this version of materials: {reason}", reason=str(answer)[:200])
                raise MaterialsError(Code.WORKER_UNFIT, what, where=worker)
        self.threads = min(_MOST_THREADS, max(1, 2 * sum(self._client.nthreads().values())))

    def _known_site(self) -> Site:
        if self._site is None:
            raise AssertionError
        return self._site


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what caused it, step by step."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _parsed(address: str) -> tuple[str, int]:
    with suppress(ValueError):  # brackets without an IPv6 address, or a port that is none
        parts = urlsplit(address)
        host, port, more = parts.hostname, parts.port, parts.path.strip("/") or parts.query or parts.username
        if parts.scheme == "dask" and host and port and not more:
            return host, port
    what = msg("--executor takes the address of a scheduler, with a port from 1 to 65535.")
    raise MaterialsError(Code.BAD_USAGE, what, where=address, fix=msg("For example: --executor dask://localhost:8786"))
