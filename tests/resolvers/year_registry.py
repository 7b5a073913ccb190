"""The registry for comparison with the model of the year: sends acts to it, and reads its state."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from authz.policy_file import load_policy
from db.repositories import person as persons
from db.repositories.person import Membership
from demo.authority import DAY
from demo.facts import YEAR
from demo.loader import LATE_CELL
from resolvers import registry_act
from resolvers.authorization.actor import actor_of
from resolvers.authorization.principal import SignedIn
from resolvers.commands.annulment import Annul
from resolvers.commands.command import Command, Target
from resolvers.commands.conclude import Conclude, LevelDecision
from resolvers.commands.delegate import DocumentReference
from resolvers.commands.exclude_and_transfer import EndExclusion, Exclude, Transfer
from resolvers.commands.prepare import Propose, RateOneself, RecordReview
from resolvers.commands.remedy import AnswerAppeal, Appeal, RequireReviewAgain
from resolvers.commands.runner import execute_once
from resolvers.commands.unit_of_work import UnitOfWork
from resolvers.errors import Problem
from resolvers.refusals import CommandRefused
from rules.enums import Level
from rules.judgement.exclusion import Ground
from tests.resolvers.year_model import Refusal, Subject, Year
from tests.resolvers.year_words import Act, ActKind

POLICY = load_policy()
CELL, PANEL = f"grassroots_cell@{LATE_CELL}", "panel_6_2_3"
BLOC, PROVINCE = "bloc_standing_committee@ht.duk", "provincial_standing_committee"
MEMBERS, DEPARTMENTS = f"party-members-of:{LATE_CELL}", "departments"
OTHER_CELL = "ht.so-tu-phap.cb"
OTHERS = f"party-members-of:{OTHER_CELL}"
GROUPS = [MEMBERS, DEPARTMENTS, OTHERS]
SECRETARY = f"{LATE_CELL}.bi-thu"
CHAIRS = {
    CELL: SECRETARY,
    PANEL: "ht.ubnd.ct",
    BLOC: "ht.duk.bi-thu",
    PROVINCE: "ht.bi-thu",
}
OFFICES = {
    CELL: (SECRETARY, f"{LATE_CELL}.pbt"),
    PANEL: ("ht.vp-ubnd.truong", "ht.vp-ubnd.pho"),
}
CAST = (
    *(SECRETARY, f"{LATE_CELL}.pbt", "ht.duk.bi-thu", "ht.ubnd.ct", "ht.vp-ubnd.pho"),
    *("ht.bi-thu", "ht.so-y-te.truong", "ht.thach-ha.bi-thu", "ht.so-tnmt.pho"),
)

# Of each computed level a few, so that acts meet on the same subjects; and the cell's own secretaries.
_SUBJECTS = """
SELECT * FROM (
    SELECT a.*, coalesce(a.person_id, m.person_id) AS speaker,
        (SELECT f.recorded_by FROM facts f WHERE f.appraisal_id = a.id ORDER BY f.version DESC LIMIT 1)
            AS recorder, row_number() OVER (
        PARTITION BY a.peer_group_code, a.computed_level ORDER BY o.person_id, a.id) AS place
    FROM appraisal a
    LEFT JOIN body b ON b.code = a.body_code
    LEFT JOIN post p ON p.body_code = b.leads_code AND p.rank = 'HEAD'
    LEFT JOIN membership m ON m.post_code = p.code AND m.until IS NULL
    LEFT JOIN membership o ON o.person_id = a.person_id AND o.body_code = a.home_body_code
         AND o.post_code IS NOT NULL
    WHERE a.year = :year AND a.peer_group_code = ANY(:groups)
) x WHERE place <= CASE computed_level WHEN 'GOOD' THEN 6 ELSE 2 END ORDER BY id
"""
_STANDING = """
SELECT id, stage, version, self_level, proposed_level, level, rater_id, to_review, computed_level,
       peer_group_code, excluded IS NOT NULL
