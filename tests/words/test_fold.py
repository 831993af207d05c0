"""The forms of words: properties of every text, and spellings that must or must not have a form in common."""

import itertools
import re
import unicodedata

import pytest
from anyascii import anyascii
from hypothesis import given, settings
from hypothesis import strategies as st

from materials_cli.search.hit import Match
from materials_cli.search.match import MatchLevel, similarity
from materials_cli.words import fold as forms
from materials_cli.words import grammar
from materials_cli.words.fold import begins_unspaced, fold, forms_of, sound_of, token_stream, words
from materials_cli.words.particles import without_particle
from materials_cli.words.sounds import LONGEST_SOUND, key, romanise, skeleton, sound

LETTERS = st.text(
    st.one_of(
        st.characters(min_codepoint=0x41, max_codepoint=0x24F),
        st.characters(min_codepoint=0x370, max_codepoint=0x10FF),
        st.characters(min_codepoint=0x1780, max_codepoint=0x17FF),
        st.characters(min_codepoint=0xE80, max_codepoint=0xEFF),
        st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3),
        st.sampled_from(" '’-_.\u200b\u0301"),
    ),
    max_size=60,
)


@settings(deadline=None)
@given(LETTERS)
def test_words_are_parts_of_the_text_in_order(text: str) -> None:
    end = 0
    for word in words(text):
        assert end <= word.start < word.end <= len(text)
        assert word.forms.fold
        end = word.end


@settings(deadline=None)
@given(LETTERS)
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(deadline=None)
@given(LETTERS)
def test_the_token_stream_is_tokens_separated_by_single_spaces(text: str) -> None:
    made = token_stream(text)
    assert made == " ".join(made.split())
    assert made == token_stream(text)
    for word in words(text):
        assert set(word.forms.tokens) <= set(made.split())


@settings(deadline=None)
@given(st.text(st.characters(codec="ascii", categories=["Ll", "Nd"]), max_size=40))
def test_a_sound_is_the_beginning_of_the_skeleton_without_vowels(letters: str) -> None:
    assert skeleton(letters).replace("O", "").startswith(sound(letters))
    assert len(sound(letters)) <= LONGEST_SOUND
    assert key(letters).isascii()


@pytest.mark.parametrize(
    "spellings",
    [
        "Байменов Baimenov Baymenov",
        "Щербакова Shcherbakova Scherbakova",
        "Хрущёв Khrushchev Hruschev",
        "Екатеринбург Yekaterinburg Ekaterinburg",
        "მარგველაშვილი Margvelashvili Маргвелашвили",
        "წერეთელი Tsereteli Церетели",
        "Հակոբյան Hakobyan Акопян Hakobian",
        "Խաչատրյան Khachatryan Хачатрян",
        "Toshkent Tashkent Ташкент Тошкент",
        "Ҷамшед Jamshed Джамшед",
        "Cəfərov Jafarov Джафаров",
        "Şəhla Shahla Шахла",
        "Әбдіхалықов Abdikhalykov Äbdihalyqov",
        "Өвөрхангай Uvurkhangai Övörkhangai",
        "김민수 KimMinsu GimMinsu",
        "강현우 KangHyunwoo",
        "정우성 JungWoosung",
        "이수진 LeeSoojin",
        "Woods Вудс",
        "최영희 ChoiYounghee ChoeYeonghui",
        "박지영 ParkJiyoung BakJiyeong",
        "부산 Busan Pusan",
        "চট্টগ্রাম Chattogram",
        "ភ្នំពេញ PhnomPenh",
        "Christopher Кристофер",
        "Johnson Джонсон",
        "Шанхай Shanghai",
    ],
)
def test_a_name_has_one_sound_in_every_spelling(spellings: str) -> None:
    first, *others = (forms_of(spelling) for spelling in spellings.split())
    for other in others:
        assert sound_of(other) == sound_of(first)
        assert similarity(first, other, MatchLevel.ANY_SOUND).degree > 0
        assert similarity(other, first, MatchLevel.ANY_SOUND).degree > 0


@pytest.mark.parametrize("pair", ["Байменов Baranov", "Minsk 민수", "Tashkent Tashkulov", "море mare", "정부 jeju"])
def test_different_names_have_different_sounds(pair: str) -> None:
    one, other = map(forms_of, pair.split())
    assert not similarity(one, other, MatchLevel.SOUND).degree


