"""The protocol by which plans run SQL statements."""

from collections.abc import Sequence
from typing import Protocol


class Read(Protocol):
    """Runs a statement that returns one JSON text, as UTF-8, outside of a transaction.

    With `together`, a short statement may share a round trip with concurrent executions of the same SQL text.
    """

    async def __call__(
        self, sql: str, values: Sequence[object], *, batched: bool = False
    ) -> bytes | None: ...
