"""Commands as lists: the same rows and acts as one by one, the same refusals, as many statements as one."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import load_policy
from db.repositories import person as persons
from db.repositories.appraisal import Appraisal, get
from demo.authority import DAY
from demo.facts import YEAR, Described, document
from demo.loader import LATE_CELL
from resolvers.authorization.actor import actor_of, actors_of
from resolvers.authorization.principal import SignedIn
from resolvers.commands.command import BatchItem, ListedCommand, Target
from resolvers.commands.delegate import DocumentReference
from resolvers.commands.facts_completion import RecordFacts
from resolvers.commands.prepare import GiveOpinion, Propose, RateOneself, RecordReview
from resolvers.commands.remedy import PermitOutOfOrder
from resolvers.commands.runner import execute_batch, execute_once
from resolvers.commands.unit_of_work import UnitOfWork
from resolvers.errors import BadInput, NotFound, Problem
from resolvers.refusals import CommandRefused, NotCompetent, OutOfOrder, StaleVersion
from rules.editions.lookup import edition_for
from rules.enums import Level, SubjectClass, Track
from rules.procedure.precedence import Step

pytestmark = pytest.mark.anyio

POLICY = load_policy()
DEPUTY, SUPERIOR = f"{LATE_CELL}.pbt", "ht.duk.bi-thu"
MINUTES = DocumentReference("05-BB", DAY)
MEMBER = Described("a member", SubjectClass.PERSON, Track.PARTY_MEMBER, ())
FACTS = document(MEMBER, Level.COMPLETED, edition_for(YEAR), Random(1))  # noqa: S311 -- any facts do
LETTER = DocumentReference("01-CV", DAY)
ORDINARY = """
SELECT a.id FROM appraisal a
WHERE a.year = :year AND a.home_body_code = :cell AND a.track = 'PARTY_MEMBER' AND a.excluded IS NULL
  AND NOT EXISTS (SELECT FROM membership m WHERE m.person_id = a.person_id AND m.post_code IS NOT NULL)
ORDER BY a.id LIMIT :many
"""
ROWS = """
SELECT a.id, a.stage, a.version, a.self_level, a.proposed_level, a.computed_level, a.to_review,
       x.act, x.actor_person_id, x.actor_post_code, x.on_behalf_rater_id, x.level, x.clause, x.reason,
       CAST(x.payload AS text), f.version, CAST(f.document AS text), f.recorded_by, CAST(c.facts AS text), c.level
FROM appraisal a
JOIN act x ON x.sequence = (SELECT max(y.sequence) FROM act y WHERE y.appraisal_id = a.id)
LEFT JOIN facts f ON f.appraisal_id = a.id
    AND f.version = (SELECT max(g.version) FROM facts g WHERE g.appraisal_id = a.id)
