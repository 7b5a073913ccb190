"""Questions of the order while an operation runs: what many appraisals or offices wait for, at once."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from strawberry.dataloader import DataLoader

from resolvers.queries import compliance, officer as officers
from resolvers.queries.compliance import WaitingCount
from resolvers.queries.precedence import standings
from rules.procedure.precedence import Standing
from schema.authorization import Authorizer
from schema.dataloaders import DataLoaders

AskedOffice = tuple[str, int]
"""The id of a rater and the rated year."""


class Orders:
    """Who comes before whom, for one request: many fields may ask at once, each statement runs once."""

    def __init__(self, loaders: DataLoaders, authorities: Authorizer) -> None:
        self.loaders, self.authorities = loaders, authorities
        self._standings: DataLoader[UUID, Standing] = loaders.loader(self._find)
        self._waiting: DataLoader[AskedOffice, WaitingCount] = loaders.loader(self._wait)

    async def standing(self, appraisal: UUID) -> Standing:
        """How far the appraisal has come, and those that come before it."""
        return await self._standings.load(appraisal)

    async def waiting(self, rater: str, year: int) -> WaitingCount:
        """How much of an office's work waits for other offices."""
        return await self._waiting.load((rater, year))

    async def _find(self, asked: list[UUID]) -> Sequence[Standing]:
        policy, day = self.authorities.policy, self.authorities.today
        few = await self.loaders.run(partial(officers.too_few, policy=policy, ids=asked, day=day))
        found = await self.loaders.run(partial(standings, ids=asked, too_few=few))
        return [found[one] for one in asked]

    async def _wait(self, asked: list[AskedOffice]) -> Sequence[WaitingCount]:
        places = await self.authorities.places()
        found: dict[AskedOffice, WaitingCount] = {}
        for year in {year for _, year in asked}:
            raters = [places.by_id[rater] for rater, of in asked if of == year]
            waiting = await self.loaders.run(
                partial(
                    compliance.waiting,
                    policy=self.authorities.policy,
                    places=places,
                    offices=raters,
                    year=year,
                )
            )
            found |= {(rater, year): one for rater, one in waiting.items()}
        return [found[one] for one in asked]