@pytest.mark.parametrize(
    "forms",
    [
        "заң заңдар заңда заңмен заңы",
        "құжат құжаттар құжаттарды",
        "азамат азаматтарға азаматтар",
        "қызмет қызметі қызметтер қызметтің",
        "адам адамдар адамдардың",
        "ҳуқуқ ҳуқуқлари ҳуқуқҳо ҳуқуқҳои",
        "шаҳар шаҳарда шаҳарлар",
        "huquq huquqlari huquqlarini",
        "hüquq hüquqları",
        "məhkəmə məhkəmələr məhkəmələri",
        "რეესტრი რეესტრის რეესტრები რეესტრების",
        "დელეგაცია დელეგაციის დელეგაციას",
        "হাসপাতাল হাসপাতালের হাসপাতালে",
        "хүний хүнийг",
        "государственный государственных",
        "contract contracts contracted",
        "төсөл төслийн төслүүд төслийг",
        "тосол төслийн",  # typed without ө
        "аймаг аймгийн аймгаас",
        "ажил ажлыг ажлаар",
        "тамыз тамызында тамыздың",
        "билим билимдин билимге",
        "кітап кітабы кітапта",
        "көрік көркі көркінде",
        "тармак тармагынын тармактар",
        "үй үйдө үйүнүн",
        "rossiya rossiyaning rossiyada rossiyaga",
        "davlat davlati davlatning davlatlarimizda",
        "yurak yuragi yurakda",
        "kitab kitabı kitabların kitabda",
        "çörək çörəyi çörəklər",
        "մարմին մարմնի մարմինները",
        "օրենք օրենքի օրենքներով",
        "მეგობარი მეგობრები მეგობრის",
        "ҳукумат ҳукумати ҳукуматҳо",
        "համակարգ համակարգի համակարգել համակարգված",
        "Samarqand Samarqandga Samarqandda",
    ],
)
def test_the_forms_of_a_word_find_one_another(forms: str) -> None:
    for one, other in itertools.permutations(map(forms_of, forms.split()), 2):
        assert similarity(one, other, MatchLevel.PREFIX).match is Match.FORM, (one.spelled, other.spelled)


@pytest.mark.parametrize(
    "pair",
    [
        "жер жем",
        "билет билим",
        "давлат давра",
        "training trail",
        "hokim hokkey",
        "төсөл төсөв",
        "Volga vol",
        "Волга вол",
        "բան բանակ",
        "կաթ կաթիլ",
    ],
)
def test_other_words_are_no_forms(pair: str) -> None:
    one, other = map(forms_of, pair.split())
    assert not similarity(one, other, MatchLevel.WORD).degree
    assert not similarity(other, one, MatchLevel.WORD).degree


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("сeрвис", "сервис"),  # a Latin e
        ("gοvernment", "government"),  # a Greek o
        ("хvн", "хүн"),
        ("សេចក្តី", "សេចក្ដី"),
        ("ນໍ້າ", "ນ້ໍາ"),
        ("ນ້ຳ", "ນໍ້າ"),
        ("ԵՐԵՒԱՆ", "Երևան"),
        ("ᲛᲛᲐᲠᲗᲕᲔᲚᲝᲑᲐ", "მმართველობა"),
        ("İŞGƏNCƏ", "işgəncə"),
        ("o'zbek", "oʻzbek"),
        ("ﾊﾟ", "パ"),
        ("১২৩", "123"),
        ("e\u0301cole", "école"),
        ("data_exchange".partition("_")[0], "data"),
    ],
)
def test_spellings_that_look_alike_fold_to_one_word(typed: str, written: str) -> None:
    assert forms_of(typed).fold == forms_of(written).fold


def test_russian_is_romanised_as_in_the_tables_of_all_scripts() -> None:
    """But it needs none of them."""
    letters = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіѕ"
    assert [romanise(letter) for letter in letters] == [anyascii(letter).strip("'") for letter in letters]


def test_romanised_words_are_ascii() -> None:
    for spelled in ("Ўзбекистон", "ქართული", "ខ្មែរ", "日本", "한국어", "ßtraße"):
        assert romanise(forms_of(spelled).spelled).isascii()


