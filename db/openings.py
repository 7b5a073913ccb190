"""The appraisals of all subjects of a year that have none yet, each kind of subject by one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.words import Stage, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a body, a post or a cell, by its `code`, gives to the appraisals of its subjects."""

    code: str
    home_body_code: str
    subject_class: str
    peer_group_code: str | None
    due: date


@dataclass(frozen=True, slots=True)
class Opening:
    """A year while it is opened or added to, at a moment; `day` is the one whose posts and cells count."""

    year: int
    day: date
    at: datetime


_ENTRIES = """
unnest(CAST(:codes AS text[]), CAST(:homes AS text[]), CAST(:classes AS text[]),
       CAST(:groups AS text[]), CAST(:dues AS date[]))
    WITH ORDINALITY AS e(code, home, class, peer_group, due, place)
"""
_INSERT = """
INSERT INTO appraisal (id, year, track, body_code, person_id, post_code, home_body_code,
                       subject_class, peer_group_code, stage, version, due, changed_at, to_review)
SELECT uuidv7(), :year, :track, {subject}, s.home, s.class, s.peer_group, :stage, 1, s.due, :at, false
"""
_HAS_NONE = "NOT EXISTS (SELECT FROM appraisal a WHERE a.year = :year AND a.track = :track AND {})"
_HELD = "m.since <= :day AND (m.until IS NULL OR m.until >= :day)"
_BODIES = f"""
{_INSERT.format(subject="s.code, NULL, NULL")} FROM (SELECT * FROM {_ENTRIES}) s
WHERE {_HAS_NONE.format("a.body_code = s.code")}
"""
_OFFICIALS = f"""
{_INSERT.format(subject="NULL, s.person_id, s.code")}
FROM (
    SELECT DISTINCT ON (m.person_id) m.person_id, e.*
    FROM membership m JOIN {_ENTRIES} ON e.code = m.post_code
    WHERE {_HELD}
    ORDER BY m.person_id, e.place
) s
WHERE {_HAS_NONE.format("a.person_id = s.person_id")}
"""
# Whose day of admission nobody recorded is no newcomer as far as the registry knows.
_MEMBERS = f"""
{_INSERT.format(subject="NULL, s.person_id, NULL")}
FROM (
    SELECT DISTINCT ON (m.person_id) m.person_id, e.*
    FROM membership m
    JOIN {_ENTRIES} ON e.code = m.body_code
    JOIN person i ON i.id = m.person_id
    WHERE m.post_code IS NULL AND {_HELD}
      AND (i.party_admitted_on IS NULL OR i.party_admitted_on <= :admitted_until)
    ORDER BY m.person_id, m.since DESC, m.id
) s
WHERE {_HAS_NONE.format("a.person_id = s.person_id")}
"""


async def add_bodies(
    connection: AsyncConnection, opening: Opening, entries: Sequence[Entry]
) -> int:
    """An appraisal for each of these bodies that has none; how many are new."""
    return await _add(connection, _BODIES, opening, Track.BODY, entries)


async def add_officials(
    connection: AsyncConnection, opening: Opening, entries: Sequence[Entry]
) -> int:
    """One for each holder of these posts who has none, by the post that comes first in the sequence; how many."""
    return await _add(connection, _OFFICIALS, opening, Track.OFFICIAL, entries)


async def add_members(
    connection: AsyncConnection, opening: Opening, entries: Sequence[Entry], admitted_until: date
) -> int:
    """One for each member of these cells admitted by then who has none, in the cell joined last; how many."""
    return await _add(
        connection, _MEMBERS, opening, Track.PARTY_MEMBER, entries, admitted_until=admitted_until
    )


async def _add(
    connection: AsyncConnection,
    statement: str,
    opening: Opening,
    track: Track,
    entries: Sequence[Entry],
    **more: object,
) -> int:
    bound = {
        "year": opening.year,
        "at": opening.at,
        "track": str(track),
        "stage": str(Stage.NOT_STARTED),
        "codes": [one.code for one in entries],
        "homes": [one.home_body_code for one in entries],
        "classes": [one.subject_class for one in entries],
        "groups": [one.peer_group_code for one in entries],
        "dues": [one.due for one in entries],
    }
    if track is not Track.BODY:
        bound["day"] = opening.day
    return (await connection.execute(text(statement), bound | more)).rowcount
