"""What every field may use while one operation runs."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection
from strawberry.types import Info as AnyInfo

from authz.policy_file import Policy
from db.connection.replica import read_from_primary
from resolvers.authorization import policy as policies
from resolvers.authorization.principal import Nobody, Principal, ServiceAccount, SignedIn, Unlinked
from resolvers.errors import BadInput, not_signed_in
from schema.authorization import Authorizer, sees_every_level
from schema.dataloaders import DataLoaders
from schema.operation.limit import NotLinked, TimedOut
from schema.operation.prepared_operation import Prepared
from schema.precedence import Orders
from schema.read import Read

ACTORS = {Nobody: "nobody", Unlinked: "unlinked", ServiceAccount: "service", SignedIn: "person"}
OF_MOMENTS = frozenset({"evaluations", "evaluationChanged"})
"""The root fields whose cursors name moments of the primary (docs/decisions/0013)."""


class Transactions(Protocol):
    """Opens the one transaction of a request; the edge commits it (docs/decisions/0003).

    One that says that it does not write may read from a replica (docs/decisions/0016).
    """

    def __call__(self, *, writes: bool = ...) -> AbstractAsyncContextManager[AsyncConnection]: ...


class Stream(Protocol):
    """What a subscription stands on, between its events: it holds no transaction meanwhile.

    `last` is the cursor of the last event that the client had, if it says so apart from the operation.
    """

    last: str | None

    def renewed(self) -> "AbstractAsyncContextManager[Context]":
        """The context as of now, in a transaction of its own: rights are asked for anew."""
        ...

    def heard(self) -> int:
        """How often it was told of changes so far."""
        ...

    async def beyond(self, heard: int) -> None:
        """Wait until it was told more often."""
        ...


@dataclass(slots=True)
class Context:
    """One request: who asks, at which moment, by which policy, in which language.

    `cursor_secret` seals the cursors of this registry, the same on all instances. `read` runs the
    statements of plans; without it, graphql-core answers everything. `stream` is there for
    subscriptions alone. `sdl` is the schema as this service prints it, where that is not as it stands.
    `client` is whose budget and share are used.
    """

    caller: Principal
    at: datetime
    policy: Policy
    language: str
    transactions: Transactions
    cursor_secret: bytes
    charge: Callable[[int], None] = field(default=lambda _: None)
    read: Read | None = None
    stream: Stream | None = None
    sdl: str | None = None
    client: str = "nobody"
    _loaders: DataLoaders | None = field(default=None, init=False)
    _authorities: Authorizer | None = field(default=None, init=False)
    _orders: Orders | None = field(default=None, init=False)

    @property
    def today(self) -> date:
        """The day of the moment, by which rights are judged."""
        return self.at.date()

    @property
    def is_open(self) -> bool:
        """Whether the transaction is."""
        return self._loaders is not None

    @property
    def loaders(self) -> DataLoaders:
        if self._loaders is None:
            raise RuntimeError("no operation is running: the transaction is not open")
        return self._loaders

    @property
    def sees_every_level(self) -> bool:
        return sees_every_level(self.policy, self.caller)

    @property
    def authorities(self) -> Authorizer:
        if self._authorities is None:
            self._authorities = Authorizer(self.loaders, self.policy, self.caller, self.today)
        return self._authorities

    @property
    def orders(self) -> Orders:
        if self._orders is None:
            self._orders = Orders(self.loaders, self.authorities)
        return self._orders

    @property
    def connection(self) -> AsyncConnection:
        return self.loaders.connection

    @property
    def actor(self) -> str:
        """What kind of caller asks; who it is stays out of the log."""
        return ACTORS[type(self.caller)]

    def begin(self, connection: AsyncConnection) -> None:
        self._loaders = DataLoaders(connection)

    def admit(self, prepared: Prepared) -> None:
        """Who may ask at all: anybody for the schema, whoever is signed in for the rest.

        What is of a moment is read where moments are known.

        Raises:
            Unauthenticated: nobody is signed in.
            NotLinked: the account is no person's.
            BadInput: more than one command at once; each is a transaction of its own.
        """
        if prepared.asks_for_the_schema_only:
            return
        if isinstance(self.caller, Nobody):
            raise not_signed_in()
        if isinstance(self.caller, Unlinked):
            raise NotLinked
        if prepared.is_command and not prepared.has_one_field:
            raise BadInput(
                vi="mutation: mỗi yêu cầu chỉ một lệnh, viết trực tiếp ở gốc",
                en="mutation: one command for each request, written at the root itself",
                field="mutation",
            )
        if not prepared.root_names.isdisjoint(OF_MOMENTS):
            read_from_primary()

    @asynccontextmanager
    async def operation(self, *, command: bool) -> AsyncIterator[None]:
        """The one transaction of the operation.

        Raises:
            StalePolicy: whoever commits does so by the policy that is active, until it ends.
        """
        async with self.transactions(writes=command) as connection:
            self.begin(connection)
            if command:
                await policies.hold(connection, self.policy)
            try:
                yield
            except (TimedOut, asyncio.CancelledError):  # too late, or nobody waits any more
                await self.loaders.broken_off()
                raise
            finally:
                self._release()

    def _release(self) -> None:
        """What leads back to itself is parted: it goes with the request, without the collector of garbage."""
        self.loaders.release()
        self._authorities = self._orders = None

    async def settled(self) -> None:
        """Wait for statements that nobody waits for any more: the connection is theirs until then."""
        await self.loaders.settled()


Info = AnyInfo[Context, Any]
