"""What every table shares: names of constraints, kinds of columns, closed lists as a CHECK."""

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, DateTime, MetaData, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import SQLModel

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
metadata = MetaData(naming_convention=NAMES)

SORTED = Text(collation="C")
MOMENT = DateTime(timezone=True)
WORDS = ARRAY(Text)


def one_of(column: str, words: Iterable[StrEnum]) -> CheckConstraint:
    """A closed list as text with a CHECK."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Table(SQLModel):
    """What every table shares: the metadata with its names of constraints."""

    metadata: ClassVar[MetaData] = metadata
