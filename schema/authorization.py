"""Authorization for one operation: looks the caller up once, and subjects in batches."""

import asyncio
from collections.abc import Sequence
from datetime import date
from functools import lru_cache, partial

from strawberry.dataloader import DataLoader

from authz.policy_file import Policy
from db.facade import Permitted, Subject
from resolvers.authorization import actor as actors
from resolvers.authorization.actor import Actor, Permission, permitted, without_roles
from resolvers.authorization.explanation import forbidden
from resolvers.authorization.principal import Principal
from resolvers.authorization.subject import SubjectKey, find
from resolvers.errors import Problem, refuse_bad_year
from resolvers.queries import authority
from resolvers.queries.authority import Places, RaterCompetence
from rules.enums import Act
from schema.dataloaders import DataLoaders

CALLERS_CACHED_MAX = 10_000

SubjectYear = tuple[SubjectKey, int]
"""A subject and the rated year."""


@lru_cache(CALLERS_CACHED_MAX)
def sees_every_level(policy: Policy, caller: Principal) -> bool:
    """Whether the caller may read all levels, whatever its posts are; needs no database.

    Cached by the identity of the policy object.
    """
    return permitted(policy, without_roles(caller), Act.READ_LEVEL) is None


class Authorizer:
    """Answers who may do what, for one request. Concurrent questions of many fields share one statement."""

    def __init__(
        self, loaders: DataLoaders, policy: Policy, caller: Principal, today: date
    ) -> None:
        self.loaders, self.policy, self.caller, self.today = loaders, policy, caller, today
        self._subjects: DataLoader[SubjectYear, Subject | Problem] = loaders.loader(self._find)
        self._places_of: DataLoader[Subject, Places] = loaders.loader(self._find_places)
        self._actor: asyncio.Future[Actor] | None = None
        self._places: asyncio.Future[Places] | None = None

    def know(self, actor: Actor) -> None:
        """The caller was read already."""
        self._actor = asyncio.get_running_loop().create_future()
        self._actor.set_result(actor)

    async def actor(self) -> Actor:
        """The caller with the posts held on the day of the request."""
        if self._actor is None:
            self._actor = asyncio.ensure_future(
                self.loaders.run(lambda open_: actors.actor_of(open_, self.caller, self.today))
            )
        return await asyncio.shield(self._actor)

    async def subject(self, key: SubjectKey, year: int) -> Subject:
        """The subject with its classes in the year. Raises NotFound, BadInput."""
        refuse_bad_year(year)
        subject = await self._subjects.load((key, year))
        if isinstance(subject, Problem):
            raise subject
        return subject

    async def may(self, act: Act, key: SubjectKey, year: int) -> Permission:
        """Whether the caller may do the act to the subject. Raises NotFound."""
        subject = await self.subject(key, year)
        return actors.permission(self.policy, await self.actor(), act, subject)

    @property
    def sees_every_level(self) -> bool:
        """Whether the caller may see all levels, whatever its posts are."""
        return sees_every_level(self.policy, self.caller)

    async def guard_level(self, key: SubjectKey, year: int) -> None:
        """Raises Forbidden unless the caller may see the level of the subject (QĐ124:Đ15.2)."""
        if not self.sees_every_level:
            await self.guard(Act.READ_LEVEL, key, year)

    async def levels(self) -> Permitted | None:
        """The subjects whose level the caller may read, as a condition for lists; None means all of them."""
        if self.sees_every_level:
            return None
        return permitted(self.policy, await self.actor(), Act.READ_LEVEL)

    async def guard_file(self, key: SubjectKey, year: int) -> None:
        """Raises Forbidden unless the caller may read the file of the subject (QĐ124:Đ15.2, Đ17)."""
        await self.guard(Act.READ_FILE, key, year)

    async def guard(self, act: Act, key: SubjectKey, year: int) -> None:
        """Raises Forbidden, with the clause that would allow it, unless the caller may do the act."""
        decision = (await self.may(act, key, year)).decision
        if not decision.allowed:
            raise forbidden(decision)

    async def authority(self, key: SubjectKey, year: int) -> list[RaterCompetence]:
        """Who has each act over the subject. Raises NotFound."""
        subject = await self.subject(key, year)
        places = await self._places_of.load(subject)
        return [authority.competence(self.policy, places, act, subject) for act in Act]

    async def competence(self, act: Act, key: SubjectKey, year: int) -> RaterCompetence:
        """Who has one act over the subject. Raises NotFound."""
        subject = await self.subject(key, year)
        places = await self._places_of.load(subject)
        return authority.competence(self.policy, places, act, subject)

    async def places(self) -> Places:
        """Every rater at its place."""
        if self._places is None:
            self._places = asyncio.ensure_future(self.loaders.run(authority.all_places))
        return await asyncio.shield(self._places)

    async def _find_places(self, subjects: list[Subject]) -> Sequence[Places]:
        places = await self.loaders.run(partial(authority.places_of, subjects=subjects))
        return [places] * len(subjects)

    async def _find(self, keys_and_years: list[SubjectYear]) -> Sequence[Subject | Problem]:
        subjects_by_key: dict[SubjectYear, Subject | Problem] = {}
        for year in {year for _, year in keys_and_years}:
            keys = [key for key, key_year in keys_and_years if key_year == year]
            subjects = await self.loaders.run(partial(find, keys=keys, year=year))
            subjects_by_key |= {
                (key, year): subject for key, subject in zip(keys, subjects, strict=True)
            }
        return [subjects_by_key[key_and_year] for key_and_year in keys_and_years]
