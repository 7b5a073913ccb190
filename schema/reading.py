"""How a plan asks the database."""

from collections.abc import Awaitable, Callable, Sequence

Read = Callable[[str, Sequence[object]], Awaitable[bytes | None]]
"""Runs a statement that gives one text, as UTF-8; outside of a transaction."""
