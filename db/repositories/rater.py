"""Raters at their places, and the roles of a person on a day: seats, delegations, bodies led."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection.driver import Read, Select, read_together

ROLE_COLUMNS = (
    "rater_id",
    "rater_code",
    "seat",
    "places",
    "post_code",
    "delegation_id",
    "acts",
    "classes",
    "bodies",
    "until",
    "is_in_force",
    "chairs",
)
COMPILING = "compiling"
DELEGATE = "delegate"


@dataclass(frozen=True, slots=True)
class RaterRole:
    """A role that a post gives its holder: a seat on a rater, its compiling office, or a delegate.

    `chairs`, for a member: the ids of the persons who chair the rater, and the codes of the bodies that they lead.
    `places`: the bodies whose subtrees the rater is responsible for. The last columns are those of the
    delegation; `is_in_force` is false if it has not begun, has ended or was withdrawn.
    """

    rater_id: str
    rater_code: str
    seat: str
    places: tuple[str, ...]
    post_code: str
    delegation_id: UUID | None = None
    acts: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    until: date | None = None
    is_in_force: bool = True
    chairs: tuple[str, ...] = ()


FEW_BODIES = 100
_IS_LARGE = f"""(SELECT count(*) > {FEW_BODIES} FROM (
    SELECT FROM body_tree u WHERE u.ancestor_code = r.scope_body_code LIMIT {FEW_BODIES + 1}) b)"""
SEATS_OF_RATER = f"""
SELECT s.post_code, s.seat FROM body_tree t
JOIN post w ON w.body_code = t.body_code
JOIN post_role s ON s.post_code = w.code AND s.rater_code = r.code
WHERE t.ancestor_code = r.scope_body_code AND NOT {_IS_LARGE}
UNION ALL
SELECT s.post_code, s.seat FROM post_role s
JOIN post w ON w.code = s.post_code
WHERE s.rater_code = r.code AND {_IS_LARGE}
  AND (SELECT true FROM body_tree t WHERE t.ancestor_code = r.scope_body_code AND t.body_code = w.body_code)
"""
"""SQL: the posts with a seat on the rater `r`, within its place.

A cell has few posts, but thousands of cells have seats of the same word; above a province there are many posts, but
few seats of the word. So the first part starts from the place, the second part from the word; one of them is empty.
"""

_HELD = """
membership m JOIN post p ON p.code = m.post_code
     AND m.person_id = :person AND m.since <= :day AND (m.until IS NULL OR m.until >= :day)
"""
_PLACES = "ARRAY(SELECT q.place FROM rater_place q WHERE q.rater_id = r.id) AS places"
_NO_DELEGATION = """
CAST(NULL AS uuid) AS delegation_id, CAST(NULL AS text[]) AS acts, CAST(NULL AS text[]) AS classes,
CAST(NULL AS text[]) AS bodies, CAST(NULL AS date) AS until, true AS is_in_force
"""
# The head of an organisation heads the collective or committee that leads it, with or without a post there.
_LED_BY = """
SELECT l.body_code FROM {posts}
JOIN body_post l ON l.post_code = p.code WHERE p.rank IN ('SECRETARY', 'HEAD')
UNION
SELECT c.code FROM {posts}
JOIN body_post l ON l.post_code = p.code
JOIN body c ON c.leads_code = l.body_code
     AND c.kind IN ('LEADERSHIP_COLLECTIVE', 'STANDING_COMMITTEE', 'PARTY_COMMITTEE', 'CELL_COMMITTEE')
WHERE p.rank IN ('SECRETARY', 'HEAD')
ORDER BY 1
"""
_OF_CHAIR = """
membership n JOIN post p ON p.code = n.post_code
     AND n.person_id = c.person_id AND n.since <= :day AND (n.until IS NULL OR n.until >= :day)
"""
_CHAIRS = f"""
ARRAY(SELECT k.key
      FROM ({SEATS_OF_RATER}) v
      JOIN membership c ON c.post_code = v.post_code AND c.since <= :day AND (c.until IS NULL OR c.until >= :day)
      CROSS JOIN LATERAL (SELECT CAST(c.person_id AS text) AS key UNION ({_LED_BY.format(posts=_OF_CHAIR)})) k
      WHERE v.seat = 'chair' ORDER BY 1)
"""
_ROLES = f"""
SELECT r.id AS rater_id, r.code AS rater_code, s.seat, {_PLACES}, p.code AS post_code,
       {_NO_DELEGATION}, CASE s.seat WHEN 'member' THEN {_CHAIRS} END AS chairs
FROM {_HELD}
JOIN post_role s ON s.post_code = p.code
JOIN rater r ON r.code = s.rater_code
JOIN body_tree t ON t.ancestor_code = r.scope_body_code AND t.body_code = p.body_code
UNION ALL
SELECT r.id, r.code, :compiling, {_PLACES}, p.code, {_NO_DELEGATION}, CAST(NULL AS text[])
FROM {_HELD}
JOIN rater r ON r.compiled_by_body_code = p.body_code
UNION ALL
SELECT r.id, r.code, :delegate, {_PLACES}, p.code, d.id, d.acts, d.classes, d.bodies, d.until,
       :day BETWEEN d.since AND d.until AND (d.withdrawn_on IS NULL OR :day < d.withdrawn_on),
       CAST(NULL AS text[])
