"""Runs commands: once for each key, and with the acts that end a command, in the order of the locks."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from uuid import UUID

import orjson

from db.connection import lock as locks
from db.repositories import (
    act as acts,
    appraisal as appraisals,
    command as commands,
    ledger,
    tally as tallies,
)
from db.repositories.act import ChainHead
from db.repositories.command_end import end_command
from resolvers.commands.command import RECEIPT, Answer, BatchItem, Command, Listed
from resolvers.commands.unit_of_work import UnitOfWork
from resolvers.refusals import KeyReused

ACTS_MAX = 1_000
"""Acts that one statement appends; more are copied."""


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
    head = await _finish(unit_of_work, (person, key))
    if RECEIPT in answer:
        answer[RECEIPT] = commands.receipt(head)
    return answer


async def _finish(unit_of_work: UnitOfWork, sent: tuple[UUID, UUID] | None = None) -> ChainHead:
    """Append the acts of a command, which cover every row that it wrote; returns the new head of the chain.

    `sent` is the sender and the key whose stored answer gets the receipt. No row that an act covers is written after
    that (see `ledger`).
    """
    connection, pending = unit_of_work.connection, unit_of_work.pending
    if pending.marks or pending.years_to_tally or len(pending.acts) > ACTS_MAX:
        head = await _finish_step_by_step(unit_of_work, sent)
    else:
        head = await end_command(connection, pending.acts, pending.moves, sent)
    pending.clear()
    return head


async def _finish_step_by_step(
    unit_of_work: UnitOfWork, sent: tuple[UUID, UUID] | None
) -> ChainHead:
    """As `end_command`, with the locks held for several statements: a mark names its act, so its row waits for the chain."""
    connection, pending = unit_of_work.connection, unit_of_work.pending
    head = await acts.lock_chain(connection)
    await appraisals.add_marks(connection, pending.marks, head.sequence + len(pending.acts))
    head = await acts.add_acts(connection, pending.acts, head)
    if sent is not None:
        await commands.put_receipt(connection, *sent, head)
    await ledger.take_up(connection, head.sequence)
    for year, moves in pending.moves.items():
        await tallies.move(connection, year, moves)
    for year in sorted(pending.years_to_tally):
        await tallies.recompute(connection, year)
    return head


def input_hash(command: Command) -> bytes:
    """SHA-256 of the command as JSON with sorted keys."""
    plain = orjson.dumps(command.canonical(), default=str, option=orjson.OPT_SORT_KEYS)
    return sha256(plain).digest()
