"""What every field may use while one operation runs."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection
from strawberry.types import Info as AnyInfo

from authz.reading import Policy
from resolvers.callers import Caller
from schema.deciding import Authorities
from schema.loading import Loaders
from schema.ordering import Orders


class Transactions(Protocol):
    """Opens the one transaction of a request; the edge commits it (docs/decisions/0003)."""

    def __call__(self) -> AbstractAsyncContextManager[AsyncConnection]: ...


@dataclass
class Context:
    """One request: who asks, on which day, by which policy, in which language."""

    caller: Caller
    today: date
    policy: Policy
    language: str
    transactions: Transactions
    _loaders: Loaders | None = field(default=None, init=False)
    _authorities: Authorities | None = field(default=None, init=False)
    _orders: Orders | None = field(default=None, init=False)

    @property
    def loaders(self) -> Loaders:
        if self._loaders is None:
            raise RuntimeError("no operation is running: the transaction is not open")
        return self._loaders

    @property
    def authorities(self) -> Authorities:
        if self._authorities is None:
            self._authorities = Authorities(self.loaders, self.policy, self.caller, self.today)
        return self._authorities

    @property
    def orders(self) -> Orders:
        if self._orders is None:
            self._orders = Orders(self.loaders, self.authorities)
        return self._orders

    @property
    def connection(self) -> AsyncConnection:
        return self.loaders.connection

    def begin(self, connection: AsyncConnection) -> None:
        self._loaders = Loaders(connection)


Info = AnyInfo[Context, Any]
