"""Finds differences: counters against the appraisals, appraisals against the acts; nothing is written."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories.precedence import RATEABLE
from db.repositories.quota import OVER, bound_by
from rules.editions.lookup import QuotaParameters
from rules.judgement.quota import Share, share_of

COUNTERS = ("excellent", "good", "completed", "not_completed", "not_rated")
IN_QUOTA, IN_TALLY = (*COUNTERS, "base"), (*COUNTERS, "total")


@dataclass(frozen=True, slots=True)
class Stored:
    """The numbers of rows that are verified."""

    acts: int
    appraisals: int
    quotas: int
    tallies: int
    computations: int


@dataclass(frozen=True, slots=True)
class Counters:
    """The counters of a group, or of a body in one track, as stored and as counted again.

    Without a row, all counters are 0. `is_marked` is the stored `over_quota`; a tally has none.
    """

    code: str
    track: str | None
    stored: Mapping[str, int]
    counted: Mapping[str, int]
    is_marked: bool = False
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class VerifiedSubject:
    """The subject of an appraisal: the code of a body or the id of a person."""

    key: str
    track: str
    year: int


@dataclass(frozen=True, slots=True)
class StoredDecision:
    level: str | None
    rater: str | None
    clause: str | None
    day: date | None


@dataclass(frozen=True, slots=True)
class OtherDecision:
    """An appraisal whose decision differs from the last act on its level; `sequence` is that of the act."""

    sequence: int | None
    subject: VerifiedSubject
    stored: StoredDecision
    replayed: StoredDecision


@dataclass(frozen=True, slots=True)
class OtherPlace:
    """An appraisal whose exclusion, post, home or group (`what`) differs from the last act on it."""

    sequence: int | None
    subject: VerifiedSubject
    what: str
    stored: str | None
    replayed: str | None


@dataclass(frozen=True, slots=True)
class RatedAlone:
    """The person who rated had recorded the last proposal, or the facts then in force; `sequence` is that of the rating."""

    sequence: int
    subject: VerifiedSubject
    person_id: UUID


@dataclass(frozen=True, slots=True)
class WithoutPost:
    """An act in a post that its actor did not hold on its day."""

    sequence: int
    post_code: str
    person_id: UUID | None
    day: date


@dataclass(frozen=True, slots=True)
class OtherComputation:
    """An appraisal whose shown level is not the computed one, or was computed from other facts or another edition."""

    subject: VerifiedSubject
    shown: str | None
    computed: str | None
    has_other_facts: bool
    has_other_edition: bool


# The day of an act is the day in Vietnam, which is UTC+7 all year.
DAY = "(CAST({}.at AT TIME ZONE interval '7 hours' AS date))"
SUBJECT = "coalesce(a.body_code, a.person_id::text) AS key, a.track, a.year"
_LEVELS = """
count(*) FILTER (WHERE a.level = 'EXCELLENT'), count(*) FILTER (WHERE a.level = 'GOOD'),
count(*) FILTER (WHERE a.level = 'COMPLETED'), count(*) FILTER (WHERE a.level = 'NOT_COMPLETED'),
count(*) FILTER (WHERE a.level IS NULL)
"""
_COUNTED_YEARS = """
SELECT year FROM cycle UNION SELECT year FROM quota UNION SELECT year FROM tally UNION SELECT year FROM appraisal ORDER BY 1
"""
_NOTHING = "CAST(array_fill(0, ARRAY[6]) AS bigint[])"
_STORED = """
SELECT (SELECT count(*) FROM act) AS acts, (SELECT count(*) FROM appraisal) AS appraisals,
       (SELECT count(*) FROM quota) AS quotas, (SELECT count(*) FROM tally) AS tallies,
       (SELECT count(*) FROM computation) AS computations
