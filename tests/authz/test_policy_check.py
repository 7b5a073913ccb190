"""Finds rows of a readable policy that have no effect, by kind; the shipped policy has none."""

from collections.abc import Iterator
from itertools import product

import pytest

from authz.decision import Request, decide
from authz.policy_check import RemarkKind, check, described
from authz.policy_file import Policy, load_policy, policy_of
from authz.role import ACTS_OF_SEAT, DELEGABLE, RoleOnSubject, Seat
from rules.authority import (
    AUTHORITY_SHOWS_IN,
    MANAGING_COLLECTIVE,
    RATERS,
    SUBJECT,
    WITHOUT_PLACE,
    with_derived,
)
from rules.enums import Act

TEXT = load_policy().text
DEPUTY = "party_agency_deputy"
BASE = f"p, panel_6_2_1, rate, {DEPUTY}, province, allow, HD01:6.2.1:b\n"


def faults(text: str) -> list[tuple[RemarkKind, str]]:
    return [(one.kind, one.sentence) for one in check(policy_of(text)) if one.is_fault]


def kinds(*rows: str) -> list[RemarkKind]:
    """The faults of the shipped policy with additional rows."""
    return [kind for kind, _ in faults(TEXT + "".join(f"{row}\n" for row in rows))]


def test_the_shipped_policy_says_what_the_law_says() -> None:
    (only,) = check(load_policy())
    assert (only.kind, only.about, only.is_fault) == (
        RemarkKind.NOBODY_MAY_RATE,
        "centrally_managed",
        False,
    )
    assert "anybody, rate, centrally_managed, province, deny, HD01:6.1:+" in only.sentence


def test_a_class_without_any_row_is_named() -> None:
    without = "\n".join(line for line in TEXT.splitlines() if "district_vice_chair" not in line)
    named = {one.about: one.sentence for one in check(policy_of(without))}
    assert named.keys() == {"centrally_managed", "district_vice_chair"}
    assert named["district_vice_chair"].endswith("nobody may rate it; no clause gives it")


@pytest.mark.parametrize(
    "row",
    [
        f"p, panel_6_2_1, appeal, {DEPUTY}, province, allow, HD01:6.2.1:b",
        f"p, panel_6_2_1, read_level, {DEPUTY}, province, allow, HD01:6.2.1:b",
        f"p, panel_6_2_1, self_rate, {DEPUTY}, own, allow, HD01:6.2.1:b",
        "p, competent_authority, read_level, any, province, allow, QĐ124:Đ15.2",
        "p, direct_superior, self_rate, any, province, allow, QĐ124:Đ13.3",
        f"p, subject, rate, {DEPUTY}, province, allow, QĐ124:Đ11.2",
        "p, subject, annul, any, province, allow, QĐ124:Đ11.2",
        "p, subject, compile, district_standing_committee, province, allow, QĐ124:Đ11.2",
    ],
)
def test_a_row_that_can_never_match_is_named(row: str) -> None:
    assert kinds(row) == [RemarkKind.NEVER_MATCHES]


@pytest.mark.parametrize(
    "row",
    [
        f"p, panel_6_2_1, annul, {DEPUTY}, province, allow, HD01:6.2.1:b",
        f"p, subject, delegate, {DEPUTY}, province, allow, QĐ124:Đ11.2",
        f"p, managing_collective, rate, {DEPUTY}, province, allow, QĐ124:Đ15.2",
        "p, signed_in, appeal, any, province, allow, QĐ124:Đ15.2",
        f"p, panel_6_2_1, appeal, {DEPUTY}, province, deny, HD01:6.2.1:b",
    ],
)
def test_a_row_that_may_match_is_not(row: str) -> None:
    assert kinds(row) == []


def test_an_authority_without_a_holder_never_matches() -> None:
    annul = "p, competent_authority, annul, any, province, allow, QĐ124:Đ15.3\n"
    deny = f"p, anybody, rate, {DEPUTY}, province, deny, HD01:6.2.1:b\n"
    assert [kind for kind, _ in faults(annul)] == [RemarkKind.NEVER_MATCHES]
    assert [kind for kind, _ in faults(annul + BASE)] == []
    assert [kind for kind, _ in faults(annul + BASE + deny)] == [
        RemarkKind.NEVER_MATCHES,
        RemarkKind.SHADOWED,
    ]
    by_itself = BASE.replace("panel_6_2_1", "signed_in")
    assert [kind for kind, _ in faults(annul + by_itself)] == [RemarkKind.NEVER_MATCHES]


