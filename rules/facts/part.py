"""The records of facts: grades, counted work, ballots, disciplines, levels of related subjects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rules.enums import Grade, Level
from rules.facts.discipline import (
    CountedDiscipline,
    DecidedDiscipline as Dated,
    Violation,
    counted_for,
)
from rules.facts.enums import Disciplined, Nature
from rules.facts.paper import IssuedPaper

HERE = ""
"""The body of this rating; the default of `at`."""


def described(vi: str, en: str, clause: str, **more: object) -> Mapping[str, object]:
    """Metadata of a field: its meaning and the clause that needs it; `unit`, `min`, `max` of a count."""
    return {"vi": vi, "en": en, "clause": clause, **more}


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """The grade of one criterion: `{ grade = "EXCELLENT", product = true }`."""

    grade: Grade = field(metadata=described("mức độ đạt được", "the grade", "QĐ124:Đ11.1"))
    product: bool = field(
        default=False,
        metadata=described("có sản phẩm cụ thể", "a concrete product is attached", "QĐ124:Đ12.1"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Counts of targets and tasks: on time, exceeded ≤ completed ≤ assigned."""

    assigned: int = field(
        metadata=described(
            "được giao", "targets and tasks assigned", "QĐ124:Đ12.1.2", unit="targets"
        )
    )
    completed: int = field(
        metadata=described("hoàn thành", "of them completed", "QĐ124:Đ12.1.2", unit="targets")
    )
    on_time: int = field(
        metadata=described(
            "đúng tiến độ, bảo đảm chất lượng, hiệu quả",
            "completed on time and with quality",
            "QĐ124:Đ12.1.2",
            unit="targets",
        )
    )
    exceeded: int = field(
        default=0,
        metadata=described("vượt mức", "completed above target", "QĐ124:Đ12.1.2", unit="targets"),
    )
    main_missed: bool = field(
        default=False,
        metadata=described(
            "có chỉ tiêu chủ yếu không đạt", "a main target missed", "QĐ124:Đ12.4.1b"
        ),
    )
    force_majeure: bool = field(
        default=False,
        metadata=described("bất khả kháng", "for reasons of force majeure", "QĐ124:Đ12.4.1b"),
    )


