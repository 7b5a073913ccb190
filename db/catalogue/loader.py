"""Loads a catalogue into the tables. A second load of the same catalogue changes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.catalogue.catalogue import Catalogue, CatalogueBody
from db.catalogue.derivation import chair, lists_of, rater_id, rater_name
from db.catalogue.parser import BODIES, POSTS, RATERS
from db.errors import CatalogueError, CatalogueFault
from db.repositories.body import rebuild_tree
from db.vietnamese import search_key, sort_key
from rules.enums import Track

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows a load added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(
            self.added + other.added,
            self.changed + other.changed,
            self.removed + other.removed,
        )

    def __str__(self) -> str:
        return f"{self.added} added, {self.changed} changed, {self.removed} removed"


async def load(connection: AsyncConnection, catalogue: Catalogue) -> Changes:
    """Write bodies, posts, raters and the rows derived from them; rows are matched by their codes.

    If a body, post or rater is missing from the files, the load is refused and the row is never removed: a missing
    line says neither on which day nor by which decision it was dissolved, and history refers to it. The day of a
    body stands in the column `dissolved_on`. Party cells, the grassroots level and the bodies of a demonstration do
    not belong to the catalogue.

    Raises:
        CatalogueError: a row of the database is missing from the files.
    """
    await _refuse_losses(connection, catalogue)
    total = Changes()
    for table, key, rows in _nouns(catalogue):
        total += await _merge(connection, table, key, rows)
    for table, key, rows in _relations(catalogue):
        total += await _merge(connection, table, key, rows)
        total += await _prune(connection, table, key, rows, catalogue)
    return total + Changes(*await rebuild_tree(connection))


def _nouns(catalogue: Catalogue) -> Iterable[tuple[str, Sequence[str], Rows]]:
    words = catalogue.words
    yield (
        "peer_group",
        ["code"],
        [
            {"code": code, "name": name, "track": Track.BODY}
            for code, name in words.peer_groups.items()
        ],
    )
    yield "body", ["code"], [_body_row(body) for body in catalogue.bodies.values()]
    yield (
        "post",
        ["code"],
        [
            {
                "code": post.code,
                "body_code": post.body,
                "rank": post.rank,
                "title": post.title,
                "seats": post.seats,
                "source": post.source,
            }
            for post in catalogue.posts.values()
        ],
    )
    yield "rater", ["id"], _rater_rows(catalogue)
    yield "deployment", ["key"], [{"key": "catalogue", "value": catalogue.digest}]


def _body_row(body: CatalogueBody) -> dict[str, Any]:
    return {
        "code": body.code,
        "parent_code": body.parent,
        "leads_code": body.leads,
        "tier": body.tier,
        "kind": body.kind,
        "subject_class": body.subject_class,
        "peer_group_code": body.peer_group,
        "name": body.name,
        "sort_key": sort_key(body.name),
        "search_key": search_key(body.name),
        "source": body.source,
        "founded_on": body.founded_on,
        "dissolved_on": body.dissolved_on,
    }


def _rater_rows(catalogue: Catalogue) -> Rows:
    words = catalogue.words.raters
    return [
        {
            "id": rater_id(rater, catalogue),
            "code": rater.rater,
            "section": words[rater.rater].section,
            "name": rater_name(rater, catalogue),
            "clause": words[rater.rater].clause,
            "scope_body_code": rater.scope,
            "chair_post_code": chair(rater, catalogue).code,
            "compiled_by_body_code": rater.compiled_by,
        }
        for rater in catalogue.raters
    ]


def _relations(catalogue: Catalogue) -> Iterable[tuple[str, Sequence[str], Rows]]:
    bodies, posts = catalogue.bodies.values(), catalogue.posts.values()
    yield (
        "body_class",
        ["body_code", "class_code"],
        [
            {"body_code": body.code, "class_code": code}
            for body in bodies
            for code in body.authority_classes
        ],
    )
    yield (
        "post_class",
        ["post_code", "class_code"],
        [
            {"post_code": post.code, "class_code": code}
            for post in posts
            for code in post.authority_classes
        ],
    )
    yield (
        "post_role",
        ["post_code", "rater_code"],
        [
            {"post_code": post.code, "rater_code": rater, "seat": seat}
            for post in posts
            for rater, seat in post.rater_roles
        ],
    )
    yield (
        "body_post",
        ["post_code", "body_code"],
        [
            {"post_code": post.code, "body_code": body}
            for post in posts
            for body in lists_of(post, catalogue)
        ],
    )


async def _merge(
    connection: AsyncConnection, table: str, key: Sequence[str], rows: Rows
) -> Changes:
    """Insert new rows, update rows that differ, leave the others untouched."""
    if not rows:
        return Changes()
    columns = list(rows[0])
    rest = [column for column in columns if column not in key]
    update = "NOTHING"
    if rest:
        ours = ", ".join(f"{table}.{column}" for column in rest)
        theirs = ", ".join(f"excluded.{column}" for column in rest)
        update = (
            f"UPDATE SET ({', '.join(rest)}) = ROW({theirs}) "
            f"WHERE ({ours}) IS DISTINCT FROM ({theirs})"
        )
    done = await connection.execute(
        text(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns)} "
            f"FROM jsonb_populate_recordset(NULL::{table}, CAST(:rows AS jsonb)) "
            f"ON CONFLICT ({', '.join(key)}) DO {update} RETURNING xmax = 0 AS is_new"
        ).bindparams(rows=orjson.dumps(rows).decode())
    )
    is_new = done.scalars().all()
    return Changes(added=sum(is_new), changed=len(is_new) - sum(is_new))


async def _prune(
    connection: AsyncConnection,
    table: str,
    key: Sequence[str],
    rows: Rows,
    catalogue: Catalogue,
) -> Changes:
    """Remove the rows of its own bodies or posts that the catalogue no longer has."""
    owners = catalogue.bodies if key[0] == "body_code" else catalogue.posts
    left = " AND ".join(f"r.{column} = t.{column}" for column in key)
    done = await connection.execute(
        text(
            f"DELETE FROM {table} t WHERE t.{key[0]} = ANY(:owners) AND NOT EXISTS (SELECT FROM "
            f"jsonb_populate_recordset(NULL::{table}, CAST(:rows AS jsonb)) r WHERE {left})"
        ).bindparams(owners=list(owners), rows=orjson.dumps(rows).decode())
    )
    return Changes(removed=done.rowcount)


_OURS = "b.kind <> 'PARTY_CELL' AND b.tier <> 'GRASSROOTS' AND b.source <> 'demonstration'"
_LOST_BODIES = f"SELECT b.code FROM body b WHERE {_OURS} AND b.code <> ALL(:kept)"
_LOST_POSTS = (
    f"SELECT p.code FROM post p JOIN body b ON b.code = p.body_code "
    f"WHERE {_OURS} AND p.code <> ALL(:kept)"
)
_LOST_RATERS = (
    f"SELECT r.id FROM rater r JOIN body b ON b.code = r.scope_body_code "
    f"WHERE {_OURS} AND r.id <> ALL(:kept)"
)


async def _refuse_losses(connection: AsyncConnection, catalogue: Catalogue) -> None:
    raters = [rater_id(rater, catalogue) for rater in catalogue.raters]
    faults: list[CatalogueFault] = []
    for file, statement, kept, advice in (
        (BODIES, _LOST_BODIES, list(catalogue.bodies), "; write its day in dissolved_on"),
        (POSTS, _LOST_POSTS, list(catalogue.posts), ""),
        (RATERS, _LOST_RATERS, raters, ""),
    ):
        lost = (await connection.execute(text(statement), {"kept": kept})).scalars()
        faults += [
            CatalogueFault(file, 1, f"{code} is in the database and not in the file{advice}")
            for code in sorted(lost)
        ]
    if faults:
        raise CatalogueError(tuple(faults))
