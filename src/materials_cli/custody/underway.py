"""What a command on a collection has begun is noted first; if it is cut, the next command that writes finishes it."""

import os

from materials_cli.catalogue.items import Catalogue
from materials_cli.filenames import UNDER_WAY
from materials_cli.store.mirror import Store


def resume(store: Store, catalogue: Catalogue) -> None:
    """Finish what is under way, if anything is."""
    if os.path.lexists(store.inner / UNDER_WAY):
        from materials_cli.custody.collections import finish  # noqa: PLC0415 - hardly any run has something to finish

        finish(store, catalogue)
