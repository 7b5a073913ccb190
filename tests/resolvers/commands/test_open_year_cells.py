"""In which cell a party member of several is rated: that of the official membership."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories import person as persons
from rules.enums import Track
from tests.resolvers.commands.test_open_year import DAY, NEXT, opened, subjects

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("first", "second", "is_second"),
    [
        (("2019-01-01", None), ("2024-03-01", None), False),
        (("2019-01-01", None), ("2024-03-01", "2025-06-30"), False),
        (("2019-01-01", "2025-06-30"), ("2024-03-01", None), True),
        (("2019-01-01", f"{NEXT}-12-01"), (f"{NEXT}-12-01", None), True),
        (("2019-01-01", f"{NEXT}-11-30"), (f"{NEXT}-12-01", "2025-06-30"), True),
        (("2019-01-01", None), (f"{NEXT}-12-02", None), False),
    ],
    ids=["temporary", "with an end", "being left", "left on the day", "left before", "not yet"],
)
async def test_a_member_is_rated_in_the_official_cell(
    registry: AsyncConnection,
    first: tuple[str, str | None],
    second: tuple[str, str | None],
    *,
    is_second: bool,
) -> None:
    """Temporary party life in another cell does not change where a member is rated."""
    member = (await persons.holders(registry, "ht.so-y-te.pho", DAY))[0]
    delete = "DELETE FROM membership WHERE person_id = :person AND post_code IS NULL"
    await registry.execute(text(delete), {"person": member})
    cells = {"ht.so-y-te.cb": first, "ht.so-noi-vu.cb": second}
    await persons.add_memberships(
        registry,
        [
            persons.Membership(
                id=uuid4(),
                person_id=member,
                body_code=cell,
                post_code=None,
                since=date.fromisoformat(since),
                until=date.fromisoformat(until) if until else None,
            )
            for cell, (since, until) in cells.items()
        ],
    )
    await opened(registry)
    member_appraisal = (await subjects(registry, NEXT))[Track.PARTY_MEMBER, str(member)]
    assert member_appraisal.home_body_code == list(cells)[is_second]
