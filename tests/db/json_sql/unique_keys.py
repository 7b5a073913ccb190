"""Finds the relations that lead to at most one row, by the unique keys of the tables: it proves `Relation.to_one`."""

import re
from collections.abc import Iterator
from functools import lru_cache

from sqlalchemy import Table, UniqueConstraint

from db.json_sql.relation import Relation
from db.tables import metadata

_FIXED = re.compile(r"t\.(\w+) = (?::\w+|'[^']*')")
"""A condition that fixes a column to one value."""

RELATIONS_KEPT = 512
"""Relations; the filters of clients choose among those of a list."""

_UNSURE = re.compile(r"\b(?:OR|CASE|BETWEEN)\b", re.IGNORECASE)
"""In such a condition, a part beside an `AND` need not be true."""


@lru_cache(RELATIONS_KEPT)
def leads_to_one(relation: Relation) -> bool:
    """Whether a unique key of its table allows no second row: every column of the key is fixed to one value."""
    table = metadata.tables.get(relation.source)
    if table is None or relation.access_paths:
        return False
    fixed = {here for here, _ in relation.on} | set(_fixed_columns(relation.where))
    return any(key <= fixed for key in _keys(table))


def _fixed_columns(where: str) -> Iterator[str]:
    """The columns that the condition fixes. Only the parts before any parenthesis, and beside no `OR`, are read."""
    if _UNSURE.search(where):
        return
    for part in re.split(r"\s+AND\s+", where.partition("(")[0]):
        match = _FIXED.fullmatch(part.strip())
        if match:
            yield match[1]


def _keys(table: Table) -> Iterator[frozenset[str]]:
    unique = [key for key in table.constraints if isinstance(key, UniqueConstraint)]
    for key in (table.primary_key, *unique):
        yield frozenset(column.name for column in key.columns)