"""
_QUOTAS = f"""
WITH counted AS (
    SELECT a.peer_group_code AS code,
           ARRAY[{_LEVELS}, count(*) FILTER (WHERE a.level = ANY(:base_levels))] AS counts
    FROM appraisal a
    WHERE a.year = :year AND a.peer_group_code IS NOT NULL AND a.excluded IS NULL GROUP BY 1
), stored AS (
    SELECT peer_group_code AS code, over_quota, CAST(ARRAY[{", ".join(IN_QUOTA)}] AS bigint[]) AS counts
    FROM quota WHERE year = :year
), both_ways AS (
    SELECT code, NULL AS track, coalesce(s.over_quota, false) AS is_marked,
           coalesce(s.counts, {_NOTHING}) AS stored, coalesce(c.counts, {_NOTHING}) AS counted
    FROM stored s FULL JOIN counted c USING (code)
), judged AS (SELECT *, {OVER.format(excellent="counted[1]", base="counted[6]")} AS is_over FROM both_ways)
SELECT * FROM judged WHERE stored <> counted OR is_marked <> is_over ORDER BY code
"""
_SHARES = """
SELECT peer_group_code AS code, share_part AS part, share_rest AS rest, share_whole AS whole
FROM quota WHERE year = :year
  AND (share_part, share_rest, share_whole) <> (CAST(:part AS integer), CAST(:rest AS integer), CAST(:whole AS integer))
ORDER BY 1
"""
_TALLIES = f"""
WITH counted AS (
    SELECT t.ancestor_code AS code, a.track, ARRAY[{_LEVELS}, count(*)] AS counts
    FROM appraisal a JOIN body_tree t ON t.body_code = a.home_body_code
    WHERE a.year = :year AND a.excluded IS NULL GROUP BY 1, 2
), stored AS (
    SELECT body_code AS code, track, CAST(ARRAY[{", ".join(IN_TALLY)}] AS bigint[]) AS counts
    FROM tally WHERE year = :year
), both_ways AS (
    SELECT code, track, coalesce(s.counts, {_NOTHING}) AS stored, coalesce(c.counts, {_NOTHING}) AS counted
    FROM stored s FULL JOIN counted c USING (code, track)
)
SELECT * FROM both_ways WHERE stored <> counted ORDER BY code, track
"""
_DECISIONS = f"""
WITH last AS (
    SELECT DISTINCT ON (appraisal_id) * FROM act
    WHERE act IN ('rate', 'annul') AND appraisal_id IS NOT NULL
    ORDER BY appraisal_id, sequence DESC
), said AS (
    SELECT sequence, appraisal_id, act, {DAY.format("last")} AS day, clause,
           CASE act WHEN 'rate' THEN level END AS level, on_behalf_rater_id AS rater
    FROM last
)
SELECT {SUBJECT}, s.sequence,
       a.level AS stored_level, a.rater_id AS stored_rater, a.clause AS stored_clause,
       a.decided_on AS stored_day, s.level AS said_level, s.rater AS said_rater,
       s.clause AS said_clause, s.day AS said_day
FROM appraisal a LEFT JOIN said s ON s.appraisal_id = a.id
WHERE a.level IS DISTINCT FROM s.level
   OR s.act = 'rate' AND s.level IS NULL
   OR a.level IS NOT NULL AND (a.rater_id, a.clause, a.decided_on)
                              IS DISTINCT FROM (s.rater, s.clause, s.day)
ORDER BY s.sequence, a.id
"""
# Acts of format 1 are not checked against the facts: an older version let the recorder of the facts decide.
_RATED_ALONE = f"""
SELECT {SUBJECT}, r.sequence, r.actor_person_id AS person_id
FROM act r
JOIN appraisal a ON a.id = r.appraisal_id
WHERE r.act = 'rate' AND r.actor_person_id IN (
    (SELECT p.actor_person_id FROM act p
     WHERE p.appraisal_id = r.appraisal_id AND p.act = 'appraise' AND p.sequence < r.sequence
     ORDER BY p.sequence DESC LIMIT 1),
    (SELECT f.recorded_by FROM facts f
     WHERE r.format = 2 AND f.appraisal_id = r.appraisal_id AND NOT EXISTS (
         SELECT FROM act later WHERE later.appraisal_id = f.appraisal_id AND later.sequence > r.sequence
         AND later.payload ->> 'kind' = 'facts' AND later.payload ->> 'version' = f.version::text)
     ORDER BY f.version DESC LIMIT 1))
