"""Checks that `verify` finds every tampering: by the owner of the database, with triggers off, each on its own database."""

import asyncio
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy import text

from db.connection.engine import connect, transaction
from db.embedded.server import embedded_server
from demo.database import load_demonstration
from resolvers.verification import verify
from service import maintenance
from tests.conftest import FAST, run_outside_transaction, with_database
from tests.resolvers.tamperings import TAMPERINGS, Tampering


async def is_detected(url: str, tampering: Tampering) -> bool:
    """Whether `verify` reports the tampering after its commit."""
    engine = await connect(url)
    try:
        async with transaction(engine) as connection:
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in tampering.statements:
                assert (await connection.execute(text(statement))).rowcount, tampering.name
        async with transaction(engine) as connection:
            findings = (await verify(connection)).findings
    finally:
        await engine.dispose()
    return tampering.kind in {finding.kind for finding in findings}


async def main(server: str) -> None:
    await run_outside_transaction(server, "CREATE DATABASE whole")
    whole = with_database(server, "whole")
    await maintenance.migrate(whole)
    engine = await connect(whole)
    async with transaction(engine) as connection:
        await load_demonstration(connection)
    await engine.dispose()
    missed, began = [], time.perf_counter()
    for tampering in TAMPERINGS:
        await run_outside_transaction(server, "CREATE DATABASE copy TEMPLATE whole")
        if not await is_detected(with_database(server, "copy"), tampering):
            missed.append(tampering.name)
        await run_outside_transaction(server, "DROP DATABASE copy WITH (FORCE)")
    seconds = time.perf_counter() - began
    print(f"{len(TAMPERINGS) - len(missed)} of {len(TAMPERINGS)} tamperings found, {seconds:.0f} s")
    for name in missed:
        print(f"  missed: {name}")
    if missed:
        sys.exit(1)


if __name__ == "__main__":
    with (
        TemporaryDirectory(prefix="xeploai-") as data,
        embedded_server(Path(data), FAST) as server_url,
    ):
        asyncio.run(main(server_url))
