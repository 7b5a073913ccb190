"""Links as graphql-core follows them: one DataLoader for each link and its arguments, per request."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection
from strawberry.dataloader import DataLoader

from db.json_sql import relation as relations
from db.json_sql.relation import PageWindow, Relation, Row

Key = tuple[Any, ...]
T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")
Load = Callable[[list[K]], Coroutine[Any, Any, Sequence[V | BaseException]]]

OVER = "the operation is over"


async def _refuse(_: list[Any]) -> Sequence[Any]:
    raise RuntimeError(OVER)


@dataclass
class DataLoaders:
    """The rows of links, gathered: the objects of one level of the graph cost one statement."""

    connection: AsyncConnection
    rows: dict[object, DataLoader[Key, list[Row]]] = field(default_factory=dict)
    counts: dict[object, DataLoader[Key, int]] = field(default_factory=dict)
    _made: list[DataLoader[Any, Any]] = field(default_factory=list)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _running: set[asyncio.Task[Any]] = field(default_factory=set)
    _is_over: bool = False

    def loader(self, load: Load[K, V]) -> DataLoader[K, V]:
        """A DataLoader for as long as the operation runs."""
        made = DataLoader(load)
        self._made.append(made)
        return made

    def release(self) -> None:
        """Let go of all that was loaded, once the operation is over.

        A DataLoader leads to its function, and that to the loaders: only the collector of garbage would free them,
        and it stops the event loop while it looks.
        """
        for loader in self._made:
            loader.clear_all()
            loader.batch, loader.load_fn = None, _refuse
        for several in (self._made, self.rows, self.counts):
            several.clear()

    async def run(self, work: Callable[[AsyncConnection], Coroutine[Any, Any, T]]) -> T:
        """Work on the one connection, when nobody else does.

        Of a field whose parent became null, the executor cancels the siblings; a statement broken off
        would take the connection along, and with it the whole answer. So it runs to its end.

        Raises:
            RuntimeError: the operation is over, and the connection another's: of a list whose item failed,
                the executor lets the items that it began go on in the background.
        """
        if self._is_over:
            raise RuntimeError(OVER)
        task = asyncio.create_task(self._in_turn(work))
        self._running.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # asked for, so that nobody is told of one that nobody waits for

    async def settled(self) -> None:
        """Wait for what still runs, though nobody asks for it any more, and begin nothing; what fails is of no matter."""
        self._is_over = True
        while self._running:
            await asyncio.wait(self._running)

    async def broken_off(self) -> None:
        """Stop what still runs, in the database too; the connection is not used again."""
        for task in self._running:
            task.cancel()
        await self.settled()

    async def _in_turn(self, work: Callable[[AsyncConnection], Coroutine[Any, Any, T]]) -> T:
        async with self._turn:
            return await work(self.connection)

    async def many(
        self, link: Relation, parent: Row, window: PageWindow | None = None, **arguments: object
    ) -> list[Row]:
        key = link.key(parent)
        if key is None:
            return []
        return await self._rows(link, window, arguments).load(key)

    async def one(self, link: Relation, parent: Row, **arguments: object) -> Row | None:
        found = await self.many(link, parent, None, **arguments)
        return found[0] if found else None

    async def required(self, link: Relation, parent: Row, **arguments: object) -> Row:
        """The one row that a foreign key promises."""
        row = await self.one(link, parent, **arguments)
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
