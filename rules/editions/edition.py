"""The parts of an edition, as records: what a province takes from the texts for its years."""

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
    """Which body a row of the places of review points to, seen from the person or the post."""

    CELL = "CELL"
    WORKPLACE = "WORKPLACE"
    OWN_BODY = "OWN_BODY"
    PARENT_BODY = "PARENT_BODY"
    LEADERSHIP = "LEADERSHIP"
    AS_WRITTEN = "AS_WRITTEN"


class Reviewed(StrEnum):
    """Whose file it is (QĐ124:Đ17)."""

    INDIVIDUAL = "INDIVIDUAL"
    COLLECTIVE = "COLLECTIVE"


class Occasion(StrEnum):
    """What happened that makes a paper required (QĐ124:Đ17, "nếu có")."""

    SUGGESTION = "SUGGESTION"
    OPINION = "OPINION"
    APPEAL = "APPEAL"


class Maker(StrEnum):
    """Whose paper it is to hand in (QĐ124:Đ17)."""

    SUBJECT = "SUBJECT"
    REVIEWER = "REVIEWER"
    OFFICE = "OFFICE"
    AUTHORITY = "AUTHORITY"
    SUPERIOR = "SUPERIOR"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of Article 10 or section 4.

    `basic` is resolved: where the edition flags none of a set, all of the set are. A criterion with
    `if_any` is graded only where its fact exists ("nếu có"); every other one must have its grade.
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
    """What the edition takes an open text to mean; `remark` (Vietnamese) is shown to the reader."""

    value: str
    clause: str
    remark: str


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """`classes`: the classes of authority that belong to it wherever the catalogue names no group."""

    code: str
    vi: str
    en: str
    clause: str
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonGroupNames:
    """Names of the derived groups, in which `{group}`, `{body}` and `{clause}` are filled in;
    `members_classes` are rated by the committee of their own place.
    """

    heads: Bilingual
    deputies: Bilingual
    members: Bilingual
    party_members: Bilingual
    others: Bilingual
    members_classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day of the rated year, or of the one after it, before which ("trước ngày") it is done.

    `tiers` and `kinds` say whose review and rating it ends (no kinds: all of the tiers); a duty that
    is none of this has no tiers.
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
    """The shortest review meeting; `suggested` where the Provincial Standing Committee suggested."""

    code: str
    tiers: tuple[Tier, ...]
    kinds: tuple[BodyKind, ...]
    suggested: bool
    days_min: Fraction
    clause: str


@dataclass(frozen=True, slots=True)
class ReviewPlace:
    """A row of the places of review. An empty condition fits every post; CELL asks for none."""

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
    """Party members admitted less than this many months ago are left out (QĐ124:Đ5.2.1)."""

    months_min: int
    clause: str


@dataclass(frozen=True, slots=True)
class DossierPaper:
    """A paper of the file: required of some always, or of all once something happened, or never.

    `by` are those who may hand it in: the subject; whoever held the review; the office that compiles,
    or the panel by its chair; the authority or its office, once it has decided; the direct superior.
    """

    code: str
    by: tuple[Maker, ...]
    required_for: tuple[Reviewed, ...]
    once: Occasion | None
    text: str
    clause: str


@dataclass(frozen=True, slots=True)
class ResidenceVotes:
    """The years in which votes at the place of residence are held, and the clause that says who decides that."""

    years: frozenset[int]
    clause: str


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of an edition: from which day on, and what was corrected by it, in two or three sentences.

    The law stays what it is; a revision corrects how this house had read it. Each result is stored with
    the number of the revision that it was judged by. `clauses` are the points that are read otherwise since.
    """

    number: int
    on: date
    clauses: tuple[str, ...]
    text: str
    text_in_english: str


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """One edition: the years it holds for, its texts, and its choices where they leave one.

    `rule_modules` each end with a tuple CLAUSES of condition functions, in the order of the text.
    `numbers` overrides numbers of the texts, by citation and name. Two editions are never equal
    (identity), so that an edition can key a cache.
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
        """The number of the present revision, which results are judged by."""
        return self.revisions[-1].number

    def holds_in(self, year: int) -> bool:
        first, last = self.years
        return first <= year and (last is None or year <= last)

    def number(self, cite: str, name: str) -> Fraction:
        """A number of the law by its name: the edition's own, or that of the text.

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
