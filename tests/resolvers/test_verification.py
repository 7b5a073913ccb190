"""`verify` finds nothing wrong with the demonstration, and names every kind of tampering with it."""

import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection.database_role import SERVICE, grant
from db.repositories.act import (
    COLUMNS,
    FIRST_PREVIOUS,
    ChainAct,
    chain_hash,
    content_digest,
    head_of,
)
from db.repositories.replay import TAKEN_OVER
from demo.facts import YEAR
from demo.loader import HISTORY
from resolvers import registry_act
from resolvers.verification import Discrepancy, DiscrepancyKind, Verified, verify
from tests.db.repositories.test_act import add_of_format_1
from tests.resolvers.tamperings import (
    ANSWERS,
    COUNTS,
    MEMBER,
    OF_RATED,
    ONE_OF_EACH,
    OTHER_PERSON,
    RATED,
    SPARE,
    SPARE_PERSON,
    Tampering,
    exchanged,
)

pytestmark = pytest.mark.anyio

COMPUTED = "(SELECT min(appraisal_id::text)::uuid FROM computation WHERE level = 'UNDETERMINED')"


async def tampered(connection: AsyncConnection, *statements: str) -> Verified:
    """What is found once an owner of the database made these changes, with its triggers off."""
    await connection.execute(text("SET LOCAL session_replication_role = replica"))
    for statement in statements:
        await connection.execute(text(statement))
    return await verify(connection)


async def scalar(connection: AsyncConnection, statement: str) -> int:
    return int((await connection.execute(text(statement))).scalar_one())


async def test_the_demonstration_is_clean(registry: AsyncConnection) -> None:
    verified = await verify(registry)
    assert verified.findings == ()
    assert verified.is_clean
    assert verified.years == (HISTORY, YEAR)
    assert verified.stored.acts > 6000
    assert verified.stored.computations > 2000
    assert verified.report().startswith("2022, 2023: ")
    first, head = verified.report().splitlines()
    assert first.endswith(" computations: everything fits")
    assert head == f"head {verified.head.sequence}:{verified.head.hash.hex()}"


@pytest.mark.parametrize("tampering", ONE_OF_EACH, ids=lambda tampering: tampering.name)
async def test_each_kind_of_tampering_is_found(
    registry: AsyncConnection, tampering: Tampering
) -> None:
    discrepancies = await tampered(registry, *tampering.statements)
    assert tampering.kind in {finding.kind for finding in discrepancies.findings}


NAMED = (
    "SELECT coalesce(body_code, CAST(person_id AS text)) FROM appraisal WHERE year = 2023 AND {}"
)


@pytest.mark.parametrize(
    ("whom", "closed_on", "is_named"),
    [
        ("body_code = 'ht.so-noi-vu.tt'", None, True),
        ("post_code = 'ht.thach-ha.uv-btv'", None, True),
        ("body_code = 'ht.so-noi-vu'", None, False),
        ("post_code = 'ht.cd-y-te.pht'", None, False),
        ("body_code = 'ht.so-noi-vu.tt'", "2024-01-15", False),
        ("peer_group_code = 'public-units' AND level = 'EXCELLENT'", "2024-01-15", True),
    ],
    ids=["body", "official", "unrated body", "unrated official", "closed", "closed, EXCELLENT"],
)
async def test_a_subject_with_a_rater_and_without_a_quota_is_reported(
    registry: AsyncConnection, whom: str, closed_on: str | None, *, is_named: bool
) -> None:
    keys = {str(one) for one in (await registry.execute(text(NAMED.format(whom)))).scalars()}
    closing = f"UPDATE cycle SET closed_on = '{closed_on}' WHERE year = 2023"
    discrepancies = await tampered(
        registry,
        f"UPDATE appraisal SET peer_group_code = NULL WHERE year = 2023 AND {whom}",
        *([closing] if closed_on else []),
    )
    named = [one for one in discrepancies.findings if one.kind is DiscrepancyKind.NO_GROUP]
    assert {one.about.partition(",")[0] for one in named} == (keys if is_named else set())


