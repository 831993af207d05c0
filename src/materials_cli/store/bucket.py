"""An archive whose bytes are objects in a store such as S3. Its folder keeps settings, catalogue, manifest, and copies in use.

Mirror and versions/ are one here: bytes lie under their SHA-256, and only rows say what they are called and whether they are
current. So nothing is ever moved, and nothing retires. A download is written to the store by the worker that made it, before
its row; what a run that died had written is found by the note that lies beside the download, or by Drive's digest.

Objects, below the address in materials.toml:

    materials-archive.json     whose bucket it is
    lease.json                 who may write
    objects/sha256/ab/cd/…     the archived bytes
    aside/…                    what lay in their place and was not they
    manifest.jsonl, manifest.csv, SHA256SUMS, catalogue.sqlite, published.json     for readers: see published.py
"""

import json
import platform
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Collection as Group
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from materials_cli.disk import disk_errors, open_own
from materials_cli.errors import Code, MaterialsError, Reach
from materials_cli.messages import Message, msg
from materials_cli.model import Fixity, Item, RemoteFile, State
from materials_cli.store.cache import Cache
from materials_cli.store.fixity import Fault, Flaw
from materials_cli.store.lease import PATIENCE, Lease
from materials_cli.store.measure import other_bytes
from materials_cli.store.mirror import Store
from materials_cli.store.objects import BYTES, Objects, key_of
from materials_cli.store.survey import Disturbance
from materials_cli.store.versions import VERSIONS, Versions, require_digest

MARKER, PUBLISHED, FORMAT = "materials-archive.json", "published.json", 1
_STATE = "bucket.json"
_SINGLY = 20  # so many objects are asked for one by one before all are listed
_MISSING = msg("not in the object store")


