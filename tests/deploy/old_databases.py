"""Restores databases of earlier versions (recording_database.py) under their own migrations."""

import asyncio
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from sqlalchemy import text

from db import migrate
from db.connection.engine import make_engine

FOLDER = Path(__file__).parent / "databases"


def restore(url: str, version: str) -> None:
    """Fill an empty database with the rows of this version, under its own schema; without triggers."""
    alembic = [sys.executable, "-m", "alembic", "-c", str(migrate.MIGRATIONS / "alembic.ini")]
    subprocess.run([*alembic, "-x", f"url={url}", "upgrade", version], check=True)
    rows = defaultdict(list)
    for line in (FOLDER / f"{version}.jsonl").read_text(encoding="utf-8").splitlines():
        noted = json.loads(line)
        rows[noted["table"]].append(noted["row"])
    asyncio.run(_fill(url, rows))


async def _fill(url: str, rows: dict[str, list[object]]) -> None:
    engine = make_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table, of_table in rows.items():
            await connection.execute(text(f'DELETE FROM "{table}"'))
            fill = text(
                f'INSERT INTO "{table}" SELECT * FROM jsonb_populate_recordset(NULL::"{table}", CAST(:rows AS jsonb))'
            )
            await connection.execute(fill, {"rows": json.dumps(of_table)})
    await engine.dispose()
