"""The limits of a delegation, each from both sides."""

from datetime import date, timedelta

import pytest

from authz.delegation import CLAUSE, Breach, DelegationLimit, Proposed, breaches, last_day_of
from authz.policy_file import load_policy, policy_of
from rules.enums import Act

POLICY = load_policy()
TODAY = date(2023, 12, 1)
FINE = Proposed(
    rater="panel_6_2_3",
    acts=[Act.APPRAISE, Act.RATE],
    classes=["other_provincial_unit_leader", "other_provincial_unit_leadership"],
    since=TODAY,
    until=date(2023, 12, 31),
    document_date=TODAY,
)


def with_(**changes: object) -> Proposed:
    columns = {name: getattr(FINE, name) for name in FINE.__dataclass_fields__}
    return Proposed(**columns | changes)


def limits(proposed: Proposed) -> list[tuple[DelegationLimit, str]]:
    return [(one.limit, one.field) for one in breaches(POLICY, proposed, TODAY)]


def test_the_rights_of_the_last_bullet_of_6_2_3_may_be_delegated() -> None:
    assert breaches(POLICY, FINE, TODAY) == ()


@pytest.mark.parametrize(
    ("changes", "limit", "field"),
    [
        ({"classes": ["specialised_agency_deputy"]}, DelegationLimit.NO_CLAUSE, "classes"),
        ({"acts": [Act.DELEGATE]}, DelegationLimit.MORE_THAN_HELD, "acts"),
        ({"acts": [Act.COMPILE]}, DelegationLimit.MORE_THAN_HELD, "acts"),
        ({"acts": [Act.ANNUL]}, DelegationLimit.MORE_THAN_HELD, "acts"),
        ({"until": None}, DelegationLimit.OPEN_ENDED, "until"),
        ({"until": last_day_of(TODAY) + timedelta(1)}, DelegationLimit.OPEN_ENDED, "until"),
        ({"until": TODAY - timedelta(1)}, DelegationLimit.BACKWARDS, "until"),
        ({"since": TODAY - timedelta(1)}, DelegationLimit.BACKWARDS, "since"),
        ({"document_date": TODAY + timedelta(1)}, DelegationLimit.BACKWARDS, "since"),
    ],
)
def test_one_step_beyond_is_refused(
    changes: dict[str, object], limit: DelegationLimit, field: str
) -> None:
    assert limits(with_(**changes)) == [(limit, field)]


@pytest.mark.parametrize(
    "changes",
    [
        {"until": TODAY},
        {"until": last_day_of(TODAY)},
        {"document_date": date(2023, 11, 1)},
        {"acts": [Act.RATE]},
    ],
)
def test_on_the_limit_it_is_not(changes: dict[str, object]) -> None:
    assert limits(with_(**changes)) == []


def test_another_rater_has_no_clause_and_nothing_to_give() -> None:
    exceeded = limits(with_(rater="district_standing_committee"))
    assert (
        exceeded
        == [(DelegationLimit.NO_CLAUSE, "classes")] * 2
        + [(DelegationLimit.MORE_THAN_HELD, "acts")] * 2
    )


def test_a_right_denied_to_the_panel_cannot_be_delegated() -> None:
    deny = "p, panel_6_2_3, rate, other_provincial_unit_leader, province, deny, HD01:6.2"
    exceeded = breaches(policy_of(f"{POLICY.text}\n{deny}"), FINE, TODAY)
    assert exceeded == (Breach(DelegationLimit.MORE_THAN_HELD, "acts", "rate", CLAUSE),)


def test_all_breaches_are_reported_at_once() -> None:
    wrong = with_(classes=["department_head"], acts=[Act.ANNUL], until=None, since=date(2023, 1, 1))
    assert {limit for limit, _ in limits(wrong)} == {
        DelegationLimit.NO_CLAUSE,
        DelegationLimit.MORE_THAN_HELD,
        DelegationLimit.OPEN_ENDED,
        DelegationLimit.BACKWARDS,
    }
