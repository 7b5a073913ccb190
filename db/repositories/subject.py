"""Subjects for authorization: their classes, and the bodies that they are within."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection.driver import Select
from db.repositories.cycle import IS_OVER
from db.repositories.person import held_in_year
from rules.enums import Track

Key = str | UUID


@dataclass(frozen=True, slots=True)
class Holding:
    """One source of classes: the body itself, a post that is held, or a cell membership."""

    post_code: str | None
    body_code: str
    classes: frozenset[str]
    within: frozenset[str]


@dataclass(frozen=True, slots=True)
class Subject:
    """A body, a person in one track, or a bare post, with all its holdings in the rated year.

    `superiors` are the ids of the committees directly above the subject, or above the rater that rated it;
    `managed_from` are the bodies whose heads manage it directly; `proposers` are the persons who recorded the last
    proposal, which would be decided, or the facts in force. `year_is_over`: the rated year is closed.
    """

    key: Key
    track: Track | None
    holdings: tuple[Holding, ...]
    superiors: frozenset[str]
    managed_from: frozenset[str]
    proposers: frozenset[UUID] = frozenset()
    year_is_over: bool = False

    @property
    def classes(self) -> frozenset[str]:
        return frozenset().union(*(holding.classes for holding in self.holdings))


_POST_CLASSES = "ARRAY(SELECT c.class_code FROM post_class c WHERE c.post_code = p.code) AS classes"
_PLACE = """
ARRAY(SELECT a.ancestor_code FROM body_tree a WHERE a.body_code = {body}) AS within,
(SELECT d.rater_id FROM direct_superior d WHERE d.body_code = {body}) AS superior
"""
_OVER = IS_OVER.format(year="CAST(:year AS integer)") + " AS year_is_over"

_BODIES = f"""
SELECT b.code AS key, NULL AS post_code, b.code AS body_code, b.parent_code AS managed_from,
       ARRAY(SELECT c.class_code FROM body_class c WHERE c.body_code = b.code) AS classes, {_OVER},
       {_PLACE.format(body="b.code")}
FROM body b WHERE b.code = ANY(:keys)
"""
_POSTS = f"""
SELECT p.code AS key, p.code AS post_code, p.body_code, p.body_code AS managed_from,
       {_POST_CLASSES}, {_OVER}, {_PLACE.format(body="p.body_code")}
FROM post p WHERE p.code = ANY(:keys)
"""
_HELD_IN_YEAR = held_in_year(":first", ":last")
_HELD_IN_YEAR_OF_A = held_in_year("make_date(a.year, 1, 1)", "make_date(a.year, 12, 31)")
_OFFICIALS = f"""
SELECT i.id AS key, p.code AS post_code, p.body_code, p.body_code AS managed_from,
       {_POST_CLASSES}, {_OVER}, {_PLACE.format(body="p.body_code")}
FROM person i
LEFT JOIN (membership m JOIN post p ON p.code = m.post_code)
     ON m.person_id = i.id AND {_HELD_IN_YEAR}
WHERE i.id = ANY(:keys)
"""
_MEMBERS = f"""
SELECT i.id AS key, NULL AS post_code, m.body_code, m.body_code AS managed_from,
       ARRAY(SELECT c.class_code FROM member_class c WHERE c.body_code = m.body_code) AS classes, {_OVER},
       {_PLACE.format(body="m.body_code")}
FROM person i
LEFT JOIN membership m ON m.person_id = i.id AND m.post_code IS NULL
     AND {_HELD_IN_YEAR}
