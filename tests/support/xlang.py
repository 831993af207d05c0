"""Questions in one language about documents in another, written from the documents: for a test and a benchmark.

Each line of xlang.jsonl is a question, the language of what is wanted, a part of the item's path and its sections.
Half of the questions, told by their checksums, was left alone while the search was made better.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from babel import Locale

from materials_cli.search.equivalents import shipped
from materials_cli.words.fold import words

LOCALES = ("ru", "ko", "hy", "az", "az_Cyrl", "ka", "kk", "ky", "tg", "uz", "uz_Cyrl", "bn", "km", "lo", "mn", "fil")
COUNTRIES = ("UZ", "KZ", "KG", "TJ", "AM", "GE", "AZ", "MN", "BD", "KH", "LA", "PH", "KR")

# One question for each of the articles 1 to 18.
DECLARATION = (
    "equal in dignity and rights",
    "rights without distinction of race, language or religion",
    "right to life, liberty and security",
    "prohibition of slavery",
    "torture and inhuman treatment",
    "recognition as a person before the law",
    "equal protection against discrimination",
    "effective remedy by national courts",
    "arbitrary arrest and detention",
    "fair hearing by an independent tribunal",
    "presumption of innocence",
    "privacy of family, home and correspondence",
    "freedom of movement and residence",
    "asylum from persecution",
    "right to a nationality",
    "marriage and family",
    "right to own property",
    "freedom of thought, conscience and religion",
)
# Questions about what neither the documents nor the sample workshop speak of; the second half was asked only afterwards.
ABSENT = (
    "photosynthesis of purple sulphur bacteria",
    "how to bake sourdough bread",
    "football world cup results 1998",
    "quantum chromodynamics lattice",
    "dinosaur fossils in Patagonia",
    "guitar chords for beginners",
    "volcanic eruption in Iceland",
    "knitting patterns for scarves",
    "pregnancy in domestic cats",
    "рецепт борща со свёклой",
    "лечение артрита у собак",
    "축구 경기 결과",
    "neutron star merger",
    "medieval castle architecture",
    "coffee roasting temperature",
    "hydroponics",
    "kayaking",
    "tax on sugar drinks",
    "whale migration",
    "chess openings",
    "история балета",
    "오페라 가수",
    "stock market crash 1929",
)
ABSENT_ASIDE = (
    "how to prune apple trees",
    "the rings of Saturn",
    "violin concertos of the baroque",
    "treatment of malaria in children",
    "submarine cables of the Pacific in 1900",
    "perfume from Grasse",
    "sledge dogs in Greenland",
    "beekeeping in winter",
    "rules of cricket",
    "glaciers of the Alps",
    "jazz pianists",
    "sushi with eel",
    "разведение кроликов",
    "подводное плавание с аквалангом",
    "расписание электричек",
    "живопись импрессионистов",
    "고양이 사료",
    "겨울 등산 장비",
    "coral reefs and bleaching",
    "wooden boats of the Vikings",
    "cosmetic surgery",
    "horse racing bets",
    "tango lessons",
    "the plague of 1348",
)
LANGUAGES_OF_FILES = {
    "rus": "ru", "kor": "ko", "kaz": "kk", "kir": "ky", "uzn_latn": "uz", "uzn_cyrl": "uz", "tgk": "tg", "azj_latn": "az",
    "azj_cyrl": "az", "kat": "ka", "hye": "hy", "khk": "mn", "ben": "bn", "khm": "km", "lao": "lo", "tgl": "tl",
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """One question and which sections of which item answer it. language: of the item."""

    language: str
    question: str
    item: str
    sections: tuple[int, ...]

    @cached_property
    def aside(self) -> bool:
        """Whether nobody looked at it while the search was made better."""
        return sha256(self.question.encode()).digest()[0] % 2 == 0


def questions() -> list[Question]:
    """All questions, as they stand in the file."""
    lines = Path(__file__).with_name("xlang.jsonl").read_text("utf-8").splitlines()
    return [Question(**json.loads(line)) for line in lines]


def finds(typed: str) -> set[str]:
    """All names and terms that mean the same as what is typed."""
    forms = [(typed[word.start : word.end], word.forms) for word in words(typed)]
    return {spelling for part in shipped().find(forms) for spelling in part.spellings}


def countries_lost() -> list[tuple[str, str]]:
    """The countries of the region that a search does not find from English in another language, or back."""
    english, lost = Locale("en").territories, []
    for locale in LOCALES:
        for country in COUNTRIES:
            name = Locale.parse(locale).territories[country].replace("\u200b", "")  # where a Khmer line may break
            if name not in finds(english[country]) or english[country] not in finds(name):
                lost.append((country, locale))
    return lost
