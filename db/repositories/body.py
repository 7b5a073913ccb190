"""Bodies, their posts, and the tree of the bodies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.copy import copy_rows
from db.vietnamese import search_key, sort_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A row of the table; see `db.enums` for tier and kind, `rules.enums` for subject_class."""

    code: str
    parent_code: str | None
    leads_code: str | None
    tier: str
    kind: str
    subject_class: str
    peer_group_code: str | None
    name: str
    source: str
    founded_on: date | None = None
    dissolved_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post with its classes of authority."""

    code: str
    body_code: str
    rank: str
    title: str
    seats: int
    source: str
    classes: tuple[str, ...]


COLUMNS = tuple(Body.__dataclass_fields__)

_BODIES = f"SELECT {', '.join(COLUMNS)} FROM body ORDER BY code"

_POSTS = """
SELECT p.code, p.body_code, p.rank, p.title, p.seats, p.source,
       ARRAY(SELECT c.class_code FROM post_class c WHERE c.post_code = p.code ORDER BY 1) AS classes
FROM post p ORDER BY p.code
"""

_CLASSES = """
SELECT body_code, array_agg(class_code ORDER BY class_code) AS classes FROM body_class GROUP BY 1
"""
_ABOVE = "SELECT ancestor_code FROM body_tree WHERE body_code = :code"

_REBUILD = """
WITH RECURSIVE tree(ancestor_code, body_code, depth) AS (
    SELECT code, code, 0 FROM body
    UNION ALL
    SELECT t.ancestor_code, b.code, t.depth + 1 FROM tree t JOIN body b ON b.parent_code = t.body_code
), removed AS (
    DELETE FROM body_tree o
    WHERE NOT EXISTS (
        SELECT FROM tree t WHERE t.ancestor_code = o.ancestor_code AND t.body_code = o.body_code)
    RETURNING 1
), written AS (
    INSERT INTO body_tree SELECT * FROM tree
    ON CONFLICT (ancestor_code, body_code) DO UPDATE SET depth = excluded.depth
    WHERE body_tree.depth <> excluded.depth
    RETURNING xmax = 0 AS is_new
)
SELECT count(*) FILTER (WHERE is_new) AS added, count(*) FILTER (WHERE NOT is_new) AS changed,
       (SELECT count(*) FROM removed) AS removed
