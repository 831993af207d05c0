"""What document-svg draws wrong is mended: bullets on letters, lines that run out of the slide, torn letters, fonts."""

from lxml import etree

from materials_cli.extract.package import local
from materials_cli.pictures.fonts import family
from materials_cli.pictures.letters import width_of, wrapped
from materials_cli.pictures.mend import mend

WIDTH, HEIGHT = 720, 540


def line(
    text: str,
    x: float = 70,
    y: float = 100,
    kind: str = "text",
    shape: str = "Body",
    *,
    anchor: str = "start",
    size: int = 32,
    **more: str,
) -> str:
    attributes = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in more.items())
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" data-content-kind="{kind}" data-source-id="{shape}"{attributes}>'
        f'<tspan font-size="{size}">{text}</tspan></text>'
    )


def mended(*lines: str) -> list[etree._Element]:
    root = etree.fromstring(f"<svg>{''.join(lines)}</svg>")
    mend(root, WIDTH, HEIGHT)
    return [element for element in root.iter() if local(element) == "text"]


def words(lines: list[etree._Element]) -> list[str]:
    return ["".join(str(part) for part in each.itertext()) for each in lines]


def test_a_bullet_stands_before_its_text() -> None:
    bullet, text = mended(line("•", kind="bullet"), line("First"))
    assert float(bullet.get("x") or 0) + 32 * width_of("•") < 70
    assert text.get("x") == "70"


def test_a_bullet_that_stands_well_stays() -> None:
    bullet, _ = mended(line("•", x=40, kind="bullet"), line("First"))
    assert bullet.get("x") == "40"


def test_the_number_of_a_slide_has_no_bullet_and_a_sign_of_a_font_is_a_dot() -> None:
    assert words(mended(line("•", kind="bullet"), line("12"))) == ["", "12"]
    assert words(mended(line("\uf0a7", kind="bullet"), line("First"))) == ["•", "First"]


def test_a_letter_as_a_bullet_is_a_sign_and_what_numbers_stays() -> None:
    for bullet, seen in {
        "l": "●",
        "Ø": "➢",
        "§": "▪",
        "x": "•",
        "a.": "a.",
        "一": "一",
        "1": "1",
        "–": "–",
        "•": "•",
        "": "",
    }.items():
        assert words(mended(line(bullet, kind="bullet"), line("First")))[0] == seen


def test_letters_are_as_wide_as_in_the_widest_of_the_usual_fonts() -> None:
    """DejaVu Sans, which Linux takes for Armenian and Georgian: such lines do not run out of the slide."""
    for text, width in {"Պետական ծառայություններ և թվային": 20.4, "სახელმწიფო სერვისები და ციფრული": 17.8}.items():
        assert mended(line(text, x=round(WIDTH * 0.985 - 32 * width)))[0].get("textLength")


def test_lines_of_tall_letters_do_not_touch() -> None:
    def sizes(*lines: str) -> list[float]:
        return [float(span.get("font-size") or 0) for each in mended(*lines) for span in each]

    assert max(sizes(line("ມະນຸດເກີດມາ"), line("ສິດເສລີພາບ", y=132), line("ແລະ", y=164))) < 27
    assert sizes(line("ມະນຸດເກີດມາ"), line("ສິດເສລີພາບ", y=140)) == [32, 32]
    assert sizes(line("Latin"), line("letters", y=132)) == [32, 32]


def test_signs_of_a_letter_go_back_to_it() -> None:
    assert words(mended(line("សិទ"), line("្ធិ។ មនុស្ស", y=130))) == ["សិទ្ធិ", "។ មនុស្ស"]
    assert words(mended(line("ជាប"), line("់ពីកំណើត", y=130))) == ["ជាប់", "ពីកំណើត"]
    assert words(mended(line("whole"), line("words", y=130))) == ["whole", "words"]
    assert words(mended(line("សិទ", shape="One"), line("្ធិ", y=130, shape="Other"))) == ["សិទ", "្ធិ"]


