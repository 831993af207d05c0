"""Plain text, Markdown, CSV and web pages, in any encoding."""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree, html

from materials_cli.extract.alternative import is_written_by_hand
from materials_cli.extract.encodings import decode
from materials_cli.extract.headings import by_heading
from materials_cli.extract.package import UnreadableError
from materials_cli.messages import msg
from materials_cli.model import Section, Text

_MAX_BYTES = 32 * 1024 * 1024
_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})|^<\?xml[^>]{0,200}encoding=["']([\w.:-]{2,40})""", re.IGNORECASE
)
_INVISIBLE = ("script", "style", "template", "head")
_LONGEST_WORD = 40  # what is longer was written by a program for others
_UNSEEN_FIELDS = {"hidden", "password", "checkbox", "radio", "image", "file"}
# Where elements have words in attributes: tooltips, what a field holds or asks for, choices.
_STATED = ("title", "placeholder", "label", "summary")


def read_plain(path: Path, suffix: str) -> Text:
    """Plain text and web pages as one section, Markdown by heading."""
    with path.open("rb") as file:
        content = file.read(_MAX_BYTES)
    if suffix in {"html", "htm"}:
        return page_text(content)
    text = decode(content)
    if suffix in {"md", "markdown"}:
        return Text("section", by_heading(map(_markdown_line, text.splitlines())))
    return Text("section", (Section(1, "", text.strip()),) if text.strip() else ())


def _markdown_line(line: str) -> tuple[str, bool]:
    """A line, or the text of a heading, and whether it is one."""
    heading = _HEADING.match(line)
    return (heading[2], True) if heading else (line, False)


def page_text(content: bytes, encoding: str = "") -> Text:
    """The visible text of a web page, that of its fields, tooltips and pictures, and the targets of its links.

    encoding: as stated beside it; the page's own statement counts more.
    """
    root = _parsed(content, encoding)
    title = " ".join((root.findtext(".//title") or "").split())
    properties = _properties(root) | ({"title": title} if title else {})
    links = [link for node in root.iter("a") if (link := node.get("href", "")).startswith(("http://", "https://", "mailto:"))]
    etree.strip_elements(root, *_INVISIBLE, etree.Comment, with_tail=False)
    stated = [text for node in root.iter() for text in _stated(node)]
    lines = [" ".join(str(line).split()) for line in root.itertext()]
    shown = set(lines)
    beside = (text for text in dict.fromkeys((*stated, *links)) if text not in shown)
    body = "\n".join(filter(None, (*lines, *beside)))
    return Text("section", (Section(1, title, body),) if title or body else (), properties)


def _stated(node: html.HtmlElement) -> Iterator[str]:
    """The words in the attributes of an element that a reader sees."""
    if not isinstance(node.tag, str):
        return
    stated = (" ".join(node.get(name, "").split()) for name in _STATED)
    yield from (text for text in stated if " " in text or len(text) < _LONGEST_WORD)
    if is_written_by_hand(alt := node.get("alt", "")):
        yield alt.strip()
    if inner := node.get("srcdoc"):
        yield from (section.body for section in page_text(inner.encode()).sections)
    is_field = node.tag == "input" and node.get("type", "").lower() not in _UNSEEN_FIELDS
    if is_field or (node.tag == "option" and not (node.text or "").strip()):
        yield " ".join(node.get("value", "").split())


def _parsed(content: bytes, encoding: str) -> html.HtmlElement:
    """The tree of a web page, in the encoding that it declares; raise UnreadableError."""
    declared = _DECLARED.search(content[:4096])
    encoding = (declared[1] or declared[2]).decode("ascii", "replace") if declared else encoding
    # lxml refuses text that declares an encoding.
    source = re.sub(r"^\s*<\?xml[^>]*>", "", decode(content, encoding))
    try:
        return html.document_fromstring(source if source.strip() else "<p/>")
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableError(msg("The web page cannot be read.")) from error


def _properties(root: html.HtmlElement) -> dict[str, str]:
    """What a web page states about itself in its <meta> elements."""
    meta = {str(node.get("name", "")).lower(): str(node.get("content", "")) for node in root.iter("meta")}
    return {name: meta[name] for name in ("author", "keywords", "description") if meta.get(name)}
