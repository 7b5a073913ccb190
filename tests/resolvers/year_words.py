"""The acts of the model of the year, and their targets."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActKind(StrEnum):
    """The kind of an act."""

    REVIEW = "REVIEW"
    SELF_RATE = "SELF_RATE"
    PROPOSE = "PROPOSE"
    DECIDE = "DECIDE"
    ANNUL = "ANNUL"
    APPEAL = "APPEAL"
    ANSWER = "ANSWER"
    REVIEW_AGAIN = "REVIEW_AGAIN"
    EXCLUDE = "EXCLUDE"
    END_EXCLUSION = "END_EXCLUSION"
    TRANSFER = "TRANSFER"


@dataclass(frozen=True, slots=True)
class ActTarget:
    """One subject of an act, in the version that the actor saw."""

    subject: UUID
    version: int
    level: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """An act of a person on one subject, or on a list that is decided at once.

    `wording` is the reason, the remark or the number of the paper.
    """

    word: ActKind
    person: UUID
    targets: tuple[ActTarget, ...]
    wording: str = "x"
    in_writing: bool = True
