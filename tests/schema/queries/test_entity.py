"""Representations: whatever a gateway sends is a reference or a refusal, and never a fault of ours."""

from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from resolvers.errors import BadRepresentation
from schema.queries.entity import ENTITIES, Reference, read

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | st.uuids().map(str),
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
)
"""Any JSON that the door lets in."""

NAMES = st.sampled_from([*ENTITIES, "Query", "_Any", "__proto__", ""])
REPRESENTATIONS = VALUES | st.fixed_dictionaries(
    {}, optional={"__typename": NAMES | VALUES, "code": VALUES, "id": VALUES, "name": VALUES}
)


@given(REPRESENTATIONS)
def test_it_is_a_reference_or_a_refusal(representation: object) -> None:
    result = read(representation)
    if isinstance(result, BadRepresentation):
        assert result.field
        assert result.vi != result.en
        return
    assert isinstance(representation, dict)
    entity = ENTITIES[representation["__typename"]]
    assert result.typename == representation["__typename"]
    assert str(result.key).encode().count(b"\0") == 0
    assert result.key == entity.read(representation[entity.key])


@given(st.sampled_from(sorted(ENTITIES)), st.uuids(), st.dictionaries(st.text(), VALUES))
def test_a_key_is_read_beside_other_fields(
    typename: str, key: UUID, more: dict[str, object]
) -> None:
    named = more | {"__typename": typename, ENTITIES[typename].key: str(key)}
    result = read(named)
    assert isinstance(result, Reference)
    assert str(result.key) == str(key)


@pytest.mark.parametrize("typename", ["Body", "Post", "PeerGroup"])
@pytest.mark.parametrize("code", ["h\0t", "\0", "\ud800", "ht\udfff"])
def test_a_code_that_no_database_could_hold_is_refused(typename: str, code: str) -> None:
    """The driver would raise, and take the whole list along."""
    assert isinstance(read({"__typename": typename, "code": code}), BadRepresentation)
