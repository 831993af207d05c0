"""Plain text, Markdown, CSV and web pages, in whatever encoding they come."""

import codecs
import re
from pathlib import Path

from lxml import etree, html

from materials_cli.extract.package import UnreadableError
from materials_cli.model import Section, Text

_MOST_BYTES = 32 * 1024 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")
_HANGUL = re.compile("[\uac00-\ud7a3]{2}")
_CYRILLIC = re.compile("[а-яёА-ЯЁ]{3}")
_SILENT = ("script", "style", "noscript", "template", "head")


def read_plain(path: Path, suffix: str) -> Text:
    """One section; Markdown by heading; of web pages what a reader sees."""
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES)
    if suffix in {"html", "htm"}:
        return _page(content)
    text = decode(content)
    if suffix in {"md", "markdown"}:
        return Text("section", tuple(_by_heading(text)))
    return Text("section", (Section(1, "", text.strip()),) if text.strip() else ())


def decode(content: bytes) -> str:
    """Bytes to text: a byte order mark decides, then UTF-8, then what makes Korean or Russian words, else Latin."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for encoding, likely in (("cp949", _HANGUL), ("cp1251", _CYRILLIC)):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if likely.search(text):
            return text
    return content.decode("cp1252", "replace")


def _by_heading(text: str) -> list[Section]:
    sections: list[Section] = []
    title = ""
    lines: list[str] = []
    for line in (*text.splitlines(), "# "):
        heading = _HEADING.match(line)
        if heading or line == "# ":
            body = "\n".join(lines).strip()
            if title or body:
                sections.append(Section(len(sections) + 1, title, body))
            title, lines = heading[2] if heading else "", []
        else:
            lines.append(line)
    return sections


def _page(content: bytes) -> Text:
    try:
        root = html.document_fromstring(decode(content) or " ")
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableError("The web page cannot be read.") from error
    title = (root.findtext(".//title") or "").strip()
    etree.strip_elements(root, *_SILENT, etree.Comment, with_tail=False)
    lines = [" ".join(str(line).split()) for line in root.itertext()]
    body = "\n".join(line for line in lines if line)
    return Text("section", (Section(1, title, body),) if title or body else (), {"title": title} if title else {})
