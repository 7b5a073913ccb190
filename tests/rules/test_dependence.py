"""Whose level uses whose: levels flow upward and never in a circle."""

from typing import Any

import pytest

from rules.dependence import CircleError, Link, Use, computing_order, to_be_reviewed
from tests.rules.procedure_sheets import cases, name_of

SHEET = cases("dependence", "link")
LINKS = [Link(case["user"], case["used"], Use(case["use"])) for case in SHEET]


@pytest.mark.parametrize("case", SHEET, ids=name_of)
def test_each_use_has_its_clause(case: dict[str, Any]) -> None:
    use = Use(case["use"])
    assert use.clause == case["clause"]
    assert use.vi != use.en


def test_the_sheet_has_every_use() -> None:
    assert {case["use"] for case in SHEET} == set(Use)


@pytest.mark.parametrize("case", cases("dependence"), ids=name_of)
def test_direct_users_are_marked_with_the_reason(case: dict[str, Any]) -> None:
    marks = to_be_reviewed(case["changed"], LINKS)
    assert [[mark.appraisal, mark.because_of] for mark in marks] == case["marked"]
    uses = {(link.user, link.used): link.use for link in LINKS}
    assert all(mark.use is uses[mark.appraisal, mark.because_of] for mark in marks)


def test_each_is_computed_after_all_that_it_uses() -> None:
    order = computing_order(reversed(LINKS))
    assert set(order) == {name for link in LINKS for name in (link.user, link.used)}
    for link in LINKS:
        assert order.index(link.used) < order.index(link.user)


def test_nothing_to_compute() -> None:
    assert computing_order([]) == ()


def test_a_circle_is_refused_and_named() -> None:
    circle = [*LINKS, Link("member", "organisation", Use.COLLECTIVE_OF_MEMBER)]
    with pytest.raises(CircleError) as refusal:
        computing_order(circle)
    assert set(str(refusal.value).split(" -> ")) == {"cell", "organisation", "member"}