async def test_a_chain_made_anew_and_a_tail_cut_off_do_not_fit_the_head_of_before(
    registry: AsyncConnection,
) -> None:
    before = await head_of(registry)
    await registry.execute(text("SET LOCAL session_replication_role = replica"))
    await registry.execute(text("UPDATE act SET reason = 'Khác' WHERE sequence = 4000"))
    await sealed_anew(registry)
    findings = (await verify(registry)).findings
    assert DiscrepancyKind.CHAIN not in {finding.kind for finding in findings}
    (discrepancy,) = set((await verify(registry, before)).findings) - set(findings)
    assert (discrepancy.kind, discrepancy.sequence) == (DiscrepancyKind.EXPECTED, before.sequence)
    await registry.execute(
        text("DELETE FROM act WHERE sequence = :last"), {"last": before.sequence}
    )
    kinds = {finding.kind for finding in (await verify(registry, before)).findings}
    assert DiscrepancyKind.EXPECTED in kinds
    head = await head_of(registry)
    assert DiscrepancyKind.EXPECTED not in {
        finding.kind for finding in (await verify(registry, head)).findings
    }


async def test_two_people_exchanged_by_the_role_of_the_service_are_found(
    registry: AsyncConnection,
) -> None:
    """No superuser is needed for it, and no trigger is off."""
    await as_service(registry)
    for statement in (SPARE_PERSON, *exchanged(), f"DELETE FROM person WHERE id = {SPARE}"):
        await registry.execute(text(statement))
    discrepancies = (await verify(registry)).findings
    assert {finding.kind for finding in discrepancies} >= {
        DiscrepancyKind.SUBJECT,
        DiscrepancyKind.ROW,
    }
    named = {finding.about for finding in discrepancies if finding.kind is DiscrepancyKind.SUBJECT}
    assert len(named) == len({"the one", "the other"})


async def as_service(connection: AsyncConnection) -> None:
    """Go on as the role of the service, which is made and granted in this transaction."""
    await connection.execute(text(f"CREATE ROLE {SERVICE} NOLOGIN"))
    await connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {SERVICE}"))
    await grant(connection)
    await connection.execute(text(f"SET LOCAL ROLE {SERVICE}"))


@pytest.mark.parametrize("tampering", [*ANSWERS, *COUNTS[2:]], ids=lambda tampering: tampering.name)
async def test_what_only_looks_like_an_answer_or_a_count_is_found(
    registry: AsyncConnection, tampering: Tampering
) -> None:
    discrepancies = await tampered(registry, *tampering.statements)
    assert {finding.kind for finding in discrepancies.findings} == {tampering.kind}


async def test_a_change_that_was_undone_is_found(registry: AsyncConnection) -> None:
    await as_service(registry)
    (key,) = await registry.execute(
        text("SELECT id FROM membership WHERE until IS NULL ORDER BY id LIMIT 1")
    )
    for until in (date(2023, 12, 1), None):
        statement = text("UPDATE membership SET until = :until WHERE id = :id")
        await registry.execute(statement, {"until": until, "id": key.id})
    (discrepancy,) = (await verify(registry)).findings
    assert str(discrepancy) == f"row: membership {key.id}: written without an act"


async def test_an_act_in_the_form_of_an_older_version_covers_nothing_where_none_ever_wrote(
    registry: AsyncConnection,
) -> None:
    await registry.execute(text(MEMBER.format(person=OTHER_PERSON, since="2023-01-01")))
    head = await head_of(registry)
    act = ChainAct(
        appraisal_id=None,
        act="register",
        at=datetime(2023, 12, 11, 8, tzinfo=UTC),
        actor_person_id=None,
        actor_post_code=None,
        on_behalf_rater_id=None,
        payload={},
    )
    await add_of_format_1(registry, act, head.sequence + 1)
    (discrepancy,) = (await verify(registry)).findings
    assert (discrepancy.kind, discrepancy.sequence) == (DiscrepancyKind.CHAIN, head.sequence + 1)


async def test_a_registry_is_taken_over_before_anything_else_or_not_at_all(
    registry: AsyncConnection,
) -> None:
    (key,) = await registry.execute(
        text("SELECT id FROM appraisal WHERE stage = 'NOT_STARTED' AND year = 2023 LIMIT 1")
    )
    statement = text("UPDATE appraisal SET stage = 'SELF_RATED' WHERE id = :id")
    await registry.execute(statement, {"id": key.id})
    listed = {"appraisals": [str(key.id)], "documents": []}
    await registry_act.record(registry, TAKEN_OVER, datetime.now(UTC), listed=listed)
    (discrepancy,) = (await verify(registry)).findings
    assert (discrepancy.kind, discrepancy.sentence) == (
        DiscrepancyKind.STEP,
        "its stage is SELF_RATED, the acts say NOT_STARTED",
    )


