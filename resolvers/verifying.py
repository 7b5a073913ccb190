"""Whether everything that is stored fits: the chain, the decisions, the counts, the computed levels."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from db import acts, cycles, verifying
from db.verifying import Counted, OtherComputation, OtherDecision, Stored, Subject
from resolvers import computing
from resolvers.computing import Difference
from rules.editions import Edition, editions
from rules.quota import base_levels


class Kind(StrEnum):
    """What does not fit."""

    CHAIN = "chain"
    DECISION = "decision"
    PLACE = "place"
    FOUR_EYES = "four_eyes"
    POST = "post"
    QUOTA = "quota"
    OVER_QUOTA = "over_quota"
    TALLY = "tally"
    COMPUTATION = "computation"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit; `sequence` is that of the act, where there is one."""

    kind: Kind
    about: str
    sentence: str
    sequence: int | None = None

    def __str__(self) -> str:
        act = "" if self.sequence is None else f"act {self.sequence}, "
        return f"{act}{self.kind}: {self.about}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Verified:
    """How much was verified, and all that does not fit; the first act that does not fit comes first."""

    years: tuple[int, ...]
    stored: Stored
    findings: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        return not self.findings

    def report(self) -> str:
        counts = ", ".join(f"{many} {what}" for what, many in asdict(self.stored).items())
        said = "everything fits" if self.is_clean else f"{len(self.findings)} findings"
        lines = [f"{', '.join(map(str, self.years)) or 'no year'}: {counts}: {said}"]
        return "\n".join([*lines, *(f"  {finding}" for finding in self.findings)])


async def verify(connection: AsyncConnection) -> Verified:
    """Prove the chain, replay the decisions, count and compute every year again; nothing is written.

    A rating removed from the end of the chain is noticed by the level that it leaves without an act;
    other acts removed there leave no trace.
    """
    years = [cycle.year for cycle in await cycles.all_cycles(connection)]
    findings = [one async for one in _of_acts(connection)]
    for year in years:
        findings += [one async for one in _of_year(connection, year)]
    findings += [
        finding
        for one in await verifying.other_computations(connection)
        for finding in _of_computation(one)
    ]
    # The sort is stable: of one act, and of what no act is named for, the order above stays.
    findings.sort(key=lambda one: (one.sequence is None, one.sequence or 0))
    return Verified(tuple(years), await verifying.stored(connection), tuple(findings))


async def _of_acts(connection: AsyncConnection) -> AsyncIterator[Finding]:
    broken = await acts.first_broken(connection)
    if broken is not None:
        said = "what stands here was changed or put in, or what stood here was removed"
        yield Finding(Kind.CHAIN, "the chain of acts", said, broken)
    for other in await verifying.other_decisions(connection):
        yield Finding(Kind.DECISION, _named(other.subject), _said(other), other.sequence)
    for place in await verifying.other_places(connection):
        said = f"{place.what} is {place.stored}, not {place.said}"
        yield Finding(Kind.PLACE, _named(place.subject), said, place.sequence)
    for alone in await verifying.rated_alone(connection):
        said = f"{alone.person_id} rated it, having recorded the appraisal before"
        yield Finding(Kind.FOUR_EYES, _named(alone.subject), said, alone.sequence)
    for act in await verifying.without_post(connection):
        said = f"{act.person_id or 'nobody'} acted in it on {act.day} without holding it"
        yield Finding(Kind.POST, act.post_code, said, act.sequence)


async def _of_year(connection: AsyncConnection, year: int) -> AsyncIterator[Finding]:
    levels = base_levels(_counting(year).quota)
    for one in await verifying.other_quotas(connection, year, levels):
        if one.stored != one.counted:
            yield Finding(Kind.QUOTA, f"{one.code}, {year}", _differences(one.stored, one.counted))
        if one.is_marked != one.is_over:
            yield Finding(Kind.OVER_QUOTA, f"{one.code}, {year}", _marked(one))
    for one in await verifying.other_tallies(connection, year):
        about = f"{one.code}, {one.track} {year}"
        yield Finding(Kind.TALLY, about, _differences(one.stored, one.counted))
    if _edition(year) is not None:
        for other in (await computing.recompute(connection, year)).differences:
            yield Finding(
                Kind.COMPUTATION, f"{other.subject}, {other.appraisal_id}", _recomputed(other)
            )


def _edition(year: int) -> Edition | None:
    return next((one for one in editions() if one.holds_in(year)), None)


def _counting(year: int) -> Edition:
    """By which a year is counted: its own; by the first where none holds (see `computing.recount`)."""
    return _edition(year) or editions()[0]


def _recomputed(other: Difference) -> str:
    if other.stored == other.computed:
        return f"its facts lead to {other.computed} by other findings than are stored"
    return f"its facts lead to {other.computed}, stored is {other.stored}"


def _of_computation(one: OtherComputation) -> Iterator[Finding]:
    if one.shown != one.computed:
        said = f"it shows {one.shown}, computed was {one.computed}"
        yield Finding(Kind.COMPUTATION, _named(one.subject), said)
    if one.has_other_facts:
        said = "it was computed from other facts than were recorded"
        yield Finding(Kind.COMPUTATION, _named(one.subject), said)


def _named(subject: Subject) -> str:
    return f"{subject.key}, {subject.track} {subject.year}"


def _said(other: OtherDecision) -> str:
    if other.sequence is None:
        return f"it has the level {other.stored.level}, and no act says so"
    if other.stored.level is None or other.said.level is None:
        said = _differences({"level": other.stored.level}, {"level": other.said.level})
        return said or "it was rated without a level"
    return _differences(asdict(other.stored), asdict(other.said))


def _marked(one: Counted) -> str:
    over = f"{one.counted['excellent']} EXCELLENT on a base of {one.counted['base']}"
    return f"{over}, and it is {'' if one.is_marked else 'not '}marked as over the quota"


def _differences(stored: Mapping[str, object], right: Mapping[str, object]) -> str:
    """`good is 3, not 4`, for each that differs."""
    return ", ".join(
        f"{name} is {stored[name]}, not {right[name]}"
        for name in stored
        if stored[name] != right[name]
    )