WHERE i.id = ANY(:keys)
"""
_SUPERIOR_OF_RATER = """
(SELECT (SELECT d.rater_id FROM direct_superior d WHERE d.body_code = r.scope_body_code)
 FROM rater r WHERE r.id = a.rater_id) AS superior"""
_PROPOSERS = """
ARRAY[(SELECT x.actor_person_id FROM act x WHERE x.appraisal_id = a.id AND x.act = 'appraise'
       ORDER BY x.sequence DESC LIMIT 1),
      (SELECT f.recorded_by FROM facts f WHERE f.appraisal_id = a.id
       ORDER BY f.version DESC LIMIT 1)] AS proposers"""
_APPRAISED = f"""
SELECT coalesce(a.body_code, CAST(a.person_id AS text)) AS key, {_SUPERIOR_OF_RATER}, {_PROPOSERS}
FROM appraisal a
WHERE a.year = :year AND a.track = :track
  AND (a.body_code = ANY(CAST(:codes AS text[])) OR a.person_id = ANY(CAST(:ids AS uuid[])))
"""


_OF_APPRAISALS = f"""
SELECT a.id AS appraisal, h.post_code, h.body_code, h.managed_from, h.classes, h.within, h.superior
FROM appraisal a CROSS JOIN LATERAL (
    SELECT NULL AS post_code, b.code AS body_code, b.parent_code AS managed_from,
           ARRAY(SELECT c.class_code FROM body_class c WHERE c.body_code = b.code) AS classes, {_PLACE.format(body="b.code")}
    FROM body b WHERE a.track = 'BODY' AND b.code = a.body_code
    UNION ALL
    SELECT p.code, p.body_code, p.body_code, {_POST_CLASSES}, {_PLACE.format(body="p.body_code")}
    FROM membership m JOIN post p ON p.code = m.post_code
    WHERE a.track = 'OFFICIAL' AND m.person_id = a.person_id AND {_HELD_IN_YEAR_OF_A}
    UNION ALL
    SELECT NULL, m.body_code, m.body_code,
           ARRAY(SELECT c.class_code FROM member_class c WHERE c.body_code = m.body_code), {_PLACE.format(body="m.body_code")}
    FROM membership m
    WHERE a.track = 'PARTY_MEMBER' AND m.person_id = a.person_id AND m.post_code IS NULL AND {_HELD_IN_YEAR_OF_A}
) h
WHERE a.id = ANY(CAST(:ids AS uuid[]))
"""


class HoldingOfAppraisal(NamedTuple):
    """One source of classes of the subject of an appraisal; see `Holding`."""

    appraisal: UUID
    post_code: str | None
    body_code: str
    managed_from: str | None
    classes: Sequence[str]
    within: Sequence[str]
    superior: str | None


class Appraised(NamedTuple):
    """What an appraisal says of its subject; see `Subject`."""

    appraisal: UUID
    body_code: str | None
    person_id: UUID | None
    track: str
    superior: str | None
    proposers: Sequence[UUID | None]
    year_is_over: bool


HOLDINGS_OF_APPRAISALS = Select(_OF_APPRAISALS, HoldingOfAppraisal)
"""The holdings of the subjects of appraisals, in the year of each. Parameter: ids."""
APPRAISED = Select(
    f"""
