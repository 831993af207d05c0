"""An object store such as S3: bytes under keys. This is the one place that knows obstore, and what its errors mean.

Archived bytes lie under their SHA-256 and are written once: whoever writes them again writes the same. What is there already
counts only after it was read and compared; other bytes there are moved aside, and none are deleted.

put_file() takes plain values, so that other processes can write, too.
"""

import hashlib
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from materials_cli.disk import disk_errors, open_plain
from materials_cli.errors import Code, MaterialsError, Reach
from materials_cli.messages import Message, msg, verbatim
from materials_cli.model import Fixity
from materials_cli.redaction import keep_secret
from materials_cli.watchdog import alive

if TYPE_CHECKING:
    from obstore.store import ObjectStore

BYTES = "objects/sha256"
_WHOLE, _PART = 4 * 1024 * 1024, 8 * 1024 * 1024  # larger files are sent in parts
_MOST_PARTS = 9000  # S3 takes 10,000
_LARGE_AT_ONCE = threading.BoundedSemaphore(4)
_RETRIES: dict[str, Any] = {"max_retries": 8, "retry_timeout": timedelta(seconds=90)}
_TIMES: dict[str, Any] = {"connect_timeout": "15s", "read_timeout": "60s", "timeout": "6h"}
_SECRETS = (
    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_ACCESS_KEY",
    "AZURE_STORAGE_MASTER_KEY", "AZURE_STORAGE_SAS_KEY", "AZURE_STORAGE_SAS_TOKEN", "AZURE_STORAGE_TOKEN",
    "AZURE_STORAGE_CLIENT_SECRET", "AZURE_CLIENT_SECRET", "GOOGLE_SERVICE_ACCOUNT_KEY", "GOOGLE_BEARER_TOKEN",
)  # fmt: skip
_STATUS = re.compile(r"status code: (\d{3})")
# S3 refuses with 400 or 301 what others refuse with 403.
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidToken"}
_ELSEWHERE = {"AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException"}
_NO_BUCKET = {"NoSuchBucket", "ContainerNotFound"}
# The status of MinIO and others; what Ceph, Google, and MinIO for a bucket say with 403 or 400.
_FULL = {"507", "QuotaExceeded", "InsufficientQuota", "XMinioAdminBucketQuotaExceeded"}
_CLOCK = {"RequestTimeTooSkewed", "RequestExpired"}
# Said besides a code that has many reasons: AuthenticationFailed of Azure, AccessDenied of Backblaze.
_BESIDES = {
    "QuotaExceeded": re.compile(r"\bcap\s+exceeded\b"),
    "RequestTimeTooSkewed": re.compile(r"date\s+header\s+too\s+old"),
    "ExpiredToken": re.compile(r"not\s+valid\s+in\s+the\s+specified\s+time\s+frame"),
}
_REDIRECTED = re.compile(r"configured\s+region")
_S3_CODE = re.compile(r"<Code>(\w+)</Code>")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
# Where a server that is not the provider's is named, the first that is set, and what allows to reach it without encryption.
_ENDPOINTS = {
    "s3": ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
    "gs": ("GOOGLE_BASE_URL",),
    "az": ("AZURE_STORAGE_ENDPOINT", "AZURE_ENDPOINT"),
}
_PLAIN = {"s3": "AWS_ALLOW_HTTP", "gs": "GOOGLE_ALLOW_HTTP", "az": "AZURE_ALLOW_HTTP"}


def key_of(sha256: str) -> str:
    """The key of archived bytes."""
    return f"{BYTES}/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def put_file(url: str, sha256: str, path: str) -> None:
    """Write a local file to the store at an address, if its bytes are not there; see Objects.put_file()."""
    Objects(url).put_file(sha256, Path(path))


