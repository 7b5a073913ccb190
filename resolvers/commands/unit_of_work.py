"""A command while it runs: who acts, when, by which policy; its key; how it ends: by its acts, in the order of the locks."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any, ClassVar, Generic, Self, TypeVar
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import Policy
from db.connection import lock as locks
from db.repositories import (
    act as acts,
    appraisal as appraisals,
    command as commands,
    ledger,
    tally as tallies,
)
from db.repositories.act import ChainAct, ChainHead
from db.repositories.tally import Move
from resolvers.authorization.actor import Actor
from resolvers.clock import moment
from resolvers.errors import Forbidden
from resolvers.refusals import KeyReused
from resolvers.values import DocumentReference


@dataclass(slots=True)
class Pending:
    """What a command does last, once it holds the chain: its acts, marks and moves of tallies.

    `marks` are pairs: a decided appraisal, and the one whose level it rests on.
    """

    acts: list[ChainAct] = field(default_factory=list)
    marks: list[tuple[UUID, UUID]] = field(default_factory=list)
    moves: dict[int, list[Move]] = field(default_factory=dict)
    years_to_tally: set[int] = field(default_factory=set)
    """Whose tallies are counted anew, of every body."""

    def clear(self) -> None:
        """Nothing is left to do."""
        self.acts.clear()
        self.marks.clear()
        self.moves.clear()
        self.years_to_tally.clear()


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """One command: its transaction, who acts at which moment, by which policy, what it will do last."""

    connection: AsyncConnection
    policy: Policy
    actor: Actor
    at: datetime
    pending: Pending = field(default_factory=Pending)

    @classmethod
    def now(
        cls, connection: AsyncConnection, policy: Policy, actor: Actor, fixed: date
    ) -> "UnitOfWork":
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


Answer = Mapping[str, Any]
RECEIPT = "receipt"
"""Where an answer keeps the sequence and hash of the command's last act, if it says them."""


class Command(ABC):
    """What one request asks for: a frozen dataclass for each mutation, with its name.

    The order of the fields is the order in which they are hashed for the idempotency key. Keys live as long as the
    database, and instances of two versions run side by side during an upgrade: neither NAME nor a field of a released
    command may change its place.
    """

    NAME: ClassVar[str]
    """By which the command is told from others with the same fields, in the hash."""
    RIGHTS_FIRST: ClassVar[bool] = False
    """Whether rights come before `validate`: where it is much work that a stranger should not cause."""

    def validate(self, today: date) -> Self:  # noqa: ARG002 -- most commands need the day
        """The command with its texts as they are stored. Raises BadInput."""
        return self

    @abstractmethod
    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        """Refuse early who may not give the command, before it locks or computes anything; under its locks it is judged again.

        Raises:
            Problem, Refused: see resolvers/errors.py, resolvers/refusals.py.
        """

    @abstractmethod
    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        """Take the locks, check, write; the answer is plain data.

        Raises:
            Problem, Refused: see resolvers/errors.py, resolvers/refusals.py.
        """

    def canonical(self) -> object:
        """The whole command as plain data, which is hashed."""
        return [self.NAME, *parts(self)]


def parts(value: object) -> list[object]:
    """The fields of a dataclass in their order; a paper is one part, another dataclass is as many as it has fields."""
    found: list[object] = []
    for field_ in fields(value):  # type: ignore[arg-type]  # commands and what they hold are dataclasses
        part = getattr(value, field_.name)
        if isinstance(part, DocumentReference):
            found.append(part.plain())
        elif is_dataclass(part):
            found += parts(part)
        else:
            found.append(part)
    return found


def input_hash(command: Command) -> bytes:
    """SHA-256 of the command as JSON with sorted keys."""
    plain = orjson.dumps(command.canonical(), default=str, option=orjson.OPT_SORT_KEYS)
    return sha256(plain).digest()


Listed = TypeVar("Listed", bound="ListedCommand")


