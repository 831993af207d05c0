"""Which bytes of a file an answer holds, as its Content-Range says (RFC 9110, 14.4 and 15.3.7)."""

import re
from dataclasses import dataclass

import urllib3

_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(?:(\d{1,18})|\*)")


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of a file. start: the offset of its first byte. total: the size of the whole file, if the answer states it."""

    start: int
    total: int | None


def portion(response: urllib3.BaseHTTPResponse) -> Portion | None:
    """What a partial answer (206) holds; None when it does not say, so that its bytes cannot be placed."""
    found = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", "").strip())
    return Portion(int(found[1]), int(found[2]) if found[2] else None) if found else None
