"""How a plan asks the database."""

from collections.abc import Sequence
from typing import Protocol


class Read(Protocol):
    """Runs a statement that gives one text, as UTF-8; outside of a transaction.

    A short one may go `together` with others who ask the same at that moment.
    """

    async def __call__(
        self, sql: str, values: Sequence[object], *, together: bool = False
    ) -> bytes | None: ...
