"""Cursors: only the registry makes them, each for one list and parent; PostgreSQL seals the same text."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.cursors import SEALED, BadCursorError, key_of_list, pads, seal, unseal
from db.deployment import cursor_secret
from db.links import Link

SECRET = b"s" * 32
LINK = Link("body", on=(("parent_code", "code"),), order=("sort_key", "code"))
KEY = key_of_list(SECRET, LINK, {"kind": "A"})
Row = tuple[str, int, date, UUID]
VALUES = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
    | st.integers(-(2**63), 2**63 - 1)
    | st.dates()
    | st.uuids()
)


@given(VALUES, VALUES)
def test_what_was_sealed_is_unsealed(parent: list[object], values: list[object]) -> None:
    expected = [value if isinstance(value, int) else str(value) for value in values]
    assert unseal(KEY, parent, seal(KEY, parent, values)) == expected


@pytest.mark.parametrize(
    "key",
    [
        key_of_list(b"t" * 32, LINK, {"kind": "A"}),
        key_of_list(SECRET, LINK, {"kind": "B"}),
        key_of_list(SECRET, LINK, {}),
        key_of_list(SECRET, Link("post", LINK.on, order=LINK.order), {"kind": "A"}),
        key_of_list(SECRET, Link("body", (("code", "code"),), order=LINK.order), {"kind": "A"}),
        key_of_list(SECRET, Link("body", LINK.on, "false", LINK.order), {"kind": "A"}),
        key_of_list(SECRET, Link("body", LINK.on, order=("code",)), {"kind": "A"}),
    ],
)
def test_a_cursor_of_another_list_is_refused(key: bytes) -> None:
    with pytest.raises(BadCursorError):
        unseal(key, ["ht"], seal(KEY, ["ht"], ["a", "b"]))


def test_a_cursor_of_another_parent_is_refused() -> None:
    with pytest.raises(BadCursorError):
        unseal(KEY, ["ht.thach-ha"], seal(KEY, ["ht"], ["a", "b"]))


def test_what_a_cursor_carries_does_not_bind_it() -> None:
    carrying = Link("body", LINK.on, order=LINK.order, carried=("snapshot",))
    bound = {"kind": "A", "snapshot": "1:1:"}
    assert key_of_list(SECRET, carrying, bound) == key_of_list(SECRET, carrying, {"kind": "A"})


def test_no_byte_of_a_cursor_may_change() -> None:
    cursor = seal(KEY, ["ht"], ["a", "b"])
    assert unseal(KEY, ["ht"], cursor) == ["a", "b"]
    for at, char in enumerate(cursor):
        forged = cursor[:at] + ("A" if char != "A" else "B") + cursor[at + 1 :]
        with pytest.raises(BadCursorError):
            unseal(KEY, ["ht"], forged)


@pytest.mark.parametrize("cursor", ["", "x", "W10", "e30", "é", "=", "a" * 100_000])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursorError):
        unseal(KEY, ["ht"], cursor)


@pytest.mark.anyio
async def test_a_database_has_a_secret_of_its_own(connection: AsyncConnection) -> None:
    assert len(await cursor_secret(connection)) == 32
    await connection.execute(text("DELETE FROM deployment"))
    with pytest.raises(LookupError, match="cursor_secret"):
        await cursor_secret(connection)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "row",
    [
        ("plain", 1, date(2023, 12, 5), UUID(int=7)),
        (
            'Nguyễn "Văn" \\ \n\t\r\b\f\x01\x1f\x7f/<>&\'😀\u2028',
            -(2**31),
            date(1, 1, 1),
            UUID(int=0),
        ),
        ("", 2**31 - 1, date(9999, 12, 31), UUID(int=2**128 - 1)),
        ("x" * 300, 0, date(2024, 2, 29), UUID(int=1)),
    ],
)
async def test_postgresql_seals_the_same_text(connection: AsyncConnection, row: Row) -> None:
    found = await sealed_by_postgresql(connection, row)
    assert found == seal(KEY, ["ht", 2023], row)


async def sealed_by_postgresql(connection: AsyncConnection, row: Row) -> str:
    columns = (
        "CAST(:a AS text)",
        "CAST(:b AS integer)",
        "CAST(CAST(:c AS text) AS date)",
        "CAST(:d AS uuid)",
    )
    written = " || ',' || ".join(f"to_json({column})" for column in columns)
    sealed = SEALED.format(parent="'[\"ht\",2023]'", values=f"('[' || {written} || ']')")
    # As text: of the first and the last day that Python knows, the driver makes an infinity.
    bound = {"a": row[0], "b": row[1], "c": str(row[2]), "d": row[3], **pads(KEY)}
    return str((await connection.execute(text(f"SELECT {sealed}"), bound)).scalar_one())
