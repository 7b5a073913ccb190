"""Levels are computed when facts or the levels they depend on are written, never when read."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
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
from rules.facts.facts_parser import FactsError, read_facts
from rules.judgement.judge import Judgement, judge

LEVELS, CIVIL_SERVANT = "levels", "civil_servant"
UNKNOWN = "?"
"""Whose level it would be, where the registry cannot even say that."""

AT_ONCE = 5000
"""How many computations are held in memory before they are stored."""
Results = tuple[str | None, list[dict[str, Any]], list[dict[str, Any]]]
"""The level, what it waits for, the findings."""
REFUSED = "REFUSED"
"""What stored facts lead to that the edition does not read."""


async def compute(
    connection: AsyncConnection, year: int, at: datetime, only: Collection[UUID] | None = None
) -> int:
    """Judge the subjects of a year, or only these, and store the results; how many were judged.

    The facts as judged are stored beside the result: the subject's own, and the levels that others
    had at that moment, so that it can be computed again years later.

    Raises:
        NotInForceError: there are facts of a year in which no edition holds.
        FactsError: stored facts are not what the edition reads.
    """
    ids = await appraisals.with_facts(connection, year, only)
    if not ids:  # as in every year before the first edition, of which there are levels alone
        return 0
    edition = edition_for(year)
    for start in range(0, len(ids), AT_ONCE):
        judged = await judge_stored(connection, year, ids[start : start + AT_ONCE], edition, at)
        if judged.unreadable:
            raise next(iter(judged.unreadable.values()))
        await appraisals.put_computations(connection, judged.computations)
    return len(ids)


@dataclass(frozen=True, slots=True)
class Judged:
    """The computations of some subjects; `unreadable` are those whose stored facts the edition does not read."""

    computations: list[Computation]
    unreadable: Mapping[UUID, FactsError]


async def judge_stored(
    connection: AsyncConnection, year: int, ids: Sequence[UUID], edition: Edition, at: datetime
) -> Judged:
    """Judge these subjects of a year from their latest facts and what the registry knows; nothing is written."""
    others = await _levels_of_others(connection, year, ids)
    computations, unreadable = [], {}
    for facts in await appraisals.latest_facts(connection, ids):
        known = others.get(facts.appraisal_id, Others())
        try:
            computations.append(_computation(facts, known, edition, at))
        except FactsError as refused:
            unreadable[facts.appraisal_id] = refused
    return Judged(computations, unreadable)


async def recount(
    connection: AsyncConnection, year: int, edition: Edition, *, may_exceed: bool = False
) -> None:
    """Count quotas and tallies of a year again, from the levels that were decided.

    A year before the first edition is counted by the first one. `may_exceed`: a group over its quota
    is marked so.

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
    """How many stored computations were repeated, and those that came out otherwise."""

    year: int
    subjects: int
    differences: tuple[ComputationDifference, ...]
    other_revisions: tuple[str, ...] = ()
    """A sentence for each other revision of the edition that results were judged by: these were not repeated."""

    @property
    def is_clean(self) -> bool:
        return not self.differences and not self.other_revisions

    def report(self) -> str:
        lines = [f"{self.year}: {self.subjects} subjects, {len(self.differences)} differences"]
        lines += [f"  {sentence}" for sentence in self.other_revisions]
        lines += [
            f"  {one.subject} ({one.appraisal_id}): stored {one.stored}, computed {one.computed}"
            for one in self.differences
        ]
        return "\n".join(lines)


async def recompute(connection: AsyncConnection, year: int) -> Recomputed:
    """Judge every stored computation of a year again, from its own facts; nothing is written.

    A result of another revision of the edition is not wrong: it is counted, and not compared.

    Raises:
        NotInForceError: no edition holds in the year.
    """
    edition = edition_for(year)
    subjects, found = 0, []
    others: Counter[int] = Counter()
    async for stored in appraisals.computations(connection, year):
        subjects += 1
        if stored.edition_revision != edition.revision:
            others[stored.edition_revision] += 1
            continue
        again = _again(stored, edition)
        if again != (stored.level, stored.waits_for, stored.findings):
            subject = str(stored.facts.get("subject"))
            found.append(
                ComputationDifference(stored.appraisal_id, subject, stored.level, again[0])
            )
    sentences = [_of_revision(*counted, edition) for counted in sorted(others.items())]
    return Recomputed(year, subjects, tuple(found), tuple(sentences))


def _of_revision(revision: int, results: int, edition: Edition) -> str:
    judged = f"{results} results judged by revision {revision} of {edition.code}"
    if revision < edition.revision:
        return f"{judged}, now {edition.revision}: run `xeploai correct`"
    return f"{judged}; this version knows {edition.revision} and cannot repeat them"


def _again(stored: Computation, edition: Edition) -> Results:
    try:
        return _results(judge(read_facts(stored.facts, edition), edition))
    except FactsError:  # once they were read, so somebody has changed them
        return REFUSED, [], []


@dataclass(frozen=True, slots=True)
class Others:
    """Levels by their role in the facts and by name, and of what the registry does not know, what it is about."""

    known: dict[str, dict[str, str | None]] = field(default_factory=lambda: defaultdict(dict))
    unknown: dict[str, dict[str, str | None]] = field(default_factory=lambda: defaultdict(dict))


async def _levels_of_others(
    connection: AsyncConnection, year: int, ids: Sequence[UUID]
) -> Mapping[UUID, Others]:
    found: dict[UUID, Others] = defaultdict(Others)
    for used in await dependence.used_in(connection, year, ids):
        others = found[used.appraisal_id]
        levels = others.known if used.is_known else others.unknown
        levels[used.role][used.name] = used.level and str(used.level)
    return found


def _computation(facts: Facts, others: Others, edition: Edition, at: datetime) -> Computation:
    """Levels in the registry stand beside, and before, those that the facts themselves bring. What a flag
    asks for and neither of them has is not known, which is not nobody: the level waits.
    """
    flags = facts.document.get("flags", ())
    asked = [role for role, flag in LEVELS_OF_FLAG.items() if flag in flags]
    nowhere: dict[str, Any] = {role: others.unknown.get(role, {UNKNOWN: None}) for role in asked}
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
        [one._asdict() for one in judged.waits_for],
        [one.plain() for one in judged.findings],
    )
