"""The office opens a year once, with every registered subject; a closed year is kept."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import load_policy
from db.repositories import appraisal as appraisals, cycle as cycles, person as persons
from db.repositories.appraisal import Appraisal
from demo.facts import YEAR
from demo.loader import HISTORY
from demo.person import EXCLUDED_DEPUTY
from resolvers.authorization.actor import actor_of
from resolvers.authorization.principal import ServiceAccount, SignedIn
from resolvers.commands.annulment import Annul
from resolvers.commands.command import Answer, Target
from resolvers.commands.conclude import Decide, LevelDecision
from resolvers.commands.delegate import DocumentReference
from resolvers.commands.open_year import (
    CloseYear,
    OpenYear,
    SupplementYear,
    YearCommand,
    every_year,
)
from resolvers.commands.runner import execute_once
from resolvers.commands.unit_of_work import UnitOfWork
from resolvers.errors import BadInput, Forbidden
from resolvers.refusals import KeyReused, NotAnOfficer, QuotaExceeded, YearClosed, YearOpened
from resolvers.verification import verify
from rules.enums import Level, Stage, Track

pytestmark = pytest.mark.anyio

NEXT = YEAR + 1
DAY = date(NEXT, 11, 20)
POLICY = load_policy()
MANAGED_BY_THE_CENTRE = (
    "others-of:provincial_standing_committee:provincial_standing_committee_member:OFFICIAL"
)
OTHERS_OF_6_1 = "others-of:provincial_standing_committee:provincial_standing_committee:BODY"
OFFICE = "ht.ban-to-chuc-tu.truong"
PAPER = DocumentReference("31-KH/TU", date(YEAR, 11, 20))
TRACKS = (Track.BODY, Track.OFFICIAL, Track.PARTY_MEMBER)


async def acting(registry: AsyncConnection, post: str = OFFICE, day: date = DAY) -> UnitOfWork:
    """The command of the first holder of the post."""
    person = (await persons.holders(registry, post, day))[0]
    actor = await actor_of(registry, SignedIn(person), day)
    return UnitOfWork.now(registry, POLICY, actor, day)


async def opened(registry: AsyncConnection, year: int = NEXT) -> Answer:
    return await execute_once(await acting(registry), uuid4(), OpenYear(year, PAPER))


async def subjects(registry: AsyncConnection, year: int) -> dict[tuple[str, str], Appraisal]:
    rows = await appraisals.of_year(registry, year)
    return {(one.track, str(one.body_code or one.person_id)): one for one in rows}


async def payload(registry: AsyncConnection) -> Mapping[str, Any]:
    """The payload of the last act."""
    last = "SELECT * FROM act ORDER BY sequence DESC LIMIT 1"
    row = (await registry.execute(text(last))).mappings().one()
    assert (row["act"], row["clause"], row["appraisal_id"]) == ("compile", "QĐ124:Đ14.2", None)
    assert row["actor_post_code"] == OFFICE
    assert row["on_behalf_rater_id"] == "provincial_standing_committee"
    content: Mapping[str, Any] = row["payload"]
    return content


def as_entered(appraisal: Appraisal) -> tuple[object, ...]:
    return (
        appraisal.track,
        appraisal.body_code,
        appraisal.person_id,
        appraisal.post_code,
        appraisal.home_body_code,
        appraisal.subject_class,
        appraisal.peer_group_code,
    )


async def test_the_next_year_has_the_subjects_of_the_demonstration(
    registry: AsyncConnection,
) -> None:
    """And the newcomer, who is in by then."""
    before = await subjects(registry, YEAR)
    answer = await opened(registry)
    after = await subjects(registry, NEXT)
    assert answer["appraisals"] == len(after)
    assert before.keys() <= after.keys()
    for key, appraisal in before.items():
        assert as_entered(after[key]) == as_entered(appraisal)
        assert appraisal.due
        assert after[key].due == appraisal.due.replace(year=NEXT)
    more = after.keys() - before.keys()
    assert {track for track, _ in more} == {Track.PARTY_MEMBER}
    assert len(more) == 1
    for appraisal in (after[key] for key in more):
        assert appraisal.due == date(NEXT, 12, 4)
        assert appraisal.peer_group_code == f"party-members-of:{appraisal.home_body_code}"


async def test_opened_appraisals_are_not_started_and_are_counted(registry: AsyncConnection) -> None:
    await opened(registry)
    new_appraisals = list((await subjects(registry, NEXT)).values())
    assert {(holder.stage, holder.version, holder.level) for holder in new_appraisals} == {
        (Stage.NOT_STARTED, 1, None)
    }
    assert {holder.to_review for holder in new_appraisals} == {False}
    verified = await verify(registry)
    assert verified.findings == ()
    assert verified.years == (HISTORY, YEAR, NEXT)
    opening_payload = await payload(registry)
    many = {track: sum(holder.track == track for holder in new_appraisals) for track in TRACKS}
    managed = [
        holder
        for post in ("ht.bi-thu", "ht.pbt-tt")
        for holder in await persons.holders(registry, post, DAY)
    ]
    assert opening_payload == {
        "kind": "open",
        "year": NEXT,
        "edition": "ha-tinh-2023",
        "revision": 2,
        "appraisals": many,
        "others": {OTHERS_OF_6_1: ["ht.btv"], MANAGED_BY_THE_CENTRE: sorted(map(str, managed))},
        "document": PAPER.plain(),
    }


CHANGES = {
    "founded later": (
        "UPDATE body SET founded_on = '2024-12-02' WHERE code = 'ht.so-y-te.tt'",
        (Track.BODY, "ht.so-y-te.tt"),
        False,
    ),
    "founded on the day": (
        "UPDATE body SET founded_on = '2024-12-01' WHERE code = 'ht.so-y-te.tt'",
        (Track.BODY, "ht.so-y-te.tt"),
        True,
    ),
    "dissolved before": (
        "UPDATE body SET dissolved_on = '2024-11-30' WHERE code = 'ht.so-y-te.tt'",
        (Track.BODY, "ht.so-y-te.tt"),
        False,
    ),
    "dissolved on the day": (
        "UPDATE body SET dissolved_on = '2024-12-01' WHERE code = 'ht.so-y-te.tt'",
        (Track.BODY, "ht.so-y-te.tt"),
        True,
    ),
    "left the post": (
        "UPDATE membership SET until = '2024-11-30' WHERE person_id = :member AND post_code <> ''",
        (Track.OFFICIAL, ":member"),
        False,
    ),
    "left the cell": (
        "UPDATE membership SET until = '2024-11-30' WHERE person_id = :member AND post_code IS NULL",
        (Track.PARTY_MEMBER, ":member"),
        False,
    ),
    "admitted six months before the grassroots' last day": (
        "UPDATE person SET party_admitted_on = '2024-06-04' WHERE id = :member",
        (Track.PARTY_MEMBER, ":member"),
        True,
    ),
    "admitted a day later": (
        "UPDATE person SET party_admitted_on = '2024-06-05' WHERE id = :member",
        (Track.PARTY_MEMBER, ":member"),
        False,
    ),
    "admitted on an unknown day": (
        "UPDATE person SET party_admitted_on = NULL WHERE id = :member",
        (Track.PARTY_MEMBER, ":member"),
        True,
    ),
}


@pytest.mark.parametrize(("change", "key", "is_in"), CHANGES.values(), ids=CHANGES)
async def test_who_is_a_subject(
    registry: AsyncConnection, change: str, key: tuple[str, str], *, is_in: bool
) -> None:
    member = (await persons.holders(registry, "ht.so-y-te.pho", DAY))[0]
    await registry.execute(text(change), {"member": member} if ":member" in change else {})
    await opened(registry)
    whom = (key[0], str(member) if key[1] == ":member" else key[1])
    assert (whom in await subjects(registry, NEXT)) is is_in


async def test_a_holder_of_several_posts_is_rated_by_the_highest(
    registry: AsyncConnection,
) -> None:
    """A deputy of an agency on the provincial committee; a deputy secretary who chairs the council."""
    await opened(registry)
    by_subject = await subjects(registry, NEXT)
    deputy = (await persons.holders(registry, "ht.tuv", DAY))[0]
    chair = (await persons.holders(registry, "ht.thach-ha.hdnd.ct", DAY))[0]
    held = """SELECT post_code FROM membership m JOIN post p ON p.code = m.post_code
        JOIN body b ON b.code = p.body_code AND b.kind <> 'PARTY_CELL' WHERE person_id = :person"""
    posts = set((await registry.execute(text(held), {"person": chair})).scalars())
    assert {"ht.thach-ha.hdnd.ct", "ht.thach-ha.pbt"} <= posts
    assert by_subject[Track.OFFICIAL, str(chair)].post_code == "ht.thach-ha.pbt"
    assert by_subject[Track.OFFICIAL, str(deputy)].post_code != "ht.tuv"
    assert EXCLUDED_DEPUTY[0] in {one.post_code for one in by_subject.values()}


async def test_one_key_opens_once(registry: AsyncConnection) -> None:
    officer, key = await acting(registry), uuid4()
    first = await execute_once(officer, key, OpenYear(NEXT, PAPER))
    assert await execute_once(officer, key, OpenYear(NEXT, PAPER)) == first
    assert first == {
        "year": NEXT,
        "edition": "ha-tinh-2023",
        "opened_on": DAY.isoformat(),
        "closed_on": None,
        "appraisals": len(await subjects(registry, NEXT)),
    }
    with pytest.raises(KeyReused):
        await execute_once(officer, key, CloseYear(NEXT, PAPER))


@pytest.mark.parametrize("year", [HISTORY + 1, NEXT])
async def test_a_year_is_opened_by_one_command_alone(registry: AsyncConnection, year: int) -> None:
    await opened(registry)
    many = len(await subjects(registry, year))
    with pytest.raises(YearOpened) as refused:
        await opened(registry, year)
    assert refused.value.clause == "QĐ124:Đ14.2"
    assert len(await subjects(registry, year)) == many


@pytest.mark.parametrize("year", [HISTORY, DAY.year + 2, 10**9])
async def test_no_year_without_an_edition_and_none_far_ahead(
    registry: AsyncConnection, year: int
) -> None:
    with pytest.raises(BadInput) as refused:
        await opened(registry, year)
    assert refused.value.field == "year"


@pytest.mark.parametrize("year", [2025, 2026, 2030])
async def test_no_year_after_the_last_edition_though_it_is_near(
    registry: AsyncConnection, year: int
) -> None:
    """A text that another one has taken the place of is not applied on."""
    officer = await acting(registry, day=date(year - 1, 12, 1))
    with pytest.raises(BadInput) as refused:
        await execute_once(officer, uuid4(), OpenYear(year, PAPER))
    assert refused.value.field == "year"
    for sentence in (refused.value.vi, refused.value.en):
        assert str(year) in sentence
        assert "ha-tinh-2023 (2023–2024)" in sentence


async def test_a_year_that_an_older_version_opened_without_an_edition_is_refused_everywhere(
    registry: AsyncConnection,
) -> None:
    """The older version took the last edition for one without end."""
    await opened(registry)
    for table in ("cycle", "appraisal", "quota", "tally"):
        await registry.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        column = {"cycle": "year"}.get(table, "year")
        if table == "cycle":
            row = "INSERT INTO cycle SELECT 2025, edition, opened_on, closed_on FROM cycle WHERE year = 2024"
            await registry.execute(text(row))
        else:
            move = f"UPDATE {table} SET {column} = 2025 WHERE {column} = 2024"
            await registry.execute(text(move))
    officer = await acting(registry, day=date(2025, 12, 1))
    for command in (SupplementYear, CloseYear):
        with pytest.raises(BadInput) as refused:
            await execute_once(officer, uuid4(), command(2025, PAPER))
        assert "ha-tinh-2023 (2023–2024)" in refused.value.en
    assert (await verify(registry)).years[-1] == 2025


Command = Callable[[int, DocumentReference], YearCommand]


@pytest.mark.parametrize("command", [OpenYear, SupplementYear, CloseYear])
async def test_only_the_office_opens_and_closes(
    registry: AsyncConnection, command: Command
) -> None:
    year = NEXT if command is OpenYear else YEAR
    for post in ("ht.bi-thu", "ht.van-phong-tu.cvp", "ht.thach-ha.btc.truong"):
        with pytest.raises(NotAnOfficer) as refused:
            await execute_once(await acting(registry, post), uuid4(), command(year, PAPER))
        assert refused.value.clause == "HD01:6.1"
    actor = await actor_of(registry, ServiceAccount("portal", frozenset()), DAY)
    with pytest.raises(Forbidden):
        await execute_once(
            UnitOfWork.now(registry, POLICY, actor, DAY), uuid4(), command(year, PAPER)
        )


@pytest.mark.parametrize("command", [OpenYear, SupplementYear, CloseYear])
async def test_the_paper_has_a_number(registry: AsyncConnection, command: Command) -> None:
    with pytest.raises(BadInput) as refused:
        await execute_once(
            await acting(registry), uuid4(), command(NEXT, DocumentReference(" ", DAY))
        )
    assert refused.value.field == "document.number"


async def test_a_year_is_closed_with_those_who_are_late(registry: AsyncConnection) -> None:
    officer, key = await acting(registry), uuid4()
    answer = await execute_once(officer, key, CloseYear(YEAR, PAPER))
    assert await execute_once(officer, key, CloseYear(YEAR, PAPER)) == answer
    opened = (await subjects(registry, YEAR)).values()
    late = sum(one.level is None and one.excluded is None for one in opened)
    assert late > 0
    assert (answer["closed_on"], answer["appraisals"]) == (DAY.isoformat(), len(opened))
    assert await payload(registry) == {
        "kind": "close",
        "year": YEAR,
        "appraisals": len(opened),
        "undecided": late,
        "document": PAPER.plain(),
    }
    assert [(row["year"], row["closed_on"]) for row in await every_year(registry)] == [
        (HISTORY, date(YEAR, 1, 15)),
        (YEAR, DAY),
    ]
    assert (await verify(registry)).is_clean


@pytest.mark.parametrize("year", [HISTORY, NEXT])
async def test_a_year_not_open_cannot_be_closed(registry: AsyncConnection, year: int) -> None:
    with pytest.raises(YearClosed):
        await execute_once(await acting(registry), uuid4(), CloseYear(year, PAPER))


OVER = """
UPDATE appraisal SET level = 'EXCELLENT'
WHERE year = 2023 AND peer_group_code = 'departments.deputies' AND level IS NOT NULL
"""


async def test_a_group_over_its_quota_keeps_the_year_open_unless_it_is_marked(
    registry: AsyncConnection,
) -> None:
    await registry.execute(text(OVER))
    officer = await acting(registry)
    with pytest.raises(QuotaExceeded) as refused:
        await execute_once(officer, uuid4(), CloseYear(YEAR, PAPER))
    assert refused.value.group == "departments.deputies"
    assert refused.value.counts.excellent > refused.value.check.limit
    (cycle,) = [one for one in await cycles.all_cycles(registry) if one.year == YEAR]
    assert cycle.closed_on is None
    await registry.execute(
        text(
            "UPDATE quota SET over_quota = true "
            "WHERE year = 2023 AND peer_group_code = 'departments.deputies'"
        )
    )
    await execute_once(officer, uuid4(), CloseYear(YEAR, PAPER))


async def test_after_that_nothing_is_decided_and_a_level_can_still_be_annulled(
    registry: AsyncConnection,
) -> None:
    await execute_once(await acting(registry), uuid4(), CloseYear(YEAR, PAPER))
    cell = "ht.so-y-te.cb"
    chair = await acting(registry, f"{cell}.bi-thu", date(YEAR, 12, 11))
    stored = await appraisals.of_year(registry, YEAR)
    undecided = next(
        undecided
        for undecided in stored
        if undecided.rater_id == f"grassroots_cell@{cell}" and undecided.person_id != chair.person
    )
    decision = LevelDecision(undecided.id, undecided.version, Level.COMPLETED, "xem lại")
    with pytest.raises(YearClosed) as refused:
        await execute_once(chair, uuid4(), Decide(decision, PAPER))
    assert refused.value.code == "YEAR_CLOSED"
    annulment = Annul(Target(undecided.id, undecided.version), "sai quy trình", None, PAPER)
    answer = await execute_once(chair, uuid4(), annulment)
    assert answer["appraisals"][0]["level"] is None
