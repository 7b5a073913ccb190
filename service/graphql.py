"""GraphQL over HTTP: the request becomes a context, the answer is JSON by orjson."""

from contextlib import AbstractAsyncContextManager
from datetime import date, datetime

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from db.engine import transaction
from resolvers.moments import VIETNAM
from schema.context import Context
from schema.graph import schema
from service.identity import Identity
from service.language import language_of
from service.policies import CurrentPolicy


def day(fixed: date | None) -> date:
    """Today in Việt Nam, or the day on which a demonstration stands still."""
    return fixed or datetime.now(VIETNAM).date()


class Endpoint(GraphQL[Context, None]):
    """`POST /graphql`: one operation, one context."""

    def __init__(
        self,
        engine: AsyncEngine,
        identity: Identity,
        policy: CurrentPolicy,
        fixed_day: date | None,
    ) -> None:
        super().__init__(
            schema, graphql_ide=None, allow_queries_via_get=False, subscription_protocols=()
        )
        self.engine, self.identity, self.policy = engine, identity, policy
        self.fixed_day = fixed_day

    async def get_context(
        self,
        request: Request | WebSocket,
        response: Response | WebSocket,  # noqa: ARG002 - the name is the library's
    ) -> Context:
        """Who asks, on which day, in which language.

        Raises:
            BadTokenError: the token is not accepted; the application answers 401.
            UnavailableError: no policy was read yet, and the database does not answer.
        """
        return Context(
            caller=self.identity.caller(request.headers.get("authorization")),
            today=day(self.fixed_day),
            policy=await self.policy.get(),
            language=language_of(request.headers.get("accept-language")),
            transactions=self._transactions,
        )

    def _transactions(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return transaction(self.engine)

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)
