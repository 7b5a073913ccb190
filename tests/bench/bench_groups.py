"""On a database of a province's size: is every EXCELLENT counted once, and are `verify` and `recompute` clean?"""

import asyncio
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy import text

from db.connection.engine import connect, transaction
from db.embedded.server import embedded_server
from resolvers import computation
from resolvers.verification import verify
from service import maintenance
from tests.bench.province import fill, record_acts
from tests.conftest import FAST, run_outside_transaction, with_database

COUNTED = """
SELECT a.year, count(*) AS decided, count(*) FILTER (WHERE a.groups = 1) AS once,
       (SELECT sum(q.excellent) FROM quota q WHERE q.year = a.year) AS counted,
       (SELECT count(*) FROM quota q WHERE q.year = a.year
        AND q.excellent * q.share_whole > q.base * q.share_part + q.share_rest) AS over
FROM (SELECT a.id, a.year, count(q.*) AS groups FROM appraisal a
      LEFT JOIN quota q ON q.peer_group_code = a.peer_group_code AND q.year = a.year
      WHERE a.level = 'EXCELLENT' GROUP BY a.id, a.year) a
GROUP BY a.year ORDER BY a.year
"""


async def main(server: str) -> int:
    await run_outside_transaction(server, "CREATE DATABASE province")
    url = with_database(server, "province")
    await maintenance.migrate(url)
    engine = await connect(url)
    began = time.perf_counter()
    async with transaction(engine) as connection:
        await fill(connection)
        many = await record_acts(connection)
    print(f"filled, with {many} acts beside those of the demonstration: {passed(began)}")
    wrong = 0
    async with transaction(engine) as connection:
        for row in await connection.execute(text(COUNTED)):
            print(
                f"  {row.year}: {row.decided} decided EXCELLENT, {row.once} in one group each, "
                f"{row.counted} counted, {row.over} groups over the quota"
            )
            wrong += len({row.decided, row.once, row.counted}) - 1 + row.over
        began = time.perf_counter()
        recomputed = await computation.recompute(connection, 2023)
        print(f"  recompute {recomputed.report().splitlines()[0]}: {passed(began)}")
        began = time.perf_counter()
        verified = await verify(connection)
        print(f"  verify {verified.report().splitlines()[0]}: {passed(began)}")
        for finding in verified.findings[:10]:
            print(f"    {finding}")
        wrong += len(recomputed.differences) + len(verified.findings)
    await engine.dispose()
    return wrong


def passed(began: float) -> str:
    return f"{time.perf_counter() - began:.0f} s"


if __name__ == "__main__":
    with (
        TemporaryDirectory(prefix="xeploai-") as folder,
        embedded_server(Path(folder), FAST) as server,
    ):
        sys.exit(asyncio.run(main(server)) > 0)
