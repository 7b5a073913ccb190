"""Computes levels when facts, or levels that they depend on, are written; never when they are read."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories import appraisal as appraisals, dependence, quota as quotas, tally as tallies
from db.repositories.appraisal import Computation, Facts
from rules.editions.lookup import Edition, edition_for
from rules.enums import Track
from rules.facts.consistency import LEVELS_OF_FLAG
from rules.facts.facts_parser import read_facts
from rules.facts.fault import FactsError
from rules.judgement.judge import Judgement, judge

LEVELS, CIVIL_SERVANT = "levels", "civil_servant"
UNKNOWN = "?"
"""The name of a subject whose level is needed and that the registry does not know."""

BATCH_SIZE = 5000
"""Computations that are held in memory before they are stored."""
Results = tuple[str | None, list[dict[str, Any]], list[dict[str, Any]]]
"""The level, what it waits for, the findings."""
REFUSED = "REFUSED"
"""The result of stored facts that the edition cannot read."""


async def compute(
    connection: AsyncConnection, year: int, at: datetime, only: Collection[UUID] | None = None
) -> int:
    """Judge the subjects of a year, or only these, and store the results; returns how many were judged.

    The facts that were judged are stored with the result: those of the subject, and the levels of others
    at that moment, so that the result can be computed again years later.

    Raises:
        NotInForceError: no edition is in force in a year that has facts.
        FactsError: the edition cannot read stored facts.
    """
    ids = await appraisals.with_facts(connection, year, only)
    if not ids:  # as in every year before the first edition, which has levels without facts
        return 0
    edition = edition_for(year)
    for start in range(0, len(ids), BATCH_SIZE):
        judged = await judge_stored(connection, year, ids[start : start + BATCH_SIZE], edition, at)
        if judged.unreadable:
            raise next(iter(judged.unreadable.values()))
        await appraisals.put_computations(connection, judged.computations)
    return len(ids)


@dataclass(frozen=True, slots=True)
class Judged:
    """The computations of some subjects; `unreadable` are those whose stored facts the edition cannot read."""

    computations: list[Computation]
    unreadable: Mapping[UUID, FactsError]


async def judge_stored(
    connection: AsyncConnection, year: int, ids: Sequence[UUID], edition: Edition, at: datetime
) -> Judged:
    """Judge these subjects of a year from their latest facts and the levels in the registry; nothing is written."""
    others = await _levels_of_others(connection, year, ids)
    computations, unreadable = [], {}
    for facts in await appraisals.latest_facts(connection, ids):
        known = others.get(facts.appraisal_id, Others())
        try:
            computations.append(_computation(facts, known, edition, at))
        except FactsError as refused:
            unreadable[facts.appraisal_id] = refused
    return Judged(computations, unreadable)


def judge_facts(
    every: Sequence[Facts], used: Iterable[dependence.Used], edition: Edition, at: datetime
) -> list[Computation]:
    """Judge these facts with the levels of others that they use; nothing is read.

    Raises:
        FactsError: the edition cannot read the facts.
    """
    others = _others(used)
    return [
        _computation(facts, others.get(facts.appraisal_id, Others()), edition, at)
        for facts in every
    ]


async def recount(
    connection: AsyncConnection, year: int, edition: Edition, *, may_exceed: bool = False
) -> None:
    """Count the quotas and tallies of a year again, from the decided levels.

    A year before the first edition is counted by the first one. `may_exceed`: a group over its quota
    is marked.

    Raises:
        Conflict: a peer group would have more EXCELLENT than its quota, unless it may.
    """
    await quotas.recount(connection, year, edition.quota, may_exceed=may_exceed)
    await tallies.recompute(connection, year)


@dataclass(frozen=True, slots=True)
class ComputationDifference:
    """A computation whose stored facts lead to another result now."""

    appraisal_id: UUID
    subject: str
    stored: str | None
    computed: str | None


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The number of stored computations that were repeated, and those with another result."""

    year: int
    subjects: int
    differences: tuple[ComputationDifference, ...]
    other_revisions: tuple[str, ...] = ()
    """A sentence for each other revision of the edition by which results were judged: these were not repeated."""

    @property
    def is_clean(self) -> bool:
        return not self.differences and not self.other_revisions

    def report(self) -> str:
        lines = [f"{self.year}: {self.subjects} subjects, {len(self.differences)} differences"]
        lines += [f"  {sentence}" for sentence in self.other_revisions]
        lines += [
            f"  {difference.subject} ({difference.appraisal_id}): stored {difference.stored}, computed {difference.computed}"
            for difference in self.differences
        ]
        return "\n".join(lines)


