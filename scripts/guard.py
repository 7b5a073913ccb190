"""The hashes in db/guard.py, as the migrations make the functions and definitions.

A name is entered by hand first, with "" as its hash. A database of its own is started and migrated for it.

python scripts/guard.py           prints the file
python scripts/guard.py --write   writes the hashes into it
python scripts/guard.py --check   ends with 1 where one differs
"""

import asyncio
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from db import guard, migrate
from db.connection.engine import connect, transaction
from db.embedded.server import embedded_server

GUARD = Path(guard.__file__)
ENTRY = re.compile(r'^( +"(\w+)": )"[0-9a-f]*",$', re.MULTILINE)


def renewed(text: str, hashes: Mapping[str, str]) -> str:
    """The file with these hashes. Raises LookupError for an entry that the database does not have."""

    def entry(match: re.Match[str]) -> str:
        start, name = match.groups()
        if name not in hashes:
            raise LookupError(f"db/guard.py: the migrated database has no {name}")
        return f'{start}"{hashes[name]}",'

    return ENTRY.sub(entry, text)


async def migrated_hashes(url: str) -> dict[str, str]:
    """The hashes of a database that is migrated for this, by name or kind.

    Raises:
        LookupError: db/guard.py holds no definitions of the server's major version.
    """
    await migrate.upgrade(url)
    engine = await connect(url)
    async with transaction(engine) as connection:
        current = await guard.hashes(connection)
    await engine.dispose()
    if current.major not in guard.DEFINITIONS:
        raise LookupError(f"db/guard.py: DEFINITIONS needs an entry for PostgreSQL {current.major}")
    return {**current.functions, **current.definitions}


def main(option: str) -> str | None:
    text = GUARD.read_text(encoding="utf-8")
    with TemporaryDirectory(prefix="xeploai-") as data, embedded_server(Path(data)) as url:
        changed = renewed(text, asyncio.run(migrated_hashes(url)))
    if option == "--write":
        GUARD.write_text(changed, encoding="utf-8")
    elif option == "--check" and changed != text:
        return "db/guard.py is not up to date; renew it with `make documents`"
    elif not option:
        sys.stdout.write(changed)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
