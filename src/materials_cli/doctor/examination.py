"""All checks, in the order in which one would search for a cause: the machine, the archive and its files, Google, the disk."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from materials_cli.config import Collection
from materials_cli.doctor import bucket, disk, holdings, machine, reports
from materials_cli.doctor.diagnosis import Check, Diagnosis
from materials_cli.doctor.sample import FixitySample
from materials_cli.drive.credentials import key_path, login_path
from materials_cli.messages import msgid
from materials_cli.model import Plan
from materials_cli.store.mirror import Store

if TYPE_CHECKING:
    from materials_cli.doctor.reach import Reach


def of_machine() -> Iterator[Check]:
    """Checks that need neither an archive nor Google."""
    secrets = (key_path(), login_path())
    yield Check(msgid("Python"), machine.python)
    yield Check(msgid("SQLite"), machine.sqlite)
    yield Check(msgid("Secrets"), partial(disk.secrets_are_private, secrets), partial(disk.make_secrets_private, secrets))
    yield Check(msgid("LibreOffice"), machine.libreoffice)


def of_archive(store: Store, collections: Sequence[Collection] | None) -> Iterator[Check]:
    """Checks of an archive that do not need Google. collections: those to check; None if materials.toml cannot be read."""
    slugs = [collection.slug for collection in collections or ()]
    followed = [collection.slug for collection in collections or () if not collection.detached]
    sample = FixitySample(store, slugs)
    yield Check(msgid("Disk"), partial(disk.writable, store), partial(disk.make_folders, store))
    yield Check(msgid("Network disk"), partial(disk.on_network, store))
    yield Check(msgid("Object store"), partial(bucket.object_store, store))
    if store.on_disk:
        yield Check(msgid("One filesystem"), partial(disk.one_filesystem, store, slugs))
        yield Check(msgid("Names kept"), partial(disk.name_handling, store))
    yield Check(msgid("Lock"), partial(disk.lock_holder, store))
    yield Check(msgid("Catalogue"), partial(holdings.catalogue, store))
    yield Check(msgid("Its copy"), partial(holdings.catalogue_copy, store), partial(holdings.copy_catalogue, store))
    yield Check(msgid("Recovery"), partial(holdings.losses, store))
    if collections is not None:
        yield Check(msgid("Trust"), partial(holdings.trust, store))
    if followed or collections == ():
        yield Check(msgid("Last success"), partial(holdings.last_success, store, followed))
    yield Check(msgid("Schedule"), partial(reports.timer, store))
    if collections is not None:
        yield Check(msgid("Notifications"), partial(reports.notifications, store))
        yield Check(msgid("Log"), partial(reports.outputs, store))
        yield Check(msgid("By meaning"), partial(holdings.by_meaning, store, collections))
    yield Check(msgid("Manifest"), partial(holdings.manifest, store), partial(holdings.rewrite_manifest, store))
    yield Check(msgid("Corrections"), partial(holdings.corrections, store))
    yield Check(msgid("Verified"), partial(holdings.verified, store, slugs))
    yield Check(msgid("Fixity"), sample.run, sample.repair)
    yield Check(msgid("Fonts"), lambda: machine.fonts(holdings.languages(store)))


def of_capacity(store: Store, plans: Sequence[Plan]) -> Iterator[Check]:
    """Whether the disk has room for what is held and for what a sync would fetch, as far as that is known by now."""

    def names() -> Diagnosis:
        coming = [action.path for plan in plans for action in plan.actions if action.path]
        return disk.name_lengths(store.root, coming + holdings.paths(store))

    def space() -> Diagnosis:
        coming = [action for plan in plans for action in (*plan.actions, *plan.no_room)]
        return disk.space(store.root, sum(action.bytes for action in coming) if plans else None)

    if store.on_disk:
        yield Check(msgid("Names fit"), names)
    yield Check(msgid("Space"), space)


def of_google(reach: "Reach", collections: Sequence[Collection]) -> Iterator[Check]:
    """Checks that ask Google. The plans that they make say how much a sync would fetch."""
    yield Check(msgid("Way in"), reach.credential)
    for collection in (collection for collection in collections if not collection.detached):
        yield Check(msgid("Link {slug}"), partial(reach.link, collection), slug=collection.slug)
    yield Check(msgid("Clock"), reach.clock)
    yield Check(msgid("Libraries"), machine.libraries)  # they warn when they are imported, which is by now
