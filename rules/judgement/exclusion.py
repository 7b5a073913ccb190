"""Excludes subjects from review and rating: QĐ124 Articles 5.2.1 and 9.1.2; HD01 section 1.2."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rules.editions.lookup import Edition
from rules.enums import Track


class Ground(StrEnum):
    EXCUSED = "EXCUSED"
    SUSPENDED = "SUSPENDED"
    NEWLY_ADMITTED = "NEWLY_ADMITTED"
    CENTRAL_LEADERSHIP = "CENTRAL_LEADERSHIP"


@dataclass(frozen=True, slots=True)
class PartyLife:
    """A member's party life on the day of the cell's review.

    `is_excused`: được miễn công tác và sinh hoạt đảng; `is_suspended`: bị đình chỉ sinh hoạt đảng.
    """

    admitted_on: date
    is_excused: bool = False
    is_suspended: bool = False


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why a subject is left out. An excluded subject is in no denominator, and has no level."""

    ground: Ground
    clause: str
    vi: str
    en: str


def left_out(member: PartyLife, cell_reviewed_on: date, edition: Edition) -> Exclusion | None:
    """Whether a party member is left out of the cell's review and rating, and why.

    A member of exactly six months is not left out. Only the party member's track is excluded: the same
    person is still rated as an official (Đ5.2.2 has no exception).
    """
    if member.is_excused:
        return _EXCUSED
    if member.is_suspended:
        return _SUSPENDED
    if cell_reviewed_on < first_review_day(member.admitted_on, edition):
        return _NEWLY_ADMITTED
    return None


def first_review_day(admitted_on: date, edition: Edition) -> date:
    """The first day on which a member admitted on `admitted_on` is reviewed: `months_min` months later.

    Where that month has no such day, its last day: 31/08 leads to 28/02 or 29/02.
    """
    months = admitted_on.month - 1 + edition.admission.months_min
    year, month = admitted_on.year + months // 12, months % 12 + 1
    return date(year, month, min(admitted_on.day, monthrange(year, month)[1]))


def admitted_until(cell_reviewed_on: date, edition: Edition) -> date:
    """The last day of admission that a review on this day does not leave out."""
    day = cell_reviewed_on
    while first_review_day(day, edition) > cell_reviewed_on:
        day -= timedelta(days=1)
    return day


_EXCUSED = Exclusion(
    Ground.EXCUSED,
    "QĐ124:Đ5.2.1",
    "Đảng viên được miễn công tác và sinh hoạt đảng",
    "Excused from work and party life",
)
_SUSPENDED = Exclusion(
    Ground.SUSPENDED,
    "QĐ124:Đ5.2.1",
    "Đảng viên bị đình chỉ sinh hoạt đảng",
    "Suspended from party life",
)
_NEWLY_ADMITTED = Exclusion(
    Ground.NEWLY_ADMITTED,
    "QĐ124:Đ5.2.1",
    "Đảng viên mới kết nạp chưa đủ 6 tháng",
    "Admitted less than 6 months ago",
)
_CENTRAL_LEADERSHIP = Exclusion(
    Ground.CENTRAL_LEADERSHIP,
    "QĐ124:Đ9.1.2",
    "Bộ Chính trị, Ban Bí thư: kiểm điểm, không xếp loại",
    "Politburo and Secretariat: reviewed, not rated",
)

EXCLUSIONS: Mapping[Ground, Exclusion] = {
    exclusion.ground: exclusion
    for exclusion in (_EXCUSED, _SUSPENDED, _NEWLY_ADMITTED, _CENTRAL_LEADERSHIP)
}


def grounds_of(track: Track) -> tuple[Ground, ...]:
    """The grounds on which a subject of the registry may be left out in a year.

    Only party members have grounds (Đ5.2.1); Đ5.2.2 excludes no official. No authority of a province
    rates the collectives of Đ9.1.2 and their members, so a province does not record their exclusion.
    """
    if track is Track.PARTY_MEMBER:
        return (Ground.EXCUSED, Ground.SUSPENDED, Ground.NEWLY_ADMITTED)
    return ()
