"""`verify` finds nothing wrong with the demonstration, and names every kind of tampering with it."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from resolvers.demonstration.facts import YEAR
from resolvers.demonstration.load import HISTORY
from resolvers.verifying import Finding, Kind, Verified, verify

pytestmark = pytest.mark.anyio

RATED = "(SELECT min(sequence) FROM act WHERE act = 'rate' AND level = 'COMPLETED')"
OF_RATED = f"(SELECT appraisal_id FROM act WHERE sequence = {RATED})"
COMPUTED = "(SELECT min(appraisal_id::text)::uuid FROM computation WHERE level = 'UNDETERMINED')"


async def tampered(connection: AsyncConnection, *statements: str) -> Verified:
    """What is found once the triggers that refuse changes are gone, and these were made."""
    for table in ("act", "facts"):
        await connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    for statement in statements:
        assert (await connection.execute(text(statement))).rowcount >= 1
    found = await verify(connection)
    assert not found.is_clean
    return found


async def scalar(connection: AsyncConnection, statement: str) -> int:
    return int((await connection.execute(text(statement))).scalar_one())


async def test_the_demonstration_is_clean(registry: AsyncConnection) -> None:
    found = await verify(registry)
    assert found.findings == ()
    assert found.is_clean
    assert found.years == (HISTORY, YEAR)
    assert found.stored.acts > 6000
    assert found.stored.computations > 2000
    assert found.report().startswith("2022, 2023: ")
    assert found.report().endswith(" computations: everything fits")


@pytest.mark.parametrize(
    ("tampering", "expected"),
    [
        (
            """UPDATE quota SET not_rated = not_rated + 1 WHERE year = 2022
            AND peer_group_code = 'departments.deputies'""",
            (Kind.QUOTA, "departments.deputies, 2022", r"not_rated is \d+, not \d+"),
        ),
        (
            """UPDATE quota SET over_quota = true WHERE year = 2023
            AND peer_group_code = 'departments.deputies'""",
            (Kind.OVER_QUOTA, "departments.deputies, 2023", "it is marked as over the quota"),
        ),
        (
            """UPDATE tally SET good = good - 1, completed = completed + 1 WHERE year = 2023
            AND body_code = 'ht' AND track = 'PARTY_MEMBER'""",
            (Kind.TALLY, "ht, PARTY_MEMBER 2023", r"good is \d+, not \d+, completed is \d+"),
        ),
        (
            f"UPDATE computation SET level = 'GOOD' WHERE appraisal_id = {COMPUTED}",
            (Kind.COMPUTATION, ", ", "its facts lead to UNDETERMINED, stored is GOOD"),
        ),
        (
            f"UPDATE computation SET facts = facts || '{{\"x\": 1}}' WHERE appraisal_id = {COMPUTED}",
            (Kind.COMPUTATION, ", ", "its facts lead to REFUSED, stored is UNDETERMINED"),
        ),
        (
            f"UPDATE computation SET findings = '[]' WHERE appraisal_id = {COMPUTED}",
            (Kind.COMPUTATION, ", ", "its facts lead to UNDETERMINED by other findings"),
        ),
        (
            f"UPDATE appraisal SET computed_level = 'GOOD' WHERE id = {COMPUTED}",
            (Kind.COMPUTATION, " 2023", "it shows GOOD, computed was UNDETERMINED"),
        ),
        (
            f"""UPDATE facts SET document = document || '{{"flags": []}}' WHERE appraisal_id = {COMPUTED}""",
            (Kind.COMPUTATION, " 2023", "from other facts than were recorded"),
        ),
    ],
)
async def test_what_is_counted_or_computed_otherwise_is_named(
    registry: AsyncConnection, tampering: str, expected: tuple[Kind, str, str]
) -> None:
    first = (await tampered(registry, tampering)).findings[0]
    kind, about, said = expected
    assert (first.kind, first.sequence) == (kind, None)
    assert about in first.about
    assert re.search(said, first.sentence)


async def test_a_level_changed_behind_the_back_of_the_acts_is_named_by_its_act(
    registry: AsyncConnection,
) -> None:
    sequence = await scalar(registry, f"SELECT {RATED}")
    found = await tampered(
        registry, f"UPDATE appraisal SET level = 'EXCELLENT' WHERE id = {OF_RATED}"
    )
    first = found.findings[0]
    assert (first.kind, first.sequence) == (Kind.DECISION, sequence)
    assert first.sentence == "level is EXCELLENT, not COMPLETED"
    assert found.report().splitlines()[1] == f"  {first}"
    assert str(first).startswith(f"act {sequence}, decision: ")
    # The counts no longer fit either; whatever names no act comes after.
    assert {one.kind for one in found.findings[1:]} >= {Kind.TALLY}
    assert {one.sequence for one in found.findings[1:]} == {None}


async def test_a_level_that_was_taken_away_is_named_by_its_act(registry: AsyncConnection) -> None:
    sequence = await scalar(registry, f"SELECT {RATED}")
    found = await tampered(
        registry,
        f"UPDATE appraisal SET level = NULL, stage = 'PROPOSED' WHERE id = {OF_RATED}",
    )
    assert (found.findings[0].kind, found.findings[0].sequence) == (Kind.DECISION, sequence)
    assert found.findings[0].sentence == "level is None, not COMPLETED"


async def test_a_changed_reason_breaks_the_chain(registry: AsyncConnection) -> None:
    found = await tampered(registry, "UPDATE act SET reason = 'Khác' WHERE sequence = 4000")
    (broken,) = found.findings
    assert (broken.kind, broken.sequence) == (Kind.CHAIN, 4000)


async def test_the_first_act_that_does_not_fit_comes_first(registry: AsyncConnection) -> None:
    found = await tampered(
        registry,
        "UPDATE act SET reason = 'Khác' WHERE sequence = 4000",
        f"UPDATE appraisal SET clause = 'HD01:6.1' WHERE id = {OF_RATED}",
    )
    sequences = [one.sequence for one in found.findings]
    assert sequences == [await scalar(registry, f"SELECT {RATED}"), 4000]


async def test_a_removed_act_breaks_the_chain_and_leaves_a_level_without_an_act(
    registry: AsyncConnection,
) -> None:
    sequence = await scalar(registry, f"SELECT {RATED}")
    found = await tampered(registry, f"DELETE FROM act WHERE sequence = {RATED}")
    assert [(one.kind, one.sequence) for one in found.findings] == [
        (Kind.CHAIN, sequence),
        (Kind.DECISION, None),
    ]
    assert found.findings[1].sentence == "it has the level COMPLETED, and no act says so"


async def test_acts_removed_from_the_end_leave_a_level_without_an_act(
    registry: AsyncConnection,
) -> None:
    last = "(SELECT max(sequence) FROM act WHERE act = 'rate')"
    (finding,) = (await tampered(registry, f"DELETE FROM act WHERE sequence >= {last}")).findings
    assert (finding.kind, finding.sequence) == (Kind.DECISION, None)
    assert finding.sentence.endswith("and no act says so")


async def test_an_act_of_somebody_without_the_post_is_named(registry: AsyncConnection) -> None:
    """With the membership gone, the chain itself stays whole."""
    sequence = await scalar(registry, f"SELECT {RATED}")
    found = await tampered(
        registry,
        f"""DELETE FROM membership m USING act r WHERE r.sequence = {RATED}
            AND (m.person_id, m.post_code) = (r.actor_person_id, r.actor_post_code)""",
    )
    first = found.findings[0]
    assert (first.kind, first.sequence) == (Kind.POST, sequence)
    assert first.sentence.endswith("without holding it")
    assert {one.kind for one in found.findings} == {Kind.POST}


async def test_whoever_rated_after_appraising_is_named(registry: AsyncConnection) -> None:
    appraised = "(SELECT min(sequence) FROM act WHERE act = 'appraise')"
    rated = f"""SELECT sequence FROM act WHERE act = 'rate' AND appraisal_id =
        (SELECT appraisal_id FROM act WHERE sequence = {appraised})"""
    found = await tampered(
        registry,
        f"""UPDATE act p SET actor_person_id = r.actor_person_id, actor_post_code = r.actor_post_code
            FROM act r WHERE p.sequence = {appraised} AND r.act = 'rate'
            AND r.appraisal_id = p.appraisal_id""",
    )
    sequence = await scalar(registry, rated)
    assert [one.kind for one in found.findings] == [Kind.CHAIN, Kind.FOUR_EYES]
    assert found.findings[1].sequence == sequence


def test_a_finding_without_an_act_names_none() -> None:
    finding = Finding(Kind.TALLY, "ht, BODY 2023", "good is 1, not 2")
    assert str(finding) == "tally: ht, BODY 2023: good is 1, not 2"
