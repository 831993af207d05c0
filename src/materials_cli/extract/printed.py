"""What is printed at the edges of every page: the words of headers and footers, without what only numbers the pages. Pure."""

import re
from collections.abc import Iterable, Iterator

NUMBER = "\ue011"  # of our own, where the number of a page or of all pages stands
# The codes in a header of Excel: where it stands, fonts, sizes, colours, and what Excel puts in itself.
_CODE = re.compile(
    r'&(?:(?P<area>[LCR])|(?P<number>[PN](?:[+-]\d+)?)|(?P<sign>&)|"[^"]*"|K[\dA-F+-]{6}|\d{1,3}|[A-Z])', re.IGNORECASE
)
# Words beside the number of a page, in the languages of programs that write them.
_COUNTING = re.compile(
    "pages?|pg|of|стр|страниц[аы]|из|лист|листов|сторінк?[аок]+|з|бет|беті|бетінің|барак|sahifa|sahifasi|саҳифа|аз|էջ|გვერდი"
    "|səhifə|хуудас|পৃষ্ঠা|ទំព័រ|ໜ້າ|pahina|ng|halaman|dari|trang|페이지|쪽|seite|von|sur|p[áa]gina|d[ei]|sayfa",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0900-\u109f\u1780-\u17ff])*")


def of_excel(codes: Iterable[str]) -> Iterator[str]:
    """The lines of headers and footers as Excel keeps them, each once."""
    plain = (_CODE.sub(_meant, code) for code in codes)
    yield from telling(line for text in plain for line in text.split("\n"))


def telling(lines: Iterable[str]) -> Iterator[str]:
    """The lines that say more than the number of a page, each once, without the sign for it."""
    for line in dict.fromkeys(lines):
        words = " ".join(line.replace(NUMBER, " ").split())
        says_more = not all(map(_COUNTING.fullmatch, _WORD.findall(words)))
        if says_more or (NUMBER not in line and any(map(str.isalnum, words))):
            yield words


def _meant(code: re.Match[str]) -> str:
    if code["number"]:
        return NUMBER
    return "\n" if code["area"] else "&" if code["sign"] else ""
