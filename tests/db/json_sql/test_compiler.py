"""What PostgreSQL writes as JSON is what Python would have written."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import orjson
import pytest

from db.connection.read_pool import ReadPool
from db.json_sql.compiler import (
    BAILOUT,
    PLACEHOLDER_MARK,
    Constant,
    Form,
    Guarded,
    JsonElements,
    JsonNode,
    Many,
    Member,
    Object,
    One,
    Placeholder,
    Value,
    statement,
)
from db.json_sql.relation import Relation

pytestmark = pytest.mark.anyio

MOMENTS = [
    datetime(2023, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2023, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
    datetime(2023, 12, 31, 23, 59, 59, 120_000, tzinfo=UTC),
    datetime(999, 1, 1, tzinfo=UTC),
]


@pytest.fixture(scope="module")
async def reader(database_url: str) -> AsyncIterator[ReadPool]:
    made = ReadPool(database_url)
    yield made
    await made.close()


async def written(reader: ReadPool, node: JsonNode, *values: object) -> bytes | None:
    """The text of a node without a row, with its parameters in the order of their positions."""
    return await reader.text(statement(node).sql, values)


def parameter(name: str, kind: str, form: Form) -> Value:
    return Value(f"CAST(:{name} AS {kind})", form)


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_moment_is_written_as_python_writes_it(reader: ReadPool, moment: datetime) -> None:
    node = parameter("moment", "timestamptz", Form.MOMENT)
    json_text = await written(reader, node, moment)
    assert json_text == orjson.dumps(moment.isoformat())


async def test_any_text_is_read_back_as_it_was(reader: ReadPool) -> None:
    node = parameter("text", "text", Form.TEXT)
    for value in ('"', "\\", "\n\t\x01\x02\x7f", "Hà Tĩnh", "\u2028", "𝄞", "</script>", ""):
        json_text = await written(reader, node, value)
        assert json_text is not None
        assert orjson.loads(json_text) == value
        assert BAILOUT not in json_text
        assert PLACEHOLDER_MARK not in json_text


async def test_an_object_that_lacks_what_it_must_have_is_broken_alone(reader: ReadPool) -> None:
    inner = Object((Member("must", Value("CAST(NULL AS text)", Form.TEXT), nullable=False),))
    outer = Object(
        (
            Member("is", Constant("1"), nullable=False),
            Member("may", Value("CAST(NULL AS text)", Form.TEXT), nullable=True),
            Member("inner", inner, nullable=True),
        )
    )
    assert await written(reader, outer) == b'{"is":1,"may":null,"inner":' + BAILOUT + b"}"
    assert await written(reader, Object(())) == b"{}"


async def test_a_hole_holds_the_values_that_it_goes_by(reader: ReadPool) -> None:
    json_text = await written(reader, Placeholder(7, ("CAST('x' AS text)", "5")))
    assert json_text is not None
    start, placeholder, end = json_text.split(PLACEHOLDER_MARK)
    assert (start, end) == (b"", b"")
    number, _, values = placeholder.partition(b":")
    assert (number, orjson.loads(values)) == (b"7", ["x", 5])


async def test_the_elements_of_a_list_keep_their_order(reader: ReadPool) -> None:
    element = Object((Member("name", Value("{row[name]}", Form.TEXT), nullable=False),))
    rows = "(SELECT jsonb_build_array(jsonb_build_object('name', 'b'), jsonb_build_object('name', 'a')) AS list)"
    node = One(
        Relation(rows, on=()),
        0,
        Object((Member("of", JsonElements("list", "name text", element), nullable=False),)),
    )
    assert await written(reader, node) == b'{"of":[{"name":"b"},{"name":"a"}]}'


async def test_the_right_to_show_a_row_is_checked_once(reader: ReadPool) -> None:
    rows = "(SELECT unnest(ARRAY[1, 2]) AS id)"

    def listed(among: int) -> Many:
        shown = Value("{row[id]}", Form.PLAIN)
        guarded = Guarded(shown, f"{{row[id]}} BETWEEN 1 AND {among}", 0)
        members = [Member(name, guarded, nullable=True) for name in "abc"]
        return Many(Relation(rows, on=(), order=("id",)), 0, Object(tuple(members)))

    assert statement(listed(2)).sql.count("BETWEEN") == 1
    shown = b'[{"a":1,"b":1,"c":1},{"a":2,"b":2,"c":2}]'
    assert await written(reader, listed(2)) == shown
    assert await written(reader, listed(1)) == b'[{"a":1,"b":1,"c":1},' + BAILOUT + b"]"
