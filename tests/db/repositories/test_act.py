"""The chain of acts: nothing in it is changed, removed or put in without being noticed."""

import asyncio
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.connection.engine import transaction
from db.copy import copy_rows
from db.repositories.act import (
    FIRST_PREVIOUS,
    OF_FORMAT_1,
    ChainAct,
    act_hash,
    append_acts,
    first_broken,
    head_of,
)

AT = datetime(2023, 12, 11, 8, 30, tzinfo=UTC)
ACT = ChainAct(
    appraisal_id=None,
    act="rate",
    at=AT,
    actor_person_id=None,
    actor_post_code=None,
    on_behalf_rater_id=None,
    level="GOOD",
    clause="HD01:6.2.3:a",
    reason="Hoàn thành tốt",
    payload={"phiếu": [1, None, {"b": True, "a": "x"}]},
)
HASHED_BY_SQL = """
SELECT digest, hash = sha256(int2send(format) || int8send(sequence) || previous_hash || digest) AS same
FROM act ORDER BY sequence
"""
words = st.text(st.characters(codec="utf-8"), max_size=3)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=2),
    max_leaves=4,
)
payloads = st.dictionaries(words, plain, max_size=2)


def test_the_hash_is_sha_256_over_the_predecessor_and_the_canonical_json() -> None:
    written_out = (
        '{"act":"rate","actor_person_id":null,"actor_post_code":null,"appraisal_id":null,'
        '"at":"2023-12-11T08:30:00.000000+00:00","clause":"HD01:6.2.3:a","level":"GOOD",'
        '"on_behalf_rater_id":null,"payload":{"phiếu":[1,null,{"a":"x","b":true}]},'
        '"reason":"Hoàn thành tốt","sequence":7}'
    )
    assert (
        act_hash(FIRST_PREVIOUS, 7, ACT)
        == hashlib.sha256(bytes(32) + written_out.encode()).digest()
    )


def test_the_hash_does_not_depend_on_the_time_zone_or_the_order_of_keys() -> None:
    same = replace(
        ACT,
        at=AT.astimezone(timezone(timedelta(hours=7))),
        payload=dict(reversed([("phiếu", ACT.payload["phiếu"])])),
    )
    assert act_hash(FIRST_PREVIOUS, 1, same) == act_hash(FIRST_PREVIOUS, 1, ACT)


@given(payloads, payloads)
def test_different_acts_have_different_hashes(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    hashes = [act_hash(FIRST_PREVIOUS, 1, replace(ACT, payload=p)) for p in (first, second)]
    same = json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)
    assert (hashes[0] == hashes[1]) == same


@pytest.mark.anyio
async def test_acts_are_numbered_without_gaps(connection: AsyncConnection) -> None:
    assert (await append_acts(connection, [ACT, ACT])).sequence == 2
    assert (await append_acts(connection, [])).sequence == 2
    assert (await append_acts(connection, [ACT])).sequence == 3
    assert await first_broken(connection) is None


@pytest.mark.anyio
async def test_an_empty_chain_is_whole(connection: AsyncConnection) -> None:
    assert await first_broken(connection) is None


@pytest.mark.anyio
@pytest.mark.parametrize("payload", [{"share": 0.5}, {"a": [{"b": (1, 2.0)}]}])
async def test_a_fraction_is_refused(connection: AsyncConnection, payload: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="no fractions"):
        await append_acts(connection, [replace(ACT, payload=payload)])


@pytest.mark.anyio
async def test_a_time_without_a_zone_is_refused(connection: AsyncConnection) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        await append_acts(connection, [replace(ACT, at=datetime(2023, 12, 11))])  # noqa: DTZ001


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE act SET level = 'EXCELLENT' WHERE sequence = 2", 2),
        ("UPDATE act SET payload = '{}' WHERE sequence = 3", 3),
        ("UPDATE act SET at = at + interval '1 microsecond' WHERE sequence = 1", 1),
        ("UPDATE act SET hash = decode(repeat('00', 32), 'hex') WHERE sequence = 2", 2),
        ("DELETE FROM act WHERE sequence = 2", 2),
        ("DELETE FROM act WHERE sequence = 1", 1),
        ("UPDATE act SET sequence = 9 WHERE sequence = 4", 4),
    ],
)
async def test_tampering_is_noticed(
    connection: AsyncConnection, tampering: str, broken: int
) -> None:
    await append_acts(connection, [ACT] * 4)
    await connection.execute(text("ALTER TABLE act DISABLE TRIGGER act_is_append_only"))
    await connection.execute(text("ALTER TABLE act DROP CONSTRAINT ck_act_hash"))
    await connection.execute(text(tampering))
    assert await first_broken(connection) == broken


async def add_of_format_1(connection: AsyncConnection, act: ChainAct, sequence: int) -> None:
    """Writes as an older version of the service does, without the later columns."""
    last = (await head_of(connection)).hash
    columns = ["sequence", *OF_FORMAT_1, "previous_hash", "hash"]
    content = [getattr(act, name) for name in OF_FORMAT_1]
    row = [sequence, *content, last, act_hash(last, sequence, act)]
    await copy_rows(connection, "act", columns, [row])


@pytest.mark.anyio
async def test_a_chain_of_both_formats_is_one_chain(connection: AsyncConnection) -> None:
    await connection.execute(text("ALTER TABLE act DISABLE TRIGGER act_is_append_only"))
    await add_of_format_1(connection, ACT, 1)
    await append_acts(connection, [ACT])
    await add_of_format_1(connection, replace(ACT, reason=None), 3)
    assert (await append_acts(connection, [ACT])).sequence == 4
    assert await first_broken(connection) is None
    await connection.execute(text("UPDATE act SET reason = 'x' WHERE sequence = 3"))
    assert await first_broken(connection) == 3


@pytest.mark.anyio
async def test_each_digest_has_a_salt_and_sql_computes_the_same_hash(
    connection: AsyncConnection,
) -> None:
    await append_acts(connection, [ACT, ACT])
    rows = (await connection.execute(text(HASHED_BY_SQL))).all()
    assert [row.same for row in rows] == [True, True]
    assert rows[0].digest != rows[1].digest


@pytest.mark.anyio
async def test_the_database_refuses_a_hash_that_is_not_of_its_digest(
    connection: AsyncConnection,
) -> None:
    await append_acts(connection, [ACT])
    await connection.execute(text("ALTER TABLE act DISABLE TRIGGER act_is_append_only"))
    with pytest.raises(IntegrityError, match="ck_act_hash"):
        await connection.execute(text("UPDATE act SET hash = decode(repeat('00', 32), 'hex')"))


@pytest.mark.anyio
async def test_many_who_append_at_once_make_one_chain(engine: AsyncEngine) -> None:
    async def append() -> None:
        async with transaction(engine) as connection:
            await append_acts(connection, [ACT, ACT, ACT])

    await asyncio.gather(*(append() for _ in range(8)))
    async with transaction(engine) as connection:
        assert await first_broken(connection) is None
        assert (await connection.execute(text("SELECT max(sequence) FROM act"))).scalar_one() == 24


@pytest.mark.anyio
async def test_any_plain_payload_comes_back_from_the_database_as_it_was(
    connection: AsyncConnection,
) -> None:
    some = [
        {"Đ": "ệ", "e\u0301": "not NFC", "n": 2**63 - 1, "neg": -1, "": [[], {}]},
        {"b": 1, "a": 2, "aa": 3, "B": '\t"\\/\u2028\U0001f600'},
    ]
    await append_acts(connection, [replace(ACT, payload=one) for one in some])
    assert await first_broken(connection) is None
