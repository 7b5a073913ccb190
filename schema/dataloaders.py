"""DataLoaders of one request: one for each relation with its arguments."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection
from strawberry.dataloader import DataLoader

from db.facade import PageWindow, Relation, Row, relation as relations

Key = tuple[Any, ...]
T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")
Load = Callable[[list[K]], Coroutine[Any, Any, Sequence[V | BaseException]]]

OPERATION_OVER = "the operation is over"


async def _refuse(_: list[Any]) -> Sequence[Any]:
    raise RuntimeError(OPERATION_OVER)


@dataclass
class DataLoaders:
    """Loads rows over relations in batches: all objects of one level of the graph cost one statement."""

    connection: AsyncConnection
    rows: dict[object, DataLoader[Key, list[Row]]] = field(default_factory=dict)
    counts: dict[object, DataLoader[Key, int]] = field(default_factory=dict)
    _loaders: list[DataLoader[Any, Any]] = field(default_factory=list)
    _connection_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _running: set[asyncio.Task[Any]] = field(default_factory=set)
    _is_over: bool = False

    def loader(self, load: Load[K, V]) -> DataLoader[K, V]:
        """A new DataLoader that `release` clears at the end of the operation."""
        loader = DataLoader(load)
        self._loaders.append(loader)
        return loader

    def release(self) -> None:
        """Drop everything that was loaded, once the operation is over.

        A DataLoader, its function and this object form a reference cycle: only the garbage collector would free
        them, and it stops the event loop meanwhile.
        """
        for loader in self._loaders:
            loader.clear_all()
            loader.batch, loader.load_fn = None, _refuse
        for collection in (self._loaders, self.rows, self.counts):
            collection.clear()

    async def run(self, work: Callable[[AsyncConnection], Coroutine[Any, Any, T]]) -> T:
        """Run `work` with the one connection, one work at a time.

        When a parent becomes null, the executor cancels its other fields. Cancelling a running statement would
        close the connection and lose the whole answer; so the work runs to its end.

        Raises:
            RuntimeError: the operation is over, and the connection belongs to another one. After an item of a
                list has failed, the executor lets the other items go on in the background.
        """
        if self._is_over:
            raise RuntimeError(OPERATION_OVER)
        task = asyncio.create_task(self._run_in_turn(work))
        self._running.add(task)
        task.add_done_callback(self._forget)
        return await asyncio.shield(task)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # marks it as retrieved: asyncio would log an exception that is never awaited

    async def wait_until_idle(self) -> None:
        """Refuse new work and wait for the running one; its errors are ignored."""
        self._is_over = True
        while self._running:
            await asyncio.wait(self._running)

    async def cancel_running(self) -> None:
        """Cancel the running work, also in the database; the connection is not used again."""
        for task in self._running:
            task.cancel()
        await self.wait_until_idle()

    async def _run_in_turn(self, work: Callable[[AsyncConnection], Coroutine[Any, Any, T]]) -> T:
        async with self._connection_lock:
            return await work(self.connection)

    async def many(
        self, link: Relation, parent: Row, window: PageWindow | None = None, **arguments: object
    ) -> list[Row]:
        key = link.key(parent)
        if key is None:
            return []
        return await self._rows(link, window, arguments).load(key)

    async def first(self, link: Relation, parent: Row, **arguments: object) -> Row | None:
        rows = await self.many(link, parent, None, **arguments)
        return rows[0] if rows else None

    async def required(self, link: Relation, parent: Row, **arguments: object) -> Row:
        """The one row that a foreign key promises."""
        row = await self.first(link, parent, **arguments)
        if row is None:
            raise LookupError(f"{link.source}: no row for {link.key(parent)}")
        return row

    async def count(self, link: Relation, parent: Row, **arguments: object) -> int:
        key = link.key(parent)
        if key is None:
            return 0
        name = (link, _frozen(arguments))
        if name not in self.counts:

            async def load(keys: list[Key]) -> Sequence[int]:
                return await self.run(lambda open_: relations.count(open_, link, keys, arguments))

            self.counts[name] = self.loader(load)
        return await self.counts[name].load(key)

    def _rows(
        self, link: Relation, window: PageWindow | None, arguments: Mapping[str, object]
    ) -> DataLoader[Key, list[Row]]:
        name = (link, window, _frozen(arguments))
        if name not in self.rows:

            async def load(keys: list[Key]) -> Sequence[list[Row]]:
                return await self.run(
                    lambda open_: relations.fetch(open_, link, keys, arguments, window)
                )

            self.rows[name] = self.loader(load)
        return self.rows[name]


def _frozen(arguments: Mapping[str, object]) -> tuple[tuple[str, object], ...]:
    return tuple(
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in sorted(arguments.items())
    )
