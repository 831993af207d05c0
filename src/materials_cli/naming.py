"""How a new collection is named, and why one is refused."""

import re
from collections.abc import Iterable

from materials_cli.config import Collection
from materials_cli.drive.link import parse_link
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import msg, verbatim
from materials_cli.slugs import may_be_slug

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG = 40


def new_slug(title: str, taken: set[str]) -> str:
    """A short name made from a title, different from those that are taken."""
    from anyascii import anyascii  # noqa: PLC0415 - only `add` needs it

    plain = _NOT_SLUG.sub("-", anyascii(title).lower()).strip("-")
    slug = plain[:_LONGEST_SLUG].rpartition("-")[0] or plain[:_LONGEST_SLUG] if len(plain) > _LONGEST_SLUG else plain
    slug = slug or "collection"
    candidates = (slug, *(f"{slug}-{number}" for number in range(2, 1000)))
    return next(candidate for candidate in candidates if candidate not in taken and may_be_slug(candidate))


def refuse_twin(new: Collection, present: Iterable[Collection]) -> None:
    """Raise collection_exists if the name or the folder is already in the archive."""
    link = parse_link(new.link)
    for collection in present:
        if collection.slug == new.slug:
            what = msg("A collection named “{slug}” already exists.", slug=collection.slug)
            raise MaterialsError(Code.COLLECTION_EXISTS, what, where=collection.link)
        kept = parse_link(collection.link)
        if kept.folder_id == link.folder_id:
            what = msg("This folder is already in the archive, as “{slug}”.", slug=collection.slug)
            why, again = msg("A folder needs to be added only once."), f"materials sync {collection.slug}"
            other_key = link.resource_key not in {None, kept.resource_key}
            if other_key:
                why = msg("It was added by a link without this resource key.")
            if other_key or collection.detached:
                quoted = f'"{link.url}"'
                again = f"materials collection link {collection.slug} {quoted}"
            raise MaterialsError(Code.COLLECTION_EXISTS, what, where=new.link, why=why, fix=verbatim(again))
