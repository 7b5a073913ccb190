"""Changes: none lost, none given twice, in whatever order transactions begin, write and commit."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.connection import deployment
from db.connection.engine import connect, transaction
from db.json_sql.relation import PageWindow, Row, count, fetch
from db.repositories import change as changes, tally as tallies
from demo.facts import YEAR
from resolvers.errors import BadInput, PullAnew
from resolvers.queries.evaluation import EvaluationQuery, Listing, Scope, listing, moment_of
from service import maintenance
from tests.conftest import run_outside_transaction, with_database

pytestmark = pytest.mark.anyio

SECRET = b"of these tests" * 3
WRITE = "UPDATE appraisal SET version = version + 1 WHERE id = :id RETURNING version"
SUBJECTS = 6
"""How many appraisals the random schedules write; more than a page has."""


@pytest.fixture(scope="module")
async def year(demonstration_url: str) -> AsyncIterator[AsyncEngine]:
    """A copy of the demonstration in which transactions commit."""
    name = "changes"
    source = make_url(demonstration_url).database
    await run_outside_transaction(demonstration_url, f"CREATE DATABASE {name} TEMPLATE {source}")
    engine = await connect(with_database(demonstration_url, name))
    yield engine
    await engine.dispose()
    await run_outside_transaction(demonstration_url, f"DROP DATABASE {name} WITH (FORCE)")


async def the_list(connection: AsyncConnection, **filters: object) -> Listing:
    """The list of the whole province, as of now."""
    query = EvaluationQuery(**filters)  # type: ignore[arg-type]  # fields of it
    return listing(SECRET, Scope(YEAR, "ht"), query).as_of(await changes.now(connection))


async def cursor_now(engine: AsyncEngine) -> str:
    async with transaction(engine) as connection:
        evaluations = await the_list(connection)
        return evaluations.cursor(moment_of(evaluations.arguments))


async def page(
    connection: AsyncConnection, evaluations: Listing, after: Row | None = None, first: int = 500
) -> list[Row]:
    window = PageWindow(first, None if after is None else (after["id"],))
    (rows,) = await fetch(connection, evaluations.link, [(YEAR,)], evaluations.arguments, window)
    return rows[:first]


async def opened(engine: AsyncEngine, since: str) -> tuple[Listing, str]:
    """What changed since, as of now, to be read at leisure; and the cursor to go on from."""
    async with transaction(engine) as connection:
        evaluations = await the_list(connection)
        go_on = evaluations.cursor(moment_of(evaluations.arguments))
        return evaluations.since(evaluations.at(since, "changedSince")), go_on


async def read_whole(engine: AsyncEngine, part: Listing) -> dict[UUID, int]:
    """The list by id and version, by pages that are smaller than it; its count fits."""
    async with transaction(engine) as connection:
        rows: list[Row] = []
        while more := await page(connection, part, rows[-1] if rows else None, first=3):
            rows += more
        assert [len(rows)] == await count(connection, part.link, [(YEAR,)], part.arguments)
        return {row["id"]: row["version"] for row in rows}


async def pulled(engine: AsyncEngine, since: str) -> tuple[dict[UUID, int], str]:
    """What changed since, by id and version, and the cursor to go on from."""
    part, go_on = await opened(engine, since)
    return await read_whole(engine, part), go_on


async def some_ids(engine: AsyncEngine, many: int = SUBJECTS) -> list[UUID]:
    statement = text("SELECT id FROM appraisal WHERE year = :year ORDER BY id LIMIT :many")
    async with transaction(engine) as connection:
        return list((await connection.execute(statement, {"year": YEAR, "many": many})).scalars())


async def write(connection: AsyncConnection, key: UUID) -> int:
    return int((await connection.execute(text(WRITE), {"id": key})).scalar_one())


@pytest.mark.parametrize("first_to_commit", [0, 1])
async def test_a_late_commit_is_seen_late(year: AsyncEngine, first_to_commit: int) -> None:
    """Two open transactions, a reader before, between and after their commits, in either order."""
    ids = await some_ids(year, 2)
    cursor = await cursor_now(year)
    async with year.connect() as late, year.connect() as other:
        written = {ids[0]: await write(late, ids[0]), ids[1]: await write(other, ids[1])}
        seen, cursor = await pulled(year, cursor)
        assert seen == {}
        order = [(ids[0], late), (ids[1], other)]
        if first_to_commit:
            order.reverse()
        for key, connection in order:
            await connection.commit()
            seen, cursor = await pulled(year, cursor)
            assert seen == {key: written[key]}
    assert (await pulled(year, cursor))[0] == {}


async def test_pages_read_late_do_not_show_who_was_open_at_their_moment(year: AsyncEngine) -> None:
    ids = await some_ids(year, 2)
    cursor = await cursor_now(year)
    async with year.connect() as slow:
        late = await write(slow, ids[0])
        async with transaction(year) as quick:
            early = await write(quick, ids[1])
        part, cursor = await opened(year, cursor)
        await slow.commit()
    assert await read_whole(year, part) == {ids[1]: early}
    assert (await pulled(year, cursor))[0] == {ids[0]: late}


async def test_a_rolled_back_row_is_no_change(year: AsyncEngine) -> None:
    (key,) = await some_ids(year, 1)
    cursor = await cursor_now(year)
    async with year.connect() as writer:
        await write(writer, key)
        await writer.rollback()
    assert (await pulled(year, cursor))[0] == {}


async def test_all_pages_of_a_pull_show_its_first_moment(year: AsyncEngine) -> None:
    """What changes between two pages leaves the later one, and comes with the next pull."""
    ids = await some_ids(year, 4)
    cursor = await cursor_now(year)
    async with transaction(year) as connection:
        versions = {key: await write(connection, key) for key in ids}
    async with transaction(year) as connection:
        evaluations = await the_list(connection)
        part = evaluations.since(evaluations.at(cursor, "changedSince"))
        first = await page(connection, part, first=2)
        async with transaction(year) as other:
            for key in (ids[0], ids[3]):
                versions[key] = await write(other, key)
        second = await page(connection, part, after=first[-1])
        assert [row["id"] for row in (*first, *second)] == ids[:3]
    again = evaluations.cursor(moment_of(evaluations.arguments))
    seen, _ = await pulled(year, again)
    assert seen == {key: versions[key] for key in (ids[0], ids[3])}


@dataclass
class Schedule:
    """Writers that may be open together, and readers that went different ways."""

    engine: AsyncEngine
    ids: list[UUID]
    open: dict[int, AsyncConnection] = field(default_factory=dict)
    written: dict[int, dict[UUID, int]] = field(default_factory=dict)
    cursors: dict[int, str] = field(default_factory=dict)
    due: dict[int, dict[UUID, int]] = field(default_factory=dict)
    opened: dict[int, tuple[Listing, dict[UUID, int]]] = field(default_factory=dict)

    async def begin(self, stack: AsyncExitStack, writer: int) -> AsyncConnection:
        if writer not in self.open:
            self.open[writer] = await stack.enter_async_context(self.engine.connect())
        return self.open[writer]

    async def write(self, stack: AsyncExitStack, writer: int, key: UUID) -> None:
        """Unless another open writer holds the row: it would wait for that one's end."""
        if any(key in rows for other, rows in self.written.items() if other != writer):
            return
        connection = await self.begin(stack, writer)
        self.written.setdefault(writer, {})[key] = await write(connection, key)

    async def end(self, writer: int, *, commits: bool) -> None:
        connection = self.open.get(writer)
        if connection is None:
            return
        rows = self.written.pop(writer, {})
        if not commits:
            await connection.rollback()
            return
        await connection.commit()
        for due in self.due.values():
            due.update(rows)
        for _, due in self.opened.values():
            for key in rows:
                due.pop(key, None)

    async def open_pull(self, reader: int) -> None:
        """The moment of a pull, whose pages are read later."""
        if reader not in self.opened:
            part, self.cursors[reader] = await opened(self.engine, self.cursors[reader])
            self.opened[reader] = part, self.due[reader]
            self.due[reader] = {}

    async def read(self, reader: int) -> None:
        """It gets what was committed between two moments and not changed again: no more, no less."""
        await self.open_pull(reader)
        part, due = self.opened.pop(reader)
        assert await read_whole(self.engine, part) == due