FROM written
"""


async def all_bodies(connection: AsyncConnection) -> list[Body]:
    """Every body, by code."""
    return [Body(**row) for row in (await connection.execute(text(_BODIES))).mappings()]


async def get(connection: AsyncConnection, code: str) -> Body | None:
    """The body with this code, or None."""
    statement = text(f"SELECT {', '.join(COLUMNS)} FROM body WHERE code = :code")
    row = (await connection.execute(statement, {"code": code})).mappings().one_or_none()
    return None if row is None else Body(**row)


async def of_codes(connection: AsyncConnection, codes: Collection[str]) -> dict[str, Body]:
    """Those of these bodies that exist, by code."""
    statement = text(f"SELECT {', '.join(COLUMNS)} FROM body WHERE code = ANY(:codes)")
    rows = (await connection.execute(statement, {"codes": sorted(codes)})).mappings()
    return {row["code"]: Body(**row) for row in rows}


async def kinds_of(connection: AsyncConnection, codes: Collection[str]) -> dict[str, str]:
    """The kind of each of these bodies, by code."""
    return await _column(connection, "kind", "body", codes)


async def ranks_of(connection: AsyncConnection, posts: Collection[str]) -> dict[str, str]:
    """The rank of each of these posts, by code."""
    return await _column(connection, "rank", "post", posts)


async def _column(
    connection: AsyncConnection, column: str, table: str, codes: Collection[str]
) -> dict[str, str]:
    if not codes:
        return {}
    statement = text(f"SELECT code, {column} AS value FROM {table} WHERE code = ANY(:codes)")
    rows = await connection.execute(statement, {"codes": sorted(set(codes))})
    return {row.code: row.value for row in rows}


async def classes_of_bodies(connection: AsyncConnection) -> dict[str, tuple[str, ...]]:
    """The classes of authority of each body that has any, by code."""
    rows = await connection.execute(text(_CLASSES))
    return {row.body_code: tuple(row.classes) for row in rows}


async def with_those_above(connection: AsyncConnection, code: str) -> dict[str, Body]:
    """The body with this code and every body above it, by code; empty if there is no such body."""
    statement = text(f"SELECT {', '.join(COLUMNS)} FROM body WHERE code IN ({_ABOVE})")
    rows = (await connection.execute(statement, {"code": code})).mappings()
    return {row["code"]: Body(**row) for row in rows}


async def around_post(connection: AsyncConnection, post: str) -> tuple[Post | None, list[Body]]:
    """A post and its bodies: its own, all above, the body that its own leads, the collectives that lead its own.

    None and an empty list if there is no such post.
    """
    of_post = text(_POSTS.replace("ORDER BY p.code", "WHERE p.code = :code"))
    row = (await connection.execute(of_post, {"code": post})).mappings().one_or_none()
    if row is None:
        return None, []
    found_post = Post(**{**row, "classes": tuple(row["classes"])})
    around = text(f"""
        SELECT {", ".join(COLUMNS)} FROM body WHERE code IN ({_ABOVE}) OR leads_code = :code
           OR code = (SELECT leads_code FROM body WHERE code = :code)
        ORDER BY code
    """)
    rows = await connection.execute(around, {"code": found_post.body_code})
    return found_post, [Body(**body_row) for body_row in rows.mappings()]


async def all_posts(connection: AsyncConnection) -> list[Post]:
    """Every post, by code."""
    rows = (await connection.execute(text(_POSTS))).mappings()
    return [Post(**{**row, "classes": tuple(row["classes"])}) for row in rows]


async def add_bodies(connection: AsyncConnection, bodies: Sequence[Body]) -> None:
    """Add bodies, parents before or among them, and bring the tree up to date."""
    rows = (
        [*(getattr(body, column) for column in COLUMNS), sort_key(body.name), search_key(body.name)]
        for body in bodies
    )
    await copy_rows(connection, "body", [*COLUMNS, "sort_key", "search_key"], rows)
    await rebuild_tree(connection)


async def add_posts(connection: AsyncConnection, posts: Sequence[Post]) -> None:
    """Add posts with their classes, each shown in the list of its own body."""
    columns = ["code", "body_code", "rank", "title", "seats", "source"]
    rows = [[getattr(post, column) for column in columns] for post in posts]
    await copy_rows(connection, "post", columns, rows)
    shown = [[post.body_code, post.code] for post in posts]
    await copy_rows(connection, "body_post", ["body_code", "post_code"], shown)
    classes = [[post.code, class_code] for post in posts for class_code in post.classes]
    await copy_rows(connection, "post_class", ["post_code", "class_code"], classes)


async def add_classes(connection: AsyncConnection, classes: Mapping[str, Sequence[str]]) -> None:
    """Put bodies into classes of the matrix, by their codes."""
    await _add_classes(connection, "body_class", classes)


async def add_classes_of_members(
    connection: AsyncConnection, classes: Mapping[str, Sequence[str]]
) -> None:
    """Put the members of cells into classes of the matrix, by the codes of the cells."""
    await _add_classes(connection, "member_class", classes)


async def _add_classes(
    connection: AsyncConnection, table: str, classes: Mapping[str, Sequence[str]]
) -> None:
    rows = [[code, class_code] for code, every in classes.items() for class_code in every]
    await copy_rows(connection, table, ["body_code", "class_code"], rows)


async def rebuild_tree(connection: AsyncConnection) -> tuple[int, int, int]:
    """Rebuild the tree from the parents; returns how many of its rows were added, changed and removed."""
    row = (await connection.execute(text(_REBUILD))).one()
    return row.added, row.changed, row.removed
