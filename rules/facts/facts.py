"""The facts of one subject in one year: the input of `xeploai judge`, and what the registry stores.

The JSON or TOML of one subject has these fields (`rules.facts.json_schema` prints its schema). Fields
that the class needs are required; levels of related subjects stand under `levels`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rules.enums import SubjectClass, Track
from rules.facts.discipline import CountedDiscipline
from rules.facts.enums import Attested, Concluded, Disciplined, Flag, Nature
from rules.facts.part import (
    ConfidenceVotes,
    Discipline,
    Graded,
    Rated,
    ResidentsVotes,
    Violated,
    Work,
    WorkplaceVotes,
    described,
)

__all__ = [
    "Attested",
    "Concluded",
    "ConfidenceVotes",
    "Discipline",
    "Disciplined",
    "Facts",
    "Flag",
    "Graded",
    "Levels",
    "Nature",
    "Rated",
    "ResidentsVotes",
    "Violated",
    "Work",
    "WorkplaceVotes",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Levels of related subjects. `{}` or an absent field means that there are none."""

    units: Rated | None = field(
        default=None,
        metadata=described(
            "cơ quan, đơn vị thuộc quyền lãnh đạo, quản lý trực tiếp; bỏ trống khi không có",
            "bodies and units directly led; absent where there are none",
            "QĐ124:Đ12.1.3",
        ),
    )
    area: Rated | None = field(
        default=None,
        metadata=described(
            "địa phương, cơ quan, đơn vị, lĩnh vực trực tiếp phụ trách, nơi có xếp loại",
            "the area or body in charge, where it is rated",
            "QĐ124:Đ12.4.4",
        ),
    )
    collective: Rated | None = field(
        default=None,
        metadata=described(
            "tập thể mà người đứng đầu lãnh đạo (HEAD)",
            "the collective that the head leads, by the superior (HEAD)",
            "HD01:5.1.3",
        ),
    )
    party_organisation: Rated | None = field(
        default=None,
        metadata=described(
            "tổ chức đảng của bí thư, phó bí thư (SECRETARY)",
            "the party organisation of the secretary or deputy (SECRETARY)",
            "HD01:5.1.3",
        ),
    )
    subordinates: Rated | None = field(
        default=None,
        metadata=described(
            "tổ chức đảng trực thuộc đảng bộ (PARTY_COMMITTEE)",
            "subordinate party organisations (PARTY_COMMITTEE)",
            "HD01:5.1.1a",
        ),
    )
    members: Rated | None = field(
        default=None,
        metadata=described(
            "đảng viên của chi bộ (CELL)", "members of the cell (CELL)", "HD01:5.1.1a"
        ),
    )
    same_level: Rated | None = field(
        default=None,
        metadata=described(
            "chính quyền, Mặt trận, đoàn thể cùng cấp; bỏ trống khi không có",
            "government, Front and mass organisations of the same level; absent where none",
            "HD01:5.1.1a",
        ),
    )
    civil_servant: Rated | None = field(
        default=None,
        metadata=described(
            "xếp loại cán bộ, công chức, viên chức của chính đảng viên (CIVIL_SERVANT)",
            "the member's own rating as civil servant or public employee (CIVIL_SERVANT)",
            "HD01:5.2.2",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The input from which the level of one subject in one year is computed."""

    subject: str = field(
        metadata=described(
            "mã hoặc tên của đối tượng", "code, id or name of the subject", "QĐ124:Đ11.2"
        )
    )
    year: int = field(
        metadata=described("năm đánh giá", "the rated year", "QĐ124:Đ14.2", min=1900, max=2999)
    )
    subject_class: SubjectClass = field(
        metadata=described("đối tượng xếp loại", "whom the conditions bind", "QĐ124:Đ12")
    )
    track: Track = field(
        metadata=described("xếp loại với tư cách", "as what it is rated", "HD01:5.2.2")
    )
    flags: tuple[Flag, ...] = field(
        default=(),
        metadata=described("đặc điểm khác", "what the subject is besides its class", "HD01:5.1.3"),
    )
    grades: Mapping[str, Graded] = field(
        metadata=described(
            "mức độ đạt được của từng tiêu chí, theo mã",
            "the grade of every criterion of the class, by its code",
            "QĐ124:Đ11.1",
        )
    )
    targets: Work | None = field(
        default=None,
        metadata=described(
            "chỉ tiêu, nhiệm vụ được giao (ORG, PERSON, LEADER)",
            "the subject's own targets and tasks (ORG, PERSON, LEADER)",
            "QĐ124:Đ12.1.2",
        ),
    )
    area: Work | None = field(
        default=None,
        metadata=described(
            "chỉ tiêu của địa phương, đơn vị, lĩnh vực phụ trách (COLLECTIVE, LEADER)",
            "targets of the area or body in charge (COLLECTIVE, LEADER)",
            "QĐ124:Đ12.1.3",
        ),
    )
    weak_criteria: int = field(
        default=0,
        metadata=described(
            "số tiêu chí chưa bảo đảm chất lượng, tiến độ",
            "criteria short of quality or time",
            "QĐ124:Đ12.3.2",
            unit="criteria",
        ),
    )
    low_effect_criteria: int = field(
        default=0,
        metadata=described(
            "số tiêu chí khác chỉ có hiệu quả thấp",
            "further criteria, only of low effect",
            "HD01:5.3.3",
            unit="criteria",
        ),
    )
    weak_results: int | None = field(
        default=None,
        metadata=described(
            "trong số tiêu chí chưa bảo đảm hoặc hiệu quả thấp, bao nhiêu là tiêu chí về kết quả (LEADER)",
            "how many of the criteria short of quality, time or effect are results criteria (LEADER)",
            "HD01:5.3.3",
            unit="criteria",
        ),
    )
    failed_results: int = field(
        default=0,
        metadata=described(
            "số tiêu chí về kết quả không hoàn thành",
            "results criteria not completed",
            "QĐ124:Đ12.4.3b",
            unit="criteria",
        ),
    )
    subordinate_units: int = field(
        default=0,
        metadata=described(
            "số đơn vị trực thuộc", "how many subordinate units", "QĐ124:Đ12.4.1c", unit="units"
        ),
    )
    workplace_votes: WorkplaceVotes | None = field(
        default=None,
        metadata=described(
            "phiếu nơi công tác (LEADER)", "ballots at the workplace (LEADER)", "HD01:5.1.3"
        ),
    )
    residents_votes: ResidentsVotes | None = field(
        default=None,
        metadata=described(
            "phiếu nơi cư trú, chỉ năm có lấy phiếu (LEADER)",
            "ballots of residents, only in a year in which they vote (LEADER)",
            "HD01:5.1.3",
        ),
    )
    confidence_votes: ConfidenceVotes | None = field(
        default=None,
        metadata=described(
            "phiếu tín nhiệm, chỉ năm có lấy phiếu",
            "a confidence vote, only where one was held that year",
            "QĐ124:Đ12.4.3c",
        ),
    )
    discipline: tuple[Discipline, ...] = field(
        default=(), metadata=described("kỷ luật", "disciplines", "QĐ124:Đ12.4")
    )
    concluded: Mapping[Concluded, str] = field(
        default_factory=dict,
        metadata=described(
            "kết luận của cấp có thẩm quyền, kèm văn bản",
            "conclusions of the competent authority, each with its document",
            "QĐ124:Đ12.4.3a",
        ),
    )
    attested: Mapping[Attested, str] = field(
        default_factory=dict,
        metadata=described(
            "điều được xác nhận, kèm văn bản",
            "what is attested, each with its document",
            "QĐ124:Đ12.1",
        ),
    )
    levels: Levels = field(
        default_factory=Levels,
        metadata=described(
            "mức xếp loại của nơi khác", "levels that others were given", "QĐ124:Đ11.3"
        ),
    )

    def is_a(self, flag: Flag) -> bool:
        return flag in self.flags

    @property
    def is_party_member(self) -> bool:
        return self.track is Track.PARTY_MEMBER or Flag.PARTY_MEMBER in self.flags

    @property
    def short_criteria(self) -> int:
        """Criteria short of quality, of time, or of effect."""
        return self.weak_criteria + self.low_effect_criteria

    def has(self, *any_of: Attested) -> bool:
        """Whether one of these is attested."""
        return any(attestation in self.attested for attestation in any_of)

    def disciplines(self, *who: Disciplined) -> tuple[Discipline, ...]:
        """The disciplines of `who` that count in this year at this body."""
        return tuple(discipline for discipline in self._of(who) if discipline.counts_in(self.year))

    def counted_elsewhere(self, *who: Disciplined) -> tuple[Discipline, ...]:
        """The disciplines of `who` that count in another year or at another body."""
        return tuple(
            discipline for discipline in self._of(who) if not discipline.counts_in(self.year)
        )

    def years_to_rate_again(self) -> tuple[tuple[Discipline, CountedDiscipline], ...]:
        """Disciplines for an act of an earlier year, each with that year and the body (QĐ124:Đ12.4.5).

        The superior party organisation decides whether to rate that year again; HERE is the body of this
        rating.
        """
        return tuple(
            (discipline, counted)
            for discipline in self.discipline
            for counted in discipline.counted_disciplines(self.year)
            if counted.to_rerate and counted.year < self.year
        )

    def _of(self, who: tuple[Disciplined, ...]) -> Iterable[Discipline]:
        return (discipline for discipline in self.discipline if discipline.who in who)
