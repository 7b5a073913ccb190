"""Which relations lead to one row at most, by the keys of the tables: it proves what they declare (`to_one`)."""

import re
from collections.abc import Iterator
from functools import lru_cache

from sqlalchemy import Table, UniqueConstraint

from db.json_sql.relation import Relation
from db.tables import metadata

_HELD = re.compile(r"t\.(\w+) = (?::\w+|'[^']*')")
"""A condition that leaves a column one value."""

LINKS_KEPT = 512
"""A client's filters choose among the links of a list."""

_UNSURE = re.compile(r"\b(?:OR|CASE|BETWEEN)\b", re.IGNORECASE)
"""Where `AND` does not always join what must hold."""


@lru_cache(LINKS_KEPT)
def leads_to_one(link: Relation) -> bool:
    """Whether a key of its table allows no second row: all columns of the key are held to one value each."""
    table = metadata.tables.get(link.source)
    if table is None or link.ways:
        return False
    held = {here for here, _ in link.on} | set(_held(link.where))
    return any(key <= held for key in _keys(table))


def _held(where: str) -> Iterator[str]:
    """The columns of those parts of a condition that surely hold: they stand before any parenthesis, beside no `OR`."""
    if _UNSURE.search(where):
        return
    for part in re.split(r"\s+AND\s+", where.partition("(")[0]):
        found = _HELD.fullmatch(part.strip())
        if found:
            yield found[1]


def _keys(table: Table) -> Iterator[frozenset[str]]:
    unique = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    for key in (table.primary_key, *unique):
        yield frozenset(column.name for column in key.columns)
