"""What a command must know of its appraisals, read in one round trip: before it locks anything, and again after."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection.driver import Read, read_together
from db.repositories import (
    act as acts,
    appraisal as appraisals,
    command as commands,
    cycle as cycles,
    precedence,
    subject as subjects,
)
from db.repositories.appraisal import Appraisal
from db.repositories.cycle import Cycle
from db.repositories.precedence import SubjectInOrder
from db.repositories.subject import Subject
from resolvers.queries.precedence import binding_pairs, standings_of
from rules.procedure.precedence import Reason, Standing

Pairs = Sequence[tuple[UUID, Reason]]
"""Each appraisal with each reason for which it may have to wait."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Some appraisals of one year as they stand in one snapshot, with what rights and order depend on.

    `standings` are None if they were not read. `more` are the rows of further statements, in their order.
    """

    ids: frozenset[UUID]
    appraisals: Mapping[UUID, Appraisal]
    cycle: Cycle | None
    subjects: Mapping[UUID, Subject]
    in_order: Sequence[SubjectInOrder]
    standings: Mapping[UUID, Standing] | None
    more: Sequence[Sequence[Any]]

    @property
    def pairs(self) -> Pairs:
        return binding_pairs(self.in_order)


async def early_situation(
    connection: AsyncConnection,
    ids: Collection[UUID],
    sent: tuple[UUID, UUID] | None,
    more: Sequence[Read],
) -> tuple[Situation, bool]:
    """The situation before anything is locked, and whether the key of a sender (`sent`) was taken before."""
    known: list[Read] = []
    if sent is not None:
        person, key = sent
        known = [(commands.IS_KNOWN, {"person": person, "key": key})]
    situation = await _read(connection, ids, None, [*known, *more])
    if sent is None:
        return situation, False
    (is_known,), *others = situation.more
    return replace(situation, more=others), is_known


async def locked_situation(
    connection: AsyncConnection,
    ids: Collection[UUID],
    early: Situation | None,
    more: Sequence[Read],
) -> Situation:
    """The situation once the appraisals are locked, with standings. `early` saves a statement, where it is known."""
    pairs = early.pairs if early else await _pairs(connection, ids)
    situation = await _read(connection, ids, pairs, more)
    if set(situation.pairs) - set(pairs):  # a subject has another class than before the lock
        return await _read(connection, ids, situation.pairs, more)
    return situation


async def _pairs(connection: AsyncConnection, ids: Collection[UUID]) -> Pairs:
    return binding_pairs(await precedence.subjects(connection, list(ids)))


async def _read(
    connection: AsyncConnection, ids: Collection[UUID], pairs: Pairs | None, more: Sequence[Read]
) -> Situation:
    by_ids: Mapping[str, object] = {"ids": list(ids)}
    reads: list[Read] = [
        (appraisals.OF_IDS, by_ids),
        (cycles.OF_APPRAISALS, by_ids),
        (subjects.APPRAISED, by_ids),
        (subjects.HOLDINGS_OF_APPRAISALS, by_ids),
        (precedence.SUBJECTS, by_ids),
    ]
    if pairs is not None:
        reads += [precedence.before_read(pairs), (acts.EXCEPTIONS, by_ids)]
    rows, cycle, appraised, holdings, in_order, *others = await read_together(
        connection, [*reads, *more]
    )
    subjects_in_order = [precedence.subject_in_order(row) for row in in_order]
    standings = None
    if pairs is not None:
        before, exceptions, *others = others
        standings = standings_of(
            subjects_in_order, map(precedence.before_of, before), acts.exceptions_of(exceptions)
        )
    return Situation(
        ids=frozenset(ids),
        appraisals={row.id: row for row in rows},
        cycle=cycle[0] if cycle else None,
        subjects=subjects.subjects_of_appraisals(appraised, holdings),
        in_order=subjects_in_order,
        standings=standings,
        more=others,
    )
