"""A command ends in the same state by one statement as step by step."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from resolvers.commands import runner
from resolvers.verification import verify
from tests.resolvers.commands.test_exclude_and_transfer import (
    SECRETARY,
    a_member,
    exclude,
    suspended,
)

pytestmark = pytest.mark.anyio

COUNTED = "SELECT * FROM tally ORDER BY body_code, year, track"


async def excluded(connection: AsyncConnection) -> tuple[Mapping[str, Any], list[Any]]:
    """The answer of a command that changes a tally, without its receipt, and all tallies after it."""
    answer = dict(await exclude(connection, SECRETARY, await a_member(connection), suspended))
    receipt = answer.pop("receipt", None)
    if receipt is not None:
        assert receipt["sequence"] > 0
    for row in answer.get("appraisals", []):
        row.pop("changed_at")
    return answer, list(await connection.execute(text(COUNTED)))


async def test_one_statement_leaves_the_state_of_the_steps(
    registry: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list(await registry.execute(text(COUNTED)))
    ends = []
    for acts_max in (runner.ACTS_MAX, 0):
        monkeypatch.setattr(runner, "ACTS_MAX", acts_max)
        savepoint = await registry.begin_nested()
        ends.append(await excluded(registry))
        assert (await verify(registry)).findings == ()
        await savepoint.rollback()
    by_one_statement, by_steps = ends
    assert by_one_statement == by_steps
    assert by_steps[1] != before
