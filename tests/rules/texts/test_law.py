"""The reader of the texts: points by citation, days in force, exact numbers, and what it refuses."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from rules.texts.law import NotInForceError, documents, point, read_document, share

HEAD = """
[document]
prefix = "INVENTED"
number = "01-QĐ/X"
title = "Quy định thử"
since = 2024-01-01
checked_on = 2024-01-02
checked_by = { en = "no office", vi = "không ai" }
"""


def read(folder: Path, content: str, head: str = HEAD) -> None:
    path = folder / "invented.toml"
    path.write_text(head + content, encoding="utf-8")
    read_document(path)


def test_a_point_by_its_citation() -> None:
    cited = point("QĐ124:Đ12.1.3")
    assert cited.cite == "QĐ124:Đ12.1.3"
    assert cited.numbers["units_good_min"] == Fraction(7, 10)
    assert cited is documents()["QĐ124"].points["QĐ124:Đ12.1.3"]


@pytest.mark.parametrize("cite", ["QĐ124:Đ20", "QĐ132:Đ1", "QĐ124", "Đ12.1.3", ""])
def test_a_point_missing_in_the_texts_has_no_fallback(cite: str) -> None:
    with pytest.raises(NotInForceError, match="no such point"):
        point(cite)


@pytest.mark.parametrize(
    ("cite", "day", "in_force"),
    [
        ("QĐ124:Đ12.1", date(2023, 10, 3), False),
        ("QĐ124:Đ12.1", date(2023, 10, 4), True),
        ("HD01:5.1", date(2023, 11, 20), False),
        ("HD01:5.1", date(2023, 11, 21), True),
        ("HD01:5.1", date(2030, 1, 1), True),
    ],
)
def test_the_first_day_in_force(cite: str, day: date, in_force: bool) -> None:
    assert point(cite).is_in_force(day) is in_force


def test_a_point_may_have_its_own_days_in_force(tmp_path: Path) -> None:
    path = tmp_path / "invented.toml"
    own = '[points."1"]\ntext = "Một."\nsince = 2024-02-01\nuntil = 2024-02-29\n'
    path.write_text(HEAD + own, encoding="utf-8")
    invented = read_document(path).points["INVENTED:1"]
    days = [date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 29), date(2024, 3, 1)]
    assert [invented.is_in_force(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("70%", Fraction(7, 10)), ("12.5%", Fraction(1, 8)), ("1/3", Fraction(1, 3)), (6, 6)],
)
def test_a_number_is_exact(written: str | int, read_as: Fraction | int) -> None:
    assert share(written) == read_as


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('text = "Một."\nsentence = "Hai."', "INVENTED:1: unknown .*sentence"),
        ('text = "Một."\ncomputed_by = "rules.judgement.quota:check"', "computed_by is a list"),
        ('text = "Một."\nnumbers = ["70%"]', "numbers a table"),
        ('text = "Một."\nsince = "2024"', "dates"),
        ('text = "Một."\nuntil = "2024"', "dates"),
        (
            'text = "Một."\nleft_to = "no office"',
            "INVENTED:1: left_to was 'no office'; .* no such key",
        ),
        ('text = "Một."\nleft_to = ["heading"]', r"left_to was \['heading'\]; .* no such key"),
    ],
)
def test_a_point_that_is_wrongly_written_is_refused(tmp_path: Path, entry: str, fault: str) -> None:
    with pytest.raises((ValueError, TypeError), match=fault):
        read(tmp_path, f'[points."1"]\n{entry}\n')


@pytest.mark.parametrize(
    "checked_by",
    [
        '"no office"',
        '{ en = "no office" }',
        '{ en = "no office", vi = "" }',
        '{ en = "a", vi = "b", fr = "c" }',
    ],
)
def test_a_sentence_is_in_both_languages_and_no_other(tmp_path: Path, checked_by: str) -> None:
    head = HEAD.replace('{ en = "no office", vi = "không ai" }', checked_by)
    with pytest.raises(ValueError, match=r"checked_by: was .*; has a sentence in en and one in vi"):
        read(tmp_path, '[points."1"]\ntext = "Một."\n', head)
