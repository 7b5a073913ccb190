"""The SQLAlchemy engine over asyncpg: one connection and one transaction per request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db.errors import DatabaseDownError, DatabaseUrlError

DRIVER = "postgresql+asyncpg"
NAME = "xeploai"
CONNECTIONS = 20
"""Maximum connections of one pool."""

POOL_WAIT_SECONDS = 10
"""Seconds that a request waits for a free connection."""

CONNECT_SECONDS_MAX = 10
"""Seconds for opening a connection."""

STATEMENTS_CACHED = 64
"""Prepared statements per connection. PostgreSQL keeps a plan of up to 1 MB for each; about 40 texts make nearly all reads."""

CONNECTION_SECONDS_MAX = 600
"""Seconds after which a connection is replaced, so that its server process returns its memory to the system."""

SERVER_SETTINGS = {
    "application_name": NAME,
    "jit": "off",  # our statements are many and short
    "plan_cache_mode": "force_generic_plan",  # a cached statement is planned once
}


def driver_url(url: str) -> URL:
    """`postgres://…` and `postgresql://…` in the form that asyncpg takes; `sslmode` becomes `ssl`.

    Raises:
        DatabaseUrlError: it is no URL of PostgreSQL; the message shows no password.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as fault:
        raise DatabaseUrlError("DATABASE_URL is not an address like postgresql://…") from fault
    if parsed.drivername not in ("postgres", "postgresql", DRIVER):
        raise DatabaseUrlError(
            f"DATABASE_URL begins with {parsed.drivername}://, it must be postgresql://"
        )
    query = {("ssl" if name == "sslmode" else name): value for name, value in parsed.query.items()}
    return parsed.set(drivername=DRIVER, query=query)


def make_engine(
    url: str, *, connections: int = CONNECTIONS, is_pooled: bool = False, is_tried: bool = False
) -> AsyncEngine:
    """An engine that has not connected yet, with at most `connections` connections.

    `is_pooled`: the URL is that of a pooler in transaction mode. The next transaction may then run on another
    server connection, so no prepared statement is kept, and session settings come from the role
    (docs/operations.md). `is_tried`: each connection is tested by a round trip before it is used; for a replica,
    which may go away.
    """
    options = {
        # SQLAlchemy lets its cache become half as large again before it takes the oldest out.
        "prepared_statement_cache_size": 0 if is_pooled else STATEMENTS_CACHED * 2 // 3,
        "server_settings": {"application_name": NAME} if is_pooled else SERVER_SETTINGS,
    }
    if is_pooled:
        options |= {
            "statement_cache_size": 0,
            "prepared_statement_name_func": str,
        }  # "": the unnamed one
    engine = create_async_engine(
        driver_url(url),
        hide_parameters=True,  # values are personal, and errors are logged
        pool_size=connections,  # opened when needed; closed ones would take their prepared statements along
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS,
        pool_use_lifo=True,
        pool_recycle=CONNECTION_SECONDS_MAX,
        pool_pre_ping=is_tried,  # else a lost connection is replaced on its error
        connect_args={"timeout": CONNECT_SECONDS_MAX, **options},
    )

    def refuse_lost_connection(failure: Any) -> None:  # noqa: ANN401 - the library's context of the exception
        """A connection that is lost during a statement is the same to every caller; a cancelled task stays cancelled."""
        fault = failure.original_exception
        if failure.is_disconnect and not failure.is_pre_ping and isinstance(fault, Exception):
            raise _down(engine, fault) from fault

    event.listen(engine.sync_engine, "handle_error", refuse_lost_connection)
    return engine


async def connect(url: str) -> AsyncEngine:
    """An engine whose database has answered once.

    Raises:
        DatabaseUrlError: see `driver_url`.
        DatabaseDownError: the database does not answer, or refuses the connection.
    """
    engine = make_engine(url)
    try:
        async with transaction(engine):
            return engine
    except DatabaseDownError:
        await engine.dispose()
        raise


def reading(engine: AsyncEngine) -> AsyncEngine:
    """The same engine for read-only transactions with one snapshot (REPEATABLE READ)."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One connection in one transaction, committed at the end, rolled back on any error.

    A command ends its transaction itself, as soon as it is carried out or refused; what is read after that is in
    another one, which begins with its first statement.

    Raises:
        DatabaseDownError: no connection is available, or it was lost during the transaction.
    """
    connection = await _connected(engine)
    try:
        await connection.begin()
        yield connection
        await connection.commit()
    except BaseException:
        if not connection.closed:
            await connection.rollback()
        raise
    finally:
        await connection.close()


async def _connected(engine: AsyncEngine) -> AsyncConnection:
    try:
        return await engine.connect()
    except (SQLAlchemyError, OSError) as fault:
        raise _down(engine, fault) from fault


def _down(engine: AsyncEngine, fault: Exception) -> DatabaseDownError:
    where = engine.url.host or engine.url.query.get("host", "its socket")
    lines = str(getattr(fault, "orig", fault)).strip().splitlines() or [type(fault).__name__]
    return DatabaseDownError(f"the database at {where} does not answer: {lines[-1]}")
