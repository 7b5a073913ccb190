"""The facts of one subject, as records: what `xeploai judge` reads, and what the registry stores."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from rules.words import Grade, Level, SubjectClass, Track


class Flag(StrEnum):
    """What a subject is besides its class; conditions of the law ask for it."""

    PARTY_COMMITTEE = "PARTY_COMMITTEE"
    CELL = "CELL"
    HEAD = "HEAD"
    SECRETARY = "SECRETARY"
    PARTY_MEMBER = "PARTY_MEMBER"
    CIVIL_SERVANT = "CIVIL_SERVANT"


class Disciplined(StrEnum):
    """Who was disciplined, seen from the subject."""

    SELF = "SELF"
    COLLECTIVE = "COLLECTIVE"
    LEADERSHIP_MEMBER = "LEADERSHIP_MEMBER"
    SUBORDINATE_UNIT = "SUBORDINATE_UNIT"
    DIRECTLY_LED = "DIRECTLY_LED"


class Concluded(StrEnum):
    """What the competent authority concluded in writing (QĐ124:Đ12.4.2a, Đ12.4.3a)."""

    INTERNAL_DISUNITY = "INTERNAL_DISUNITY"
    MEMBER_DEGRADED = "MEMBER_DEGRADED"
    DEGRADED = "DEGRADED"
    FORBIDDEN_CONDUCT = "FORBIDDEN_CONDUCT"
    EXEMPLARINESS_BREACHED = "EXEMPLARINESS_BREACHED"


class Attested(StrEnum):
    """What somebody competent attests, since no number shows it."""

    OUTSTANDING_ACHIEVEMENTS = "OUTSTANDING_ACHIEVEMENTS"
    MODEL_FOR_OTHERS = "MODEL_FOR_OTHERS"
    LEADING_POSITION = "LEADING_POSITION"
    UNITED_AND_LEADING = "UNITED_AND_LEADING"
    TRULY_TYPICAL = "TRULY_TYPICAL"
    RESULTS_QUANTIFIED = "RESULTS_QUANTIFIED"
    EXEMPLARY = "EXEMPLARY"
    TRULY_EXEMPLARY = "TRULY_EXEMPLARY"
    HIGH_QUALITY_ON_TIME = "HIGH_QUALITY_ON_TIME"
    QUALITY_ON_TIME = "QUALITY_ON_TIME"
    ALL_TASKS_COMPLETED = "ALL_TASKS_COMPLETED"
    OUTSTANDING_COMPLETION = "OUTSTANDING_COMPLETION"


def said(means: str, clause: str, **more: object) -> Mapping[str, object]:
    """Metadata of a field of facts: its meaning and the clause that asks for it."""
    return {"means": means, "clause": clause, **more}


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """The grade of one criterion."""

    grade: Grade = field(metadata=said("mức độ đạt được", "QĐ124:Đ11.1"))
    product: bool = field(
        default=False, metadata=said("a concrete product is attached", "QĐ124:Đ12.1")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Targets and tasks, counted: completed ≤ assigned; on time and exceeded ≤ completed."""

    assigned: int = field(metadata=said("targets and tasks assigned", "QĐ124:Đ12.1.2"))
    completed: int = field(metadata=said("of them completed", "QĐ124:Đ12.1.2"))
    on_time: int = field(metadata=said("completed on time and with quality", "QĐ124:Đ12.1.2"))
    exceeded: int = field(default=0, metadata=said("completed above target", "QĐ124:Đ12.1.2"))
    main_missed: bool = field(
        default=False, metadata=said("a main target was missed", "QĐ124:Đ12.4.1b")
    )
    force_majeure: bool = field(
        default=False, metadata=said("for reasons of force majeure", "QĐ124:Đ12.4.1b")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkplaceVotes:
    """Ballots at the workplace: issued ≥ returned ≥ valid ≥ the sum of the votes."""

    issued: int = field(metadata=said("ballots issued", "HD01:5.1.3"))
    returned: int = field(metadata=said("ballots returned", "HD01:5.1.3"))
    valid: int = field(metadata=said("valid ballots", "HD01:5.1.3"))
    excellent: int = field(metadata=said("for EXCELLENT", "HD01:5.1.3"))
    good: int = field(metadata=said("for GOOD, not counting EXCELLENT", "HD01:5.2.3"))
    completed: int = field(metadata=said("for COMPLETED, not counting better", "HD01:5.3.3"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentsVotes:
    """Ballots where the leader lives, in years in which residents vote."""

    issued: int = field(metadata=said("ballots issued", "HD01:5.1.3"))
    returned: int = field(metadata=said("ballots returned", "HD01:5.1.3"))
    valid: int = field(metadata=said("valid ballots", "HD01:5.1.3"))
    good: int = field(metadata=said("thực hiện tốt nghĩa vụ công dân", "HD01:5.1.3"))
    not_good: int = field(metadata=said("thực hiện không tốt", "HD01:5.4"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidenceVotes:
    """A confidence vote held in the year: valid ≥ low."""

    valid: int = field(metadata=said("valid ballots", "QĐ124:Đ12.4.3c"))
    low: int = field(metadata=said("low-confidence votes", "QĐ124:Đ12.4.3c"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Discipline:
    """One discipline that counts in the year (see rules.discipline for which year it is)."""

    who: Disciplined = field(metadata=said("who was disciplined", "QĐ124:Đ12.4"))
    name: str = field(metadata=said("the unit or person, by code or name", "QĐ124:Đ12.4.1c"))
    self_discovered: bool = field(default=False, metadata=said("tự phát hiện", "QĐ124:Đ12.2.1"))
    remedied: bool = field(default=False, metadata=said("khắc phục xong hậu quả", "QĐ124:Đ12.2.1"))
    corruption: bool = field(default=False, metadata=said("tham nhũng, tiêu cực", "QĐ124:Đ12.4.4"))
    punished_by_law: bool = field(
        default=False, metadata=said("xử lý theo quy định của pháp luật", "HD01:5.4")
    )

    happened_on: date | None = field(
        default=None,
        metadata=said("the day of the act: in the year that it counts for", "QĐ124:Đ12.4.5"),
    )
    decided_on: date | None = field(
        default=None, metadata=said("the day of the decision", "QĐ124:Đ12.4.5")
    )
    until: date | None = field(
        default=None, metadata=said("the last day of the discipline", "QĐ124:Đ12.4")
    )

    @property
    def is_exempt(self) -> bool:
        """Tự phát hiện và khắc phục xong hậu quả: both are needed."""
        return self.self_discovered and self.remedied


Rated = Mapping[str, Level | None]
"""The levels of others by their codes or names; None = not rated yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Levels that others were given. Absent = there is nobody; null = not rated yet."""

    units: Rated = field(default_factory=dict, metadata=said("directly led units", "QĐ124:Đ12.1.3"))
    collective: Rated = field(
        default_factory=dict, metadata=said("the collective that the head leads", "HD01:5.1.3")
    )
    party_organisation: Rated = field(
        default_factory=dict, metadata=said("the secretary's party organisation", "HD01:5.1.3")
    )
    subordinates: Rated = field(
        default_factory=dict, metadata=said("subordinate party organisations", "HD01:5.1.1a")
    )
    members: Rated = field(
        default_factory=dict, metadata=said("members of the cell", "HD01:5.1.1a")
    )
    same_level: Rated = field(
        default_factory=dict,
        metadata=said("government, Front and mass organisations of the same level", "HD01:5.1.1a"),
    )
    civil_servant: Rated = field(
        default_factory=dict,
        metadata=said("the own rating as civil servant or public employee", "HD01:5.2.2"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that the level of one subject in one year is computed from."""

    subject: str = field(metadata=said("code, id or name of the subject", "QĐ124:Đ9"))
    year: int = field(metadata=said("the rated year", "QĐ124:Đ14.2", min=1900, max=2999))
    subject_class: SubjectClass = field(metadata=said("whom conditions bind", "QĐ124:Đ9"))
    track: Track = field(metadata=said("as what it is rated", "QĐ124:Đ7.2.3"))
    flags: tuple[Flag, ...] = field(
        default=(), metadata=said("what the subject is besides its class", "HD01:5.1")
    )
    grades: Mapping[str, Graded] = field(
        metadata=said("the grade of every criterion of the class, by its code", "QĐ124:Đ11.1")
    )
    targets: Work | None = field(
        default=None, metadata=said("the subject's own targets and tasks", "QĐ124:Đ12.1.2")
    )
    area: Work | None = field(
        default=None, metadata=said("the targets of the area in charge", "QĐ124:Đ12.1.3")
    )
    area_not_completed: bool = field(
        default=False, metadata=said("the area was rated NOT_COMPLETED", "QĐ124:Đ12.4.4")
    )
    weak_criteria: int = field(
        default=0, metadata=said("criteria short of quality, time or effect", "QĐ124:Đ12.3.2")
    )
    failed_results: int = field(
        default=0, metadata=said("results criteria not completed", "QĐ124:Đ12.4.3b")
    )
    subordinate_units: int = field(
        default=0, metadata=said("how many subordinate units there are", "QĐ124:Đ12.4.1c")
    )
    workplace_votes: WorkplaceVotes | None = field(
        default=None, metadata=said("ballots at the workplace", "HD01:5.1.3")
    )
    residents_votes: ResidentsVotes | None = field(
        default=None, metadata=said("ballots of residents, in their years", "HD01:5.1.3")
    )
    confidence_votes: ConfidenceVotes | None = field(
        default=None, metadata=said("a confidence vote, where one was held", "QĐ124:Đ12.4.3c")
    )
    discipline: tuple[Discipline, ...] = field(
        default=(), metadata=said("disciplines that count in the year", "QĐ124:Đ12.4")
    )
    concluded: tuple[Concluded, ...] = field(
        default=(), metadata=said("conclusions of the competent authority", "QĐ124:Đ12.4.3a")
    )
    attested: tuple[Attested, ...] = field(
        default=(), metadata=said("what is attested, with a document on file", "QĐ124:Đ12.1")
    )
    levels: Levels = field(
        default_factory=Levels, metadata=said("levels that others were given", "QĐ124:Đ11.3")
    )

    def is_a(self, flag: Flag) -> bool:
        return flag in self.flags

    def has(self, finding: Attested) -> bool:
        return finding in self.attested

    def disciplines(self, *who: Disciplined) -> tuple[Discipline, ...]:
        return tuple([one for one in self.discipline if one.who in who]) if self.discipline else ()
