"""The base classes of commands: the request of one mutation, alone or in a list."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any, ClassVar, Generic, Self, TypeVar
from uuid import UUID

from db.connection.driver import Read
from resolvers.commands.unit_of_work import UnitOfWork
from resolvers.values import DocumentReference


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

    LOCKS_KEY: ClassVar[bool] = False
    """Whether `execute` locks the key together with its rows, by `lock_rows`; else the runner locks it before."""

    @property
    def appraisals(self) -> Collection[UUID]:
        """The appraisals that `authorize` asks about, which are read in one round trip before it; may be empty."""
        return ()

    @property
    def early_reads(self) -> Sequence[Read]:
        """Further statements that are read together with `appraisals`."""
        return ()

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

    LOCKS_KEY = True
    target: Target

    @property
    def appraisals(self) -> Collection[UUID]:
        return (self.target.appraisal,)

    @classmethod
    @abstractmethod
    async def execute_all(cls, items: "Sequence[BatchItem[Self]]") -> Answer:
        """As `execute`, for several appraisals: all or none."""

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        return await type(self).execute_all([BatchItem(unit_of_work, self)])
