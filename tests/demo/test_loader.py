"""The demonstration is complete and lawful: every post held, every level, every story."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import load_policy
from db.repositories import (
    act as acts,
    appraisal as appraisals,
    person as persons,
    subject as subjects,
    verification,
)
from demo.authority import authorities_of
from demo.database import load_demonstration
from demo.facts import YEAR
from demo.loader import DECIDED_LATE, HISTORY, LATE_CELL
from demo.year_start import MOVED
from resolvers import computation
from rules.editions.lookup import edition_for
from rules.enums import ComputedLevel, Level, Stage, Track

pytestmark = pytest.mark.anyio

DAY = date(2023, 12, 11)
ABOUT_THE_CHAIR = "QĐ124:Đ13"
"""By which clause another member records what is decided about the chair."""
LATER_FAULT = "QĐ124:Đ15.3"
"""By which clause an authority rates again for a fault of the year before (QĐ124:Đ12.4.5)."""


async def column(connection: AsyncConnection, statement: str) -> list[object]:
    return list((await connection.execute(text(statement))).scalars())


async def test_all_persons_are_invented_and_every_seat_is_held(registry: AsyncConnection) -> None:
    assert await column(registry, "SELECT 1 FROM person WHERE NOT is_invented") == []
    assert not await persons.any_real(registry)
    held = """
        SELECT p.code FROM post p
        LEFT JOIN membership m ON m.post_code = p.code AND m.since <= '2023-12-11'
              AND (m.until IS NULL OR m.until >= '2023-12-11')
        WHERE p.source <> 'demonstration'
        GROUP BY p.code, p.seats HAVING count(m.id) < p.seats
    """
    assert await column(registry, held) == []
    (seats,) = await column(registry, "SELECT sum(seats) FROM post WHERE source <> 'demonstration'")
    assert seats == 531


async def test_about_two_thousand_members_in_a_cell_of_each_organisation(
    registry: AsyncConnection,
) -> None:
    (cells,) = await column(registry, "SELECT count(*) FROM body WHERE kind = 'PARTY_CELL'")
    assert cells == 97
    (members,) = await column(
        registry, "SELECT count(DISTINCT person_id) FROM membership WHERE post_code IS NULL"
    )
    assert members == 2000


async def test_every_level_appears_and_the_text_once_determines_none(
    registry: AsyncConnection,
) -> None:
    of_year = await appraisals.of_year(registry, YEAR)
    for track in (Track.OFFICIAL, Track.PARTY_MEMBER):
        computed = {one.computed_level for one in of_year if one.track == track}
        assert computed >= {str(level) for level in ComputedLevel}, track
        decided = {one.level for one in of_year if one.track == track}
        assert decided >= {str(level) for level in Level}, track
    waiting = [one for one in of_year if one.computed_level is None]
    assert waiting
    stages = {one.stage for one in of_year}
    assert {Stage.NOT_STARTED, Stage.PROPOSED, Stage.DECIDED} <= stages


async def test_no_decision_lacks_a_rater_or_exceeds_the_computed_level(
    registry: AsyncConnection,
) -> None:
    every = await appraisals.of_year(registry, YEAR) + await appraisals.of_year(registry, HISTORY)
    authorities = await authorities_of(registry, load_policy(), every)
    for appraisal in every:
        if appraisal.level is None or (appraisal.person_id, appraisal.year) == (MOVED, HISTORY):
            continue
        assert appraisal.rater_id == authorities[appraisal.id].place["id"]
        assert appraisal.clause in {authorities[appraisal.id].clause, LATER_FAULT, ABOUT_THE_CHAIR}
        if appraisal.year == YEAR:
            assert appraisal.computed_level in {str(level) for level in Level}
            assert Level(str(appraisal.computed_level)).reaches(Level(appraisal.level))
            assert appraisal.level == appraisal.computed_level or appraisal.reason
    assert sum(appraisal.clause == LATER_FAULT for appraisal in every) == 1
    history = [
        appraisal
        for appraisal in every
        if appraisal.year == HISTORY and appraisal.id in authorities
    ]
    assert all(appraisal.stage == Stage.DECIDED for appraisal in history)
    assert all(appraisal.computed_level is None for appraisal in history)


async def test_the_managed_are_never_decided(registry: AsyncConnection) -> None:
    codes = ["ht.bi-thu", "ht.pbt-tt", "ht.hdnd.ct", "ht.ubnd.ct"]
    holders: list[UUID] = [
        holder for code in codes for holder in await persons.holders(registry, code, DAY)
    ]
    assert len(set(holders)) == 4
    of_year = await appraisals.of_year(registry, YEAR)
    mine = [
        holder
        for holder in of_year
        if holder.person_id in holders and holder.track == Track.OFFICIAL
    ]
    assert len(mine) == 4
    assert all(holder.level is None for holder in mine)


async def test_quotas_hold_and_one_is_nearly_full(registry: AsyncConnection) -> None:
    over = """SELECT peer_group_code FROM quota
              WHERE excellent * share_whole > base * share_part + share_rest OR over_quota"""
    assert await column(registry, over) == []
    near = """SELECT (base * share_part + share_rest) / share_whole - excellent FROM quota
              WHERE year = 2023 AND peer_group_code = 'departments.deputies'"""
    assert await column(registry, near) == [1]


COUNTED = """
SELECT a.id, a.year, a.peer_group_code, count(q.year) AS groups FROM appraisal a
LEFT JOIN quota q ON q.peer_group_code = a.peer_group_code AND q.year = a.year
WHERE a.level = 'EXCELLENT' GROUP BY a.id
"""


async def test_every_excellent_is_counted_in_exactly_one_group(registry: AsyncConnection) -> None:
    """In every track and year the counters sum to the subjects, each counted once (QĐ124:Đ12.1.4)."""
    assert await column(registry, f"SELECT id FROM ({COUNTED}) c WHERE groups <> 1") == []
    sums = f"""SELECT c.year || ': ' || count(*) || ' of ' || (SELECT sum(q.excellent) FROM quota q WHERE q.year = c.year)
        FROM ({COUNTED}) c GROUP BY c.year ORDER BY c.year"""
    of_years = [str(one).split(" ")[1:] for one in await column(registry, sums)]
    assert len(of_years) == 2
    assert all(decided == counted for decided, _, counted in of_years)
    assert all(int(decided) > 50 for decided, *_ in of_years)
    for year in (HISTORY, YEAR):
        assert await verification.other_quotas(registry, year, edition_for(YEAR).quota) == []
    assert (await computation.recompute(registry, YEAR)).differences == ()


async def test_the_stories(registry: AsyncConnection) -> None:
    levels = "SELECT computed_level FROM appraisal WHERE year = 2023 AND body_code = '{}'"
    assert await column(registry, levels.format("ht.so-xay-dung.tt")) == ["NOT_COMPLETED"]
    assert await column(registry, levels.format("ht.so-gtvt.tt")) == ["GOOD"]
    moved = """SELECT post_code FROM membership WHERE person_id =
        (SELECT person_id FROM membership WHERE until = '2023-06-30') ORDER BY since, post_code"""
    posts = [code for code in await column(registry, moved) if code]
    assert posts == ["ht.so-noi-vu.pho", "ht.so-tu-phap.pho"]
    late = f"""SELECT DISTINCT stage FROM appraisal WHERE year = 2023 AND track = 'PARTY_MEMBER'
        AND home_body_code = '{LATE_CELL}' AND due < '2023-12-11'"""
    assert await column(registry, late) == ["NOT_STARTED"]
    (deputy,) = [
        holder
        for holder in await persons.holders(registry, "ht.ban-to-chuc-tu.pho", DAY)
        if holder in await persons.holders(registry, "ht.tuv", DAY)
    ]
    (subject,) = await subjects.persons(registry, [deputy], YEAR, Track.OFFICIAL)
    assert subject
    assert subject.classes >= {"party_agency_deputy", "provincial_committee_member"}


async def test_tallies_and_quotas_are_what_a_count_says(registry: AsyncConnection) -> None:
    for year in (HISTORY, YEAR):
        before = await column(registry, "SELECT t::text FROM tally t ORDER BY 1")
        await computation.recount(registry, year, edition_for(YEAR))
        assert await column(registry, "SELECT t::text FROM tally t ORDER BY 1") == before


async def test_the_chain_of_acts_is_whole(registry: AsyncConnection) -> None:
    assert await acts.first_broken(registry) is None
    (decided,) = await column(registry, "SELECT count(*) FROM appraisal WHERE level IS NOT NULL")
    standing = """SELECT count(*) FILTER (WHERE act = 'rate') - count(*) FILTER (WHERE act = 'annul')
                  FROM act"""
    assert await column(registry, standing) == [decided]


async def test_computing_again_changes_nothing(registry: AsyncConnection) -> None:
    before = "SELECT c.appraisal_id, c.level, c.findings::text FROM computation c ORDER BY 1"
    first = (await registry.execute(text(before))).all()
    judged = await computation.compute(registry, YEAR, datetime(2023, 12, 11, 1, tzinfo=UTC))
    assert judged == len(first)
    assert (await registry.execute(text(before))).all() == first


async def test_loading_a_second_time_changes_nothing(registry: AsyncConnection) -> None:
    versions = "SELECT md5(string_agg(a::text, '' ORDER BY id)) FROM appraisal a"
    before = await column(registry, versions)
    await load_demonstration(registry)
    assert await column(registry, versions) == before


async def test_recomputing_from_stored_facts_finds_no_difference_and_any_that_is_made(
    registry: AsyncConnection,
) -> None:
    differences = await computation.recompute(registry, YEAR)
    assert differences.differences == ()
    assert differences.subjects > 2000
    await registry.execute(
        text(
            "UPDATE computation SET level = 'GOOD' WHERE level = 'UNDETERMINED' AND appraisal_id = "
            "(SELECT min(appraisal_id::text)::uuid FROM computation WHERE level = 'UNDETERMINED')"
        )
    )
    (difference,) = (await computation.recompute(registry, YEAR)).differences
    assert (difference.stored, difference.computed) == ("GOOD", "UNDETERMINED")


WITHOUT_ACT = {
    "a level": """SELECT a.id FROM appraisal a WHERE a.level IS NOT NULL AND NOT EXISTS (
        SELECT FROM act x WHERE x.appraisal_id = a.id AND x.act = 'rate' AND x.level = a.level)""",
    "a self-rating": """SELECT a.id FROM appraisal a WHERE a.self_level IS NOT NULL AND NOT EXISTS (
        SELECT FROM act x WHERE x.appraisal_id = a.id AND x.act = 'self_rate' AND x.level = a.self_level)""",
    "a proposal": """SELECT a.id FROM appraisal a WHERE a.proposed_level IS NOT NULL AND NOT EXISTS (
        SELECT FROM act x WHERE x.appraisal_id = a.id AND x.act = 'appraise' AND x.level = a.proposed_level)""",
    "a review": """SELECT a.id FROM appraisal a WHERE a.year = 2023 AND a.stage <> 'NOT_STARTED'
        AND NOT EXISTS (SELECT FROM act x WHERE x.appraisal_id = a.id AND x.payload ->> 'kind' = 'review')""",
    "facts": """SELECT f.appraisal_id FROM facts f WHERE NOT EXISTS (SELECT FROM act x
        WHERE x.appraisal_id = f.appraisal_id AND x.actor_person_id = f.recorded_by
        AND x.payload ->> 'kind' = 'facts' AND x.payload -> 'version' = to_jsonb(f.version))""",
    "a place outside": """SELECT a.id FROM appraisal a WHERE a.excluded IS NOT NULL AND NOT EXISTS (
        SELECT FROM act x WHERE x.appraisal_id = a.id AND x.payload ->> 'ground' = a.excluded)""",
    "a paper": """SELECT d.id FROM document d WHERE NOT EXISTS (
        SELECT FROM act x WHERE x.payload ->> 'attaches' = CAST(d.id AS text))""",
    "a complete file": """SELECT c.appraisal_id FROM file_completion c WHERE NOT EXISTS (
        SELECT FROM act x WHERE x.appraisal_id = c.appraisal_id AND x.payload ->> 'completes' = 'file')""",
    "a delegation": """SELECT d.id FROM delegation d WHERE NOT EXISTS (
        SELECT FROM act x WHERE x.payload ->> 'delegates' = CAST(d.id AS text))""",
    "a year": """SELECT c.year FROM cycle c WHERE c.edition <> '' AND NOT EXISTS (
        SELECT FROM act x WHERE x.payload ->> 'kind' = 'open' AND x.payload -> 'year' = to_jsonb(c.year))""",
}


@pytest.mark.parametrize("what", WITHOUT_ACT)
async def test_every_record_has_its_act(registry: AsyncConnection, what: str) -> None:
    assert await column(registry, WITHOUT_ACT[what]) == []


async def test_acts_follow_the_days_of_the_season(registry: AsyncConnection) -> None:
    back = """SELECT sequence FROM (SELECT sequence, at, lag(at) OVER (ORDER BY sequence) AS before FROM act
                      WHERE act NOT IN ('register', 'set_policy')) x
              WHERE before > at"""
    assert await column(registry, back) == []
    days = """SELECT CAST(max(at) AT TIME ZONE interval '7 hours' AS date) FROM act
              WHERE act NOT IN ('register', 'set_policy')"""
    assert await column(registry, days) <= [DAY]


async def test_two_persons_took_part_in_each_rating_and_none_for_oneself(
    registry: AsyncConnection,
) -> None:
    alone = """SELECT x.sequence FROM act x JOIN act y ON y.appraisal_id = x.appraisal_id
        AND y.actor_person_id = x.actor_person_id
        WHERE x.act = 'rate' AND (y.act = 'appraise' OR y.payload ->> 'kind' = 'facts')"""
    assert await column(registry, alone) == []
    oneself = """SELECT x.sequence FROM act x JOIN appraisal a ON a.id = x.appraisal_id
        WHERE a.person_id = x.actor_person_id AND (x.act IN ('rate', 'appraise', 'annul', 'answer_appeal')
            OR x.payload ->> 'kind' IN ('facts', 'exclusion', 'transfer'))"""
    assert await column(registry, oneself) == []
    without_actor = """SELECT sequence FROM act WHERE actor_person_id IS NULL
            AND act NOT IN ('register', 'set_policy')"""
    assert await column(registry, without_actor) == []


async def test_what_happened_beside_the_season(registry: AsyncConnection) -> None:
    happened = """SELECT coalesce(payload ->> 'kind', act) AS what, count(*) AS many FROM act
        WHERE act IN ('appeal', 'answer_appeal', 'annul', 'delegate')
           OR payload ->> 'kind' IN ('opinion', 'transfer', 'exclusion') GROUP BY 1"""
    counts = {row.what: row.many for row in await registry.execute(text(happened))}
    assert counts == {
        "appeal": 1,
        "answer_appeal": 1,
        "annul": 2,
        "delegate": 1,
        "opinion": 2,
        "transfer": 1,
        "exclusion": 16,
    }
    files = "SELECT a.body_code FROM file_completion c JOIN appraisal a ON a.id = c.appraisal_id"
    assert await column(registry, files) == ["ht.ban-noi-chinh-tu.tt"]
    papers = "SELECT substr(content, 1, 5) FROM document_bytes"
    assert set(await column(registry, papers)) == {b"%PDF-"}
    late = """SELECT DISTINCT home_body_code FROM appraisal
              WHERE year = 2023 AND track = 'PARTY_MEMBER' AND decided_on > due"""
    assert await column(registry, late) == [DECIDED_LATE]
