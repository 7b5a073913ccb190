"""Reads rows by relations outside of the graph, for commands and routes; one statement each."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db.json_sql import relation as relations
from db.json_sql.relation import Relation, Row
from resolvers.errors import nothing


async def rows_of(connection: AsyncConnection, link: Relation, key: str | UUID) -> list[Row]:
    """The rows of a relation for one key."""
    (rows,) = await relations.fetch(connection, link, [(key,)], {})
    return rows


async def one_of(connection: AsyncConnection, link: Relation, key: str | UUID, field: str) -> Row:
    """The row of a key from the argument `field`. Raises NotFound."""
    rows = await rows_of(connection, link, key)
    if not rows:
        raise nothing(field, str(key))
    return rows[0]
