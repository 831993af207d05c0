"""Drive's own picture of slide 1, where nothing on this computer can draw it.

Drive is asked once for the same bytes, by the sync that finds them without a picture, and whatever it answers is recorded. What
kept it from answering is no answer: then the next sync asks.
"""

from collections.abc import Iterable
from contextlib import closing
from itertools import chain

from materials_cli.batches import in_parallel
from materials_cli.drive.source import Source
from materials_cli.errors import MaterialsError, Reach
from materials_cli.extract.pool import Pool, Staff
from materials_cli.model import Item, State
from materials_cli.pictures.draw import ask
from materials_cli.pictures.kept import Pictures
from materials_cli.store.mirror import Store


def keep_thumbnails(store: Store, source: Source, items: Iterable[Item], artists: Staff) -> None:
    """Ask Drive for pictures of these items, and keep them; stop at a failure that would concern the others, too."""
    pictures = Pictures(store.root)
    wanted = {item.fixity.sha256: item for item in items if item.state is State.HELD and item.replacement is None}
    with closing(in_parallel(artists.threads, lambda item: source.thumbnail(item.remote), wanted.values())) as batches:
        for item, future in chain.from_iterable(batches):
            try:
                content = future.result()
            except MaterialsError as error:
                if error.reach > Reach.FILE:
                    return
            else:
                _keep(pictures, artists.pool, item, content)


def _keep(pictures: Pictures, pool: Pool, item: Item, content: bytes | None) -> None:
    """Keep a picture, decoded and encoded anew by a child; without one, that Drive has none."""
    digest = item.fixity.sha256
    with pictures.scratch(digest) as scratch:
        given = scratch / "given"
        given.write_bytes(content or b"")
        drawn, *_ = ask(pool, given, scratch, {"thumbnail": True})
        drawing = pictures.drawing(digest)
        if drawing is None:  # dropped meanwhile
            return
        sheet = next(iter(drawn.sheets), None)
        face = {1: scratch / sheet.file} if sheet else {}
        pictures.keep(digest, drawing.with_thumbnail(sheet and (sheet.width, sheet.height)), face)
