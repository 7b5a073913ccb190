"""Runs the command of a mutation once for its idempotency key, and ends its transaction.

The fields of the answer are read after that: while they are, no other command waits for this one.
"""

from typing import Annotated
from uuid import UUID

import strawberry

from resolvers.authorization.subject import identifier
from resolvers.commands.command import Answer, Command
from resolvers.commands.runner import execute_alone
from resolvers.commands.unit_of_work import UnitOfWork
from resolvers.errors import Problem
from resolvers.refusals import CommandRefused
from schema.context import Info

Key = Annotated[
    strawberry.ID,
    strawberry.argument(
        description="A UUID of the sender's: repeated, it brings the first answer."
    ),
]
OptionalKey = Annotated[
    strawberry.ID | None,
    strawberry.argument(
        description="A UUID of the sender's: repeated, the command is not carried out again."
    ),
]
ExpectedVersion = Annotated[
    int | None,
    strawberry.argument(
        description="The version that the sender saw; null: the version is not checked."
    ),
]


async def execute(info: Info, key: strawberry.ID | None, command: Command) -> Answer:
    """Run the caller's command.

    Raises:
        BadInput: the key is not a UUID.
        Problem, CommandRefused: as the command does.
    """
    context = info.context
    actor = await context.authorizer.actor()
    unit_of_work = UnitOfWork(context.connection, context.policy, actor, context.at)
    try:
        return await execute_alone(unit_of_work, key_of(key), command)
    except Exception:
        await context.connection.rollback()
        raise


async def execute_untyped(info: Info, key: strawberry.ID | None, command: Command) -> Answer:
    """As `execute`, for mutations whose result has no type for a stale version or a reused key.

    Raises:
        Problem: also in place of CommandRefused, with its code.
    """
    try:
        return await execute(info, key, command)
    except CommandRefused as refused:
        problem = Problem(vi=refused.vi, en=refused.en, clause=refused.clause)
        problem.code = refused.code
        raise problem from refused


def key_of(key: strawberry.ID | None) -> UUID | None:
    """The idempotency key as a UUID. Raises BadInput if it is none."""
    return None if key is None else identifier(str(key), "idempotencyKey")