class Tag(NamedTuple):
    """By which a server knows the state of an object: Amazon and Azure by its tag, Google by its version."""

    e_tag: str | None
    version: str | None

    @staticmethod
    def of(found: Mapping[str, Any]) -> "Tag":
        """That of what was written or read."""
        return Tag(found["e_tag"], found["version"])

    def condition(self) -> dict[str, str]:
        """What the library takes for the state that an object is to have."""
        return {name: value for name, value in self._asdict().items() if value is not None}


class Objects:
    """The objects below one address, "s3://bucket/prefix"; the first request connects.

    conditional: whether the server refuses to overwrite when asked to; None until that was tried.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.conditional: bool | None = None
        self._proven: set[str] = set()
        self._connecting = threading.Lock()

    def write(self, key: str, content: bytes, *, new: bool = False, instead_of: Tag | None = None) -> Tag | None:
        """Write a small object; return its tag. new: unless it exists. instead_of: only in place of one with this tag.

        None if the condition does not hold. A server that knows no conditions writes all the same.
        """
        from obstore.exceptions import AlreadyExistsError, PreconditionError  # noqa: PLC0415 - optional

        mode: Any = "create" if new else instead_of.condition() if instead_of else "overwrite"
        with self._border():
            try:
                return Tag.of(self._obstore.put(self._client, key, content, mode=mode, use_multipart=False))
            except (AlreadyExistsError, PreconditionError):
                return None

    def read(self, key: str) -> tuple[bytes, Tag] | None:
        """A small object and its tag; None if there is none."""
        with self._border():
            try:
                found = self._obstore.get(self._client, key)
                return bytes(found.bytes()), Tag.of(found.meta)
            except FileNotFoundError as error:
                self._refuse_no_bucket(error)
                return None

    def size(self, key: str) -> int | None:
        """How many bytes an object has; None if there is none."""
        with self._border():
            try:
                return int(self._obstore.head(self._client, key)["size"])
            except FileNotFoundError:
                return None

    def sizes(self, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Every object below a prefix that ends where a name does, with its size."""
        with self._border():
            for page in self._obstore.list(self._client, prefix or None):
                alive()
                yield from ((found["path"], found["size"]) for found in page)

    def chunks(self, key: str) -> Iterator[bytes] | None:
        """The bytes of an object, piece by piece; None if there is none."""
        with self._border():
            try:
                found = self._obstore.get(self._client, key)
            except FileNotFoundError:
                return None
        return self._pieces(found)

    def _pieces(self, found: Any) -> Iterator[bytes]:
        with self._border():
            for chunk in found.stream(1 << 20):
                alive()
                yield bytes(chunk)

    def fixity(self, key: str, read: Callable[[int], None] = lambda _: None) -> Fixity | None:
        """Size and digests of an object, which is read; None if there is none. read: called with the size of each piece."""
        chunks = self.chunks(key)
        if chunks is None:
            return None
        sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
        for chunk in chunks:
            sha256.update(chunk)
            md5.update(chunk)
            size += len(chunk)
            read(len(chunk))
        return Fixity(size, sha256.hexdigest(), md5.hexdigest())

    def proves(self, sha256: str) -> bool:
        """Whether archived bytes are there and right; they are read, once in this process."""
        if sha256 not in self._proven:
            found = self.fixity(key_of(sha256))
            if found is None or found.sha256 != sha256:
                return False
            self._proven.add(sha256)
        return True

    def has_written(self, sha256: str) -> bool:
        """Whether archived bytes are known to be there and right, without asking."""
        return sha256 in self._proven

    def put_file(self, sha256: str, path: Path) -> None:
        """Write a file with this SHA-256, if its bytes are not there; raise bytes_damaged if it has others.

        What is there and has other bytes, as after a write that was cut, is moved aside first. Large files go in parts.
        """
        key = key_of(sha256)
        try:
            if not self._put_new(key, sha256, path) and not self.proves(sha256):
                self._move_aside(key)
                self._send(key, sha256, path)
        except MaterialsError as error:
            if error.code is Code.STORE_UNREACHABLE and self._answers():
                # It is about this file alone: the others continue.
                raise MaterialsError(error.code, error.what, where=path.name, reach=Reach.FILE) from error
            raise
        self._proven.add(sha256)

    def replace(self, key: str, path: Path) -> None:
        """Write a file under a name, in place of what is there."""
        self._send(key, "", path)

    def _put_new(self, key: str, sha256: str, path: Path) -> bool:
        """Write a file where nothing is; False if something is there."""
        small = path.stat().st_size <= _WHOLE
        if small and self.conditional is not False:
            return self.write(key, _whole(path, sha256), new=True) is not None
        if self.size(key) is not None:
            return False
        self._send(key, sha256, path)
        return True

    def _send(self, key: str, sha256: str, path: Path) -> None:
        """Write a file in place of whatever is there, and see that all of it has arrived."""
        size = path.stat().st_size
        if size <= _WHOLE:
            self.write(key, _whole(path, sha256))
            return
        with _LARGE_AT_ONCE, self._border():
            part = max(_PART, size // _MOST_PARTS + 1)
            self._obstore.put(self._client, key, _checked(path, sha256, part), chunk_size=part, max_concurrency=4)
        if (arrived := self.size(key)) != size:
            what = msg("Only {found} of {size} bytes arrived at {place}.", found=arrived or 0, size=size, place=self.url)
            raise MaterialsError(Code.STORE_UNREACHABLE, what, where=path.name)

    def _move_aside(self, key: str) -> None:
        """Keep what is in the place of archived bytes and has others."""
        stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
        with self._border():
            self._obstore.copy(self._client, key, f"aside/{stamp}/{key}")

    def _answers(self) -> bool:
        try:
            self.size("materials-archive.json")
        except MaterialsError:
            return False
        return True

    @property
    def _obstore(self) -> Any:
        return _library()

    @cached_property
    def _client(self) -> "ObjectStore":
        with self._connecting:
            return _connected(self.url)

    @contextmanager
    def _border(self) -> Iterator[None]:
        """Raise our errors in place of the library's."""
        _library()
        from obstore.exceptions import BaseError  # noqa: PLC0415 - optional

        try:
            yield
        except (BaseError, FileNotFoundError, PermissionError, NotImplementedError, ValueError) as error:
            raise _translated(_words(error), self.url) from error

    def _refuse_no_bucket(self, error: Exception) -> None:
        if any(code in str(error) for code in _NO_BUCKET):
            raise error


def _library() -> Any:
    """Obstore; raise extra_missing."""
    try:
        import obstore  # noqa: PLC0415 - an optional dependency
    except ImportError as error:
        raise MaterialsError(Code.EXTRA_MISSING, msg("An archive in an object store needs the library obstore.")) from error
    return obstore


def _connected(url: str) -> "ObjectStore":
    _library()
    from obstore.exceptions import BaseError  # noqa: PLC0415 - optional
    from obstore.store import from_url  # noqa: PLC0415 - as above

    keep_secret(*(os.environ.get(name) for name in _SECRETS))
    scheme = urlsplit(url).scheme
    if scheme == "file":
        return from_url(url, mkdir=True)
    config: Any = {"aws_checksum_algorithm": "SHA256"} if scheme == "s3" else {}
    options: Any = {**_TIMES, "allow_http": _may_be_plain(url)}
    try:
        return from_url(url, config=config, client_options=options, retry_config=_RETRIES)  # type: ignore[call-overload,no-any-return]  # one for each kind of store
    except (BaseError, ValueError) as error:
        reason = verbatim(_words(error).partition(" error: ")[2][:200] or _words(error)[:200])
        what = msg("The environment does not say how to reach the object store: {reason}", reason=reason)
        raise MaterialsError(Code.STORE_REFUSED, what, where=url) from error


def _may_be_plain(url: str) -> bool:
    """Whether the server is on this computer, or the environment allows HTTP; raise bad_settings if it is needed and is not."""
    scheme = urlsplit(url).scheme
    if os.environ.get(_PLAIN[scheme], "").lower() == "true":
        return True
    name = next((name for name in _ENDPOINTS[scheme] if os.environ.get(name)), "")
    endpoint = urlsplit(os.environ.get(name, ""))
    if endpoint.scheme == "http" and endpoint.hostname not in _LOOPBACK:
        raise MaterialsError(
            Code.BAD_SETTINGS, msg("{name} names a server that is reached without encryption.", name=name),
            where=endpoint.netloc, why=msg("Everybody on the way could read and change what is archived."),
            fix=msg("Use an https:// address or, in a network that you trust, set {name}=true.", name=_PLAIN[scheme]),
        )  # fmt: skip
    return endpoint.hostname in _LOOPBACK


def _whole(path: Path, sha256: str) -> bytes:
    """All bytes of a small file; raise as _checked() does."""
    return b"".join(_checked(path, sha256, _WHOLE))


def _checked(path: Path, sha256: str, size: int) -> Iterator[bytes]:
    """A file in pieces; raise bytes_damaged at its end, which ends the writing, if it has another SHA-256 (empty: any)."""
    digest = hashlib.sha256()
    with disk_errors(), open_plain(path) as file:
        while chunk := file.read(size):
            alive()
            digest.update(chunk)
            yield chunk
    _require(digest.hexdigest(), sha256, path)


def _require(found: str, sha256: str, path: Path) -> None:
    if sha256 and found != sha256:
        what = msg("The file changed before it was written to the object store.")
        raise MaterialsError(Code.BYTES_DAMAGED, what, where=str(path))


def _words(error: Exception) -> str:
    """What the library says, without what it adds for its developers."""
    return str(error).partition("\n\n")[0]


def _status_and_code(text: str) -> tuple[str, str]:
    """The status of an answer, and its code or the one that is meant by it; empty if it has none."""
    status, code = (found[1] if (found := each.search(text)) else "" for each in (_STATUS, _S3_CODE))
    meant = (each for each, words in _BESIDES.items() if status == "403" and words.search(text))
    return status, next(meant, code)


def _translated(text: str, url: str) -> MaterialsError:
    """What the library's words mean. Of the server's answer, only its status and code are shown."""
    status, code = _status_and_code(text)
    reason = verbatim(" ".join(filter(None, (status, code))))
    if code in _CLOCK:
        return MaterialsError(Code.CLOCK_OFF, msg("The object store refuses the time of this computer."), where=url)
    if code in _NO_BUCKET:
        what, fix = msg("There is no such bucket."), msg("Create it, or correct `store` in materials.toml.")
        return MaterialsError(Code.STORE_REFUSED, what, where=url, why=reason, fix=fix)
    if _FULL & {status, code}:
        what = msg("The object store has no more room ({reason}).", reason=reason)
        why = msg("It is full, or a quota is used up.")
        fix = msg("Make room there, or have the quota raised. What was written before is kept.")
        return MaterialsError(Code.STORE_REFUSED, what, where=url, why=why, fix=fix)
    if code in _EXPIRED:
        what = msg("The credential for the object store has expired.")
        return MaterialsError(Code.STORE_REFUSED, what, where=url, why=reason)
    if code in _ELSEWHERE or _REDIRECTED.search(text):
        what, fix = msg("The bucket is in another region."), msg("Set AWS_REGION to the region of the bucket.")
        why = reason if status else msg("The server sends requests for it elsewhere.")
        return MaterialsError(Code.STORE_REFUSED, what, where=url, why=why, fix=fix)
    if "169.254." in text or ("redential" in text and not status):
        return MaterialsError(Code.STORE_REFUSED, msg("No credential for the object store was found."), where=url)
    if status in {"401", "403"}:
        return MaterialsError(Code.STORE_REFUSED, msg("The object store refuses ({reason}).", reason=reason), where=url)
    said: Message = reason if status else verbatim(text.rpartition(" - ")[2][:200])
    return MaterialsError(Code.STORE_UNREACHABLE, msg("The object store did not answer: {reason}", reason=said), where=url)
