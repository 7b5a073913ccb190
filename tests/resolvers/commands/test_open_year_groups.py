"""Who is opened gets a peer group: of the list, or with the others of the same rater and class (QĐ124:Đ12.1.4)."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories import person as persons
from demo.authority import authorities_of
from demo.facts import YEAR
from resolvers.commands.open_year import SupplementYear
from resolvers.commands.runner import execute_once
from rules.enums import Track
from tests.resolvers.commands.test_open_year import (
    DAY,
    NEXT,
    OTHERS_OF_6_1,
    PAPER,
    POLICY,
    acting,
    opened,
    payload,
    subjects,
)

pytestmark = pytest.mark.anyio


async def test_a_group_that_is_new_gets_its_name_and_its_quota(registry: AsyncConnection) -> None:
    group = "members-of:ht.thach-ha"
    for statement in (
        "UPDATE appraisal SET peer_group_code = NULL WHERE peer_group_code = :group",
        "DELETE FROM quota WHERE peer_group_code = :group",
        "DELETE FROM peer_group WHERE code = :group",
    ):
        await registry.execute(text(statement), {"group": group})
    await opened(registry)
    statement = """
        SELECT g.name, g.track, q.not_rated FROM peer_group g
        JOIN quota q ON q.peer_group_code = g.code AND q.year = :year WHERE g.code = :group
    """
    row = (await registry.execute(text(statement), {"year": NEXT, "group": group})).one()
    assert "Thạch Hà" in row.name
    assert row.track == Track.OFFICIAL
    assert row.not_rated > 0


async def test_every_subject_with_a_class_has_a_group_from_any_post(
    registry: AsyncConnection,
) -> None:
    """A class may be that of a lower post, or of one that was left within the year."""
    left = (await persons.holders(registry, "ht.so-y-te.pho", DAY))[0]
    to = "UPDATE membership SET until = '2024-06-30' WHERE person_id = :person AND post_code = 'ht.so-y-te.pho'"
    await registry.execute(text(to), {"person": left})
    joined = persons.Membership(
        id=uuid4(),
        person_id=left,
        body_code="ht.ubkt-tu",
        post_code="ht.ubkt-tu.uv",
        since=date(2024, 7, 1),
    )
    await persons.add_memberships(registry, [joined])
    await opened(registry)
    by_subject = await subjects(registry, NEXT)
    assert by_subject[Track.OFFICIAL, str(left)].post_code == "ht.ubkt-tu.uv"
    assert by_subject[Track.OFFICIAL, str(left)].peer_group_code == "departments.deputies"
    (head,) = await persons.holders(registry, "ht.thach-ha.btc.truong", DAY)
    appraisal = by_subject[Track.OFFICIAL, str(head)]
    assert (appraisal.post_code, appraisal.peer_group_code) == (
        "ht.thach-ha.btc.truong",
        "members-of:ht.thach-ha",
    )
    authorities = await authorities_of(registry, POLICY, list(by_subject.values()))
    assert [
        appraisal
        for appraisal in by_subject.values()
        if appraisal.id in authorities and not appraisal.peer_group_code
    ] == []


@pytest.mark.parametrize("transferred", [False, True])
async def test_a_post_left_by_a_transfer_gives_no_group_and_no_class(
    registry: AsyncConnection, *, transferred: bool
) -> None:
    """Rated where the highest post is held after it (QĐ124:Đ7.2.3), by its rater, among its peers."""
    member = (await persons.holders(registry, "ht.so-y-te.pho", DAY))[0]
    leave = """UPDATE membership SET until = '2024-06-30', transferred = :transferred
        WHERE person_id = :person AND post_code = 'ht.so-y-te.pho'"""
    await registry.execute(text(leave), {"person": member, "transferred": transferred})
    joined = persons.Membership(
        id=uuid4(),
        person_id=member,
        body_code="ht.ubkt-tu",
        post_code="ht.ubkt-tu.uv",
        since=date(2024, 6, 30),
    )
    await persons.add_memberships(registry, [joined])
    await opened(registry)
    by_subject = await subjects(registry, NEXT)
    of_post = {
        appraisal.peer_group_code
        for appraisal in by_subject.values()
        if appraisal.post_code == "ht.ubkt-tu.uv" and appraisal.person_id != member
    }
    own = by_subject[Track.OFFICIAL, str(member)].peer_group_code
    assert {own} == (of_post if transferred else {"departments.deputies"})
    assert "departments.deputies" not in of_post


YEARS = range(2021, 2026)
STAYS = """
INSERT INTO membership (id, person_id, body_code, post_code, since, until, transferred)
SELECT gen_random_uuid(), m.person_id, m.body_code, m.post_code, CAST(s AS date), CAST(u AS date), t
FROM (SELECT * FROM membership WHERE post_code = 'ht.so-y-te.pho' LIMIT 1) m
CROSS JOIN unnest(ARRAY['2021-12-31', '2022-01-01', '2022-12-31']) s
CROSS JOIN unnest(ARRAY[NULL, '2022-12-31', '2023-01-01', '2023-12-31', '2024-01-01']) u
CROSS JOIN unnest(ARRAY[false, true]) t
WHERE u IS NOT NULL OR NOT t
"""
OTHERWISE = """
SELECT m.since, m.until, m.transferred FROM membership m
WHERE m.post_code IS NOT NULL AND ({counts}) <> EXISTS (
    SELECT FROM official_standing k WHERE k.person_id = m.person_id AND k.post_code = m.post_code
    AND k.since = m.since AND k.until IS NOT DISTINCT FROM CASE WHEN m.transferred
        THEN make_date(CAST(extract(year FROM m.until) AS integer) - 1, 12, 31) ELSE m.until END
    AND k.since <= {last} AND (k.until IS NULL OR k.until >= {first}))
