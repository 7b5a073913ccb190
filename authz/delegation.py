"""Checks a delegation against the limits of the last bullet of HD01:6.2.3."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date
from enum import StrEnum

from authz.policy_file import Effect, Policy
from authz.role import DELEGABLE
from rules.enums import Act

CLAUSE = "HD01:6.2.3:residual"
ASSIGNMENT = "HD01:6.2"


class DelegationLimit(StrEnum):
    """The limits that a delegation may exceed."""

    NO_CLAUSE = "NO_CLAUSE"
    NOT_THE_CHAIR = "NOT_THE_CHAIR"
    PASSED_ON = "PASSED_ON"
    MORE_THAN_HELD = "MORE_THAN_HELD"
    OTHER_PLACE = "OTHER_PLACE"
    TO_ONESELF = "TO_ONESELF"
    IN_A_CIRCLE = "IN_A_CIRCLE"
    OPEN_ENDED = "OPEN_ENDED"
    BACKWARDS = "BACKWARDS"


@dataclass(frozen=True, slots=True)
class Breach:
    """One limit exceeded by one field of a delegation; `what` is the value at fault."""

    limit: DelegationLimit
    field: str
    what: str
    clause: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """A delegation to be recorded; `since` and `until` are included."""

    rater: str
    acts: Collection[Act]
    classes: Collection[str]
    since: date
    until: date | None
    document_date: date


def breaches(policy: Policy, proposed: Proposed, today: date) -> tuple[Breach, ...]:
    """Every limit that the powers and days of a delegation exceed."""
    return (*_of_powers(policy, proposed), *_of_days(proposed, today))


def _of_powers(policy: Policy, proposed: Proposed) -> Iterator[Breach]:
    for cls in proposed.classes:
        if not _allows(policy, proposed.rater, Act.DELEGATE, cls):
            yield Breach(DelegationLimit.NO_CLAUSE, "classes", cls, ASSIGNMENT)
    for act in proposed.acts:
        if act not in DELEGABLE or any(
            not _allows(policy, proposed.rater, act, cls) for cls in proposed.classes
        ):
            yield Breach(DelegationLimit.MORE_THAN_HELD, "acts", str(act), CLAUSE)


def _of_days(proposed: Proposed, today: date) -> Iterator[Breach]:
    last = last_day_of(proposed.since)
    if proposed.until is None:
        yield Breach(DelegationLimit.OPEN_ENDED, "until", "", CLAUSE)
    elif proposed.until < proposed.since:
        yield Breach(DelegationLimit.BACKWARDS, "until", proposed.until.isoformat(), CLAUSE)
    elif proposed.until > last:
        yield Breach(DelegationLimit.OPEN_ENDED, "until", proposed.until.isoformat(), CLAUSE)
    if proposed.since < max(today, proposed.document_date):
        yield Breach(DelegationLimit.BACKWARDS, "since", proposed.since.isoformat(), CLAUSE)


def last_day_of(since: date) -> date:
    """The last possible day of a delegation from `since`: the end of the following year.

    The text sets no bound. A rating year is concluded early in the next year, so a longer delegation
    would in effect be open-ended (docs/decisions/0007).
    """
    return date(min(since.year + 1, MAXYEAR), 12, 31)


def _allows(policy: Policy, rater: str, act: Act, cls: str) -> bool:
    rows = [row for row in policy.rows_of[act] if row.rater == rater and row.cls == cls]
    effects = {row.effect for row in rows}
    return effects == {Effect.ALLOW}