@pytest.mark.parametrize(
    ("allow", "deny", "is_shadowed"),
    [
        ("panel_6_2_1, rate, CLS, province", "panel_6_2_1, rate, CLS, province", True),
        ("panel_6_2_1, rate, CLS, own", "panel_6_2_1, rate, CLS, province", True),
        ("panel_6_2_1, rate, CLS, own", "panel_6_2_1, rate, CLS, own", True),
        ("panel_6_2_1, rate, CLS, province", "panel_6_2_1, rate, CLS, own", False),
        ("panel_6_2_1, rate, CLS, province", "anybody, rate, CLS, province", True),
        ("panel_6_2_1, rate, CLS, province", "anybody, rate, any, province", True),
        ("panel_6_2_1, rate, any, province", "anybody, rate, CLS, province", False),
        ("panel_6_2_1, rate, any, province", "anybody, rate, any, province", True),
        ("panel_6_2_1, rate, CLS, province", "panel_6_2_2, rate, CLS, province", False),
        ("panel_6_2_1, rate, CLS, province", "panel_6_2_1, compile, CLS, province", False),
        ("panel_6_2_1, rate, CLS, province", "anybody, rate, covered_by_6_1, province", False),
        (
            "panel_6_2_1, rate, department_head, province",
            "panel_6_2_1, rate, covered_by_6_1, province",
            True,
        ),
        (
            "panel_6_2_1, rate, covered_by_6_1, province",
            "panel_6_2_1, rate, department_head, province",
            False,
        ),
    ],
)
def test_an_allow_that_one_deny_always_outweighs_is_shadowed(
    allow: str, deny: str, *, is_shadowed: bool
) -> None:
    rows = [f"p, {allow}, allow, HD01:6.2", f"p, {deny}, deny, HD01:6.2"]
    shadowed = faults("\n".join(rows).replace("CLS", DEPUTY))
    assert [kind for kind, _ in shadowed] == [RemarkKind.SHADOWED] * is_shadowed
    assert all(": it is always outweighed by: " in sentence for _, sentence in shadowed)


def requests(rater: str, act: Act, cls: str) -> Iterator[Request]:
    """Requests with every role and relation to a subject of one class that can match `rater`."""
    classes = frozenset({cls})
    seated = {rater, "panel_6_2_1", "bloc_standing_committee"} - WITHOUT_PLACE
    acts = {**ACTS_OF_SEAT, Seat.DELEGATE: DELEGABLE | {Act.READ_FILE}}
    for word, (seat, seat_acts), superior in product(seated, acts.items(), (False, True)):
        reach = classes if seat is Seat.DELEGATE else None
        own = with_derived(classes)
        role = RoleOnSubject(word, seat, own, frozenset(seat_acts), reach, is_superior=superior)
        yield Request(act, classes, frozenset({role}))
    for word in (SUBJECT, MANAGING_COLLECTIVE):
        yield Request(act, classes, frozenset(), frozenset({word}))


def can_match(policy: Policy, rater: str, act: Act, cls: str) -> bool:
    decisions = [decide(policy, decision) for decision in requests(rater, act, cls)]
    return any(
        decision.row is not None and decision.row.rater == rater
        for decision in decisions
        if decision.allowed
    )


@pytest.mark.parametrize("rater", sorted(RATERS))
def test_a_row_is_named_exactly_when_no_decision_can_stand_on_it(rater: str) -> None:
    """Tries each row with every kind of actor."""
    for act, (row_cls, cls) in product(
        Act, [(DEPUTY, DEPUTY), ("any", "department_head"), ("department_head", "department_head")]
    ):
        if rater in {"anybody", "other_member"}:
            continue
        if rater == "competent_authority" and (row_cls != "any" or act in AUTHORITY_SHOWS_IN):
            continue
        row = f"p, {rater}, {act}, {row_cls}, province, allow, HD01:6.2"
        base = f"p, panel_6_2_1, rate, {cls}, province, allow, HD01:6.2.1:b"
        policy = policy_of(f"{row}\n{base}")
        never = [one.about for one in check(policy) if one.kind is RemarkKind.NEVER_MATCHES]
        assert bool(never) is not can_match(policy, rater, act, cls), row
        assert never in ([], [policy.rows[0]])
        assert described(policy.rows[0]) == row.removeprefix("p, ")
