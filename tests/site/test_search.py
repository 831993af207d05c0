"""The search in the pages finds what the command line finds, in Chromium, from a disk."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.config import Collection
from materials_cli.search.engine import search
from materials_cli.search.equivalents import shipped
from materials_cli.search.query import parse
from materials_cli.search.values import values_in
from materials_cli.site.build import build_folder
from materials_cli.site.holdings import read_holdings
from materials_cli.store.mirror import Store
from materials_cli.words.fold import forms_of, sought_stems
from support.browser import browser  # noqa: F401 - a fixture
from support.judging import judged, judged_archive

LIMIT = 10
ASK = """async ([queries, limit]) => {
  await MaterialsSearch.open();
  return queries.map((query) => MaterialsSearch.search(query, { limit }));
}"""
READ = """async (raws) => {
  await MaterialsSearch.open();
  const { formsOf, soughtStems } = MaterialsSearch.parts.words;
  return raws.map((raw) => {
    const { spelled, fold, stems, key, tokens, unspaced, nameLike, titled } = formsOf(raw);
    return [[spelled, fold, stems, key, tokens, unspaced, nameLike, titled], fold ? soughtStems(formsOf(raw)) : []];
  });
}"""
ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюя", "абвгдеёжзиіїйкқлмнңоөпрстуүұфхһцчшыэюяғҷҳӣӯә",
    "əğışçöüabcdefghijklmnoprstuvxyz", "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ", "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
    "가각간강개거건경고공과관구국권기김나남노대도동라로리마만명무문미민박방백법보부사산상생서성세소수시신아안안양어업에여연영오용우운원위유은을음의이인일임자장전정제조주중지진차처최치태통특평하학한해행현화황회",
    "কখগঘচছজঝটঠডঢণতথদধনপফবভমযরলশষসহািীুূেৈোৌ্", "កខគឃងចឆជឈញដឋឌឍណតថទធនបផពភមយរលវសហឡអាិីឹឺុូួើឿៀេែៃោៅ្", "ກຂຄງຈສຊຍດຕຖທນບປຜຝພຟມຢຣລວຫອຮະັາຳິີຶືຸູເແໂໃໄ່້",
    "αβγδεζηθικλμνξοπρστυφχψω", "éèêëàâäçñóöőúüűýžšřďťňłøåæœßþð", "一二三四五六七八九十人大小中国政府数字服务公共",
)  # fmt: skip
ENDINGS = (
    "", "s", "ed", "ing", "ies", "ization", "ational", "fulness", "ously", "ement", "eed", "ied", "ogi", "ability", "ами",
    "ость", "ейшая", "ировавшись", "ться", "ая", "ющими", "лардың", "ларымызның", "нинг", "ииг", "хои", "larning", "imizdan",
    "ներից", "ության", "ებისთვის", "ში", "গুলোর", "에서는", "으로", "까지",
)  # fmt: skip


class Pages(NamedTuple):
    """A catalogue, its pages opened at the search, and the key of each item there by its collection and id."""

    catalogue: Catalogue
    page: Any
    keys: dict[tuple[str, str], str]


def opened(catalogue: Catalogue, top: Path, browser: Any) -> Pages:
    collections = [Collection(slug=slug, link="") for slug in ("corpus", "sample", "invented")]
    holdings = read_holdings(Store(top), catalogue, collections)
    build_folder(holdings, top / "site")
    page = browser.new_page()
    page.goto((top / "site" / "search.html").as_uri())
    return Pages(catalogue, page, {(item.collection, item.description.item.id): item.key for item in holdings.items})


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[Pages]:
    """The sample workshop and the invented speakers."""
    top = tmp_path_factory.mktemp("sample")
    with judged_archive(None, top) as catalogue:
        yield opened(catalogue, top, browser)


def told(pages: Pages, query: str) -> dict[str, Any]:
    """What the command line finds, as the page tells it."""
    found = search(pages.catalogue, query, limit=LIMIT, equivalents=shipped())
    hits = [
        {
            "item": pages.keys[hit.item.collection, hit.item.id],
            "section": hit.section.number if hit.section else None,
            "match": str(hit.match),
            "missing": list(hit.missing),
            "snippet": [hit.snippet, [hit.snippet[start:end] for start, end in hit.marks]],
        }
        for hit in found.hits
    ]
    suggestions = [found.correction] if found.correction else []
    return {
        "hits": hits,
        "total": found.total,
        "absent": list(found.absent),
        "also": list(found.also),
        "suggestions": suggestions,
        "idle": list(parse(query).idle),
        "alone": list(parse(query).alone),
        "onlyExcludes": parse(query).only_excludes,
    }


def asked(pages: Pages, queries: list[str]) -> list[dict[str, Any]]:
    """What the page finds."""
    answers: list[dict[str, Any]] = pages.page.evaluate(ASK, [queries, LIMIT])
    for answer in answers:
        for hit in answer["hits"]:
            pieces = hit.pop("snippet")
            hit["snippet"] = ["".join(text for text, _ in pieces), [text for text, marked in pieces if marked]]
            hit.pop("score")
        answer.pop("phrasesSplit")
    return answers


def shares(pages: Pages, queries: list[str]) -> tuple[float, float, float]:
    """Of how many queries the first hit is the same, the first five, and all that is told."""
    same = [0, 0, 0]
    for query, found in zip(queries, asked(pages, queries), strict=True):
        wanted = told(pages, query)
        places = [[(hit["item"], hit["section"]) for hit in each["hits"]] for each in (found, wanted)]
        same[0] += places[0][:1] == places[1][:1]
        same[1] += places[0][:5] == places[1][:5]
        same[2] += found == wanted
    return same[0] / len(queries), same[1] / len(queries), same[2] / len(queries)


def made_up(chance: random.Random) -> Iterator[str]:
    """Words in every script, with and without the endings of its languages, capitals, apostrophes and hyphens."""
    for alphabet in ALPHABETS:
        for _ in range(250):
            word = "".join(chance.choices(alphabet, k=chance.randint(1, 9))) + chance.choice(ENDINGS)
            yield chance.choice((word, word.title(), word.upper(), word[:2] + chance.choice("'’ʻ-") + word[2:]))


def test_the_page_reads_words_as_the_command_line_does(sample: Pages) -> None:
    chance = random.Random(15)  # noqa: S311 - words for a test
    words = [word for word in made_up(chance) if forms_of(word).fold]
    words += [word for query in judged() for word in query.query.split() if forms_of(word).fold]
    forms = sample.page.evaluate(READ, words)
    wanted = []
    for word in words:
        made = forms_of(word)
        wanted.append([[*made[:2], list(made.stems), made.key, list(made.tokens), *made[2:]], list(sought_stems(made))])
    assert [pair for pair in zip(words, forms, wanted, strict=True) if pair[1] != pair[2]] == []


VALUES = [
    "1 234", "1,234.50", "1234,5", "1 234 567,05", "4500", "2025", "2 025", "2,025.10", "5 тыс", "2 млн", "1.5 million",
    "12.05.2025", "May 12", "192.168.100.10", "1.234.567", "1.234.5", "٤٥٠٠", "111 " * 30, "1000", "1999.5",
    "100 000 000 000 000", "0,000",
    "2.5", "2,50", "about 2.1", "$2.1 and 2.10 %", "0.15", "v2.5", "2.5.1", "3.2.5", "٢٫٥ ٢.٥", "2.05",
    "2.5kg", "2.5억", "2.5*", "2.5–3.6", "2.5%/year", "2.5, 2.50; (2.5)",
    "1500kg", "1,234.5kg 5000", "12.05.2020г", "12 мая 2020г", "2020년 5월 12일에", "$2.5 million", "(1,000,000)",
    "1млн", "1500*", "১৫০০টাকা 1500kg2",
]  # fmt: skip
READ_VALUES = """async (texts) => {
  await MaterialsSearch.open();
  const { valuesIn } = MaterialsSearch.parts.values;
  return texts.map((text) => valuesIn(text).map(({ start, end, spellings }) => [start, end, spellings]));
}"""


def test_the_page_reads_dates_and_numbers_as_the_command_line_does(sample: Pages) -> None:
    read = [[[value.start, value.end, list(value.spellings)] for value in values_in(text)] for text in VALUES]
    assert sample.page.evaluate(READ_VALUES, VALUES) == read


FILTERED = [
    "kind:slides", "lang:ru", "lang:kk құқық", "lang:корейский", "speaker:Baimenov", "in:notes government", "in:title services",
    "country:Georgia", "kind:pptx digital -identity", "year:2025", "before:2020", "path:day services", "digital OR хаб",
    "collection:invented hub", '"digital identity"', '"digital hub identity"', "12.05.2025", "1 000 000", "1,234.50",
    "1500kg", "12.05.2025г services", "$2.5 million", "1000-5000", "10000kg/m3", "1500*",
    "-digital", "kind:slides -digital", "lang:ru -digital", "digital OR", "OR digital", "digital OR -hub", "--digital", "OR",
    "procur*", "hydroponics 2.5", "MIRZIEEV 7",
    "X-Road", "Koo Hyunwoo", "registires", "hydroponics registires", "what is it", "", " ", "*", "kind:", '"', "Georgia",
    "김민수는블록체인투표를개발했습니다", "Грузия", "e-government", "WHO report", "цифровое правительство", "전자정부",
    "Luang Prabang", "State services", "Eurasian Economic Union reform", "answer:ru digital government",
    "5 min", "5 min manat", "training OR", "OR training | AND budget", "-budget OR", "OR",
]  # fmt: skip


def test_every_kind_of_query_finds_the_same(sample: Pages) -> None:
    found = asked(sample, FILTERED)
    wanted = [told(sample, query) for query in FILTERED]
    assert [pair for pair in zip(FILTERED, found, wanted, strict=True) if pair[1] != pair[2]] == []


def test_the_judged_queries_find_the_same(sample: Pages) -> None:
    assert min(shares(sample, [query.query for query in judged()][::5])) >= 0.98


def test_the_judged_queries_find_the_same_in_real_documents(corpus: Path, tmp_path: Path, browser: Any) -> None:
    with judged_archive(corpus, tmp_path) as catalogue:
        first, five, _ = shares(opened(catalogue, tmp_path, browser), [query.query for query in judged()][::11])
    assert first >= 0.98
    assert five >= 0.95
