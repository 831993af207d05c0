"""The title of an item: what its author wrote, and not what a program filled in, in any language.

Where the file's own statement tells nothing, the first slide's title does, or the first heading, or the first line. Pure.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from materials_cli.model import Text

TEXT = "text"
_LONGEST = 200
_LINES, _SECTIONS = 8, 3
_FEWEST_CELLS, _LONGEST_CELL = 3, 24
_LETTERS = re.compile(r"[^\W\d_]{2}|[\u0900-\u0eff\u1780-\u17ff\u3040-\u9fff\uac00-\ud7a3]")
_WORDS = re.compile(r"[^\W_]+")
# "Slide 1", "Презентация3": one word with a small number, as programs name what nobody has named.
_NUMBERED = re.compile(r"\W*[^\W\d_]+[\s_-]*\(?\d{1,2}\)?\W*")
_PROGRAM = re.compile(
    r"powerpoint|microsoft (?:word|excel|office)|\b(?:impress|keynote|google slides|canva|prezi)\b", re.IGNORECASE
)
_FILE = re.compile(
    r"\.(?:pptx?|ppsx?|potx?|docx?|dotx?|xlsx?|pdf|od[tps]|rtf|key|indd|ai|qxd|tmp|html?|txt)\b|[\\/]\w+[\\/]", re.IGNORECASE
)
_PLACE = re.compile(r"(?:https?://|www\.|\S+@)\S+$", re.IGNORECASE)
# A date: numbers only, or numbers with the one word that is the month, or the month and the year.
_DATE = re.compile(
    r"[\W\d]+|\W*\d{1,2}\W*(?:\w{1,3}\W+)?[^\W\d]+\W+\d{4}\W*\w{0,4}\W*|(?:[^\W\d]+\W+){1,2}\d{1,2}\w{0,2}\W+\d{4}\W*"
    r"|(?:\d+\W*[년월일年月日]\W*(?:[^\W\d]요일)?\W*)+|\d{4}\W+[^\W\d]+\W+\d{1,2}\W*\w{0,2}\W+[^\W\d]+\W*\d{0,2}\W*"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)\w*\W+\d{4}\W*\w{0,4}\W*",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"(?:the |my )?(?:untitled.{0,12}|no title|title|subtitle|default.{0,10}|blank|new|presentation|slides?|document|sheet|book"
    r"|page|contents?|table of contents|agenda|outline|overview|cover|thank you.{0,12}|thanks|questions?|office theme|draft"
    r"|custom design|olympus digital camera|без имени|без названия|заголовок.{0,12}|презентация|слайд"
    r"|документ|лист|книга|содержание|оглавление|план|повестка дня|спасибо.{0,20}|вопросы|тема office"
    r"|мазмұны|мазмуну|мундариҷа|mundarija|гарчиг|агуулга|목차|차례|제목 없음"
    r"|프레젠테이션|감사합니다|ohne titel|sans titre|sin título|senza titolo|sem título|adsız|başlıksız"
    r"|无标题|演示文稿|無題|目录|目次)\W*",
    re.IGNORECASE,
)
_SENTENCE = (".", ";", ",", "։", "।", "។", "。")
_ENTRY = re.compile(
    r"\W*(?:\d{1,2}[:.]\d{2}\b|(?:day|session|день|сессия|секция|күн|сессиясы|gün|рӯзи|օր|დღე|өдөр|দিন|araw)\s+\d|\d{1,2}\s?(?:일차|-?kun\b|-?күн\b|-?day\b))",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"template|шаблон|үлгі|загвар|şablon|vorlage|plantilla|modèle|modello|템플릿|模板|テンプレート|\bmaster slide",
    re.IGNORECASE,
)


def with_title(text: Text, name: str) -> Text:
    """The text with its first telling title among its properties, or with none. name: that of the file.

    Of a title that the properties did not state, `title_from` says so, with TEXT.
    """
    author = _plain(text.properties.get("author", ""))
    candidates = (
        (" ".join(candidate.replace("**", "").strip("*#•·-– ").split()), source)
        for candidate, source in _candidates(text, _plain(name.rpartition(".")[0]))
    )
    found = next((pair for pair in candidates if is_telling(pair[0]) and _plain(pair[0]) != author), None)
    others = {key: value for key, value in text.properties.items() if key != "title"}
    if found is None:
        return replace(text, properties=others)
    return replace(text, properties={"title": found[0], **({"title_from": found[1]} if found[1] else {}), **others})


def is_telling(title: str) -> bool:
    """Whether a title says what a file is about: it is no date, file name, template or name that a program gave."""
    if not _LETTERS.search(title) or len(title) > _LONGEST:
        return False
    if any(pattern.fullmatch(title) for pattern in (_NUMBERED, _NOTHING, _DATE, _PLACE)) or _FILE.search(title):
        return False
    if _TEMPLATE.search(title) or (_PROGRAM.search(title) and len(_WORDS.findall(title)) <= 5):
        return False
    return " " in title or "_" not in title


def _candidates(text: Text, stem: str) -> Iterator[tuple[str, str]]:
    """What may be the title, the likeliest first, and where it is from: the properties (empty), or TEXT."""
    stated = text.properties.get("title", "")
    if " " in stated.strip() or _plain(stated) != stem:
        yield stated, ""
    sections = [section for section in text.sections if not section.hidden][:_SECTIONS]
    for section in sections:
        # One word over a later part of a document names that part.
        if text.unit != "sheet" and (text.unit != "section" or section is sections[0] or " " in section.title):
            yield section.title, TEXT
        lines = [line.strip() for line in section.body.split("\n", _LINES)[:_LINES]]
        cells = _cells(lines)
        yield from ((line, TEXT) for line in lines if line not in cells and "\t" not in line and _says_enough(line))


def _cells(lines: Iterable[str]) -> set[str]:
    """The lines that are cells of a table, one below the other: heads of columns are of one word, times and numbers of none.

    A title may be one word, and another may follow it, but not two.
    """
    runs = (list(run) for short, run in groupby(filter(None, lines), _is_short) if short)
    return {line for run in runs if len(run) >= _FEWEST_CELLS for line in run}


def _is_short(line: str) -> bool:
    return len(line) <= _LONGEST_CELL and sum(not word.isdecimal() for word in _WORDS.findall(line)) <= 1


def _says_enough(line: str) -> bool:
    """Whether a line of the text can be a title: it has two words, or as many letters, and is no sentence or agenda's entry."""
    if line.endswith(_SENTENCE) or _ENTRY.match(line):
        return False
    return len(_WORDS.findall(line)) > 1 or len(_LETTERS.findall(line)) > 2 < len(line)


def _plain(text: str) -> str:
    return "".join(_WORDS.findall(text.lower()))
