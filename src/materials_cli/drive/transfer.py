"""Bytes from Drive to a file, streamed: constant memory, hashed on the way, resumed after a cut, checked before use."""

import hashlib
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import urllib3
from urllib3.exceptions import HTTPError as TransportError

from materials_cli.drive.client import resource_key_header
from materials_cli.drive.pace import DOWNLOAD, FREE
from materials_cli.drive.public import open_content
from materials_cli.drive.refusals import RefusalError
from materials_cli.drive.wire import CHUNK, LOOPBACK, Wire
from materials_cli.errors import MaterialsError
from materials_cli.kinds import LINK_FILE
from materials_cli.model import Fixity, Progress, RemoteFile, Step, StepKind

_MAGIC: Mapping[str, bytes] = {".pptx": b"PK", ".docx": b"PK", ".xlsx": b"PK", ".pdf": b"%PDF", ".png": b"\x89PNG"}


@dataclass(frozen=True, slots=True)
class Fetched:
    """Bytes that arrived and were checked. verified: compared with a digest that Drive states."""

    part: Path
    fixity: Fixity
    media_type: str
    verified: bool


def fetch(wire: Wire, file: RemoteFile, part: Path, path: str, progress: Progress) -> Fetched:
    """Bring one file into `part`; raise MaterialsError with `part` left for the next try to resume.

    path only names the file in progress. What cannot be exported (forms, sites, maps) becomes a small link file.
    """
    if file.problem:
        raise MaterialsError("download_forbidden", file.problem)
    if file.native and file.export is None:
        return _link_file(file, part)
    download = _Download(wire, file, part, path, progress)
    fixity = download.run()
    media_type = file.export.media_type if file.export else file.media_type
    return Fetched(part, fixity, media_type, verified=file.export is None and bool(file.sha256 or file.md5))