WRITERS, READERS = range(3), range(2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(WRITERS), st.integers(0, SUBJECTS - 1)),
        st.tuples(st.just("commit"), st.sampled_from(WRITERS)),
        st.tuples(st.just("roll back"), st.sampled_from(WRITERS)),
        st.tuples(st.just("open a pull"), st.sampled_from(READERS)),
        st.tuples(st.just("read"), st.sampled_from(READERS)),
    ),
    max_size=25,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
async def test_in_any_schedule_no_change_is_lost_or_repeated(
    year: AsyncEngine, steps: list[tuple[object, ...]]
) -> None:
    played = Schedule(year, await some_ids(year))
    async with AsyncExitStack() as stack:
        for reader in READERS:
            played.cursors[reader], played.due[reader] = await cursor_now(year), {}
        for name, *rest in steps:
            await _step(played, stack, str(name), rest)
        for writer in WRITERS:
            await played.end(writer, commits=True)
        for reader in READERS:
            await played.read(reader)
            await played.read(reader)


async def _step(played: Schedule, stack: AsyncExitStack, name: str, rest: list[object]) -> None:
    number = int(str(rest[0]))
    if name == "write":
        await played.write(stack, number, played.ids[int(str(rest[1]))])
    elif name == "open a pull":
        await played.open_pull(number)
    elif name == "read":
        await played.read(number)
    else:
        await played.end(number, commits=name == "commit")


