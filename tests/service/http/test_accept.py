"""One parser for the three headers that name what a client accepts, with weights."""

import pytest
from hypothesis import given, strategies as st

from service.http.accept import weighted_names
from service.http.language import language_of
from service.http.middleware import accepts_gzip


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("application/json", [("application/json", 1.0)]),
        ("Text/HTML ; Q=0.8 , */*;q=0", [("text/html", 0.8), ("*/*", 0.0)]),
        ("gzip;q=1.000, br;q=0.001", [("gzip", 1.0), ("br", 0.001)]),
        ("a/b;version=2;q=0.5", [("a/b", 0.5)]),
        ("vi-VN, en;q=0.9", [("vi-vn", 1.0), ("en", 0.9)]),
        ("", [("", 1.0)]),
    ],
)
def test_names_are_in_order_and_in_lower_case_with_their_weights(
    field: str, names: list[tuple[str, float]]
) -> None:
    assert list(weighted_names(field)) == names


@pytest.mark.parametrize(
    "weight", ["", "much", "-1", "2", "1.001", "0.0001", "1e0", "nan", "inf", "0,5", "٠", '"1"']
)
def test_a_malformed_weight_refuses_its_name_in_each_header(weight: str) -> None:
    assert ("en", 0.0) in weighted_names(f"en;q={weight}")
    assert language_of(f"en;q={weight}") == "vi"
    raw = f"gzip;q={weight}".encode()
    assert not accepts_gzip({"headers": [(b"accept-encoding", raw)]})


@pytest.mark.parametrize("form", ["en;q=0.5", "en; q=0.5", "en ;q=0.5", "EN;Q=0.5", "en;\tq=0.5"])
def test_blanks_and_capitals_around_a_weight_change_nothing(form: str) -> None:
    assert weighted_names(form) == (("en", 0.5),)
    assert language_of(f"{form}, vi;q=0.4") == "en"
    assert language_of(f"{form}, vi;q=0.6") == "vi"


@given(st.text())
def test_any_text_is_parsed_and_no_weight_is_out_of_its_range(field: str) -> None:
    names = weighted_names(field)
    assert len(names) == field.count(",") + 1
    assert all(0 <= weight <= 1 for _, weight in names)