def test_every_letter_number_and_mark_belongs_to_a_word() -> None:
    word = forms.word_pattern()
    later = unicodedata.unidata_version != "14.0.0"  # than the table of words/characters.py: it has assigned some more
    for character in map(chr, range(0x10000)):
        category = unicodedata.category(character)
        belongs = character.isalnum() or category[0] == "M" or character in "\u00ad\u061c\u2060\ufeff"
        inside = bool(word.fullmatch(character))
        if category != "Cn" and inside != (belongs or "\u200b" <= character <= "\u200f"):
            assert later, hex(ord(character))


def test_a_word_gives_no_letter_back_so_that_it_is_looked_for_in_one_pass() -> None:
    word = forms.word_pattern().pattern
    assert re.match(word, "long's'")
    assert not re.match(f"{word}g", "long")
    assert not re.match(f"{word}'?s", "long's")


def test_what_hyphens_join_is_found_beside_a_word_of_any_length() -> None:
    alone = [*forms.further_terms("one-two")]
    assert alone
    assert [*forms.further_terms(f"{'long' * 500} one-\ntwo a'-b c -d")] == alone


def test_the_words_of_grammar_are_folded_together_as_they_are_one_by_one() -> None:
    spelled = [word for words in grammar._words().values() for word in words.split()]
    assert grammar.folded_words() == {fold(word) for word in spelled}
    assert all(grammar.is_grammar(word, first=True) for word in spelled if word.islower() or word.lower() == word.upper())


@given(
    st.text(st.characters(codec="utf-8"), max_size=30)
    | st.text("абвгдежзиклмнопрстуқғңүұөәһўӣabcdefghiklmnoprstuyəğışçаиыуներիումივებისটাদের", max_size=14)
)
def test_all_stems_of_a_word_begin_with_its_first_letter(text: str) -> None:
    for word in words(text):
        stems = (*word.forms.stems, *forms.sought_stems(word.forms))
        assert {stem[:1] for stem in stems} <= {word.forms.fold[:1]}


@pytest.mark.parametrize(
    ("plain", "written"),
    [
        ("chinh phu dien tu, duong, Da Nang", "chính phủ điện tử, đường, Đà Nẵng"),
        ("chinh phu", "chi\u0301nh phu\u0309"),
        ("dovlet idareciliyi isiq sehiyye", "dövlət idarəçiliyi işıq səhiyyə"),
        ("isiq istanbul", "IŞIQ İSTANBUL"),
        ("ulasim dagitim cocuk", "ulaşım dağıtım çocuk"),
        ("ozbekiston togri malumot", "oʻzbekiston to‘g‘ri ma’lumot"),
        ("ozbekiston togri malumot", "o'zbekiston to`g`ri maʼlumot"),
        ("qogam uly respublikasy", "qoǵam ūly respublıkasy"),
        ("turkmenistan yewropa", "Türkmenistan Ýewropa"),
        ("хукук хокимият чумхури", "ҳуқуқ ҳокимият ҷумҳурӣ"),
    ],
)
def test_who_types_plain_letters_means_those_with_marks(plain: str, written: str) -> None:
    assert fold(written) == fold(plain)


@given(st.text(st.sampled_from("세계韓語ສຸ໑ខុស្ရက်カab –1\n  "), max_size=40))
@settings(max_examples=500)
def test_what_is_written_with_a_space_after_each_syllable_is_found_wherever_a_letter_of_such_a_script_is(text: str) -> None:
    found = [run.span() for run in forms.spaced_out(text)]
    every = [run.span() for run in forms.spaced_out_pattern().finditer(text)]
    assert found == (every if any(map(begins_unspaced, text)) else [])


@given(LETTERS)
def test_a_word_is_cut_where_a_script_without_spaces_begins_or_ends_and_nothing_is_lost(text: str) -> None:
    for raw in forms.matches(text):
        runs = [run for run, _ in forms.raw_words(raw)]
        assert "".join(runs) == raw
        seen = [[begins_unspaced(letter) for letter in run if letter != "\u200b"] for run in runs]
        assert all(len(set(each)) <= 1 for each in seen)
        assert all(one[:1] != other[:1] for one, other in itertools.pairwise(seen) if one and other)


def test_a_particle_is_taken_off_what_has_two_syllables_without_it() -> None:
    bare = {
        "전자정부에서는": "전자정부",
        "전자정부의": "전자정부",
        "나라에는": "나라",
        "나에는": "나에",
        "나는": "나는",
        "서울": "서울",
        "X에": "X에",
    }
    assert {run: without_particle(run) for run in bare} == bare
    assert without_particle(unicodedata.normalize("NFD", "전자정부로")) == "전자정부"
