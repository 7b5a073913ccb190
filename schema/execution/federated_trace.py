"""Apollo's federated tracing: the time of each field in `extensions.ftv1`, for gateways that request it.

A trace holds the names of fields and types, times, and the places of errors; no value and no message.
"""

import time
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

from graphql import GraphQLResolveInfo, is_introspection_type

from schema.execution.trace_message import Trace

HEADER, TRACE_FORMAT = "apollo-federation-include-trace", "ftv1"
FIELDS_MAX = 10_000
"""Fields in one trace; later ones are left out, so that the trace stays smaller than the answer."""

LEVELS_MAX = 90
"""Levels of a trace, list items included; deeper fields are left out. Readers of Protocol Buffers stop at 100."""

MASKED = "<masked>"


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

    def described(self) -> dict[str, Any]:
        """The field as the message `Node`, without its children."""
        info, name = self.info, str(self.info.path.key)
        node: dict[str, Any] = {
            "response_name": name,
            "type": str(info.return_type),
            "parent_type": info.parent_type.name,
            "start_time": self.began,
            "end_time": self.ended,
        }
        if info.field_name != name:
            node["original_field_name"] = info.field_name
        if self.has_failed:
            node["error"] = [{"message": MASKED}]
        return node


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
        elapsed = self._elapsed()
        trace = Trace(duration_ns=elapsed)
        trace.start_time.FromNanoseconds(self._at)
        trace.end_time.FromNanoseconds(self._at + elapsed)
        self._add_nodes(trace.root)
        trace.is_incomplete = not self._is_complete
        return b64encode(trace.SerializeToString()).decode()

    def _add_nodes(self, root: Any) -> None:  # noqa: ANN401 -- a message `Node`
        """Add the tree of fields. Parents come before their fields; the nodes of list items are added here."""
        nodes: dict[tuple[str | int, ...], Any] = {(): root}
        root.SetInParent()  # also a trace without a field has a root
        for timed in self._fields:
            path = tuple(timed.info.path.as_list())
            if len(path) > LEVELS_MAX:
                self._is_complete = False
                continue
            for length in range(1, len(path)):
                if path[:length] not in nodes:
                    item = nodes[path[: length - 1]].child.add(index=path[length - 1])
                    nodes[path[:length]] = item
            nodes[path] = nodes[path[:-1]].child.add(**timed.described())

    def _elapsed(self) -> int:
        return time.perf_counter_ns() - self._started


def requested_trace(headers: Mapping[str, str]) -> FederatedTrace | None:
    """A new trace if the request asks for one; else None."""
    return FederatedTrace() if headers.get(HEADER) == TRACE_FORMAT else None
