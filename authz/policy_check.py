"""Checks a valid policy for rows without effect and for classes without a rater."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from authz.competence import competence_for
from authz.decision import NEVER_ON_ONESELF
from authz.policy_file import Effect, Policy, PolicyRow, Scope
from authz.role import ACTS_OF_SEAT, DELEGABLE
from rules.authority import (
    ANY_CLASS,
    ANYBODY,
    AUTHORITY_SHOWS_IN,
    CLASSES,
    COMPETENT_AUTHORITY,
    COVERED_BY_6_1,
    DERIVED_CLASSES,
    DIRECT_SUPERIOR,
    SECTION_6_1,
    SUBJECT,
    WITHOUT_PLACE,
)
from rules.enums import Act

ACTS_OF_SEATS = frozenset(DELEGABLE).union(*ACTS_OF_SEAT.values())
"""The acts that any seat on a rater can give."""


class RemarkKind(StrEnum):
    """The kind of a remark; all but the last are faults of the file itself."""

    NEVER_MATCHES = "NEVER_MATCHES"
    SHADOWED = "SHADOWED"
    NOBODY_MAY_RATE = "NOBODY_MAY_RATE"


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark on a row (on a class for NOBODY_MAY_RATE); `sentence` names it and the reason."""

    kind: RemarkKind
    about: PolicyRow | str
    sentence: str

    @property
    def is_fault(self) -> bool:
        """Whether a row of the file is misleading. A class without a rater may follow the law."""
        return self.kind is not RemarkKind.NOBODY_MAY_RATE


def check(policy: Policy) -> tuple[Remark, ...]:
    """All remarks, in the order of the rows, then of the classes.

    NEVER_MATCHES: an allow row that no actor of authz/decision.py can use on any subject:

    - a rater with a place, the competent authority or the direct superior, with an act that no seat has;
    - the competent authority, where no row gives a rater an act of AUTHORITY_SHOWS_IN;
    - `subject`, with an act of NEVER_ON_ONESELF.

    Seats and memberships of classes are data: `xeploai policy diff` shows their effect.

    SHADOWED: an allow row that a single deny row always outweighs (not several deny rows together).

    NOBODY_MAY_RATE: a class for which no row gives the act of rating.
    """
    return (
        *(remark for row in policy.rows for remark in _on_row(policy, row)),
        *_on_classes(policy),
    )


def described(row: PolicyRow) -> str:
    """A row in one line, in the order of the file."""
    return f"{row.rater}, {row.act}, {row.cls}, {row.scope}, {row.effect}, {row.clause}"


def _on_row(policy: Policy, row: PolicyRow) -> Iterator[Remark]:
    if row.effect is Effect.DENY:
        return
    if why := _why_never_matching(policy, row):
        yield Remark(RemarkKind.NEVER_MATCHES, row, f"{described(row)}: {why}")
    deny = next((other for other in policy.rows_of[row.act] if _shadows(other, row)), None)
    if deny is not None:
        why = f"it is always outweighed by: {described(deny)}"
        yield Remark(RemarkKind.SHADOWED, row, f"{described(row)}: {why}")


def _why_never_matching(policy: Policy, row: PolicyRow) -> str:
    """Why an allow row can never match; empty if it can match."""
    if _is_seated(row) and row.act not in ACTS_OF_SEATS:
        return f"no seat has the act {row.act}"
    if row.rater == COMPETENT_AUTHORITY and not _any_authority(policy):
        return f"no row makes anybody the {COMPETENT_AUTHORITY}"
    if row.rater == SUBJECT and row.act in NEVER_ON_ONESELF:
        return f"nobody does {row.act} to oneself"
    return ""


def _is_seated(row: PolicyRow) -> bool:
    return row.rater not in WITHOUT_PLACE or row.rater in {COMPETENT_AUTHORITY, DIRECT_SUPERIOR}


def _any_authority(policy: Policy) -> bool:
    """Whether a row that is not shadowed gives a rater with a place an act of AUTHORITY_SHOWS_IN."""
    return any(
        row.effect is Effect.ALLOW
        and row.rater not in WITHOUT_PLACE
        and not any(_shadows(other, row) for other in policy.rows_of[act])
        for act in AUTHORITY_SHOWS_IN
        for row in policy.rows_of[act]
    )


def _shadows(deny: PolicyRow, allow: PolicyRow) -> bool:
    """Whether the deny row matches every subject that the allow row of the same act matches."""
    return (
        deny.effect is Effect.DENY
        and deny.rater in {allow.rater, ANYBODY}
        and deny.cls in _implied(allow.cls)
        and (deny.scope is Scope.PROVINCE or allow.scope is Scope.OWN)
    )


def _implied(cls: str) -> frozenset[str]:
    """The class, and the classes that contain all its members."""
    implied = {cls, ANY_CLASS}
    if cls not in DERIVED_CLASSES and CLASSES[cls].section == SECTION_6_1:
        implied.add(COVERED_BY_6_1)
    return frozenset(implied)


def _on_classes(policy: Policy) -> Iterator[Remark]:
    for cls in CLASSES:
        competence = competence_for(policy, Act.RATE, frozenset({cls}))
        if not competence.granted:
            why = (
                f"denied by: {described(competence.row)}"
                if competence.row
                else "no clause gives it"
            )
            yield Remark(RemarkKind.NOBODY_MAY_RATE, cls, f"{cls}: nobody may rate it; {why}")
