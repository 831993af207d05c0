"""Makes text from outside, such as file names, safe to print, mail or put on a page."""

import html
import re

_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#|~!&:@]|(?<=www)\.)", re.IGNORECASE)


def one_line(text: object) -> str:
    """One line that cannot move the cursor, colour the screen or change the direction of writing."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", str(text)).replace("\r", "").replace("\n", " ").replace("\t", " ")


def for_html(text: object) -> str:
    """Text for HTML content or an attribute."""
    return html.escape(one_line(text))


def for_markdown(text: object) -> str:
    """Text without Markdown syntax or automatic links."""
    return _MARKDOWN.sub(r"\\\1", one_line(text))