LEFT JOIN computation c ON c.appraisal_id = a.id
WHERE a.id = ANY(:ids) ORDER BY a.id
"""


@pytest.fixture
async def members(registry: AsyncConnection) -> list[UUID]:
    """Some members of the cell that has done nothing yet, who hold no post."""
    bound = {"year": YEAR, "cell": LATE_CELL, "many": 5}
    return list((await registry.execute(text(ORDINARY), bound)).scalars())


async def of_post(connection: AsyncConnection, post: str) -> UnitOfWork:
    (person, *_) = await persons.holders(connection, post, DAY)
    return UnitOfWork.now(
        connection, POLICY, await actor_of(connection, SignedIn(person), DAY), DAY
    )


async def appraisal(connection: AsyncConnection, key: UUID) -> Appraisal:
    stored = await get(connection, key)
    assert stored is not None
    return stored


Make = Callable[[Target], ListedCommand]


async def commands(
    connection: AsyncConnection, ids: Sequence[UUID], make: Make, post: str | None
) -> list[BatchItem[Any]]:
    """One for each appraisal, by the holder of a post, or by its own subject."""
    unit_of_work = await of_post(connection, post or DEPUTY)
    every = [await appraisal(connection, key) for key in ids]
    people = [appraisal_.person_id for appraisal_ in every if appraisal_.person_id]
    actors = await actors_of(connection, people, DAY)
    return [
        BatchItem(
            unit_of_work
            if post or appraisal_.person_id is None
            else UnitOfWork(connection, POLICY, actors[appraisal_.person_id], unit_of_work.at),
            make(Target(appraisal_.id, appraisal_.version)),
        )
        for appraisal_ in every
    ]


def review(target: Target) -> RecordReview:
    return RecordReview(target, LATE_CELL, DAY, "0.5", MINUTES)


def propose(target: Target) -> Propose:
    return Propose(target, Level.GOOD, "Nhận xét")


# In the order of the year, so that each finds its subjects ready for it.
STEPS: tuple[tuple[Make, str | None], ...] = (
    (review, DEPUTY),
    (lambda target: RecordFacts(target, FACTS), DEPUTY),
    (lambda target: RateOneself(target, Level.GOOD, "Nhận xét"), None),
    (propose, DEPUTY),
    (lambda target: GiveOpinion(target, "Nhất trí"), f"{LATE_CELL}.bi-thu"),
    (lambda target: PermitOutOfOrder(target, Step.RATE, "Thiên tai", LETTER), SUPERIOR),
)


async def rows(connection: AsyncConnection, ids: Sequence[UUID]) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await connection.execute(text(ROWS), {"ids": list(ids)})]


@contextmanager
def counted(connection: AsyncConnection) -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    sent: list[str] = []

    def note(*words: object) -> None:
        sent.append(str(words[2]))

    event.listen(connection.sync_connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection.sync_connection, "before_cursor_execute", note)


async def test_a_list_is_what_its_commands_are_one_by_one_and_costs_what_one_does(
    registry: AsyncConnection, members: list[UUID]
) -> None:
    for make, post in STEPS:
        every = await commands(registry, members, make, post)
        kind = type(every[0].command)
        async with registry.begin_nested() as tried:
            for item in every:
                await execute_once(item.unit_of_work, uuid4(), item.command)
            one_by_one = await rows(registry, members)
            await tried.rollback()
        costs = []
        for many in (1, len(members)):
            async with registry.begin_nested() as tried:
                with counted(registry) as sent:
                    await execute_batch(every[:many])
                costs.append(len(sent))
                await tried.rollback()
        assert costs[0] == costs[1], kind
        await execute_batch(every)
        assert await rows(registry, members) == one_by_one, kind


async def refusal(awaited: Awaitable[object]) -> type[Exception]:
    with pytest.raises((CommandRefused, Problem)) as caught:
        await awaited
    return type(caught.value)


async def test_one_command_that_is_refused_refuses_its_list(
    registry: AsyncConnection, members: list[UUID]
) -> None:
    before = "SELECT count(*) FROM act"
    acts = (await registry.execute(text(before))).scalar_one()
    every = await commands(registry, members, review, DEPUTY)
    last = every[-1]
    officer, command = last.unit_of_work, last.command
    stranger = await of_post(registry, "ht.so-y-te.truong")
    for bad, kind in (
        (BatchItem(officer, review(Target(command.target.appraisal, 99))), StaleVersion),
        (BatchItem(officer, review(Target(uuid4(), 1))), NotFound),
        (BatchItem(stranger, command), NotCompetent),
        (BatchItem(officer, replace(command, place="ht.nowhere")), NotFound),
        (BatchItem(officer, replace(command, days="none")), BadInput),
    ):
        assert await refusal(execute_batch([*every[:-1], bad])) is kind
    proposals = await commands(registry, members, propose, DEPUTY)
    assert await refusal(execute_batch(proposals)) is OutOfOrder
    assert (await registry.execute(text(before))).scalar_one() == acts


async def test_actors_of_many_are_each_what_one_is(
    registry: AsyncConnection, members: list[UUID]
) -> None:
    posts = (DEPUTY, SUPERIOR, "ht.ubnd.ct", "ht.so-y-te.truong", "ht.ban-to-chuc-tu.truong")
    people = [(await persons.holders(registry, post, DAY))[0] for post in posts]
    member = (await appraisal(registry, members[0])).person_id
    assert member is not None
    people.append(member)
    actors = await actors_of(registry, people, DAY)
    assert list(actors) == people
    for person, actor in actors.items():
        assert actor == await actor_of(registry, SignedIn(person), DAY)
