"""Links as graphql-core follows them: one DataLoader for each link and its arguments, per request."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from strawberry.dataloader import DataLoader

from db import links
from db.links import Link, Row, Window

Key = tuple[Any, ...]


@dataclass
class Loaders:
    """The rows of links, gathered: the objects of one level of the graph cost one statement."""

    connection: AsyncConnection
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    rows: dict[object, DataLoader[Key, list[Row]]] = field(default_factory=dict)
    counts: dict[object, DataLoader[Key, int]] = field(default_factory=dict)

    async def many(
        self, link: Link, parent: Row, window: Window | None = None, **arguments: object
    ) -> list[Row]:
        key = link.key(parent)
        if key is None:
            return []
        return await self._rows(link, window, arguments).load(key)

    async def one(self, link: Link, parent: Row, **arguments: object) -> Row | None:
        found = await self.many(link, parent, None, **arguments)
        return found[0] if found else None

    async def required(self, link: Link, parent: Row, **arguments: object) -> Row:
        """The one row that a foreign key promises."""
        row = await self.one(link, parent, **arguments)
        if row is None:
            raise LookupError(f"{link.source}: no row for {link.key(parent)}")
        return row

    async def count(self, link: Link, parent: Row, **arguments: object) -> int:
        key = link.key(parent)
        if key is None:
            return 0
        name = (link, _frozen(arguments))
        if name not in self.counts:

            async def load(keys: list[Key]) -> Sequence[int]:
                async with self.one_at_a_time:
                    return await links.count(self.connection, link, keys, arguments)

            self.counts[name] = DataLoader(load)
        return await self.counts[name].load(key)

    def _rows(
        self, link: Link, window: Window | None, arguments: Mapping[str, object]
    ) -> DataLoader[Key, list[Row]]:
        name = (link, window, _frozen(arguments))
        if name not in self.rows:

            async def load(keys: list[Key]) -> Sequence[list[Row]]:
                async with self.one_at_a_time:
                    return await links.fetch(self.connection, link, keys, arguments, window)

            self.rows[name] = DataLoader(load)
        return self.rows[name]


def _frozen(arguments: Mapping[str, object]) -> tuple[tuple[str, object], ...]:
    return tuple(
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in sorted(arguments.items())
    )
