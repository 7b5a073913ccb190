"""The active policy in memory: read from the database, and again when another one becomes active."""

import asyncio
from typing import NoReturn

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from authz.policy_file import Policy, PolicyError
from db.connection.engine import transaction
from db.connection.notification import listen
from db.errors import UnavailableError
from db.repositories.policy import CHANNEL
from resolvers.authorization.policy import active_policy
from resolvers.errors import Problem

log = structlog.get_logger()

RETRY_SECONDS = 5


class CurrentPolicy:
    """The active policy, as this instance last read it.

    It may be outdated for a moment; a command locks and compares it (`resolvers/authorization/policy.py: hold`).
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._policy: Policy | None = None
        self._reading = asyncio.Lock()

    async def get(self) -> Policy:
        """The policy; the first call reads it. Raises as `reload` does."""
        return self._policy or await self.reload()

    async def reload(self) -> Policy:
        """Read the active policy; if that fails, the former one stays.

        Raises:
            UnavailableError: the database does not answer.
            NotFound: there is no active policy.
            PolicyError: it has words that this version does not know.
        """
        # One read at a time, so that an older answer never replaces a newer one.
        async with self._reading:
            async with transaction(self._engine) as connection:
                policy = await active_policy(connection)
            if policy is not self._policy:
                log.info("policy_active", revision=policy.revision)
            self._policy = policy
            return policy


async def follow(policy: CurrentPolicy, url: str, retry_seconds: float = RETRY_SECONDS) -> NoReturn:
    """Reload at every notification and at each new connection; errors are logged, and the connection is retried."""
    while True:
        try:
            await listen(url, CHANNEL, policy.reload)
        except (UnavailableError, PolicyError, Problem) as fault:
            log.warning("policy_not_followed", reason=str(fault))
        await asyncio.sleep(retry_seconds)
