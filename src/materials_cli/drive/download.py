"""Bytes from Drive to a file, streamed: constant memory, hashed on the way, resumed after a cut, checked before use."""

import errno
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError as TransportError

from materials_cli.disk import flush_file, open_own
from materials_cli.drive.pace import DOWNLOAD
from materials_cli.drive.ranges import portion
from materials_cli.drive.refusals import RefusalError, refusal
from materials_cli.drive.resources import resource_key_header
from materials_cli.drive.source import Fetched, NotWantedError, Source
from materials_cli.drive.whole import begins_as, is_whole
from materials_cli.drive.wire import CHUNK
from materials_cli.errors import Code, MaterialsError
from materials_cli.kinds import LINK_FILE
from materials_cli.messages import msg, msgid
from materials_cli.model import Export, Fixity, Progress, RemoteFile, Step, StepKind

_FRESH_STARTS = 3
_FEW_BYTES, _LONG, _STANDSTILLS = 4096, 60.0, 2
_WRITTEN_AT_ONCE = 64 * 1024
_FLUSHED_AT_ONCE = 16 * 1024 * 1024
_AS_HTML = {"content-type": "text/html"}
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html)", re.IGNORECASE)


def fetch(
    source: Source,
    file: RemoteFile,
    place: Callable[[RemoteFile], Path],
    path: str,
    progress: Progress,
    wanted: Callable[[RemoteFile], bool] = lambda _: True,
    most: int | None = None,
) -> Fetched:
    """Download one file; raise MaterialsError, with the part file left for the next attempt to resume.

    place: the path of a file's part file. path: the name for progress messages. What cannot be exported (forms, sites, maps)
    becomes a small link file. A file that has changed since it was listed is described again and downloaded as it is now.
    wanted: whether to go on, asked once the size and time of a rough file are known; if not, raise NotWantedError with them.
    most: how many bytes are wanted of a rough file whose size is not stated; if more come, raise NotWantedError with that many.
    """
    if file.problem:
        raise MaterialsError(Code.DOWNLOAD_FORBIDDEN, file.problem)
    if file.native and file.export is None:
        return _link_file(file, place(file))
    try:
        if file.rough and not file.native:
            return _fetch_rough(source, file, place, path, progress, wanted, most)
        return _fetch(source, file, place, path, progress)
    except MaterialsError as error:
        if error.code is not Code.FILE_GONE or source.is_gone(file):
            raise
        what = msg("Drive lists it, but reports that its content was not found.")
        raise MaterialsError(Code.NO_CONTENT, what) from error


def _fetch_rough(
    source: Source,
    file: RemoteFile,
    place: Callable[[RemoteFile], Path],
    path: str,
    progress: Progress,
    wanted: Callable[[RemoteFile], bool],
    most: int | None,
) -> Fetched:
    """Download a file whose size and time become known with its first bytes, so that one request suffices.

    A large download leaves a mark: the next run asks first what the file is now, and resumes what is of that state.
    """
    mark = place(file).with_suffix(".mark")
    first = None if mark.exists() else source.wire.persist(DOWNLOAD, lambda: source.open(file))
    now = source.stated(file, first) if first else source.described_again(file)
    with ExitStack() as unread:
        unread.callback(first.close if first else int)
        if not wanted(now):
            raise NotWantedError(now)
        unread.pop_all()
    if now.modified is None:
        place(now).unlink(missing_ok=True)
    if now.size is None or now.size > CHUNK:
        open_own(mark, "wb").close()
    fetched = _fetch(source, now, place, path, progress, first, most if now.size is None else None)
    mark.unlink(missing_ok=True)
    return replace(fetched, file=replace(fetched.file, modified=fetched.file.modified or file.modified))


def _fetch(
    source: Source,
    file: RemoteFile,
    place: Callable[[RemoteFile], Path],
    path: str,
    progress: Progress,
    first: urllib3.BaseHTTPResponse | None = None,
    most: int | None = None,
) -> Fetched:
    """Download a file in the state that is stated, or in its present one if that is another.

    Bytes that do not fit are fetched anew: what garbled them on their way usually passes.
    """
    for number in range(1, _FRESH_STARTS + 1):
        try:
            fetched = _download(source, file, place(file), path, progress, first, most)
            break
        except MaterialsError as error:
            if error.code != Code.BAD_BYTES or file.native or number == _FRESH_STARTS:
                raise
            now = source.described_again(file)
            tried_often = isinstance(error.__cause__, RefusalError)
            if tried_often and _state(now) == _state(file):
                raise
            file, first = now, None
    if not fetched.verified and not file.native:
        now = source.confirmed(file)
        if _state(now) != _state(file):
            return _download(source, now, place(now), path, progress, most=most)
    return fetched


def _state(file: RemoteFile) -> tuple[object, ...]:
    """Everything in which two states of a file's bytes can differ."""
    return (file.size, file.sha256, file.md5, file.head_revision, file.modified)


