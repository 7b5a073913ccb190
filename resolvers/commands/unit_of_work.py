"""Executes commands: unit of work, idempotency by key, and the acts that end a command, in the order of the locks."""

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
    """Writes that a command postpones until it has locked the chain: acts, marks and moves of tallies.

    `marks` are pairs: a decided appraisal, and the appraisal whose level it uses.
    """

    acts: list[ChainAct] = field(default_factory=list)
    marks: list[tuple[UUID, UUID]] = field(default_factory=list)
    moves: dict[int, list[Move]] = field(default_factory=dict)
    years_to_tally: set[int] = field(default_factory=set)
    """The years whose tallies are counted again, for every body."""

    def clear(self) -> None:
        """Drop all postponed writes."""
        self.acts.clear()
        self.marks.clear()
        self.moves.clear()
        self.years_to_tally.clear()


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """One command: its transaction, policy, actor, moment, and postponed writes."""

    connection: AsyncConnection
    policy: Policy
    actor: Actor
    at: datetime
    pending: Pending = field(default_factory=Pending)

    @classmethod
    def now(
        cls, connection: AsyncConnection, policy: Policy, actor: Actor, fixed: date
    ) -> "UnitOfWork":
        """A unit of work at the present time of a fixed day, as in a demonstration."""
        return cls(connection, policy, actor, moment(fixed))

    @property
    def today(self) -> date:
        """The day of the moment; rights are decided for this day."""
        return self.at.date()

    @property
    def person(self) -> UUID:
        """The person who acts. Raises Forbidden for a service account: only persons give commands."""
        if self.actor.person is None:
            raise Forbidden(
                vi="Chỉ người đã đăng nhập mới thực hiện được lệnh",
                en="commands are given by persons",
            )
        return self.actor.person


@dataclass(frozen=True, slots=True)
class Target:
    """The appraisal of a command, in the version that the caller saw."""

    appraisal: UUID
    version: int


Answer = Mapping[str, Any]
RECEIPT = "receipt"
"""The key of an answer for the sequence and hash of the command's last act, if the answer has them."""


class Command(ABC):
    """The request of one mutation, as a frozen dataclass with a name.

    The fields are hashed in their order for the idempotency key. Keys live as long as the database, and instances of
    two versions run side by side during an upgrade: NAME and the order of the fields of a released command must not
    change.
    """

    NAME: ClassVar[str]
    """Distinguishes the command from others with the same fields, in the hash."""
    RIGHTS_FIRST: ClassVar[bool] = False
    """Whether the command is authorized before `validate`: for validation that is expensive."""

    def validate(self, today: date) -> Self:  # noqa: ARG002 -- most commands need the day
        """The command with its texts in the stored form. Raises BadInput."""
        return self

    @abstractmethod
    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        """Refuse a caller who may not give the command, before it locks or computes anything; `execute` checks again.

        Raises:
            Problem, Refused: see resolvers/errors.py, resolvers/refusals.py.
        """

    @abstractmethod
    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        """Take the locks, check, write; returns the answer as plain data.

        Raises:
            Problem, Refused: see resolvers/errors.py, resolvers/refusals.py.
        """

    def canonical(self) -> object:
        """The whole command as plain data, from which the hash is made."""
        return [self.NAME, *parts(self)]


def parts(value: object) -> list[object]:
    """The fields of a dataclass in their order; a document is one part, any other dataclass one part for each field."""
    values: list[object] = []
    for field_ in fields(value):  # type: ignore[arg-type]  # commands and what they hold are dataclasses
        part = getattr(value, field_.name)
        if isinstance(part, DocumentReference):
            values.append(part.plain())
        elif is_dataclass(part):
            values += parts(part)
        else:
            values.append(part)
    return values


def input_hash(command: Command) -> bytes:
    """SHA-256 of the command as JSON with sorted keys."""
    plain = orjson.dumps(command.canonical(), default=str, option=orjson.OPT_SORT_KEYS)
    return sha256(plain).digest()


Listed = TypeVar("Listed", bound="ListedCommand")


@dataclass(frozen=True, slots=True)
class BatchItem(Generic[Listed]):
    """One command of a list, with its unit of work.

    The commands of a list share connection, policy, day, moment and year; each has another appraisal.
    A list needs as many statements as one command.
    """

    unit_of_work: UnitOfWork
    command: Listed


class ListedCommand(Command):
    """A command on one appraisal that can be executed for a list; a single command is a list of one."""

    target: Target

    @classmethod
    @abstractmethod
    async def execute_all(cls, items: "Sequence[BatchItem[Self]]") -> Answer:
        """As `execute`, for several appraisals: all or none."""

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        return await type(self).execute_all([BatchItem(unit_of_work, self)])


async def execute_once(unit_of_work: UnitOfWork, key: UUID | None, command: Command) -> Answer:
    """Execute a command once: the same key and command return the first answer again.

    A refusal stores nothing, not even the key. Without a key, the command is executed each time.

    Raises:
        KeyReused: the key was used with another command before.
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
    """Execute a list of commands of one class without a key: all or none.

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
    """The validated command, after its sender is authorized. A command that was answered before is not authorized again."""
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

    `seal` is called with the new head of the chain. No row that an act covers is written after that (see `ledger`).
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
    """Append acts to the chain at the end of the command."""
    unit_of_work.pending.acts.extend(done)
