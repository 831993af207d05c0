"""What one line of an agenda says: who speaks, about what. Pure."""

import re

from materials_cli.agenda.slots import Speaker
from materials_cli.agenda.speakers import INITIAL, in_one_language, is_person, name_of, speakers_in
from materials_cli.agenda.terms import clean, is_country, marked
from materials_cli.describe.people import is_topic, says_who, without_honorifics

_BULLET = re.compile(r"^\s*(?:[-–—•*◦○▪·‧]|\d{1,2}[.)]|[a-zа-я]\))\s+")
# How a line states speaker and title: the pattern, the group of the speaker, that of the title.
_BOTH = (
    (re.compile(r"^(.{2,120}?)\s*(?::|\s[–—-]\s)\s*(.+)$"), 1, 2),
    (re.compile(r"^(.+)\s*\(([^()]{3,100})\)$"), 2, 1),
    (re.compile(r"^(.+)(?:\s[–—-]\s|:\s|/\s)\s*(.{3,100})$"), 2, 1),
    (re.compile(r"^(.*[^\W\d_]{3}[»”\"]?[.?!»”\"])\s+(.{3,100})$"), 2, 1),
)
_LONGEST = 400


SpeakersAndTitle = tuple[tuple[Speaker, ...], str]


def without_bullet(line: str) -> str:
    """A line without the bullet or number that it is listed with."""
    return _BULLET.sub("", line).strip()


def talk_of(text: str) -> SpeakersAndTitle:
    """The speakers of a line, and the title of their talk if it states one: "Georgia: digital identity (Nino Beridze)"."""
    return (found, "") if (found := people_in(text)) else _halves(text)


def listed(line: str) -> SpeakersAndTitle:
    """What a listed line below an entry says: a talk of a session, with its speaker, or a speaker alone."""
    text = without_bullet(line)
    if marked("moderator", text):
        return (), ""
    speaker = marked("speaker", text)
    who, title = talk_of(speaker.rest if speaker else text)
    return (who, title) if who else (speakers_in(speaker.rest), "") if speaker else ((), text)


def titled(text: str) -> SpeakersAndTitle:
    """The title of an entry, without the speaker that its line ends with, where that is sure to be one."""
    who, title = _halves(text)
    sure = who and all(one.name and (one.organisation or one.country or _addressed(one.name, text)) for one in who)
    return (who, title) if sure else ((), text)


def people_in(text: str) -> tuple[Speaker, ...]:
    """The speakers in a line that names nothing else."""
    text = in_one_language(text)
    found = speakers_in(text)
    first = clean(re.split(r"[,(–—]|\s-\s", text)[0])
    if _title_after(text):
        return ()
    named = found and (
        marked("delegation", text) or first in {found[0].name, found[0].country} or name_of(first) == found[0].name
    )
    return found if ":" not in text and (named or is_person(first)) else ()


def _title_after(text: str) -> bool:
    """Whether a dash in a line that begins with a speaker leads to the title of the talk, and not to who that is."""
    who, dash, rest = text.partition(" – ") if " – " in text else re.sub(r"\s[—-]\s", " – ", text).partition(" – ")
    stated = "," in who or "(" in who or is_topic(rest)
    return bool(dash) and stated and not says_who(rest) and not is_country(clean(rest))


def _addressed(name: str, text: str) -> bool:
    """Whether a name has initials, or a form of address before it."""
    before = text[: text.find(name)].split()[-1:]
    return bool(INITIAL.search(name)) or any(not without_honorifics(word) for word in before)


def _halves(text: str) -> SpeakersAndTitle:
    who: tuple[Speaker, ...] = ()
    if len(text) > _LONGEST:
        return (), ""
    for pattern, name, title in _BOTH:
        found = pattern.match(text)
        if found and (people := people_in(found[name]) or _country(found[name])):
            who, text = _joined(who, people), clean(found[title])
    return who, text if who else ""


def _country(text: str) -> tuple[Speaker, ...]:
    return (Speaker("", "", clean(text)),) if is_country(clean(text)) else ()


def _joined(some: tuple[Speaker, ...], others: tuple[Speaker, ...]) -> tuple[Speaker, ...]:
    """Speakers from two places of one line: what is in brackets, found first, says where the other is from."""
    if len(some) == len(others) == 1:
        a, b = some[0], others[0]
        organisation = a.organisation or b.organisation or (a.name if b.name else "")
        return (Speaker(b.name or a.name, organisation, a.country or b.country),)
    return (*some, *others)
