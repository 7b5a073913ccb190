"""Decisions: who may, who may not, and the one fact that is missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.decisions import Decision, Missing, Request, RoleOnSubject, Seat, decide
from authz.reading import Effect, load_policy, policy_of, read_rows
from rules.authority import CLASSES, RATERS
from rules.words import Act

POLICY = load_policy()
TEXT = "\n".join(
    f"p, {row.rater}, {row.act}, {row.cls}, {row.scope}, {row.effect}, {row.clause}"
    for row in POLICY.rows
)


def asked(
    act: Act, classes: set[str], *roles: tuple[str, Seat, bool], is_self: bool = False
) -> Decision:
    held = frozenset(RoleOnSubject(*role) for role in roles)
    return decide(POLICY, Request(act, frozenset(classes), held, is_self))


DISTRICT = "district_standing_committee"
MEMBER = {"district_standing_committee_member"}


def test_the_chair_rates_in_the_own_district() -> None:
    found = asked(Act.RATE, MEMBER, (DISTRICT, Seat.CHAIR, True))
    assert found.allowed
    assert found.row
    assert found.row.clause == "HD01:6.2.4"
    assert found.role == RoleOnSubject(DISTRICT, Seat.CHAIR, in_scope=True)
    assert found.missing is None


@pytest.mark.parametrize(
    ("act", "classes", "role", "missing"),
    [
        (Act.RATE, MEMBER, (DISTRICT, Seat.CHAIR, False), Missing.OTHER_PLACE),
        (Act.RATE, MEMBER, (DISTRICT, Seat.MEMBER, True), Missing.OTHER_SEAT),
        (Act.RATE, MEMBER, (DISTRICT, Seat.COMPILING, True), Missing.OTHER_SEAT),
        (Act.RATE, MEMBER, ("panel_6_2_3", Seat.CHAIR, True), Missing.NOT_THE_RATER),
        (Act.RATE, set(), (DISTRICT, Seat.CHAIR, True), Missing.NO_CLAUSE),
        (Act.ANSWER_APPEAL, set(), (DISTRICT, Seat.CHAIR, True), Missing.NO_CLAUSE),
        (
            Act.RATE,
            MEMBER | {"provincial_committee_member"},
            (DISTRICT, Seat.CHAIR, True),
            Missing.OUTWEIGHED,
        ),
        (
            Act.RATE,
            {"centrally_managed"},
            ("provincial_standing_committee", Seat.CHAIR, True),
            Missing.OUTWEIGHED,
        ),
        (Act.DELEGATE, MEMBER, (DISTRICT, Seat.CHAIR, True), Missing.NO_CLAUSE),
    ],
)
def test_a_refusal_names_the_one_fact_that_is_missing(
    act: Act, classes: set[str], role: tuple[str, Seat, bool], missing: Missing
) -> None:
    found = asked(act, classes, role)
    assert not found.allowed
    assert found.missing is missing
    assert found.role is None
    if missing in {Missing.OTHER_PLACE, Missing.OTHER_SEAT, Missing.NOT_THE_RATER}:
        assert found.nearest
        assert found.nearest.effect is Effect.ALLOW


@pytest.mark.parametrize("act", [Act.RATE, Act.APPRAISE, Act.ANNUL, Act.ANSWER_APPEAL])
def test_nobody_does_it_to_oneself(act: Act) -> None:
    found = asked(act, MEMBER, (DISTRICT, Seat.CHAIR, True), is_self=True)
    assert found.missing is Missing.ONESELF


def test_the_subject_rates_itself_appeals_and_reads_its_file() -> None:
    for act in (Act.SELF_RATE, Act.APPEAL, Act.READ_FILE):
        assert asked(act, MEMBER, is_self=True).allowed
        assert not asked(act, MEMBER).allowed


def test_the_compiling_office_appraises_compiles_and_reads() -> None:
    role = (DISTRICT, Seat.COMPILING, True)
    allowed = {act for act in Act if asked(act, MEMBER, role).allowed}
    assert allowed == {Act.APPRAISE, Act.COMPILE, Act.READ_FILE, Act.READ_LEVEL}


def test_a_member_of_the_panel_reads_the_file_and_decides_nothing() -> None:
    role = (DISTRICT, Seat.MEMBER, True)
    allowed = {act for act in Act if asked(act, MEMBER, role).allowed}
    assert allowed == {Act.READ_FILE, Act.READ_LEVEL}


def test_the_level_is_public_to_whoever_is_signed_in_and_the_file_is_not() -> None:
    assert asked(Act.READ_LEVEL, MEMBER).allowed
    assert not asked(Act.READ_FILE, MEMBER).allowed


def test_the_managed_are_appraised_though_nobody_rates_them() -> None:
    role = ("provincial_standing_committee", Seat.CHAIR, True)
    found = asked(Act.APPRAISE, {"centrally_managed"}, role)
    assert found.allowed
    assert found.row
    assert found.row.clause == "HD01:6.1:+"


roles = st.builds(
    RoleOnSubject,
    st.sampled_from(sorted(RATERS)),
    st.sampled_from(list(Seat)),
    st.booleans(),
)
requests = st.builds(
    Request,
    st.sampled_from(list(Act)),
    st.frozensets(st.sampled_from(sorted(CLASSES)), max_size=3),
    st.frozensets(roles, max_size=3),
    st.booleans(),
)


@given(requests)
def test_a_cached_answer_is_the_answer(request: Request) -> None:
    assert decide(POLICY, request) == decide.__wrapped__(POLICY, request)


@given(requests)
def test_yes_needs_a_row_and_one_deny_outweighs_it(request: Request) -> None:
    found = decide(POLICY, request)
    denied = any(row.effect is Effect.DENY for row in found.matching)
    assert found.allowed == (found.row is not None and found.row.effect is Effect.ALLOW)
    assert not (found.allowed and denied)
    assert found.allowed == (found.missing is None)


@given(requests, st.sampled_from(sorted(RATERS)), st.sampled_from(sorted(CLASSES)))
def test_adding_a_deny_never_adds_a_right(request: Request, rater: str, cls: str) -> None:
    row = f"p, {rater}, {request.act}, {cls}, province, deny, HD01:6.2"
    stricter = policy_of(f"{TEXT}\n{row}") if row not in TEXT else POLICY
    assert decide(POLICY, request).allowed or not decide.__wrapped__(stricter, request).allowed


def test_the_text_written_from_the_rows_is_the_policy() -> None:
    assert read_rows(TEXT, "text") == list(POLICY.rows)