@dataclass(frozen=True, slots=True)
class BatchItem(Generic[Listed]):
    """One command of a list, and who gives it.

    The commands of a list share connection, policy, day, moment and year; each is on another appraisal.
    A list costs as many statements as one command.
    """

    unit_of_work: UnitOfWork
    command: Listed


class ListedCommand(Command):
    """A command on one appraisal that has a form for lists, of which the single command is the case of one."""

    target: Target

    @classmethod
    @abstractmethod
    async def execute_all(cls, items: "Sequence[BatchItem[Self]]") -> Answer:
        """As `execute`, of several appraisals: all or none."""

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        return await type(self).execute_all([BatchItem(unit_of_work, self)])


async def execute_once(unit_of_work: UnitOfWork, key: UUID | None, command: Command) -> Answer:
    """Carry out a command once: the same key and command bring the first answer again.

    A refusal leaves nothing behind, not the key either. Without a key it is carried out each time.

    Raises:
        KeyReused: the key came with another command before.
        Problem, Refused: what the command raises.
    """
    connection = unit_of_work.connection
    with locks.command(connection):
        command = await _admitted(unit_of_work, key, command)
        async with connection.begin_nested():
            if key is None:
                answer = await command.execute(unit_of_work)
                await _finish(unit_of_work)
                return answer
            return await _execute_with_key(unit_of_work, key, command)


async def execute_batch(items: Sequence[BatchItem[Listed]]) -> Answer:
    """Carry out a list of commands of one class that no key guards: all or none.

    Raises:
        Problem, Refused: what the commands raise.
    """
    unit_of_work = items[0].unit_of_work
    valid = [
        replace(item, command=item.command.validate(item.unit_of_work.today)) for item in items
    ]
    with locks.command(unit_of_work.connection):
        answer = await type(valid[0].command).execute_all(valid)
        await _finish(unit_of_work)
    return answer


async def _admitted(unit_of_work: UnitOfWork, key: UUID | None, command: Command) -> Command:
    """The command as it is stored, once its giver may give it at all. What was answered is answered again, whatever the rights are by now."""
    if not command.RIGHTS_FIRST:
        command = command.validate(unit_of_work.today)
    if key is None or not await commands.is_known(
        unit_of_work.connection, unit_of_work.person, key
    ):
        await command.authorize(unit_of_work)
    return command.validate(unit_of_work.today) if command.RIGHTS_FIRST else command


async def _execute_with_key(unit_of_work: UnitOfWork, key: UUID, command: Command) -> Answer:
    connection, person, digest = unit_of_work.connection, unit_of_work.person, input_hash(command)
    first = await commands.begin(connection, person, key, digest, unit_of_work.at)
    if first is not None:
        if first.input_hash != digest:
            raise KeyReused
        return first.answer
    answer = dict(await command.execute(unit_of_work))
    await commands.answer(connection, person, key, answer)

    async def seal(head: ChainHead) -> None:
        if RECEIPT in answer:
            answer[RECEIPT] = {"sequence": head.sequence, "hash": head.hash.hex()}
            await commands.answer(connection, person, key, answer)

    await _finish(unit_of_work, seal)
    return answer


async def _finish(
    unit_of_work: UnitOfWork, seal: Callable[[ChainHead], Awaitable[None]] | None = None
) -> None:
    """Append the acts of a command, which cover every row that it wrote.

    `seal` is told the chain's new head. Nothing else that an act covers is written later (see `ledger`).
    """
    connection, pending = unit_of_work.connection, unit_of_work.pending
    head = await acts.lock_chain(connection)
    await appraisals.add_marks(connection, pending.marks, head.sequence + len(pending.acts))
    head = await acts.add_acts(connection, pending.acts, head)
    if seal is not None:
        await seal(head)
    await ledger.take_up(connection, head.sequence)
    for year, moves in pending.moves.items():
        await tallies.move(connection, year, moves)
    for year in sorted(pending.years_to_tally):
        await tallies.recompute(connection, year)
    pending.clear()


def append(unit_of_work: UnitOfWork, done: Sequence[ChainAct]) -> None:
    """Have the command append acts to the chain, as the last that it does."""
    unit_of_work.pending.acts.extend(done)
