"""Order of the acts for one operation: looks up in batches what appraisals and offices wait for."""

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

OfficeYear = tuple[str, int]
"""The id of a rater and the rated year."""


class Orders:
    """Answers what comes before what, for one request. Concurrent questions of many fields share one statement."""

    def __init__(self, loaders: DataLoaders, authorizer: Authorizer) -> None:
        self.loaders, self.authorizer = loaders, authorizer
        self._standings: DataLoader[UUID, Standing] = loaders.loader(self._find)
        self._waiting: DataLoader[OfficeYear, WaitingCount] = loaders.loader(self._wait)

    async def standing(self, appraisal: UUID) -> Standing:
        """The step that the appraisal has reached, and the appraisals that come before it."""
        return await self._standings.load(appraisal)

    async def waiting(self, rater: str, year: int) -> WaitingCount:
        """How many of an office's appraisals wait for other offices, and for which."""
        return await self._waiting.load((rater, year))

    async def _find(self, appraisal_ids: list[UUID]) -> Sequence[Standing]:
        policy, day = self.authorizer.policy, self.authorizer.today
        few = await self.loaders.run(
            partial(officers.too_few, policy=policy, ids=appraisal_ids, day=day)
        )
        standings_by_id = await self.loaders.run(partial(standings, ids=appraisal_ids, too_few=few))
        return [standings_by_id[appraisal_id] for appraisal_id in appraisal_ids]

    async def _wait(self, offices_and_years: list[OfficeYear]) -> Sequence[WaitingCount]:
        places = await self.authorizer.places()
        counts: dict[OfficeYear, WaitingCount] = {}
        for year in {year for _, year in offices_and_years}:
            raters = [
                places.by_id[rater]
                for rater, office_year in offices_and_years
                if office_year == year
            ]
            waiting = await self.loaders.run(
                partial(
                    compliance.waiting,
                    policy=self.authorizer.policy,
                    places=places,
                    offices=raters,
                    year=year,
                )
            )
            counts |= {(rater, year): count for rater, count in waiting.items()}
        return [counts[office_and_year] for office_and_year in offices_and_years]
