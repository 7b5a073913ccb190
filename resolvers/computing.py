"""Levels are computed when facts or the levels they depend on are written, never when read."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db import appraisals, dependents, quotas, tallies
from db.appraisals import Computation, Facts
from rules.editions import Edition, edition_for
from rules.judge import Judgement, judge
from rules.quota import base_levels
from rules.reading_facts import read_facts

LEVELS = "levels"


async def compute(
    connection: AsyncConnection, year: int, at: datetime, only: Collection[UUID] | None = None
) -> int:
    """Judge the subjects of a year, or only these, and store the results; how many were judged.

    The facts as judged are stored beside the result: the subject's own, and the levels that others
    had at that moment, so that it can be computed again years later.

    Raises:
        NotInForceError: no edition holds in the year.
        FactsError: stored facts are not what the edition reads.
    """
    edition = edition_for(year)
    others = await _levels_of_others(connection, year)
    found = [
        _computation(facts, others.get(facts.appraisal_id, {}), edition, at)
        for facts in await appraisals.latest_facts(connection, year)
        if only is None or facts.appraisal_id in only
    ]
    await appraisals.put_computations(connection, found)
    return len(found)


async def recount(connection: AsyncConnection, year: int, edition: Edition) -> None:
    """Count quotas and tallies of a year again, from the levels that were decided.

    A year before the first edition is counted by the first one.

    Raises:
        Conflict: a peer group would have more EXCELLENT than its quota.
    """
    await quotas.recount(connection, year, base_levels(edition.quota))
    await tallies.recompute(connection, year)


def differences(stored: Computation, edition: Edition) -> Judgement | None:
    """What the rules make of the stored facts now, if it is not what was stored."""
    judged = judge(read_facts(stored.facts, edition), edition)
    return (
        None
        if _results(judged) == (stored.level, [*stored.waits_for], [*stored.findings])
        else judged
    )


async def _levels_of_others(
    connection: AsyncConnection, year: int
) -> Mapping[UUID, Mapping[str, dict[str, str | None]]]:
    found: dict[UUID, dict[str, dict[str, str | None]]] = defaultdict(lambda: defaultdict(dict))
    for used in await dependents.used_in(connection, year):
        found[used.appraisal_id][used.role][used.name] = used.level and str(used.level)
    return found


def _computation(
    facts: Facts, others: Mapping[str, dict[str, str | None]], edition: Edition, at: datetime
) -> Computation:
    """Levels in the registry stand beside, and before, those that the facts themselves bring."""
    document: dict[str, Any] = {
        **facts.document,
        LEVELS: {**facts.document.get(LEVELS, {}), **others},
    }
    level, waits_for, findings = _results(judge(read_facts(document, edition), edition))
    return Computation(
        appraisal_id=facts.appraisal_id,
        facts_version=facts.version,
        edition=edition.code,
        facts=document,
        level=level,
        waits_for=waits_for,
        findings=findings,
        computed_at=at,
    )


def _results(judged: Judgement) -> tuple[str | None, list[dict[str, Any]], list[dict[str, Any]]]:
    """The judgement as the registry stores it."""
    return (
        judged.level and str(judged.level),
        [one._asdict() for one in judged.waits_for],
        [{name: str(value) for name, value in one._asdict().items()} for one in judged.findings],
    )
