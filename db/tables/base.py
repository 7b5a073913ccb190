"""Shared by all tables: names of constraints, types of columns, closed lists as a CHECK."""

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, DateTime, MetaData, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import UserDefinedType
from sqlmodel import SQLModel

from db.library_internals import register_column_type

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
metadata = MetaData(naming_convention=NAMES)


class Xid8(UserDefinedType[int]):
    """The number of a transaction; it never wraps around (PostgreSQL's xid8)."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "XID8"


register_column_type("xid8", Xid8)

SORTED = Text(collation="C")
MOMENT = DateTime(timezone=True)
WORDS = ARRAY(Text)
WORDS_OF_NAME = text("array_to_tsvector(string_to_array(search_key, ' '))")
"""The words of a name without diacritics; an index on them serves searches by prefix."""


def one_of(column: str, words: Iterable[StrEnum]) -> CheckConstraint:
    """A closed list as text with a CHECK."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Table(SQLModel):
    """The base of all tables: the metadata with the names of constraints."""

    metadata: ClassVar[MetaData] = metadata
