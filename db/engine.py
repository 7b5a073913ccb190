"""The engine: SQLAlchemy over asyncpg, one connection and one transaction per request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db.errors import DatabaseDownError, DatabaseUrlError

DRIVER = "postgresql+asyncpg"
POOL_CONNECTIONS = 10
POOL_OVERFLOW = 10
POOL_WAIT_SECONDS = 10
CONNECT_SECONDS_MAX = 10
STATEMENTS_CACHED = 500
SERVER_SETTINGS = {
    "application_name": "xeploai",
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


def make_engine(url: str) -> AsyncEngine:
    """An engine that has not connected yet."""
    return create_async_engine(
        driver_url(url),
        hide_parameters=True,  # values are personal, and errors are logged
        pool_size=POOL_CONNECTIONS,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=POOL_WAIT_SECONDS,
        pool_use_lifo=True,
        pool_pre_ping=False,  # a round trip per request; a lost connection is replaced on its error
        connect_args={
            "timeout": CONNECT_SECONDS_MAX,
            "prepared_statement_cache_size": STATEMENTS_CACHED,
            "server_settings": SERVER_SETTINGS,
        },
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
