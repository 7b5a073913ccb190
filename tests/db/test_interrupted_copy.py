"""A connection that is lost inside a COPY is a database that does not answer."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.connection.engine import transaction
from db.copy import copy_rows
from db.errors import DatabaseDownError

pytestmark = pytest.mark.anyio

DIES = """CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$"""


async def test_it_is_reported_through_a_savepoint_too(engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        await connection.execute(text("CREATE TABLE copied (n int)"))
        await connection.execute(text(DIES))
        await connection.execute(
            text("CREATE TRIGGER dies BEFORE INSERT ON copied FOR EACH ROW EXECUTE FUNCTION dies()")
        )
    with pytest.raises(DatabaseDownError):
        async with transaction(engine) as connection, connection.begin_nested():
            await copy_rows(connection, "copied", ["n"], [[1]])
    async with transaction(engine) as connection:
        assert (await connection.execute(text("SELECT count(*) FROM copied"))).scalar_one() == 0
