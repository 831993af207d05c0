"""An office's proxy for tests: takes CONNECT, re-signs all traffic with a throw-away CA, and hands it to the emulator."""

import base64
import contextlib
import datetime as dt
import select
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World


class OfficeProxy:
    """Listens on `address`; `hosts` are those it was asked to reach; `ca` is the file of the CA that it signs with.

    target: where all hosts lead, but those in `elsewhere`. login: the name and password without which nobody gets through.
    """

    login = ""

    def __init__(
        self, folder: Path, target: tuple[str, int], elsewhere: Mapping[str, tuple[str, int]] = MappingProxyType({})
    ) -> None:
        self.hosts: set[str] = set()
        self.ca, chain = folder / "office-ca.pem", folder / "office.pem"
        certificates(self.ca, chain)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(chain)
        self._target, self._elsewhere = target, elsewhere
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._closed = False
        self._serving = threading.Thread(target=self._serve, daemon=True)
        self._serving.start()

    def close(self) -> None:
        """Stop listening: a thread that still waits would take over whatever gets the number of this socket."""
        self._closed = True
        socket.create_connection(self._listener.getsockname()).close()
        self._serving.join()

    def _serve(self) -> None:
        with self._listener:
            while True:
                client, _ = self._listener.accept()
                if self._closed:
                    client.close()
                    return
                threading.Thread(target=self._tunnel, args=(client,), daemon=True).start()

    def _tunnel(self, client: socket.socket) -> None:
        with client:
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(4096)
            wanted = base64.b64encode(self.login.encode()) if self.login else b""
            if wanted and b"Basic " + wanted not in head.split(b"\r\n\r\n")[0]:
                client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                return
            host = head.split()[1].decode().partition(":")[0]
            self.hosts.add(host)
            target = self._elsewhere.get(host, self._target)
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            try:
                inside = self._context.wrap_socket(client, server_side=True)
            except OSError:
                return
            with inside, socket.create_connection(target) as drive, contextlib.suppress(OSError):
                _relay(inside, drive)


@dataclass
class Office:
    """A Drive that answers for all of Google's hosts, and the proxy that leads there."""

    drive: RunningServer
    proxy: OfficeProxy


@contextmanager
def office_around(world: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Let this process and its children reach Google's hosts through a proxy, which leads to a Drive with this world."""
    with start(world, origin="https://docs.google.com") as drive:
        proxy = OfficeProxy(folder, ("127.0.0.1", drive.port))
        for name in ("REQUESTS_CA_BUNDLE", "NO_PROXY", "no_proxy", "https_proxy", "DRIVE_EMULATOR_HOST"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HTTPS_PROXY", proxy.address)
        monkeypatch.setenv("SSL_CERT_FILE", str(proxy.ca))
        monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "settings"))
        (folder / "archive").mkdir()
        monkeypatch.chdir(folder / "archive")
        yield Office(drive, proxy)
        proxy.close()
        assert not drive.crashes


def _relay(inside: ssl.SSLSocket, drive: socket.socket) -> None:
    """Carry both ways in one thread: OpenSSL bears no reading and writing of one connection at the same time."""
    while True:
        ready = [inside] if inside.pending() else select.select([inside, drive], [], [])[0]
        for source, target in ((inside, drive), (drive, inside)):
            if source in ready:
                data = source.recv(65536)
                if not data:
                    return
                target.sendall(data)


def certificates(ca: Path, chain: Path) -> None:
    now = dt.datetime.now(dt.UTC)

    def sign(name: str, key: ec.EllipticCurvePrivateKey, issuer: str, signer: ec.EllipticCurvePrivateKey) -> bytes:
        domains = ("google.com", "usercontent.google.com", "googleapis.com", "googleusercontent.com")
        hosts = [x509.DNSName(f"*.{domain}") for domain in domains]
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        above = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)])
        own = name == issuer
        builder = (
            x509.CertificateBuilder(above, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=own, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        )
        if not own:
            builder = builder.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca.write_bytes(sign("Office CA", root, "Office CA", root))
    secret = leaf.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    chain.write_bytes(secret + sign("proxy", leaf, "Office CA", root))
