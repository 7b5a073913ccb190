"""What an appraisal waits for, reason by reason, on the demonstration: who comes first, and when it ends."""

from datetime import UTC, datetime
from graphlib import TopologicalSorter
from uuid import UUID

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.competence import competence_for
from authz.policy_file import load_policy
from db.repositories import act as acts, subject as subjects
from db.repositories.act import append_acts
from demo.facts import YEAR
from resolvers.queries.precedence import blocks, blocks_next, others_first, standings
from rules.enums import Act, Stage, Track
from rules.procedure.precedence import EarlierSubject, Reason, Standing, Step, rule

pytestmark = pytest.mark.anyio

OF_BODIES = [
    (Reason.COLLECTIVE_NOT_REVIEWED, "ht.so-y-te.pho", "ht.so-y-te.tt"),
    (Reason.COLLECTIVE_NOT_REVIEWED, "ht.thach-ha.uv-btv", "ht.thach-ha.btv"),
    (Reason.PROFESSIONAL_NOT_REVIEWED, "ht.lhkhkt.dd", "ht.lhkhkt.tt"),
    (Reason.PROFESSIONAL_NOT_RATED, "ht.lhkhkt.dd", "ht.lhkhkt.tt"),
    (Reason.PROFESSIONAL_NOT_RATED, "ht.so-y-te.cb", "ht.so-y-te.tt"),
    (Reason.LOWER_NOT_RATED, "ht.hdnd.dd", "ht.vp-hdnd.tt"),
    (Reason.LOWER_NOT_RATED, "ht.btv", "ht.thach-ha.btv"),
    (Reason.COLLECTIVE_NOT_RATED, "ht.so-y-te.pho", "ht.so-y-te.tt"),
    (Reason.COLLECTIVE_NOT_RATED, "ht.thach-ha.uv-btv", "ht.thach-ha.btv"),
    (Reason.BODY_NOT_RATED, "ht.so-y-te.truong", "ht.so-y-te.tt"),
    (Reason.BODY_NOT_RATED, "ht.thach-ha.bi-thu", "ht.thach-ha.btv"),
]
OF_PERSONS = [
    (Reason.HEAD_NOT_REVIEWED, "ht.so-y-te.pho", "ht.so-y-te.truong", Track.OFFICIAL),
    (Reason.HEAD_NOT_REVIEWED, "ht.ubnd.pct", "ht.ubnd.ct", Track.OFFICIAL),
    (Reason.DEPUTIES_NOT_REVIEWED, "ht.thach-ha.uv-btv", "ht.thach-ha.pbt", Track.OFFICIAL),
    (Reason.CELL_NOT_REVIEWED, "ht.so-y-te.truong", "ht.so-y-te.truong", Track.PARTY_MEMBER),
]

STAGE = """
UPDATE appraisal SET (stage, level, decided_on, rater_id, clause) =
    (SELECT :stage, l.level, DATE '2023-12-10', 'panel_6_2_3', 'HD01:6.2.3'
     FROM (SELECT CASE WHEN :stage = 'DECIDED' THEN 'GOOD' END AS level) l)
WHERE year = 2023 AND {}
"""


async def column(connection: AsyncConnection, statement: str, **bound: object) -> list[object]:
    return list((await connection.execute(text(statement), bound)).scalars())


async def put(connection: AsyncConnection, stage: Stage, which: str, **bound: object) -> None:
    await connection.execute(text(STAGE.format(which)), {"stage": str(stage), **bound})


async def appraisal(connection: AsyncConnection, code: str) -> UUID:
    """Of the body, or of the first official that is rated by the post."""
    key = await column(
        connection,
        f"SELECT id FROM appraisal WHERE year = {YEAR} AND (body_code = :code OR post_code = :code) ORDER BY id",
        code=code,
    )
    return UUID(str(key[0]))


async def standing(connection: AsyncConnection, code: str) -> Standing:
    key = await appraisal(connection, code)
    return (await standings(connection, [key]))[key]


