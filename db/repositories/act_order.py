"""Reads the order of the acts of a year from the chain: steps, days, decisions on others. Read only."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories.replay import LISTED, STAGE, last_of_each
from db.repositories.verification import DAY, SUBJECT, VerifiedSubject, subject_of

CLOCKS_DIFFER_SECONDS_MAX = 60
"""Seconds between the clocks of two machines that write one chain. Synchronised clocks differ by less than 1 s."""


@dataclass(frozen=True, slots=True)
class OutOfStep:
    """An act for which its subject was at another stage, or whose day is before that of the step before.

    `stage` is the stage before the act. `stage_needed` is None if the stage is right and the day is wrong.
    """

    sequence: int
    subject: VerifiedSubject
    act: str
    stage: str
    stage_needed: str | None


@dataclass(frozen=True, slots=True)
class RatedAct:
    """A decision in the order of the year that no superior permitted out of order."""

    sequence: int
    appraisal_id: UUID
    subject: VerifiedSubject


@dataclass(frozen=True, slots=True)
class OfBody:
    """An act on a body: `level_stands` is whether it has a level after the act; None if the act is not about a level."""

    sequence: int
    body_code: str
    level_stands: bool | None
    ends_exclusion: bool


_LET_THROUGH = """EXISTS (SELECT FROM act y WHERE y.appraisal_id = {x}.appraisal_id AND y.sequence < {x}.sequence
    AND y.payload ->> 'kind' = 'exception' AND y.payload ->> 'step' = upper({x}.act))"""
# Days are compared, not moments: the law sets days, and a demonstration stays on one day for a long time.
# An organisation is not reviewed. A level after its own annulment is the result of a remedy. For the subjects
# listed when the database of an older version was taken over, and for acts of format 1, no act records the steps.
_OUT_OF_STEP = f"""
WITH {LISTED.strip()}, seen AS (
    SELECT x.sequence, x.appraisal_id, x.act, x.at, x.format, x.payload ? 'look' AS is_second_look,
           {SUBJECT}, a.subject_class, {last_of_each("OVER before")},
           lag(x.act) OVER every AS act_before,
           max(x.at) FILTER (WHERE x.act IN ('self_rate', 'appraise') OR x.payload ->> 'kind' = 'review')
               OVER before AS at_before
    FROM act x JOIN appraisal a ON a.id = x.appraisal_id
    WHERE a.year = :year
    WINDOW every AS (PARTITION BY x.appraisal_id ORDER BY x.sequence),
           before AS (every ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), staged AS (
    SELECT s.*, {STAGE} AS stage, CASE s.act
        WHEN 'self_rate' THEN CASE s.subject_class WHEN 'ORG' THEN 'NOT_STARTED' ELSE 'REVIEWED' END
        WHEN 'appraise' THEN 'SELF_RATED'
        WHEN 'rate' THEN CASE WHEN NOT (s.is_second_look AND s.act_before = 'annul') THEN 'PROPOSED' END
        END AS stage_needed
    FROM seen s
), wrong AS (
    SELECT w.*, w.stage IS DISTINCT FROM w.stage_needed AND w.stage_needed IS NOT NULL
           AND NOT (w.subject_class = 'ORG' AND w.act = 'self_rate' AND w.stage = 'REVIEWED')
           AND NOT EXISTS (SELECT FROM listed l WHERE l.id = w.appraisal_id)
           AND NOT {_LET_THROUGH.format(x="w")} AS is_out_of_step
    FROM staged w WHERE w.format = 2
)
SELECT sequence, key, track, year, act, stage,
       CASE WHEN is_out_of_step THEN stage_needed END AS stage_needed
FROM wrong,
     LATERAL (SELECT at + make_interval(secs => {CLOCKS_DIFFER_SECONDS_MAX})) later(at),
     LATERAL (SELECT at_before) former(at)
WHERE is_out_of_step
   OR stage_needed IS NOT NULL AND {DAY.format("later")} < {DAY.format("former")}
ORDER BY sequence
"""
# A person who was transferred since is no longer at the place of the decision.
_RATED = f"""
SELECT x.sequence, x.appraisal_id, {SUBJECT}
FROM act x JOIN appraisal a ON a.id = x.appraisal_id
WHERE a.year = :year AND a.track <> 'PARTY_MEMBER' AND x.act = 'rate' AND x.format = 2 AND NOT x.payload ? 'look'
  AND NOT {_LET_THROUGH.format(x="x")}
  AND NOT EXISTS (SELECT FROM act y WHERE y.appraisal_id = x.appraisal_id AND y.payload ->> 'kind' = 'transfer')
ORDER BY x.sequence
"""
_OF_BODIES = """
SELECT x.sequence, a.body_code, CASE x.act WHEN 'rate' THEN true WHEN 'annul' THEN false END AS level_stands,
       coalesce(x.payload ->> 'kind' = 'end of exclusion', false) AS ends_exclusion
FROM act x JOIN appraisal a ON a.id = x.appraisal_id
WHERE a.year = :year AND a.track = 'BODY'
ORDER BY x.sequence
"""


async def out_of_step(connection: AsyncConnection, year: int) -> list[OutOfStep]:
    """The acts of a year whose subjects were at another stage, or that are dated before the step before.

    A step that the direct superior permitted in writing before (QĐ124:Đ8.3, Đ13.3) is in order.
    """
    rows = (await connection.execute(text(_OUT_OF_STEP), {"year": year})).mappings()
    return [
        OutOfStep(row["sequence"], subject_of(row), row["act"], row["stage"], row["stage_needed"])
        for row in rows
    ]


async def rated(connection: AsyncConnection, year: int) -> list[RatedAct]:
    """The decisions of a year on bodies and officials, which had to wait for others."""
    rows = (await connection.execute(text(_RATED), {"year": year})).mappings()
    return [RatedAct(row["sequence"], row["appraisal_id"], subject_of(row)) for row in rows]


async def of_bodies(connection: AsyncConnection, year: int) -> list[OfBody]:
    """Every act on the bodies of a year."""
    rows = (await connection.execute(text(_OF_BODIES), {"year": year})).mappings()
    return [OfBody(**row) for row in rows]
