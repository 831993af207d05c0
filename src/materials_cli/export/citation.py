"""A citation of one item or slide: with its checksum, so that a reader can prove which bytes were cited."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from materials_cli.addresses import address
from materials_cli.describe.description import Description
from materials_cli.export.escape import one_line
from materials_cli.export.references import Reference, bibtex, csl, iso_date, reference, ris
from materials_cli.messages import placed
from materials_cli.model import Section, State


def cited(one: Description, section: Section | None = None) -> Reference:
    """What a citation of an item says, or of one of its sections."""
    whole = reference(one)
    where, part = "", None
    if section:
        part = section.number
        title = f": {one_line(section.title)}" if section.title.strip() else ""
        where = f"{placed(one.item.unit or 'section', part).text.format(number=part)}{title}. "
    withdrawn = "No longer on Drive. " if one.item.state is State.WITHDRAWN else ""
    return replace(
        whole,
        key=whole.key if part is None else f"{whole.key}-{part}",
        note=f"{where}{withdrawn}{whole.note}. Catalogue: {address(one.item.id, part)}",
    )


def plain(references: Iterable[Reference]) -> Iterator[str]:
    """A line for each that a text can take as it is."""
    for ref in references:
        event = ", ".join(filter(None, (ref.event, ref.place, "/".join(map(iso_date, ref.days)))))
        parts = ["; ".join(ref.authors), f"“{ref.title}”", event, ref.url, ref.note]
        yield " ".join(f"{part.rstrip('.')}." if part != ref.url else part for part in parts if part) + "\n"


STYLES: Mapping[str, Callable[[Iterable[Reference]], Iterator[str]]] = MappingProxyType(
    {"plain": plain, "bibtex": bibtex, "csl-json": csl, "ris": ris}
)
