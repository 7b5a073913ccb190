"""Decisions: permission, refusal, and the missing fact of a refusal."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from authz.decision import Decision, MissingRight, Request, decide
from authz.policy_file import Effect, load_policy, policy_of
from authz.role import ACTS_OF_SEAT, DELEGABLE, RoleOnSubject, Seat
from rules.authority import (
    DECISIONS_OF_A_PANEL,
    MANAGING_COLLECTIVE,
    OTHER_MEMBER,
    SUBJECT,
    with_derived,
)
from rules.enums import Act

POLICY = load_policy()
DISTRICT = "district_standing_committee"
COMMITTEE = "provincial_standing_committee"
PANEL = "panel_6_2_3"
MEMBER = {"district_standing_committee_member"}
UNIT_LEADER = {"other_provincial_unit_leader"}


def seat(rater: str, seat: Seat, own: Iterable[str] | None = MEMBER) -> RoleOnSubject:
    """A seat on a rater; `own` are the classes in its place, None if the subject is outside."""
    here = frozenset() if own is None else with_derived(frozenset(own))
    return RoleOnSubject(rater, seat, here, ACTS_OF_SEAT[seat])


def delegate(
    reach: Iterable[str] = UNIT_LEADER,
    acts: Iterable[Act] = DELEGABLE,
    *,
    is_in_force: bool = True,
) -> RoleOnSubject:
    """The role of a delegate of the panel of 6.2.3, relative to the leader of a unit."""
    return RoleOnSubject(
        PANEL,
        Seat.DELEGATE,
        with_derived(frozenset(UNIT_LEADER)),
        frozenset(acts) | {Act.READ_FILE},
        frozenset(reach),
        is_in_force,
    )


def decision_on(
    act: Act,
    classes: Iterable[str],
    *roles: RoleOnSubject,
    relations: Iterable[str] = (),
    has_proposed: bool = False,
) -> Decision:
    request = Request(act, frozenset(classes), frozenset(roles), frozenset(relations), has_proposed)
    return decide(POLICY, request)


def test_the_chair_rates_in_the_own_district() -> None:
    chair = seat(DISTRICT, Seat.CHAIR)
    decision = decision_on(Act.RATE, MEMBER, chair)
    assert decision.allowed
    assert decision.row
    assert decision.row.clause == "HD01:6.2.4"
    assert decision.role == chair
    assert decision.missing is None
    assert decision.matching == (decision.row,)


@pytest.mark.parametrize(
    ("act", "classes", "role", "missing"),
    [
        (Act.RATE, MEMBER, seat(DISTRICT, Seat.CHAIR, None), MissingRight.OTHER_PLACE),
        (Act.RATE, MEMBER, seat(DISTRICT, Seat.MEMBER), MissingRight.OTHER_SEAT),
        (Act.RATE, MEMBER, seat(DISTRICT, Seat.COMPILING), MissingRight.OTHER_SEAT),
        (Act.RATE, MEMBER, seat(PANEL, Seat.CHAIR), MissingRight.NOT_THE_RATER),
        (Act.RATE, set(), seat(DISTRICT, Seat.CHAIR, ()), MissingRight.NO_CLAUSE),
        (Act.ANSWER_APPEAL, set(), seat(DISTRICT, Seat.CHAIR, ()), MissingRight.NO_CLAUSE),
        (Act.DELEGATE, MEMBER, seat(DISTRICT, Seat.CHAIR), MissingRight.NO_CLAUSE),
        (Act.REQUIRE_REREVIEW, MEMBER, seat(DISTRICT, Seat.CHAIR), MissingRight.NOT_THE_RATER),
        (
            Act.RATE,
            MEMBER | {"provincial_committee_member"},
            seat(DISTRICT, Seat.CHAIR, MEMBER),
            MissingRight.OUTWEIGHED,
        ),
        (
            Act.RATE,
            {"centrally_managed"},
            seat(COMMITTEE, Seat.CHAIR, {"centrally_managed"}),
            MissingRight.OUTWEIGHED,
        ),
        (Act.RATE, UNIT_LEADER, delegate(is_in_force=False), MissingRight.DELEGATION_NOT_IN_FORCE),
        (Act.RATE, UNIT_LEADER, delegate(acts={Act.APPRAISE}), MissingRight.NOT_DELEGATED),
        (Act.RATE, UNIT_LEADER, delegate(reach=()), MissingRight.NOT_DELEGATED),
        (
            Act.RATE,
            UNIT_LEADER,
            delegate(acts={Act.APPRAISE}, is_in_force=False),
            MissingRight.NOT_DELEGATED,
        ),
    ],
)
def test_a_refusal_names_the_one_fact_that_is_missing(
    act: Act, classes: set[str], role: RoleOnSubject, missing: MissingRight
) -> None:
    decision = decision_on(act, classes, role)
    assert not decision.allowed
    assert decision.missing is missing
    assert decision.role is None
    if missing not in {MissingRight.NO_CLAUSE, MissingRight.OUTWEIGHED}:
        assert decision.nearest
        assert decision.nearest.effect is Effect.ALLOW


def test_the_nearest_row_is_of_a_rater_of_the_actor_or_else_of_the_competent_rater() -> None:
    classes = {"party_agency_deputy", "provincial_committee_member"}
    decision = decision_on(Act.RATE, classes, seat("panel_6_2_1", Seat.MEMBER, classes))
    assert decision.nearest
    assert decision.nearest.rater == "panel_6_2_1"
    decision = decision_on(Act.RATE, classes)
    assert decision.nearest
    assert decision.nearest.rater == COMMITTEE
    assert decision_on(Act.RATE, set()).nearest is None


@pytest.mark.parametrize(
    ("act", "held"),
    [
        (Act.RATE, Seat.CHAIR),
        (Act.APPRAISE, Seat.CHAIR),
        (Act.APPRAISE, Seat.COMPILING),
        (Act.COMPILE, Seat.COMPILING),
        (Act.ANNUL, Seat.CHAIR),
        (Act.ANSWER_APPEAL, Seat.CHAIR),
    ],
)
def test_an_act_on_oneself_or_on_the_body_led_is_denied(act: Act, held: Seat) -> None:
    assert decision_on(act, MEMBER, seat(DISTRICT, held)).allowed
    refused = decision_on(act, MEMBER, seat(DISTRICT, held), relations={SUBJECT})
    assert refused.missing is MissingRight.ONESELF


def test_the_proposer_may_not_record_the_decision() -> None:
    chair = seat(DISTRICT, Seat.CHAIR)
    decision = decision_on(Act.RATE, MEMBER, chair, has_proposed=True)
    assert decision.missing is MissingRight.OWN_PROPOSAL
    assert decision_on(Act.ANSWER_APPEAL, MEMBER, chair, has_proposed=True).allowed


def test_the_subject_rates_itself_appeals_and_reads_its_file() -> None:
    for act in (Act.SELF_RATE, Act.APPEAL, Act.READ_FILE):
        assert decision_on(act, MEMBER, relations={SUBJECT}).allowed
        assert not decision_on(act, MEMBER).allowed


def test_the_managing_head_may_only_read_the_file() -> None:
    allowed = {
        act for act in Act if decision_on(act, MEMBER, relations={MANAGING_COLLECTIVE}).allowed
    }
    assert allowed == {Act.READ_FILE, Act.READ_LEVEL}


def test_the_direct_superior_has_it_reviewed_again_and_annuls() -> None:
    above = RoleOnSubject(
        COMMITTEE, Seat.CHAIR, with_derived(frozenset()), ACTS_OF_SEAT[Seat.CHAIR], is_superior=True
    )
    allowed = {act for act in Act if decision_on(act, MEMBER, above).allowed}
    assert allowed == {Act.REQUIRE_REREVIEW, Act.ANNUL, Act.READ_FILE, Act.READ_LEVEL}
    decision = decision_on(Act.ANNUL, MEMBER, above)
    assert decision.row
    assert decision.row.clause == "QĐ124:Đ13.3"


def test_the_compiling_office_appraises_compiles_and_reads() -> None:
    allowed = {
        act for act in Act if decision_on(act, MEMBER, seat(DISTRICT, Seat.COMPILING)).allowed
    }
    assert allowed == {Act.APPRAISE, Act.COMPILE, Act.READ_FILE, Act.READ_LEVEL}


def test_a_member_of_the_panel_reads_the_file_and_decides_nothing() -> None:
    allowed = {act for act in Act if decision_on(act, MEMBER, seat(DISTRICT, Seat.MEMBER)).allowed}
    assert allowed == {Act.READ_FILE, Act.READ_LEVEL}


def test_a_delegate_does_what_was_delegated() -> None:
    decision = decision_on(Act.RATE, UNIT_LEADER, delegate())
    assert decision.allowed
    assert decision.role
    assert decision.role.seat is Seat.DELEGATE
    allowed = {act for act in Act if decision_on(act, UNIT_LEADER, delegate()).allowed}
    assert allowed == {Act.APPRAISE, Act.RATE, Act.READ_FILE, Act.READ_LEVEL}


def test_a_delegate_has_no_more_than_the_panel() -> None:
    both = UNIT_LEADER | {"provincial_committee_member"}
    assert decision_on(Act.RATE, both, delegate()).missing is MissingRight.OUTWEIGHED


def test_signed_in_callers_may_read_the_level_and_not_the_file() -> None:
    assert decision_on(Act.READ_LEVEL, MEMBER).allowed
    assert decision_on(Act.READ_FILE, MEMBER).missing is MissingRight.NOT_THE_RATER


def test_managed_subjects_without_a_rater_are_appraised() -> None:
    chair = seat(COMMITTEE, Seat.CHAIR, {"centrally_managed"})
    decision = decision_on(Act.APPRAISE, {"centrally_managed"}, chair)
    assert decision.allowed
    assert decision.row
    assert decision.row.clause == "HD01:6.1:+"
    assert decision_on(Act.READ_FILE, {"centrally_managed"}, chair).allowed


def test_a_deny_of_one_rater_does_not_affect_another() -> None:
    """A chair of 6.2.1 who also chairs the Standing Committee still rates the subjects of 6.1."""
    head = {"party_agency_head"}
    roles = (seat("panel_6_2_1", Seat.CHAIR, head), seat(COMMITTEE, Seat.CHAIR, head))
    decision = decision_on(Act.RATE, head, *roles)
    assert decision.allowed
    assert decision.role == roles[1]
    assert {row.effect for row in decision.matching} == {Effect.ALLOW, Effect.DENY}


def test_a_deny_of_anybody_affects_all_raters() -> None:
    deny = "p, anybody, read_level, centrally_managed, province, deny, HD01:6.1:+"
    stricter = policy_of(f"{POLICY.text}\n{deny}")
    request = Request(Act.READ_LEVEL, frozenset({"centrally_managed"}), frozenset())
    assert decide(POLICY, request).allowed
    assert decide(stricter, request).missing is MissingRight.OUTWEIGHED


def test_once_the_year_is_closed_nothing_is_rated_any_more_and_the_rest_goes_on() -> None:
    chair = seat(DISTRICT, Seat.CHAIR)
    for act in (Act.RATE, Act.APPRAISE):
        over = Request(act, frozenset(MEMBER), frozenset({chair}), year_is_over=True)
        refused = decide(POLICY, over)
        assert refused.missing is MissingRight.YEAR_CLOSED
        assert refused.nearest == refused.row == decision_on(act, MEMBER, chair).row
    stranger = Request(Act.RATE, frozenset(MEMBER), frozenset(), year_is_over=True)
    assert decide(POLICY, stranger).missing is MissingRight.NOT_THE_RATER
    annuls = Request(Act.ANNUL, frozenset(MEMBER), frozenset({chair}), year_is_over=True)
    assert decide(POLICY, annuls).allowed


def test_about_the_chair_another_member_decides_and_nothing_else() -> None:
    member = seat(DISTRICT, Seat.MEMBER)
    stands_in = replace(member, stands_in=True)
    for act in DECISIONS_OF_A_PANEL:
        assert not decision_on(act, MEMBER, member).allowed
        decision = decision_on(act, MEMBER, stands_in)
        assert decision.allowed
        assert decision.row
        assert (decision.row.rater, decision.role) == (OTHER_MEMBER, stands_in)
        assert (
            decision_on(act, MEMBER, stands_in, relations={SUBJECT}).missing is MissingRight.ONESELF
        )
    assert not decision_on(Act.APPRAISE, MEMBER, stands_in).allowed
    alone = decision_on(Act.RATE, MEMBER, stands_in, has_proposed=True)
    assert alone.missing is MissingRight.OWN_PROPOSAL
    central = {*MEMBER, "centrally_managed"}
    denied = decision_on(
        Act.RATE, central, replace(seat(DISTRICT, Seat.MEMBER, central), stands_in=True)
    )
    assert denied.missing is MissingRight.OUTWEIGHED


def test_without_its_row_no_member_replaces_the_chair() -> None:
    lines = [line for line in POLICY.text.splitlines() if "other_member" not in line]
    member = replace(seat(DISTRICT, Seat.MEMBER), stands_in=True)
    before = policy_of("\n".join(lines))
    decision = decide(before, Request(Act.RATE, frozenset(MEMBER), frozenset({member})))
    assert decision.missing is MissingRight.OTHER_SEAT