async def test_a_cursor_of_another_life_is_refused(year: AsyncEngine) -> None:
    cursor = await cursor_now(year)
    async with transaction(year) as connection:
        evaluations = await the_list(connection)
        evaluations.at(cursor, "changedSince").refuse_other_life(
            moment_of(evaluations.arguments), "changedSince"
        )
        # As after a restore, the table has another file.
        await connection.execute(text("CLUSTER appraisal USING pk_appraisal"))
    async with transaction(year) as connection:
        evaluations = await the_list(connection)
        with pytest.raises(PullAnew) as caught:
            evaluations.at(cursor, "changedSince").refuse_other_life(
                moment_of(evaluations.arguments), "changedSince"
            )
    assert caught.value.extensions == {"code": "PULL_ANEW", "field": "changedSince"}


async def test_another_filter_needs_another_cursor(year: AsyncEngine) -> None:
    cursor = await cursor_now(year)
    async with transaction(year) as connection:
        with pytest.raises(BadInput):
            (await the_list(connection, tracks=["BODY"])).at(cursor, "changedSince")


async def test_in_a_dump_from_elsewhere_everything_counts_as_changed(year: AsyncEngine) -> None:
    """The numbers of the transactions of another server mean nothing here, and may lie ahead."""
    async with transaction(year) as connection:
        assert not await changes.settle(connection)
        await connection.execute(
            text("ALTER TABLE appraisal DISABLE TRIGGER appraisal_notes_change")
        )
        await connection.execute(
            text("UPDATE appraisal SET changed_in = CAST(CAST('99999999999' AS text) AS xid8)")
        )
        await connection.execute(
            text("ALTER TABLE appraisal ENABLE TRIGGER appraisal_notes_change")
        )
        await deployment.put(connection, "transactions_of", "another server")
    async with transaction(year) as connection:
        assert await page(connection, await the_list(connection)) == []
    await maintenance.migrate(year.url.render_as_string(hide_password=False))
    async with transaction(year) as connection:
        assert not await changes.settle(connection)
        everything = await the_list(connection)
        (listed_,) = await count(connection, everything.link, [(YEAR,)], everything.arguments)
        stored = text("SELECT count(*) FROM appraisal WHERE year = :year")
        assert listed_ == (await connection.execute(stored, {"year": YEAR})).scalar_one() > 0


async def test_a_statement_cannot_override_the_trigger(year: AsyncEngine) -> None:
    (key,) = await some_ids(year, 1)
    cursor = await cursor_now(year)
    async with transaction(year) as connection:
        forged = "UPDATE appraisal SET changed_in = CAST(CAST('1' AS text) AS xid8) WHERE id = :id"
        await connection.execute(text(forged), {"id": key})
    assert list((await pulled(year, cursor))[0]) == [key]


@pytest.mark.parametrize("under", ["ht", "ht.thach-ha", "ht.so-y-te"])
async def test_the_total_is_what_counting_gives(year: AsyncEngine, under: str) -> None:
    """With one who is left out, and one that changed after the moment of the first page."""
    below = "a.year = :year AND EXISTS (SELECT FROM body_tree x WHERE x.ancestor_code = :under AND x.body_code = a.home_body_code)"
    some = text(f"SELECT a.id FROM appraisal a WHERE {below} AND a.level IS NULL LIMIT 1")
    every = text(f"SELECT count(*) FROM appraisal a WHERE {below}")
    arguments = {"year": YEAR, "under": under}
    async with year.connect() as connection:
        left_out = (await connection.execute(some, arguments)).scalar_one()
        out = text("UPDATE appraisal SET excluded = 'EXCUSED' WHERE id = :id")
        await connection.execute(out, {"id": left_out})
        await tallies.recompute(connection, YEAR)
        now = await changes.now(connection)
        evaluations = listing(SECRET, Scope(YEAR, under), EvaluationQuery()).as_of(now)
        assert evaluations.link.total
        counted = (await connection.execute(every, arguments)).scalar_one()
        (total,) = await count(connection, evaluations.link, [(YEAR,)], evaluations.arguments)
        own = 1  # rows of this transaction are not part of the moment, as no other transaction sees them yet
        assert total == counted - own
        filtered = listing(SECRET, Scope(YEAR, under), EvaluationQuery(tracks=["OFFICIAL"]))
        assert not filtered.link.total
        await connection.rollback()
