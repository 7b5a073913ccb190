"""The unit of work of one command: its transaction, policy, actor, moment, and the writes that it postpones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import Policy
from db.repositories.act import ChainAct
from db.repositories.command_write import RowsToWrite, SentKey
from db.repositories.tally import Move
from resolvers.authorization.actor import Actor
from resolvers.clock import moment
from resolvers.commands.situation import Situation
from resolvers.errors import Forbidden


@dataclass(slots=True)
class Pending:
    """Writes that a command postpones: rows until its end, and acts, marks and moves of tallies until the chain is locked.

    `marks` are pairs: a decided appraisal, and the appraisal whose level it uses.
    """

    rows: RowsToWrite = field(default_factory=RowsToWrite)
    acts: list[ChainAct] = field(default_factory=list)
    marks: list[tuple[UUID, UUID]] = field(default_factory=list)
    moves: dict[int, list[Move]] = field(default_factory=dict)
    years_to_tally: set[int] = field(default_factory=set)
    """The years whose tallies are counted again, for every body."""
    commits: bool = False
    """Whether the end of the command is to commit the transaction, and has not yet."""

    def clear(self) -> None:
        """Drop all postponed writes."""
        self.rows.clear()
        self.acts.clear()
        self.marks.clear()
        self.moves.clear()
        self.years_to_tally.clear()


@dataclass(slots=True)
class Known:
    """What a command has read of its appraisals, and its key until that is locked.

    `early` was read before anything was locked, `locked` after its appraisals were locked. Each lock of appraisals
    drops both, as they may have changed while it waited.
    """

    key: SentKey | None = None
    early: Situation | None = None
    locked: Situation | None = None

    @property
    def situation(self) -> Situation | None:
        """The latest that is known: of locked appraisals, or of those that the sender is authorized for."""
        return self.locked or self.early

    def forget(self) -> None:
        """Drop what was read."""
        self.early = self.locked = None


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """One command: its transaction, policy, actor, moment, what it knows, and its postponed writes."""

    connection: AsyncConnection
    policy: Policy
    actor: Actor
    at: datetime
    pending: Pending = field(default_factory=Pending)
    known: Known = field(default_factory=Known)

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


def append(unit_of_work: UnitOfWork, done: Sequence[ChainAct]) -> None:
    """Append acts to the chain at the end of the command."""
    unit_of_work.pending.acts.extend(done)
