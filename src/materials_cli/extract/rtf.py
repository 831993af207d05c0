"""Rich Text Format: the words without the commands."""

import re
from pathlib import Path

from materials_cli.model import Section, Text

_MOST_BYTES = 32 * 1024 * 1024
_TOKEN = re.compile(rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.IGNORECASE)
_SILENT = {
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"themedata", b"datastore", b"listtable",
    b"listoverridetable", b"generator", b"latentstyles", b"rsidtbl", b"xmlnstbl", b"filetbl", b"revtbl",
}  # fmt: skip
_BREAKS = {b"par": "\n", b"line": "\n", b"tab": "\t", b"cell": "\t", b"row": "\n", b"sect": "\n", b"page": "\n"}
_MARKS = {
    b"emdash": "—",
    b"endash": "–",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
}


def read_rtf(path: Path) -> Text:
    """One section with all words."""
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES)
    page = re.search(rb"\\ansicpg(\d+)", content[:4096])
    body = "".join(_words(content, f"cp{int(page[1])}" if page else "cp1252")).strip()
    return Text("section", (Section(1, "", body),) if body else ())


def _words(content: bytes, encoding: str) -> list[str]:  # noqa: C901, PLR0912 - one branch for each kind of token
    try:
        b"".decode(encoding)
    except LookupError:
        encoding = "cp1252"
    out: list[str] = []
    silent_from: list[bool] = [False]
    pending = b""
    skip = 0
    for token in _TOKEN.finditer(content):
        word, number, code, sign, brace, plain = token.groups()
        if code and not silent_from[-1]:
            if skip:
                skip -= 1
            else:
                pending += bytes([int(code, 16)])
            continue
        if pending:
            out.append(pending.decode(encoding, "replace"))
            pending = b""
        if brace == b"{":
            silent_from.append(silent_from[-1])
        elif brace == b"}":
            if len(silent_from) > 1:
                silent_from.pop()
        elif sign == b"*" or (word and word.lower() in _SILENT):
            silent_from[-1] = True
        elif silent_from[-1]:
            continue
        elif word == b"u" and number:
            out.append(chr(int(number) % 0x10000))
            skip = 1
        elif word and word in _BREAKS:
            out.append(_BREAKS[word])
        elif word and word in _MARKS:
            out.append(_MARKS[word])
        elif sign in {b"\\", b"{", b"}"}:
            out.append(sign.decode())
        elif sign == b"~":
            out.append("\xa0")
        elif plain:
            out.append(plain[skip:].decode(encoding, "replace"))
            skip = 0
    if pending:
        out.append(pending.decode(encoding, "replace"))
    return "".join(out).encode("utf-16", "surrogatepass").decode("utf-16", "replace").splitlines(keepends=True)
