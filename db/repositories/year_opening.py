"""Adds appraisals for all subjects of a year that have none yet, by one statement for each kind of subject."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories.person import held_in_year
from rules.enums import Track
from rules.judgement.peer_group import OTHERS_OF, Fit


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningEntry:
    """The values that a body, a post or a cell (`code`) gives the appraisals of its subjects.

    `fit`: the holder of several posts counts in the group of the post with the lowest fit.
    """

    code: str
    home_body_code: str
    subject_class: str
    peer_group_code: str | None
    fit: int
    due: date


@dataclass(frozen=True, slots=True)
class Opening:
    """A year that is opened or supplemented at a moment; `day` is the day whose posts and cells count."""

    year: int
    day: date
    at: datetime


_ENTRIES = """
unnest(CAST(:codes AS text[]), CAST(:homes AS text[]), CAST(:classes AS text[]),
       CAST(:groups AS text[]), CAST(:fits AS integer[]), CAST(:dues AS date[]))
    WITH ORDINALITY AS e(code, home, class, peer_group, fit, due, place)
"""
_INSERT = """
INSERT INTO appraisal (id, year, track, body_code, person_id, post_code, home_body_code,
                       subject_class, peer_group_code, stage, version, due, changed_at, to_review)
SELECT uuidv7(), :year, :track, {subject}, s.home, s.class, s.peer_group, 'NOT_STARTED', 1, s.due, :at, false
"""
_HAS_NONE = "NOT EXISTS (SELECT FROM appraisal a WHERE a.year = :year AND a.track = :track AND {})"
_HELD = "m.since <= :day AND (m.until IS NULL OR m.until >= :day)"
_BODIES = f"""
{_INSERT.format(subject="s.code, NULL, NULL")} FROM (SELECT * FROM {_ENTRIES}) s
WHERE {_HAS_NONE.format("a.body_code = s.code")}
"""
# Rated by the highest post of the day; counted by the best fit of all posts of the year, as authority is.
_OF_OFFICIALS = f"""
    SELECT * FROM (
        SELECT DISTINCT ON (m.person_id) m.person_id, e.code, e.home, e.class, e.due, {_HELD} AS is_held,
               first_value(e.peer_group) OVER (
                   PARTITION BY m.person_id ORDER BY e.fit, NOT ({_HELD}), e.place) AS peer_group
        FROM membership m JOIN {_ENTRIES} ON e.code = m.post_code
        WHERE {held_in_year("make_date(:year, 1, 1)", "make_date(:year, 12, 31)")}
        ORDER BY m.person_id, NOT ({_HELD}), e.place
    ) of_year WHERE is_held
"""
_OFFICIALS = f"""
{_INSERT.format(subject="NULL, s.person_id, s.code")}
FROM ({_OF_OFFICIALS}) s
WHERE {_HAS_NONE.format("a.person_id = s.person_id")}
"""
# A person without a recorded day of admission does not count as a newcomer. Of several cells on the day,
# the official one counts, not that of temporary party life: the first joined of those without an end.
_MEMBERS = f"""
{_INSERT.format(subject="NULL, s.person_id, NULL")}
FROM (
    SELECT DISTINCT ON (m.person_id) m.person_id, e.*
    FROM membership m
    JOIN {_ENTRIES} ON e.code = m.body_code
    JOIN person i ON i.id = m.person_id
    WHERE m.post_code IS NULL AND {_HELD}
      AND (i.party_admitted_on IS NULL OR i.party_admitted_on <= :admitted_until)
    ORDER BY m.person_id, m.until IS NOT NULL, m.since, m.id
) s
WHERE {_HAS_NONE.format("a.person_id = s.person_id")}
"""

# Appraisals that an older version opened without a group. A member of a cell always had one.
_GIVE_GROUP = """
UPDATE appraisal a SET peer_group_code = s.peer_group, version = a.version + 1, changed_at = :at
FROM ({subjects}) s
WHERE a.year = :year AND a.track = :track AND a.peer_group_code IS NULL
  AND s.peer_group IS NOT NULL AND {same}
"""
_GROUP_BODIES = _GIVE_GROUP.format(
    subjects=f"SELECT * FROM {_ENTRIES}", same="a.body_code = s.code"
)
_GROUP_OFFICIALS = _GIVE_GROUP.format(subjects=_OF_OFFICIALS, same="a.person_id = s.person_id")
# The subjects that the present rules count in another group. An official who is rated by another post
# than that of the day was moved: the new group is that post's, where the edition lists one or there is none yet.
_OTHER_GROUP = """
SELECT a.id, a.peer_group_code AS before, s.peer_group AS after
FROM ({subjects}) s JOIN appraisal a ON {same}
WHERE a.year = :year AND a.track = :track
  AND s.peer_group IS NOT NULL AND a.peer_group_code IS DISTINCT FROM s.peer_group
