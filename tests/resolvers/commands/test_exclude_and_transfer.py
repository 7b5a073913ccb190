"""Exclusion, its end, and transfer: counts, the competent rater, refusals."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import load_policy
from db.repositories import appraisal as appraisals, person as persons
from db.repositories.appraisal import Appraisal, Facts
from demo.authority import DAY
from demo.facts import YEAR, Described, document
from demo.loader import LATE_CELL
from resolvers.authorization.actor import actor_of, permission, selected
from resolvers.authorization.principal import SignedIn
from resolvers.authorization.subject import find
from resolvers.commands.base import subject_key
from resolvers.commands.command import Target
from resolvers.commands.conclude import Conclude, Decide, LevelDecision
from resolvers.commands.delegate import DocumentReference
from resolvers.commands.exclude_and_transfer import EndExclusion, Exclude, Transfer
from resolvers.commands.facts_completion import complete_facts, flags_of_appraisals
from resolvers.commands.runner import execute_once
from resolvers.commands.unit_of_work import UnitOfWork
from resolvers.errors import BadInput, NotFound, Problem
from resolvers.refusals import LeftOut, NotCompetent, QuotaExceeded, StaleVersion
from resolvers.verification import DiscrepancyKind, verify
from rules.editions.lookup import edition_for
from rules.enums import Act, Level, SubjectClass, Track
from rules.judgement.exclusion import Ground

pytestmark = pytest.mark.anyio

POLICY = load_policy()
PAPER = DocumentReference("07-QĐ", DAY)
SECRETARY, DEPUTY = f"{LATE_CELL}.bi-thu", f"{LATE_CELL}.pbt"
OFFICE, PARTY_OFFICE = "ht.vp-ubnd.pho", "ht.ban-to-chuc-tu.pho"


def suspended(of: Target) -> Exclude:
    return Exclude(of, Ground.SUSPENDED, "Quyết định đình chỉ", PAPER, reviewed_on=None)


async def acting_as(connection: AsyncConnection, post: str) -> UnitOfWork:
    (person, *_) = await persons.holders(connection, post, DAY)
    actor = await actor_of(connection, SignedIn(person), DAY)
    return UnitOfWork.now(connection, POLICY, actor, DAY)


async def some(connection: AsyncConnection, condition: str, **bound: object) -> Appraisal:
    """The first appraisal of the year of which the condition holds."""
    statement = f"SELECT id FROM appraisal a WHERE year = :year AND {condition} ORDER BY id LIMIT 1"
    key = (await connection.execute(text(statement), {"year": YEAR, **bound})).scalar_one()
    return await now(connection, key)


async def now(connection: AsyncConnection, key: UUID) -> Appraisal:
    stored = await appraisals.get(connection, key)
    assert stored is not None
    return stored


def target(appraisal: Appraisal) -> Target:
    return Target(appraisal.id, appraisal.version)


Why = Callable[[Target], Exclude]


async def exclude(connection: AsyncConnection, post: str, appraisal: Appraisal, why: Why) -> Any:  # noqa: ANN401 -- plain data
    return await execute_once(await acting_as(connection, post), uuid4(), why(target(appraisal)))


async def transfer(connection: AsyncConnection, post: str, appraisal: Appraisal, to: str) -> Any:  # noqa: ANN401 -- plain data
    command = Transfer(target(appraisal), to, DAY, PAPER)
    return await execute_once(await acting_as(connection, post), uuid4(), command)


async def counts(connection: AsyncConnection, group: str | None) -> Mapping[str, Any]:
    row = await connection.execute(
        text("SELECT * FROM quota WHERE peer_group_code = :group AND year = :year"),
        {"group": group, "year": YEAR},
    )
    return dict(row.mappings().one())


async def tally(connection: AsyncConnection, body: str, track: str) -> Mapping[str, Any]:
    row = await connection.execute(
        text("SELECT * FROM tally WHERE body_code = :body AND track = :track AND year = :year"),
        {"body": body, "track": track, "year": YEAR},
    )
    return dict(row.mappings().one())


async def a_member(connection: AsyncConnection) -> Appraisal:
    """A member of the late cell who is not rated yet, and is not one of its secretaries."""
    return await some(
        connection,
        """home_body_code = :cell AND track = 'PARTY_MEMBER' AND level IS NULL AND person_id NOT IN (
            SELECT person_id FROM membership m WHERE m.post_code LIKE :cell || '.%')""",
        cell=LATE_CELL,
    )


async def a_deputy(connection: AsyncConnection, **more: str) -> Appraisal:
    """A deputy of a department who holds no other post, by the level if one is named."""
    level = more.get("level")
    return await some(
        connection,
        """peer_group_code = 'departments.deputies' AND level IS NOT DISTINCT FROM CAST(:level AS text)
        AND (SELECT count(*) FROM membership m
             WHERE m.person_id = a.person_id AND m.post_code IS NOT NULL) = 1""",
        level=level,
    )


async def test_an_excluded_subject_is_not_counted_and_can_return(registry: AsyncConnection) -> None:
    member = await a_member(registry)
    group, above = (
        await counts(registry, member.peer_group_code),
        await tally(registry, "ht", member.track),
    )
    answered = await exclude(registry, DEPUTY, member, suspended)
    assert answered["appraisals"][0]["excluded"] == "SUSPENDED"
    after, total = (
        await counts(registry, member.peer_group_code),
        await tally(registry, "ht", member.track),
    )
    assert after["not_rated"] == group["not_rated"] - 1
    assert (total["not_rated"], total["total"]) == (above["not_rated"] - 1, above["total"] - 1)
    assert (await verify(registry)).findings == ()
    left = await now(registry, member.id)
    back = await acting_as(registry, DEPUTY)
    await execute_once(back, uuid4(), EndExclusion(target(left), "Hết thời hạn", PAPER))
    assert await counts(registry, member.peer_group_code) == group
    assert await tally(registry, "ht", member.track) == above
    assert (await now(registry, member.id)).stage == member.stage
    assert (await verify(registry)).findings == ()


async def test_acts_on_an_excluded_subject_are_refused(registry: AsyncConnection) -> None:
    member = await a_member(registry)
    await exclude(registry, DEPUTY, member, suspended)
    left = await now(registry, member.id)
    with pytest.raises(LeftOut):
        await exclude(registry, DEPUTY, left, suspended)
    chair = await acting_as(registry, SECRETARY)
    decision = LevelDecision(left.id, left.version, Level.GOOD, "x")
    with pytest.raises(LeftOut):
        await execute_once(chair, uuid4(), Decide(decision, PAPER))


async def test_the_exclusion_of_a_subject_not_excluded_cannot_end(
    registry: AsyncConnection,
) -> None:
    member = await a_member(registry)
    command = EndExclusion(target(member), "x", PAPER)
    with pytest.raises(BadInput) as refused:
        await execute_once(await acting_as(registry, DEPUTY), uuid4(), command)
    assert refused.value.field == "appraisal"


async def test_no_official_and_no_body_is_left_out(registry: AsyncConnection) -> None:
    with pytest.raises(BadInput) as refused:
        await exclude(registry, OFFICE, await a_deputy(registry), suspended)
    assert refused.value.field == "ground"


async def test_only_the_compiling_office_excludes_and_never_oneself(
    registry: AsyncConnection,
) -> None:
    member = await a_member(registry)
    with pytest.raises(NotCompetent):
        await exclude(registry, OFFICE, member, suspended)
    (deputy, *_) = await persons.holders(registry, DEPUTY, DAY)
    own = await some(registry, "track = 'PARTY_MEMBER' AND person_id = :id", id=deputy)
    with pytest.raises(NotCompetent):
        await exclude(registry, DEPUTY, own, suspended)


@pytest.mark.parametrize(("days", "is_left_out"), [(1, True), (0, False)])
async def test_six_months_are_counted_to_the_day_of_the_review(
    registry: AsyncConnection, days: int, is_left_out: bool
) -> None:
    member = await a_member(registry)
    admitted = text("UPDATE person SET party_admitted_on = '2023-06-05' WHERE id = :id")
    await registry.execute(admitted, {"id": member.person_id})
    reviewed = date(2023, 12, 5) - timedelta(days=days)

    def why(of: Target) -> Exclude:
        return Exclude(of, Ground.NEWLY_ADMITTED, "Mới kết nạp", PAPER, reviewed)

    if is_left_out:
        await exclude(registry, DEPUTY, member, why)
        return
    with pytest.raises(BadInput) as refused:
        await exclude(registry, DEPUTY, member, why)
    assert refused.value.field == "reviewedOn"


async def test_an_exclusion_by_a_person_who_may_annul_ends_a_decided_level_and_marks_the_group(
    registry: AsyncConnection,
) -> None:
    member, chair = await a_member(registry), await acting_as(registry, SECRETARY)
    others = await members_at_the_limit(registry, chair)
    last = await now(registry, others[0])
    with pytest.raises(NotCompetent):
        await exclude(registry, DEPUTY, last, suspended)
    assert not (await counts(registry, member.peer_group_code))["over_quota"]
    await exclude(registry, SECRETARY, last, suspended)
    assert (await counts(registry, member.peer_group_code))["over_quota"]
    gone = await now(registry, last.id)
    # It had no proposal, so that no proposal after the facts is left.
    assert (gone.level, gone.stage, gone.excluded) == (None, "SELF_RATED", "SUSPENDED")
    # What was decided without the steps before it is out of order, and nothing else is wrong.
    findings = (await verify(registry)).findings
    assert [member.kind for member in findings] == [DiscrepancyKind.ORDER] * len([last, *others])


async def members_at_the_limit(connection: AsyncConnection, chair: UnitOfWork) -> list[UUID]:
    """Five GOOD and one EXCELLENT in the late cell, written as they would be decided; the GOOD ones."""
    ready = """SELECT id FROM appraisal WHERE year = :year AND home_body_code = :cell
        AND track = 'PARTY_MEMBER' AND level IS NULL AND person_id <> :chair ORDER BY id LIMIT 6"""
    bound = {"year": YEAR, "cell": LATE_CELL, "chair": chair.person}
    ids = list((await connection.execute(text(ready), bound)).scalars())
    forced = (
        "UPDATE appraisal SET computed_level = 'EXCELLENT', stage = 'PROPOSED' WHERE id = ANY(:ids)"
    )
    await connection.execute(text(forced), {"ids": ids})
    decisions = [
        LevelDecision(key, (await now(connection, key)).version, level, "x")
        for key, level in zip(ids, [Level.EXCELLENT, *[Level.GOOD] * 5], strict=True)
    ]
    command = Conclude(
        year=YEAR, group=f"party-members-of:{LATE_CELL}", decisions=decisions, document=PAPER
    )
    await execute_once(chair, uuid4(), command)
    restored = """UPDATE appraisal a SET computed_level = (
        SELECT level FROM computation c WHERE c.appraisal_id = a.id) WHERE id = ANY(:ids)"""
    await connection.execute(text(restored), {"ids": ids})
    return ids[1:]


async def test_the_appraisal_follows_the_person(registry: AsyncConnection) -> None:
    deputy = await a_deputy(registry)
    free = "INSERT INTO post SELECT 'ht.x.pho', body_code, rank, title, 1, source FROM post WHERE code = 'ht.ban-dan-van-tu.pho'"
    await registry.execute(text(free))
    classes = "INSERT INTO post_class SELECT 'ht.x.pho', class_code FROM post_class WHERE post_code = 'ht.ban-dan-van-tu.pho'"
    await registry.execute(text(classes))
    old, new = deputy.peer_group_code, "party-agencies.deputies"
    group, joined = await counts(registry, old), await counts(registry, new)
    old_home = await tally(registry, deputy.home_body_code, "OFFICIAL")
    assert await may(registry, "ht.ubnd.ct", deputy) == (True, True)
    await transfer(registry, OFFICE, deputy, "ht.x.pho")
    moved = await now(registry, deputy.id)
    assert (moved.post_code, moved.home_body_code) == ("ht.x.pho", "ht.ban-dan-van-tu")
    assert (moved.peer_group_code, moved.stage) == (new, deputy.stage)
    assert (await counts(registry, old))["not_rated"] == group["not_rated"] - 1
    assert (await counts(registry, new))["not_rated"] == joined["not_rated"] + 1
    assert (await tally(registry, deputy.home_body_code, "OFFICIAL"))["total"] == old_home[
        "total"
    ] - 1
    # Rated where the highest post is held now: by the panel of 6.2.1, and no more by that of 6.2.3.
    assert await may(registry, "ht.ubnd.ct", moved) == (False, False)
    assert await may(registry, "ht.pbt-tt", moved) == (True, True)
    assert (await verify(registry)).findings == ()


async def may(connection: AsyncConnection, post: str, appraisal: Appraisal) -> tuple[bool, bool]:
    """Whether the holder may rate it: by decision, and by the list."""
    acting = await acting_as(connection, post)
    (subject,) = await find(connection, [subject_key(appraisal)], YEAR)
    assert not isinstance(subject, Problem)
    decided = permission(POLICY, acting.actor, Act.RATE, subject).decision.allowed
    whom = selected(POLICY, acting.actor, [Act.RATE])
    listed = text(f"SELECT count(*) FROM appraisal t WHERE t.id = :id AND {whom.condition()}")
    rows = await connection.execute(listed, {"id": appraisal.id, **whom.bound(YEAR)})
    return decided, rows.scalar_one() == 1


async def another_cell(connection: AsyncConnection) -> Appraisal:
    return await some(
        connection,
        "body_code LIKE '%.cb' AND body_code <> :cell AND track = 'BODY'",
        cell=LATE_CELL,
    )


async def test_a_member_goes_to_another_cell(registry: AsyncConnection) -> None:
    member, other = await a_member(registry), await another_cell(registry)
    assert other.body_code is not None
    await transfer(registry, DEPUTY, member, other.body_code)
    moved = await now(registry, member.id)
    assert moved.peer_group_code == f"party-members-of:{other.body_code}"
    assert (await verify(registry)).findings == ()


async def test_the_cell_that_a_member_goes_to_is_computed_again(registry: AsyncConnection) -> None:
    """As far as it has facts: in the demonstration no clause lets anybody rate a cell."""
    member, other = await a_member(registry), await another_cell(registry)
    assert other.body_code is not None
    (flags,) = await flags_of_appraisals(registry, [other])
    described = Described(other.body_code, SubjectClass.ORG, Track.BODY, flags)
    own = document(described, Level.GOOD, edition_for(YEAR), Random(1))  # noqa: S311 -- any facts do
    facts_of_cell = Facts(
        appraisal_id=other.id,
        version=1,
        document=complete_facts(other, own, edition_for(YEAR), flags, today=date(YEAR, 12, 11)),
        recorded_at=other.changed_at,
        recorded_by=None,
    )
    await appraisals.add_facts(registry, [facts_of_cell])
    await transfer(registry, DEPUTY, member, other.body_code)
    facts = "SELECT c.facts -> 'levels' -> 'members' FROM computation c WHERE appraisal_id = :id"
    (members,) = (await registry.execute(text(facts), {"id": other.id})).scalars().all()
    assert str(member.person_id) in members


async def test_a_good_may_not_leave_a_group_that_needs_it(registry: AsyncConnection) -> None:
    chair = await acting_as(registry, SECRETARY)
    goods = await members_at_the_limit(registry, chair)
    other = await some(
        registry, "body_code LIKE '%.cb' AND body_code <> :cell AND track = 'BODY'", cell=LATE_CELL
    )
    member, before = (
        await now(registry, goods[0]),
        await counts(registry, f"party-members-of:{LATE_CELL}"),
    )
    assert other.body_code is not None
    (deputy, *_) = await persons.holders(registry, DEPUTY, DAY)
    if member.person_id == deputy:
        member = await now(registry, goods[1])
    with pytest.raises(QuotaExceeded) as refused:
        await transfer_in_savepoint(registry, member, other.body_code)
    assert refused.value.counts.good == before["good"] - 1
    assert await counts(registry, f"party-members-of:{LATE_CELL}") == before


async def transfer_in_savepoint(connection: AsyncConnection, appraisal: Appraisal, to: str) -> None:
    async with connection.begin_nested():
        await transfer(connection, DEPUTY, appraisal, to)


@pytest.mark.parametrize(
    ("to", "on", "error", "field"),
    [
        ("ht.nowhere", DAY, NotFound, "to"),
        ("ht.so-y-te.truong", DAY, BadInput, "to"),
        ("ht.so-tnmt.cb.bi-thu", DAY, NotFound, "to"),
        ("ht.so-y-te.truong", DAY + timedelta(days=1), BadInput, "on"),
        ("ht.so-y-te.truong", date(2022, 12, 31), BadInput, "on"),
        ("ht.so-y-te.truong", date(2023, 1, 1), BadInput, "to"),
    ],
)
async def test_an_impossible_destination_is_refused_by_its_field(
    registry: AsyncConnection, to: str, on: date, error: type[BadInput], field: str
) -> None:
    deputy = await a_deputy(registry)
    acting = await acting_as(registry, OFFICE)
    with pytest.raises(error) as refused:
        await execute_once(acting, uuid4(), Transfer(target(deputy), to, on, PAPER))
    assert refused.value.field == field


async def test_a_transfer_of_a_body_or_of_oneself_is_refused(registry: AsyncConnection) -> None:
    body = await some(registry, "body_code = 'ht.so-y-te.tt'")
    with pytest.raises(BadInput):
        await transfer(registry, OFFICE, body, "ht.so-y-te.truong")
    (officer, *_) = await persons.holders(registry, OFFICE, DAY)
    own = await some(registry, "track = 'OFFICIAL' AND person_id = :id", id=officer)
    with pytest.raises(NotCompetent):
        await transfer(registry, OFFICE, own, "ht.so-y-te.pho")
    stale = await a_deputy(registry)
    acting = await acting_as(registry, OFFICE)
    later = Target(stale.id, stale.version + 1)
    with pytest.raises(StaleVersion):
        await execute_once(acting, uuid4(), Transfer(later, "ht.so-y-te.pho", DAY, PAPER))


async def test_a_state_that_differs_from_the_acts_is_reported(
    registry: AsyncConnection,
) -> None:
    member = await a_member(registry)
    await exclude(registry, DEPUTY, member, suspended)
    await registry.execute(
        text("UPDATE appraisal SET excluded = NULL WHERE id = :id"), {"id": member.id}
    )
    differences = [
        finding
        for finding in (await verify(registry)).findings
        if finding.kind is DiscrepancyKind.PLACE
    ]
    assert [finding.sentence for finding in differences] == ["excluded is None, not SUSPENDED"]
    assert differences[0].sequence is not None
