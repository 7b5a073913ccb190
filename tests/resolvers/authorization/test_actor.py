"""Who is what on a day: posts that change hands, districts that merge, cells under a committee."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.decision import MissingRight
from authz.policy_file import load_policy
from db.repositories import body as bodies, person as persons
from db.repositories.body import Body, Post
from db.repositories.person import Membership
from db.repositories.subject import Subject
from resolvers.authorization.actor import Permission, actor_of, permission, seats
from resolvers.authorization.principal import Nobody, ServiceAccount, SignedIn
from resolvers.authorization.subject import SubjectKey, find
from resolvers.errors import Problem
from resolvers.queries.authority import all_places, competence
from rules.authority import MEMBER_OF_CELL, MEMBER_OF_ORGANISATION, class_of_members
from rules.enums import Act, Track
from rules.kinds import BodyKind, Tier

pytestmark = pytest.mark.anyio

POLICY = load_policy()
YEAR, DAY = 2023, date(2023, 12, 11)
CHAIR, DEPUTY = "ht.thach-ha.bi-thu", "ht.thach-ha.pbt"


async def subject(
    connection: AsyncConnection,
    body: str | None = None,
    person: UUID | None = None,
    post: str | None = None,
    track: Track = Track.OFFICIAL,
) -> Subject:
    (answer,) = await find(connection, [SubjectKey(body, person, post, track)], YEAR)
    assert not isinstance(answer, Problem)
    return answer


async def holder(connection: AsyncConnection, post: str, day: date = DAY) -> UUID:
    return (await persons.holders(connection, post, day))[0]


async def decision_of(
    connection: AsyncConnection, person: UUID, act: Act, whom: Subject, day: date = DAY
) -> Permission:
    actor = await actor_of(connection, SignedIn(person), day)
    return permission(POLICY, actor, act, whom)


async def sql(connection: AsyncConnection, statement: str, **bound: object) -> None:
    await connection.execute(text(statement), bound)


async def join(connection: AsyncConnection, person: UUID, post: str, since: date) -> None:
    statement = text("SELECT body_code FROM post WHERE code = :post")
    body = (await connection.execute(statement, {"post": post})).scalar_one()
    joined = Membership(id=uuid4(), person_id=person, body_code=body, post_code=post, since=since)
    await persons.add_memberships(connection, [joined])


async def leave(connection: AsyncConnection, post: str, until: date) -> None:
    await sql(
        connection,
        "UPDATE membership SET until = :until WHERE post_code = :post",
        until=until,
        post=post,
    )


async def test_a_vacant_chair_records_nothing_until_a_deputy_takes_over(
    registry: AsyncConnection,
) -> None:
    whom = await subject(registry, post="ht.thach-ha.uv-btv")
    secretary, deputy = await holder(registry, CHAIR), await holder(registry, DEPUTY)
    assert (await decision_of(registry, secretary, Act.RATE, whom)).decision.allowed
    await leave(registry, CHAIR, date(2023, 12, 5))
    assert not (await decision_of(registry, secretary, Act.RATE, whom)).decision.allowed
    assert (
        await decision_of(registry, secretary, Act.RATE, whom, date(2023, 12, 5))
    ).decision.allowed
    refused = await decision_of(registry, deputy, Act.RATE, whom)
    assert refused.decision.missing is MissingRight.OTHER_SEAT
    await join(registry, deputy, CHAIR, date(2023, 12, 6))
    taken_over = await decision_of(registry, deputy, Act.RATE, whom)
    assert taken_over.decision.allowed
    assert taken_over.source
    assert taken_over.source.post_code == CHAIR
    assert not (
        await decision_of(registry, deputy, Act.RATE, whom, date(2023, 12, 5))
    ).decision.allowed


async def test_a_person_transferred_within_the_year_is_in_the_classes_of_both_posts(
    registry: AsyncConnection,
) -> None:
    moved = (
        await registry.execute(
            text("SELECT person_id FROM membership WHERE until = '2023-06-30' LIMIT 1")
        )
    ).scalar_one()
    person = await subject(registry, person=moved)
    assert {one.post_code for one in person.holdings} == {"ht.so-noi-vu.pho", "ht.so-tu-phap.pho"}
    (before,) = await find(registry, [SubjectKey(person=moved)], YEAR - 1)
    assert isinstance(before, Subject)
    assert {one.post_code for one in before.holdings} == {"ht.so-noi-vu.pho"}


async def test_a_district_that_was_merged_is_rated_by_the_one_that_carries_on(
    registry: AsyncConnection,
) -> None:
    whom = await subject(registry, post="ht.loc-ha.uv-btv")
    secretary = await holder(registry, CHAIR)
    assert (await decision_of(registry, secretary, Act.RATE, whom)).decision.missing is (
        MissingRight.OTHER_PLACE
    )
    await sql(
        registry,
        "UPDATE body SET dissolved_on = '2023-12-01', succeeded_by = 'ht.thach-ha' "
        "WHERE code = 'ht.loc-ha'",
    )
    assert (await decision_of(registry, secretary, Act.RATE, whom)).decision.allowed
    places = await all_places(registry)
    shown = competence(POLICY, places, Act.RATE, whom).rater
    assert shown
    assert shown["id"] == "district_standing_committee@ht.thach-ha"
    assert places.by_id["district_standing_committee@ht.loc-ha"]["dissolved_on"]


async def test_the_direct_superior_of_a_district_is_the_provincial_standing_committee(
    registry: AsyncConnection,
) -> None:
    whom = await subject(registry, body="ht.thach-ha.btv")
    assert whom.superiors == {"provincial_standing_committee"}
    first = await holder(registry, "ht.bi-thu")
    assert (await decision_of(registry, first, Act.REQUIRE_REREVIEW, whom)).decision.allowed
    secretary = await holder(registry, CHAIR)
    assert not (await decision_of(registry, secretary, Act.REQUIRE_REREVIEW, whom)).decision.allowed
    itself = await subject(registry, body="ht.btv")
    assert itself.superiors == frozenset()


async def test_the_rater_that_decided_has_a_superior_too(registry: AsyncConnection) -> None:
    """A vice chair of a district is rated by its committee; that of the province is superior to it."""
    vice_chair = await holder(registry, "ht.cam-xuyen.ubnd.pct")
    whom = await subject(registry, person=vice_chair)
    assert "provincial_standing_committee" in whom.superiors
    assert "district_standing_committee@ht.cam-xuyen" in whom.superiors


async def test_the_head_manages_the_deputies_and_acts_for_the_leadership(
    registry: AsyncConnection,
) -> None:
    head = await holder(registry, "ht.so-y-te.truong")
    deputy = await subject(registry, person=await holder(registry, "ht.so-y-te.pho"))
    other = await subject(registry, person=await holder(registry, "ht.so-tu-phap.pho"))
    collective = await subject(registry, body="ht.so-y-te.tt")
    assert (await decision_of(registry, head, Act.READ_FILE, deputy)).decision.allowed
    assert not (await decision_of(registry, head, Act.READ_FILE, other)).decision.allowed
    assert (await decision_of(registry, head, Act.SELF_RATE, collective)).decision.allowed
    assert not (await decision_of(registry, head, Act.SELF_RATE, deputy)).decision.allowed


async def test_the_proposer_of_a_subject_is_read(registry: AsyncConnection) -> None:
    row = (
        await registry.execute(
            text(
                "SELECT a.person_id, x.actor_person_id FROM act x "
                "JOIN appraisal a ON a.id = x.appraisal_id WHERE x.act = 'appraise' "
                "AND a.track = 'OFFICIAL' AND a.year = 2023 LIMIT 1"
            )
        )
    ).one()
    whom = await subject(registry, person=row.person_id)
    assert row.actor_person_id in whom.proposers


async def test_a_service_account_reads_what_its_scopes_name(registry: AsyncConnection) -> None:
    whom = await subject(registry, body="ht.so-y-te.tt")
    actor = await actor_of(registry, ServiceAccount("hr", frozenset({"read_level"})), DAY)
    assert permission(POLICY, actor, Act.READ_LEVEL, whom).decision.allowed
    assert (
        permission(POLICY, actor, Act.READ_FILE, whom).decision.missing is MissingRight.OTHER_SCOPE
    )
    anonymous = await actor_of(registry, Nobody(), DAY)
    assert (
        permission(POLICY, anonymous, Act.READ_LEVEL, whom).decision.missing
        is MissingRight.OTHER_SCOPE
    )


async def test_a_cell_under_a_grassroots_committee_proposes_and_the_committee_decides(
    registry: AsyncConnection,
) -> None:
    member = await _grassroots(registry)
    whom = await subject(registry, person=member, track=Track.PARTY_MEMBER)
    assert whom.classes == {MEMBER_OF_ORGANISATION}
    of_committee = await holder(registry, "g.bi-thu")
    of_cell = await holder(registry, "g.c.bi-thu")
    assert (await decision_of(registry, of_committee, Act.RATE, whom)).decision.allowed
    assert (await decision_of(registry, of_cell, Act.APPRAISE, whom)).decision.allowed
    assert not (await decision_of(registry, of_cell, Act.RATE, whom)).decision.allowed
    assert "grassroots_committee@g" in whom.superiors
    cell = await subject(registry, body="ht.so-gtvt.cb")
    assert cell.superiors == {"bloc_standing_committee@ht.duk"}
    seated = seats(await actor_of(registry, SignedIn(of_committee), DAY))
    assert "grassroots_committee" in [one.role.rater for one in seated]


async def _grassroots(connection: AsyncConnection) -> UUID:
    """A đảng bộ cơ sở in Thạch Hà with one cell below it; a member of that cell."""
    await bodies.add_bodies(
        connection,
        [_body("g", "ht.thach-ha", "PARTY_ORGANISATION"), _body("g.c", "g", "PARTY_CELL")],
    )
    of_members = class_of_members(BodyKind.PARTY_ORGANISATION, Tier.GRASSROOTS)
    await bodies.add_classes_of_members(connection, {"g.c": (of_members,)})
    await _seat(connection, "g", "grassroots_committee", "ht.so-y-te.pho")
    await _seat(connection, "g.c", "party_unit_below", "ht.so-tu-phap.truong")
    member = await holder(connection, "ht.so-gtvt.pho")
    await sql(
        connection,
        "UPDATE membership SET body_code = 'g.c' WHERE person_id = :person AND post_code IS NULL",
        person=member,
    )
    return member


def _body(code: str, parent: str, kind: str) -> Body:
    return Body(
        code=code,
        parent_code=parent,
        leads_code=None,
        tier="GRASSROOTS",
        kind=kind,
        subject_class="ORG",
        peer_group_code=None,
        name=code,
        source="test",
    )


async def _seat(connection: AsyncConnection, body: str, rater: str, held_by: str) -> None:
    """The secretary of the body, who chairs it as a rater: the holder of the post `held_by`."""
    post = Post(
        code=f"{body}.bi-thu",
        body_code=body,
        rank="SECRETARY",
        title="Bí thư",
        seats=1,
        source="test",
        classes=(),
    )
    await bodies.add_posts(connection, [post])
    named = {"post": post.code, "rater": rater, "body": body}
    await sql(
        connection,
        "INSERT INTO rater (id, code, section, name, clause, scope_body_code, chair_post_code) "
        "VALUES (:rater || '@' || :body, :rater, '7', 'x', 'HD01:7', :body, :post)",
        **named,
    )
    await sql(
        connection,
        "INSERT INTO post_role VALUES (:post, :rater, 'chair')",
        post=post.code,
        rater=rater,
    )
    await join(connection, await holder(connection, held_by), post.code, date(2023, 1, 1))


def test_any_other_cell_decides_itself() -> None:
    assert class_of_members(BodyKind.PARTY_ORGANISATION, Tier.DISTRICT) == MEMBER_OF_CELL
