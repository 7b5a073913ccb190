"""Whether everything that is stored fits: the chain, the decisions, the counts, the computed levels."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from db import guard as guards
from db.repositories import act as acts, cycle as cycles, ledger, replay, verification
from db.repositories.act import ChainHead
from db.repositories.verification import (
    Counters,
    OtherComputation,
    OtherDecision,
    Stored,
    VerifiedSubject,
)
from resolvers import computation as level_computation
from resolvers.computation import ComputationDifference
from resolvers.queries import act_order
from resolvers.queries.year import edition_if_any
from rules.editions.lookup import Edition, editions
from rules.judgement.quota import share_of


class DiscrepancyKind(StrEnum):
    """What does not fit."""

    CHAIN = "chain"
    EXPECTED = "expected"
    GUARD = "guard"
    LEDGER = "ledger"
    ROW = "row"
    SUBJECT = "subject"
    STEP = "step"
    RECORD = "record"
    BYTES = "bytes"
    DECISION = "decision"
    PLACE = "place"
    FOUR_EYES = "four_eyes"
    POST = "post"
    ORDER = "order"
    QUOTA = "quota"
    NO_GROUP = "no_group"
    OVER_QUOTA = "over_quota"
    TALLY = "tally"
    COMPUTATION = "computation"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One thing that does not fit; `sequence` is that of the act, where there is one."""

    kind: DiscrepancyKind
    about: str
    sentence: str
    sequence: int | None = None

    def __str__(self) -> str:
        act = "" if self.sequence is None else f"act {self.sequence}, "
        return f"{act}{self.kind}: {self.about}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Verified:
    """The numbers of verified rows, and all discrepancies; those of the earliest act come first."""

    years: tuple[int, ...]
    stored: Stored
    head: ChainHead
    findings: tuple[Discrepancy, ...]

    @property
    def is_clean(self) -> bool:
        return not self.findings

    def report(self) -> str:
        counts = ", ".join(f"{many} {what}" for what, many in asdict(self.stored).items())
        summary = "everything fits" if self.is_clean else f"{len(self.findings)} findings"
        lines = [
            f"{', '.join(map(str, self.years)) or 'no year'}: {counts}: {summary}",
            f"head {self.head.sequence}:{self.head.hash.hex()}",
        ]
        return "\n".join([*lines, *(f"  {finding}" for finding in self.findings)])


async def verify(connection: AsyncConnection, expected: ChainHead | None = None) -> Verified:
    """Verify the chain and the rows that it covers, replay the acts, count and compute every year again.

    Nothing is written. `expected` is an act that was the head before, from an earlier run or a receipt. Without
    it, acts removed from the end, and a chain that was replaced as a whole, are not detected.
    """
    years = [cycle.year for cycle in await cycles.all_cycles(connection)]
    findings = [finding async for finding in _chain_discrepancies(connection, expected)]
    findings += [finding async for finding in _act_discrepancies(connection)]
    for year in await verification.counted_years(connection):
        findings += [finding async for finding in _year_discrepancies(connection, year)]
    findings += [
        finding
        for computation in await verification.other_computations(connection)
        for finding in _computation_discrepancies(computation)
    ]
    findings += [finding async for finding in _row_discrepancies(connection)]
    # The sort is stable: findings of one act, and findings without an act, keep the order above.
    findings.sort(key=lambda finding: (finding.sequence is None, finding.sequence or 0))
    head = await acts.head_of(connection)
    return Verified(tuple(years), await verification.stored(connection), head, tuple(findings))


async def _chain_discrepancies(
    connection: AsyncConnection, expected: ChainHead | None
) -> AsyncIterator[Discrepancy]:
    broken = await acts.first_broken(connection)
    if broken is not None:
        sentence = "what stands here was changed or put in, or what stood here was removed"
        yield Discrepancy(DiscrepancyKind.CHAIN, "the chain of acts", sentence, broken)
    for sequence in await replay.not_of_an_older_version(connection):
        sentence = "it has the form of an older version, which never wrote here"
        yield Discrepancy(DiscrepancyKind.CHAIN, "the chain of acts", sentence, sequence)
    if expected and await acts.hash_of(connection, expected.sequence) != expected.hash:
        sentence = "the chain does not hold the act that it ended with before"
        yield Discrepancy(
            DiscrepancyKind.EXPECTED, "the chain of acts", sentence, expected.sequence
        )
    for sentence in await guards.missing(connection):
        yield Discrepancy(DiscrepancyKind.GUARD, "the database", sentence)


async def _row_discrepancies(connection: AsyncConnection) -> AsyncIterator[Discrepancy]:
    for sequence in await ledger.other_lists(connection):
        sentence = "the rows noted under it are not those that it covers"
        yield Discrepancy(DiscrepancyKind.LEDGER, "the ledger", sentence, sequence)
    for relation, row_key in await ledger.open_rows(connection):
        yield Discrepancy(DiscrepancyKind.ROW, f"{relation} {row_key}", "written without an act")
    async for row in ledger.other_rows(connection):
        sentence = f"{row.change.lower()} without an act"
        yield Discrepancy(
            DiscrepancyKind.ROW, f"{row.relation} {row.row_key}", sentence, row.sequence
        )
    for key in await replay.other_bytes(connection):
        sentence = "its bytes are gone, or are not those that were handed in"
        yield Discrepancy(DiscrepancyKind.BYTES, f"document {key}", sentence)


