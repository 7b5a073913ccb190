"""Looks up the person of a token in the registry, and caches the result."""

import time
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from db.connection.replica import Databases
from db.repositories import person as persons
from resolvers.authorization.principal import Nobody, Principal, SignedIn, Unlinked
from schema.execution.fair_queue import LoopRounds
from service.auth.identity import BadTokenError, Identity

ACCOUNTS_CACHED_MAX = 10_000
KNOWN_SECONDS = 60.0
"""Seconds for which a found person is not looked up again."""

UNKNOWN_SECONDS = 5.0
"""Seconds for which a missing person is not looked up again; a newly entered person waits no longer."""

UNKNOWN_PER_ROUND_MAX = 8
"""Unknown tokens checked in one round of the event loop. Refusing one takes 0.3 ms; more wait for later rounds."""

NOT_LOOKED_UP = False, float("-inf")


class Accounts:
    """The callers of tokens, looked up in the registry.

    In a demonstration every token is refused once the registry holds a real person.
    """

    def __init__(
        self,
        identity: Identity,
        databases: Databases,
        *,
        demonstration: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._identity, self._databases, self._clock = identity, databases, clock
        self._is_demonstration, self._invented_until = demonstration, float("-inf")
        self._known: OrderedDict[UUID, tuple[bool, float]] = OrderedDict()
        self._unknown_tokens = LoopRounds(UNKNOWN_PER_ROUND_MAX)

    def known_caller(self, authorization: str | None) -> Principal | None:
        """As `caller`, from the caches alone; None if a look-up is needed. It raises nothing."""
        caller = self._identity.known_caller(authorization)
        if not isinstance(caller, SignedIn):
            return None
        now = self._clock()
        if self._is_demonstration and now >= self._invented_until:
            return None
        exists, until = self._known.get(caller.person_id, NOT_LOOKED_UP)
        return caller if exists and now < until else None

    async def caller(self, authorization: str | None) -> Principal:
        """The caller by the header `Authorization`; Unlinked if the registry has no such person.

        Raises:
            BadTokenError: the token is not accepted.
            UnavailableError: the person must be looked up, and the database does not answer.
        """
        if authorization and self._identity.known_caller(authorization) is None:
            await self._unknown_tokens.turn()
        caller = await self._identity.caller_with_new_keys(authorization)
        if isinstance(caller, Nobody):
            return caller
        now = self._clock()
        if self._is_demonstration and now >= self._invented_until:
            await self._refuse_real_people()
        if not isinstance(caller, SignedIn):
            return caller
        exists, until = self._known.get(caller.person_id, NOT_LOOKED_UP)
        if now >= until:
            exists = await self._look_up(caller.person_id)
        return caller if exists else Unlinked(caller.person_id)

    async def _refuse_real_people(self) -> None:
        async with self._databases.transaction(writes=False) as connection:
            if await persons.any_real(connection):
                raise BadTokenError("real people in a demonstration")
        self._invented_until = self._clock() + KNOWN_SECONDS

    async def _look_up(self, person_id: UUID) -> bool:
        async with self._databases.transaction(writes=False) as connection:
            exists = await persons.exists(connection, person_id)
        seconds = KNOWN_SECONDS if exists else UNKNOWN_SECONDS
        self._known[person_id] = exists, self._clock() + seconds
        self._known.move_to_end(person_id)
        if len(self._known) > ACCOUNTS_CACHED_MAX:
            self._known.popitem(last=False)
        return exists