async def sealed_anew(connection: AsyncConnection) -> None:
    """Write all hashes again, with the project's own functions."""
    names = ", ".join(name for name in COLUMNS if name != "payload")
    statement = f"SELECT sequence, salt, {names}, payload FROM act ORDER BY sequence"
    rows = (await connection.execute(text(statement))).mappings().all()
    previous, bound = FIRST_PREVIOUS, []
    for row in rows:
        digest = content_digest(row["salt"], ChainAct(**{name: row[name] for name in COLUMNS}))
        sealed = chain_hash(row["sequence"], previous, digest)
        bound.append({"n": row["sequence"], "d": digest, "p": previous, "h": sealed})
        previous = sealed
    update = "UPDATE act SET digest = :d, previous_hash = :p, hash = :h WHERE sequence = :n"
    await connection.execute(text(update), bound)


@pytest.mark.parametrize(
    ("tampering", "expected"),
    [
        (
            """UPDATE quota SET not_rated = not_rated + 1 WHERE year = 2022
            AND peer_group_code = 'departments.deputies'""",
            (DiscrepancyKind.QUOTA, "departments.deputies, 2022", r"not_rated is \d+, not \d+"),
        ),
        (
            """UPDATE quota SET over_quota = true WHERE year = 2023
            AND peer_group_code = 'departments.deputies'""",
            (
                DiscrepancyKind.OVER_QUOTA,
                "departments.deputies, 2023",
                "it is marked as over the quota",
            ),
        ),
        (
            """UPDATE tally SET good = good - 1, completed = completed + 1 WHERE year = 2023
            AND body_code = 'ht' AND track = 'PARTY_MEMBER'""",
            (
                DiscrepancyKind.TALLY,
                "ht, PARTY_MEMBER 2023",
                r"good is \d+, not \d+, completed is \d+",
            ),
        ),
        (
            f"UPDATE computation SET level = 'GOOD' WHERE appraisal_id = {COMPUTED}",
            (DiscrepancyKind.COMPUTATION, ", ", "its facts lead to UNDETERMINED, stored is GOOD"),
        ),
        (
            f"UPDATE computation SET facts = facts || '{{\"x\": 1}}' WHERE appraisal_id = {COMPUTED}",
            (
                DiscrepancyKind.COMPUTATION,
                ", ",
                "its facts lead to REFUSED, stored is UNDETERMINED",
            ),
        ),
        (
            f"UPDATE computation SET findings = '[]' WHERE appraisal_id = {COMPUTED}",
            (DiscrepancyKind.COMPUTATION, ", ", "its facts lead to UNDETERMINED by other findings"),
        ),
        (
            f"UPDATE appraisal SET computed_level = 'GOOD' WHERE id = {COMPUTED}",
            (DiscrepancyKind.COMPUTATION, " 2023", "it shows GOOD, computed was UNDETERMINED"),
        ),
        (
            f"""UPDATE facts SET document = document || '{{"flags": []}}' WHERE appraisal_id = {COMPUTED}""",
            (DiscrepancyKind.COMPUTATION, " 2023", "from other facts than were recorded"),
        ),
    ],
)
async def test_a_different_count_or_computation_is_reported(
    registry: AsyncConnection, tampering: str, expected: tuple[DiscrepancyKind, str, str]
) -> None:
    kind, about, sentence = expected
    findings = (await tampered(registry, tampering)).findings
    first = next(finding for finding in findings if finding.kind is kind)
    assert first.sequence is None
    assert about in first.about
    assert re.search(sentence, first.sentence)


async def test_a_level_changed_behind_the_back_of_the_acts_is_named_by_its_act(
    registry: AsyncConnection,
) -> None:
    sequence = await scalar(registry, f"SELECT {RATED}")
    discrepancies = await tampered(
        registry, f"UPDATE appraisal SET level = 'EXCELLENT' WHERE id = {OF_RATED}"
    )
    first = discrepancies.findings[0]
    assert (first.kind, first.sequence) == (DiscrepancyKind.DECISION, sequence)
    assert first.sentence == "level is EXCELLENT, not COMPLETED"
    assert discrepancies.report().splitlines()[2] == f"  {first}"
    assert str(first).startswith(f"act {sequence}, decision: ")
    # The counts and the row no longer fit either; whatever names no act comes last.
    assert {one.kind for one in discrepancies.findings} >= {
        DiscrepancyKind.TALLY,
        DiscrepancyKind.ROW,
    }
    assert discrepancies.findings[-1].sequence is None