class Bucket(Store):
    """One archive with its bytes at an address. single_writer: nobody else writes there, so the server need not see to that."""

    on_disk = False
    watching = PATIENCE  # seconds

    def __init__(self, root: Path, url: str, *, single_writer: bool = False) -> None:
        super().__init__(root)
        self.url = url
        self.objects = Objects(url)
        self.single_writer = single_writer
        self.lease: Lease | None = None
        self.cache = Cache(self.inside, self.inner / "cache", self.fetch)
        self.versions = _Objects(self)
        self._sizes: dict[str, int] | None = None
        self._asked = 0

    # Who may write

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock of the folder and the lease of the bucket; raise locked, not_our_bucket, no_conditions or refusals."""
        with super().lock(), self.leased():
            yield

    @contextmanager
    def leased(self) -> Iterator[None]:
        """The same for who has the lock of the folder."""
        self.claim()
        self._require_conditions()
        with Lease(self.objects, self._folder(), self.watching).held(self.waiting) as lease:
            self.lease, self._sizes = lease, None
            try:
                yield
            finally:
                self.lease = None

    def reading_lock(self) -> AbstractContextManager[None]:
        """The lock of the folder alone, for who writes nothing to the bucket."""
        return super().lock()

    def claim(self, *, may_begin: bool = True) -> None:
        """See that the bucket is this archive's, or empty, and make it this archive's; raise not_our_bucket or newer_archive.

        may_begin: whether an empty one may become it.
        """
        known, found = self.state().get("id"), self.objects.read(MARKER)
        if found is None:
            if known or not may_begin or any(True for _ in self.objects.sizes()):
                what = msg("The bucket does not hold this archive.") if known else msg("The bucket holds something else.")
                raise MaterialsError(Code.NOT_OUR_BUCKET, what, where=self.url)
            known = uuid.uuid4().hex
            made = {"format": FORMAT, "archive": known, "program": "materials", "bytes": f"{BYTES}/ab/cd/SHA-256"}
            if self.objects.write(MARKER, json.dumps(made, indent=1).encode(), new=True) is None:
                known, found = None, self.objects.read(MARKER)
        if found is not None:
            theirs = _marked(found[0], self.url)
            if known not in {None, theirs}:
                raise MaterialsError(Code.NOT_OUR_BUCKET, msg("The bucket holds another archive."), where=self.url)
            known = theirs
        self.remember(id=known)

    def refuse_another(self) -> None:
        """Raise not_our_bucket if there are files of an archive that this folder knows nothing of.

        A folder whose settings name the bucket goes on with the archive there; one that is moved brings its own.
        """
        if "id" in self.state() or self.objects.read(MARKER) is None:
            return
        if self.has_published() or any(True for _ in self.objects.sizes(BYTES)):
            raise MaterialsError(Code.NOT_OUR_BUCKET, msg("The bucket holds another archive."), where=self.url)

    def _require_conditions(self) -> None:
        """Find out whether the server refuses to overwrite; raise no_conditions if it does not, unless nobody else writes."""
        content, _ = self.objects.read(MARKER) or (b"", None)
        able = not self.single_writer and not self.url.startswith("file:")
        self.objects.conditional = able and self.objects.write(MARKER, content, new=True) is None
        if not self.objects.conditional and not self.single_writer:
            raise MaterialsError(Code.NO_CONDITIONS, msg("The object store cannot keep two writers apart."), where=self.url)

    def _folder(self) -> str:
        """A name of this folder that no copy of it has."""
        state = self.state()
        if "folder" not in state:
            self.remember(folder=uuid.uuid4().hex)
        with disk_errors():
            seen = self.lock_file.stat()
        return f"{self.state()['folder']} {seen.st_dev}:{seen.st_ino} {platform.node()}"

    def state(self) -> dict[str, str]:
        """What this folder knows of the bucket."""
        try:
            found = json.loads(self.read_state(_STATE) or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) and found.get("url", self.url) == self.url else {}

    def remember(self, **what: str | None) -> None:
        """Keep something of that."""
        now = {**self.state(), "url": self.url, **what}
        if now != self.state():
            with disk_errors():
                self.inner.mkdir(parents=True, exist_ok=True)
            self.write_state(_STATE, json.dumps({name: value for name, value in now.items() if value}))

    # What is there

    def size_of(self, sha256: str, *, sure: bool = True) -> int | None:
        """How many bytes lie under a SHA-256; None if none do. sure: whether what was not listed is asked for once more."""
        require_digest(sha256, Reach.FILE)
        if self._sizes is None:
            self._asked += 1
            if self._asked <= _SINGLY:
                return self.objects.size(key_of(sha256))
            self._list()
        known = (self._sizes or {}).get(sha256)
        return self.objects.size(key_of(sha256)) if known is None and sure else known

    def _list(self) -> None:
        self._sizes = {key.rpartition("/")[2]: size for key, size in self.objects.sizes(BYTES)}

    def is_at(self, archive: str) -> bool:
        """Whether this is the bucket of the archive with that id, and can be reached from here."""
        found = self.objects.read(MARKER)
        return found is not None and _marked(found[0], self.url) == archive

    def has_published(self) -> bool:
        """Whether the bucket has a catalogue for readers."""
        return self.objects.read(PUBLISHED) is not None

    def strangers(self, known: Group[str]) -> Iterator[str]:
        """The keys of objects whose bytes no row needs. known: the SHA-256 of all that rows need."""
        return (key for key, _ in self.objects.sizes(BYTES) if key.rpartition("/")[2] not in known)

    def fetch(self, sha256: str, target: Path) -> bool:
        """Write a copy to a new file; False if there are no such bytes, or others."""
        chunks = self.objects.chunks(key_of(sha256))
        if chunks is None:
            return False
        with disk_errors(), open_own(target, "xb") as out:
            for chunk in chunks:
                out.write(chunk)
        return True

    # The same questions as of a disk

    def file_of(self, path: str, sha256: str, *, mirrored: bool) -> Path:
        """A copy of an item's bytes, for as long as this process lasts; no file is there if they are missing."""
        require_digest(sha256, Reach.FILE)
        return self.cache.lend(sha256)

    @contextmanager
    def reading(self, path: str, sha256: str, *, mirrored: bool) -> Iterator[Path]:
        """A copy of an item's bytes, while it is read."""
        require_digest(sha256, Reach.FILE)
        with self.cache.lending(sha256) as file:
            yield file

    def held_path(self, item: Item) -> Path:
        """A copy of an item's bytes."""
        return self.cache.lend(item.fixity.sha256)

    def place(self, item: Item) -> Path:
        """Where such a copy is, if there is one."""
        return self.cache.path(item.fixity.sha256)

    def is_here(self, path: str, sha256: str, size: int, *, mirrored: bool) -> bool:
        """Whether the bytes are there and so many."""
        return self.size_of(sha256) == size

    def flaw(self, path: str, fixity: Fixity, *, mirrored: bool, read: Callable[[int], None] = lambda _: None) -> Flaw | None:
        """What is wrong with the bytes, which are read."""
        require_digest(fixity.sha256, Reach.FILE)
        found = self.objects.fixity(key_of(fixity.sha256), read)
        if found is None:
            return Flaw(Fault.MISSING, _MISSING)
        if found.size != fixity.size:
            return Flaw(Fault.DAMAGED, msg("it has {found} bytes instead of {size}", found=found.size, size=fixity.size))
        return None if found.sha256 == fixity.sha256 else Flaw(Fault.DAMAGED, msg("its bytes are not those that were archived"))

    def absence(self, path: str, fixity: Fixity, *, mirrored: bool) -> Flaw | None:
        """The message that the bytes are missing."""
        return Flaw(Fault.MISSING, _MISSING) if self.size_of(fixity.sha256) is None else None

    def measure(self, path: str, fixity: Fixity, *, mirrored: bool) -> Fixity | Message:
        """The same size and digests of the bytes, with all that can be had, if they are these; or why they are not."""
        require_digest(fixity.sha256, Reach.FILE)
        key = key_of(fixity.sha256)
        size = self.size_of(fixity.sha256)
        found = self.objects.fixity(key) if size == fixity.size else None
        if found and found.sha256 == fixity.sha256:
            return found
        return other_bytes(key) if size is not None else msg("“{path}” is missing, or is not a file.", path=key)

    def survey(self, items: Mapping[str, Item], doubted: Group[str] = ()) -> Disturbance:
        """Which held items have no bytes in the bucket, or others: by their sizes and, if they are doubted, by reading them."""
        if len(items) > _SINGLY:
            self._list()
        absent, damaged = set[str](), set[str]()
        for item in items.values():
            require_digest(item.fixity.sha256, Reach.ARCHIVE)
            if item.state is State.WITHDRAWN:
                continue
            size = self.size_of(item.fixity.sha256)
            if size is None:
                absent.add(item.id)
            elif size != item.fixity.size or (item.id in doubted and not self.objects.proves(item.fixity.sha256)):
                damaged.add(item.id)
        return Disturbance(frozenset(absent), frozenset(), frozenset(damaged), {})

    # What a run does with bytes

    def stow(self, part: Path, fixity: Fixity) -> None:
        """Write downloaded bytes to the bucket, unless they are there, or another computer has written them."""
        if self.lease:
            self.lease.require()
        if self.objects.has_written(fixity.sha256) or not part.exists():
            return
        with self._disk_errors():
            self.objects.put_file(fixity.sha256, part)
        if self._sizes is not None:
            self._sizes[fixity.sha256] = fixity.size

    def put(self, part: Path, item: Item, *, expected: Fixity | None) -> str | None:
        """See that the item's bytes are in the bucket, and let go of the download."""
        if part.parent == self.incoming and part.exists():
            self.stow(part, item.fixity)
            with self._disk_errors():
                self.cache.keep(part, item.fixity.sha256)
        elif self.size_of(item.fixity.sha256) != item.fixity.size:
            raise MaterialsError(Code.BYTES_MISSING, msg("The file of “{name}”: {what}.", name=item.path, what=_MISSING))
        return None

    def retire(self, item: Item) -> bool:
        """Whether the bytes of an item are kept."""
        return item.fixity.sha256 in self.versions

    def recall(self, item: Item, *, last: bool = False) -> Path | None:
        """A path for put(), where no file is, if the kept bytes of an item are there and right."""
        sha256 = item.fixity.sha256
        return self.cache.folder / "kept" if self.size_of(sha256) is not None and self.objects.proves(sha256) else None

    def move(self, item: Item, path: str) -> bool:
        """Whether the bytes of an item are there: they lie under no path."""
        return item.fixity.sha256 in self.versions

    def holds(self, item: Item) -> bool:
        """Whether an item's bytes are there and right."""
        return self.size_of(item.fixity.sha256) == item.fixity.size and self.objects.proves(item.fixity.sha256)

    def measured(self, item_path: str, file: RemoteFile) -> Fixity | None:
        """What the bucket has of the bytes that Drive states, which are read."""
        if not file.sha256 or file.size is None or self.size_of(file.sha256, sure=False) != file.size:
            return None
        return Fixity(file.size, file.sha256, file.md5) if self.objects.proves(file.sha256) else None

    def let_go(self, item: Item) -> None:
        """Do nothing: an object store holds the same bytes once."""

    def set_time(self, item: Item) -> None:
        """Do nothing: an object has no time that we set."""

    def move_back(self, item: Item, place: str) -> None:
        """Do nothing: an object has no place that it could be moved from."""

    def flush(self) -> None:
        """Do nothing: what the server has confirmed is lasting."""

    def intend(self, paths: Iterable[str]) -> None:
        """Do nothing: objects are not moved."""

    def reclaim(self, rows: Callable[[], Mapping[str, tuple[Fixity, Fixity]]]) -> list[tuple[str, str]]:
        """Do nothing: no move can have been interrupted."""
        return []


