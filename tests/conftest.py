"""One real PostgreSQL for all tests; every module gets a database of its own, already migrated."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from db import engine as engines
from db import migrate
from db.embedded import embedded_server
from service.demonstration_keys import demonstration_key
from service.wiring import load_demonstration

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
NUMBERS = count(1)
DEMONSTRATION = "demonstration"
XEPLOAI = Path(sys.executable).with_name("xeploai")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The URL of the server's own database; tests do not write there.

    Not below pytest's own folder: a second pytest closes that to the account of the server.
    """
    with TemporaryDirectory(prefix="xeploai-") as data, embedded_server(Path(data), FAST) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_template(server_url: str) -> str:
    name = "migrated"
    asyncio.run(run_outside_transaction(server_url, f"CREATE DATABASE {name}"))
    asyncio.run(migrate.upgrade(with_database(server_url, name)))
    return name


@pytest.fixture(scope="module")
def database_url(server_url: str, migrated_template: str) -> Iterator[str]:
    """A fresh, migrated, empty database for the tests of one module."""
    name = f"test_{next(NUMBERS)}"
    asyncio.run(
        run_outside_transaction(server_url, f"CREATE DATABASE {name} TEMPLATE {migrated_template}")
    )
    yield with_database(server_url, name)
    asyncio.run(run_outside_transaction(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def demonstration_url(server_url: str, migrated_template: str) -> Iterator[str]:
    """A database with the whole demonstration, loaded once for all tests; they leave it as it is."""
    asyncio.run(
        run_outside_transaction(
            server_url, f"CREATE DATABASE {DEMONSTRATION} TEMPLATE {migrated_template}"
        )
    )
    url = with_database(server_url, DEMONSTRATION)
    asyncio.run(_load(url))
    yield url
    asyncio.run(run_outside_transaction(server_url, f"DROP DATABASE {DEMONSTRATION} WITH (FORCE)"))


@pytest.fixture(scope="session")
def demonstration_files() -> Iterator[Path]:
    """A data directory with the demonstration and its key, to be copied; no server runs on it."""
    with TemporaryDirectory(prefix="xeploai-") as folder:
        where = {**os.environ, "DATA_DIR": folder}
        subprocess.run([XEPLOAI, "demo"], env=where, check=True, capture_output=True)
        demonstration_key(Path(folder))
        yield Path(folder)


async def _load(url: str) -> None:
    engine = await engines.connect(url)
    async with engines.transaction(engine) as connection:
        await load_demonstration(connection)
    await engine.dispose()


@pytest.fixture
def empty_database(server_url: str) -> Iterator[str]:
    """The URL of a database without any table."""
    name = f"test_{next(NUMBERS)}"
    asyncio.run(run_outside_transaction(server_url, f"CREATE DATABASE {name}"))
    yield with_database(server_url, name)
    asyncio.run(run_outside_transaction(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="module")
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    made = await engines.connect(database_url)
    yield made
    await made.dispose()


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction that is rolled back after the test."""
    async with engine.connect() as opened:
        yield opened
        await opened.rollback()


def with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


async def run_outside_transaction(url: str, statement: str) -> None:
    made = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with made.connect() as opened:
        await opened.execute(text(statement))
