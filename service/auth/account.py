"""Who asks, as the registry knows it: a token may name a person who is not there."""

import time
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from db.connection.replica import Databases
from db.repositories import person as persons
from resolvers.authorization.principal import Nobody, Principal, SignedIn, Unlinked
from schema.execution.fair_queue import LoopRounds
from service.auth.identity import BadTokenError, Identity

ACCOUNTS_KEPT = 10_000
KNOWN_SECONDS = 60.0
"""So long nobody asks the database again for a person who is there: no request of such a one waits for it."""

UNKNOWN_SECONDS = 5.0
"""Whoever was just entered need not wait longer; an account that is nobody's costs a statement each time."""

UNKNOWN_IN_A_ROUND = 8
"""Tokens that are new to this worker. Each takes 0.3 ms until it is refused: a crowd of them waits for itself."""

NEVER_ASKED = False, float("-inf")


class Accounts:
    """The callers of tokens, looked up in the registry.

    In a demonstration nobody is let in as soon as a real person is there, however the token came about.
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
        self._unknown_tokens = LoopRounds(UNKNOWN_IN_A_ROUND)

    def known(self, authorization: str | None) -> Principal | None:
        """As `asking`, where nothing has to be asked, as nearly always; else None. It raises nothing."""
        caller = self._identity.known(authorization)
        if not isinstance(caller, SignedIn):
            return None
        now = self._clock()
        if self._is_demonstration and now >= self._invented_until:
            return None
        is_there, until = self._known.get(caller.person_id, NEVER_ASKED)
        return caller if is_there and now < until else None

    async def asking(self, authorization: str | None) -> Principal:
        """Who the header `Authorization` says it is; Unlinked where the registry has no such person.

        Raises:
            BadTokenError: the token is not accepted.
            UnavailableError: the database must be asked, and does not answer.
        """
        if authorization and self._identity.known(authorization) is None:
            await self._unknown_tokens.turn()
        caller = await self._identity.asking(authorization)
        if isinstance(caller, Nobody):
            return caller
        now = self._clock()
        if self._is_demonstration and now >= self._invented_until:
            await self._refuse_real_people()
        if not isinstance(caller, SignedIn):
            return caller
        is_there, until = self._known.get(caller.person_id, NEVER_ASKED)
        if now >= until:
            is_there = await self._look_up(caller.person_id)
        return caller if is_there else Unlinked(caller.person_id)

    async def _refuse_real_people(self) -> None:
        async with self._databases.transaction(writes=False) as connection:
            if await persons.any_real(connection):
                raise BadTokenError("real people in a demonstration")
        self._invented_until = self._clock() + KNOWN_SECONDS

    async def _look_up(self, person_id: UUID) -> bool:
        async with self._databases.transaction(writes=False) as connection:
            is_there = await persons.exists(connection, person_id)
        seconds = KNOWN_SECONDS if is_there else UNKNOWN_SECONDS
        self._known[person_id] = is_there, self._clock() + seconds
        self._known.move_to_end(person_id)
        if len(self._known) > ACCOUNTS_KEPT:
            self._known.popitem(last=False)
        return is_there
