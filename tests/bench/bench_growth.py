"""What a page costs as the province grows: milliseconds at each number of members, and how many times the first.

One process of the service and one PostgreSQL; one client on loopback that reads whole answers, one after the other.
"""

import argparse
import asyncio
import http.client
import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import asyncpg
import httpx
import orjson
from sqlalchemy import make_url

from db.connection.engine import connect, transaction
from db.embedded.server import embedded_server
from demo import database
from demo.signing_key import demonstration_key, sign
from tests.bench.graph import servers
from tests.bench.growth import YEAR, fill
from tests.conftest import with_database
from tests.end_to_end.conftest import HOLDER, JOURNEYS, free_port

SIZES = (10_000, 100_000, 500_000)
WARM_UP_ROUNDS, ROUNDS = 1, 12
START_SECONDS_MAX = 60
TIMES_MAX, FLAT_MS = 2, 10
"""A page may be twice as slow at the largest size as at the smallest; below 10 ms it may grow more."""

EVALUATIONS = """query ($year: Int!, $under: ID!, $order: EvaluationOrder!) {
  evaluations(year: $year, under: $under, first: 100, orderBy: $order) {
    pageInfo { hasNextPage endCursor }
    edges { node { id version stage due subject { __typename ... on Body { code name } ... on Person { id name } }
      rating { level decidedOn } } } } }"""
PERSONS = """query ($name: String!, $year: Int!) { searchPersons(name: $name, year: $year, first: 20) {
  %s pageInfo { hasNextPage endCursor } edges { node { id name } } } }"""
BODIES = """query ($name: String!, $year: Int!) { searchBodies(name: $name, year: $year, first: 20) {
  totalCount pageInfo { hasNextPage endCursor } edges { node { code name } } } }"""
COMPLIANCE = """query ($year: Int!) { compliance(year: $year, first: 50) { totalCount pageInfo { hasNextPage endCursor }
  edges { node { toRate decided late daysLate due waiting rater { code name } waitsFor { code name } } } } }"""

CHAIR, SECRETARY, OFFICER = "ht.ubnd.ct", "ht.thach-ha.bi-thu", "ht.ban-to-chuc-tu.truong"
PULLED = (
    "journey 08, 500 rows: first page",
    "journey 08, 500 rows: middle page",
    "journey 08, 500 rows: last page",
    "changes since, none",
)
"""The titles of the pages that a whole pull finds."""
INTEGRATION = "integration"
"""A service account that reads levels; the other callers hold these posts."""

Json = Any


@dataclass(frozen=True, slots=True)
class Page:
    """One page, its caller and its variables."""

    title: str
    caller: str
    query: str
    variables: Mapping[str, Json]


@dataclass
class Client:
    """Asks one service over one connection."""

    connection: http.client.HTTPConnection
    tokens: Mapping[str, str]

    def data(self, page: Page) -> Json:
        """The data of the answer. Raises AssertionError for an error."""
        answer = orjson.loads(self.answer(page))
        assert "errors" not in answer, (page.title, answer["errors"])
        return answer["data"]

    def answer(self, page: Page) -> bytes:
        body = orjson.dumps({"query": page.query, "variables": dict(page.variables)})
        headers = {
            "Authorization": f"Bearer {self.tokens[page.caller]}",
            "Content-Type": "application/json",
        }
        self.connection.request("POST", "/graphql", body, headers)
        return self.connection.getresponse().read()

    def milliseconds(self, page: Page) -> float:
        """The median of some answers, after a few that warm up; infinite if the page is not there in time."""
        if b'"code":"TIMED_OUT"' in self.answer(page):
            return math.inf
        self.data(page)
        times = []
        for _ in range(WARM_UP_ROUNDS + ROUNDS):
            began = time.perf_counter()
            self.answer(page)
            times.append((time.perf_counter() - began) * 1000)
        return median(times[-ROUNDS:])


