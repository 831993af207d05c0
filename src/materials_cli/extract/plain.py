"""Plain text, Markdown, CSV and web pages, in any encoding."""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree, html

from materials_cli.extract.alternative import is_written_by_hand
from materials_cli.extract.encodings import decode
from materials_cli.extract.headings import by_heading
from materials_cli.extract.package import UnreadableError
from materials_cli.messages import Message, msg
from materials_cli.model import Section, Text

_MAX_BYTES = 32 * 1024 * 1024
_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})|^<\?xml[^>]{0,200}encoding=["']([\w.:-]{2,40})""", re.IGNORECASE
)
_INVISIBLE = ("script", "style", "template", "head")
_DEEPEST = 50  # pages inside pages
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
    return _page(_parsed(_source(content, encoding)), 0)


def _page(root: html.HtmlElement, level: int) -> Text:
    """The text of a page. level: inside how many others it is."""
    title = " ".join((root.findtext(".//title") or "").split())
    properties = _properties(root) | ({"title": title} if title else {})
    links = [link for node in root.iter("a") if (link := node.get("href", "")).startswith(("http://", "https://", "mailto:"))]
    etree.strip_elements(root, *_INVISIBLE, etree.Comment, with_tail=False)
    stated = [text for node in root.iter() for text in _stated(node)]
    inside, note = _pages_inside(root, level)
    lines = [" ".join(str(line).split()) for line in root.itertext()]
    shown = set(lines)
    beside = (text for text in dict.fromkeys((*stated, *inside, *links)) if text not in shown)
    body = "\n".join(filter(None, (*lines, *beside)))
    return Text("section", (Section(1, title, body),) if title or body else (), properties, note)


def _pages_inside(root: html.HtmlElement, level: int) -> tuple[list[str], Message | None]:
    """The lines of the pages that are stated inside a page, and a note if not all were read."""
    inner = [source for node in root.iter("iframe") if (source := node.get("srcdoc", "")).strip()]
    read = [source for source in inner if level < _DEEPEST and len(source) * (level + 1) < _MAX_BYTES]
    texts = [_inside(source, level + 1) for source in read]
    unread = msg("Pages inside pages are not read to the innermost one.") if len(read) < len(inner) else None
    lines = [line for text in texts for section in text.sections for line in section.body.splitlines()]
    return lines, next((text.note for text in texts if text.note), unread)


def _stated(node: html.HtmlElement) -> Iterator[str]:
    """The words in the attributes of an element that a reader sees."""
    if not isinstance(node.tag, str):
        return
    stated = (" ".join(node.get(name, "").split()) for name in _STATED)
    yield from (text for text in stated if " " in text or len(text) < _LONGEST_WORD)
    if is_written_by_hand(alt := node.get("alt", "")):
        yield alt.strip()
    is_field = node.tag == "input" and node.get("type", "").lower() not in _UNSEEN_FIELDS
    if is_field or (node.tag == "option" and not (node.text or "").strip()):
        yield " ".join(node.get("value", "").split())


def _inside(source: str, level: int) -> Text:
    """The text of a page that is stated inside another, which is already decoded; of one that cannot be read, none."""
    try:
        return _page(_parsed(source), level)
    except UnreadableError:
        return Text()


def _source(content: bytes, encoding: str) -> str:
    """A web page in the encoding that it declares."""
    declared = _DECLARED.search(content[:4096])
    return decode(content, (declared[1] or declared[2]).decode("ascii", "replace") if declared else encoding)


def _parsed(source: str) -> html.HtmlElement:
    """The tree of a web page; raise UnreadableError."""
    # lxml refuses text that declares an encoding.
    source = re.sub(r"^\s*<\?xml[^>]*>", "", source)
    try:
        return html.document_fromstring(source if source.strip() else "<p/>")
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableError(msg("The web page cannot be read.")) from error


def _properties(root: html.HtmlElement) -> dict[str, str]:
    """What a web page states about itself in its <meta> elements."""
    meta = {str(node.get("name", "")).lower(): str(node.get("content", "")) for node in root.iter("meta")}
    return {name: meta[name] for name in ("author", "keywords", "description") if meta.get(name)}