class _Objects(Versions):
    """The retired bytes of an archive, which lie where the others do."""

    def __init__(self, bucket: Bucket) -> None:
        super().__init__(bucket.inside, bucket.inner / VERSIONS)
        self._bucket = bucket

    def __contains__(self, sha256: str) -> bool:
        """Whether these bytes are there."""
        return self._bucket.size_of(sha256) is not None

    def path(self, sha256: str) -> Path:
        """Where they would be shown to lie."""
        require_digest(sha256, Reach.FILE)
        return self._bucket.root / key_of(sha256)

    def kept(self, sha256: str) -> Path:
        """A copy of them."""
        require_digest(sha256, Reach.FILE)
        return self._bucket.cache.lend(sha256)

    def take(self, file: Path, sha256: str) -> None:
        """Write a file there; it becomes a copy for readers."""
        self._bucket.stow(file, Fixity(file.stat().st_size, sha256, None))
        with disk_errors():
            self._bucket.cache.keep(file, sha256)

    def digests(self) -> frozenset[str]:
        """Return nothing: the same objects serve the mirror and the versions."""
        return frozenset()

    def drop(self, sha256: str) -> None:
        """Do nothing: no object is deleted."""

    def bring_out(self, sha256: str, copy: Path, *, last: bool) -> Path | None:
        """Never called: recall() needs no copy."""
        return None


def _marked(content: bytes, url: str) -> str:
    """The archive that a bucket says it is of; raise not_our_bucket or newer_archive."""
    try:
        found = json.loads(content)
        written, archive = int(found["format"]), str(found["archive"])
    except (ValueError, KeyError, TypeError) as error:
        raise MaterialsError(Code.NOT_OUR_BUCKET, msg("The bucket holds something else."), where=url) from error
    if written > FORMAT:
        raise MaterialsError(Code.NEWER_ARCHIVE, msg("A newer version of materials has written to this bucket."), where=url)
    return archive
