"""Which store an archive has: its own folder or, if materials.toml says so, an object store."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from materials_cli.config import FILE, Config, load
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg
from materials_cli.store.mirror import Store


def store_of(config: Config) -> Store:
    """The store of an archive; raise unconfirmed_settings for an object store that this user has not confirmed."""
    if config.store is None:
        return Store(config.archive)
    from materials_cli import trust  # noqa: PLC0415 - most archives are on a disk
    from materials_cli.store.bucket import Bucket  # noqa: PLC0415 - as above

    if any(claim.name == "store" for claim in trust.standing(config).open):
        what = msg("These settings are not confirmed: {names}.", names="store")
        raise MaterialsError(Code.UNCONFIRMED_SETTINGS, what, where=str(config.archive / FILE))
    return Bucket(config.archive, config.store, single_writer=config.single_writer)


def store_at(root: Path, waiting: Callable[[Message], None] = lambda _: None) -> Store:
    """The same for a folder. Of one that has no valid materials.toml, whoever reads it tells. waiting: as for Store."""
    config = None
    with suppress(MaterialsError):
        config = load(root) if (root / FILE).is_file() else None
    store = store_of(config) if config else Store(root)
    store.waiting = waiting
    return store
