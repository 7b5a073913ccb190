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
from db.repositories.command import FirstAnswer
from db.repositories.command_end import end_and_commit, end_command
from db.repositories.command_write import SentKey, write_command
from resolvers.commands.appraisal_lock import AnsweredBefore
from resolvers.commands.command import RECEIPT, Answer, BatchItem, Command, Listed
from resolvers.commands.situation import early_situation
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
    async with unit_of_work.connection.begin_nested():
        return await _execute_locked(unit_of_work, key, command)


async def execute_alone(unit_of_work: UnitOfWork, key: UUID | None, command: Command) -> Answer:
    """As `execute_once`, as the whole of a transaction, which is committed.

    After a refusal the caller rolls it back: a savepoint would be two more round trips. Raises as `execute_once`.
    """
    unit_of_work.pending.commits = True
    answer = await _execute_locked(unit_of_work, key, command)
    if unit_of_work.pending.commits:  # the command did not end by the statement that commits
        await unit_of_work.connection.commit()
    return answer


async def _execute_locked(unit_of_work: UnitOfWork, key: UUID | None, command: Command) -> Answer:
    with locks.command(unit_of_work.connection):
        command = await _admitted(unit_of_work, key, command)
        try:
            return await _execute(unit_of_work, key, command)
        except AnsweredBefore as before:
            return _first_answer(before.first, input_hash(command))


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
        await _finish(unit_of_work, None, None)
    return answer


async def _admitted(unit_of_work: UnitOfWork, key: UUID | None, command: Command) -> Command:
    """The validated command, after its sender is authorized. A command that was answered before is not authorized again."""
    if not command.RIGHTS_FIRST:
        command = command.validate(unit_of_work.today)
    if not await _is_known(unit_of_work, key, command):
        await command.authorize(unit_of_work)
    return command.validate(unit_of_work.today) if command.RIGHTS_FIRST else command


async def _is_known(unit_of_work: UnitOfWork, key: UUID | None, command: Command) -> bool:
    """Whether the key was taken before; reads the command's appraisals in the same round trip."""
    connection = unit_of_work.connection
    if command.appraisals:
        sent = None if key is None else (unit_of_work.person, key)
        unit_of_work.known.early, is_known = await early_situation(
            connection, command.appraisals, sent, command.early_reads
        )
        return is_known
    return key is not None and await commands.is_known(connection, unit_of_work.person, key)


async def _execute(unit_of_work: UnitOfWork, key: UUID | None, command: Command) -> Answer:
    """Raises AnsweredBefore: the key was taken before."""
    if key is None:
        answer = await command.execute(unit_of_work)
        await _finish(unit_of_work, None, None)
        return answer
    sent = SentKey(unit_of_work.person, key, input_hash(command), unit_of_work.at)
    if command.LOCKS_KEY:
        unit_of_work.known.key = sent
    else:
        first = await commands.begin(
            unit_of_work.connection, sent.person, key, sent.input_hash, sent.at
        )
        if first is not None:
            raise AnsweredBefore(first)
    answer = dict(await command.execute(unit_of_work))
    assert unit_of_work.known.key is None, "the command did not lock its key"  # noqa: S101 -- `LOCKS_KEY`
    head = await _finish(unit_of_work, sent, answer)
    if RECEIPT in answer:
        connection = unit_of_work.connection
        answer[RECEIPT] = (
            await commands.receipt_of(connection, sent.person, key)
            if head is None
            else commands.receipt(head)
        )
    return answer


def _first_answer(first: FirstAnswer, digest: bytes) -> Answer:
    """The answer to the same command. Raises KeyReused: the first command was another one."""
    if first.input_hash != digest:
        raise KeyReused
    return first.answer


async def _finish(
    unit_of_work: UnitOfWork, sent: SentKey | None, answer: Answer | None
) -> ChainHead | None:
    """Write the rows of a command and its acts, which cover every row that it wrote; returns the new head of the chain.

    Where the unit of work commits, so does this in its last statement, if it can; then it returns None, and
    `pending.commits` is false. `sent` is the key whose stored answer gets the receipt. No row that an act covers is written after that (see `ledger`).
    """
    connection, pending = unit_of_work.connection, unit_of_work.pending
    proved = {act.appraisal_id for act in pending.acts if act.appraisal_id}
    proofs = await write_command(connection, pending.rows, proved, sent, answer)
    of_answer = (sent.person, sent.key) if sent else None
    if pending.marks or pending.years_to_tally or len(pending.acts) > ACTS_MAX:
        head: ChainHead | None = await _finish_step_by_step(unit_of_work, of_answer)
    elif pending.commits:
        await end_and_commit(connection, pending.acts, pending.moves, of_answer, proofs)
        head, pending.commits = None, False
    else:
        head = await end_command(connection, pending.acts, pending.moves, of_answer, proofs)
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
