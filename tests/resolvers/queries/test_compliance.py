"""The compliance list counts the subjects of each office, and names the offices that it waits for."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import Policy, load_policy, policy_of
from db.json_sql.relation import PageWindow, fetch, order_values
from db.relations.compliance import every
from db.repositories import appraisal as appraisals
from demo.authority import authorities_of
from demo.facts import YEAR
from resolvers.queries import compliance
from resolvers.queries.authority import all_places

pytestmark = pytest.mark.anyio

POLICY = load_policy()
TODAY = date(2023, 12, 11)
STANDING_COMMITTEE, PANEL = "provincial_standing_committee", "panel_6_2_3"


async def listed(
    connection: AsyncConnection, today: date = TODAY, policy: Policy = POLICY
) -> list[Any]:
    """The whole list, page after page."""
    places = await all_places(connection)
    offices = compliance.offices_of(policy, places.rows)
    link, bound = every(offices), {**offices.bound(YEAR), "today": today}
    office_rows: list[Any] = []
    after = None
    while True:
        (page,) = await fetch(connection, link, [(YEAR,)], bound, PageWindow(20, after))
        office_rows += page[:20]
        if len(page) <= 20:
            return office_rows
        after = order_values(link, page[19])


async def waiting(connection: AsyncConnection, *raters: str) -> dict[str, tuple[int, list[str]]]:
    places = await all_places(connection)
    offices = [places.by_id[count] for count in raters]
    count_of = await compliance.waiting(connection, POLICY, places, offices, YEAR)
    return {
        rater: (count.appraisals, [office["id"] for office in count.offices])
        for rater, count in count_of.items()
    }


async def test_the_counts_are_those_of_each_subject_s_authority(registry: AsyncConnection) -> None:
    every = await appraisals.of_year(registry, YEAR)
    authorities = await authorities_of(registry, POLICY, every)
    to_rate: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    late: Counter[str] = Counter()
    days: dict[str, int] = {}
    for appraisal in every:
        if appraisal.id not in authorities or appraisal.excluded:
            continue
        rater = authorities[appraisal.id].place["id"]
        to_rate[rater] += 1
        decided[rater] += appraisal.level is not None
        days.setdefault(rater, 0)
        if appraisal.level is None and appraisal.due and appraisal.due < TODAY:
            late[rater] += 1
            days[rater] = max(days[rater], (TODAY - appraisal.due).days)
    office_rows = {row["rater_id"]: row for row in await listed(registry)}
    assert office_rows.keys() == to_rate.keys()
    for rater, row in office_rows.items():
        counted = (to_rate[rater], decided[rater], late[rater], days[rater])
        assert (row["to_rate"], row["decided"], row["late"], row["days_late"]) == counted, rater
    assert any(late.values())


async def test_the_latest_come_first_then_by_name(registry: AsyncConnection) -> None:
    office_rows = await listed(registry, date(2024, 1, 10))
    order = [(-row["days_late"], row["sort_key"], row["rater_id"]) for row in office_rows]
    assert order == sorted(order)
    assert len(set(order)) == len(order) > 100
    assert office_rows[0]["days_late"] > office_rows[-1]["days_late"] == 0
    assert all(row["days_late"] == 0 for row in await listed(registry, date(2023, 11, 30)))


async def test_the_list_follows_the_policy(registry: AsyncConnection) -> None:
    """A second way to the same subjects is counted once; a row that is gone takes them along."""
    more = policy_of(f"{POLICY.text}\np, direct_superior, rate, any, province, allow, QĐ124:Đ13.3")
    before = {row["rater_id"]: row["to_rate"] for row in await listed(registry)}
    after = {row["rater_id"]: row["to_rate"] for row in await listed(registry, policy=more)}
    assert after[STANDING_COMMITTEE] > before[STANDING_COMMITTEE]
    (every,) = (
        await registry.execute(text("SELECT count(*) FROM appraisal WHERE year = 2023"))
    ).scalars()
    assert after[STANDING_COMMITTEE] <= every
    cells = [line for line in POLICY.text.splitlines() if not line.startswith("p, grassroots_cell")]
    without = {
        row["rater_id"] for row in await listed(registry, policy=policy_of("\n".join(cells)))
    }
    assert without == {one for one in before if not one.startswith("grassroots_cell")}


async def test_an_office_waits_for_others_and_not_for_itself(registry: AsyncConnection) -> None:
    counts = await waiting(registry, STANDING_COMMITTEE, PANEL, "grassroots_cell@ht.so-tnmt.cb")
    many, offices = counts[STANDING_COMMITTEE]
    assert many > 0
    assert PANEL in offices
    assert STANDING_COMMITTEE not in offices
    # Deputies wait for the leadership of their departments, which the panel rates too; three of them for
    # their review in the late cell, and for that of their head.
    assert counts[PANEL] == (3, [STANDING_COMMITTEE, "grassroots_cell@ht.so-tnmt.cb"])
    assert counts["grassroots_cell@ht.so-tnmt.cb"] == (0, [])


DISTRICT = "district_standing_committee@ht.thach-ha"


async def decide_the_district_s_standing_committee(connection: AsyncConnection) -> None:
    decided = """UPDATE appraisal SET stage = 'DECIDED', level = 'GOOD', decided_on = '2023-12-10',
        rater_id = 'provincial_standing_committee', clause = 'HD01:6.1'
        WHERE year = 2023 AND body_code = 'ht.thach-ha.btv'"""
    await connection.execute(text(decided))


async def test_a_district_waits_for_its_standing_committee_s_rater(
    registry: AsyncConnection,
) -> None:
    many, offices = (await waiting(registry, DISTRICT))[DISTRICT]
    assert many > 0
    assert offices == [STANDING_COMMITTEE]
    await decide_the_district_s_standing_committee(registry)
    assert (await waiting(registry, DISTRICT))[DISTRICT] == (0, [])


async def test_a_subject_without_a_rater_is_waited_for_at_its_appraising_office(
    registry: AsyncConnection,
) -> None:
    """Of the centrally managed the province's part is the appraisal (HD01:6.1:+)."""
    await decide_the_district_s_standing_committee(registry)
    back = """UPDATE appraisal SET stage = 'NOT_STARTED' WHERE year = 2023 AND track = 'OFFICIAL'
        AND post_code IN ('ht.thach-ha.bi-thu', 'ht.thach-ha.uv-btv')"""
    members = (await registry.execute(text(back))).rowcount - 1
    managed = "INSERT INTO post_class VALUES ('ht.thach-ha.bi-thu', 'centrally_managed')"
    await registry.execute(text(managed))
    assert (await waiting(registry, DISTRICT))[DISTRICT] == (members, [STANDING_COMMITTEE])