FROM appraisal WHERE id = ANY(:ids)
"""
_COUNTS = "excellent, good, completed, not_completed, not_rated"
_QUOTAS = f"""
SELECT peer_group_code, over_quota, {_COUNTS} FROM quota
WHERE year = :year AND peer_group_code = ANY(:groups)
"""
_TALLY = f"""
SELECT {_COUNTS} FROM tally WHERE year = :year AND body_code = :body AND track = 'PARTY_MEMBER'
"""
GROUP_OF_KEY: dict[UUID, str | None] = {}
"""The group of a list at the first use of its key; a repeated command names the same group."""

_TRACES = "SELECT (SELECT count(*) FROM act) AS acts, (SELECT count(*) FROM command) AS commands"


@dataclass
class Demonstration:
    """One runner and one engine for all examples; each example has a connection of its own."""

    runner: asyncio.Runner
    engine: AsyncEngine

    def run(self, awaited: Awaitable[Any]) -> Any:  # noqa: ANN401 -- whatever it gives
        async def wait() -> Any:  # noqa: ANN401 -- the same
            return await awaited

        return self.runner.run(wait())


async def cast(connection: AsyncConnection) -> dict[str, UUID]:
    """One person for each part, by the post held."""
    return {code: (await persons.holders(connection, code, DAY))[0] for code in CAST}


async def year_of(connection: AsyncConnection) -> Year:
    """The year as the model takes it over from the registry."""

    async def holders(*posts: str) -> set[UUID]:
        return {one for post in posts for one in await persons.holders(connection, post, DAY)}

    bound = {"year": YEAR, "groups": [MEMBERS, DEPARTMENTS]}
    rows = (await connection.execute(text(_SUBJECTS), bound)).all()
    return Year(
        subjects={
            UUID(str(row.id)): Subject(
                group=row.peer_group_code,
                authority=CELL if row.person_id else PANEL,
                superior=BLOC if row.person_id else PROVINCE,
                speaker=row.speaker,
                person=row.person_id,
                computed=row.computed_level,
                recorder=row.recorder,
                stage=row.stage,
                version=row.version,
                self_level=row.self_level,
                proposed=row.proposed_level,
            )
            for row in rows
        },
        counts=(await quotas(connection))[0],
        chairs={code: await holders(post) for code, post in CHAIRS.items()},
        offices={code: await holders(*posts) for code, posts in OFFICES.items()},
        above={CELL: BLOC, PANEL: PROVINCE, BLOC: PROVINCE},
        left=MEMBERS,
        joined=OTHERS,
    )


async def standing(connection: AsyncConnection, year: Year) -> dict[UUID, tuple[object, ...]]:
    """The states of the subjects in the registry."""
    rows = await connection.execute(text(_STANDING), {"ids": list(year.subjects)})
    return {row.id: tuple(row)[1:] for row in rows}


def model_states(year: Year) -> dict[UUID, tuple[object, ...]]:
    """The states of the subjects in the model, with the same columns."""
    return {
        key: (
            *(subject.stage, subject.version, subject.self_level, subject.proposed),
            *(subject.level, subject.rater, subject.to_review, subject.computed),
            *(subject.group, subject.excluded),
        )
        for key, subject in year.subjects.items()
    }


async def quotas(connection: AsyncConnection) -> tuple[dict[str, Counter[str | None]], set[str]]:
    """The counters of the groups, and which of them are marked as over the quota."""
    bound = {"year": YEAR, "groups": GROUPS}
    rows = (await connection.execute(text(_QUOTAS), bound)).all()
    counts = {row.peer_group_code: _counter(tuple(row)[2:]) for row in rows}
    return counts, {row.peer_group_code for row in rows if row.over_quota}


async def tally_of_cell(connection: AsyncConnection) -> Counter[str | None]:
    """The members of the cell are its peer group too, so its tally counts the same."""
    row = (await connection.execute(text(_TALLY), {"year": YEAR, "body": LATE_CELL})).one()
    return _counter(tuple(row))


def _counter(counts: tuple[int, ...]) -> Counter[str | None]:
    return Counter(dict(zip((*reversed(Level), None), counts, strict=True)))


async def traces(connection: AsyncConnection) -> tuple[int, int]:
    """How many acts and commands there are."""
    row = (await connection.execute(text(_TRACES))).one()
    return row.acts, row.commands


async def close(connection: AsyncConnection, on: date | None) -> None:
    statement = text("UPDATE cycle SET closed_on = :day WHERE year = :year")
    await connection.execute(statement, {"day": on, "year": YEAR})


async def reopen(connection: AsyncConnection) -> None:
    """Reopens the year with an act: the model opens and closes it without one."""
    await close(connection, None)
    await registry_act.record(connection, "reopened", datetime.now(UTC))


async def take_over(connection: AsyncConnection, person: UUID, post: str) -> None:
    """The former holder keeps the post to the end of that day."""
    since = Membership(id=uuid4(), person_id=person, body_code=LATE_CELL, post_code=post, since=DAY)
    await persons.add_memberships(connection, [since])


async def ask(connection: AsyncConnection, key: UUID, act: Act) -> tuple[Refusal | None, object]:
    """Send the act to the registry; returns the class of the refusal, or the answer as plain data."""
    actor = await actor_of(connection, SignedIn(act.person), DAY)
    unit_of_work = UnitOfWork.now(connection, POLICY, actor, DAY)
    try:
        command = await _command(connection, key, act)
        answer = await execute_once(unit_of_work, key, command)
    except (CommandRefused, Problem) as refused:
        return type(refused), None
    return None, orjson.loads(orjson.dumps(answer, default=str))


async def _command(connection: AsyncConnection, key: UUID, act: Act) -> Command:
    if act.word is ActKind.DECIDE:
        return await _conclude(connection, key, act)
    (expected,) = act.targets
    target, paper = Target(expected.subject, expected.version), DocumentReference(act.wording, DAY)
    level = Level(expected.level) if expected.level else None
    makers: Mapping[ActKind, Callable[[], Command]] = {
        ActKind.REVIEW: lambda: RecordReview(target, LATE_CELL, DAY, "0.5", paper),
        ActKind.SELF_RATE: lambda: RateOneself(target, _level(expected.level), act.wording),
        ActKind.PROPOSE: lambda: Propose(target, _level(expected.level), act.wording),
        ActKind.ANNUL: lambda: Annul(target, act.wording, level, paper),
        ActKind.APPEAL: lambda: Appeal(target, act.wording, paper if act.in_writing else None),
        ActKind.ANSWER: lambda: AnswerAppeal(target, act.wording, paper),
        ActKind.EXCLUDE: lambda: Exclude(
            target, Ground.SUSPENDED, act.wording, paper, reviewed_on=None
        ),
        ActKind.END_EXCLUSION: lambda: EndExclusion(target, act.wording, paper),
        ActKind.TRANSFER: lambda: Transfer(target, OTHER_CELL, DAY, paper),
    }
    return makers.get(act.word, lambda: RequireReviewAgain(target, act.wording))()


async def _conclude(connection: AsyncConnection, key: UUID, act: Act) -> Conclude:
    statement = text("SELECT peer_group_code FROM appraisal WHERE id = :id")
    result = await connection.execute(statement, {"id": act.targets[0].subject})
    group = GROUP_OF_KEY.setdefault(key, result.scalar_one())
    decisions = [
        LevelDecision(expected.subject, expected.version, _level(expected.level), expected.reason)
        for expected in act.targets
    ]
    document = DocumentReference(act.wording, DAY)
    return Conclude(year=YEAR, group=group, decisions=decisions, document=document)


def _level(level: str | None) -> Level:
    return Level(level or "")
