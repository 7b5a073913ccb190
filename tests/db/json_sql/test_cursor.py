"""Cursors: only the registry makes them, each for one list and parent."""

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection.deployment import cursor_secret
from db.json_sql.cursor import BadCursorError, cursor_key_of_list, seal, unseal
from db.json_sql.relation import Relation, Snapshot

SECRET = b"s" * 32
LINK = Relation("body", on=(("parent_code", "code"),), order=("sort_key", "code"))
KEY = cursor_key_of_list(SECRET, LINK, {"kind": "A"})
VALUES = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
    | st.integers(-(2**63), 2**63 - 1)
    | st.dates()
    | st.uuids()
)


@given(VALUES, VALUES)
def test_a_sealed_cursor_is_unsealed(parent: list[object], values: list[object]) -> None:
    expected = [value if isinstance(value, int) else str(value) for value in values]
    assert unseal(KEY, parent, seal(KEY, parent, values)) == expected


@pytest.mark.parametrize(
    "key",
    [
        cursor_key_of_list(b"t" * 32, LINK, {"kind": "A"}),
        cursor_key_of_list(SECRET, LINK, {"kind": "B"}),
        cursor_key_of_list(SECRET, LINK, {}),
        cursor_key_of_list(SECRET, Relation("post", LINK.on, order=LINK.order), {"kind": "A"}),
        cursor_key_of_list(
            SECRET, Relation("body", (("code", "code"),), order=LINK.order), {"kind": "A"}
        ),
        cursor_key_of_list(SECRET, Relation("body", LINK.on, "false", LINK.order), {"kind": "A"}),
        cursor_key_of_list(SECRET, Relation("body", LINK.on, order=("code",)), {"kind": "A"}),
    ],
)
def test_a_cursor_of_another_list_is_refused(key: bytes) -> None:
    with pytest.raises(BadCursorError):
        unseal(key, ["ht"], seal(KEY, ["ht"], ["a", "b"]))


def test_a_cursor_of_another_parent_is_refused() -> None:
    with pytest.raises(BadCursorError):
        unseal(KEY, ["ht.thach-ha"], seal(KEY, ["ht"], ["a", "b"]))


def test_what_a_cursor_carries_does_not_bind_it() -> None:
    carrying = Relation(
        "body", LINK.on, order=LINK.order, snapshot=Snapshot("SELECT", ("snapshot",), "true")
    )
    bound = {"kind": "A", "snapshot": "1:1:"}
    assert cursor_key_of_list(SECRET, carrying, bound) == cursor_key_of_list(
        SECRET, carrying, {"kind": "A"}
    )


def test_no_byte_of_a_cursor_may_change() -> None:
    cursor = seal(KEY, ["ht"], ["a", "b"])
    assert unseal(KEY, ["ht"], cursor) == ["a", "b"]
    for at, char in enumerate(cursor):
        forged = cursor[:at] + ("A" if char != "A" else "B") + cursor[at + 1 :]
        with pytest.raises(BadCursorError):
            unseal(KEY, ["ht"], forged)


@pytest.mark.parametrize("cursor", ["", "x", "W10", "e30", "é", "=", "a" * 100_000])
def test_a_malformed_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursorError):
        unseal(KEY, ["ht"], cursor)


@pytest.mark.anyio
async def test_a_database_has_a_secret_of_its_own(connection: AsyncConnection) -> None:
    assert len(await cursor_secret(connection)) == 32
    await connection.execute(text("DELETE FROM deployment"))
    with pytest.raises(LookupError, match="cursor_secret"):
        await cursor_secret(connection)
