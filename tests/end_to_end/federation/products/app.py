"""The products behind our own door, in front of the database at DATABASE_URL."""

import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from strawberry.schema import Schema

from db.connection.engine import connect
from db.connection.read_pool import ReadPool
from schema.execution.graph_engine import Answer, RequestContext
from service.headers import Headers
from service.http.disconnection import WhileConnected
from service.http.graphql_endpoint import Endpoint, MakeContext
from service.http.graphql_request import Params, RequestHead
from tests.end_to_end.federation.products.context import OpenContext
from tests.end_to_end.federation.products.graph import schema

PLAN, CORE = "plan", "graphql-core"


class CountingEndpoint(Endpoint):
    """Counts the root fields by the component that answered."""

    def __init__(self, schema: Schema, contexts: MakeContext) -> None:
        super().__init__(schema, contexts)
        self.answered: Counter[tuple[str, str]] = Counter()

    async def run(  # noqa: PLR0913, PLR0917 - as there
        self,
        params: Params,
        text: str,
        context: RequestContext,
        answer: Answer,
        head: RequestHead,
        client: WhileConnected,
    ) -> None:
        await super().run(params, text, context, answer, head, client)
        for name, value in (answer.data or {}).items():
            by = PLAN if isinstance(value, orjson.Fragment) else CORE
            self.answered[name, by] += 1

    async def counts(self, _: Request) -> JSONResponse:
        collected: dict[str, dict[str, int]] = {}
        for (name, by), count in self.answered.items():
            collected.setdefault(name, {PLAN: 0, CORE: 0})[by] = count
        return JSONResponse(collected)


class ContextFactory:
    """The context of each request, as long as the database is open."""

    engine: AsyncEngine
    reader: ReadPool

    async def __call__(self, _: Headers) -> OpenContext:
        return OpenContext(self.engine, self.reader.text)

    @asynccontextmanager
    async def opened(self, _: Starlette) -> AsyncIterator[None]:
        url = os.environ["DATABASE_URL"]
        self.engine, self.reader = await connect(url), ReadPool(url)
        yield
        await self.reader.close()
        await self.engine.dispose()


contexts = ContextFactory()
endpoint = CountingEndpoint(schema, contexts)
app = Starlette(
    routes=[
        Route("/", endpoint, methods=["POST"]),
        Route("/answered", endpoint.counts),
    ],
    lifespan=contexts.opened,
)