class _Download:
    """One file on its way. A try that is cut goes on where it stopped; the digests go along with the bytes."""

    def __init__(self, wire: Wire, file: RemoteFile, part: Path, path: str, progress: Progress) -> None:
        self._wire, self._file, self._part, self._path, self._progress = wire, file, part, path, progress
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False) if file.md5 and not file.sha256 else None
        self._size = 0

    def run(self) -> Fixity:
        with self._part.open("r+b" if self._part.exists() else "w+b", buffering=0) as out:
            if self._file.export is None:
                self._resume(out)
                self._wire.persist(DOWNLOAD, lambda: self._blob(out))
            else:
                self._export(out)
            out.flush()
            os.fsync(out.fileno())
        return self._checked()

    def _resume(self, out: io.FileIO) -> None:
        while chunk := out.read(CHUNK):
            self._digest(chunk)
        if self._file.size is not None and self._size > self._file.size:
            self._restart(out)
        elif self._size:
            self._progress(Step(StepKind.BYTES, self._path, self._size))

    def _restart(self, out: io.FileIO) -> None:
        if self._size:
            self._progress(Step(StepKind.BYTES, self._path, -self._size))
        out.seek(0)
        out.truncate()
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False) if self._md5 else None
        self._size = 0

    def _digest(self, chunk: bytes) -> None:
        self._sha256.update(chunk)
        if self._md5:
            self._md5.update(chunk)
        self._size += len(chunk)

    def _blob(self, out: io.FileIO) -> None:
        if self._file.size is not None and self._size == self._file.size and self._size:
            return
        if self._wire.credential.keyless:
            part = {"Range": f"bytes={self._size}-"} if self._size else {}
            response = open_content(self._wire, self._file.drive_id, self._file.resource_key, part)
            if self._size and response.status != 206:
                self._restart(out)
            self._pour(response, out, self._file.size)
            return
        query = {"alt": "media", "supportsAllDrives": "true"}
        if self._wire.credential.api_key:
            query["key"] = self._wire.credential.api_key
        origin = self._wire.credential.origin
        url = f"{origin}/drive/v3/files/{quote(self._file.drive_id, safe='')}?{urlencode(query)}"
        headers = {"Accept-Encoding": "identity", **self._resource_keys()}
        if self._size:
            headers["Range"] = f"bytes={self._size}-"
        response = self._wire.open("GET", url, headers=headers)
        if self._size and response.status != 206:
            self._restart(out)
        self._refuse_page(response, self._file.media_type)
        self._pour(response, out, self._file.size)

    def _export(self, out: io.FileIO) -> None:
        """Take exportLinks first, since files.export ends at 10 MB; either starts anew on every try."""
        export = self._file.export
        assert export is not None  # noqa: S101 - run() asks only when there is one
        origin = self._wire.credential.origin
        query = {"mimeType": export.media_type}
        if self._wire.credential.api_key:
            query["key"] = self._wire.credential.api_key
        plain = f"{origin}/drive/v3/files/{quote(self._file.drive_id, safe='')}/export?{urlencode(query)}"
        if export.link and self._may_follow(export.link):
            try:
                self._wire.persist(FREE, lambda: self._exported(export.link or "", out))
            except MaterialsError as error:
                if self._wire.credential.keyless or error.code not in {
                    "unexpected_answer",
                    "file_gone",
                    "download_forbidden",
                    "no_credential",
                    "bad_bytes",
                }:
                    raise
            else:
                return
        if self._wire.credential.keyless:
            raise MaterialsError("download_forbidden", "The public page offers no export of this document.")
        self._wire.persist(DOWNLOAD, lambda: self._exported(plain, out))

    def _exported(self, url: str, out: io.FileIO) -> None:
        self._restart(out)
        response = self._wire.open("GET", url, headers=self._resource_keys())
        wanted = self._file.export.media_type if self._file.export else ""
        self._refuse_page(response, wanted)
        self._pour(response, out, None)
        out.seek(0)
        magic = _MAGIC.get(self._file.export.suffix if self._file.export else "", b"")
        if not out.read(len(magic)) == magic:
            raise RefusalError(
                MaterialsError("bad_bytes", "The exported file is not of the kind that was asked for."), passing=True
            )
        out.seek(0, os.SEEK_END)

    def _may_follow(self, link: str) -> bool:
        parts = urlsplit(link)
        if self._wire.credential.emulator:
            return parts.hostname in LOOPBACK
        return parts.scheme == "https" and (parts.hostname or "").endswith(".google.com")

    def _resource_keys(self) -> dict[str, str]:
        return resource_key_header({self._file.drive_id: self._file.resource_key})

    def _refuse_page(self, response: urllib3.BaseHTTPResponse, wanted: str) -> None:
        """A web page without Content-Disposition is never a file's content, unless the file is a web page."""
        if "text/html" not in response.headers.get("content-type", "") or "html" in wanted:
            return
        if "content-disposition" not in response.headers:
            response.close()
            raise RefusalError(MaterialsError("unexpected_answer", "A web page came instead of the file."), reason="html")

    def _pour(self, response: urllib3.BaseHTTPResponse, out: io.FileIO, expected: int | None) -> None:
        try:
            for chunk in response.stream(CHUNK, decode_content=True):
                if self._wire.stopping:
                    raise RefusalError(MaterialsError("interrupted", "Stopped."))
                if expected is not None and self._size + len(chunk) > expected:
                    raise RefusalError(MaterialsError("bad_bytes", f"More bytes came than the {expected} that Drive states."))
                out.write(chunk)
                self._digest(chunk)
                self._progress(Step(StepKind.BYTES, self._path, len(chunk)))
        except TransportError as error:
            raise self._wire.broken(error) from error
        finally:
            response.close() if response.closed is False and response.length_remaining else response.release_conn()

    def _checked(self) -> Fixity:
        fixity = Fixity(self._size, self._sha256.hexdigest(), self._md5.hexdigest() if self._md5 else self._file.md5)
        if self._file.export:
            return fixity
        stated = (
            ("size", self._file.size, fixity.size),
            ("sha256", self._file.sha256, fixity.sha256),
            ("md5", self._file.md5, fixity.md5),
        )
        for what, expected, found in stated:
            if expected is not None and expected != found:
                self._part.unlink()
                raise MaterialsError("bad_bytes", f"Its {what} is {found}, but Drive states {expected}.")
        return fixity


def _link_file(file: RemoteFile, part: Path) -> Fetched:
    """An Internet shortcut (.url), which a double click opens on Windows and macOS."""
    link = (file.web_link or f"https://drive.google.com/open?id={file.drive_id}").split()[0]
    content = f"[InternetShortcut]\r\nURL={link}\r\n".encode()
    with part.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    fixity = Fixity(len(content), hashlib.sha256(content).hexdigest())
    return Fetched(part, fixity, LINK_FILE, verified=False)
