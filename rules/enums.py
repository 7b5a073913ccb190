"""The closed lists of the law, in its own words (see docs/glossary.toml)."""

from enum import StrEnum
from typing import Self


class Level(StrEnum):
    """Mức xếp loại (QĐ124:Đ12), from the lowest to the highest."""

    rank: int

    def __init__(self, _value: str) -> None:
        self.rank = len(type(self).__members__)

    NOT_COMPLETED = "NOT_COMPLETED"
    COMPLETED = "COMPLETED"
    GOOD = "GOOD"
    EXCELLENT = "EXCELLENT"

    def reaches(self, other: Self) -> bool:
        """Whether this level is `other` or a higher one ("… trở lên")."""
        return self.rank >= other.rank


class ComputedLevel(StrEnum):
    """The level that the rules compute; UNDETERMINED where they determine none."""

    NOT_COMPLETED = "NOT_COMPLETED"
    COMPLETED = "COMPLETED"
    GOOD = "GOOD"
    EXCELLENT = "EXCELLENT"
    UNDETERMINED = "UNDETERMINED"


class Grade(StrEnum):
    """Mức độ đạt được của một tiêu chí (QĐ124:Đ11.1), from the lowest to the highest. Not a level."""

    rank: int

    def __init__(self, _value: str) -> None:
        self.rank = len(type(self).__members__)

    POOR = "POOR"
    AVERAGE = "AVERAGE"
    GOOD = "GOOD"
    EXCELLENT = "EXCELLENT"


class Outcome(StrEnum):
    """The result of testing one condition of the law on one subject."""

    MET = "MET"
    FAILED = "FAILED"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    MISSING = "MISSING"
    """The facts are not known yet, so the level waits."""


class SubjectClass(StrEnum):
    """The class of subjects that a condition binds (QĐ124:Đ9, Đ12)."""

    ORG = "ORG"
    COLLECTIVE = "COLLECTIVE"
    PERSON = "PERSON"
    LEADER = "LEADER"


class Track(StrEnum):
    """A person has two ratings, which are never merged (QĐ124:Đ7.2.3); a body has one."""

    BODY = "BODY"
    OFFICIAL = "OFFICIAL"
    PARTY_MEMBER = "PARTY_MEMBER"


class Stage(StrEnum):
    """How far one appraisal has come (QĐ124:Đ15.1, Đ11.2)."""

    NOT_STARTED = "NOT_STARTED"
    REVIEWED = "REVIEWED"
    SELF_RATED = "SELF_RATED"
    PROPOSED = "PROPOSED"
    DECIDED = "DECIDED"


class Act(StrEnum):
    """What an actor may do to the rating of a subject (QĐ124:Đ8 to Đ17, HD01:6)."""

    SELF_RATE = "self_rate"
    APPRAISE = "appraise"
    RATE = "rate"
    COMPILE = "compile"
    REQUIRE_REREVIEW = "require_rereview"
    ANNUL = "annul"
    APPEAL = "appeal"
    ANSWER_APPEAL = "answer_appeal"
    READ_LEVEL = "read_level"
    READ_FILE = "read_file"
    DELEGATE = "delegate"


class RegistryAct(StrEnum):
    """An act on the registry itself, not on a rating; the documents do not regulate it."""

    REGISTER = "register"
    SET_POLICY = "set_policy"
    CORRECT = "correct"


class Corrected(StrEnum):
    """What a correction of the law may change; it never changes a decision."""

    LEVEL = "LEVEL"
    WAIT = "WAIT"
    GROUP = "GROUP"
    QUOTA = "QUOTA"
