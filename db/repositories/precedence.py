"""The stages of appraisals, and the subjects that each reason of the order (rules/procedure/precedence.py) names."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection.driver import Read, Select
from db.repositories.cycle import IS_OVER
from rules.enums import Stage, SubjectClass, Track
from rules.kinds import BodyKind, Rank
from rules.procedure.precedence import Reason, Step, rule


class SubjectRow(NamedTuple):
    """`SubjectInOrder` in plain types."""

    id: UUID
    key: str
    subject_class: str
    track: str
    stage: str
    kind: str | None
    rank: str | None
    year_is_over: bool


class BeforeRow(NamedTuple):
    """`Before` in plain types."""

    id: UUID
    reason: str
    subject: str
    done: bool


@dataclass(frozen=True, slots=True)
class SubjectInOrder:
    """One appraisal in the order; `kind` is that of a body, `rank` that of the rated post of an official.

    `year_is_over`: its year is closed.
    """

    id: UUID
    key: str
    subject_class: SubjectClass
    track: Track
    stage: Stage
    kind: BodyKind | None
    rank: Rank | None
    year_is_over: bool


@dataclass(frozen=True, slots=True)
class Before:
    """A subject that comes before `appraisal_id` for `reason`: code of a body or group, id of a person."""

    appraisal_id: UUID
    reason: Reason
    subject: str
    done: bool


_SUBJECTS = f"""
SELECT a.id, coalesce(a.body_code, CAST(a.person_id AS text)) AS key, a.subject_class, a.track, a.stage,
       b.kind, p.rank, {IS_OVER.format(year="a.year")} AS year_is_over
FROM appraisal a
LEFT JOIN body b ON b.code = a.body_code
LEFT JOIN post p ON p.code = a.post_code
WHERE a.id = ANY(CAST(:ids AS uuid[]))
"""

# A body stands at the organisation that it leads; a party cell stands in the party's own tree, at itself,
# and the organisation that a cell, or its committee, belongs to is the one that the cell leads.
_ASKED = """
SELECT w.reason, a.id, a.year, a.person_id, b.code AS body_code, b.subject_class,
       CASE b.kind WHEN 'PARTY_CELL' THEN b.code ELSE coalesce(b.leads_code, b.code) END AS place,
       coalesce(l.leads_code, b.leads_code, b.code) AS organisation
FROM unnest(CAST(:ids AS uuid[]), CAST(:reasons AS text[])) AS w(id, reason)
JOIN appraisal a ON a.id = w.id
LEFT JOIN post p ON p.code = a.post_code
LEFT JOIN body b ON b.code = coalesce(a.body_code, p.body_code)
LEFT JOIN body l ON l.code = b.leads_code
"""

# Bodies by code, each for the appraisal `s` that is asked about.
_COLLECTIVE = """
SELECT s.id, s.year, s.body_code AS code FROM s WHERE s.subject_class = 'COLLECTIVE'
UNION
SELECT s.id, s.year, c.code FROM s JOIN body c ON c.leads_code = s.body_code
    AND c.kind IN ('LEADERSHIP_COLLECTIVE', 'STANDING_COMMITTEE', 'PARTY_COMMITTEE', 'CELL_COMMITTEE')