async def first(connection: AsyncConnection, code: str, reason: Reason) -> dict[str, bool]:
    """Who comes before the body or official for the reason, and whether they are done."""
    subject_standing = await standing(connection, code)
    return {one.subject: one.done for one in subject_standing.earlier if one.reason is reason}


def short_of(reason: Reason) -> tuple[Stage, Stage]:
    """The last stage that does not do, and the first that does."""
    if rule(reason).step is Step.REVIEW:
        return Stage.NOT_STARTED, Stage.REVIEWED
    return Stage.PROPOSED, Stage.DECIDED


@pytest.mark.parametrize(("reason", "code", "body"), OF_BODIES)
async def test_a_body_comes_first(
    registry: AsyncConnection, reason: Reason, code: str, body: str
) -> None:
    for stage, done in zip(short_of(reason), (False, True), strict=True):
        await put(registry, stage, "body_code = :body", body=body)
        assert (await first(registry, code, reason))[body] is done


@pytest.mark.parametrize(("reason", "code", "post", "track"), OF_PERSONS)
async def test_a_person_comes_first(
    registry: AsyncConnection, reason: Reason, code: str, post: str, track: Track
) -> None:
    holders = f"SELECT person_id FROM appraisal WHERE year = {YEAR} AND post_code = :post"
    people = {str(one) for one in await column(registry, holders, post=post)}
    for stage, done in zip(short_of(reason), (False, True), strict=True):
        which = f"track = :track AND person_id IN ({holders})"
        await put(registry, stage, which, track=track, post=post)
        assert await first(registry, code, reason) == dict.fromkeys(people, done)


async def test_the_group_of_the_bodies_is_settled_first(registry: AsyncConnection) -> None:
    async def settled() -> bool:
        earlier = await first(registry, "ht.so-y-te.truong", Reason.QUOTA_NOT_SETTLED)
        return earlier["departments"]

    assert not await settled()
    await put(registry, Stage.DECIDED, "peer_group_code = 'departments'")
    assert await settled()
    await registry.execute(
        text("UPDATE quota SET over_quota = true WHERE year = 2023 AND peer_group_code = :group"),
        {"group": "departments"},
    )
    assert not await settled()


async def test_a_group_does_not_wait_for_bodies_without_a_rater(registry: AsyncConnection) -> None:
    await put(
        registry, Stage.DECIDED, "peer_group_code = 'departments' AND body_code <> 'ht.nhnn.tt'"
    )
    assert not (await first(registry, "ht.so-y-te.truong", Reason.QUOTA_NOT_SETTLED))["departments"]
    await registry.execute(text("DELETE FROM body_class WHERE body_code = 'ht.nhnn.tt'"))
    assert (await first(registry, "ht.so-y-te.truong", Reason.QUOTA_NOT_SETTLED))["departments"]


async def test_subjects_without_a_rater_or_an_appraisal_are_not_waited_for(
    registry: AsyncConnection,
) -> None:
    reasons = (Reason.COLLECTIVE_NOT_RATED, Reason.COLLECTIVE_NOT_REVIEWED)
    assert [await first(registry, "ht.ubnd.pct", one) for one in reasons] == [{}, {}]
    assert await first(registry, "ht.so-y-te.pho", reasons[0])
    await registry.execute(text("INSERT INTO cycle VALUES (2021, '', '2021-11-15', '2022-01-15')"))
    gone = "UPDATE appraisal SET year = 2021 WHERE year = 2023 AND body_code = 'ht.so-y-te.tt'"
    await registry.execute(text(gone))
    assert [await first(registry, "ht.so-y-te.pho", one) for one in reasons] == [{}, {}]


async def test_an_organisation_is_waited_for_where_a_clause_rates_it(
    registry: AsyncConnection,
) -> None:
    """It comes before its head, before the party's side of it, and is never reviewed."""
    for code in ("ht.so-y-te", "ht.lhkhkt"):
        statement = "INSERT INTO body_class VALUES (:code, 'other_provincial_unit_leadership')"
        await registry.execute(text(statement), {"code": code})
    assert "ht.so-y-te" in await first(registry, "ht.so-y-te.truong", Reason.BODY_NOT_RATED)
    assert "ht.lhkhkt" in await first(registry, "ht.lhkhkt.dd", Reason.PROFESSIONAL_NOT_RATED)
    assert "ht.lhkhkt" not in await first(
        registry, "ht.lhkhkt.dd", Reason.PROFESSIONAL_NOT_REVIEWED
    )