ORDER BY r.sequence
"""
_WITHOUT_POST = f"""
SELECT r.sequence, r.actor_post_code AS post_code, r.actor_person_id AS person_id,
       {DAY.format("r")} AS day
FROM act r
WHERE r.actor_post_code IS NOT NULL AND NOT EXISTS (
    SELECT FROM membership m
    WHERE m.person_id = r.actor_person_id AND m.post_code = r.actor_post_code
      AND m.since <= {DAY.format("r")} AND (m.until IS NULL OR m.until >= {DAY.format("r")}))
ORDER BY r.sequence
"""
# The last act of each kind gives the state of a subject; without acts, the opening of the year gives it.
_PLACES = f"""
WITH last AS (
    SELECT DISTINCT ON (appraisal_id, is_transfer) * FROM (
        SELECT x.*, x.payload ->> 'kind' = 'transfer' AS is_transfer FROM act x
        WHERE x.act = 'compile' AND x.appraisal_id IS NOT NULL
          AND x.payload ->> 'kind' IN ('exclusion', 'end of exclusion', 'transfer')
    ) x ORDER BY appraisal_id, is_transfer, sequence DESC
)
SELECT {SUBJECT}, e.sequence, 'excluded' AS what, a.excluded AS stored, e.payload ->> 'ground' AS said
FROM appraisal a LEFT JOIN last e ON e.appraisal_id = a.id AND NOT e.is_transfer
WHERE a.excluded IS DISTINCT FROM e.payload ->> 'ground'
UNION ALL
SELECT {SUBJECT}, t.sequence, w.what, w.stored, t.payload ->> w.what
FROM last t
JOIN appraisal a ON a.id = t.appraisal_id AND t.is_transfer
CROSS JOIN LATERAL (VALUES ('post', a.post_code), ('home', a.home_body_code),
                           ('group', a.peer_group_code)) AS w(what, stored)
WHERE w.stored IS DISTINCT FROM t.payload ->> w.what
  AND (w.what <> 'group' OR t.payload ->> 'group' IS NOT NULL)  -- given one since, by a supplement of the year
  AND NOT (w.what = 'group' AND EXISTS (  -- or another one, by a correction, whose act covers the row
      SELECT FROM correction_change c
      WHERE c.appraisal_id = a.id AND c.kind = 'GROUP' AND c.sequence > t.sequence AND c.after = a.peer_group_code))
ORDER BY 4, 1, 5
"""
# Only a correction adds groups to a closed year: there, only an EXCELLENT that no quota counted is reported.
_WITHOUT_GROUP = f"""
SELECT {SUBJECT}, a.level
FROM appraisal a JOIN appraisal e ON e.id = a.id JOIN cycle y ON y.year = a.year AND y.edition <> ''
WHERE a.peer_group_code IS NULL AND a.excluded IS NULL
  AND (a.level = 'EXCELLENT' OR y.closed_on IS NULL AND {RATEABLE})