def _download(
    source: Source,
    file: RemoteFile,
    part: Path,
    path: str,
    progress: Progress,
    first: urllib3.BaseHTTPResponse | None = None,
    most: int | None = None,
) -> Fetched:
    """Download one file. first: a response with all of its bytes, still to be read. most: as for fetch()."""
    fixity = _Download(source, file, part, path, progress, first, most).run()
    media_type = file.export.media_type if file.export else file.media_type
    return Fetched(file, part, fixity, media_type, verified=file.export is None and bool(file.sha256 or file.md5))


class _Download:
    """One download. An attempt that breaks off is resumed; digests are computed as bytes arrive."""

    def __init__(
        self,
        source: Source,
        file: RemoteFile,
        part: Path,
        path: str,
        progress: Progress,
        first: urllib3.BaseHTTPResponse | None,
        most: int | None,
    ) -> None:
        self._most = most
        self._source, self._wire, self._file = source, source.wire, file
        self._part, self._path, self._progress, self._first = part, path, progress, first
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False) if file.md5 and not file.sha256 else None
        self._size = 0
        self._suspicious = False
        self._given = self._standstills = 0
        self._verifiable = bool(file.sha256 or file.md5)

    def run(self) -> Fixity:
        try:
            begun = self._part.exists()
            with open_own(self._part, "r+b" if begun else "w+b", _WRITTEN_AT_ONCE) as out:
                if self._file.export is None:
                    if begun:
                        self._resume(out)
                    self._wire.persist(DOWNLOAD, lambda: self._blob(out))
                else:
                    self._export(out, self._file.export)
                flush_file(out, self._size)
        except OSError as error:
            if error.errno == errno.EFBIG:
                self._part.unlink()  # no later try can complete it on this disk
            raise
        finally:
            if self._first:
                self._first.close()
        return self._checked()

    def _resume(self, out: BinaryIO) -> None:
        while chunk := out.read(CHUNK):
            self._digest(chunk)
            self._progress(Step(StepKind.RESUMED, self._path, len(chunk)))
        if self._file.size is not None and self._size > self._file.size:
            self._restart(out)

    def _restart(self, out: BinaryIO) -> None:
        if self._size:
            self._progress(Step(StepKind.BYTES, self._path, -self._size))
        out.seek(0)
        out.truncate()
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False) if self._md5 else None
        self._size = self._given = 0

    def _digest(self, chunk: bytes) -> None:
        self._sha256.update(chunk)
        if self._md5:
            self._md5.update(chunk)
        self._size += len(chunk)

    def _blob(self, out: BinaryIO) -> None:
        """Request the missing bytes and append them. A response that does not begin where the part ends restarts the file."""
        if self._file.size is not None and self._size == self._file.size and self._size:
            return
        first, self._first = self._first, None
        try:
            response = first or self._source.open(self._file, self._size)
        except RefusalError as refused:
            if refused.status != 416 or not self._size:
                raise
            self._restart(out)
            raise _other_bytes() from refused
        self._suspicious = _may_be_a_page(response, self._file.media_type) and not self._fits(response)
        whole = self._aligned(response, out)
        unbounded = whole is None and response.length_remaining is None
        self._pour(response, out, whole)
        if unbounded:
            self._refuse_part(out)
        elif response.status == 206 and whole and self._size < whole:
            raise _other_bytes()

    def _fits(self, response: urllib3.BaseHTTPResponse) -> bool:
        """Whether as many bytes come as are missing, and a digest will tell whether they are the right ones."""
        return self._verifiable and response.length_remaining == (self._file.size or 0) - self._size

    def _refuse_part(self, out: BinaryIO) -> None:
        """Raise a refusal for bytes that nothing vouches for and that lack the end of their kind."""
        if not (self._verifiable or is_whole(out, self._file.name)):
            self._restart(out)
            raise _cut_short()

    def _aligned(self, response: urllib3.BaseHTTPResponse, out: BinaryIO) -> int | None:
        """Make the part end where the response begins; return the size of the whole file, if known."""
        stated = self._file.size
        if response.status != 206:
            if self._size:
                self._restart(out)
            return stated
        part = portion(response)
        if part and part.start == self._size and (not stated or part.total in {None, stated}):
            return stated or part.total
        response.close()
        self._restart(out)
        raise _other_bytes()

    def _export(self, out: BinaryIO, export: Export) -> None:
        """Try the ways to the exported bytes until one succeeds; each attempt starts from the beginning."""
        for way in self._source.exports(self._file, export):
            try:
                address = way.address()
                attempt = partial(self._exported, address, out, export)
                self._wire.persist(way.units, attempt, tries=way.tries)
            except MaterialsError as error:
                if error.code not in way.yields_to:
                    raise
            else:
                return

    def _exported(self, url: str, out: BinaryIO, export: Export) -> None:
        self._restart(out)
        keys = resource_key_header({self._file.drive_id: self._file.resource_key})
        response = self._wire.open_file(url, headers=keys, wanted=export.media_type)
        self._suspicious = _may_be_a_page(response, export.media_type)
        self._pour(response, out, None)
        if not begins_as(out, export.suffix):
            raise RefusalError(
                MaterialsError(Code.BAD_BYTES, msg("The exported file is not in the requested format.")), passing=True
            )
        if not is_whole(out, export.suffix):
            raise _cut_short()

    def _pour(self, response: urllib3.BaseHTTPResponse, out: BinaryIO, expected: int | None) -> None:
        with closing(response):
            try:
                for chunk in self._arriving(response):
                    self._take(response, chunk, out, expected)
            except TransportError as error:
                raise self._wire.broken(error) from error
            response.release_conn()

    def _take(self, response: urllib3.BaseHTTPResponse, chunk: bytes, out: BinaryIO, expected: int | None) -> None:
        if self._wire.stopping:
            raise RefusalError(MaterialsError(Code.INTERRUPTED, msg("Stopped.")))
        if self._suspicious and self._size == 0 and _PAGE.match(chunk):
            raise refusal(response.status, _AS_HTML, chunk)
        if self._wire.flow:
            self._wire.flow.take(len(chunk))
        size = self._size + len(chunk)
        if expected is not None and size > expected:
            what = msg("Received more than the {bytes} bytes that Drive states.", bytes=expected)
            raise RefusalError(MaterialsError(Code.BAD_BYTES, what))
        if self._most is not None and size > self._most:
            self._restart(out)
            raise NotWantedError(replace(self._file, size=size))
        out.write(chunk)
        self._digest(chunk)
        self._begin_flush(out)
        self._progress(Step(StepKind.BYTES, self._path, len(chunk)))

    def _arriving(self, response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
        """The bytes as they arrive; raise a refusal when hardly any do, for longer than a server may be silent."""
        waited, few = 0.0, 0
        while True:
            began = time.monotonic()
            chunk = response.read1(CHUNK)
            waited += time.monotonic() - began
            few += len(chunk)
            if not chunk:
                return
            yield chunk
            if few >= _FEW_BYTES:
                waited, few = 0.0, 0
            elif waited > _LONG:
                what = msg("The download came to a standstill.")
                self._standstills += 1
                raise RefusalError(MaterialsError(Code.GOOGLE_TROUBLE, what), passing=self._standstills < _STANDSTILLS)

    def _begin_flush(self, out: BinaryIO) -> None:
        """Start writing to disk, so that the flush at the end of a large file does not have to wait for all of it."""
        if self._size - self._given >= _FLUSHED_AT_ONCE and hasattr(os, "posix_fadvise"):
            os.posix_fadvise(out.fileno(), self._given, self._size - self._given, os.POSIX_FADV_DONTNEED)
            self._given = self._size

    def _checked(self) -> Fixity:
        fixity = Fixity(self._size, self._sha256.hexdigest(), self._md5.hexdigest() if self._md5 else self._file.md5)
        if self._file.export:
            return fixity
        stated = (
            (msgid("Its size is {found}; Drive states {stated}."), self._file.size, fixity.size),
            (msgid("Its SHA-256 is {found}; Drive states {stated}."), self._file.sha256, fixity.sha256),
            (msgid("Its MD5 is {found}; Drive states {stated}."), self._file.md5, fixity.md5),
        )
        for differs, expected, found in stated:
            if expected is not None and expected != found:
                self._part.unlink()
                raise MaterialsError(Code.BAD_BYTES, msg(differs, found=_brief(found), stated=_brief(expected)))
        # The same string object as in the listed file, so that many items take less memory.
        return replace(fixity, sha256=self._file.sha256 or fixity.sha256)


def _may_be_a_page(response: urllib3.BaseHTTPResponse, wanted: str) -> bool:
    """Whether the bytes may turn out to be a web page, although they are not declared as one. wanted: a media type."""
    return "html" not in wanted and "content-disposition" not in response.headers


def _brief(value: object) -> str:
    """A size in full, or the beginning of a digest."""
    text = str(value)
    return text if len(text) <= 16 else f"{text[:12]}…"


def _cut_short() -> RefusalError:
    return RefusalError(MaterialsError(Code.BAD_BYTES, msg("The file was cut short on its way.")), passing=True)


def _other_bytes() -> RefusalError:
    what = msg("Google Drive sent a part of the file that was not requested.")
    return RefusalError(MaterialsError(Code.BAD_BYTES, what), passing=True)


def _link_file(file: RemoteFile, part: Path) -> Fetched:
    """An Internet shortcut (.url), which opens with a double click on Windows and macOS."""
    # The addresses that the API and the public page state differ; the id does not, and it leads to no other place.
    key = {"resourcekey": file.resource_key} if file.resource_key else {}
    link = f"https://drive.google.com/open?{urlencode({'id': file.drive_id, **key})}"
    content = f"[InternetShortcut]\r\nURL={link}\r\n".encode()
    with open_own(part, "wb") as out:
        out.write(content)
        flush_file(out, len(content))
    fixity = Fixity(len(content), hashlib.sha256(content).hexdigest())
    return Fetched(file, part, fixity, LINK_FILE, verified=False)