def pages(client: Client, word: str) -> list[Page]:
    """Every page that is measured, if its title holds the word; some are found by asking."""
    year = {"year": YEAR}
    worklist = journey("05")
    work = client.data(Page("work", CHAIR, worklist, year))["me"]["worklist"]["edges"]
    appraisal = {"id": work[0]["node"]["appraisal"]["id"]}
    person = next(
        subject["id"]
        for edge in work
        if (subject := edge["node"]["appraisal"]["subject"])["__typename"] == "Person"
    )
    quota = {**year, "group": "departments", "proposals": []}
    all_pages = [
        Page("journey 01, district", CHAIR, journey("01"), year | {"code": "ht.thach-ha"}),
        Page("journey 01, ht", CHAIR, journey("01"), year | {"code": "ht"}),
        Page("journey 02, why this level", CHAIR, journey("02"), appraisal),
        Page("journey 03, post", CHAIR, journey("03"), year | {"subject": {"post": CHAIR}}),
        Page("journey 03, person", CHAIR, journey("03"), year | {"subject": {"person": person}}),
        Page("journey 04, gaps, 100", OFFICER, journey("04"), year),
        Page("journey 05, chair of the UBND", CHAIR, worklist, year),
        Page("journey 05, secretary of a district", SECRETARY, worklist, year),
        Page("journey 05, Organisation Board", OFFICER, worklist, year),
        Page("journey 06, quota", CHAIR, journey("06"), quota),
        *(_pull(client) if any(word in title for title in PULLED) else ()),
        Page("evaluations by ID, 100", CHAIR, EVALUATIONS, _of("ht", "ID")),
        Page("evaluations by NAME, 100", CHAIR, EVALUATIONS, _of("ht", "NAME")),
        Page("evaluations by DUE, 100", CHAIR, EVALUATIONS, _of("ht", "DUE")),
        Page("evaluations by NAME, one district", CHAIR, EVALUATIONS, _of("ht.thach-ha", "NAME")),
        Page("persons: nguyen", CHAIR, PERSONS % "", year | {"name": "nguyen"}),
        Page("persons: nguyen, count", CHAIR, PERSONS % "totalCount", year | {"name": "nguyen"}),
        Page("persons: nguyen van", CHAIR, PERSONS % "totalCount", year | {"name": "nguyen van"}),
        Page("bodies: chi bo", CHAIR, BODIES, year | {"name": "chi bo"}),
        Page("compliance, 50", OFFICER, COMPLIANCE, year),
    ]
    return [page for page in all_pages if word in page.title]


def _of(under: str, order: str) -> dict[str, Json]:
    return {"year": YEAR, "under": under, "order": order}


