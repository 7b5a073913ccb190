"""The tables. Closed lists are text with a CHECK; names are Popolo's (body, person, post, membership)."""

from db.tables import authority, commands, documents, registry, year
from db.tables.base import metadata

__all__ = ["authority", "commands", "documents", "metadata", "registry", "year"]
