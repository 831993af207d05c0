"""Numbers and texts as Excel shows them by their formats: units, scale, thousands, exponents, fractions, durations."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.extract.formats import extract
from materials_cli.extract.numbers import shown, text_shown

ORIGIN = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no zone
BY_SIZE = '[<1000]0;[<1000000]0.0," тыс.";0.0,," млн"'
ACCOUNTING = r'_-* #,##0.00\ _₽_-;\-* #,##0.00\ _₽_-;_-* "-"??\ _₽_-;_-@_-'


@pytest.mark.parametrize(("code", "value", "text"), [
    ('0.0,," млн"', 1_234_567, "1.2 млн"), ('# ##0 "чел."', 12_345, "12 345 чел."),
    ('#,##0" чел."', 1_234_567, "1,234,567 чел."),
    ("#,##0,", 1_234_567, "1,235"), ("0,000", 5, "0,005"), ("00000", 42, "00042"), ("000-00-00", 1_234_567, "123-45-67"),
    ("[h]:mm", 1.5, "36:00"), ("[mm]:ss", 0.01, "14:24"), ("mm:ss.0", 0.0001, "00:08.6"), ("[h]", 2.0, "48"),
    ("# ?/?", 1.5, "1 1/2"), ("# ??/??", 0.333, "1/3"), ("# ?/8", 2.25, "2 2/8"), ("?/?", 1.5, "3/2"), ("# ?/?", 3.0, "3"),
    ("# ?/?", 2.99, "3"), ('0" км"/"ч"', 60, "60 км/ч"),
    ("# ?/10", 1.05, "1 1/10"),
    ("0.00E+00", 12_345, "1.23E+04"), ("0.00E+00", 0.00012, "1.20E-04"), ("0.00E+00", 9.999, "1.00E+01"),
    ("##0.0E+0", 12_345, "12.3E+3"), ("0E-0", 12_345, "1E4"), ("0.0E+0", 0, "0.0E+0"),
    (BY_SIZE, 500, "500"), (BY_SIZE, 5500, "5.5 тыс."), (BY_SIZE, 5_500_000, "5.5 млн"), (BY_SIZE, -5, "-5"),
    ('[=0]"нет";0" шт."', 0, "нет"), ('[=0]"нет";0" шт."', -4, "-4 шт."),
    ("0.00", 0.125, "0.13"), ("0.00", -1.005, "-1.01"), ("0", -0.2, "0"), ("0.0##", 1.5, "1.5"), ("#.##", 0.5, ".5"),
    (".00", 12.345, "12.35"), ("#", 0, ""), ("#", 12.5, "13"), ("#", 0.2, ""),
    ("#%", 0.004, "%"), ("??0.0", 5.25, "5.3"), ("0%", 0.155, "16%"), ("0.0%", -0.1, "-10.0%"),
    ("#,##0.00;(#,##0.00)", -1234.5, "(1,234.50)"), (ACCOUNTING, 1234.5, "1,234.50"),
    (ACCOUNTING, -2, "-2.00"), (ACCOUNTING, 0, "-"),
    (r"#,##0.00\ [$₽-419]", 1234.5, "1,234.50 ₽"), ("[$€-407] #,##0", 5, "€ 5"), ("+0;-0", 5, "+5"), ("0;-0;;@", 0, ""),
    ('General" kg"', 2.5, "2.5 kg"), ("@", 5, "5"), ("0;[Red]@", -5, "-5"), ("0°", 5, "5°"), ("", 1e300, "1e+300"),
    ("0.00", float("inf"), "inf"), ("0" * 300, 1, "1"), ("h:mm;@", 0.5, "12:00"),
])  # fmt: skip
def test_a_number_is_shown_with_its_unit_and_scale(code: str, value: float, text: str) -> None:
    assert shown(float(value), code, ORIGIN) == text


@pytest.mark.parametrize(("code", "text"), [
    ("d mmmm yyyy", "20 June 2025"), ("[$-419]d mmmm yyyy", "20 июня 2025"),
    (r"[$-FC19]dd\ mmmm\ yyyy\ \г\.;@", "20 июня 2025 г."),
    (r"[$-419]mmmm\ yyyy;@", "июнь 2025"), ("[$-419]dd-mmm-yy", "20-июн-25"), ("[$-409]mmm-yy", "Jun-25"), ("mmmmm", "J"),
    ("[$-F800]dddd, mmmm dd, yyyy", "Friday, June 20, 2025"), ("ddd d.m", "Fri 20.6"), ("[$-419]dddd", "пятница"),
    ("[$-419]ddd", "Пт"), ("h:mm A/P", "6:00 P"), ("h:mm am/pm", "6:00 PM"),
])  # fmt: skip
def test_a_date_is_shown_with_the_names_of_its_language(code: str, text: str) -> None:
    assert shown(45828.75, code, ORIGIN) == text


@pytest.mark.parametrize("code", [";;;", ";;;@", "[Red];;", '[<20]"";0', "0.0;;", "[Red][>5];;"])
def test_what_a_format_hides_is_told_unless_it_is_zero(code: str) -> None:
    assert shown(-12.5, code, ORIGIN) == "-12.5"
    assert shown(0.0, code, ORIGIN) in {"", "0"}


@pytest.mark.parametrize(("code", "text"), [
    ('0;-0;;"г. "@', "г. Ош"), ("@", "Ош"), ("@*.", "Ош"), ("0", "Ош"), ('"@"0', "Ош"), ('@", UZ"', "Ош, UZ"), ("_-@_-", "Ош"),
    (r"[Red]@\!", "Ош!"), (ACCOUNTING, "Ош"),
])  # fmt: skip
def test_a_text_is_shown_with_what_its_format_puts_around_it(code: str, text: str) -> None:
    assert text_shown("Ош", code) == text


@given(st.floats(-1e12, 1e12), st.integers(0, 6))
def test_decimals_are_rounded_as_on_paper(value: float, places: int) -> None:
    exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    told = shown(value, f"#,##0.{'0' * places}" if places else "#,##0", ORIGIN)
    assert Decimal(told.replace(",", "")) == exact
    assert all(len(group) == 3 for group in told.partition(".")[0].split(",")[1:])


@given(st.floats(allow_nan=False), st.text('0#?.,/%E+-@;"\\_*[]<>=$hmsydGneral мл5 ', max_size=40))
def test_no_format_is_too_odd_for_a_number(value: float, code: str) -> None:
    assert isinstance(shown(value, code, ORIGIN), str)
    assert isinstance(text_shown("text", code), str)


def test_a_workbook_shows_them(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.append([1_234_567, 1.5, "Ош"])
    for cell, code in zip(made.active[1], ('0.0,," млн"', "[h]:mm", '0;-0;;"г. "@'), strict=True):
        cell.number_format = code
    made.save(tmp_path / "a.xlsx")
    assert extract(tmp_path / "a.xlsx", "a.xlsx").sections[0].body == "1.2 млн\t36:00\tг. Ош"
