"""A link says where the rows of one object field come from; `fetch` brings them for many parents at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

KEY_TYPES = ((str, "text"), (UUID, "uuid"), (int, "integer"))
ORDER_TYPES = {
    "id": "uuid",
    "due_order": "date",
    "lateness_order": "integer",
    "place": "integer",
}
"""The types of the columns that pages are ordered by; any other is text."""

STATEMENTS_KEPT = 512
"""Texts of some kilobytes. A client's filters, and the shapes of its rights, choose among them."""

Row = Mapping[str, Any]
"""One row, by column name."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the first page of a list settles, and its cursors carry to the next: the row of a statement.

    `names` are its columns, and arguments of the link. `given` is a condition over the `:names`, and over
    `{now}`, the row as it would be now: where it does not hold, there is no such list, or no longer.
    """

    statement: str
    names: tuple[str, ...]
    given: str


@dataclass(frozen=True, slots=True)
class Relation:
    """Where the rows of a field come from, as data; it decides nothing.

    `source` is a table or a view, `on` pairs its columns with columns of the parent. `where` is a
    condition over the alias `t`, whose `:names` are the field's arguments. `order` ends in a column
    that makes it total; a page continues after its values, which are never NULL. `total` is a statement
    over the `:names` that gives the number of rows, where one by one they are slow to count. `ways` are
    conditions over the `:names`, of which exactly one holds, each with one over `t` that belongs to `where`:
    they say the same, and PostgreSQL finds the rows by the one that suits. `holds`
    tells of tables that other links lead to from here which of their columns the rows have themselves,
    and by what name: who wants no others need not go there.
    """

    source: str
    on: tuple[tuple[str, str], ...]
    where: str = "true"
    order: tuple[str, ...] = ()
    settled: Snapshot | None = None
    total: str = ""
    ways: tuple[tuple[str, str], ...] = ()
    holds: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    to_one: bool = False
    """Whether a key of the table allows no second row; tests compare it with the keys."""

    @property
    def carried(self) -> tuple[str, ...]:
        """The arguments that cursors carry from page to page."""
        return self.settled.names if self.settled else ()

    @property
    def condition(self) -> str:
        """All that holds for its rows, by whichever way they are found."""
        return f"{self.where} AND {self.ways[0][1]}" if self.ways else self.where

    def by_each_way(self, sql: Callable[[str], str]) -> str:
        """The rows by the way that suits: `sql` says how one finds them, by what is to be added to its condition."""
        ways = [sql(f" AND {when} AND {way}") for when, way in self.ways]
        return " UNION ALL ".join(f"({one})" for one in ways) if ways else sql("")

    def key(self, parent: Row) -> tuple[Any, ...] | None:
        """The parent's side of `on`; None when the parent leads nowhere."""
        key = tuple(parent[column] for _, column in self.on)
        return None if None in key else key


@dataclass(frozen=True, slots=True)
class PageWindow:
    """Which part of an ordered list: `first` rows after the row whose order has the values `after`."""

    first: int
    after: tuple[object, ...] | None = None


async def fetch(
    connection: AsyncConnection,
    link: Relation,
    keys: Sequence[tuple[Any, ...]],
    arguments: Mapping[str, object],
    window: PageWindow | None = None,
) -> list[list[Row]]:
    """The rows of each key, in the order of the keys, by one statement.

    With a window, up to one row more than asked for comes back, to tell whether a page follows.
    """
    after = window.after if window else None
    statement = text(_rows_sql(link, _key_types(keys), window is not None, after is not None))
    bound = _bound(keys, arguments)
    if window:
        bound["window_limit"] = window.first + 1
    if after is not None:
        bound |= {f"after_{i}": str(value) for i, value in enumerate(after)}
    found: list[list[Row]] = [[] for _ in keys]
    for row in (await connection.execute(statement, bound)).mappings():
        found[row["key_number"] - 1].append(row)
    return found


async def count(
    connection: AsyncConnection,
    link: Relation,
    keys: Sequence[tuple[Any, ...]],
    arguments: Mapping[str, object],
) -> list[int]:
    """How many rows each key has, in the order of the keys, by one statement."""
    statement = text(_count_sql(link, _key_types(keys)))
    return [row.many for row in await connection.execute(statement, _bound(keys, arguments))]


def place(link: Relation, row: Row) -> tuple[Any, ...]:
    """The values by which a row stands where it does in the order of its link."""
    return tuple(row[column] for column in link.order)


def _bound(keys: Sequence[tuple[Any, ...]], arguments: Mapping[str, object]) -> dict[str, object]:
    columns = {f"k{i}": list(column) for i, column in enumerate(zip(*keys, strict=True))}
    return {**columns, **arguments}


def _key_types(keys: Sequence[tuple[Any, ...]]) -> tuple[str, ...]:
    return tuple(_key_type(value) for value in keys[0])


def _key_type(value: object) -> str:
    """The driver's own kinds of UUID are UUIDs too."""
    return next(name for kind, name in KEY_TYPES if isinstance(value, kind))


@lru_cache(STATEMENTS_KEPT)
def _rows_sql(link: Relation, key_types: tuple[str, ...], windowed: bool, continued: bool) -> str:
    condition = _condition(link, link.where)
    if continued:
        condition += f" AND {beyond(link, [f':after_{i}' for i in range(len(link.order))])}"
    order = order_of(link)
    within = f" ORDER BY {order}" if order else ""
    limit = " LIMIT :window_limit" if windowed else ""
    outer = f"k.key_number, {order}" if order else "k.key_number"
    rows = link.by_each_way(
        lambda way: f"SELECT t.* FROM {link.source} t WHERE {condition}{way}{within}{limit}"
    )
    return f"SELECT k.key_number, t.* FROM {_keys(key_types)} CROSS JOIN LATERAL ({rows}) t ORDER BY {outer}"


def order_of(link: Relation, row: str = "t") -> str:
    """The columns by which a row stands where it does."""
    return ", ".join(f"{row}.{column}" for column in link.order)


def beyond(link: Relation, parameters: Sequence[str]) -> str:
    """Whether a row stands after a cursor's values, which are text whatever the columns are of."""
    places = ", ".join(
        f"CAST(CAST({parameter} AS text) AS {ORDER_TYPES.get(column, 'text')})"
        for parameter, column in zip(parameters, link.order, strict=True)
    )
    return f"({order_of(link)}) > ({places})"


@lru_cache(STATEMENTS_KEPT)
def _count_sql(link: Relation, key_types: tuple[str, ...]) -> str:
    condition = _condition(link, link.condition)
    total = link.total or f"SELECT count(*) FROM {link.source} t WHERE {condition}"
    return f"SELECT ({total}) AS many FROM {_keys(key_types)} ORDER BY k.key_number"


def _condition(link: Relation, where: str) -> str:
    matches = [f"t.{column} = k.k{i}" for i, (column, _) in enumerate(link.on)]
    return " AND ".join([*matches, f"({where})"])


def _keys(key_types: tuple[str, ...]) -> str:
    arrays = ", ".join(f"CAST(:k{i} AS {kind}[])" for i, kind in enumerate(key_types))
    names = ", ".join(f"k{i}" for i in range(len(key_types)))
    return f"unnest({arrays}) WITH ORDINALITY AS k({names}, key_number)"
