"""Visio drawings since 2013 (.vsdx): the words on each page, under the page's name."""

from collections.abc import Iterator

from lxml import etree

from materials_cli.extract.package import Package, attribute, properties
from materials_cli.model import Section, Text


def read_visio(package: Package) -> Text:
    """The pages in their order."""
    drawing = package.main_part()
    pages = next((target for kind, target in package.relations(drawing).values() if kind == "pages"), "")
    parts = package.relations(pages)
    sections = []
    for number, page in enumerate(package.readable_xml(pages).iter("{*}Page"), 1):
        reference = next(page.iter("{*}Rel"), None)
        part = "" if reference is None else parts.get(attribute(reference, "id", of="relationships"), ("", ""))[1]
        body = "\n".join(_words(package.readable_xml(part)))
        sections.append(Section(number, page.get("Name", ""), body, hidden=page.get("Background") == "1"))
    return Text("page", tuple(sections), properties(package))


def _words(root: etree._Element) -> Iterator[str]:
    for node in root.iter("{*}Text"):
        if text := "".join(map(str, node.itertext())).strip():
            yield text
