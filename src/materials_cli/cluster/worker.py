"""What a worker of a cluster does: list a folder, fetch a file, read one or check one. What goes wrong is returned, not raised.

No secret is sent to a worker: it finds its own in its environment, as `materials` itself would on that computer.

Each attempt at a download writes to a file of its own: two workers may make one, if the first was taken for dead. It takes
over what a failed attempt left, and leaves what the next one can take over.
"""

import atexit
import os
import platform
import shutil
import tempfile
import threading
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeVar

from materials_cli import __version__
from materials_cli.disk import disk_errors
from materials_cli.drive.connect import connect
from materials_cli.drive.credentials import find_credential
from materials_cli.drive.download import fetch
from materials_cli.drive.refused import RefusalError
from materials_cli.drive.source import Fetched, IncompleteError, NotWantedError, Source
from materials_cli.errors import Code, MaterialsError, Reach, as_failure
from materials_cli.extract.pool import Pool
from materials_cli.messages import Message, msg, size
from materials_cli.model import Fixity, Item, RemoteFile, Text
from materials_cli.store.bucket import Bucket
from materials_cli.store.fixity import Flaw
from materials_cli.store.inside import is_file
from materials_cli.store.mirror import Store
from materials_cli.store.space import room
from materials_cli.sync.room import NoRoomError
from materials_cli.sync.rough import is_wanted

PROOF = "cluster"
_T = TypeVar("_T")
_beginning = threading.RLock()


@dataclass(frozen=True, slots=True)
class Site:
    """What a worker must have as we have it. root: the archive's folder; url: its object store, empty if it has none.

    proof: what the file PROOF in the folder contains, or the id that the bucket has. way: how Drive is opened, as in
    Credential.kind, and through which host.
    """

    version: str
    root: str
    url: str
    proof: str
    way: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Download:
    """A file to be fetched. known, most: as for is_wanted(). bandwidth: bytes a second for this worker; None for no limit."""

    site: Site
    collection: str
    file: RemoteFile
    path: str
    known: tuple[Item, ...]
    most: int | None
    bandwidth: int | None


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder on Drive to be listed."""

    site: Site
    id: str
    resource_key: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """What a folder contains, page by page, and why that may not be all: None if it is."""

    pages: list[Sequence[object]]
    trouble: Exception | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A file to be read."""

    site: Site
    path: str
    sha256: str
    mirrored: bool


@dataclass(frozen=True, slots=True)
class Checking:
    """A file to be compared with what the catalogue says of it."""

    site: Site
    path: str
    fixity: Fixity
    mirrored: bool


def way() -> tuple[str, str]:
    """How Drive is opened here, without any secret."""
    credential = find_credential(os.environ)
    return credential.kind, credential.origin


def greeted(version: str, *words: object) -> MaterialsError | None:
    """The same for a worker that may have any version: the fields of a Site, the version first."""
    if version != __version__:
        return _unfit(msg("A worker has version {found} of materials instead of {wanted}.", found=__version__, wanted=version))
    return unfit(Site(version, *words))  # type: ignore[arg-type]  # of this version, they are its fields


def unfit(site: Site) -> MaterialsError | None:
    """Why this process cannot work for an archive; None if it can."""
    try:
        if site.version != __version__:
            return greeted(site.version)
        if way() != site.way:
            return _unfit(msg("A worker and this computer reach Drive with different kinds of credential."))
        store = _store(site.root, site.url)
        if isinstance(store, Bucket):
            return None if store.is_at(site.proof) else _unfit(msg("A worker finds another bucket at {url}.", url=site.url))
        if store.read_state(PROOF) != site.proof:
            return _unfit(msg("A worker does not see the archive's folder, {folder}.", folder=site.root))
    except Exception as error:  # noqa: BLE001 - returned as a value
        return as_failure(error)
    return None


def fetch_file(order: Download) -> Fetched | RemoteFile | Exception:
    """Fetch a file and write its bytes to the store; see drive.download.fetch(). A RemoteFile: it is not wanted after all.

    One attempt. A RefusalError is for whoever keeps the pace to deal with.
    """
    return _answered(order.site, lambda: _fetched(order))


def list_folder(order: Folder) -> Listed | RemoteFile | Exception:
    """List a folder; see Source.children(). One attempt, as for fetch_file()."""
    return _answered(order.site, lambda: _listed(order))


def read_file(order: Reading) -> Text | RemoteFile | Exception:
    """The text of a file."""
    return _answered(order.site, lambda: _read(order))


