"""The tables. Closed lists are text with a CHECK; names are Popolo's (body, person, post, membership)."""

from db.tables import (
    authority,
    command as commands,
    correction as corrections,
    document as documents,
    registry,
    year,
)
from db.tables.base import metadata

__all__ = ["authority", "commands", "corrections", "documents", "metadata", "registry", "year"]
