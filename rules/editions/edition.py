"""The records of an edition: the parameters that a province applies in its years."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from rules.bilingual import Bilingual
from rules.enums import SubjectClass
from rules.kinds import BodyKind, Rank, Tier
from rules.texts import law
from rules.texts.law import NotInForceError


class CriterionSet(StrEnum):
    """The sets of criteria: of a body (QĐ124:Đ10.1), of a person (Đ10.2), of a title (Đ10.3)."""

    BUILDING = "BUILDING"
    CONDUCT = "CONDUCT"
    RESULTS = "RESULTS"
    REMEDY = "REMEDY"
    TITLE = "TITLE"


class QuotaBase(StrEnum):
    """What "số được xếp loại Hoàn thành tốt nhiệm vụ" counts (QĐ124:Đ12.1.4)."""

    GOOD = "GOOD"
    GOOD_OR_BETTER = "GOOD_OR_BETTER"


class Rounding(StrEnum):
    DOWN = "DOWN"
    UP = "UP"
    HALF_UP = "HALF_UP"


class Where(StrEnum):
    """The body that a row of the places of review points to, relative to the person or post."""

    CELL = "CELL"
    WORKPLACE = "WORKPLACE"
    OWN_BODY = "OWN_BODY"
    PARENT_BODY = "PARENT_BODY"
    LEADERSHIP = "LEADERSHIP"
    AS_WRITTEN = "AS_WRITTEN"


class Reviewed(StrEnum):
    """The kind of subject that a file belongs to (QĐ124:Đ17)."""

    INDIVIDUAL = "INDIVIDUAL"
    COLLECTIVE = "COLLECTIVE"


class Occasion(StrEnum):
    """The event that makes a paper required (QĐ124:Đ17, "nếu có")."""

    SUGGESTION = "SUGGESTION"
    OPINION = "OPINION"
    APPEAL = "APPEAL"


class Maker(StrEnum):
    """The party that hands a paper in (QĐ124:Đ17)."""

    SUBJECT = "SUBJECT"
    REVIEWER = "REVIEWER"
    OFFICE = "OFFICE"
    AUTHORITY = "AUTHORITY"
    SUPERIOR = "SUPERIOR"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of Article 10 or section 4.

    `basic` is resolved: where the edition flags no criterion of a set, the whole set is basic.
    A criterion with `if_any` is graded only where its fact exists ("nếu có"); all others are required.
    """

    code: str
    clause: str
    text: str
    set: CriterionSet
    basic: bool
    if_any: bool


@dataclass(frozen=True, slots=True)
class QuotaParameters:
    base: QuotaBase
    ratio: Fraction
    rounding: Rounding
    clause: str


@dataclass(frozen=True, slots=True)
class Interpretation:
    """The edition's reading of an open text; `remark` (Vietnamese) is shown to the reader."""

    value: str
    clause: str
    remark: str


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """A group of peers. `classes` of authority belong to it where the catalogue names no group."""

    code: str
    vi: str
    en: str
    clause: str
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonGroupNames:
    """Name templates of the derived groups, with `{group}`, `{body}` and `{clause}`.

    The committee of their own place rates `members_classes`.
    """

    heads: Bilingual
    deputies: Bilingual
    members: Bilingual
    party_members: Bilingual
    others: Bilingual
    members_classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """A duty that must be done before ("trước ngày") a day of the rated year or of the next year.

    `tiers` and `kinds` select the bodies whose review and rating it ends (no kinds: all bodies of the
    tiers). Other duties have no tiers.
    """

    code: str
    who: str
    what: str
    day: int
    month: int
    next_year: bool
    tiers: tuple[Tier, ...]
    kinds: tuple[BodyKind, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class MeetingLength:
    """The minimum length of a review meeting, in days; `suggested`: the row applies only where the
    Provincial Standing Committee gave a suggestion.
    """

    code: str
    tiers: tuple[Tier, ...]
    kinds: tuple[BodyKind, ...]
    suggested: bool
    days_min: Fraction
    clause: str


@dataclass(frozen=True, slots=True)
class ReviewPlace:
    """A row of the places of review. An empty condition fits every post; CELL needs no post."""

    code: str
    where: Where
    kinds: tuple[BodyKind, ...]
    leads_kinds: tuple[BodyKind, ...]
    tiers: tuple[Tier, ...]
    ranks: tuple[Rank, ...]
    full_time: bool
    chaired_by: str | None
    text: str
    clause: str


@dataclass(frozen=True, slots=True)
class Admission:
    """Party members admitted less than `months_min` months ago are left out (QĐ124:Đ5.2.1)."""

    months_min: int
    clause: str


@dataclass(frozen=True, slots=True)
class DossierPaper:
    """A paper of the file: always required for some subjects, required after an event, or optional.

    `by` are the parties that may hand it in: the subject; the body that held the review; the
    compiling office or the panel's chair; the authority or its office after the decision; the
    direct superior.
    """

    code: str
    by: tuple[Maker, ...]
    required_for: tuple[Reviewed, ...]
    once: Occasion | None
    text: str
    clause: str


@dataclass(frozen=True, slots=True)
class ResidenceVotes:
    """The years with a vote at the place of residence, and the clause that says who sets them."""

    years: frozenset[int]
    clause: str


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of an edition: its first day, and its correction in two or three sentences.

    The law does not change; a revision corrects how the registry applied it. Each result is stored
    with the number of its revision. `clauses` are the points that are applied differently since.
    """

    number: int
    on: date
    clauses: tuple[str, ...]
    text: str
    text_in_english: str


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """One edition: its years, its texts, and its choices where the texts leave one.

    Each of `rule_modules` ends with a tuple CLAUSES of condition functions, in the order of the text.
    `numbers` overrides numbers of the texts, by citation and name. Equality is identity, so that an
    edition can key a cache.
    """

    code: str
    title: str
    years: tuple[int, int | None]
    documents: tuple[str, ...]
    rule_modules: tuple[str, ...]
    numbers: Mapping[str, Mapping[str, Fraction]]
    criteria: Mapping[SubjectClass, tuple[Criterion, ...]]
    quota: QuotaParameters
    readings: Mapping[str, Interpretation]
    peer_groups: Mapping[str, PeerGroup]
    official_groups: Mapping[str, PeerGroup]
    person_groups: PersonGroupNames
    calendar: tuple[Deadline, ...]
    meeting_lengths: tuple[MeetingLength, ...]
    places: tuple[ReviewPlace, ...]
    residence_votes: ResidenceVotes
    admission: Admission
    papers: tuple[DossierPaper, ...]
    revisions: tuple[Revision, ...]

    @property
    def revision(self) -> int:
        """The number of the current revision, by which results are judged."""
        return self.revisions[-1].number

    def holds_in(self, year: int) -> bool:
        first, last = self.years
        return first <= year and (last is None or year <= last)

    def number(self, cite: str, name: str) -> Fraction:
        """A number of the law by name: the edition's override, else the number of the text.

        Raises:
            NotInForceError: no such point, or no such number in it.
        """
        own = self.numbers.get(cite, {})
        if name in own:
            return own[name]
        try:
            return law.point(cite).numbers[name]
        except KeyError as fault:
            raise NotInForceError(f"{cite}: no number {name!r}") from fault
