"""Addresses that are spelled out, secrets and accounts in a text. Pure; the words lie in contacts.toml.

A secret is what stands behind its label: alone in its line, or with letters and digits or signs as no other word. A label
alone, a rule for passwords or a word for accounts is none.
"""

import re
from collections.abc import Iterator
from functools import cache

from materials_cli.patterns import regex
from materials_cli.tables import table

Place = tuple[int, int]
_OPEN, _CLOSE = r"[\[({<]", r"[\])}>]"
_LOCAL, _LABEL, _LAST = r"(?<![\w.+-])[\w.+-]{1,64}", r"[\w-]{1,63}", r"[^\W\d_]{2,24}(?![\w-])"
_KEYS = regex(
    r"(?<![\w-])(?:AIza[\w-]{30,50}|ya29\.[\w-]{20,300}|sk-[\w-]{20,200}|gh[opusr]_\w{30,60}|AKIA[0-9A-Z]{16}"
    r"|xox[abp]-[\w-]{10,100}|eyJ[\w-]{10,500}\.eyJ[\w-]{10,1000}(?:\.[\w-]{0,500})?)(?![\w-])"
    r"|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----"
)
_VALUE = r"[^\s█,;|()<>«»\"“”„]{4,64}"
_BEHIND_IT = regex(r"[ \t]{0,2}(?:$|[\n,;|()/]|[–—-] )")
_MASK = regex(r"[█*•●xX.…_<{\[\]}>-]+")
_MARKS = frozenset("!@#$%^&*_+=~")
_SIGNS = frozenset(":=՝៖")
_SURE, _LONGEST_LINK = 6, 100


def spelled_addresses(text: str) -> Iterator[Place]:
    """Where addresses of mail stand that are written so that no program reads them."""
    for pattern in _spelled():
        yield from (found.span("address") for found in pattern.finditer(text))


def secrets_in(text: str) -> Iterator[Place]:
    """Where passwords, access codes and keys stand."""
    yield from (found.span() for found in _KEYS.finditer(text))
    none = set(table(__file__, "contacts.toml")["secret"]["none"].split("|"))
    for found in _secrets().finditer(text):
        start, value = found.start("value"), found["value"].rstrip(".,:!?'’")
        alone = bool(_BEHIND_IT.match(text, found.end("value")))
        if _MASK.fullmatch(value) or value.casefold() in none or "://" in value:
            continue
        near = not found["between"] and not _SIGNS.isdisjoint(found["sign"] or "")
        if _is_no_word(value) or (near and alone):
            yield start, start + len(value)


def accounts_in(text: str) -> Iterator[Place]:
    """Where accounts in messengers and networks stand: links, @names, and names behind a label."""
    links, labelled, at = _accounts()
    yield from (found.span() for found in links.finditer(text))
    yield from (found.span() for found in at.finditer(text))
    for found in labelled.finditer(text):
        name = found["name"].rstrip(".")
        alone = bool(_BEHIND_IT.match(text, found.end("name")))
        if any(not sign.isalpha() for sign in name) or (found["sign"] and alone):
            yield found.start("name"), found.start("name") + len(name)


def _is_no_word(value: str) -> bool:
    """Whether a text has letters and digits, or letters and signs, as passwords have and words have not."""
    letters, digits = any(map(str.isalpha, value)), any(map(str.isdigit, value))
    return (
        letters and len(value) >= _SURE and (digits or not _MARKS.isdisjoint(value)) and not value[0].isdigit() | ("-" in value)
    )


def _words(words: str) -> str:
    return "|".join(re.escape(word) for word in sorted(words.split("|"), key=len, reverse=True))


@cache
def _spelled() -> tuple[re.Pattern[str], ...]:
    """With a sure sign for “@” and any dots; with “@” among blanks; with a spelled dot; behind a label."""
    listed = table(__file__, "contacts.toml")["spelled"]
    at, alone, dots, mail = (_words(listed[name]) for name in ("at", "alone", "dot", "mail"))
    sure = rf"(?: ?{_OPEN} ?(?:{at}) ?{_CLOSE} ?| {{1,2}}(?:{alone}) {{1,2}})"
    spaced = r"(?: {1,2}@ {0,2}| {0,2}@ {1,2})"
    spelled = rf"(?: ?{_OPEN} ?(?:{dots}|\.) ?{_CLOSE} ?| {{1,2}}(?:{dots}) {{1,2}})"
    dot = rf"(?:\.|{spelled}| \. )"
    rest = rf"{_LABEL}(?:{dot}{_LABEL}){{0,4}}{dot}{_LAST}"
    mixed = rf"(?: {{1,2}}at {{1,2}}|@){_LABEL}(?:\.{_LABEL}){{0,3}}{spelled}(?:{_LABEL}{dot}){{0,4}}{_LAST}"
    return tuple(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            rf"(?P<address>{_LOCAL}{sure}{rest})", rf"(?P<address>{_LOCAL}{spaced}{rest})", rf"(?P<address>{_LOCAL}@{rest})",
            rf"(?P<address>{_LOCAL}{mixed})",
            rf"(?<!\w)(?:{mail})[ :–—-]{{1,4}}(?P<address>{_LOCAL} at {_LABEL}(?:\.{_LABEL}){{0,3}}\.{_LAST})",
        )
    )  # fmt: skip


@cache
def _secrets() -> re.Pattern[str]:
    listed = table(__file__, "contacts.toml")["secret"]
    words, short = _words(listed["words"]), _words(listed["short"])
    sign = r"(?:\s{0,2}[:=՝៖]\s{0,3}|\s{1,2}(?:is|–|—|-)\s{1,2})"
    label = rf"(?:(?:{words})(?!\w)(?:(?P<between>[^\n:=]{{1,30}}?)(?={sign}))?|(?:{short})(?!\w))"
    return re.compile(rf"(?<!\w){label}(?:(?P<sign>{sign})|[ \t]{{1,2}})(?P<value>{_VALUE})", re.IGNORECASE)


@cache
def _accounts() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Those of links, of names behind labels, and of names behind “@”."""
    listed = table(__file__, "contacts.toml")["account"]
    links = rf"(?<![\w.@-])(?:https?://)?(?:www\.)?(?:{_words(listed['links'])})/[\w.@+%=?&/:-]{{2,{_LONGEST_LINK}}}[\w=/]"
    schemes = rf"(?<!\w)(?:viber|tg|whatsapp|skype)://?[\w.@+%=?&/:-]{{3,{_LONGEST_LINK}}}"
    sign = r"(?:(?P<sign>\s{0,2}[:՝–—]\s{0,2})|\s{1,2})"
    labelled = rf"(?<![\w/.])(?:{_words(listed['labels'])}){sign}(?:live:)?@?(?P<name>[a-z][\w.]{{3,31}})(?![\w/@(-])"
    at = rf"(?<![\w@.+/-])@(?!(?:{_words(listed['code'])})\b)[a-z][\w.]{{2,30}}\w(?![\w/(@-]|\.\w)"
    return re.compile(f"{links}|{schemes}", re.IGNORECASE), re.compile(labelled, re.IGNORECASE), re.compile(at, re.IGNORECASE)
