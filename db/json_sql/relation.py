"""Relations between rows as data, and their rows for many parents by one statement (`fetch`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
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
"""The types of the columns by which pages are ordered; any other column is text."""

STATEMENTS_KEPT = 512
"""SQL texts of some kilobytes each; their number depends on the filters of clients and on the shapes of rights."""

Row = Mapping[str, Any]
"""One row, by column name."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The row of a statement that is read with the first page of a list; its cursors carry it to later pages.

    `names` are the columns of the row, and arguments of the relation. `condition` is over the `:names`, and over
    `{now}`, the row as it would be read now: if it is false, the list does not exist, or no longer.
    """

    statement: str
    names: tuple[str, ...]
    condition: str


class AccessPath(NamedTuple):
    """One way to read the rows of a relation, which lets PostgreSQL use another index.

    `when` is a condition over the `:names`; `condition` is one over `t` that is added to `where`. `sources` replace
    the source of the relation: together they have its rows and columns, each row in one of them. A page reads each of
    them in the order of the list, only as far as it needs.
    """

    when: str
    condition: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """Where the rows of a field come from, as data; it decides nothing.

    `source` is a table or a view, `on` pairs its columns with columns of the parent. `where` is a
    condition over the alias `t`, whose `:names` are the field's arguments. `order` ends in a column
    that makes it total; a page continues after its values, which are never NULL. `total` is a statement
    over the `:names` that gives the number of rows, for rows that are slow to count one by one.

    `access_paths` are equivalent ways to read the rows; exactly one of their conditions `when` is true. `covers` lists the columns of related tables that the rows have themselves, and their names here:
    if a selection needs no other columns of such a table, it is not joined.
    """

    source: str
    on: tuple[tuple[str, str], ...]
    where: str = "true"
    order: tuple[str, ...] = ()
    snapshot: Snapshot | None = None
    total: str = ""
    access_paths: tuple[AccessPath, ...] = ()
    covers: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    to_one: bool = False
    """Whether a unique key of the table allows no second row; tests compare it with the keys."""

    @property
    def carried(self) -> tuple[str, ...]:
        """The arguments that cursors carry from page to page."""
        return self.snapshot.names if self.snapshot else ()

    @property
    def condition(self) -> str:
        """The whole condition of its rows; all access paths give the same rows."""
        paths = self.access_paths
        return f"{self.where} AND {paths[0].condition}" if paths else self.where

    def union_of_access_paths(self, query_with: Callable[[str, str], str]) -> str:
        """The query of the rows; `query_with` makes it of a source, with a text that is added to its condition."""
        queries = [
            query_with(source, f" AND {path.when} AND {path.condition}")
            for path in self.access_paths
            for source in path.sources or (self.source,)
        ]
        if not queries:
            return query_with(self.source, "")
        return " UNION ALL ".join(f"({query})" for query in queries)

    def key(self, parent: Row) -> tuple[Any, ...] | None:
        """The parent's values of `on`; None if one of them is null."""
        key = tuple(parent[column] for _, column in self.on)
        return None if None in key else key


@dataclass(frozen=True, slots=True)
class PageWindow:
    """A part of an ordered list: `first` rows after the row whose order columns have the values `after`."""

    first: int
    after: tuple[object, ...] | None = None


async def fetch(
    connection: AsyncConnection,
    relation: Relation,
    keys: Sequence[tuple[Any, ...]],
    arguments: Mapping[str, object],
    window: PageWindow | None = None,
) -> list[list[Row]]:
    """The rows of each key, in the order of the keys, by one statement.

    With a window, a row more than `first` shows that another page follows.
    """
    after = window.after if window else None
    statement = text(_rows_sql(relation, _key_types(keys), window is not None, after is not None))
    bound = _parameters(keys, arguments)
    if window:
        bound["window_limit"] = window.first + 1
    if after is not None:
        bound |= {f"after_{i}": str(value) for i, value in enumerate(after)}
    rows_of_keys: list[list[Row]] = [[] for _ in keys]
    for row in (await connection.execute(statement, bound)).mappings():
        rows_of_keys[row["key_number"] - 1].append(row)
    if window:  # each source of an access path gives so many
        return [rows[: window.first + 1] for rows in rows_of_keys]
    return rows_of_keys


