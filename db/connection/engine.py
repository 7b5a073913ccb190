"""The engine: SQLAlchemy over asyncpg, one connection and one transaction per request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db.errors import DatabaseDownError, DatabaseUrlError

DRIVER = "postgresql+asyncpg"
NAME = "xeploai"
CONNECTIONS = 20
POOL_WAIT_SECONDS = 10
CONNECT_SECONDS_MAX = 10
STATEMENTS_CACHED = 64
"""On each connection. PostgreSQL keeps the plan of each, up to a megabyte: some 40 texts make nearly all reading."""

CONNECTION_SECONDS_MAX = 600
"""Then a connection is replaced by a new one: what its server process has taken from the system comes back."""

SERVER_SETTINGS = {
    "application_name": NAME,
    "jit": "off",  # our statements are many and short
    "plan_cache_mode": "force_generic_plan",  # a cached statement is planned once
}


def driver_url(url: str) -> URL:
    """`postgres://…` and `postgresql://…` as asyncpg wants them; `sslmode` becomes its `ssl`.

    Raises:
        DatabaseUrlError: not an address of PostgreSQL; the sentence shows no password.
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
    """An engine that has not connected yet, with so many connections at most.

    `is_pooled`: a pooler in transaction mode is in between. The next transaction may be another server's
    then, so no statement is kept, and the settings of the session are those of the role (docs/operations.md).
    `is_tried`: each connection is tried before it is used, by a round trip; for a replica, which may go.
    """
    kept = {
        # SQLAlchemy lets its cache become half as large again before it takes the oldest out.
        "prepared_statement_cache_size": 0 if is_pooled else STATEMENTS_CACHED * 2 // 3,
        "server_settings": {"application_name": NAME} if is_pooled else SERVER_SETTINGS,
    }
    if is_pooled:
        kept |= {
            "statement_cache_size": 0,
            "prepared_statement_name_func": str,
        }  # "": the unnamed one
    return create_async_engine(
        driver_url(url),
        hide_parameters=True,  # values are personal, and errors are logged
        pool_size=(connections + 1) // 2,  # so many stay open; the others come when they are needed
        max_overflow=connections // 2,
        pool_timeout=POOL_WAIT_SECONDS,
        pool_use_lifo=True,
        pool_recycle=CONNECTION_SECONDS_MAX,
        pool_pre_ping=is_tried,  # else a lost connection is replaced on its error
        connect_args={"timeout": CONNECT_SECONDS_MAX, **kept},
    )


async def connect(url: str) -> AsyncEngine:
    """An engine whose database has answered once.

    Raises:
        DatabaseUrlError: see `driver_url`.
        DatabaseDownError: nobody answers there, or refuses us.
    """
    engine = make_engine(url)
    try:
        async with transaction(engine):
            return engine
    except DatabaseDownError:
        await engine.dispose()
        raise


def reading(engine: AsyncEngine) -> AsyncEngine:
    """The same engine for transactions that only read, and read everything as of one moment."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One connection in one transaction, committed at the end, rolled back on any error.

    Raises:
        DatabaseDownError: there is no connection to be had, or it was lost on the way.
    """
    connection = await _connected(engine)
    try:
        async with connection.begin():
            yield connection
    except DBAPIError as fault:
        if fault.connection_invalidated:
            raise _down(engine, fault) from fault
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
    said = str(getattr(fault, "orig", fault)).strip().splitlines() or [type(fault).__name__]
    return DatabaseDownError(f"the database at {where} does not answer: {said[-1]}")
