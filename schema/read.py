"""How the planner executes statements."""

from collections.abc import Sequence
from typing import Protocol


class Read(Protocol):
    """Executes a read-only statement that returns one text, as UTF-8; outside of a transaction.

    `batched`: together with concurrent executions of the same SQL text; for short statements.
    """

    async def __call__(
        self, sql: str, values: Sequence[object], *, batched: bool = False
    ) -> bytes | None: ...
