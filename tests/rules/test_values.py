"""Values from text: one strict form each, tried from both sides of every limit."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from unicodedata import normalize

import pytest

from rules.values import (
    DAYS_MAX,
    LINE,
    LINE_CHARACTERS_MAX,
    LINES,
    OLDEST_DOCUMENT,
    TEXT_CHARACTERS_MAX,
    BadValueError,
    in_decimals,
    printed,
    read_day,
    read_day_between,
    read_days_held,
    read_document_day,
    read_optional_text,
    read_quality,
    read_text,
    read_whole_number,
    shown,
)

TODAY = date(2023, 12, 11)
BY_HAND = "Chưa đủ nội dung, đề nghị kiểm điểm lại"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12-KL/TU", "12-KL/TU"),
        (" 12-KL/TU\u00a0", "12-KL/TU"),
        (normalize("NFD", BY_HAND), BY_HAND),
        ("12-Q\u00d0/TU", "12-QĐ/TU"),
        ("12-Q\u0189/TU", "12-QĐ/TU"),
        ("Sở\u00a0Nội\u3000vụ", "Sở Nội vụ"),
        ("a" * LINE_CHARACTERS_MAX, "a" * LINE_CHARACTERS_MAX),
        (normalize("NFD", "ộ" * LINE_CHARACTERS_MAX), "ộ" * LINE_CHARACTERS_MAX),
    ],
)
def test_a_line_is_stored_in_one_form(written: str, read: str) -> None:
    assert read_text(written, LINE) == read


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "\t", "\u200b", "\u3164", "\u2800", "\u0301", "\u00ad", "\ufeff"),
        *("12\r\n13", "12\n13", "12\u202813", "12\t13", "12\x00", "12\x1b[31m"),
        *("12\u202e", "12\u200b", "12\u034f", "12\ufe00", "12\U000e0100", "12\udc80", "12\ue000"),
        "a" * (LINE_CHARACTERS_MAX + 1),
        normalize("NFD", "ộ" * (LINE_CHARACTERS_MAX + 1)),
        "a" * 1_000_000,
    ],
)
def test_a_text_that_is_no_line_is_refused(written: str) -> None:
    with pytest.raises(BadValueError) as refused:
        read_text(written, LINE)
    assert len(refused.value.vi) < 100
    assert len(refused.value.en) < 100


def test_a_text_has_lines_that_end_one_way() -> None:
    assert read_text("một\r\nhai\rba\u2029bốn\n\tnăm\n", LINES) == "một\nhai\nba\nbốn\n\tnăm"
    assert len(read_text("a" * TEXT_CHARACTERS_MAX, LINES)) == TEXT_CHARACTERS_MAX
    with pytest.raises(BadValueError, match="at most 10000"):
        read_text("a" * (TEXT_CHARACTERS_MAX + 1), LINES)
    with pytest.raises(BadValueError, match=r"U\+200B"):
        read_text("một\u200b", LINES)


def test_a_text_that_may_be_left_out_is_empty_and_never_invisible() -> None:
    assert [read_optional_text(one, LINES) for one in ("", " \r\n ", " x ")] == ["", "", "x"]
    with pytest.raises(BadValueError):
        read_optional_text("\u200b", LINES)
    with pytest.raises(BadValueError, match="visible"):
        read_optional_text("\u0301", LINES)


def test_a_document_is_not_dated_after_today_nor_before_any() -> None:
    for day in (OLDEST_DOCUMENT, TODAY):
        assert read_document_day(day, TODAY) == day
    for day in (OLDEST_DOCUMENT - timedelta(1), TODAY + timedelta(1), date.min, date.max):
        with pytest.raises(BadValueError, match="2023-12-11"):
            read_document_day(day, TODAY)


def test_a_day_lies_between_two() -> None:
    first, last = date(2023, 1, 1), TODAY
    assert [read_day_between(day, first, last) for day in (first, last)] == [first, last]
    for day in (first - timedelta(1), last + timedelta(1)):
        with pytest.raises(BadValueError):
            read_day_between(day, first, last)


@pytest.mark.parametrize(
    ("read", "written", "value"),
    [
        (read_day, "2024-02-29", date(2024, 2, 29)),
        (read_whole_number, "0", 0),
        (read_whole_number, "-12", -12),
        (read_whole_number, "9" * 18, 10**18 - 1),
        (read_quality, "0.5", 0.5),
        (read_quality, "1.000", 1.0),
        (read_quality, "0", 0.0),
        (read_days_held, "1.5", Fraction(3, 2)),
        (read_days_held, "1,5", Fraction(3, 2)),
        (read_days_held, "1/2", Fraction(1, 2)),
        (read_days_held, "0.01", Fraction(1, 100)),
        (read_days_held, str(DAYS_MAX), Fraction(DAYS_MAX)),
    ],
)
def test_a_number_has_one_form(read: Callable[[str], object], written: str, value: object) -> None:
    assert read(written) == value


@pytest.mark.parametrize(
    ("read", "written"),
    [
        *((read_day, text) for text in ("", "2023-02-30", "20231211", "2023-W50-1", "11/12/2023")),
        *((read_day, text) for text in ("２０２３-12-11", "0000-01-01", "2023-12-11 ", "2023-1-1")),
        *(
            (read_whole_number, text)
            for text in ("", "-", "+1", "--1", "1_0", " 1", "１", "1" * 19)
        ),
        *((read_quality, text) for text in ("nan", "1e999", "inf", "1.5", "-0", "", "0.1234", "2")),
        *(
            (read_days_held, text)
            for text in ("", "0", "0.0", "-1", "1e1", "1_0", " 1.5 ", "１.５")
        ),
        *(
            (read_days_held, text)
            for text in ("1e20000000", "1e-4000000", "1/0", "1/", "nan", "1/02")
        ),
        *(
            (read_days_held, text)
            for text in ("366.01", "367", "9" * 1_000_000, "1.123", "0/5", ".5")
        ),
    ],
)
def test_a_number_of_another_form_is_refused(read: Callable[[str], object], written: str) -> None:
    with pytest.raises(BadValueError):
        read(written)


def test_a_refused_text_is_quoted_in_part() -> None:
    assert shown("a\u202eb") == "'a\\u202eb'"
    assert shown(7) == "'7'"
    assert shown("x" * 1_000_000) == f"'{'x' * 40}'…"


def test_a_fraction_is_written_with_decimals() -> None:
    assert in_decimals(Fraction(3, 2)) == "1.5"
    assert in_decimals(Fraction(366)) == "366"


def test_control_and_invisible_characters_are_printed_as_escapes() -> None:
    assert printed("Sở Y tế") == "Sở Y tế"
    assert printed("a\nb\x1b[1m\u200b\u3164") == "a\\u000ab\\u001b[1m\\u200b\\u3164"
    assert printed("\ud800\U000e0001") == "\\ud800\\udb40\\udc01"
    assert (printed("abc", 3), printed("abcd", 3)) == ("abc", "abc…")
