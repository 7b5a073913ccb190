"""The messages of a federated trace: what readers of the hand-written encoding have read, they read of these."""

from base64 import b64decode
from typing import Any

from schema.execution.trace_message import Trace

WRITTEN_BY_HAND = (
    "IgsIgOLPqgYQlZrvOhoLCIDiz6oGEMWj7zpYsAlykQFiIgoFb3RoZXJyBG5hbWUaB1N0cmluZyFqBVF1ZXJ5QABIlgFiawoFaXRlbXMaC1tbSXRl"
    "bSFdIV0hagVRdWVyeUCsAkjCA2JIEABiRBAAYhoKBm51bWJlchoESW50IWoESXRlbUDYBEjuBWIkCgV3cm9uZxoDSW50agRJdGVtQIQHSJoIWgoK"
    "CDxtYXNrZWQ+"
)
"""The trace of `{ other: name items { number wrong } }`, as the encoder wrote it that stood here before the library."""

STARTED_NANOSECONDS, DURATION_NANOSECONDS = 1_700_000_000_123_456_789, 1_200


def node(name: str, kind: str, parent: str, times: tuple[int, int], **more: object) -> Any:  # noqa: ANN401 - a message
    start_time, end_time = times
    return Trace.Node(
        response_name=name,
        type=kind,
        parent_type=parent,
        start_time=start_time,
        end_time=end_time,
        **more,
    )


def expected() -> Any:  # noqa: ANN401 - a message
    masked = Trace.Error(message="<masked>")
    item = [
        node("number", "Int!", "Item", (600, 750)),
        node("wrong", "Int", "Item", (900, 1050), error=[masked]),
    ]
    items = Trace.Node(index=0, child=[Trace.Node(index=0, child=item)])
    trace = Trace(duration_ns=DURATION_NANOSECONDS)
    trace.start_time.FromNanoseconds(STARTED_NANOSECONDS)
    trace.end_time.FromNanoseconds(STARTED_NANOSECONDS + DURATION_NANOSECONDS)
    trace.root.child.extend(
        [
            node("other", "String!", "Query", (0, 150), original_field_name="name"),
            node("items", "[[Item!]!]!", "Query", (300, 450), child=[items]),
        ]
    )
    return trace


def test_the_former_encoding_and_this_one_are_the_same_trace() -> None:
    assert Trace.FromString(b64decode(WRITTEN_BY_HAND)) == expected()
    assert Trace.FromString(expected().SerializeToString()) == expected()


def test_the_first_item_of_a_list_has_its_index() -> None:
    """The index 0 is not the default of a number, but a place."""
    first = Trace.Node.FromString(Trace.Node(index=0).SerializeToString())
    assert first.WhichOneof("id") == "index"
    assert Trace.Node(response_name="a").WhichOneof("id") == "response_name"
