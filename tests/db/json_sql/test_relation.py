"""Links: many parents by one statement, pages without gaps, counts, and cursors that fit."""

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from db.json_sql.relation import PageWindow, Relation, count, fetch, order_values

pytestmark = pytest.mark.anyio

CHILDREN = Relation("body", on=(("parent_code", "code"),), order=("sort_key", "code"))
OF_KIND = Relation("body", on=(("parent_code", "code"),), where="t.kind = :kind", order=("code",))
PARENTS = [("ht",), ("ht.thach-ha",), ("ht.nowhere",)]


async def test_rows_of_many_parents_come_by_one_statement(loaded: AsyncConnection) -> None:
    statements: list[str] = []
    engine = loaded.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(str(given[2])))
    rows_of_parents = await fetch(loaded, CHILDREN, PARENTS, {})
    assert len(statements) == 1
    assert [len(rows) for rows in rows_of_parents] == await count(loaded, CHILDREN, PARENTS, {})
    assert [row["code"] for row in rows_of_parents[1]] == [
        "ht.thach-ha.btv",
        "ht.thach-ha.btc",
        "ht.thach-ha.hdnd",
        "ht.thach-ha.ubnd",
    ]
    assert rows_of_parents[2] == []


async def test_arguments_are_bound(loaded: AsyncConnection) -> None:
    rows_of_parents = await fetch(loaded, OF_KIND, PARENTS, {"kind": "PEOPLES_COUNCIL"})
    assert [[row["code"] for row in rows] for rows in rows_of_parents] == [
        ["ht.hdnd"],
        ["ht.thach-ha.hdnd"],
        [],
    ]
    none = await fetch(loaded, OF_KIND, PARENTS, {"kind": "'; DROP TABLE body"})
    assert none == [[], [], []]


@pytest.mark.parametrize("first", [1, 3, 7, 100])
async def test_pages_of_any_size_make_the_whole(loaded: AsyncConnection, first: int) -> None:
    (whole,) = await fetch(loaded, CHILDREN, [("ht",)], {})
    seen, after = [], None
    while True:
        (rows,) = await fetch(loaded, CHILDREN, [("ht",)], {}, PageWindow(first, after))
        assert len(rows) <= first + 1
        seen += [row["code"] for row in rows[:first]]
        if len(rows) <= first:
            break
        after = order_values(CHILDREN, rows[first - 1])
    assert seen == [row["code"] for row in whole]


def test_a_parent_that_leads_nowhere_has_no_key() -> None:
    parent = Relation("body", on=(("code", "parent_code"),))
    assert parent.key({"parent_code": None}) is None
    assert parent.key({"parent_code": "ht"}) == ("ht",)
