"""The end of a command: chain, ledger, tallies and receipt by one statement, as step by step."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.connection.engine import transaction
from db.copy import copy_rows
from db.repositories import command as commands, ledger
from db.repositories.act import append_acts, first_broken
from db.repositories.command_end import end_command
from tests.db.repositories.test_act import ACT, AT

pytestmark = pytest.mark.anyio

ODD_PAYLOADS: list[dict[str, Any]] = [
    {},
    {"Đảng": "e\u0301 · é", "quote": '"\\', "line": "a\nb\t"},
    {"large": 10**30, "negative": -1, "none": None, "list": [[], {}, [True]]},
    {"\u2028": "\U0001f600", "": ""},
]
COMMAND = """
INSERT INTO command (person_id, key, input_hash, answered_at, answer)
SELECT id, :key, decode(repeat('00', 32), 'hex'), :at, CAST(:answer AS jsonb) FROM person LIMIT 1 RETURNING person_id
"""


async def add_group(connection: AsyncConnection) -> None:
    row = [f"group-{uuid4()}", "Nhóm", "BODY"]
    await copy_rows(connection, "peer_group", ["code", "name", "track"], [row])


async def add_command(connection: AsyncConnection, answer: str) -> tuple[UUID, UUID]:
    key = uuid4()
    bound = {"key": key, "at": AT, "answer": answer}
    return (await connection.execute(text(COMMAND), bound)).scalar_one(), key


async def test_acts_continue_the_chain_in_both_ways(connection: AsyncConnection) -> None:
    assert (await end_command(connection, [ACT, ACT], {}, None)).sequence == 2
    assert (await append_acts(connection, [ACT])).sequence == 3
    assert (await end_command(connection, [ACT], {}, None)).sequence == 4
    assert await first_broken(connection) is None


@pytest.mark.parametrize("payload", ODD_PAYLOADS)
async def test_what_an_act_holds_comes_back_as_it_was(
    connection: AsyncConnection, payload: dict[str, Any]
) -> None:
    odd = replace(ACT, payload=payload, reason=None, at=AT.replace(microsecond=1))
    await end_command(connection, [odd, replace(odd, level=None)], {}, None)
    assert await first_broken(connection) is None
    stored = (await connection.execute(text("SELECT payload, at, reason FROM act LIMIT 1"))).one()
    assert (stored.payload, stored.at, stored.reason) == (payload, odd.at, None)


async def test_a_fraction_is_refused(connection: AsyncConnection) -> None:
    with pytest.raises(TypeError, match="no fractions"):
        await end_command(connection, [replace(ACT, payload={"share": 0.5})], {}, None)


async def test_the_last_act_covers_the_rows_that_were_written(engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        await add_group(connection)
        head = await end_command(connection, [ACT, ACT], {}, None)
    async with transaction(engine) as connection:
        statement = text("SELECT DISTINCT sequence FROM row_change")
        assert list((await connection.execute(statement)).scalars()) == [head.sequence]
        assert await ledger.open_rows(connection) == []
        assert await ledger.other_lists(connection) == []
        assert [row async for row in ledger.other_rows(connection)] == []


@pytest.mark.parametrize("answer", ['{"year": 2023, "receipt": null}', '{"year": 2023}'])
async def test_an_answer_with_a_place_for_it_gets_the_receipt(
    registry: AsyncConnection, answer: str
) -> None:
    sent = await add_command(registry, answer)
    head = await end_command(registry, [ACT], {}, sent)
    stored = await commands.begin(registry, *sent, bytes(32), AT)
    assert stored is not None
    expected = {"year": 2023}
    assert stored.answer == (
        {**expected, "receipt": commands.receipt(head)} if "receipt" in answer else expected
    )
    assert await ledger.other_lists(registry) == []