def title(*lines: str, size: int = 44) -> list[str]:
    role = {"data-semantic-role": "placeholder"}
    return [
        line(text, 360, 82 + number * size, shape="Title", anchor="middle", size=size, **role)
        for number, text in enumerate(lines)
    ]


def test_a_title_of_several_lines_does_not_stand_on_the_text_below() -> None:
    body = line("text that is long enough to lie below the title", 60, 155)
    one, two, _ = mended(*title("Long", "title"), body)
    assert (float(one.get("y") or 0), float(two.get("y") or 0)) == (60, 104)
    *many, _ = mended(*title("A", "very long", "title"), body)
    assert float(many[0].get("y") or 0) >= 35
    assert float(many[-1].get("y") or 0) + 0.25 * float(many[-1][0].get("font-size") or 0) <= 155 - 0.8 * 32 + 1
    below = line("text", 60, 400)
    assert [each.get("y") for each in mended(*title("Long", "title"), below)] == ["82", "126", "400"]
    aside = line("text", 600, 120, size=12)
    assert [each.get("y") for each in mended(*title("Long", "title"), aside)][:2] == ["82", "126"]


def heights(shape: str, *ys: int, beside: str = "") -> list[float]:
    made = mended(*(line(f"{number}", y=y, shape=shape, size=20) for number, y in enumerate(ys)), *filter(None, [beside]))
    return [float(each.get("y") or 0) for each in made][: len(ys)]


def test_lines_are_apart_as_in_powerpoint_and_stand_where_they_are_anchored() -> None:
    assert heights("1:t", 200, 220, 240) == [200, 224, 248]
    assert heights("1:ctr", 200, 220, 240) == [176, 200, 224]
    assert heights("1:b", 300, 320, 340) == [252, 276, 300]
    assert heights("Table: t", 200, 220, 240) == [200, 220, 240]


def test_lines_are_no_further_apart_than_there_is_room() -> None:
    assert heights("1:t", 200, 220, 240, beside=line("Below", y=270, shape="2:t", size=20)) == [200, 224, 248]
    assert heights("1:t", 200, 220, 240, beside=line("Below", y=265, shape="2:t", size=20)) == [200, 222, 244]
    assert heights("1:t", 200, 220, 240, beside=line("Aside", x=400, y=265, shape="2:t", size=20)) == [200, 224, 248]
    assert heights("1:t", 490, 510, 530) == [490, 512.5, 535]
    assert heights("1:ctr", 30, 50, 70, 90)[0] == 16


def test_a_line_that_would_run_out_of_the_slide_is_drawn_together() -> None:
    wide, short = mended(line("Республика Қазақстан Үкіметінің қаулысы бойынша"), line("Короткая", y=130))
    assert 600 < float(wide.get("textLength") or 0) <= WIDTH - 70
    assert wide.get("lengthAdjust") == "spacingAndGlyphs"
    assert short.get("textLength") is None


def test_fonts_that_have_no_name_or_no_reader_become_families() -> None:
    assert family("+mn-cs") == "sans-serif"
    assert family("") == "sans-serif"
    assert family("Calibri") == "'Calibri', 'Carlito', sans-serif"
    assert family("Times New Roman") == "'Times New Roman', 'Liberation Serif', serif"
    assert family("맑은 고딕") == "'맑은 고딕', sans-serif"
    assert family("Consolas, monospace") == "'Consolas', monospace"
    assert family("x';}@import url(//evil)") == "sans-serif"


def test_a_card_breaks_lines_between_words_and_never_inside_a_letter() -> None:
    assert wrapped("public private partnership", 8) == ["public private", "partnership"]
    lines = wrapped("មនុស្សទាំងអស់កើតមកមានសេរីភាពនិងសមភាពក្នុងផ្នែកសេចក្ដីថ្លៃថ្នូរនិងសិទ្ធិ", 12)
    assert len(lines) > 1
    assert all(len(wrapped(each, 1000)) == 1 and each[0] not in "្ិីាំ់" for each in lines)
