"""What a command reads in one round trip is what the single statements read, for every appraisal of the demonstration."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories import appraisal as appraisals
from resolvers.authorization.subject import find
from resolvers.commands.base import subject_key
from resolvers.commands.situation import early_situation, locked_situation
from resolvers.queries.precedence import standings

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("year", [2022, 2023])
async def test_a_situation_is_what_single_statements_read(
    registry: AsyncConnection, year: int
) -> None:
    rows = await appraisals.of_year(registry, year)
    ids = [row.id for row in rows]
    early, is_known = await early_situation(registry, ids, None, ())
    locked = await locked_situation(registry, ids, early, ())
    alone = await locked_situation(registry, ids, None, ())
    assert not is_known
    assert early.standings is None
    assert locked == alone
    assert list(locked.appraisals.values()) == rows
    assert locked.cycle is not None
    assert locked.cycle.year == year
    subjects = await find(registry, [subject_key(row) for row in rows], year)
    assert [_sorted(locked.subjects[row.id]) for row in rows] == [
        _sorted(subject) for subject in subjects
    ]
    assert locked.standings == await standings(registry, ids)
    assert len(ids) > 500


def _sorted(subject: object) -> tuple[object, ...]:
    holdings = sorted(map(repr, subject.holdings))  # type: ignore[attr-defined]  # in no order of their own
    rest = [
        getattr(subject, name)
        for name in ("key", "track", "superiors", "managed_from", "proposers", "year_is_over")
    ]
    return (*rest, holdings)


async def test_a_class_that_changes_before_the_lock_is_seen(registry: AsyncConnection) -> None:
    """The reasons to wait are those of the locked appraisal, though others were known before."""
    row = (
        await registry.execute(
            text("SELECT id FROM appraisal WHERE year = 2023 AND track = 'OFFICIAL' LIMIT 1")
        )
    ).one()
    early, _ = await early_situation(registry, [row.id], None, ())
    other = text(
        "SELECT id FROM appraisal WHERE year = 2023 AND track = 'BODY' AND id <> :id LIMIT 1"
    )
    body = (await registry.execute(other, {"id": row.id})).scalar_one()
    locked = await locked_situation(registry, [body], early, ())
    assert locked.standings == await standings(registry, [body])