def _pull(client: Client) -> Iterator[Page]:
    """The first, the middle and the last page of journey 08, and the changes since: found by a whole pull."""
    query = journey("08")
    variables: dict[str, Json] = {"year": YEAR, "under": "ht", "since": None, "after": None}
    began, rows, cursors = time.perf_counter(), 0, [None]
    while True:
        page = Page("pull", INTEGRATION, query, variables | {"after": cursors[-1]})
        part = client.data(page)["evaluations"]
        rows += len(part["edges"])
        if not part["pageInfo"]["hasNextPage"]:
            break
        cursors.append(part["pageInfo"]["endCursor"])
    print(f"  whole pull: {rows / (time.perf_counter() - began):,.0f} rows a second")
    places = [{"after": cursors[number]} for number in (0, len(cursors) // 2, -1)]
    for title, place in zip(PULLED, [*places, {"since": part["cursorForChanges"]}], strict=True):
        yield Page(title, INTEGRATION, query, variables | place)


def journey(number: str) -> str:
    (path,) = JOURNEYS.glob(f"{number}-*.graphql")
    return path.read_text(encoding="utf-8")


async def _run(url: str, statement: str, *values: object) -> list[str]:
    """The first column of a statement that runs outside of a transaction."""
    where = make_url(url)
    connection = await asyncpg.connect(
        host=str(where.query["host"]), user=where.username, database=where.database
    )
    try:
        return [row[0] for row in await connection.fetch(statement, *values)]
    finally:
        await connection.close()


async def filled(url: str, members: int) -> str:
    """The URL of the database with this many members; it is filled unless it is there already."""
    name = f"growth_{members}"
    if not await _run(url, "SELECT datname FROM pg_database WHERE datname = $1", name):
        part = f"part_of_{name}"
        await _run(url, f"DROP DATABASE IF EXISTS {part}")
        await _run(url, f"CREATE DATABASE {part} TEMPLATE {make_url(url).database}")
        began = time.perf_counter()
        engine = await connect(with_database(url, part))
        async with transaction(engine) as connection:
            await fill(connection, members)
        await engine.dispose()
        await _run(with_database(url, part), "VACUUM")
        await _run(url, f"ALTER DATABASE {part} RENAME TO {name}")
        print(f"  filled in {time.perf_counter() - began:.0f} s")
    return with_database(url, name)


def tokens(url: str, data_dir: Path) -> dict[str, str]:
    key = demonstration_key(data_dir)
    holders = {
        post: asyncio.run(_run(url, HOLDER, post))[0] for post in (CHAIR, SECRETARY, OFFICER)
    }
    service = {"sub": "bench", "client_id": "bench", "scope": "read_level"}
    signed = {post: sign(key, "xeploai", {"sub": person}) for post, person in holders.items()}
    return signed | {INTEGRATION: sign(key, "xeploai", service)}


@contextmanager
def client(url: str, data_dir: Path, log: Path) -> Iterator[Client]:
    """A client of a service that is started for the duration of the block."""
    port = free_port()
    with servers.started(log, "ours", str(port), url, str(data_dir)) as process:
        ends = time.monotonic() + START_SECONDS_MAX
        while not _is_ready(port):
            assert process.poll() is None, log.read_text(errors="replace")
            assert time.monotonic() < ends, log.read_text(errors="replace")
            time.sleep(0.1)
        connection = http.client.HTTPConnection("127.0.0.1", port)
        yield Client(connection, tokens(url, data_dir))
        connection.close()


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def measure(url: str, data_dir: Path, members: int, word: str) -> dict[str, float]:
    """The milliseconds of each page, by its title."""
    print(f"{members:,} members")
    database_url = asyncio.run(filled(url, members))
    with client(database_url, data_dir, data_dir / f"growth_{members}.log") as asks:
        return {page.title: asks.milliseconds(page) for page in pages(asks, word)}


def report(results: Mapping[int, Mapping[str, float]]) -> None:
    """Print each page with its milliseconds at each size, and the factor from the smallest to the largest."""
    smallest, largest = min(results), max(results)
    print(f"{'milliseconds':<38}" + "".join(f"{size:>12,}" for size in results) + "   times")
    for title in results[smallest]:
        times = [size_results[title] for size_results in results.values()]
        factor = results[largest][title] / results[smallest][title]
        grows = factor > TIMES_MAX and results[largest][title] >= FLAT_MS
        print(
            f"{title:<38}"
            + "".join(f"{milliseconds:>12.1f}" for milliseconds in times)
            + f"{factor:>8.1f}{'  GROWS' if grows else ''}"
        )


def main(words: Sequence[str] | None = None) -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("sizes", nargs="*", type=int, default=SIZES, help="numbers of members")
    reader.add_argument("--data", type=Path, help="keep the data here, for another run")
    reader.add_argument("--only", default="", help="only pages whose title holds this word")
    arguments = reader.parse_args(words)
    with TemporaryDirectory(prefix="xeploai-") as folder:
        data_dir = arguments.data or Path(folder)
        with embedded_server(data_dir) as url:
            asyncio.run(database.load(url))
            report({size: measure(url, data_dir, size, arguments.only) for size in arguments.sizes})


if __name__ == "__main__":
    main()
