"""Answers are in Vietnamese, or in English for a client that prefers it."""

import pytest
from hypothesis import given, strategies as st

from service.http.language import language_of


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "vi"),
        ("", "vi"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("EN-us", "en"),
        ("vi,en;q=0.5", "vi"),
        ("en;q=0.5,vi;q=0.4", "en"),
        ("en,vi", "vi"),
        ("fr,de", "vi"),
        ("fr, en;q=0.1", "en"),
        ("en;q=0", "vi"),
        ("en;q=much", "vi"),
        ("*", "vi"),
        ("english", "vi"),
    ],
)
def test_the_language_of_a_header(header: str | None, language: str) -> None:
    assert language_of(header) == language


@given(st.text())
def test_any_header_has_one(header: str) -> None:
    assert language_of(header) in {"vi", "en"}