async def _act_discrepancies(connection: AsyncConnection) -> AsyncIterator[Discrepancy]:
    for other in await verification.other_decisions(connection):
        yield Discrepancy(
            DiscrepancyKind.DECISION,
            _named(other.subject),
            _decision_difference(other),
            other.sequence,
        )
    for place in await verification.other_places(connection):
        sentence = f"{place.what} is {place.stored}, not {place.replayed}"
        yield Discrepancy(DiscrepancyKind.PLACE, _named(place.subject), sentence, place.sequence)
    for without in await verification.without_group(connection):
        level = without.level or "no level yet"
        sentence = f"no quota counts it ({level}): supplementYear gives it a peer group"
        yield Discrepancy(DiscrepancyKind.NO_GROUP, _named(without.subject), sentence)
    for alone in await verification.rated_alone(connection):
        sentence = f"{alone.person_id} rated it, having recorded the appraisal before"
        yield Discrepancy(
            DiscrepancyKind.FOUR_EYES, _named(alone.subject), sentence, alone.sequence
        )
    for act in await verification.without_post(connection):
        sentence = f"{act.person_id or 'nobody'} acted in it on {act.day} without holding it"
        yield Discrepancy(DiscrepancyKind.POST, act.post_code, sentence, act.sequence)
    for sequence, subject, named in await replay.other_subjects(connection):
        sentence = f"the act was on {named}"
        yield Discrepancy(DiscrepancyKind.SUBJECT, _named(subject), sentence, sequence)
    for step in await replay.other_steps(connection):
        sentence = f"its {step.what} is {step.stored}, the acts say {step.replayed}"
        yield Discrepancy(DiscrepancyKind.STEP, _named(step.subject), sentence)
    for record in await replay.other_records(connection):
        about = f"{record.relation} {record.key}"
        yield Discrepancy(DiscrepancyKind.RECORD, about, record.what, record.sequence)


async def _year_discrepancies(connection: AsyncConnection, year: int) -> AsyncIterator[Discrepancy]:
    for counters in await verification.other_quotas(connection, year, _counting(year).quota):
        if counters.stored != counters.counted:
            yield Discrepancy(
                DiscrepancyKind.QUOTA,
                f"{counters.code}, {year}",
                _differences(counters.stored, counters.counted),
            )
        if counters.is_marked != counters.is_over:
            yield Discrepancy(
                DiscrepancyKind.OVER_QUOTA,
                f"{counters.code}, {year}",
                _over_quota_difference(counters),
            )
    parameters = _counting(year).quota
    for group, share in await verification.other_shares(connection, year, parameters):
        stands, right = asdict(share), asdict(share_of(parameters))
        yield Discrepancy(
            DiscrepancyKind.QUOTA, f"{group}, {year}", f"share: {_differences(stands, right)}"
        )
    for counters in await verification.other_tallies(connection, year):
        about = f"{counters.code}, {counters.track} {year}"
        yield Discrepancy(
            DiscrepancyKind.TALLY, about, _differences(counters.stored, counters.counted)
        )
    if edition_if_any(year) is not None:
        for act in await act_order.misplaced(connection, year):
            yield Discrepancy(
                DiscrepancyKind.ORDER, _named(act.subject), act.sentence, act.sequence
            )
        recomputed = await level_computation.recompute(connection, year)
        for sentence in recomputed.other_revisions:
            yield Discrepancy(DiscrepancyKind.COMPUTATION, str(year), sentence)
        for other in recomputed.differences:
            yield Discrepancy(
                DiscrepancyKind.COMPUTATION,
                f"{other.subject}, {other.appraisal_id}",
                _recomputed(other),
            )


def _counting(year: int) -> Edition:
    """The edition by which a year is counted: its own, or the first one (see `resolvers.computation.recount`)."""
    return edition_if_any(year) or editions()[0]


def _recomputed(other: ComputationDifference) -> str:
    if other.stored == other.computed:
        return f"its facts lead to {other.computed} by other findings than are stored"
    return f"its facts lead to {other.computed}, stored is {other.stored}"


def _computation_discrepancies(computation: OtherComputation) -> Iterator[Discrepancy]:
    if computation.shown != computation.computed:
        sentence = f"it shows {computation.shown}, computed was {computation.computed}"
        yield Discrepancy(DiscrepancyKind.COMPUTATION, _named(computation.subject), sentence)
    if computation.has_other_facts:
        sentence = "it was computed from other facts than were recorded"
        yield Discrepancy(DiscrepancyKind.COMPUTATION, _named(computation.subject), sentence)
    if computation.has_other_edition:
        sentence = "it was computed by another edition than that of its year"
        yield Discrepancy(DiscrepancyKind.COMPUTATION, _named(computation.subject), sentence)


def _named(subject: VerifiedSubject) -> str:
    return f"{subject.key}, {subject.track} {subject.year}"


def _decision_difference(other: OtherDecision) -> str:
    if other.sequence is None:
        return f"it has the level {other.stored.level}, and no act says so"
    if other.stored.level is None or other.replayed.level is None:
        differences = _differences({"level": other.stored.level}, {"level": other.replayed.level})
        return differences or "it was rated without a level"
    return _differences(asdict(other.stored), asdict(other.replayed))


def _over_quota_difference(counters: Counters) -> str:
    over = f"{counters.counted['excellent']} EXCELLENT on a base of {counters.counted['base']}"
    return f"{over}, and it is {'' if counters.is_marked else 'not '}marked as over the quota"


def _differences(stored: Mapping[str, object], right: Mapping[str, object]) -> str:
    """`good is 3, not 4`, for each value that differs."""
    return ", ".join(
        f"{name} is {stored[name]}, not {right[name]}"
        for name in stored
        if stored[name] != right[name]
    )