async def test_a_cell_lies_below_its_party_organisation(registry: AsyncConnection) -> None:
    statement = (
        "INSERT INTO body_class VALUES ('ht.so-y-te.cb', 'other_provincial_unit_leadership')"
    )
    await registry.execute(text(statement))
    assert "ht.so-y-te.cb" in await first(registry, "ht.duk.btv", Reason.LOWER_NOT_RATED)
    lower = await first(registry, "ht.ubnd.bcs", Reason.LOWER_NOT_RATED)
    assert "ht.so-y-te.tt" in lower
    assert "ht.so-y-te.cb" not in lower
    assert "ht.ubnd.bcs" not in lower


async def test_heads_wait_for_no_head_and_deputies_for_no_deputy(registry: AsyncConnection) -> None:
    for reason in (Reason.HEAD_NOT_REVIEWED, Reason.DEPUTIES_NOT_REVIEWED):
        assert await first(registry, "ht.dai-hoc.ht", reason) == {}
    assert await first(registry, "ht.so-y-te.pho", Reason.DEPUTIES_NOT_REVIEWED) == {}


async def test_an_official_without_a_rated_post_waits_for_the_cell_alone(
    registry: AsyncConnection,
) -> None:
    key = await appraisal(registry, "ht.so-y-te.pho")
    forget = text("UPDATE appraisal SET post_code = NULL WHERE id = :key")
    await registry.execute(forget, {"key": key})
    earlier = (await standings(registry, [key]))[key].earlier
    assert [one.reason for one in earlier] == [Reason.CELL_NOT_REVIEWED]


async def test_what_blocks_an_act_and_the_next_step(registry: AsyncConnection) -> None:
    await put(registry, Stage.NOT_STARTED, "post_code = 'ht.thach-ha.uv-btv'")
    await put(registry, Stage.NOT_STARTED, "body_code = 'ht.thach-ha.btv'")
    subject_standing = await standing(registry, "ht.thach-ha.uv-btv")
    assert [one.reason for one in blocks_next(subject_standing)] == [Reason.COLLECTIVE_NOT_REVIEWED]
    assert [one.reason for one in blocks(subject_standing, Act.RATE)] == [
        Reason.NOT_PROPOSED,
        Reason.COLLECTIVE_NOT_RATED,
    ]
    assert [one.reason for one in blocks(subject_standing, Act.APPRAISE)] == [Reason.NOT_SELF_RATED]
    both = {Reason.COLLECTIVE_NOT_REVIEWED, Reason.COLLECTIVE_NOT_RATED}
    assert {one.reason for one in others_first(subject_standing)} == both
    await put(registry, Stage.PROPOSED, "post_code = 'ht.thach-ha.uv-btv'")
    subject_standing = await standing(registry, "ht.thach-ha.uv-btv")
    assert [one.reason for one in others_first(subject_standing)] == [Reason.COLLECTIVE_NOT_RATED]
    await put(registry, Stage.DECIDED, "post_code = 'ht.thach-ha.uv-btv'")
    subject_standing = await standing(registry, "ht.thach-ha.uv-btv")
    assert (blocks_next(subject_standing), others_first(subject_standing)) == ((), ())


