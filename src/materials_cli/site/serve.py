"""`materials site --serve`: the catalogue over HTTP, for this computer alone, where a browser may not open files."""

import mimetypes
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from materials_cli.site.folder import ours_in
from materials_cli.store.inside import open_if_there

_HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_TEXTS = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}


def serve(folder: Path, port: int, ready: Callable[[str], None]) -> None:
    """Serve a catalogue until Ctrl-C. ready: called with its address. Raise OSError if the port cannot be used."""
    names = frozenset(ours_in(folder) or ())

    class Handler(BaseHTTPRequestHandler):
        """Answers with files of the catalogue, and only to whoever asks for this computer by its own name."""

        server_version, sys_version, protocol_version = "materials", "", "HTTP/1.1"

        def do_GET(self) -> None:
            """A file."""
            self._answer(body=True)

        def do_HEAD(self) -> None:
            """Its headers."""
            self._answer(body=False)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature of the base class
            """Say nothing."""

        def _answer(self, *, body: bool) -> None:
            name = unquote(urlsplit(self.path).path).removeprefix("/") or "index.html"
            if self.headers.get("Host") not in here:
                self._send(HTTPStatus.MISDIRECTED_REQUEST, "text/plain", b"", body=body)
            elif name not in names or (file := open_if_there(folder / name)) is None:
                self._send(HTTPStatus.NOT_FOUND, "text/plain", b"", body=body)
            else:
                with file:
                    self._send(HTTPStatus.OK, _type(name), file.read(), body=body)

        def _send(self, status: HTTPStatus, kind: str, content: bytes, *, body: bool) -> None:
            self.send_response(status)
            for header, value in {**_HEADERS, "Content-Type": kind, "Content-Length": str(len(content))}.items():
                self.send_header(header, value)
            self.end_headers()
            if body:
                self.wfile.write(content)

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        here = {f"{name}:{server.server_port}" for name in ("127.0.0.1", "localhost")}
        ready(f"http://127.0.0.1:{server.server_port}/")
        server.serve_forever()


def _type(name: str) -> str:
    """The media type of a file, whatever this machine is told about suffixes."""
    if kind := _TEXTS.get(Path(name).suffix):
        return f"{kind};charset=utf-8"
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
