"""The context of a request to the products: their database, without authorization."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine
from strawberry.types import Info as AnyInfo

from db.connection.engine import transaction
from schema.dataloaders import DataLoaders
from schema.operation.prepared_operation import Prepared
from schema.read import Read


@dataclass
class OpenContext:
    """A caller with every right. Plans read by `read`; without it, graphql-core answers everything."""

    engine: AsyncEngine
    read: Read | None
    language: str = "en"
    actor: str = "nobody"
    client: str = "nobody"
    stream: object = None
    loaders: DataLoaders = field(init=False)

    def admit(self, prepared: Prepared) -> None: ...

    def charge(self, cost: int) -> None: ...

    @asynccontextmanager
    async def operation(self, *, command: bool) -> AsyncIterator[None]:  # noqa: ARG002 - there are none
        async with transaction(self.engine) as connection:
            self.loaders = DataLoaders(connection)
            yield

    async def wait_until_idle(self) -> None:
        await self.loaders.wait_until_idle()


Info = AnyInfo[OpenContext, Any]
