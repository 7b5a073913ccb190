"""The words of the model of the year: what somebody asks for, of whom."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Word(StrEnum):
    """What somebody asks for."""

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
class Wanted:
    """One subject of an act, in the version that the actor saw."""

    subject: UUID
    version: int
    level: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What a person asks for: of one subject, or of a list that is decided together.

    `said` stands for the reason, the remark or the number of the paper.
    """

    word: Word
    person: UUID
    wanted: tuple[Wanted, ...]
    said: str = "x"
    in_writing: bool = True
