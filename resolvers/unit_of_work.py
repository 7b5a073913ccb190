"""A command while it runs: who acts, when, by which policy; its key; how it ends: by its acts, in the order of the locks."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.reading import Policy
from db import acts, appraisals, commands, ledger, tallies
from db.acts import Act, Head
from db.tallies import Move
from resolvers.actors import Actor
from resolvers.errors import Forbidden
from resolvers.moments import moment
from resolvers.refusals import (
    KeyReused,
)


@dataclass(slots=True)
class Pending:
    """What a command does last, once it holds the chain: its acts, marks and moves of tallies.

    `marks` are pairs: a decided appraisal, and the one whose level it rests on.
    """

    acts: list[Act] = field(default_factory=list)
    marks: list[tuple[UUID, UUID]] = field(default_factory=list)
    moves: dict[int, list[Move]] = field(default_factory=dict)

    def clear(self) -> None:
        """Nothing is left to do."""
        self.acts.clear()
        self.marks.clear()
        self.moves.clear()


@dataclass(frozen=True, slots=True)
class Acting:
    """One command: its transaction, who acts at which moment, by which policy, what it will do last."""

    connection: AsyncConnection
    policy: Policy
    actor: Actor
    at: datetime
    pending: Pending = field(default_factory=Pending)

    @classmethod
    def now(
        cls, connection: AsyncConnection, policy: Policy, actor: Actor, fixed: date
    ) -> "Acting":
        """At this time of a day that is fixed, as in a demonstration."""
        return cls(connection, policy, actor, moment(fixed))

    @property
    def today(self) -> date:
        """The day of the moment, by which rights are judged."""
        return self.at.date()

    @property
    def person(self) -> UUID:
        """Who acts. Raises Forbidden for a service account: commands are given by persons."""
        if self.actor.person is None:
            raise Forbidden(
                vi="Chỉ người đã đăng nhập mới thực hiện được lệnh",
                en="commands are given by persons",
            )
        return self.actor.person


@dataclass(frozen=True, slots=True)
class Target:
    """The appraisal that a command is about, in the version that the caller saw."""

    appraisal: UUID
    version: int


Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Command(Generic[Content]):
    """One command of a list: who gives it, on which appraisal, and what it says.

    The commands of a list share connection, policy, day, moment and year; each is on another appraisal.
    A list costs as many statements as one command.
    """

    acting: Acting
    target: Target
    content: Content


Answer = Mapping[str, Any]
RECEIPT = "receipt"
"""Where an answer keeps the sequence and hash of the command's last act, if it says them."""


async def once(
    acting: Acting, key: UUID, given: object, work: Callable[[], Awaitable[Answer]]
) -> Answer:
    """Carry out a command once: the same key and input bring the first answer again.

    `given` is the whole input as plain data. A refusal leaves nothing behind, not the key either.

    Raises:
        KeyReused: the key came with another input before.
    """
    digest = sha256(orjson.dumps(given, default=str, option=orjson.OPT_SORT_KEYS)).digest()
    async with acting.connection.begin_nested():
        first = await commands.begin(acting.connection, acting.person, key, digest, acting.at)
        if first is not None:
            if first.input_hash != digest:
                raise KeyReused
            return first.answer
        answer = dict(await work())
        await commands.answer(acting.connection, acting.person, key, answer)

        async def seal(head: Head) -> None:
            if RECEIPT in answer:
                answer[RECEIPT] = {"sequence": head.sequence, "hash": head.hash.hex()}
                await commands.answer(acting.connection, acting.person, key, answer)

        await _finish(acting, seal)
        return answer


async def carry_out(
    commands: Sequence[Command[Content]],
    work: Callable[[Sequence[Command[Content]]], Awaitable[Answer]],
) -> Answer:
    """Carry out a list of commands that no key guards: all or none. Raises what the commands raise."""
    answer = await work(commands)
    await _finish(commands[0].acting)
    return answer


async def _finish(acting: Acting, seal: Callable[[Head], Awaitable[None]] | None = None) -> None:
    """Append the acts of a command, which cover every row that it wrote.

    `seal` is told the chain's new head. Nothing else that an act covers is written later (see `ledger`).
    """
    connection, pending = acting.connection, acting.pending
    head = await acts.lock_chain(connection)
    await appraisals.add_marks(connection, pending.marks, head.sequence + len(pending.acts))
    head = await acts.add_acts(connection, pending.acts, head)
    if seal is not None:
        await seal(head)
    await ledger.take_up(connection, head.sequence)
    for year, moves in pending.moves.items():
        await tallies.move(connection, year, moves)
    pending.clear()


async def is_repeated(acting: Acting, key: UUID) -> bool:
    """Whether the command was carried out before: it has its answer, whatever the rights are by now."""
    return await commands.is_known(acting.connection, acting.person, key)


def append(acting: Acting, done: Sequence[Act]) -> None:
    """Have the command append acts to the chain, as the last that it does."""
    acting.pending.acts.extend(done)
