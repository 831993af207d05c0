"""Takes keys, tokens and passwords out of text from outside: those in use, and whatever looks like one of Google's.

Whoever reads a secret calls keep_secret(). errors.py redacts every error, which is how an answer is shown, logged and stored.
"""

import base64
import re
from functools import cache, lru_cache

_SHORTEST = 6  # a shorter word would be found in ordinary text
_MARK = "…"
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}  # in HTML
_in_use: set[str] = set()


def keep_secret(*values: object) -> None:
    """Remember secrets that are in use, so that redact() finds them. A value of several lines is remembered by its lines."""
    lines = (line.strip() for value in values if value for line in str(value).splitlines())
    new = {line for line in lines if len(line) >= _SHORTEST} - _in_use
    if new:
        _in_use.update(new)
        redact.cache_clear()


@lru_cache(1000)  # many files fail for the same reason
def redact(text: str) -> str:
    """A text without the keys, tokens and passwords in it, also where they are escaped, encoded or cut off at its end."""
    for value in sorted(_in_use, key=len, reverse=True):
        text = _forms(value).sub(_MARK, text)
        if value[:_SHORTEST] in text[-len(value) :]:
            cut = next((size for size in range(len(value), _SHORTEST - 1, -1) if text.endswith(value[:size])), 0)
            text = text[: len(text) - cut] + _MARK * bool(cut)
    return _shapes().sub(lambda found: f"{found[1] or found[2] or found[3] or ''}{_MARK}", text)


def _spelled(text: str) -> str:
    r"""A pattern for a text whose characters may be escaped: for JSON (\/, \u002f), an address (%2F, %252F), HTML (&#47;)."""
    return "".join(map(_character, text))


@cache
def _character(char: str) -> str:
    percent = "".join(f"%(?:25)?{byte:02x}" for byte in char.encode("utf-8", "replace"))
    units = char.encode("utf-16-be", "surrogatepass").hex()
    escaped = "".join(rf"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
    plain = r"[ +]" if char == " " else re.escape(char)
    return rf"(?:{plain}|\\{plain}|{_NAMED.get(char, plain)}|(?i:{percent}|{escaped}|&\#x?0*(?:{ord(char)}|{ord(char):x});))"


def _in_base64(text: str) -> list[str]:
    """Patterns for a text inside something in base64, in the three ways in which it can lie there."""
    content, cores = text.encode("utf-8", "replace"), []
    for before in range(3):
        core = base64.b64encode(b"\0" * before + content).decode()[-(-before * 8 // 6) : (before + len(content)) * 8 // 6]
        cores.append(re.escape(core).replace(r"\+", "[+-]").replace("/", "[/_]"))
    return cores


@cache
def _forms(value: str) -> re.Pattern[str]:
    """Every form in which a secret in use may be written."""
    return re.compile("|".join([_spelled(value), *_in_base64(value)]))


@cache
def _shapes() -> re.Pattern[str]:
    """What a secret looks like. The groups are what stands before one and stays."""
    word = r"(?:[\w.~+/-]|\\/|%[0-9A-Fa-f]{2}|\\u[0-9a-f]{4})"
    sign = r"[\"'\\]*\s*" + rf"(?:{_spelled('=')}|:)" + r"\s*[\"'\\]*"
    names = (
        rf"(?:[?&]|\b)key{_spelled('=')}|[?&]code{sign}|\bapi_?key{sign}|"
        rf"(?:access_token|refresh_token|id_token|client_secret|password|passwd){sign}|"
        r"\bAuthorization:\s*\w+\s+|\bBearer\s+"
    )
    beginnings = [rf"{_spelled(start)}{word}{{{least},}}" for start, least in (
        ("AIza", 10), ("ya29.", 8), ("1//", 10), ("4/0", 10), ("4/1", 10), ("GOCSPX-", 8), ("AQ.A", 20),
    )]  # fmt: skip
    encoded = [core for start in ("AIza", "ya29.", "1//0", "GOCSPX-", "-----BEGIN") for core in _in_base64(start)]
    private = _spelled("-----BEGIN ") + r"[A-Z ]*?(?:PRIVATE).*?(?:-----END.*?-----|\Z)"
    return re.compile(
        rf"(?s:{private})|(?i:({names}))[^&\s\"'<>\\]+(?:{word})*|(://[^/\s:@]*:)[^@\s/]+(?=@)|"
        rf"\beyJ[\w-]{{8,}}\.[\w-]+(?:\.[\w-]*)?|{'|'.join(beginnings)}|(?:{'|'.join(encoded)})[\w+/=-]{{20,}}()"
    )