ORDER BY a.year, a.id
"""
# The levels of other subjects are in the computed facts only.
_COMPUTATIONS = f"""
SELECT * FROM (
    SELECT {SUBJECT}, a.id, a.computed_level AS shown, c.level AS computed,
           (c.facts - 'levels' IS DISTINCT FROM f.document - 'levels') AS has_other_facts,
           c.edition <> y.edition AS has_other_edition
    FROM appraisal a
    LEFT JOIN computation c ON c.appraisal_id = a.id
    LEFT JOIN facts f ON f.appraisal_id = c.appraisal_id AND f.version = c.facts_version
    LEFT JOIN cycle y ON y.year = a.year
) shown
WHERE shown IS DISTINCT FROM computed OR has_other_facts OR has_other_edition
ORDER BY year, id
"""


async def counted_years(connection: AsyncConnection) -> list[int]:
    """The years that have a cycle, a quota, a tally or an appraisal."""
    return list((await connection.execute(text(_COUNTED_YEARS))).scalars())


async def stored(connection: AsyncConnection) -> Stored:
    return Stored(**(await connection.execute(text(_STORED))).mappings().one())


@dataclass(frozen=True, slots=True)
class WithoutGroup:
    """A subject without a peer group, so that no quota counts it, although a rater may rate it or it has a level."""

    subject: VerifiedSubject
    level: str | None


async def without_group(connection: AsyncConnection) -> list[WithoutGroup]:
    """The subjects that an older version opened without a peer group (QĐ124:Đ12.1.4)."""
    rows = (await connection.execute(text(_WITHOUT_GROUP))).mappings()
    return [WithoutGroup(subject_of(row), row["level"]) for row in rows]


async def other_quotas(
    connection: AsyncConnection, year: int, parameters: QuotaParameters
) -> list[Counters]:
    """The groups whose counters, or whose mark of being over the quota, differ from a new count.

    `parameters` are those of the edition by which the year is counted.
    """
    bound = bound_by(parameters) | {"year": year}
    rows = (await connection.execute(text(_QUOTAS), bound)).mappings()
    return [Counters(**_named(row, IN_QUOTA)) for row in rows]


async def other_shares(
    connection: AsyncConnection, year: int, parameters: QuotaParameters
) -> list[tuple[str, Share]]:
    """The groups whose stored share is not that of the edition, with the stored share."""
    bound = {"year": year, **asdict(share_of(parameters))}
    rows = await connection.execute(text(_SHARES), bound)
    return [(row.code, Share(row.part, row.rest, row.whole)) for row in rows]


async def other_tallies(connection: AsyncConnection, year: int) -> list[Counters]:
    """The bodies whose counters differ from a new count of their subtree."""
    rows = (await connection.execute(text(_TALLIES), {"year": year})).mappings()
    return [Counters(**_named(row, IN_TALLY)) for row in rows]


async def other_decisions(connection: AsyncConnection) -> list[OtherDecision]:
    """The appraisals whose level, rater, clause or day has no act, or differs from the last `rate` or `annul`."""
    rows = (await connection.execute(text(_DECISIONS))).mappings()
    return [
        OtherDecision(
            row["sequence"], subject_of(row), _decision(row, "stored"), _decision(row, "said")
        )
        for row in rows
    ]


async def other_places(connection: AsyncConnection) -> list[OtherPlace]:
    """The appraisals whose exclusion, post, home or group is not that of the acts."""
    rows = (await connection.execute(text(_PLACES))).mappings()
    return [
        OtherPlace(row["sequence"], subject_of(row), row["what"], row["stored"], row["said"])
        for row in rows
    ]


async def rated_alone(connection: AsyncConnection) -> list[RatedAlone]:
    """The ratings by the person who had recorded the last proposal before, or the facts then in force."""
    rows = (await connection.execute(text(_RATED_ALONE))).mappings()
    return [RatedAlone(row["sequence"], subject_of(row), row["person_id"]) for row in rows]


async def without_post(connection: AsyncConnection) -> list[WithoutPost]:
    """The acts whose actor did not hold the named post on the day of the act."""
    rows = await connection.execute(text(_WITHOUT_POST))
    return [WithoutPost(**row) for row in rows.mappings()]


async def other_computations(connection: AsyncConnection) -> list[OtherComputation]:
    """The appraisals that show another level than the computed one, or were computed from other facts or another edition."""
    rows = (await connection.execute(text(_COMPUTATIONS))).mappings()
    return [
        OtherComputation(
            subject_of(row),
            row["shown"],
            row["computed"],
            row["has_other_facts"],
            bool(row["has_other_edition"]),
        )
        for row in rows
    ]


def _named(row: RowMapping, names: tuple[str, ...]) -> dict[str, Any]:
    """The row, with its two arrays as mappings from the name of the counter."""
    arrays = ("stored", "counted")
    return {**row} | {side: dict(zip(names, row[side], strict=True)) for side in arrays}


def subject_of(row: RowMapping) -> VerifiedSubject:
    """The subject of a row with the columns of `SUBJECT`."""
    return VerifiedSubject(row["key"], row["track"], row["year"])


def _decision(row: RowMapping, side: str) -> StoredDecision:
    return StoredDecision(
        **{name: row[f"{side}_{name}"] for name in StoredDecision.__dataclass_fields__}
    )
