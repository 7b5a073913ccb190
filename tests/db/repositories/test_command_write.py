"""The locks of a command by one statement, and its rows by one."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.connection import lock as locks
from db.connection.engine import connect, transaction
from db.errors import Conflict
from db.repositories import act as acts, appraisal as appraisals, command as commands, ledger
from db.repositories.appraisal import CHANGEABLE, Appraisal, Computation, Facts
from db.repositories.command_write import (
    Recount,
    RowsToWrite,
    SentKey,
    lock_command,
    write_command,
)
from rules.editions.lookup import edition_for

pytestmark = pytest.mark.anyio

AT = datetime(2023, 12, 11, 8, tzinfo=UTC)
EDITION = edition_for(2023)


async def some(connection: AsyncConnection, condition: str) -> Appraisal:
    key = await connection.execute(
        text(f"SELECT id FROM appraisal WHERE year = 2023 AND {condition} ORDER BY id LIMIT 1")
    )
    (appraisal,) = await appraisals.of_ids(connection, [key.scalar_one()])
    return appraisal


async def sent_by_somebody(connection: AsyncConnection) -> SentKey:
    person: UUID = (await connection.execute(text("SELECT id FROM person LIMIT 1"))).scalar_one()
    return SentKey(person, uuid4(), bytes(32), AT)


async def test_rows_are_written_as_one_by_one(registry: AsyncConnection) -> None:
    before = await some(registry, "stage = 'PROPOSED'")
    after = replace(before, reason="Lý do · 1", computed_level="GOOD", due=None, changed_at=AT)
    facts = Facts(
        appraisal_id=before.id,
        version=900,
        document={"a": [1, "é"]},
        recorded_at=AT,
        recorded_by=None,
    )
    computation = Computation(
        appraisal_id=before.id,
        facts_version=900,
        edition="ha-tinh-2023",
        facts={"b": None},
        level="GOOD",
        waits_for=[],
        findings=[{"clause": "QĐ124:Đ12"}],
        computed_at=AT,
        edition_revision=1,
    )
    rows = RowsToWrite({before.id: after}, [facts], [computation])
    sent = await sent_by_somebody(registry)
    assert await lock_command(registry, sent, [before.id]) is None
    proofs = await write_command(registry, rows, [before.id], sent, {"answered": True})
    assert await appraisals.of_ids(registry, [before.id]) == [
        replace(after, version=before.version + 1)
    ]
    assert await appraisals.latest_facts(registry, [before.id]) == [facts]
    assert await appraisals.computations_of(registry, [before.id]) == {before.id: computation}
    first = await commands.begin(registry, sent.person, sent.key, bytes(32), AT)
    assert first is not None
    assert first.answer == {"answered": True}
    act = acts.ChainAct(
        appraisal_id=before.id,
        act="compile",
        at=AT,
        actor_person_id=sent.person,
        actor_post_code=None,
        on_behalf_rater_id=None,
        payload={},
    )
    assert acts.with_proofs_of([act], proofs) == await acts.with_proofs(registry, [act])


async def test_another_version_is_refused(registry: AsyncConnection) -> None:
    before = await some(registry, "stage = 'PROPOSED'")
    for version in (before.version - 1, before.version + 1):
        async with registry.begin_nested() as savepoint:
            rows = RowsToWrite({before.id: replace(before, version=version)})
            with pytest.raises(Conflict, match="another version"):
                await write_command(registry, rows, ())
            await savepoint.rollback()


async def test_a_quota_that_does_not_hold_is_refused(registry: AsyncConnection) -> None:
    """Unless it may exceed, as by an annulment; then the group is marked."""
    before = await some(registry, "stage = 'DECIDED' AND peer_group_code IS NOT NULL")
    group = before.peer_group_code or ""
    everyone = text("SELECT id FROM appraisal WHERE year = 2023 AND peer_group_code = :group")
    ids = list((await registry.execute(everyone, {"group": group})).scalars())
    excellent = {
        row.id: replace(row, level="EXCELLENT")
        for row in await appraisals.of_ids(registry, ids)
        if row.stage == "DECIDED"
    }
    for may_exceed in (False, True):
        recount = Recount(2023, EDITION.quota, [group], may_exceed)
        async with registry.begin_nested() as savepoint:
            rows = RowsToWrite(dict(excellent), recount=recount)
            if may_exceed:
                await write_command(registry, rows, ())
                over = text(
                    "SELECT over_quota FROM quota WHERE peer_group_code = :group AND year = 2023"
                )
                assert (await registry.execute(over, {"group": group})).scalar_one()
            else:
                with pytest.raises(Conflict, match="more EXCELLENT"):
                    await write_command(registry, rows, ())
            await savepoint.rollback()


async def test_a_decided_appraisal_loses_its_marks(registry: AsyncConnection) -> None:
    decided = await some(registry, "stage = 'DECIDED'")
    sequence = (await registry.execute(text("SELECT max(sequence) FROM act"))).scalar_one()
    await appraisals.add_marks(registry, [(decided.id, decided.id)], sequence)
    await write_command(registry, RowsToWrite(concluded=[decided.id]), ())
    left = text("SELECT count(*) FROM review_mark WHERE appraisal_id = :id")
    assert (await registry.execute(left, {"id": decided.id})).scalar_one() == 0


async def test_a_column_that_a_caller_does_not_know_stays(registry: AsyncConnection) -> None:
    """An instance of an older version writes rows without the columns that came later."""
    before = await some(registry, "reason IS NOT NULL AND decided_on IS NOT NULL")
    content = f'[{{"id": "{before.id}", "version": {before.version}, "reason": "mới"}}]'
    statement = text(
        "SELECT count(*) FROM write_command(CAST(:rows AS jsonb), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)"
    )
    await registry.execute(statement, {"rows": content})
    (after,) = await appraisals.of_ids(registry, [before.id])
    assert after == replace(before, reason="mới", version=before.version + 1)


async def test_every_column_that_may_change_is_written(registry: AsyncConnection) -> None:
    source = text("SELECT prosrc FROM pg_proc WHERE proname = 'write_command'")
    body = (await registry.execute(source)).scalar_one()
    assert [name for name in CHANGEABLE if f"n.{name}" not in body] == []


async def test_a_key_that_was_taken_gives_its_first_answer_and_locks_nothing(
    demonstration_url: str,
) -> None:
    engine = await connect(demonstration_url)
    async with engine.connect() as first, engine.connect() as second:
        await first.begin()
        locks.declare_sole_writer(first)  # the key is taken twice
        sent = await sent_by_somebody(first)
        appraisal = await some(first, "stage = 'PROPOSED'")
        assert await lock_command(first, sent, [appraisal.id], with_quotas=True) is None
        await write_command(first, RowsToWrite(), (), sent, {"number": 1})
        assert await _locked(second, "appraisal", f"id = '{appraisal.id}'") == 0
        assert await _locked(second, "cycle", "year = 2023", "FOR UPDATE") == 0
        again = await lock_command(
            first, replace(sent, input_hash=bytes(31) + b"1"), [appraisal.id]
        )
        assert again is not None
        assert (again.input_hash, again.answer) == (bytes(32), {"number": 1})
        await first.rollback()
        await second.rollback()
        assert await _locked(second, "appraisal", f"id = '{appraisal.id}'") == 1
        await second.rollback()
    await engine.dispose()


async def _locked(
    connection: AsyncConnection, table: str, condition: str, lock: str = "FOR UPDATE"
) -> int:
    """How many of the rows another transaction can lock now."""
    statement = text(f"SELECT 1 FROM {table} WHERE {condition} {lock} SKIP LOCKED")
    return len((await connection.execute(statement)).all())


async def test_what_is_written_is_covered_by_the_act(engine: AsyncEngine) -> None:
    """The digest in the proofs is that of the ledger."""
    async with transaction(engine) as connection:
        digest = (
            await connection.execute(text(f"SELECT {ledger.OPEN_DIGEST}"))
        ).scalar_one_or_none()
        (proof,) = await write_command(connection, RowsToWrite(), ())
        assert proof == acts.Proof(None, None, None, digest)
