"""Rich Text Format: the text without the commands, decoded by the encoding of its font."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from materials_cli.extract.alternative import is_written_by_hand
from materials_cli.extract.encodings import known_encoding
from materials_cli.extract.fieldcode import shown_by
from materials_cli.extract.fonts import family, respell
from materials_cli.extract.headings import by_heading
from materials_cli.extract.package import unread_inside
from materials_cli.model import Text

_MAX_BYTES = 32 * 1024 * 1024
_TOKEN = re.compile(rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.IGNORECASE)
_BINARY = re.compile(rb"(?<!\\)\\bin(\d{1,9}) ?")
# Where the text of a group goes: nowhere (None), to the body (""), or to a field of its own.
_DESTINATIONS: dict[bytes, str | None] = {
    **dict.fromkeys((
        b"info", b"colortbl", b"stylesheet", b"pict", b"object", b"themedata", b"datastore", b"listtable", b"listtext",
        b"listoverridetable", b"generator", b"latentstyles", b"rsidtbl", b"xmlnstbl", b"filetbl", b"revtbl", b"shprslt",
        b"nonshppict", b"upr", b"xe", b"tc", b"tcn",
    )),
    b"fonttbl": "fonts", b"fldinst": "field", b"sn": "named",
    **dict.fromkeys((b"ffl", b"ffhelptext", b"ffstattext"), "beside"),
}  # fmt: skip
# Groups whose text goes to the body, where this keeps it apart from the text around it.
_APART = {
    **dict.fromkeys((b"annotation", b"footnote"), " "),
    **dict.fromkeys((b"shptxt", b"header", b"headerl", b"headerr", b"headerf"), "\n"),
    **dict.fromkeys((b"result",), "\n"),
    **dict.fromkeys((b"footer", b"footerl", b"footerr", b"footerf"), "\n"),
}
# Properties of shapes that are words: their text in artful letters, and what stands in place of them.
_WORDS_OF_SHAPES = {"gtextUNICODE", "wzDescription"}
_PROPERTIES = {
    b"title": "title", b"author": "author", b"subject": "subject", b"keywords": "keywords", b"company": "company",
    b"doccomm": "description",
}  # fmt: skip
_BREAKS = {b"par": "\n", b"line": "\n", b"tab": "\t", b"cell": "\t", b"row": "\n", b"sect": "\n", b"page": "\n"}
_MARKS = {
    b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•",
}  # fmt: skip
# A style that is a heading: by its level in the outline, or its name.
_STYLE = re.compile(rb"\{\\s(\d{1,5})\b((?:[^{}]|\{[^{}]*\})*)\}")
_LEVEL = re.compile(rb"\\outlinelevel[0-8](?!\d)|(?:^|[ ;}])(?:heading|title) ?\d?;", re.IGNORECASE)
_MAX_STYLES = 1 << 20
_HEADING = "\ue000"  # of our own, at the end of a heading
_LINK = re.compile(r'HYPERLINK\s+"([^"]+)"')
# The encodings of \fcharset numbers, as defined by Windows.
_CHARSETS = {
    128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip


def read_rtf(path: Path) -> Text:
    """Sections by heading, with comments, notes, text boxes and the targets of links."""
    with path.open("rb") as file:
        reader = _Reader(file.read(_MAX_BYTES))
    lines = (
        *reader.texts[""].split("\n"),
        *dict.fromkeys(filter(is_written_by_hand, reader.texts.get("beside", "").split("\n"))),
    )
    sections = by_heading((line.replace(_HEADING, ""), line.endswith(_HEADING)) for line in lines)
    found = {name: reader.texts[name].strip() for name in _PROPERTIES.values() if reader.texts.get(name, "").strip()}
    return Text("section", sections, found, unread_inside(reader.embedded))


@dataclass(frozen=True, slots=True)
class _Group:
    r"""The state in a pair of braces. into: where text goes, as in _DESTINATIONS. skips: fallback characters of \u.

    family: of the font, if it is not what it seems; deleted: the text was deleted with changes tracked; heading: the paragraph
    is one; apart: what its text ends with, see _APART.
    """

    into: str | None = ""
    encoding: str = "cp1252"
    family: str = ""
    skips: int = 1
    deleted: bool = False
    heading: bool = False
    apart: str = ""


class _Reader:
    def __init__(self, content: bytes) -> None:
        page = re.search(rb"\\ansicpg(\d{1,5})", content[:4096])
        self._fonts: dict[bytes, str] = {}
        self._headings = {style[1] for style in _STYLE.finditer(_styles(content)) if _LEVEL.search(style[2])}
        self._families: dict[bytes, str] = {}
        self._font = b""
        self._groups = [_Group(encoding=known_encoding(f"cp{int(page[1])}") or "cp1252" if page else "cp1252")]
        self._pieces: dict[str, list[tuple[str, str]]] = {"": []}
        self._bytes = b""
        self._skip = 0
        self._opened = False
        self.embedded = 0
        for token in _TOKEN.finditer(_without_binary(content)):
            self._take(*token.groups())
        self._flush()
        self.texts = {name: _join_surrogates("".join(respell(pieces))) for name, pieces in self._pieces.items()}

    def _take(self, word: bytes, number: bytes, code: bytes, sign: bytes, brace: bytes, plain: bytes) -> None:
        self._opened, opened = brace == b"{", self._opened
        if code:
            if self._skip:
                self._skip -= 1
            else:
                self._bytes += bytes([int(code, 16)])
            return
        if plain:
            self._bytes += plain[self._skip :]
            self._skip = max(0, self._skip - len(plain))
            return
        self._flush()
        if brace == b"{":
            self._groups.append(replace(self._groups[-1], apart="") if self._groups[-1].apart else self._groups[-1])
        elif brace == b"}":
            self._close()
        elif sign:
            self._sign(sign, opened=opened)
        elif word:
            self._command(word.lower(), number)

    def _close(self) -> None:
        group = self._groups.pop() if len(self._groups) > 1 else self._groups[0]
        self._set_apart(group.apart)
        if group.into == self._groups[-1].into:
            return
        if group.into == "field":
            instruction = self._taken("field")
            link = _LINK.search(instruction)
            self._put(f"{link[1]} " if link else shown_by(instruction))
        elif group.into == "beside":
            self._pieces.setdefault("beside", []).append(("", "\n"))

    def _taken(self, name: str) -> str:
        return "".join(text for _, text in self._pieces.pop(name, []))

    def _sign(self, sign: bytes, *, opened: bool) -> None:
        if sign == b"*":
            # It names a destination only where a group begins.
            if opened:
                self._redirect(None)
        elif sign in b"\\{}":
            self._put(sign.decode())
        elif sign in b"~_":
            self._put("\xa0" if sign == b"~" else "-")

    def _command(self, word: bytes, number: bytes) -> None:
        group = self._groups[-1]
        if word in {b"deleted", b"plain"}:
            self._groups[-1] = _marked(group, deleted=word == b"deleted", off=number == b"0")
        elif word in {b"u", b"uc", b"f", b"fcharset"}:
            self._numbered(word, number or b"0")
        elif word in {b"pard", b"s", b"outlinelevel"}:
            self._style(word, number)
        elif word in _BREAKS or word in _MARKS:
            self._put((_HEADING if word == b"par" and group.heading else "") + (_BREAKS.get(word) or _MARKS[word]))
        else:
            self._destination(word)

    def _destination(self, word: bytes) -> None:
        """Where the text of a group goes, by the word that it begins with."""
        group = self._groups[-1]
        if word in _PROPERTIES and group.into is None:
            self._redirect(_PROPERTIES[word] if _PROPERTIES[word] not in self._pieces else None)
        elif word == b"sv":
            self._redirect("beside" if self._taken("named") in _WORDS_OF_SHAPES else None)
        elif word == b"objdata":
            self.embedded += 1
        elif word == b"ud":
            self._redirect(self._groups[max(len(self._groups) - 3, 0)].into)
        elif word in _DESTINATIONS:
            self._redirect(_DESTINATIONS[word])
        elif word in _APART:
            self._groups[-1] = replace(group, into="", apart=_APART[word])
            self._set_apart(_APART[word])

    def _style(self, word: bytes, number: bytes) -> None:
        """What kind of paragraph begins, or goes on."""
        group = self._groups[-1]
        is_heading = number in self._headings if word == b"s" else word == b"outlinelevel" and number != b"9"
        self._groups[-1] = replace(group, heading=is_heading)

    def _numbered(self, word: bytes, number: bytes) -> None:
        """A character by its number, how many characters stand in for one, or a font."""
        group = self._groups[-1]
        if word == b"u":
            self._put(chr(int(number) % 0x10000))
            self._skip = group.skips
        elif word == b"uc":
            self._groups[-1] = replace(group, skips=min(max(int(number), 0), 10))
        else:
            self._choose_font(word, number)

    def _choose_font(self, word: bytes, number: bytes) -> None:
        """In the font table, store the encoding of a font; in the text, switch to it."""
        group, usual = self._groups[-1], self._groups[0].encoding
        if word == b"f":
            self._font = number
            self._groups[-1] = replace(group, encoding=self._fonts.get(number, usual), family=self._families.get(number, ""))
        elif group.into == "fonts":
            self._fonts[self._font] = _CHARSETS.get(int(number), usual)

    def _redirect(self, into: str | None) -> None:
        self._groups[-1] = replace(self._groups[-1], into=into)

    def _set_apart(self, sign: str) -> None:
        """Begin a new word or line, unless one begins here."""
        written = self._pieces.get(self._groups[-1].into or "", [])
        if sign and written and not written[-1][1][-1:].isspace():
            self._put(sign)

    def _put(self, text: str) -> None:
        into = self._groups[-1].into
        if into is not None and not self._groups[-1].deleted:
            self._pieces.setdefault(into, []).append((self._groups[-1].family, text))

    def _flush(self) -> None:
        group, content, self._bytes = self._groups[-1], self._bytes, b""
        if group.into == "fonts":
            # The name of a font stands behind its number, and ends in a semicolon.
            self._families[self._font] = self._families.get(self._font) or family(content.decode("latin-1"))
        if content:
            self._put(content.decode("latin-1" if group.family else group.encoding, "replace"))


def _without_binary(content: bytes) -> bytes:
    """The content without the bytes that stand as they are, which may look like commands."""
    pieces, at = [], 0
    while found := _BINARY.search(content, at):
        pieces.append(content[at : found.start()])
        at = found.end() + int(found[1])
    return b"".join((*pieces, content[at:]))


def _styles(content: bytes) -> bytes:
    """The list of styles, which stands before the text."""
    start = content.find(b"{\\stylesheet")
    return b"" if start < 0 else content[start + 1 : start + _MAX_STYLES]


def _marked(group: _Group, *, deleted: bool, off: bool) -> _Group:
    """The state after the command that marks deleted text, or ends the mark (off), or after the one that ends all of them."""
    return replace(group, deleted=deleted and not off, family=group.family if deleted else "")


def _join_surrogates(text: str) -> str:
    """Join surrogate pairs, whose halves have a command each."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