async def test_a_level_that_was_taken_away_is_named_by_its_act(registry: AsyncConnection) -> None:
    sequence = await scalar(registry, f"SELECT {RATED}")
    discrepancies = await tampered(
        registry,
        f"UPDATE appraisal SET level = NULL, stage = 'PROPOSED' WHERE id = {OF_RATED}",
    )
    assert (discrepancies.findings[0].kind, discrepancies.findings[0].sequence) == (
        DiscrepancyKind.DECISION,
        sequence,
    )
    assert discrepancies.findings[0].sentence == "level is None, not COMPLETED"


async def test_a_changed_reason_breaks_the_chain(registry: AsyncConnection) -> None:
    discrepancies = await tampered(registry, "UPDATE act SET reason = 'Khác' WHERE sequence = 4000")
    (broken,) = discrepancies.findings
    assert (broken.kind, broken.sequence) == (DiscrepancyKind.CHAIN, 4000)


async def test_the_first_act_that_does_not_fit_comes_first(registry: AsyncConnection) -> None:
    discrepancies = await tampered(
        registry,
        "UPDATE act SET reason = 'Khác' WHERE sequence = 4000",
        f"UPDATE appraisal SET clause = 'HD01:6.1' WHERE id = {OF_RATED}",
    )
    sequences = [one.sequence for one in discrepancies.findings]
    assert {await scalar(registry, f"SELECT {RATED}"), 4000} <= set(sequences)
    assert sequences == sorted(sequences, key=lambda one: (one is None, one or 0))


async def test_a_removed_act_breaks_the_chain_and_leaves_a_level_without_an_act(
    registry: AsyncConnection,
) -> None:
    sequence = await scalar(registry, f"SELECT {RATED}")
    discrepancies = await tampered(registry, f"DELETE FROM act WHERE sequence = {RATED}")
    assert [(one.kind, one.sequence) for one in discrepancies.findings[:2]] == [
        (DiscrepancyKind.CHAIN, sequence),
        (DiscrepancyKind.DECISION, None),
    ]
    assert discrepancies.findings[1].sentence == "it has the level COMPLETED, and no act says so"


async def test_acts_removed_from_the_end_leave_a_level_without_an_act(
    registry: AsyncConnection,
) -> None:
    last = "(SELECT max(sequence) FROM act WHERE act = 'rate')"
    discrepancies = await tampered(registry, f"DELETE FROM act WHERE sequence >= {last}")
    finding = next(one for one in discrepancies.findings if one.kind is DiscrepancyKind.DECISION)
    assert finding.sequence is None
    assert finding.sentence.endswith("and no act says so")


async def test_an_act_by_a_person_without_the_post_is_reported(registry: AsyncConnection) -> None:
    """With the membership gone, the chain itself stays whole."""
    sequence = await scalar(registry, f"SELECT {RATED}")
    discrepancies = await tampered(
        registry,
        f"""DELETE FROM membership m USING act r WHERE r.sequence = {RATED}
            AND (m.person_id, m.post_code) = (r.actor_person_id, r.actor_post_code)""",
    )
    first = discrepancies.findings[0]
    assert (first.kind, first.sequence) == (DiscrepancyKind.POST, sequence)
    assert first.sentence.endswith("without holding it")
    assert {one.kind for one in discrepancies.findings} == {
        DiscrepancyKind.POST,
        DiscrepancyKind.ROW,
    }


async def test_a_rating_by_the_appraising_person_is_reported(registry: AsyncConnection) -> None:
    appraised = "(SELECT min(sequence) FROM act WHERE act = 'appraise')"
    rated = f"""SELECT sequence FROM act WHERE act = 'rate' AND appraisal_id =
        (SELECT appraisal_id FROM act WHERE sequence = {appraised})"""
    discrepancies = await tampered(
        registry,
        f"""UPDATE act p SET actor_person_id = r.actor_person_id, actor_post_code = r.actor_post_code
            FROM act r WHERE p.sequence = {appraised} AND r.act = 'rate'
            AND r.appraisal_id = p.appraisal_id""",
    )
    sequence = await scalar(registry, rated)
    assert [one.kind for one in discrepancies.findings] == [
        DiscrepancyKind.CHAIN,
        DiscrepancyKind.FOUR_EYES,
    ]
    assert discrepancies.findings[1].sequence == sequence


def test_a_finding_without_an_act_names_none() -> None:
    finding = Discrepancy(DiscrepancyKind.TALLY, "ht, BODY 2023", "good is 1, not 2")
    assert str(finding) == "tally: ht, BODY 2023: good is 1, not 2"
