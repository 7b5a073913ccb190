"""Finds differences only: counts, decisions by the last act, posts on the day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories import (
    act as acts,
    appraisal as appraisals,
    person as persons,
    quota as quotas,
    tally as tallies,
    verification,
)
from db.repositories.act import ChainAct
from db.repositories.appraisal import Appraisal, Computation, Facts
from db.repositories.person import Membership, Person
from db.repositories.verification import (
    Counters,
    OtherComputation,
    OtherDecision,
    RatedAlone,
    StoredDecision,
    VerifiedSubject,
    WithoutPost,
)
from rules.editions.lookup import QuotaBase, edition_for

pytestmark = pytest.mark.anyio

Make = Callable[..., Appraisal]
GROUP, BODY = "departments", "ht.so-y-te.tt"
SUBJECT = VerifiedSubject(BODY, "BODY", 2023)
HA_TINH = edition_for(2023).quota
OTHER_BASE = replace(HA_TINH, base=QuotaBase.GOOD_OR_BETTER)
RATED_AT = datetime(2023, 12, 20, 8, tzinfo=UTC)
DECIDED = StoredDecision("GOOD", "panel_6_2_3", "HD01:6.2.3:a", date(2023, 12, 20))
NONE = StoredDecision(None, None, None, None)


def act(
    about: Appraisal, word: str = "rate", level: str | None = "GOOD", by: UUID | None = None
) -> ChainAct:
    return ChainAct(
        appraisal_id=about.id,
        act=word,
        at=RATED_AT,
        actor_person_id=by,
        actor_post_code=None,
        on_behalf_rater_id="panel_6_2_3",
        level=level,
        clause="HD01:6.2.3:a",
        payload={},
    )


@pytest.fixture
async def people(year: AsyncConnection) -> list[UUID]:
    """Two people without any post."""
    persons_of_year = [
        Person(id=uuid4(), name="Lê An", is_invented=True, is_civil_servant=True) for _ in range(2)
    ]
    await persons.add_persons(year, persons_of_year)
    return [one.id for one in persons_of_year]


async def test_an_empty_registry_fits(year: AsyncConnection) -> None:
    assert await verification.stored(year) == verification.Stored(0, 0, 0, 0, 0)
    assert await verification.other_quotas(year, 2023, HA_TINH) == []
    assert await verification.other_tallies(year, 2023) == []


async def test_counters_are_compared_both_ways(year: AsyncConnection, appraisal: Make) -> None:
    added = appraisal(body_code=BODY, peer_group_code=GROUP, level="GOOD")
    await appraisals.add(year, [added])
    nothing = dict.fromkeys(verification.IN_QUOTA, 0)
    counted = nothing | {"good": 1, "base": 1}
    assert await verification.other_quotas(year, 2023, HA_TINH) == [
        Counters(GROUP, None, nothing, counted)
    ]
    await quotas.recount(year, 2023, HA_TINH)
    assert await verification.other_quotas(year, 2023, HA_TINH) == []
    await year.execute(text("UPDATE quota SET completed = 7 WHERE peer_group_code = 'caucuses'"))
    assert await verification.other_quotas(year, 2023, HA_TINH) == [
        Counters("caucuses", None, nothing | {"completed": 7}, nothing)
    ]


async def test_the_base_counts_the_levels_that_the_edition_says(
    year: AsyncConnection, appraisal: Make
) -> None:
    added = appraisal(body_code=BODY, peer_group_code=GROUP, level="EXCELLENT")
    await appraisals.add(year, [added])
    await quotas.recount(year, 2023, HA_TINH, may_exceed=True)
    (counters,) = await verification.other_quotas(year, 2023, OTHER_BASE)
    assert (counters.stored["base"], counters.counted["base"]) == (0, 1)


async def test_a_group_is_marked_exactly_when_it_is_over(
    year: AsyncConnection, appraisal: Make
) -> None:
    await appraisals.add(
        year, [appraisal(body_code=BODY, peer_group_code=GROUP, level="EXCELLENT")]
    )
    await quotas.recount(year, 2023, HA_TINH, may_exceed=True)
    assert await verification.other_quotas(year, 2023, HA_TINH) == []
    await year.execute(
        text("UPDATE quota SET over_quota = true WHERE peer_group_code = 'caucuses'")
    )
    await year.execute(text("ALTER TABLE quota DROP CONSTRAINT ck_quota_holds"))
    await year.execute(
        text(f"UPDATE quota SET over_quota = false WHERE peer_group_code = '{GROUP}'")
    )
    counters = await verification.other_quotas(year, 2023, HA_TINH)
    assert [(one.code, one.is_marked, one.is_over) for one in counters] == [
        ("caucuses", True, False),
        (GROUP, False, True),
    ]
    assert all(one.stored == one.counted for one in counters)


async def test_a_tally_counts_the_subtree(year: AsyncConnection, appraisal: Make) -> None:
    await appraisals.add(year, [appraisal(body_code=BODY, level="GOOD")])
    missing = await verification.other_tallies(year, 2023)
    assert [one.code for one in missing] == ["ht", "ht.so-y-te", BODY, "ht.ubnd"]
    assert {(one.track, one.stored["total"], one.counted["total"]) for one in missing} == {
        ("BODY", 0, 1)
    }
    await tallies.recompute(year, 2023)
    assert await verification.other_tallies(year, 2023) == []
    await year.execute(text("DELETE FROM tally WHERE body_code = 'ht' AND track = 'BODY'"))
    (gone,) = await verification.other_tallies(year, 2023)
    nothing = dict.fromkeys(verification.IN_TALLY, 0)
    assert gone == Counters("ht", "BODY", nothing, nothing | {"good": 1, "total": 1})


async def test_no_row_of_a_body_without_appraisals_is_no_fault(
    year: AsyncConnection, appraisal: Make
) -> None:
    await appraisals.add(year, [appraisal(body_code=BODY)])
    await tallies.recompute(year, 2023)
    await year.execute(text("DELETE FROM tally WHERE body_code = 'ht.so-tnmt'"))
    assert await verification.other_tallies(year, 2023) == []


@pytest.mark.parametrize(
    ("level", "words", "fits"),
    [
        ("GOOD", [("rate", "GOOD")], True),
        ("GOOD", [("rate", "COMPLETED"), ("annul", None), ("rate", "GOOD")], True),
        (None, [("rate", "GOOD"), ("annul", "GOOD")], True),
        (None, [("appraise", "GOOD")], True),
        ("GOOD", [("rate", "COMPLETED")], False),
        ("GOOD", [("rate", "GOOD"), ("annul", None)], False),
        (None, [("annul", None), ("rate", "GOOD")], False),
        (None, [("rate", None)], False),
    ],
)
async def test_the_last_act_about_a_level_says_it(
    year: AsyncConnection,
    appraisal: Make,
    level: str | None,
    words: list[tuple[str, str | None]],
    fits: bool,
) -> None:
    added = appraisal(body_code=BODY, level=level)
    await appraisals.add(year, [added])
    last = (
        await acts.append_acts(year, [act(added, word, gives) for word, gives in words])
    ).sequence
    decisions = await verification.other_decisions(year)
    assert [other.sequence for other in decisions] == ([] if fits else [last])


@pytest.mark.parametrize(
    ("tampering", "stored"),
    [
        ("level = 'EXCELLENT'", replace(DECIDED, level="EXCELLENT")),
        ("rater_id = 'panel_6_2_2'", replace(DECIDED, rater="panel_6_2_2")),
        ("clause = 'HD01:6.2.4'", replace(DECIDED, clause="HD01:6.2.4")),
        ("decided_on = '2023-12-21'", replace(DECIDED, day=date(2023, 12, 21))),
    ],
)
async def test_a_decision_changed_behind_the_back_of_its_act_is_named(
    year: AsyncConnection, appraisal: Make, tampering: str, stored: StoredDecision
) -> None:
    added = appraisal(body_code=BODY, level="GOOD")
    await appraisals.add(year, [added])
    await acts.append_acts(year, [act(added)])
    await year.execute(text(f"UPDATE appraisal SET {tampering}"))
    assert await verification.other_decisions(year) == [OtherDecision(1, SUBJECT, stored, DECIDED)]


async def test_a_level_without_an_act_is_named(year: AsyncConnection, appraisal: Make) -> None:
    await appraisals.add(year, [appraisal(body_code=BODY, level="GOOD")])
    assert await verification.other_decisions(year) == [OtherDecision(None, SUBJECT, DECIDED, NONE)]


async def test_the_last_appraising_person_may_not_rate(
    year: AsyncConnection, appraisal: Make, people: list[UUID]
) -> None:
    added = appraisal(body_code=BODY, level="GOOD")
    await appraisals.add(year, [added])
    chair, other = people
    appraised_by = [act(added, "appraise", by=who) for who in (chair, other)]
    await acts.append_acts(year, [*appraised_by, act(added, by=chair)])
    assert await verification.rated_alone(year) == []
    await acts.append_acts(year, [act(added, by=other), act(added, "appraise", by=chair)])
    assert await verification.rated_alone(year) == [RatedAlone(4, SUBJECT, other)]


async def test_an_act_is_done_in_a_post_that_is_held_on_its_day_in_vietnam(
    year: AsyncConnection, appraisal: Make, people: list[UUID]
) -> None:
    added = appraisal(body_code=BODY)
    await appraisals.add(year, [added])
    code, body = (await year.execute(text("SELECT code, body_code FROM post LIMIT 1"))).one()
    since, until = date(2023, 12, 1), date(2023, 12, 10)
    held = Membership(
        id=uuid4(), person_id=people[0], body_code=body, post_code=code, since=since, until=until
    )
    await persons.add_memberships(year, [held])
    bare = act(added, "self_rate", by=people[0])
    moments = [(11, 30, 16), (11, 30, 17), (12, 10, 16), (12, 10, 17)]
    done = [
        replace(bare, actor_post_code=code, at=datetime(2023, *moment, tzinfo=UTC))
        for moment in moments
    ]
    strangers = [replace(done[1], actor_person_id=who) for who in (people[1], None)]
    await acts.append_acts(year, [*done, *strangers, bare])
    assert await verification.without_post(year) == [
        WithoutPost(1, code, people[0], date(2023, 11, 30)),
        WithoutPost(4, code, people[0], date(2023, 12, 11)),
        WithoutPost(5, code, people[1], date(2023, 12, 1)),
        WithoutPost(6, code, None, date(2023, 12, 1)),
    ]


async def test_a_level_is_shown_as_it_was_computed_from_the_facts_recorded(
    year: AsyncConnection, appraisal: Make
) -> None:
    added = appraisal(body_code=BODY)
    await appraisals.add(year, [added])
    own = {"subject": BODY, "levels": {"a": 1}}
    facts = Facts(
        appraisal_id=added.id, version=1, document=own, recorded_at=RATED_AT, recorded_by=None
    )
    computed = Computation(
        appraisal_id=added.id,
        facts_version=1,
        edition="ha-tinh-2023",
        facts=own | {"levels": {"b": 2}},
        level="GOOD",
        waits_for=[],
        findings=[],
        computed_at=RATED_AT,
        edition_revision=1,
    )
    await appraisals.add_facts(year, [facts])
    await appraisals.put_computations(year, [computed])
    assert await verification.other_computations(year) == []
    await year.execute(text("UPDATE appraisal SET computed_level = 'EXCELLENT'"))
    assert await verification.other_computations(year) == [
        OtherComputation(
            SUBJECT, "EXCELLENT", "GOOD", has_other_facts=False, has_other_edition=False
        )
    ]
    await year.execute(text("UPDATE computation SET facts = facts || '{\"subject\": 1}'"))
    (computation,) = await verification.other_computations(year)
    assert computation.has_other_facts