"""
_OTHER_OF_BODIES = _OTHER_GROUP.format(
    subjects=f"SELECT * FROM {_ENTRIES}", same="a.body_code = s.code"
)
_OTHER_OF_MEMBERS = _OTHER_GROUP.format(
    subjects=f"SELECT * FROM {_ENTRIES}", same="a.home_body_code = s.code"
)
_OTHER_OF_OFFICIALS = _OTHER_GROUP.format(
    subjects=f"""
        SELECT r.id, coalesce(o.peer_group, CASE WHEN e.fit = {Fit.LISTED:d} OR r.peer_group_code IS NULL
                                            THEN e.peer_group END) AS peer_group
        FROM appraisal r JOIN {_ENTRIES} ON e.code = r.post_code
        LEFT JOIN ({_OF_OFFICIALS}) o ON o.person_id = r.person_id AND o.code = r.post_code
        WHERE r.year = :year AND r.track = :track
    """,
    same="a.id = s.id",
)
_WITH_OTHERS = """
SELECT peer_group_code AS code,
       array_agg(coalesce(body_code, CAST(person_id AS text)) ORDER BY body_code, person_id) AS subjects
FROM appraisal WHERE year = :year AND starts_with(peer_group_code, :prefix)
GROUP BY peer_group_code ORDER BY peer_group_code
"""


async def add_bodies(
    connection: AsyncConnection, opening: Opening, entries: Sequence[OpeningEntry]
) -> int:
    """Add an appraisal for each of these bodies that has none; returns how many are new."""
    return await _add(connection, _BODIES, opening, Track.BODY, entries)


async def add_officials(
    connection: AsyncConnection, opening: Opening, entries: Sequence[OpeningEntry]
) -> int:
    """Add one for each holder of these posts who has none, by the post that comes first in `entries`; returns how many."""
    return await _add(connection, _OFFICIALS, opening, Track.OFFICIAL, entries)


async def add_members(
    connection: AsyncConnection,
    opening: Opening,
    entries: Sequence[OpeningEntry],
    admitted_until: date,
) -> int:
    """Add one for each member of these cells, admitted until then, who has none, in the official cell; returns how many.

    If a person has several cells on the day, the official one is the first joined among those without an end: a person
    who changes the official cell leaves the former one, and keeps it during a temporary stay elsewhere.
    """
    return await _add(
        connection, _MEMBERS, opening, Track.PARTY_MEMBER, entries, admitted_until=admitted_until
    )


async def give_groups_to_bodies(
    connection: AsyncConnection, opening: Opening, entries: Sequence[OpeningEntry]
) -> int:
    """Set the peer group of each of these bodies whose appraisal has none; returns how many."""
    return await _add(connection, _GROUP_BODIES, opening, Track.BODY, entries)


async def give_groups_to_officials(
    connection: AsyncConnection, opening: Opening, entries: Sequence[OpeningEntry]
) -> int:
    """Set the peer group of each holder of these posts whose appraisal has none; returns how many."""
    return await _add(connection, _GROUP_OFFICIALS, opening, Track.OFFICIAL, entries)


@dataclass(frozen=True, slots=True)
class OtherGroup:
    """An appraisal that the present rules count in another group; `before` is None if it has none."""

    appraisal_id: UUID
    before: str | None
    after: str


async def other_groups(
    connection: AsyncConnection, opening: Opening, entries: Mapping[Track, Sequence[OpeningEntry]]
) -> list[OtherGroup]:
    """The appraisals to which these entries give another group, by appraisal; none loses its group."""
    statements = {
        Track.BODY: _OTHER_OF_BODIES,
        Track.OFFICIAL: _OTHER_OF_OFFICIALS,
        Track.PARTY_MEMBER: _OTHER_OF_MEMBERS,
    }
    groups = [
        OtherGroup(*row)
        for track, statement in statements.items()
        for row in await connection.execute(text(statement), _bound(opening, track, entries[track]))
    ]
    return sorted(groups, key=lambda group: group.appraisal_id)


async def counted_with_others(connection: AsyncConnection, year: int) -> dict[str, list[str]]:
    """The subjects of the year that are in no list of groups of the edition, by the group that counts them."""
    rows = await connection.execute(text(_WITH_OTHERS), {"year": year, "prefix": OTHERS_OF})
    return {row.code: list(row.subjects) for row in rows}


async def _add(
    connection: AsyncConnection,
    statement: str,
    opening: Opening,
    track: Track,
    entries: Sequence[OpeningEntry],
    **more: object,
) -> int:
    bound = _bound(opening, track, entries) | {"at": opening.at} | more
    return (await connection.execute(text(statement), bound)).rowcount


def _bound(opening: Opening, track: Track, entries: Sequence[OpeningEntry]) -> dict[str, object]:
    bound: dict[str, object] = {
        "year": opening.year,
        "track": str(track),
        "codes": [entry.code for entry in entries],
        "homes": [entry.home_body_code for entry in entries],
        "classes": [entry.subject_class for entry in entries],
        "groups": [entry.peer_group_code for entry in entries],
        "fits": [entry.fit for entry in entries],
        "dues": [entry.due for entry in entries],
    }
    if track is not Track.BODY:
        bound["day"] = opening.day
    return bound