FROM {_HELD}
JOIN delegation d ON d.post_code = p.code
JOIN rater r ON r.id = d.rater_id
ORDER BY 1, 3, 5, 6
"""
_SEATS = """
SELECT r.id AS rater_id, s.seat
FROM post_role s
JOIN post p ON p.code = s.post_code
JOIN rater r ON r.code = s.rater_code
JOIN body_tree t ON t.ancestor_code = r.scope_body_code AND t.body_code = p.body_code
UNION
SELECT r.id, :compiling FROM rater r WHERE r.compiled_by_body_code IS NOT NULL
ORDER BY 1, 2
"""
_LED = _LED_BY.format(posts=_HELD)
_LED_BY_POST = _LED_BY.format(posts="(SELECT * FROM post WHERE code = :post) p")


_RATERS = f"""
SELECT r.*, {_PLACES}, b.dissolved_on
FROM rater r JOIN body b ON b.code = r.scope_body_code
WHERE {{which}}
ORDER BY b.dissolved_on NULLS FIRST, r.id
"""
_AT_BODIES = """r.id IN (
    SELECT x.id FROM rater x WHERE x.scope_body_code = ANY(CAST(:bodies AS text[]))
    UNION ALL
    SELECT x.id FROM body gone JOIN rater x ON x.scope_body_code = gone.succeeded_by
    WHERE gone.code = ANY(CAST(:bodies AS text[]))
    UNION ALL
    SELECT unnest(CAST(:ids AS text[])))"""

_ASKED = "unnest(CAST(:persons AS uuid[])) WITH ORDINALITY AS asked(person, place)"


def _for_each_person(statement: str) -> str:
    """A statement with the parameter `:person`, applied to each of `:persons`, in their order."""
    lateral = statement.replace(":person", "asked.person")
    return f"SELECT asked.person, x.* FROM {_ASKED} CROSS JOIN LATERAL ({lateral}) x ORDER BY asked.place"


def _role(*values: Any) -> RaterRole:  # noqa: ANN401 - a row
    return RaterRole(**_role_columns(dict(zip(ROLE_COLUMNS, values, strict=True))))


ROLES, LED = Select(_ROLES, _role), Select(_LED, str)


async def roles_and_led(
    connection: AsyncConnection, person: UUID, day: date
) -> tuple[list[RaterRole], list[str]]:
    """The roles of a person on a day, by the posts held then, including delegations that are not in force; and the
    bodies that the person heads.
    """
    held, codes = await read_together(connection, roles_and_led_reads(person, day))
    return held, codes


def roles_and_led_reads(person: UUID, day: date) -> list[Read]:
    """As `roles_and_led`, as two statements with their parameters."""
    bound = {"person": person, "day": day}
    role_bound = bound | {"compiling": COMPILING, "delegate": DELEGATE}
    return [(ROLES, role_bound), (LED, bound)]


async def roles(connection: AsyncConnection, person: UUID, day: date) -> list[RaterRole]:
    """The roles of `roles_and_led` alone."""
    held, _ = await roles_and_led(connection, person, day)
    return held


async def led(connection: AsyncConnection, person: UUID, day: date) -> list[str]:
    """The bodies that a person heads on a day."""
    (codes,) = await read_together(connection, [(LED, {"person": person, "day": day})])
    return codes


async def roles_of_persons(
    connection: AsyncConnection, persons: Sequence[UUID], day: date
) -> dict[UUID, list[RaterRole]]:
    """The roles of `roles_and_led`, for several persons."""
    bound = {"persons": list(persons), "day": day, "compiling": COMPILING, "delegate": DELEGATE}
    roles_of: dict[UUID, list[RaterRole]] = {person: [] for person in persons}
    for row in (await connection.execute(text(_for_each_person(_ROLES)), bound)).mappings():
        columns = _role_columns({name: value for name, value in row.items() if name != "person"})
        roles_of[row["person"]].append(RaterRole(**columns))
    return roles_of


def _role_columns(row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that are not null, with arrays as tuples."""
    columns = {name: value for name, value in row.items() if value is not None}
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in columns.items()
    }


async def led_by_post(connection: AsyncConnection, post: str) -> list[str]:
    """The bodies that the holder of the post heads by it."""
    return list((await connection.execute(text(_LED_BY_POST), {"post": post})).scalars())


async def led_by_persons(
    connection: AsyncConnection, persons: Sequence[UUID], day: date
) -> dict[UUID, list[str]]:
    """The bodies that persons head on a day, by person."""
    codes_of: dict[UUID, list[str]] = {person: [] for person in persons}
    bound = {"persons": list(persons), "day": day}
    for row in await connection.execute(text(_for_each_person(_LED)), bound):
        codes_of[row.person].append(row.body_code)
    return codes_of


async def all_raters(connection: AsyncConnection) -> list[Mapping[str, Any]]:
    """Every rater at its place, by id, with its `places`; raters whose body is dissolved come last."""
    statement = text(_RATERS.format(which="true"))
    return [*(await connection.execute(statement)).mappings()]


async def raters_at(
    connection: AsyncConnection, bodies: Collection[str], ids: Collection[str] = ()
) -> list[Mapping[str, Any]]:
    """As `all_raters`, but only the raters with one of these bodies among their places, or with one of these ids."""
    bound = {"bodies": list(bodies), "ids": list(ids)}
    statement = text(_RATERS.format(which=_AT_BODIES))
    return [*(await connection.execute(statement, bound)).mappings()]


async def all_seats(connection: AsyncConnection) -> list[tuple[str, str]]:
    """Every rater's id with each kind of seat that some post, or its compiling office, has on it."""
    rows = await connection.execute(text(_SEATS), {"compiling": COMPILING})
    return [(row.rater_id, row.seat) for row in rows]
