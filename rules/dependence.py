"""Whose level uses whose: levels flow upward (QĐ124 Articles 11.3 and 12; HD01 sections 5.1 and 5.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter


class Use(StrEnum):
    """As what one level goes into another."""

    MEMBER_OF_CELL = "MEMBER_OF_CELL"
    SUBORDINATE_PARTY_ORGANISATION = "SUBORDINATE_PARTY_ORGANISATION"
    PARTY_ORGANISATION_OF_COMMITTEE = "PARTY_ORGANISATION_OF_COMMITTEE"
    SAME_LEVEL_BODY = "SAME_LEVEL_BODY"
    UNIT_OF_COLLECTIVE = "UNIT_OF_COLLECTIVE"
    UNIT_OF_LEADER = "UNIT_OF_LEADER"
    COLLECTIVE_OF_MEMBER = "COLLECTIVE_OF_MEMBER"
    COLLECTIVE_OF_HEAD = "COLLECTIVE_OF_HEAD"
    PARTY_ORGANISATION_OF_SECRETARY = "PARTY_ORGANISATION_OF_SECRETARY"
    CIVIL_SERVANT_RATING = "CIVIL_SERVANT_RATING"

    @property
    def clause(self) -> str:
        return USES[self][0]

    @property
    def vi(self) -> str:
        return USES[self][1]

    @property
    def en(self) -> str:
        return USES[self][2]


USES = {
    Use.MEMBER_OF_CELL: (
        "HD01:5.1.1a",
        "Chi bộ dùng mức xếp loại của đảng viên",
        "A cell uses the levels of its members",
    ),
    Use.SUBORDINATE_PARTY_ORGANISATION: (
        "HD01:5.1.1a",
        "Đảng bộ dùng mức xếp loại của tổ chức đảng trực thuộc",
        "A party organisation uses the levels of those under it",
    ),
    Use.PARTY_ORGANISATION_OF_COMMITTEE: (
        "QĐ124:Đ11.3",
        "Ban thường vụ được xếp loại sau tổ chức đảng cấp dưới",
        "A standing committee is rated after the party organisation below it",
    ),
    Use.SAME_LEVEL_BODY: (
        "HD01:5.1.1a",
        "Tổ chức đảng dùng mức xếp loại của chính quyền, Mặt trận, đoàn thể cùng cấp",
        "A party organisation uses the levels of the government, Front and mass bodies of its level",
    ),
    Use.UNIT_OF_COLLECTIVE: (
        "QĐ124:Đ11.3",
        "Tập thể lãnh đạo được xếp loại sau cơ quan, đơn vị cấp dưới",
        "A leadership collective is rated after the units below it",
    ),
    Use.UNIT_OF_LEADER: (
        "QĐ124:Đ12.1.3",
        "Cán bộ lãnh đạo dùng mức xếp loại của cơ quan, đơn vị trực tiếp lãnh đạo, quản lý",
        "A leader uses the levels of the directly led units",
    ),
    Use.COLLECTIVE_OF_MEMBER: (
        "QĐ124:Đ11.3",
        "Cá nhân thành viên được xếp loại sau tập thể lãnh đạo, quản lý",
        "A member is rated after the leadership collective",
    ),
    Use.COLLECTIVE_OF_HEAD: (
        "HD01:5.1.3",
        "Người đứng đầu dùng mức xếp loại của tập thể",
        "A head uses the level of the collective",
    ),
    Use.PARTY_ORGANISATION_OF_SECRETARY: (
        "HD01:5.1.3",
        "Bí thư, phó bí thư dùng mức xếp loại của tổ chức đảng",
        "A secretary or deputy secretary uses the level of the party organisation",
    ),
    Use.CIVIL_SERVANT_RATING: (
        "HD01:5.2.2",
        "Đảng viên là công chức, viên chức dùng mức xếp loại công chức, viên chức",
        "A party member uses the own rating as civil servant or public employee",
    ),
}


class CircleError(ValueError):
    """Levels that use each other in a circle. The two tracks of a person keep the law's own free."""


@dataclass(frozen=True, slots=True)
class Link:
    """The level of `user` uses that of `used`; both are appraisals, one per subject, track and year."""

    user: str
    used: str
    use: Use


@dataclass(frozen=True, slots=True)
class ToReview:
    """A rating that a change asks to look at again, and why. Nothing is changed by itself."""

    appraisal: str
    because_of: str
    use: Use


def to_be_reviewed(changed: Iterable[str], links: Iterable[Link]) -> tuple[ToReview, ...]:
    """Who directly used a level that was decided, annulled or changed.

    Only when one of these changes in turn do its own users follow: the marks go up step by step.
    """
    those = set(changed)
    return tuple(ToReview(link.user, link.used, link.use) for link in links if link.used in those)


def computing_order(links: Iterable[Link]) -> tuple[str, ...]:
    """All appraisals of the links, each after every one that it uses.

    Raises:
        CircleError: some use each other; the message names them.
    """
    graph: TopologicalSorter[str] = TopologicalSorter()
    for link in links:
        graph.add(link.user, link.used)
    try:
        return tuple(graph.static_order())
    except CycleError as fault:
        raise CircleError(" -> ".join(fault.args[1])) from fault
