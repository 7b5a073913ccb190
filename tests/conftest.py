"""One real PostgreSQL for all tests; every module gets a database of its own, already migrated."""

import asyncio
import fcntl
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from db import migrate
from db.connection import engine as engines, lock as locks
from db.connection.engine import connect
from db.embedded.server import embedded_server
from demo.signing_key import demonstration_key

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
NUMBERS = count(1)
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
def demonstration_url(demonstration_files: Path) -> Iterator[str]:
    """A database with the whole demonstration, on a server of its own; tests leave it as it is, or copy it."""
    with copied(demonstration_files) as data, embedded_server(data, FAST) as url:
        yield url


@pytest.fixture(scope="session")
def demonstration_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data directory with the demonstration and its key, to be copied; no server runs on it."""
    archive = _archive(tmp_path_factory)
    with archive.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not archive.exists():
            _load(archive)
    # Not below pytest's own folder: a second pytest closes that to the account of the server.
    with TemporaryDirectory(prefix="xeploai-") as folder:
        subprocess.run(["tar", "-xpf", archive, "-C", folder], check=True)
        yield Path(folder)


def _archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the loaded directory is kept: one for all workers of a run, or what the environment names."""
    if kept := os.environ.get("DEMONSTRATION_ARCHIVE"):
        return Path(kept)
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demonstration.tar"


def _load(archive: Path) -> None:
    """Loads the directory by the command of users, and keeps the owners of its files."""
    with TemporaryDirectory(prefix="xeploai-") as folder:
        where = {**os.environ, "DATA_DIR": folder}
        subprocess.run([XEPLOAI, "demo"], env=where, check=True, capture_output=True)
        demonstration_key(Path(folder))
        part = archive.with_suffix(".part")
        subprocess.run(["tar", "-cpf", part, "-C", folder, "."], check=True)
        part.rename(archive)


@contextmanager
def copied(files: Path) -> Iterator[Path]:
    """A data directory like another one, on which no server runs."""
    with TemporaryDirectory(prefix="xeploai-") as folder:
        # With their owners: PostgreSQL has an account of its own.
        subprocess.run(["cp", "--archive", f"{files}/.", folder], check=True)
        yield Path(folder)


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


locks.be_strict()  # in all tests of this process; a demonstration does so itself


@pytest.fixture
async def registry(demonstration_url: str) -> AsyncIterator[AsyncConnection]:
    """A connection whose changes are rolled back after the test."""
    engine = await connect(demonstration_url)
    async with engine.connect() as opened:
        await opened.begin()
        locks.declare_sole_writer(opened)  # a test carries out several commands
        yield opened
        await opened.rollback()
    await engine.dispose()
