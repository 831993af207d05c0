"""What a run leaves in an object store for readers: the manifest, and the whole catalogue with its texts and its index.

So a reader needs the bucket alone: an empty folder whose materials.toml names it, and `materials rebuild`. Files are sent
whole, but only those that readers lack (catalogue/publishing.py). Each publication has a stamp. Whoever is about to write
from another folder takes over what was published since it last did.
"""

import json
import os
import shutil
import uuid
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from materials_cli.catalogue.copy import is_intact, write_snapshot
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.publishing import has_news, record_published
from materials_cli.disk import disk_errors, flush_file, flush_folders, open_own, open_plain, replacing
from materials_cli.errors import Code, MaterialsError
from materials_cli.filenames import CATALOGUE, CSV, JSONL, SUMS
from materials_cli.messages import msg
from materials_cli.store.bucket import PUBLISHED, Bucket
from materials_cli.store.inside import files_of, is_file
from materials_cli.store.mirror import Store
from materials_cli.store.versions import digest_of

COMING = "catalogue.new.sqlite"  # it, while it is brought here
_MANIFEST = (JSONL, CSV, SUMS)


def publish(store: Store) -> None:
    """Publish what readers lack; hold the lock. On a disk, all is where readers look for it."""
    if not isinstance(store, Bucket) or store.lease is None or not store.catalogue.is_file():
        return
    with disk_errors():
        files = {name: store.root / name for name in _MANIFEST if is_file(store.root / name)}
        digests, known = {name: digest_of(path) for name, path in files.items()}, store.state()
        with closing(Catalogue.open(store.catalogue, write=True)) as catalogue:
            manifested = catalogue.manifest_stamp()[1] and all(known.get(name) == digests.get(name) for name in _MANIFEST)
            if manifested and not has_news(catalogue.connection, known.get("stamp")):
                return
            snapshot, stamp = store.inner / "catalogue.published.sqlite", uuid.uuid4().hex
            record_published(catalogue.connection, stamp)
            try:
                write_snapshot(catalogue.connection, snapshot)
                files[CATALOGUE], digests[CATALOGUE] = snapshot, digest_of(snapshot)
                store.lease.renew()
                for name in [name for name, digest in digests.items() if known.get(name) != digest]:
                    store.objects.replace(name, files[name])
                _stamp(store, stamp, digests)
            finally:
                snapshot.unlink(missing_ok=True)


def _stamp(store: Bucket, stamp: str, digests: dict[str, str]) -> None:
    """Say that this is what is published now. The folder knows its stamp before the bucket does: it may be cut in between."""
    store.remember(coming=stamp)
    made = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    store.objects.write(PUBLISHED, json.dumps({"stamp": stamp, "made": made, "sha256": digests}, indent=1).encode())
    store.remember(stamp=stamp, coming=None, **digests)


def is_behind(store: Store) -> bool:
    """Whether another folder has published since this one last did."""
    if not isinstance(store, Bucket):
        return False
    found, known = store.objects.read(PUBLISHED), store.state()
    if found is None:
        return False
    return not store.catalogue.is_file() or _field(found[0], "stamp") not in {known.get("stamp"), known.get("coming")}


def _field(content: bytes, *names: str) -> str:
    """A field of what says what is published; empty if it is not there."""
    with suppress(ValueError, TypeError, KeyError):
        value = json.loads(content)
        for name in names:
            value = value[name]
        return str(value)
    return ""


def follow(store: Store) -> str | None:
    """Take over what another folder has published, if it has; hold the lock. The catalogue that was here is moved aside.

    Return where to, empty if there was none; None if there is nothing to take over. Raise newer_archive, or bad_catalogue if
    what is published is damaged.
    """
    if not isinstance(store, Bucket) or not is_behind(store):
        return None
    # Read before the catalogue: if one is published meanwhile, what is known here is the older stamp, and this is done again.
    found, new = store.objects.read(PUBLISHED), store.inner / COMING
    with disk_errors():
        remove_catalogue(new)
        chunks = store.objects.chunks(CATALOGUE)
        with open_own(new, "xb") as file:
            for chunk in chunks or ():
                file.write(chunk)
            flush_file(file, file.tell())
        if not is_intact(new, history=True):
            new.unlink()
            raise MaterialsError(
                Code.BAD_CATALOGUE, msg("The catalogue in the object store is damaged."), where=store.url,
                fix=msg("`materials rebuild` recreates it from the manifest and the objects there."),
            )  # fmt: skip
        aside = set_catalogue_aside(store)
        new.replace(store.catalogue)
        flush_folders([store.inner])
    digests = {name: _field(found[0], "sha256", name) if found else None for name in (CATALOGUE, *_MANIFEST)}
    store.remember(stamp=_field(found[0], "stamp") if found else None, coming=None, **digests)
    return aside


def fetch_manifest(store: Store) -> None:
    """Bring the published manifest here, if there is none, for a catalogue to be rebuilt from."""
    if isinstance(store, Bucket) and not is_file(store.root / JSONL) and (chunks := store.objects.chunks(JSONL)):
        with replacing(store.root / JSONL) as file:
            for chunk in chunks:
                file.write(chunk)


def remove_catalogue(catalogue: Path) -> None:
    """Remove a catalogue that was cut while it was made or brought here."""
    for path in files_of(catalogue):
        path.unlink(missing_ok=True)


def set_catalogue_aside(store: Store) -> str:
    """Move the old catalogue aside and copy the manifest there; return the folder, or empty if there was neither."""
    manifest, old = store.root / JSONL, [path for path in files_of(store.catalogue) if os.path.lexists(path)]
    if not old and not is_file(manifest):
        return ""
    folder = store.inner / "rebuilt" / f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    changed = store.inside.make_folder(folder) | {folder, store.inner}
    if is_file(manifest):
        with open_plain(manifest) as source, replacing(folder / JSONL) as target:
            shutil.copyfileobj(source, target)
    for path in old:
        path.rename(folder / path.name)
    flush_folders(changed)
    return folder.relative_to(store.root).as_posix()