"""


async def test_the_statements_and_the_views_count_the_same_posts_in_a_year(
    registry: AsyncConnection,
) -> None:
    await registry.execute(text(STAYS))
    for year in YEARS:
        first, last = f"DATE '{year}-01-01'", f"DATE '{year}-12-31'"
        counts = persons.held_in_year(first, last)
        statement = OTHERWISE.format(counts=counts, first=first, last=last)
        assert (await registry.execute(text(statement))).all() == [], year


async def test_a_supplement_gives_groups_to_subjects_of_an_older_version_without_one(
    registry: AsyncConnection,
) -> None:
    """With their levels: the group that is over its quota by them is marked, and nothing is decided."""
    group = "members-of:ht.thach-ha"
    excellent = """UPDATE appraisal SET peer_group_code = NULL, level = 'EXCELLENT', stage = 'DECIDED',
        decided_on = '2023-12-05', rater_id = 'district_standing_committee@ht.thach-ha', clause = 'HD01:6.2.4',
        document_number = '1', document_date = '2023-12-05'
        WHERE year = :year AND post_code = 'ht.thach-ha.ubnd.pct'"""
    await registry.execute(text(excellent), {"year": YEAR})
    await registry.execute(
        text("UPDATE appraisal SET peer_group_code = NULL WHERE body_code = 'ht.btv'")
    )
    await execute_once(
        await acting(registry, day=date(YEAR, 12, 10)), uuid4(), SupplementYear(YEAR, PAPER)
    )
    assert (await payload(registry))["grouped"] == 3
    by_subject = await subjects(registry, YEAR)
    levels = [
        appraisal.level
        for appraisal in by_subject.values()
        if appraisal.post_code == "ht.thach-ha.ubnd.pct"
    ]
    assert levels == ["EXCELLENT", "EXCELLENT"]
    groups = {
        appraisal.peer_group_code
        for appraisal in by_subject.values()
        if appraisal.post_code == "ht.thach-ha.ubnd.pct"
    }
    assert groups == {group}
    assert by_subject[Track.BODY, "ht.btv"].peer_group_code == OTHERS_OF_6_1
    marked = (
        "SELECT excellent, over_quota FROM quota WHERE year = :year AND peer_group_code = :group"
    )
    row = (await registry.execute(text(marked), {"year": YEAR, "group": group})).one()
    assert tuple(row) == (2, True)