async def test_a_step_permitted_by_a_superior_in_writing_does_not_wait(
    registry: AsyncConnection,
) -> None:
    await put(registry, Stage.PROPOSED, "post_code = 'ht.thach-ha.uv-btv'")
    await put(registry, Stage.REVIEWED, "body_code = 'ht.thach-ha.btv'")
    before = await standing(registry, "ht.thach-ha.uv-btv")
    waits = [Reason.COLLECTIVE_NOT_RATED]
    assert [one.reason for one in blocks(before, Act.RATE)] == waits
    assert [one.reason for one in others_first(before)] == waits
    await append_acts(
        registry,
        [
            acts.ChainAct(
                appraisal_id=await appraisal(registry, "ht.thach-ha.uv-btv"),
                act=Act.REQUIRE_REREVIEW,
                at=datetime(2023, 12, 1, tzinfo=UTC),
                actor_person_id=None,
                actor_post_code=None,
                on_behalf_rater_id=None,
                reason="Thiên tai",
                payload={"kind": acts.EXCEPTION, "step": Step.RATE},
            )
        ],
    )
    subject_standing = await standing(registry, "ht.thach-ha.uv-btv")
    assert (
        blocks(subject_standing, Act.RATE),
        blocks_next(subject_standing),
        others_first(subject_standing),
    ) == ((), (), ())


async def everybody(connection: AsyncConnection) -> dict[UUID, Standing]:
    ids = await column(connection, f"SELECT id FROM appraisal WHERE year = {YEAR}")
    return await standings(connection, [UUID(str(one)) for one in ids])


async def test_every_wait_can_end(registry: AsyncConnection) -> None:
    """A clause gives every subject that is waited for a rater, or at least an appraising authority."""
    policy = load_policy()
    earlier_subjects = {
        earlier for standing in (await everybody(registry)).values() for earlier in standing.earlier
    }
    assert {earlier.reason for earlier in earlier_subjects} >= {
        reason for reason, *_ in OF_BODIES + OF_PERSONS
    }
    for earlier in earlier_subjects:
        if earlier.reason is Reason.QUOTA_NOT_SETTLED:
            continue
        classes = await classes_of(registry, earlier)
        acts = [Act.RATE, Act.APPRAISE] if rule(earlier.reason).step is Step.REVIEW else [Act.RATE]
        assert any(competence_for(policy, act, classes).granted for act in acts), earlier


async def classes_of(connection: AsyncConnection, earlier: EarlierSubject) -> frozenset[str]:
    if earlier.reason is Reason.CELL_NOT_REVIEWED:
        key, track = UUID(earlier.subject), Track.PARTY_MEMBER
        (subject,) = await subjects.persons(connection, [key], YEAR, track)
    elif earlier.reason in {Reason.HEAD_NOT_REVIEWED, Reason.DEPUTIES_NOT_REVIEWED}:
        (subject,) = await subjects.persons(
            connection, [UUID(earlier.subject)], YEAR, Track.OFFICIAL
        )
    else:
        (subject,) = await subjects.bodies(connection, [earlier.subject], YEAR)
    assert subject
    return subject.classes


async def test_waits_are_not_circular(registry: AsyncConnection) -> None:
    """Reviews come before ratings, and a group is settled by its bodies."""
    graph: TopologicalSorter[tuple[Step, str]] = TopologicalSorter()
    for waiting in (await everybody(registry)).values():
        for earlier in waiting.earlier:
            step = rule(earlier.reason).step
            if earlier.reason is not Reason.CELL_NOT_REVIEWED:
                graph.add((step, waiting.subject), (step, earlier.subject))
    bodies = (
        f"SELECT peer_group_code, body_code FROM appraisal WHERE year = {YEAR} AND track = 'BODY'"
    )
    for group, body in (await registry.execute(text(bodies))).all():
        if group:
            graph.add((Step.RATE, group), (Step.RATE, body))
    graph.prepare()


async def test_many_cost_three_statements_as_one_does(registry: AsyncConnection) -> None:
    statements: list[str] = []
    event.listen(
        registry.sync_connection, "before_cursor_execute", lambda *of: statements.append(of[2])
    )
    ids = [UUID(str(one)) for one in await column(registry, "SELECT id FROM appraisal")]
    statements.clear()
    assert len(await standings(registry, ids)) == len(ids)
    assert len(statements) == 3
    statements.clear()
    members = "SELECT id FROM appraisal WHERE track = 'PARTY_MEMBER'"
    ids = [UUID(str(one)) for one in await column(registry, members)]
    assert all(one.earlier == () for one in (await standings(registry, ids)).values())
    assert len(statements) == 3  # the one that brought the ids, the stages, the exceptions
    assert await standings(registry, [UUID(int=0)]) == {}
