"""The context of one request: the caller, the policy, the transaction, and the look-ups that fields share."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection
from strawberry.types import Info as AnyInfo

from authz.policy_file import Policy
from db.facade import read_from_primary
from resolvers.authorization import policy as policies
from resolvers.authorization.actor import actor_under_policy
from resolvers.authorization.principal import Nobody, Principal, ServiceAccount, SignedIn, Unlinked
from resolvers.errors import BadInput, not_signed_in
from schema.authorization import Authorizer, sees_every_level
from schema.dataloaders import DataLoaders
from schema.operation.limit import NotLinked, TimedOut
from schema.operation.prepared_operation import Prepared
from schema.precedence import Orders
from schema.read import Read

ACTORS = {Nobody: "nobody", Unlinked: "unlinked", ServiceAccount: "service", SignedIn: "person"}
PRIMARY_ONLY_FIELDS = frozenset({"evaluations", "evaluationChanged"})
"""Root fields that read from the primary only: their cursors name its snapshots (docs/decisions/0013)."""


class Transactions(Protocol):
    """Opens the one transaction of a request; the edge commits it (docs/decisions/0003).

    A transaction without writes may read from a replica (docs/decisions/0016).
    """

    def __call__(self, *, writes: bool = ...) -> AbstractAsyncContextManager[AsyncConnection]: ...


class Stream(Protocol):
    """What a subscription uses between its events; it holds no transaction meanwhile.

    `last` is the cursor of the last event that the client received (header Last-Event-ID), if any.
    """

    last: str | None

    def renewed_context(self) -> "AbstractAsyncContextManager[Context]":
        """A new context in its own transaction: rights are checked again."""
        ...

    def notification_count(self) -> int:
        """The number of change notifications so far."""
        ...

    async def wait_beyond(self, notifications: int) -> None:
        """Wait until there are more notifications than that."""
        ...


@dataclass(slots=True)
class Context:
    """One request: its caller, its time, the policy and the language.

    `cursor_secret` seals cursors; it is the same on all instances of a registry. `read` runs the statements of
    plans; without it, graphql-core answers everything. `stream` is set for subscriptions only. `sdl` is the printed
    schema, if the settings change it. `client` is the key of the caller's budget and share.
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
    _authorizer: Authorizer | None = field(default=None, init=False)
    _orders: Orders | None = field(default=None, init=False)

    @property
    def today(self) -> date:
        """The day of the request; rights are judged by it."""
        return self.at.date()

    @property
    def is_open(self) -> bool:
        """Whether the transaction is open."""
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
    def authorizer(self) -> Authorizer:
        if self._authorizer is None:
            self._authorizer = Authorizer(self.loaders, self.policy, self.caller, self.today)
        return self._authorizer

    @property
    def orders(self) -> Orders:
        if self._orders is None:
            self._orders = Orders(self.loaders, self.authorizer)
        return self._orders

    @property
    def connection(self) -> AsyncConnection:
        return self.loaders.connection

    @property
    def actor(self) -> str:
        """The kind of caller, for the log; its identity is never logged."""
        return ACTORS[type(self.caller)]

    def begin(self, connection: AsyncConnection) -> None:
        self._loaders = DataLoaders(connection)

    def admit(self, prepared: Prepared) -> None:
        """Check that the caller may run the operation: without sign-in, only operations on the schema.

        Fields of PRIMARY_ONLY_FIELDS make the request read from the primary.

        Raises:
            Unauthenticated: the caller is not signed in.
            NotLinked: the account is not linked to a person.
            BadInput: more than one command at once; each is a transaction of its own.
        """
        if prepared.is_schema_only:
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
        if not prepared.root_names.isdisjoint(PRIMARY_ONLY_FIELDS):
            read_from_primary()

    @asynccontextmanager
    async def operation(self, *, command: bool) -> AsyncIterator[None]:
        """The one transaction of the operation; a command locks the active policy until it commits.

        Raises:
            StalePolicy: another policy has become active.
        """
        async with self.transactions(writes=command) as connection:
            self.begin(connection)
            if command:
                await self._hold_policy(connection)
            try:
                yield
            except (TimedOut, asyncio.CancelledError):  # the time is over, or the client has left
                await self.loaders.cancel_running()
                raise
            finally:
                self._release()

    async def _hold_policy(self, connection: AsyncConnection) -> None:
        """Lock the active policy, and read the actor in the same round trip. Raises StalePolicy."""
        if not isinstance(self.caller, SignedIn):
            await policies.hold(connection, self.policy)
            return
        actor, revision = await actor_under_policy(connection, self.caller, self.today)
        if revision != self.policy.revision:
            raise policies.stale_policy()
        self.authorizer.know(actor)

    def _release(self) -> None:
        """Break reference cycles, so that the context is freed without the garbage collector."""
        self.loaders.release()
        self._authorizer = self._orders = None

    async def wait_until_idle(self) -> None:
        """Wait until no statement uses the connection."""
        await self.loaders.wait_until_idle()


Info = AnyInfo[Context, Any]
