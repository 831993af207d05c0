"""Moves the archived bytes between the disk and an object store. The old side keeps all that it has; nothing is deleted.

What is there already is not sent again, so a move that was cut continues when it is repeated. Only when every file has been
read back on the new side, and is the same, does materials.toml name it.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from materials_cli import trust
from materials_cli.archive import Archive
from materials_cli.batches import in_parallel
from materials_cli.catalogue.items import Catalogue
from materials_cli.config import FILE, load
from materials_cli.configtables import set_top_key
from materials_cli.custody.holdings import Holding, Role, holdings
from materials_cli.disk import disk_errors
from materials_cli.errors import Code, MaterialsError
from materials_cli.export.lost import refuse_lost
from materials_cli.interrupts import Interrupts
from materials_cli.messages import counted, msg, size
from materials_cli.model import Item, Progress, Step, StepKind
from materials_cli.published import publish
from materials_cli.store.bucket import Bucket
from materials_cli.store.fixity import Flaw
from materials_cli.store.mirror import Store
from materials_cli.store.space import room
from materials_cli.store.versions import digest_of


@dataclass(frozen=True, slots=True)
class Moved:
    """How many files, with so many bytes, were read back on the new side. left: where they still are, too."""

    files: int
    bytes: int
    left: str


def to_store(archive: Archive, url: str, *, single_writer: bool = False, workers: Executor) -> Moved:
    """Move an archive's bytes to an object store; raise bytes_damaged, and change nothing, if a file is not as archived."""
    if not archive.store.on_disk:
        raise MaterialsError(
            Code.BAD_USAGE, msg("The archive is in an object store already."), where=archive.config.store or "",
            fix=msg("Bring it back first: materials move --to disk"),
        )  # fmt: skip
    refuse_lost(archive.store)
    disk, bucket = archive.store, Bucket(archive.root, url, single_writer=single_writer)
    bucket.waiting = lambda what: archive.progress(Step(StepKind.NOTICE, message=what))
    bucket.refuse_another()
    with Interrupts(), archive.writing() as catalogue, bucket.leased():
        held = list(holdings(catalogue))

        def send(holding: Holding) -> Flaw | None:
            with disk.reading(holding.path, holding.fixity.sha256, mirrored=holding.role is Role.MIRROR) as path:
                if not path.is_file():
                    return holding.flaw(disk)
                try:
                    bucket.stow(path, holding.fixity)
                except MaterialsError as error:
                    if error.code is not Code.BYTES_DAMAGED:
                        raise
                    return holding.flaw(disk)
            return None

        _each(workers, archive.progress, send, held)
        moved = _read_back(bucket, held, workers, archive.progress, left=str(archive.root))
        set_top_key(archive.root / FILE, "single_writer", value=True if single_writer else None)
        set_top_key(archive.root / FILE, "store", value=url)
        trust.confirm_one(load(archive.root), "store")
        publish(bucket)
    return moved


def to_disk(archive: Archive, *, workers: Executor) -> Moved:
    """Move an archive's bytes from an object store to its folder; raise disk_full if there is no room for them."""
    bucket = archive.store
    if not isinstance(bucket, Bucket):
        raise MaterialsError(Code.BAD_USAGE, msg("The archive is on this disk already."), where=str(archive.root))
    disk = Store(archive.root)
    with Interrupts(), archive.writing() as catalogue:
        held = list(holdings(catalogue))
        lacking = [holding for holding in held if holding.absence(disk)]
        needed, left = sum(holding.fixity.size for holding in lacking), room(archive.root)
        if needed > left:
            what = msg("No room on this disk for {files} ({size}).", files=counted(len(lacking), "file"), size=size(needed))
            raise MaterialsError(Code.DISK_FULL, what, where=str(archive.root))
        _each(workers, archive.progress, partial(_bring, bucket, disk, _items(catalogue, held)), held)
        moved = _read_back(disk, held, workers, archive.progress, left=bucket.url)
        for key in ("store", "single_writer"):
            set_top_key(archive.root / FILE, key, value=None)
        archive.store = disk
    return moved


def _items(catalogue: Catalogue, held: Iterable[Holding]) -> dict[tuple[str, str], Item]:
    mirrored = {(holding.collection, holding.id) for holding in held if holding.role is Role.MIRROR}
    return {(item.collection, item.id): item for item in catalogue.each() if (item.collection, item.id) in mirrored}


def _bring(bucket: Bucket, disk: Store, items: dict[tuple[str, str], Item], holding: Holding) -> Flaw | None:
    """Put the bytes in their place on the disk, unless they are there; what else lies there is moved aside."""
    if holding.flaw(disk) is None:
        return None
    digest, mirrored = holding.fixity.sha256, holding.role is Role.MIRROR
    coming = disk.incoming / f"{digest}.{abs(hash(holding))}.moved"
    with disk_errors():
        coming.unlink(missing_ok=True)
        if not bucket.fetch(digest, coming) or digest_of(coming) != digest:
            coming.unlink(missing_ok=True)
            return holding.flaw(bucket)
        if mirrored:
            disk.put(coming, items[holding.collection, holding.id], expected=None)
            disk.flush()
        else:
            disk.versions.take(coming, digest)
    return None


def _each(workers: Executor, progress: Progress, work: Callable[[Holding], Flaw | None], held: Sequence[Holding]) -> None:
    """Do something with every file; raise bytes_damaged, once all are done, if some are not as archived."""
    wrong: list[tuple[Holding, Flaw]] = []
    progress(Step(StepKind.PLANNED, amount=sum(holding.fixity.size for holding in held), total=len(held)))
    with closing(in_parallel(workers, work, held)) as batches:
        for batch in batches:
            for holding, future in batch:
                if flaw := future.result():
                    wrong.append((holding, flaw))
                progress(Step(StepKind.BYTES, holding.path, holding.fixity.size))
                progress(Step(StepKind.DONE, holding.path, holding.fixity.size))
    if wrong:
        holding, flaw = wrong[0]
        files = counted(len(wrong), "file")
        what = msg("{files} not as archived, such as “{name}”: {what}.", files=files, name=holding.path, what=flaw.what)
        why = msg("The archive stays where it is: only what is whole is moved.")
        raise MaterialsError(
            flaw.code, what, why=why, fix=msg("Restore what can be restored, then move again: materials verify --repair")
        )


def _read_back(store: Store, held: Sequence[Holding], workers: Executor, progress: Progress, *, left: str) -> Moved:
    _each(workers, progress, lambda holding: holding.flaw(store), held)
    return Moved(len(held), sum(holding.fixity.size for holding in held), left)
