"""What several tests of the door need: a database to spoil, a bare environment, loggers as before."""

import asyncio
import logging
from collections.abc import Iterator
from uuid import uuid4

import pytest
import structlog
from sqlalchemy import make_url

from service import maintenance
from service.settings import Settings, settings
from tests.conftest import run_outside_transaction, with_database


@pytest.fixture
def migrated_copy(server_url: str, migrated_template: str) -> Iterator[str]:
    """The URL of a database of this test alone, migrated and empty."""
    name = f"copy_{uuid4().hex}"
    asyncio.run(
        run_outside_transaction(server_url, f"CREATE DATABASE {name} TEMPLATE {migrated_template}")
    )
    yield with_database(server_url, name)
    asyncio.run(run_outside_transaction(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine that runs the tests reaches them; nothing read before stays."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    settings.cache_clear()


@pytest.fixture
def loggers_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def loaded_demonstration(demonstration_url: str) -> Iterator[str]:
    """The name of a database with the whole demonstration and the shipped policy; tests copy it."""
    name, template = f"loaded_{uuid4().hex}", make_url(demonstration_url).database
    create = f"CREATE DATABASE {name} TEMPLATE {template}"
    asyncio.run(run_outside_transaction(demonstration_url, create))
    asyncio.run(maintenance.migrate(with_database(demonstration_url, name)))
    yield name
    asyncio.run(run_outside_transaction(demonstration_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def demonstration_copy(demonstration_url: str, loaded_demonstration: str) -> Iterator[str]:
    """The URL of a demonstration of this test alone, with the shipped policy active."""
    name = f"copy_{uuid4().hex}"
    create = f"CREATE DATABASE {name} TEMPLATE {loaded_demonstration}"
    asyncio.run(run_outside_transaction(demonstration_url, create))
    yield with_database(demonstration_url, name)
    asyncio.run(run_outside_transaction(demonstration_url, f"DROP DATABASE {name} WITH (FORCE)"))