WHERE s.subject_class <> 'COLLECTIVE'
"""
_BODY = f"{_COLLECTIVE} UNION SELECT s.id, s.year, s.place FROM s"
_LOWER = """
SELECT s.id, s.year, o.code
FROM s JOIN body o ON o.parent_code = s.place AND (o.leads_code IS NULL OR o.kind = 'PARTY_CELL')
UNION
SELECT s.id, s.year, c.code
FROM s JOIN body o ON o.parent_code = s.place AND (o.leads_code IS NULL OR o.kind = 'PARTY_CELL')
JOIN body c ON c.leads_code = o.code AND c.kind <> 'PARTY_CELL'
"""
_OF_THE_PARTY = ", ".join(f"'{kind}'" for kind in BodyKind if kind.is_of_the_party)
_PROFESSIONAL = f"""
SELECT s.id, s.year, c.code
FROM s JOIN body c ON c.leads_code = s.organisation AND c.kind NOT IN ({_OF_THE_PARTY})
UNION
SELECT s.id, s.year, c.code
FROM s JOIN body c ON c.code = s.organisation AND c.kind NOT IN ({_OF_THE_PARTY})
"""
_BODIES = {
    Reason.COLLECTIVE_NOT_REVIEWED: _COLLECTIVE,
    Reason.COLLECTIVE_NOT_RATED: _COLLECTIVE,
    Reason.BODY_NOT_RATED: _BODY,
    Reason.LOWER_NOT_RATED: _LOWER,
    Reason.PROFESSIONAL_NOT_REVIEWED: _PROFESSIONAL,
    Reason.PROFESSIONAL_NOT_RATED: _PROFESSIONAL,
}
_RANKS = {
    Reason.HEAD_NOT_REVIEWED: [rank for rank in Rank if rank.is_head],
    Reason.DEPUTIES_NOT_REVIEWED: [rank for rank in Rank if rank.is_deputy],
}

# Only subjects named by a clause are waited for: a body by its class, a person by a post or cell of the year.
_RATEABLE = "EXISTS (SELECT FROM body_class k WHERE k.body_code = {e}.body_code)"
_RATEABLE_AS = """EXISTS (SELECT FROM {standing} k WHERE k.person_id = e.person_id
    AND k.class_code IS NOT NULL AND k.since <= make_date(e.year, 12, 31)
    AND (k.until IS NULL OR k.until >= make_date(e.year, 1, 1)))"""
_RATEABLE_OFFICIAL = _RATEABLE_AS.format(standing="official_standing")
_RATEABLE_MEMBER = _RATEABLE_AS.format(standing="member_standing")
RATEABLE = f"""CASE e.track WHEN 'BODY' THEN {_RATEABLE.format(e="e")}
    WHEN 'OFFICIAL' THEN {_RATEABLE_OFFICIAL} ELSE {_RATEABLE_MEMBER} END"""
"""Whether some clause names the subject of the appraisal `e`, on any track."""

_DONE = {Step.REVIEW: "e.stage <> 'NOT_STARTED'", Step.RATE: "e.stage = 'DECIDED'"}
_HAS_THE_STEP = {Step.REVIEW: "e.subject_class <> 'ORG'", Step.RATE: "true"}


async def subjects(connection: AsyncConnection, ids: Sequence[UUID]) -> list[SubjectInOrder]:
    """Those of these appraisals that exist."""
    rows = await connection.execute(text(_SUBJECTS), {"ids": list(ids)})
    return [subject_in_order(SubjectRow(*row)) for row in rows]


SUBJECTS = Select(_SUBJECTS, SubjectRow)
"""As `subjects`. Parameter: ids."""


def subject_in_order(row: SubjectRow) -> SubjectInOrder:
    return SubjectInOrder(
        id=row.id,
        key=row.key,
        subject_class=SubjectClass(row.subject_class),
        track=Track(row.track),
        stage=Stage(row.stage),
        kind=BodyKind(row.kind) if row.kind else None,
        rank=Rank(row.rank) if row.rank else None,
        year_is_over=row.year_is_over,
    )


async def before(connection: AsyncConnection, pairs: Sequence[tuple[UUID, Reason]]) -> list[Before]:
    """The subjects that come before each appraisal, for pairs of appraisal and reason, by one statement.

    resolvers/queries/precedence.py documents the subjects of each reason, and its clause.
    """
    if not pairs:
        return []
    select, bound = before_read(pairs)
    rows = await connection.execute(text(select.sql), bound)
    return [before_of(BeforeRow(*row)) for row in rows]


def before_read(pairs: Sequence[tuple[UUID, Reason]]) -> Read:
    """As `before`, as a statement and its parameters; for no pairs, one without rows."""
    ids, reasons = [key for key, _ in pairs], [str(reason) for _, reason in pairs]
    return _before(frozenset(reason for _, reason in pairs)), {"ids": ids, "reasons": reasons}


def before_of(row: BeforeRow) -> Before:
    return Before(row.id, Reason(row.reason), row.subject, row.done)


_NOTHING_BEFORE = Select(
    """SELECT CAST(NULL AS uuid), '', '', true
    WHERE cardinality(CAST(:ids AS uuid[])) + cardinality(CAST(:reasons AS text[])) < 0""",
    BeforeRow,
)


@cache
def _before(reasons: frozenset[Reason]) -> Select:
    """The statement with the arms of these reasons alone: a plan is made for each arm, needed or not."""
    if not reasons:
        return _NOTHING_BEFORE
    arms = " UNION ALL ".join(_arm(reason) for reason in sorted(reasons))
    sql = f"""
