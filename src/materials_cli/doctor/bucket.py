"""Whether an archive's object store can be reached, is this archive's, and who writes to it; and whether readers are behind."""

from materials_cli.doctor.diagnosis import Diagnosis, ok, warning
from materials_cli.messages import msg
from materials_cli.published import is_behind
from materials_cli.store.bucket import Bucket
from materials_cli.store.lease import holder
from materials_cli.store.mirror import Store


def object_store(store: Store) -> Diagnosis | None:
    """What can be said of it; None for an archive on a disk. Raise what keeps it from being read."""
    if not isinstance(store, Bucket):
        return None
    store.claim(may_begin=False)
    if who := holder(store.objects):
        return warning(
            msg("{place}: a run is in progress, or was cut: {who}.", place=store.url, who=who),
            msg("Wait until it has finished. If it has died, the next run finds out within a minute; nothing is lost."),
        )
    if is_behind(store):
        return warning(
            msg("{place} has a newer catalogue than this folder.", place=store.url),
            msg("`materials rebuild` takes it over; so does the next sync from here."),
        )
    return ok(msg("{place} answers, and holds this archive", place=store.url))