def check_file(order: Checking) -> Flaw | RemoteFile | Exception | None:
    """What is wrong with a file; see Store.flaw()."""
    return _answered(
        order.site, lambda: _store(order.site.root, order.site.url).flaw(order.path, order.fixity, mirrored=order.mirrored)
    )


def _answered(site: Site, work: Callable[[], _T]) -> _T | RemoteFile | Exception:
    if wrong := unfit(site):
        return wrong
    try:
        with disk_errors():
            return work()
    except NotWantedError as found:
        return found.file
    except NoRoomError as full:
        return full
    except MaterialsError as error:
        return _cause(error)
    except Exception as error:  # noqa: BLE001 - returned as a value
        return as_failure(error)


def _fetched(order: Download) -> Fetched:
    store, places = _store(order.site.root, order.site.url), dict[Path, Path]()

    def place(file: RemoteFile) -> Path:
        shared = store.incoming_path(order.collection, file)
        if shared not in places:
            places[shared] = shared.with_name(f"{shared.stem}-{uuid.uuid4().hex[:8]}.part")
            with suppress(FileNotFoundError):  # there is none, or another attempt has just taken it
                if is_file(shared):
                    shared.replace(places[shared])
        return places[shared]

    def wanted(file: RemoteFile) -> bool:
        if yes := is_wanted(file, order.known, order.most):
            _require_room(store, file)
        return yes

    done = None
    try:
        if order.site.url:
            _require_room(store, order.file)
        fetched = fetch(_source(order.bandwidth), order.file, place, order.path, lambda _: None, wanted, order.most)
        done = fetched.part
        if order.site.url:
            store.stow(done, fetched.fixity)
            done.unlink()
        return fetched
    finally:
        for shared, own in places.items():
            if own != done:
                _leave(own, shared)


def _require_room(store: Store, file: RemoteFile) -> None:
    """See that there is room for a file whose size is known; raise NoRoomError or, for this worker's own disk, disk_full.

    On the archive's disk, who sends the orders has kept room for files whose size Drive lists.
    """
    if (file.size or 0) <= room(store.root):
        return
    if store.on_disk:
        raise NoRoomError
    what = msg("A worker has no room for “{name}” ({size}).", name=file.name, size=size(file.size or 0))
    raise MaterialsError(Code.DISK_FULL, what, where=platform.node(), reach=Reach.FILE)


def _leave(own: Path, shared: Path) -> None:
    """Let the next attempt take over what has come so far, unless another one has left something."""
    if is_file(own):
        with suppress(OSError):
            os.link(own, shared)
        own.unlink()


def _listed(order: Folder) -> Listed:
    pages = list[Sequence[object]]()
    try:
        pages.extend(_source(None).children(order.id, order.resource_key))
    except IncompleteError as error:
        return Listed(pages, error)
    except MaterialsError as error:
        return Listed(pages, _cause(error))
    return Listed(pages, None)


def _cause(error: MaterialsError) -> Exception:
    """What whoever keeps the pace should see of an error."""
    return error.__cause__ if isinstance(error.__cause__, RefusalError) else error


def _read(order: Reading) -> Text:
    store = _store(order.site.root, order.site.url)
    with store.reading(order.path, order.sha256, mirrored=order.mirrored) as file:
        text = _pool().extract(file, order.path.rpartition("/")[2])
    return replace(text, properties=dict(text.properties))


def _unfit(what: Message) -> MaterialsError:
    return MaterialsError(Code.WORKER_UNFIT, what, where=platform.node())


def _store(root: str, url: str) -> Store:
    """The archive's store. Of an object store, this worker has a folder of its own for what passes through."""
    with _beginning:
        return _opened(root, url)


@cache
def _opened(root: str, url: str) -> Store:
    if not url:
        return Store(Path(root))
    folder = tempfile.mkdtemp(prefix="materials-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    store = Bucket(Path(folder), url)
    store.make_folders()
    return store


def _source(bandwidth: int | None) -> Source:
    with _beginning:
        return _connected(bandwidth)


@cache
def _connected(bandwidth: int | None) -> Source:
    opened = connect(find_credential(os.environ), bandwidth=bandwidth, tries=1)
    atexit.register(opened.__exit__, None, None, None)
    return opened.__enter__()


def _pool() -> Pool:
    with _beginning:
        return _readers()


@cache
def _readers() -> Pool:
    pool = Pool(os.cpu_count() or 1)
    atexit.register(pool.close)
    return pool
