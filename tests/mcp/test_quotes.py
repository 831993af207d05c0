"""A quotation is true, or how it differs is told: in every script of the region."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.diff import tokens
from materials_cli.mcp.quotes import Verdict, compare
from materials_cli.model import Section

TEXTS = (
    "Public services must be designed around people, not around ministries. In 2024, 87.5 % of requests came from phones.",
    "Государственные услуги строятся вокруг людей, а не вокруг ведомств. В 2024 году 63 региона подключены к системе.",
    "공공 서비스는 부처가 아니라 국민을 중심으로 설계되어야 합니다. 2024년에는 요청의 87.5%가 휴대전화에서 왔습니다.",
    "Мемлекеттік қызметтер министрліктер емес, адамдар үшін жасалады. 2024 жылы 17 өңір жүйеге қосылды.",
    "Davlat xizmatlari vazirliklar uchun emas, odamlar uchun yaratiladi. 2024-yilda 14 ta viloyat tizimga ulandi.",
    "საჯარო სერვისები ადამიანებისთვის იქმნება და არა უწყებებისთვის. 2024 წელს 11 რეგიონი შეუერთდა სისტემას.",
    "Հանրային ծառայությունները ստեղծվում են մարդկանց, այլ ոչ թե նախարարությունների համար։ 2024-ին միացան 10 մարզեր։",
    "সরকারি সেবা মন্ত্রণালয়ের জন্য নয়, মানুষের জন্য তৈরি হয়। ২০২৪ সালে ৬৪টি জেলা যুক্ত হয়েছে।",
    "សេវាសាធារណៈត្រូវបានរចនាឡើងសម្រាប់ប្រជាជន មិនមែនសម្រាប់ក្រសួងទេ។ ក្នុងឆ្នាំ ២០២៤ ខេត្តទាំង ២៥ បានភ្ជាប់។",
    "ການບໍລິການສາທາລະນະຖືກອອກແບບເພື່ອປະຊາຊົນ ບໍ່ແມ່ນເພື່ອກະຊວງ. ໃນປີ 2024 ມີ 18 ແຂວງເຊື່ອມຕໍ່.",
)
SECTIONS = tuple(Section(number, f"Slide {number}", f"•  {text}\nA last line.") for number, text in enumerate(TEXTS, 1))


def test_a_hundred_true_and_a_hundred_altered_quotations_are_told_apart() -> None:
    chance = random.Random(16)  # noqa: S311 - which words are altered
    for count in range(100):
        text = TEXTS[count % len(TEXTS)]
        words = tokens(text)
        length = chance.randint(5, min(14, len(words)))
        begin = chance.randint(0, len(words) - length)
        quoted = words[begin : begin + length]
        found = compare("".join(quoted), SECTIONS)
        assert found.verdict in (Verdict.VERBATIM, Verdict.SAME_WORDS), quoted
        assert found.text.split() == "".join(quoted).split() or found.verdict is Verdict.SAME_WORDS
        place = chance.choice([at for at, word in enumerate(quoted) if any(sign.isalnum() for sign in word)])
        altered = list(quoted)
        if count % 2:
            altered[place] = f" {chance.choice(['never', 'никогда', '93', 'អត់', 'ຫຼາຍ'])}"
        else:
            altered.insert(place, " not" if count % 4 else " 7")
        wrong = compare("".join(altered), SECTIONS)
        assert wrong.verdict in (Verdict.DIFFERENT, Verdict.ABSENT), altered


@given(st.sampled_from(TEXTS), st.data())
def test_every_part_between_spaces_is_verbatim_where_it_says(text: str, data: st.DataObject) -> None:
    words = text.split()
    begin = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(begin + 1, len(words)))
    quoted = " ".join(words[begin:end])
    found = compare(quoted, SECTIONS)
    assert found.verdict is Verdict.VERBATIM
    body = unicodedata.normalize("NFC", SECTIONS[found.section - 1].body)
    assert body[found.start : found.end] == found.text
    assert found.text.split() == unicodedata.normalize("NFC", quoted).split()


@given(st.sampled_from(TEXTS), st.data())
def test_another_digit_is_another_statement(text: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from([place for place, sign in enumerate(text) if sign.isdigit()]))
    other = chr(ord(text[at]) + (1 if unicodedata.digit(text[at]) < 9 else -1))
    found = compare(text[:at] + other + text[at + 1 :], SECTIONS)
    assert found.verdict is Verdict.DIFFERENT
    assert other in found.difference


@pytest.mark.parametrize(
    ("quoted", "verdict"),
    [
        ("designed around people, not around ministries", Verdict.VERBATIM),
        ("Designed around people – not around ministries!", Verdict.SAME_WORDS),
        ("Public services must be designed … not around ministries", Verdict.SHORTENED),
        ("Public services […] came from phones.", Verdict.SHORTENED),
        ("not around ministries … designed around people", Verdict.DIFFERENT),
        ("designed around people, around ministries", Verdict.DIFFERENT),
        ("7.5 % of requests came from phones", Verdict.DIFFERENT),
        ("875 % of requests came from phones", Verdict.DIFFERENT),
        ("The moon is made of green cheese and nobody minds", Verdict.ABSENT),
        ("Slide 1", Verdict.VERBATIM),
    ],
)
def test_what_is_said_of_a_quotation(quoted: str, verdict: Verdict) -> None:
    assert compare(quoted, SECTIONS[:1]).verdict is verdict


def test_a_difference_names_the_words() -> None:
    found = compare("designed around ministries, not around ministries", SECTIONS)
    assert "[-ministries-]" in found.difference
    assert "{+people+}" in found.difference


def test_a_long_hostile_text_costs_little() -> None:
    assert compare("a b " * 500, [Section(1, "", "a " * 500_000)]).verdict in (Verdict.DIFFERENT, Verdict.ABSENT)