SELECT a.id, a.body_code, a.person_id, a.track, {_SUPERIOR_OF_RATER}, {_PROPOSERS}, {IS_OVER.format(year="a.year")}
FROM appraisal a WHERE a.id = ANY(CAST(:ids AS uuid[]))
""",
    Appraised,
)
"""What authorization needs of appraisals besides the holdings. Parameter: ids."""


def subjects_of_appraisals(
    appraised: Sequence[Appraised], holdings: Sequence[HoldingOfAppraisal]
) -> dict[UUID, Subject]:
    """The subjects of appraisals, each in the year and track of its appraisal, by the id of the appraisal."""
    holdings_of: dict[UUID, list[HoldingOfAppraisal]] = {row.appraisal: [] for row in appraised}
    for holding in holdings:
        holdings_of[holding.appraisal].append(holding)
    return {row.appraisal: _appraised_subject(row, holdings_of[row.appraisal]) for row in appraised}


def _appraised_subject(row: Appraised, holdings: Sequence[HoldingOfAppraisal]) -> Subject:
    key = row.body_code or row.person_id
    assert key is not None  # noqa: S101 -- a constraint of the table
    superiors = {row.superior, *(holding.superior for holding in holdings)}
    return Subject(
        key=key,
        track=Track(row.track),
        holdings=tuple(
            Holding(
                holding.post_code,
                holding.body_code,
                frozenset(holding.classes),
                frozenset(holding.within),
            )
            for holding in holdings
        ),
        superiors=frozenset(rater for rater in superiors if rater),
        managed_from=frozenset(
            holding.managed_from for holding in holdings if holding.managed_from
        ),
        proposers=frozenset(person for person in row.proposers if person),
        year_is_over=row.year_is_over,
    )


async def bodies(
    connection: AsyncConnection, codes: Sequence[str], year: int
) -> list[Subject | None]:
    """The bodies in the order of the codes; None if there is no such body."""
    return await _subjects(connection, _BODIES, codes, year, Track.BODY)


async def posts(
    connection: AsyncConnection, codes: Sequence[str], year: int
) -> list[Subject | None]:
    """Posts without their holders, each by its own classes alone."""
    return await _subjects(connection, _POSTS, codes, year, None)


async def persons(
    connection: AsyncConnection, ids: Sequence[UUID], year: int, track: Track
) -> list[Subject | None]:
    """Persons in one track: with all posts held in the year, or all cell memberships in it."""
    statement = _MEMBERS if track is Track.PARTY_MEMBER else _OFFICIALS
    return await _subjects(connection, statement, ids, year, track)


async def _subjects(
    connection: AsyncConnection,
    statement: str,
    keys: Sequence[str] | Sequence[UUID],
    year: int,
    track: Track | None,
) -> list[Subject | None]:
    bound: dict[str, object] = {"keys": list(keys), "year": year}
    if track in {Track.OFFICIAL, Track.PARTY_MEMBER}:
        bound |= {"first": date(year, 1, 1), "last": date(year, 12, 31)}
    rows: dict[str, list[Mapping[str, object]]] = {}
    for row in (await connection.execute(text(statement), bound)).mappings():
        rows.setdefault(str(row["key"]), []).append(dict(row))
    appraised = await _appraised(connection, keys, year, track) if track else {}
    return [
        _subject(key, track, rows[str(key)], *appraised.get(str(key), (None, [])))
        if str(key) in rows
        else None
        for key in keys
    ]


async def _appraised(
    connection: AsyncConnection,
    keys: Sequence[str] | Sequence[UUID],
    year: int,
    track: Track,
) -> dict[str, tuple[str | None, list[UUID]]]:
    of_bodies = track is Track.BODY
    codes, ids = (list(keys), []) if of_bodies else ([], list(keys))
    bound = {"year": year, "track": track, "codes": codes, "ids": ids}
    rows = await connection.execute(text(_APPRAISED), bound)
    return {row.key: (row.superior, row.proposers) for row in rows}


def _subject(
    key: Key,
    track: Track | None,
    rows: Sequence[Mapping[str, object]],
    superior_of_rater: str | None,
    proposers: Sequence[UUID | None],
) -> Subject:
    held = [row for row in rows if row["body_code"] is not None]
    superiors = {superior_of_rater, *(row["superior"] for row in held)}
    return Subject(
        key=key,
        track=track,
        holdings=tuple(_holding(row) for row in held),
        superiors=frozenset(str(value) for value in superiors if value),
        managed_from=frozenset(str(row["managed_from"]) for row in held if row["managed_from"]),
        proposers=frozenset(value for value in proposers if value),
        year_is_over=bool(rows[0]["year_is_over"]),
    )


def _holding(row: Mapping[str, object]) -> Holding:
    return Holding(
        post_code=row["post_code"],  # type: ignore[arg-type]  # a column of text
        body_code=str(row["body_code"]),
        classes=frozenset(row["classes"]),  # type: ignore[call-overload]  # an array of text
        within=frozenset(row["within"]),  # type: ignore[call-overload]  # the same
    )