async def recompute(connection: AsyncConnection, year: int) -> Recomputed:
    """Judge every stored computation of a year again, from its own facts; nothing is written.

    A result of another revision of the edition is not wrong: it is counted, and not compared.

    Raises:
        NotInForceError: no edition is in force in the year.
    """
    edition = edition_for(year)
    subjects, differences = 0, []
    others: Counter[int] = Counter()
    async for stored in appraisals.computations(connection, year):
        subjects += 1
        if stored.edition_revision != edition.revision:
            others[stored.edition_revision] += 1
            continue
        results = _judge_again(stored, edition)
        if results != (stored.level, stored.waits_for, stored.findings):
            subject = str(stored.facts.get("subject"))
            differences.append(
                ComputationDifference(stored.appraisal_id, subject, stored.level, results[0])
            )
    sentences = [_of_revision(*counted, edition) for counted in sorted(others.items())]
    return Recomputed(year, subjects, tuple(differences), tuple(sentences))


def _of_revision(revision: int, results: int, edition: Edition) -> str:
    judged = f"{results} results judged by revision {revision} of {edition.code}"
    if revision < edition.revision:
        return f"{judged}, now {edition.revision}: run `xeploai correct`"
    return f"{judged}; this version knows {edition.revision} and cannot repeat them"


def _judge_again(stored: Computation, edition: Edition) -> Results:
    try:
        return _results(judge(read_facts(stored.facts, edition), edition))
    except FactsError:  # they were readable when they were stored, so they were changed
        return REFUSED, [], []


@dataclass(frozen=True, slots=True)
class Others:
    """Levels by their role in the facts and by name: those that the registry knows, and the names of those unknown."""

    known: dict[str, dict[str, str | None]] = field(default_factory=lambda: defaultdict(dict))
    unknown: dict[str, dict[str, str | None]] = field(default_factory=lambda: defaultdict(dict))


async def _levels_of_others(
    connection: AsyncConnection, year: int, ids: Sequence[UUID]
) -> Mapping[UUID, Others]:
    return _others(await dependence.used_in(connection, year, ids))


def _others(every: Iterable[dependence.Used]) -> Mapping[UUID, Others]:
    others_of: dict[UUID, Others] = defaultdict(Others)
    for used in every:
        others = others_of[used.appraisal_id]
        levels = others.known if used.is_known else others.unknown
        levels[used.role][used.name] = used.level and str(used.level)
    return others_of


def _computation(facts: Facts, others: Others, edition: Edition, at: datetime) -> Computation:
    """Judge facts, completed by levels in the registry, which take precedence over levels in the facts.

    If a flag needs a level that neither of them has, the level is unknown (not absent), and the computation waits.
    """
    flags = facts.document.get("flags", ())
    roles = [role for role, flag in LEVELS_OF_FLAG.items() if flag in flags]
    nowhere: dict[str, Any] = {role: others.unknown.get(role, {UNKNOWN: None}) for role in roles}
    if CIVIL_SERVANT in nowhere and facts.document["track"] != Track.PARTY_MEMBER:
        del nowhere[CIVIL_SERVANT]  # the rating as an official may be this one
    document: dict[str, Any] = {
        **facts.document,
        LEVELS: {**nowhere, **facts.document.get(LEVELS, {}), **others.known},
    }
    complete = read_facts(document, edition, stands_alone=True)
    level, waits_for, findings = _results(judge(complete, edition))
    return Computation(
        appraisal_id=facts.appraisal_id,
        facts_version=facts.version,
        edition=edition.code,
        facts=document,
        level=level,
        waits_for=waits_for,
        findings=findings,
        computed_at=at,
        edition_revision=edition.revision,
    )


def _results(judged: Judgement) -> Results:
    """The judgement as the registry stores it."""
    return (
        judged.level and str(judged.level),
        [item._asdict() for item in judged.waits_for],
        [item.plain() for item in judged.findings],
    )
