"""The index of the search in the pages: plain scripts, which a page opened from a disk may load."""

from collections.abc import Iterator

from materials_cli.site.holdings import Holdings


def scripts(holdings: Holdings) -> Iterator[tuple[str, str]]:
    """The scripts below data/, each by its name without “.js”: ASCII alone, and nothing in it ends a <script>."""
    yield "collections", f"// {sum(1 for _ in holdings.items)} items\n"