async def count(
    connection: AsyncConnection,
    relation: Relation,
    keys: Sequence[tuple[Any, ...]],
    arguments: Mapping[str, object],
) -> list[int]:
    """How many rows each key has, in the order of the keys, by one statement."""
    statement = text(_count_sql(relation, _key_types(keys)))
    return [row.many for row in await connection.execute(statement, _parameters(keys, arguments))]


def order_values(relation: Relation, row: Row) -> tuple[Any, ...]:
    """The values of the order columns of a row."""
    return tuple(row[column] for column in relation.order)


def _parameters(
    keys: Sequence[tuple[Any, ...]], arguments: Mapping[str, object]
) -> dict[str, object]:
    columns = {f"k{i}": list(column) for i, column in enumerate(zip(*keys, strict=True))}
    return {**columns, **arguments}


def _key_types(keys: Sequence[tuple[Any, ...]]) -> tuple[str, ...]:
    return tuple(_key_type(value) for value in keys[0])


def _key_type(value: object) -> str:
    """The SQL type of a key; the driver's own subclass of UUID is a UUID, too."""
    return next(name for kind, name in KEY_TYPES if isinstance(value, kind))


@lru_cache(STATEMENTS_KEPT)
def _rows_sql(
    relation: Relation, key_types: tuple[str, ...], windowed: bool, continued: bool
) -> str:
    condition = _condition(relation, relation.where)
    if continued:
        condition += f" AND {beyond(relation, [f':after_{i}' for i in range(len(relation.order))])}"
    order = order_of(relation)
    within = f" ORDER BY {order}" if order else ""
    limit = " LIMIT :window_limit" if windowed else ""
    outer = f"k.key_number, {order}" if order else "k.key_number"
    rows = relation.union_of_access_paths(
        lambda source, path: f"SELECT t.* FROM {source} t WHERE {condition}{path}{within}{limit}"
    )
    return f"SELECT k.key_number, t.* FROM {_keys(key_types)} CROSS JOIN LATERAL ({rows}) t ORDER BY {outer}"


def order_of(relation: Relation, row: str = "t") -> str:
    """The order columns of a row, as SQL."""
    return ", ".join(f"{row}.{column}" for column in relation.order)


def beyond(relation: Relation, parameters: Sequence[str]) -> str:
    """The condition that a row comes after the values of a cursor, which are texts for columns of any type."""
    places = ", ".join(
        f"CAST(CAST({parameter} AS text) AS {ORDER_TYPES.get(column, 'text')})"
        for parameter, column in zip(parameters, relation.order, strict=True)
    )
    beyond_all = f"({order_of(relation)}) > ({places})"
    if len(relation.order) == 1:
        return beyond_all
    # An index on the first column alone can begin there.
    return f"t.{relation.order[0]} >= {places.split(', ')[0]} AND {beyond_all}"


@lru_cache(STATEMENTS_KEPT)
def _count_sql(relation: Relation, key_types: tuple[str, ...]) -> str:
    condition = _condition(relation, relation.condition)
    total = relation.total or f"SELECT count(*) FROM {relation.source} t WHERE {condition}"
    return f"SELECT ({total}) AS many FROM {_keys(key_types)} ORDER BY k.key_number"


def _condition(relation: Relation, where: str) -> str:
    matches = [f"t.{column} = k.k{i}" for i, (column, _) in enumerate(relation.on)]
    return " AND ".join([*matches, f"({where})"])


def _keys(key_types: tuple[str, ...]) -> str:
    arrays = ", ".join(f"CAST(:k{i} AS {kind}[])" for i, kind in enumerate(key_types))
    names = ", ".join(f"k{i}" for i in range(len(key_types)))
    return f"unnest({arrays}) WITH ORDINALITY AS k({names}, key_number)"
