"""Apollo's federated tracing: the time of each field in `extensions.ftv1`, for gateways that request it.

A trace holds the names of fields and types, times, and the places of errors; no value and no message.
"""

import time
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any

from graphql import GraphQLResolveInfo, is_introspection_type

HEADER, TRACE_FORMAT = "apollo-federation-include-trace", "ftv1"
FIELDS_MAX = 10_000
"""Fields in one trace; later ones are left out, so that the trace stays smaller than the answer."""

MASKED = "<masked>"
NANOSECONDS = 1_000_000_000


@dataclass(slots=True)
class TraceNode:
    """A field or a list item of the answer."""

    content: bytes
    inside: list["TraceNode"] = field(default_factory=list)

    def encoded(self) -> bytes:
        return self.content + b"".join(_bytes(12, node.encoded()) for node in self.inside)


@dataclass(slots=True)
class Timed:
    """The time that one field took to resolve, in nanoseconds since the operation began."""

    info: GraphQLResolveInfo[Any]
    clock: Callable[[], int]
    began: int
    ended: int = 0
    has_failed: bool = False

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.ended, self.has_failed = self.clock(), kind is not None

    async def awaited(self, value: Awaitable[Any]) -> Any:  # noqa: ANN401 -- any value of a field
        with self:
            return await value

    def encoded(self) -> bytes:
        info, name = self.info, str(self.info.path.key)
        alias = _text(14, info.field_name) if info.field_name != name else b""
        times = _number(8, self.began) + _number(9, self.ended)
        kinds = _text(3, str(info.return_type)) + _text(13, info.parent_type.name)
        error = _bytes(11, _text(1, MASKED)) if self.has_failed else b""
        return _text(1, name) + alias + kinds + times + error


class FederatedTrace:
    """The trace of one operation. graphql-core calls `resolve` as middleware around each resolver."""

    def __init__(self) -> None:
        self._at, self._started = time.time_ns(), time.perf_counter_ns()
        self._fields: list[Timed] = []
        self._is_complete = True

    def resolve(
        self,
        resolver: Callable[..., Any],
        source: object,
        info: GraphQLResolveInfo[Any],
        **arguments: Any,  # noqa: ANN401 -- as the field declares them
    ) -> Any:  # noqa: ANN401 -- any value of a field
        if info.field_name.startswith("__") or is_introspection_type(info.parent_type):
            return resolver(source, info, **arguments)
        if len(self._fields) == FIELDS_MAX:
            self._is_complete = False
            return resolver(source, info, **arguments)
        timed = Timed(info, self._elapsed, self._elapsed())
        self._fields.append(timed)
        with timed:
            value = resolver(source, info, **arguments)
        return timed.awaited(value) if isawaitable(value) else value

    def encoded(self) -> str:
        """The message `Trace` of Apollo's reports.proto, encoded in base64."""
        took = self._elapsed()
        parts = (
            _bytes(4, _moment(self._at)),
            _bytes(3, _moment(self._at + took)),
            _number(11, took),
            _bytes(14, self._tree().encoded()),
            b"" if self._is_complete else _number(33, 1),
        )
        return b64encode(b"".join(parts)).decode()

    def _tree(self) -> TraceNode:
        """The tree of fields. Parents come before their fields; the nodes of list items are added here."""
        root = TraceNode(b"")
        nodes: dict[tuple[str | int, ...], TraceNode] = {(): root}
        for timed in self._fields:
            *parent, _ = path = tuple(timed.info.path.as_list())
            for length in range(1, len(path)):
                if path[:length] not in nodes:
                    item = TraceNode(_number(2, int(path[length - 1])))
                    nodes[path[:length]] = item
                    nodes[path[: length - 1]].inside.append(item)
            nodes[path] = node = TraceNode(timed.encoded())
            nodes[tuple(parent)].inside.append(node)
        return root

    def _elapsed(self) -> int:
        return time.perf_counter_ns() - self._started


def requested_trace(headers: Mapping[str, str]) -> FederatedTrace | None:
    """A new trace if the request asks for one; else None."""
    return FederatedTrace() if headers.get(HEADER) == TRACE_FORMAT else None


# The wire format of Protocol Buffers that a trace needs: varints, and length-delimited bytes.


def _varint(number: int) -> bytes:
    digits = bytearray()
    while number >> 7:
        digits.append(number & 0x7F | 0x80)
        number >>= 7
    digits.append(number)
    return bytes(digits)


def _number(tag: int, number: int) -> bytes:
    return _varint(tag << 3) + _varint(number)


def _bytes(tag: int, content: bytes) -> bytes:
    return _varint(tag << 3 | 2) + _varint(len(content)) + content


def _text(tag: int, content: str) -> bytes:
    return _bytes(tag, content.encode())


def _moment(nanoseconds: int) -> bytes:
    """A `google.protobuf.Timestamp`."""
    seconds, rest = divmod(nanoseconds, NANOSECONDS)
    return _number(1, seconds) + _number(2, rest)
