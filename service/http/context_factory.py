"""Creates the context of each request: caller, policy, time, language, and access to the databases."""

from collections.abc import Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection.deployment import cursor_secret
from db.connection.replica import Databases
from resolvers.authorization.principal import Nobody, Principal, ServiceAccount, SignedIn, Unlinked
from resolvers.clock import moment
from schema.context import Context
from schema.execution.fair_queue import CallerTurns
from service.auth.account import Accounts
from service.auth.policy import CurrentPolicy
from service.auth.rate_limit import Budget
from service.http.language import language_of

READS_PER_CALLER_MAX = 4
"""Concurrent long statements of one caller, of a worker's 20 connections; further ones wait."""


class Contexts:
    """The factory of contexts, called with the headers of a request."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of the service
        self,
        databases: Databases,
        accounts: Accounts,
        policy: CurrentPolicy,
        fixed_day: date | None,
        budget: Budget,
        sdl: str | None = None,
    ) -> None:
        self.databases, self.accounts, self.policy = databases, accounts, policy
        self.fixed_day, self.budget, self.sdl = fixed_day, budget, sdl
        self._secret: bytes | None = None
        self._is_read_by_plans, self._reads = (
            bool(databases.read_pools),
            CallerTurns(READS_PER_CALLER_MAX),
        )

    async def __call__(self, headers: Mapping[str, str]) -> Context:
        """The context of a request with these headers.

        Raises:
            BadTokenError: the token is not accepted.
            UnavailableError: the caller or the policy must be read, and the database does not answer.
        """
        authorization = headers.get("authorization")
        caller = self.accounts.known_caller(authorization) or await self.accounts.caller(
            authorization
        )
        client = client_of(caller)
        return Context(
            caller=caller,
            at=moment(self.fixed_day),
            policy=await self.policy.get(),
            language=language_of(headers.get("accept-language")),
            transactions=self._transactions,
            cursor_secret=self._secret or await self._cursor_secret(),
            read=partial(self._read, client) if self._is_read_by_plans else None,
            sdl=self.sdl,
            charge=partial(self.budget.charge, client),
            client=client,
        )

    def _read(
        self, client: str, sql: str, values: Sequence[object], *, batched: bool = False
    ) -> Coroutine[Any, Any, bytes | None]:
        """As `Databases.text`; at most READS_PER_CALLER_MAX long statements of one caller run concurrently."""
        if batched:
            return self.databases.text(sql, values, batched=True)
        return self._read_in_turn(client, sql, values)

    async def _read_in_turn(self, client: str, sql: str, values: Sequence[object]) -> bytes | None:
        async with self._reads.turn(client):
            return await self.databases.text(sql, values)

    async def _cursor_secret(self) -> bytes:
        """Read the secret once; it never changes. Raises UnavailableError."""
        async with self.databases.transaction(writes=False) as connection:
            self._secret = await cursor_secret(connection)
        return self._secret

    def _transactions(self, *, writes: bool = True) -> AbstractAsyncContextManager[AsyncConnection]:
        return self.databases.transaction(writes=writes)


def client_of(caller: Principal) -> str:
    """The key of the caller's budget and share; all callers without sign-in share one."""
    match caller:
        case SignedIn():
            return str(caller.person_id)
        case Nobody():
            return "nobody"
        case ServiceAccount():
            return f"service:{caller.name}"
        case Unlinked():
            return "unlinked"
