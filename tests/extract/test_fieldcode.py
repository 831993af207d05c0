"""Fields of Word that show a part of their own instruction, in files of every age."""

from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.extract.fieldcode import shown_by
from materials_cli.extract.formats import extract
from support.ole_file import word_97

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.mark.parametrize(("instruction", "text"), [
    (r" EQ \f(1,2) ", "1/2"), (r"EQ \f(a;c\,d)", "a/c,d"), (r"EQ \o\ac(○,1)", "1○"), (r"eq \x(Текст в рамке)", "Текст в рамке"),
    (r'EQ \* jc2 \* "Font:MS Mincho" \* hps10 \o\ad(\s\up 9(かな),漢字)', "漢字かな"), (r"EQ \r(3,x)", "√3 x"),
    (r"EQ H\s\do3(2)O", "H2O"), ("EQ 5 (see)", "5 (see)"), (r"EQ \f(1,\f(2,3))", "1/2/3"), (r"EQ \f(1,2", "1/2"),
    ("MACROBUTTON NoMacro [Click here]", "[Click here]"), ('GOTOBUTTON "a b" Дальше', "Дальше"), ("MACROBUTTON Print", ""),
    ('HYPERLINK "https://example.org"', ""), ("PAGE", ""), ("EQUAL x", ""),
])  # fmt: skip
def test_a_button_shows_its_label_and_an_equation_its_parts(instruction: str, text: str) -> None:
    assert shown_by(instruction) == text


@given(st.text('\\fosx(),;1 а*"', max_size=200))
def test_no_equation_is_too_odd(equation: str) -> None:
    assert isinstance(shown_by(f"EQ {equation}"), str)


def test_packages_show_them_once(tmp_path: Path) -> None:
    made = docx.Document()

    def field(*instruction: str, result: str | None = None) -> str:
        parts = [f'<w:instrText xml:space="preserve">{part}</w:instrText>' for part in instruction]
        parts += [] if result is None else ['<w:fldChar w:fldCharType="separate"/>', f"<w:t>{result}</w:t>"]
        marks = ['<w:fldChar w:fldCharType="begin"/>', *parts, '<w:fldChar w:fldCharType="end"/>']
        return "".join(f"<w:r>{mark}</w:r>" for mark in marks)

    for fields in (
        field(" EQ ", r"\o\ac(○,", "1)"),
        field("MACROBUTTON NoMacro [Имя]", result=""),
        field(r"EQ \f(1,2)", result="½"),
        '<w:fldSimple w:instr=" MACROBUTTON NoMacro [Дата] "/>',
        field(" PAGE "),
    ):
        made.element.body.insert(len(made.element.body) - 1, parse_xml(f"<w:p {W}><w:r><w:t>a </w:t></w:r>{fields}</w:p>"))
    made.sections[0].header.paragraphs[0]._p.append(parse_xml(f"<w:p {W}>{field('MACROBUTTON x [Отдел]')}</w:p>")[0])
    for run in parse_xml(f"<w:p {W}>{field('MACROBUTTON x [Отдел]')}</w:p>"):
        made.sections[0].header.paragraphs[0]._p.append(run)
    made.save(str(tmp_path / "a.docx"))
    lines = extract(tmp_path / "a.docx", "a.docx").sections[0].body.split("\n")
    assert [line.strip() for line in lines] == ["a 1○", "a [Имя]", "a ½", "a [Дата]", "a", "[Отдел]"]


def test_binary_files_and_rich_text_show_them(tmp_path: Path) -> None:
    body = "a \x13 MACROBUTTON NoMacro [Имя]\x15 b \x13 EQ \\f(1,2)\x14\x15 c \x13 IF \x13 EQ \\x(y)\x15 = y \x14yes\x15\r"
    body += "d \x13 EQ \\f(1,2)\x14½\x15\r"
    assert extract(word_97(tmp_path / "a.doc", [body]), "a.doc").sections[0].body == "a [Имя] b 1/2 c yes\nd ½"
    (tmp_path / "a.rtf").write_bytes(
        rb"{\rtf1 a {\field{\*\fldinst { MACROBUTTON NoMacro [Name]}}{\fldrslt }}"
        rb" b {\field{\*\fldinst EQ \\f(1,2)}{\fldrslt }}\par}"
    )
    assert extract(tmp_path / "a.rtf", "a.rtf").sections[0].body == "a [Name] b 1/2"
