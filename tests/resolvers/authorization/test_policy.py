"""The policy in the database: two officers change it, after a comparison of gained and lost rights."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from authz.policy_file import PolicyError, load_policy, policy_of
from authz.role import Seat
from db.connection.engine import transaction
from db.repositories import person as persons
from resolvers.authorization import policy as policies
from resolvers.errors import BadInput, Forbidden, NotFound, StalePolicy
from resolvers.queries.policy_difference import Differences, PolicyDifference, diff
from rules.enums import Act

pytestmark = pytest.mark.anyio

DAY = date(2023, 12, 11)
AT = datetime(2023, 12, 11, 8, tzinfo=UTC)
SHIPPED = load_policy()
HEAD, DEPUTY = "ht.ban-to-chuc-tu.truong", "ht.ban-to-chuc-tu.pho"
DENY = "p, anybody, rate, district_vice_chair, province, deny, HD01:6.2.4\n"


def without(word: str) -> str:
    """The shipped policy without the rows of one class."""
    lines = SHIPPED.text.splitlines(keepends=True)
    return "".join(line for line in lines if word not in line)


OTHER, THIRD = without("district_vice_chair"), without("bloc_standing_committee_member")


@pytest.fixture
async def installed(registry: AsyncConnection) -> AsyncConnection:
    await policies.install(registry, SHIPPED.text, AT)
    return registry


@pytest.fixture
async def officers(installed: AsyncConnection) -> list[UUID]:
    """The head of the office and its three deputies."""
    pairs = [
        *await persons.holders(installed, HEAD, DAY),
        *await persons.holders(installed, DEPUTY, DAY),
    ]
    assert len(pairs) == 4
    return pairs


async def sign(
    connection: AsyncConnection, content: str, person: UUID, at: datetime = AT
) -> policies.Signed:
    post = await policies.officer_post(connection, person, DAY)
    return await policies.sign(connection, content, person, post, at, DAY)


async def test_the_shipped_policy_is_installed_once(connection: AsyncConnection) -> None:
    with pytest.raises(NotFound, match="no policy is active here yet"):
        await policies.active_policy(connection)
    await policies.install(connection, SHIPPED.text, AT)
    await policies.install(connection, OTHER, AT)
    active = await policies.active_policy(connection)
    assert (active.text, active.revision) == (SHIPPED.text, SHIPPED.revision)
    assert await policies.active_policy(connection) is active


async def test_the_second_officer_activates_and_the_old_revision_stays_readable(
    installed: AsyncConnection, officers: Sequence[UUID]
) -> None:
    first = await sign(installed, OTHER, officers[0])
    assert (len(first.signers), first.needed, first.is_active) == (1, 1, False)
    assert (await policies.active_policy(installed)).revision == SHIPPED.revision
    second = await sign(installed, OTHER, officers[1])
    assert [one.person_id for one in second.signers] == sorted(officers[:2])
    assert (second.needed, second.is_active) == (0, True)
    assert (await policies.active_policy(installed)).text == OTHER
    assert await policies.content_of(installed, None) == OTHER
    assert await policies.content_of(installed, SHIPPED.revision) == SHIPPED.text
    with pytest.raises(NotFound):
        await policies.content_of(installed, "none")


async def test_one_officer_alone_changes_nothing(
    installed: AsyncConnection, officers: Sequence[UUID]
) -> None:
    for _ in range(2):
        signed = await sign(installed, OTHER, officers[0])
        assert (len(signed.signers), signed.is_active) == (1, False)
    assert (await policies.active_policy(installed)).revision == SHIPPED.revision


async def test_a_signature_that_follows_an_older_activation_does_not_count(
    installed: AsyncConnection, officers: Sequence[UUID]
) -> None:
    await sign(installed, OTHER, officers[0])
    await sign(installed, THIRD, officers[1])
    assert (await sign(installed, THIRD, officers[2])).is_active
    late = await sign(installed, OTHER, officers[3])
    assert ([one.person_id for one in late.signers], late.is_active) == ([officers[3]], False)
    assert (await sign(installed, OTHER, officers[0])).is_active


DAYS = timedelta(days=1)


@pytest.mark.parametrize(("age", "counts"), [(30 * DAYS, True), (30.001 * DAYS, False)])
async def test_a_signature_counts_for_thirty_days(
    installed: AsyncConnection, officers: Sequence[UUID], age: timedelta, counts: bool
) -> None:
    await sign(installed, OTHER, officers[0], AT - age)
    second = await sign(installed, OTHER, officers[1])
    assert second.is_active == counts
    assert [one.person_id for one in second.lapsed] == ([] if counts else [officers[0]])


async def test_a_signature_that_is_too_old_is_not_made_again(
    installed: AsyncConnection, officers: Sequence[UUID]
) -> None:
    await sign(installed, OTHER, officers[0], AT - 31 * DAYS)
    with pytest.raises(BadInput, match="older than 30 days: write today's date into a line with #"):
        await sign(installed, OTHER, officers[0])
    await sign(installed, f"# 2023-12-11\n{OTHER}", officers[0])
    assert (await sign(installed, f"# 2023-12-11\n{OTHER}", officers[1])).is_active


async def test_a_signature_counts_while_its_signer_is_an_officer(
    installed: AsyncConnection, officers: Sequence[UUID]
) -> None:
    await sign(installed, OTHER, officers[0])
    left = text("UPDATE membership SET until = :day WHERE person_id = :person")
    bound = {"person": officers[0], "day": DAY - DAYS}
    await installed.execute(left, bound)
    second = await sign(installed, OTHER, officers[1])
    assert (second.is_active, second.needed) == (False, 1)
    assert [one.person_id for one in second.lapsed] == [officers[0]]
    await installed.execute(left, bound | {"day": None})
    assert (await sign(installed, OTHER, officers[1])).is_active


async def test_what_cannot_be_signed(installed: AsyncConnection, officers: Sequence[UUID]) -> None:
    with pytest.raises(BadInput, match="active already"):
        await sign(installed, SHIPPED.text, officers[0])
    shadowed = SHIPPED.text + DENY
    with pytest.raises(BadInput, match="it is always outweighed by"):
        await sign(installed, shadowed, officers[0])
    with pytest.raises(PolicyError, match="unknown rater"):
        await sign(installed, SHIPPED.text.replace("panel_6_2_1", "panel_9"), officers[0])


async def test_nothing_is_signed_before_anything_is_active(connection: AsyncConnection) -> None:
    with pytest.raises(NotFound):
        await policies.sign(connection, OTHER, uuid4(), HEAD, AT, DAY)


@pytest.mark.parametrize("post", ["ht.ubnd.ct", "ht.bi-thu", "ht.cam-xuyen.btc.truong"])
async def test_only_officers_of_the_compiling_office_sign(
    registry: AsyncConnection, post: str
) -> None:
    (person,) = await persons.holders(registry, post, DAY)
    with pytest.raises(Forbidden) as refusal:
        await policies.officer_post(registry, person, DAY)
    assert refusal.value.clause == "HD01:6.1"


async def test_an_officer_of_another_day_may_not_sign(
    registry: AsyncConnection, officers: Sequence[UUID]
) -> None:
    assert await policies.officer_post(registry, officers[0], DAY) == HEAD
    with pytest.raises(Forbidden):
        await policies.officer_post(registry, officers[0], date(1990, 1, 1))


async def test_a_command_under_an_old_policy_cannot_commit(engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        await policies.install(connection, SHIPPED.text, AT)
        policy = await policies.active_policy(connection)
        await policies.hold(connection, policy)
        with pytest.raises(StalePolicy) as refusal:
            await policies.hold(connection, policy_of(OTHER))
        assert refusal.value.code == "STALE_POLICY"


async def ids(connection: AsyncConnection, statement: str) -> set[str]:
    return {str(one) for one in (await connection.execute(text(statement))).scalars()}


VICE_CHAIRS = """
SELECT m.person_id FROM membership m JOIN post_class c USING (post_code)
WHERE c.class_code = 'district_vice_chair' AND m.since <= '2023-12-31'
AND (m.until IS NULL OR m.until >= '2023-01-01')
AND EXISTS (SELECT FROM appraisal a WHERE a.person_id = m.person_id AND a.year = 2023 AND a.track = 'OFFICIAL')
"""
ELSEWHERE = """
SELECT m.person_id FROM membership m JOIN post_class c USING (post_code)
WHERE m.since <= '2023-12-31' AND (m.until IS NULL OR m.until >= '2023-01-01') AND c.class_code = ANY(ARRAY[{}])
"""
OF_6_1 = "'provincial_committee_member', 'district_secretary', 'district_council_or_committee_chair', 'department_head'"


def lost(differences: Differences, seat: Seat, act: Act) -> dict[str, set[str]]:
    """The subjects that each place loses, by the id of the place."""
    return {
        difference.rater["id"]: {each.key for each in difference.lost}
        for difference in differences.seats
        if (difference.seat, difference.act) == (seat, act)
    }


async def test_a_class_that_is_taken_out_is_lost_in_every_district(
    installed: AsyncConnection,
) -> None:
    differences = await diff(installed, SHIPPED, policy_of(OTHER), 2023)
    assert {(row.act, row.cls) for row in differences.removed} == {
        (act, "district_vice_chair") for act in (Act.APPRAISE, Act.RATE, Act.COMPILE)
    }
    assert differences.added == ()
    kept = await ids(installed, ELSEWHERE.format(f"{OF_6_1}, 'district_standing_committee_member'"))
    expected = await ids(installed, VICE_CHAIRS) - kept
    chairs = lost(differences, Seat.CHAIR, Act.RATE)
    assert len(chairs) == 13
    assert set().union(*chairs.values()) == expected
    assert sum(map(len, chairs.values())) == len(expected)
    assert lost(differences, Seat.COMPILING, Act.COMPILE) == chairs
    assert lost(differences, Seat.CHAIR, Act.ANSWER_APPEAL) == chairs
    assert lost(differences, Seat.CHAIR, Act.ANNUL) == {}, "it stays the committee directly above"
    assert {one.rater["code"] for one in differences.seats} == {"district_standing_committee"}
    assert not any(one.gained for one in differences.seats)


async def test_the_reverse_difference_is_gained(installed: AsyncConnection) -> None:
    forth = await diff(installed, SHIPPED, policy_of(OTHER), 2023)
    back = await diff(installed, policy_of(OTHER), SHIPPED, 2023)
    assert back.added == forth.removed
    assert back.seats == tuple(
        PolicyDifference(
            difference.rater, difference.seat, difference.act, difference.lost, difference.gained
        )
        for difference in forth.seats
    )


async def test_a_deny_to_anybody_is_a_loss_of_the_present_holders(
    installed: AsyncConnection,
) -> None:
    differences = await diff(installed, SHIPPED, policy_of(SHIPPED.text + DENY), 2023)
    assert [(row.rater, row.effect) for row in differences.added] == [("anybody", "deny")]
    everybody = set().union(*lost(differences, Seat.CHAIR, Act.RATE).values())
    assert everybody == await ids(installed, VICE_CHAIRS)
    assert {one.act for one in differences.seats} == {Act.RATE}
    assert {one.seat for one in differences.seats} == {Seat.CHAIR}


async def test_subjects_are_named_with_their_posts(installed: AsyncConnection) -> None:
    differences = await diff(installed, SHIPPED, policy_of(OTHER), 2023)
    for difference in differences.seats:
        for subject in difference.lost:
            assert subject.track == "OFFICIAL"
            assert any(post.startswith("Phó Chủ tịch") for post in subject.posts)
    collectives = without("specialised_agency_leadership")
    differences = await diff(installed, SHIPPED, policy_of(collectives), 2023)
    departments = next(
        difference.lost for difference in differences.seats if difference.act is Act.RATE
    )
    named = {difference.key: (difference.name, difference.posts) for difference in departments}
    assert named["ht.so-noi-vu.tt"] == ("Tập thể lãnh đạo Sở Nội vụ", ())
    members = without("party_member_of_grassroots_cell")
    differences = await diff(installed, SHIPPED, policy_of(members), 2023)
    cells = [difference for difference in differences.seats if difference.act is Act.RATE]
    cells_of = Counter(len(each.posts) for difference in cells for each in difference.lost)
    assert cells_of.keys() == {1, 2}
    assert cells_of[2] == 1, "who went from one cell to another within the year"


async def test_rows_of_raters_without_a_place_are_reported_as_rows(
    installed: AsyncConnection,
) -> None:
    text = SHIPPED.text.replace("p, signed_in, ", "p, subject, ")
    differences = await diff(installed, SHIPPED, policy_of(text), 2023)
    assert [row.rater for row in differences.removed] == ["signed_in"]
    assert [row.rater for row in differences.added] == ["subject"]
    assert differences.seats == ()


async def test_another_clause_alone_changes_no_rights(installed: AsyncConnection) -> None:
    text = SHIPPED.text.replace("allow, HD01:6.2.4", "allow, HD01:6.2")
    differences = await diff(installed, SHIPPED, policy_of(text), 2023)
    assert len(differences.removed) == len(differences.added) == 6
    assert differences.seats == ()


async def test_a_superiors_right_is_lost_over_subordinates(installed: AsyncConnection) -> None:
    lines = SHIPPED.text.splitlines(keepends=True)
    text = "".join(line for line in lines if "require_rereview" not in line)
    differences = await diff(installed, SHIPPED, policy_of(text), 2023)
    assert {(one.seat, one.act) for one in differences.seats} == {
        (Seat.CHAIR, Act.REQUIRE_REREVIEW)
    }
    committees = {one.rater["code"] for one in differences.seats}
    assert {"provincial_standing_committee", "district_standing_committee"} <= committees


async def test_a_year_that_is_not_there_is_refused(installed: AsyncConnection) -> None:
    with pytest.raises(NotFound) as refusal:
        await diff(installed, SHIPPED, policy_of(OTHER), 1999)
    assert refusal.value.field == "year"
