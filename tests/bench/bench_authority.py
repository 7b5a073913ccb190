"""What authority costs: a decision, a page of the worklist over 100,000 subjects, its part in journey 01."""

import asyncio
import sys
import time
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from authz.decision import Request, decide
from authz.policy_file import load_policy
from authz.role import ACTS_OF_SEAT, RoleOnSubject, Seat
from db import migrate
from db.connection.engine import connect, transaction
from db.embedded.server import embedded_server
from db.repositories import person as persons
from resolvers.authorization.principal import SignedIn
from resolvers.clock import moment
from rules.authority import with_derived
from rules.enums import Act
from schema.authorization import Authorizer
from schema.context import Context
from schema.execution.graph_engine import Engine
from schema.graph import schema
from schema.operation.limit import Limits
from tests.bench.province import fill

POLICY = load_policy()
ENGINE = Engine(schema, Limits())
DAY = date(2023, 12, 11)
JOURNEYS = Path(__file__).parents[1] / "end_to_end" / "journeys"
RATERS = ("ht.ubnd.ct", "ht.thach-ha.bi-thu", "g.1.bi-thu", "g.c6.bi-thu", "ht.bi-thu")
ROUNDS = 15


def decisions() -> None:
    """One decision, kept and worked out anew, as the median of many."""
    classes = frozenset({"specialised_agency_deputy"})
    own = with_derived(classes)
    role = RoleOnSubject("panel_6_2_3", Seat.CHAIR, own, ACTS_OF_SEAT[Seat.CHAIR])
    for act in (Act.RATE, Act.READ_FILE):

        def request(act: Act = act) -> Request:
            return Request(act, frozenset(classes), frozenset({role}))

        decide(POLICY, request())
        kept = microseconds(lambda: decide(POLICY, request()), 20_000)
        anew = microseconds(lambda: decide.__wrapped__(POLICY, request()), 300)
        print(f"  {act}: kept {kept:.2f} us (bar 3), anew {anew:.0f} us (bar 500)")


def microseconds(what: Any, times: int) -> float:  # noqa: ANN401 -- anything to call
    rounds = []
    for _ in range(7):
        began = time.perf_counter()
        for _ in range(times):
            what()
        rounds.append((time.perf_counter() - began) / times * 1e6)
    return median(rounds)


async def lists(engine: AsyncEngine) -> None:
    """First page of the worklist with its count, as journey 05 asks; milliseconds in the database."""
    query = (JOURNEYS / "05-rater-worklist.graphql").read_text(encoding="utf-8")
    async with transaction(engine) as connection:
        for post in RATERS:
            (person, *_) = await persons.holders(connection, post, DAY)
            spent = StatementTimes(connection)
            for _ in range(3):
                spent.clear()
                data = await run(connection, person, query, {"year": 2023})
            many = data["me"]["worklist"]["totalCount"]
            page, count = spent.of("LIMIT"), spent.of("count(*)")
            print(
                f"  worklist of {post}: {many} items, page {page:.1f} ms (bar 10), count {count:.1f} ms"
            )


class StatementTimes:
    """How long each statement of a connection took, in milliseconds."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.times: list[tuple[str, float]] = []
        self.began = 0.0
        event.listen(connection.sync_connection, "before_cursor_execute", self._before)
        event.listen(connection.sync_connection, "after_cursor_execute", self._after)

    def _before(self, *_: object) -> None:
        self.began = time.perf_counter()

    def _after(self, _: object, __: object, statement: str, *___: object) -> None:
        self.times.append((statement, (time.perf_counter() - self.began) * 1000))

    def clear(self) -> None:
        self.times.clear()

    def of(self, word: str) -> float:
        matching = [
            spent
            for statement, spent in self.times
            if word in statement and "unnest(" in statement and "g(act" in statement
        ]
        return max(matching, default=0.0)


async def run(
    connection: AsyncConnection,
    person: UUID,
    query: str,
    variables: dict[str, Any],
) -> Any:  # noqa: ANN401 -- the data of an answer
    def transactions(*, writes: bool = True) -> Any:  # noqa: ANN401, ARG001 -- the one connection, whatever it is for
        return OpenTransaction(connection)

    context = Context(SignedIn(person), moment(DAY), POLICY, "vi", transactions, b"of a benchmark")
    answer = await ENGINE.answer(query, None, variables, context)
    if answer.errors:
        raise RuntimeError(answer.errors)
    return answer.data


class OpenTransaction:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def __aenter__(self) -> AsyncConnection:
        return self.connection

    async def __aexit__(self, *_: object) -> None:
        return None


async def journey(engine: AsyncEngine) -> None:
    """Journey 01 with and without the checks of authority, in turns, in the same run."""
    query = (JOURNEYS / "01-portal-hierarchy.graphql").read_text(encoding="utf-8")
    variables = {"code": "ht", "year": 2023}
    guarded = Authorizer.guard_level
    times: dict[bool, list[float]] = {True: [], False: []}
    async with transaction(engine) as connection:
        (person, *_) = await persons.holders(connection, "ht.ubnd.ct", DAY)
        for round_ in range(2 * ROUNDS):
            checked = round_ % 2 == 0
            Authorizer.guard_level = guarded if checked else _unguarded  # type: ignore[method-assign, assignment]  # the checks, or none
            began = time.perf_counter()
            await run(connection, person, query, variables)
            times[checked].append(time.perf_counter() - began)
    Authorizer.guard_level = guarded  # type: ignore[method-assign]  # as it was
    with_, without = (median(times[one]) * 1000 for one in (True, False))
    share = (with_ / without - 1) * 100
    print(f"  journey 01: with {with_:.1f} ms, without {without:.1f} ms: {share:+.1f} % (bar 10)")


async def _unguarded(*_: object) -> None:
    return None


async def main(url: str) -> None:
    await migrate.upgrade(url)
    engine = await connect(url)
    async with transaction(engine) as connection:
        await fill(connection)
    async with transaction(engine) as connection:
        many = await connection.execute(text("SELECT count(*) FROM appraisal WHERE year = 2023"))
        print(f"  {many.scalar_one()} subjects in the year")
    await lists(engine)
    await journey(engine)
    await engine.dispose()


if __name__ == "__main__":
    decisions()
    with TemporaryDirectory() as data, embedded_server(Path(data)) as url:
        asyncio.run(main(url))