WITH asked AS MATERIALIZED ({_ASKED}),
before(id, reason, subject, done) AS ({arms})
SELECT * FROM before ORDER BY id, reason, subject
"""
    return Select(sql, BeforeRow)


def _arm(reason: Reason) -> str:
    if reason in _BODIES:
        return _of_bodies(reason)
    if reason in _RANKS:
        return _of_officials(reason)
    return _OF_OTHERS[reason]


def _subjects_with_reason(reason: Reason) -> str:
    return f"s AS (SELECT * FROM asked WHERE reason = '{reason}')"


def _of_bodies(reason: Reason) -> str:
    step = rule(reason).step
    return f"""
(WITH {_subjects_with_reason(reason)}
SELECT m.id, '{reason}', e.body_code, {_DONE[step]}
FROM ({_BODIES[reason]}) m
JOIN appraisal e ON e.year = m.year AND e.track = 'BODY' AND e.body_code = m.code
WHERE e.excluded IS NULL AND {_RATEABLE.format(e="e")} AND {_HAS_THE_STEP[step]})
"""


def _of_officials(reason: Reason) -> str:
    ranks = ", ".join(f"'{rank}'" for rank in _RANKS[reason])
    return f"""
(WITH {_subjects_with_reason(reason)}
SELECT s.id, '{reason}', CAST(e.person_id AS text), {_DONE[rule(reason).step]}
FROM s
JOIN post q ON q.body_code = s.body_code AND q.rank IN ({ranks})
JOIN appraisal e ON e.post_code = q.code AND e.year = s.year AND e.track = 'OFFICIAL'
WHERE e.person_id <> s.person_id AND e.excluded IS NULL AND {_RATEABLE_OFFICIAL})
"""


_OF_CELL = f"""
(WITH {_subjects_with_reason(Reason.CELL_NOT_REVIEWED)}
SELECT s.id, '{Reason.CELL_NOT_REVIEWED}', CAST(e.person_id AS text), {_DONE[Step.REVIEW]}
FROM s
JOIN appraisal e ON e.year = s.year AND e.track = 'PARTY_MEMBER' AND e.person_id = s.person_id
WHERE e.excluded IS NULL AND {_RATEABLE_MEMBER})
"""
_OF_GROUP = f"""
(WITH {_subjects_with_reason(Reason.QUOTA_NOT_SETTLED)},
of_group AS (
    SELECT DISTINCT m.id, m.year, e.peer_group_code AS code
    FROM ({_BODY}) m
    JOIN appraisal e ON e.year = m.year AND e.track = 'BODY' AND e.body_code = m.code
    WHERE e.peer_group_code IS NOT NULL AND {_RATEABLE.format(e="e")}
),
counted AS (
    SELECT g.code, g.year,
           NOT EXISTS (SELECT FROM appraisal x WHERE x.peer_group_code = g.code AND x.year = g.year
                       AND x.stage <> 'DECIDED' AND x.excluded IS NULL
                       AND {_RATEABLE.format(e="x")})
           AND NOT EXISTS (SELECT FROM quota q WHERE q.peer_group_code = g.code AND q.year = g.year
                           AND q.over_quota) AS is_settled
    FROM (SELECT DISTINCT code, year FROM of_group) g
)
SELECT o.id, '{Reason.QUOTA_NOT_SETTLED}', o.code, c.is_settled
FROM of_group o JOIN counted c ON c.code = o.code AND c.year = o.year)
"""
_OF_OTHERS = {Reason.CELL_NOT_REVIEWED: _OF_CELL, Reason.QUOTA_NOT_SETTLED: _OF_GROUP}
