"""Which name a collection, and so its folder in the mirror, can have on every disk."""

from materials_cli.errors import Code, MaterialsError, Reach
from materials_cli.messages import msg
from materials_cli.patterns import regex

SLUG = regex(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")
# Names that Windows keeps for devices, one that differs from a file of ours in case alone, and the folder of corrections.
_RESERVED = regex(r"con|prn|aux|nul|com[0-9]|lpt[0-9]|sha256sums|metadata")


def may_be_slug(text: str) -> bool:
    """Whether a collection, and so its folder, may have this name."""
    return bool(SLUG.fullmatch(text)) and not _RESERVED.fullmatch(text)


def refuse_reserved(slug: str) -> None:
    """Raise bad_settings for a collection whose folder could not be on every disk. It concerns no other one."""
    if not may_be_slug(slug):
        raise MaterialsError(
            Code.BAD_SETTINGS, msg("A collection cannot have the name “{slug}”.", slug=slug),
            why=msg("On some systems it is a device, or the same as a file of the archive."),
            fix=msg("materials collection rename {slug} NEW-NAME", slug=slug), reach=Reach.COLLECTION,
        )  # fmt: skip
