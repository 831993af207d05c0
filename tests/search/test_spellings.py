"""A word is found in other spellings: accents, endings, alphabets, and scripts without spaces."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Fixity, Item, RemoteFile, Section, Text
from materials_cli.search.engine import search
from materials_cli.search.expression import expression_of
from materials_cli.search.hit import Match
from materials_cli.search.match import MatchLevel
from materials_cli.search.passages import Passages
from materials_cli.search.query import parse
from support.small_catalogue import item, put

NOW = datetime(2025, 6, 24, tzinfo=UTC)
TEXTS = {
    "et": "Lecture by Piret Tõnurist on innovation",
    "ru": "Выступил Байменов; услуги государственных органов; ещё один пример",
    "ko": "대한민국의 전자정부는 세계적이다",
    "uz": "Oʻzbekiston Respublikasi; qoʻllab-quvvatlash",
    "uz-cyrl": "Ўзбекистон Республикаси",
    "az": "Azərbaycan Respublikasının xidməti; ışıq",
    "kk": "Қазақстан: цифрлық үкімет және өңірлер",
    "tg": "Ҷумҳурии Тоҷикистон; ҳукумат",
    "ky": "Кыргыз Республикасы: санариптик өнүгүү",
    "mn": "Цахим засаглал, үндэсний хөгжил",
    "ka": "მარგველაშვილი და ელექტრონული მმართველობა",
    "hy": "Հայաստանի Հանրապետություն",
    "km": "រាជរដ្ឋាភិបាលកម្ពុជាផ្តល់សេវាសាធារណៈ",
    "lo": "ການຫັນເປັນດິຈິຕອນຂອງລັດຖະບານ",
    "lo-apart": "ກະ ຊວງ ສຶກ ສາ",
    "ko-apart": "세 계 인 권 선 언",
    "th-zwsp": "พัฒนา\u200bระบบ\u200bราชการ",
    "bn": "বাংলাদেশের ডিজিটাল রূপান্তর",
    "ko-name": "발표자 구현우, 과장",
    "ko-latin": "Opening by Koo Hyunwoo; Jang Min Su; Ms Eun-woo Baek",
    "ko-short": "백은우 서울",
    "km-name": "វិចិត្រ សុភា ភ្នំពេញ",
    "km-latin": "Vicheth and Sophea of Phnom Penh",
    "lo-name": "ທ່ານບົວສອນແກ້ວມະນີຈາກສະຫວັນນະເຂດ ແລະ ໄກສອນ ຫຼວງນ້ຳທາ",
    "lo-town": "ນະຄອນຫຼວງພະບາງ ແລະ ປະສິດ",
    "th-name": "จากเชียงใหม่และภูเก็ต",
}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    made = Catalogue.open(tmp_path_factory.mktemp("c") / "catalogue.sqlite", write=True)
    for name, text in TEXTS.items():
        remote = RemoteFile(id=f"id-{name}", drive_id=f"id-{name}", name=f"{name}.pptx", parent="root")
        item = Item(
            collection="c",
            remote=remote,
            path=f"c/{name}.pptx",
            media_type="application/x",
            fixity=Fixity(1, name),
            first_seen=NOW,
            fetched=NOW,
        )
        made.record(item)
        made.put_text("c", item.id, Text("slide", (Section(1, "", "unrelated"), Section(2, "", text))), name, 1)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Tonurist", "et"),
        ("TÕNURIST", "et"),
        ("Baimenov", "ru"),
        ("государственный", "ru"),
        ("еще", "ru"),
        ("정부", "ko"),
        ("전자정부", "ko"),
        ("전자정부에서", "ko"),
        ("o'zbekiston", "uz"),
        ("ozbekiston", "uz"),
        ("o‘zbekiston", "uz"),
        ("qollab", "uz"),
        ("узбекистон", "uz-cyrl"),
        ("azerbaycan", "az"),
        ("isiq", "az"),
        ("казакстан", "kk"),
        ("укимет", "kk"),
        ("өңірлерде", "kk"),
        ("точикистон", "tg"),
        ("хукумат", "tg"),
        ("онугуу", "ky"),
        ("ундэсний", "mn"),
        ("margvelashvili", "ka"),
        ("მმართველობის", "ka"),
        ("հայաստան", "hy"),
        ("សាធារណៈ", "km"),
        ("ລັດຖະບານ", "lo"),
        ("বাংলাদেশ", "bn"),
        ("ສຶກສາ", "lo-apart"),
        ("인권", "ko-apart"),
        ("ระบบราชการ", "th-zwsp"),
        ("ລັດ ຖະ ບານ", "lo"),
        ("전 자 정 부", "ko"),
        ("កម្ពុជាមានសេវាសាធារណៈអ្វីខ្លះនៅទីក្រុង", "km"),
        ("ລັດຖະບານຈະສ້າງໂຮງຮຽນໃໝ່ບໍ", "lo"),
        ("전자정부는누가만들었을까요", "ko"),
        ("구현우", "ko-latin"),
        ("구현우가", "ko-latin"),
        ("장민수", "ko-latin"),
        ("Jang Minsu", "ko-latin"),
        ("백은우", "ko-latin"),
        ("Koo Hyunwoo", "ko-name"),
        ("Hyeonwoo Gu", "ko-name"),
        ("Baek Eunwoo", "ko-short"),
        ("Eun-woo Paik", "ko-short"),
        ("សុភា", "km-latin"),
        ("Sophea", "km-name"),
        ("វិចិត្រ", "km-latin"),
        ("Vicheth", "km-name"),
        ("Bouasone", "lo-name"),
        ("Keomany", "lo-name"),
        ("Savannakhet", "lo-name"),
        ("Kaysone", "lo-name"),
        ("Луангнамтха", "lo-name"),
        ("Luang Prabang", "lo-town"),
        ("Luang Phrabang", "lo-town"),
        ("luangprabang", "lo-town"),
        ("Luang Phabang", "lo-town"),
        ("Prasith", "lo-town"),
        ("Chiangmai", "th-name"),
        ("Phuket", "th-name"),
    ],
)
def test_a_word_is_found_in_another_spelling(catalogue: Catalogue, typed: str, name: str) -> None:
    hits = search(catalogue, typed).hits
    assert f"id-{name}" in {hit.item.id for hit in hits[:5]}
    hit = next(hit for hit in hits if hit.item.id == f"id-{name}")
    assert hit.section is not None
    assert hit.section.number == 2
    assert hit.marks
    assert all(hit.snippet[start:end].strip() for start, end in hit.marks)


def test_the_original_spelling_is_highlighted(catalogue: Catalogue) -> None:
    for typed, marked in (("Baimenov", "Байменов"), ("Tonurist", "Tõnurist"), ("정부", "정부")):
        hit = search(catalogue, typed).hits[0]
        assert marked in {hit.snippet[start:end] for start, end in hit.marks}


@settings(max_examples=200)
@given(st.text(max_size=80))
def test_any_text_is_a_query(catalogue: Catalogue, typed: str) -> None:
    search(catalogue, typed)


@settings(max_examples=100)
@given(st.sampled_from(sorted(TEXTS)), st.data())
def test_every_word_of_a_text_finds_it(catalogue: Catalogue, name: str, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(TEXTS[name].split()))
    assert f"id-{name}" in {hit.item.id for hit in search(catalogue, word).hits}


def test_a_name_in_another_alphabet_is_marked_as_a_whole(catalogue: Catalogue) -> None:
    for typed, name, marked in (
        ("구현우", "ko-latin", "Koo Hyunwoo"),
        ("장민수", "ko-latin", "Jang Min Su"),
        ("Koo Hyunwoo", "ko-name", "구현우"),
    ):
        hit = next(hit for hit in search(catalogue, typed).hits if hit.item.id == f"id-{name}")
        assert (hit.match, [hit.snippet[start:end] for start, end in hit.marks]) == (Match.ALPHABET, [marked])


def test_a_word_written_with_a_space_after_each_syllable_is_marked(catalogue: Catalogue) -> None:
    for typed, name, marked in (("ສຶກສາ", "lo-apart", "ສຶກ ສາ"), ("인권", "ko-apart", "인 권")):
        hit = next(hit for hit in search(catalogue, typed).hits if hit.item.id == f"id-{name}")
        assert [hit.snippet[start:end] for start, end in hit.marks] == [marked]


@pytest.mark.parametrize("typed", ["구민수", "정현우", "Kang Hyunwoo", "Koo Minsu"])
def test_another_name_is_not_found(catalogue: Catalogue, typed: str) -> None:
    assert {hit.match for hit in search(catalogue, typed).hits} <= {Match.SOME, Match.SOUND}


def test_a_short_sound_is_compared_only_with_words_that_have_no_more(tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "catalogue.sqlite", write=True) as made:
        for name in ("Садыбеков", "Саидов", "사이토프상"):
            put(made, item(f"{name}.pptx"), Section(1, "", name))
        found = Passages(made.connection, None).extent(expression_of(parse("Saytov").clauses, MatchLevel.SOUND))
        assert found == 2
