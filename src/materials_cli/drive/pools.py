"""The connections of a wire: one pool for each proxy, the certificates to be believed, and every socket, to wake who waits."""

import contextlib
import os
import socket
import ssl
import threading
import weakref
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import proxy_bypass

import truststore
import urllib3

from materials_cli.disk import reason
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import msg
from materials_cli.redaction import keep_secret


class Pools:
    """Connections to all hosts. Thread-safe.

    proxies: scheme → address. most: connections to one host at the same time. uses: is called with the socket of a request
    whose answer is waited for, in its thread.
    """

    def __init__(self, proxies: Mapping[str, str], most: int, uses: Callable[[socket.socket], None]) -> None:
        self._proxies, self._most, self._uses = proxies, most, uses
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._pools: dict[tuple[str, str], urllib3.PoolManager] = {}
        self._pool_of: dict[str, urllib3.PoolManager] = {}
        self._lock = threading.Lock()
        self._stopping = False

    def stop(self) -> None:
        """Break every connection, now and from now on."""
        self._stopping = True
        for connected in list(self._sockets):
            with contextlib.suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the sockets back."""
        for pool in self._pools.values():
            pool.clear()

    def to(self, url: str) -> urllib3.PoolManager:
        """The connections to an address."""
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            if place not in self._pool_of:
                proxy = self._proxies.get(parts.scheme, "")
                if proxy and proxy_bypass(parts.netloc):
                    proxy = ""
                if (parts.scheme, proxy) not in self._pools:
                    self._pools[parts.scheme, proxy] = self._new_pool(parts.scheme, proxy)
                self._pool_of[place] = self._pools[parts.scheme, proxy]
            return self._pool_of[place]

    def request(self, method: str, url: str, **options: Any) -> urllib3.BaseHTTPResponse:
        """One request, as PoolManager.urlopen() makes it, but for redirects. options: as for it.

        An address that urllib3 is given whole, it reads letter by letter three times over: once is enough to write it into the
        request. Only a proxy that passes plain HTTP on is told all of it.
        """
        manager, parts = self.to(url), urlsplit(url)
        if manager.proxy and parts.scheme == "http":
            return manager.urlopen(method, url, redirect=False, **options)
        pool = manager.connection_from_url(f"{parts.scheme}://{parts.netloc}")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return pool.urlopen(method, target, redirect=False, assert_same_host=False, **options)

    def _new_pool(self, scheme: str, proxy: str) -> urllib3.PoolManager:
        context = trust() if "https" in {scheme, urlsplit(proxy).scheme} else None
        if not proxy:
            manager = urllib3.PoolManager(maxsize=self._most, block=False, ssl_context=context)
            manager.pool_classes_by_scheme = self._tracking()
            return manager
        manager = behind(proxy, maxsize=self._most, block=False, ssl_context=context)
        manager.pool_classes_by_scheme = self._tracking()
        return manager

    def _note(self, connected: socket.socket) -> None:
        self._sockets.add(connected)
        if self._stopping:
            connected.shutdown(socket.SHUT_RDWR)

    def _tracking(self) -> dict[str, Any]:
        """Pools whose sockets we know, so that stop() and a deadline can wake a thread that waits for bytes."""
        note, uses = self._note, self._uses

        class Noted:
            sock: socket.socket

            def connect(self) -> None:
                super().connect()  # type: ignore[misc]  # urllib3's class beside it has it
                note(self.sock)

            def getresponse(self) -> urllib3.HTTPResponse:
                uses(self.sock)
                return super().getresponse()  # type: ignore[misc, no-any-return]  # as above

        class Plain(Noted, urllib3.connection.HTTPConnection): ...  # type: ignore[misc]  # and what Noted adds to it

        class Secure(Noted, urllib3.connection.HTTPSConnection): ...  # type: ignore[misc]  # as above

        plain = type("Pool", (urllib3.HTTPConnectionPool,), {"ConnectionCls": Plain})
        return {"http": plain, "https": type("Pool", (urllib3.HTTPSConnectionPool,), {"ConnectionCls": Secure})}


def behind(proxy: str, **pool: Any) -> urllib3.ProxyManager:
    """Connections through a proxy. proxy: its address as HTTPS_PROXY has it, where a login is percent-encoded.

    pool: as for urllib3.PoolManager.
    """
    place = proxy if "://" in proxy else f"http://{proxy}"
    parts = urlsplit(place)
    headers = {}
    if parts.username is not None:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        headers = {"proxy-authorization": f"Basic {b64encode(login).decode()}"}
        keep_secret(parts.password, unquote(parts.password or ""), b64encode(login).decode())
    return urllib3.ProxyManager(place, proxy_headers=headers, **pool)


def trust() -> ssl.SSLContext:
    """Whom to believe: REQUESTS_CA_BUNDLE or SSL_CERT_FILE when set, else what the operating system trusts.

    From Python 3.13 on, a context of ssl's own also refuses what is valid in every browser: a certificate of an office's proxy
    that does not say what its key is for, or whose it is. The update of a system must not end the syncs of years.
    """
    named = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE")
    if named:
        is_folder = Path(named).is_dir()
        try:
            context = ssl.create_default_context(cafile=None if is_folder else named, capath=named if is_folder else None)
        except (OSError, ssl.SSLError) as error:
            what = msg("The certificate file cannot be read: {reason}.", reason=reason(error))
            raise MaterialsError(Code.BAD_CERTIFICATES, what, where=named) from error
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        return context
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