_BALLOTS = {"unit": "ballots"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkplaceVotes:
    """Ballots at the workplace: issued ≥ returned ≥ valid ≥ sum of the votes.

    Each ballot counts once, for its highest level; a vote for a level is also a vote for lower levels.
    """

    issued: int = field(metadata=described("phát ra", "ballots issued", "HD01:5.1.3", **_BALLOTS))
    returned: int = field(
        metadata=described("thu về", "ballots returned", "HD01:5.1.3", **_BALLOTS)
    )
    valid: int = field(metadata=described("hợp lệ", "valid ballots", "HD01:5.1.3", **_BALLOTS))
    excellent: int = field(
        metadata=described("phiếu xuất sắc", "for EXCELLENT", "HD01:5.1.3", **_BALLOTS)
    )
    good: int = field(
        metadata=described(
            "phiếu tốt", "for GOOD, not counting EXCELLENT", "HD01:5.2.3", **_BALLOTS
        )
    )
    completed: int = field(
        metadata=described(
            "phiếu hoàn thành", "for COMPLETED, not counting better", "HD01:5.3.3", **_BALLOTS
        )
    )
    paper: IssuedPaper | None = field(
        default=None,
        metadata=described("biên bản kiểm phiếu", "minutes of the count", "HD01:5.1.3"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentsVotes:
    """Ballots where the leader lives, in a year in which residents vote."""

    issued: int = field(metadata=described("phát ra", "ballots issued", "HD01:5.1.3", **_BALLOTS))
    returned: int = field(
        metadata=described("thu về", "ballots returned", "HD01:5.1.3", **_BALLOTS)
    )
    valid: int = field(metadata=described("hợp lệ", "valid ballots", "HD01:5.1.3", **_BALLOTS))
    good: int = field(metadata=described("thực hiện tốt", "for good", "HD01:5.1.3", **_BALLOTS))
    not_good: int = field(
        metadata=described("thực hiện không tốt", "for not good", "HD01:5.4", **_BALLOTS)
    )
    held_on: date | None = field(
        default=None,
        metadata=described("ngày lấy phiếu", "day of the vote, in the year", "HD01:5.1.3"),
    )
    paper: IssuedPaper | None = field(
        default=None,
        metadata=described("biên bản kiểm phiếu", "minutes of the count", "HD01:5.1.3"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidenceVotes:
    """A confidence vote held in the year: valid ≥ low."""

    valid: int = field(metadata=described("hợp lệ", "valid ballots", "QĐ124:Đ12.4.3c", **_BALLOTS))
    low: int = field(
        metadata=described("tín nhiệm thấp", "low-confidence votes", "QĐ124:Đ12.4.3c", **_BALLOTS)
    )
    held_on: date | None = field(
        default=None,
        metadata=described("ngày lấy phiếu", "day of the vote, in the year", "QĐ124:Đ12.4.3c"),
    )
    paper: IssuedPaper | None = field(
        default=None,
        metadata=described("biên bản kiểm phiếu", "minutes of the count", "QĐ124:Đ12.4.3c"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Violated:
    """One violation: its day, and its body where that is not the body of this rating."""

    on: date = field(metadata=described("ngày xảy ra", "the day it happened", "QĐ124:Đ12.4.5"))
    at: str = field(
        default=HERE,
        metadata=described(
            "nơi xảy ra, nếu là cơ quan, đơn vị khác",
            "the body where it happened, if it is another one",
            "QĐ124:Đ12.4.6",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Discipline:
    """One discipline. Without dates: decided in the rated year for a violation of that year at this body."""

    who: Disciplined = field(
        metadata=described("ai bị kỷ luật", "who was disciplined", "QĐ124:Đ12.4")
    )
    name: str = field(
        default="",
        metadata=described(
            "mã hoặc tên của đơn vị, người bị kỷ luật; bỏ trống với SELF, COLLECTIVE",
            "the unit or person by code or name; not needed for SELF and COLLECTIVE",
            "QĐ124:Đ12.4.1c",
        ),
    )
    kind: str = field(
        default="",
        metadata=described("hình thức kỷ luật", "the form of discipline", "QĐ124:Đ12.4.5"),
    )
    decided_on: date | None = field(
        default=None,
        metadata=described("ngày quyết định", "day of the decision", "QĐ124:Đ12.4.5"),
    )
    until: date | None = field(
        default=None,
        metadata=described("ngày hết hiệu lực", "last day of its effect", "QĐ124:Đ12.4.5"),
    )
    violations: tuple[Violated, ...] = field(
        default=(),
        metadata=described(
            "các vi phạm, khi không phải trong năm, tại nơi đánh giá",
            "the violations, where they were not all in the year at this body",
            "QĐ124:Đ12.4.7",
        ),
    )
    self_discovered: bool = field(
        default=False, metadata=described("tự phát hiện", "self-discovered", "QĐ124:Đ12.2.1")
    )
    remedied: bool = field(
        default=False,
        metadata=described("khắc phục xong hậu quả", "its consequences remedied", "QĐ124:Đ12.2.1"),
    )
    nature: Nature = field(
        default=Nature.OTHER, metadata=described("về việc gì", "what it was for", "QĐ124:Đ12.4.1a")
    )
    punished_by_law: bool = field(
        default=False,
        metadata=described("bị xử lý theo pháp luật", "punished by law", "HD01:5.4"),
    )
    paper: IssuedPaper | None = field(
        default=None,
        metadata=described("quyết định kỷ luật", "the paper of the decision", "QĐ124:Đ12.4"),
    )

    @property
    def is_exempt(self) -> bool:
        """Tự phát hiện và khắc phục xong hậu quả: both are required."""
        return self.self_discovered and self.remedied

    def counted_disciplines(self, year: int) -> tuple[CountedDiscipline, ...]:
        """The years and bodies it counts for; HERE is the body of this rating (QĐ124:Đ12.4.5 to 4.7)."""
        decided_on = self.decided_on or date(year, 12, 31)
        violations = tuple(Violation(violation.on, violation.at) for violation in self.violations)
        return counted_for(Dated(decided_on, HERE, violations or (Violation(decided_on, HERE),)))

    def counts_in(self, year: int) -> bool:
        """Whether it counts in the year at this body; a person's own counts at any body (QĐ124:Đ12.4.3d)."""
        is_person = self.who is Disciplined.SELF
        return any(
            counted.year == year and (is_person or counted.body == HERE)
            for counted in self.counted_disciplines(year)
        )


@dataclass(frozen=True, slots=True)
class Rated:
    """Levels of related subjects: by code or name (None = not rated yet), or only counts by level.

    In JSON `{ "unit a": "GOOD", "unit b": null }`, or `{ "GOOD": 12, "COMPLETED": 3, "NOT_RATED": 1 }`.
    """

    by_name: Mapping[str, Level | None] = field(default_factory=dict)
    counted: Mapping[Level, int] = field(default_factory=dict)
    not_rated: int = 0
    of_level: Mapping[Level, int] = field(init=False, repr=False, compare=False)
    total: int = field(init=False, repr=False, compare=False)
    is_waiting: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        named = [*self.by_name.values()]
        of_level = {level: named.count(level) + self.counted.get(level, 0) for level in Level}
        set_once = object.__setattr__
        set_once(self, "of_level", of_level)
        set_once(self, "total", len(named) + sum(self.counted.values()) + self.not_rated)
        set_once(self, "is_waiting", self.total > sum(of_level.values()))

    def waiting(self) -> tuple[str, ...]:
        """The names not rated yet, sorted, so that the order of stored facts does not matter.

        Subjects that are only counted add one entry with their number.
        """
        names = sorted(name for name, level in self.by_name.items() if level is None)
        return (*names, f"{self.not_rated} ×") if self.not_rated else (*names,)

    def below(self, level: Level) -> list[str]:
        """The sorted names of subjects rated below `level`."""
        return sorted(name for name, own in self.by_name.items() if own and not own.reaches(level))

    def reaching(self, level: Level) -> int:
        """The number of subjects rated `level` or better."""
        return sum([many for own, many in self.of_level.items() if own.rank >= level.rank])
