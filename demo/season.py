"""Plays the year 2023 by commands: review, facts, self-rating, proposal, decision.

Each command is executed by an officer who may execute it, on a day of the season, in batches. A subject
without such an officer stays at its stage.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import Policy
from db.json_sql import relation as relations
from db.relations import review as review_relations
from db.repositories import appraisal as appraisals
from db.repositories.appraisal import Appraisal
from demo.facts import YEAR
from demo.history import WITHIN_QUOTA, levels_within_quotas
from demo.officer import Officers
from demo.person import identifier
from resolvers.authorization.actor import Actor
from resolvers.commands.command import BatchItem, Target
from resolvers.commands.conclude import Conclude, LevelDecision
from resolvers.commands.delegate import DocumentReference
from resolvers.commands.facts_completion import RecordFacts
from resolvers.commands.prepare import Propose, RateOneself, RecordReview
from resolvers.commands.remedy import PermitOutOfOrder
from resolvers.commands.runner import execute_batch, execute_once
from resolvers.queries import precedence, review as reviews
from rules.editions.lookup import Edition
from rules.enums import Act, ComputedLevel, Level, Stage, Track
from rules.judgement.quota import Share, share_of
from rules.procedure.precedence import Step, may_be_done_now

REVIEWED_FROM = date(YEAR, 11, 25)
FACTS_ON = date(YEAR, 11, 28)
SELF_RATED_ON = date(YEAR, 11, 29)
PROPOSED_ON = date(YEAR, 11, 30)
MORNING, AFTERNOON = 8, 14
DAYS_IN_CELL, DAYS_ELSEWHERE = "0.5", "2"
"""Length of a review, in days; the guide's longest minimum is two (HD01:3.2)."""
CELL_PLACE_ROW = "party_member"
"""The row of the places of review for a party member in the cell."""
REASON_NO_SELF_RATING = "Không có người tự đánh giá"
REASON_AHEAD_OF_COLLECTIVE = "Cho phép xếp loại trước, tập thể xếp loại sau"


@dataclass(frozen=True, slots=True)
class Lot:
    """The drawn values of one subject: its place in the order, the quality of its year, its facts.

    `self_level` is the level of its self-rating.
    """

    place: UUID
    quality: Level
    self_level: Level
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Season:
    """The year while it is played; `lots` by the ids of appraisals."""

    connection: AsyncConnection
    policy: Policy
    edition: Edition
    lots: Mapping[UUID, Lot]
    """Only of subjects that an officer may rate or appraise."""
    officers_by_day: dict[date, Officers] = field(default_factory=dict)

    async def officers(self, day: date) -> Officers:
        """The officers of a day, read once: posts do not change while the year is played."""
        if day not in self.officers_by_day:
            self.officers_by_day[day] = await Officers.of_day(self.connection, self.policy, day)
        return self.officers_by_day[day]

    async def appraisals(self, chosen: Callable[[Appraisal], bool]) -> list[Appraisal]:
        """The chosen appraisals with a lot, in their present state, in the order of the lots."""
        of_year = await appraisals.of_year(self.connection, YEAR)
        matches = [
            appraisal for appraisal in of_year if appraisal.id in self.lots and chosen(appraisal)
        ]
        return sorted(matches, key=lambda appraisal: self.lots[appraisal.id].place)

    async def review(self, chosen: Callable[[Appraisal], bool]) -> None:
        """Review everyone in the order of the law; each round takes place one day later."""
        day = REVIEWED_FROM
        while True:
            left = await self.appraisals(
                lambda appraisal: appraisal.stage == Stage.NOT_STARTED and chosen(appraisal)
            )
            ready = await self.ready(Step.REVIEW, left)
            officers = await self.officers(day)
            reviewers = await _first_officers(officers, (Act.COMPILE, Act.SELF_RATE), ready)
            if not reviewers:
                return
            places = await self._places([appraisal for appraisal, _ in reviewers], day)
            minutes = DocumentReference(f"{day:%d%m}-BB", day)
            items = [
                BatchItem(
                    officers.unit_of_work(actor, MORNING),
                    RecordReview(_target(appraisal), *places[appraisal.id], minutes),
                )
                for appraisal, actor in reviewers
            ]
            await execute_batch(items)
            day += timedelta(days=1)

    async def _places(
        self, reviewed: Sequence[Appraisal], day: date
    ) -> dict[UUID, tuple[str, date, str]]:
        """Body, day and length of each review: collectives at home, officials with their collective."""
        officials = [appraisal for appraisal in reviewed if appraisal.track == Track.OFFICIAL]
        keys = [(appraisal.person_id,) for appraisal in officials]
        seats = (
            await relations.fetch(self.connection, review_relations.SEATS, keys, {"day": day})
            if keys
            else []
        )
        places = {appraisal.id: appraisal.home_body_code for appraisal in reviewed}
        for appraisal, seats_held in zip(officials, seats, strict=True):
            fitting = reviews.of_person(seats_held, self.edition)
            bodies = [place.body for place in fitting if place.row != CELL_PLACE_ROW and place.body]
            places[appraisal.id] = bodies[0] if bodies else appraisal.home_body_code
        members = {appraisal.id for appraisal in reviewed if appraisal.track == Track.PARTY_MEMBER}
        return {
            key: (place, day, DAYS_IN_CELL if key in members else DAYS_ELSEWHERE)
            for key, place in places.items()
        }

    async def record_facts(self) -> None:
        """Compiling officers record the facts of each subject, with their papers."""
        officers = await self.officers(FACTS_ON)
        with_lot = await self.appraisals(lambda _: True)
        recorders = await _first_officers(officers, (Act.COMPILE, Act.APPRAISE), with_lot)
        await execute_batch(
            [
                BatchItem(
                    officers.unit_of_work(actor, MORNING),
                    RecordFacts(_target(appraisal), self.lots[appraisal.id].facts),
                )
                for appraisal, actor in recorders
            ]
        )

    async def rate_themselves(self) -> None:
        """Bước 1: every subject rates itself."""
        officers = await self.officers(SELF_RATED_ON)
        ready = await self.ready(
            Step.SELF_RATE,
            await self.appraisals(lambda appraisal: appraisal.stage == Stage.REVIEWED),
        )
        items = []
        for appraisal, actor in await _first_officers(officers, (Act.SELF_RATE,), ready):
            level = self.lots[appraisal.id].self_level
            command = RateOneself(_target(appraisal), level, "Tự đánh giá, xếp loại")
            items.append(BatchItem(officers.unit_of_work(actor, AFTERNOON), command))
        await execute_batch(items)

    async def propose(self) -> None:
        """Bước 2: propose levels. A superior permits this step in writing for a caucus without a head.

        Subjects that no rater of the province rates remain for the office to appraise (HD01:6.1:+).
        """
        officers = await self.officers(PROPOSED_ON)
        left = await self.appraisals(_is_prepared)
        await self.let_through(officers, Step.APPRAISE, left, REASON_NO_SELF_RATING)
        ready = await self.ready(Step.APPRAISE, await self.appraisals(_is_prepared))
        ready = await officers.with_authority(Act.RATE, ready)
        items = []
        for appraisal, actor in await _first_officers(officers, (Act.APPRAISE,), ready):
            level = self.lots[appraisal.id].quality
            command = Propose(_target(appraisal), level, "Thẩm định, đề nghị xếp loại")
            items.append(BatchItem(officers.unit_of_work(actor, AFTERNOON), command))
        await execute_batch(items)

    async def decide(
        self, chosen: Callable[[Appraisal], bool], day: date, spare: Mapping[str, int] | None = None
    ) -> None:
        """Bước 3: the chosen subjects get their computed level, within the quota of their group.

        The direct superior permits a subject in writing that waits for an undecided body. `spare` is
        the number of places in a group's quota that stay free.
        """

        def is_open(proposed: Appraisal) -> bool:
            return (
                proposed.stage == Stage.PROPOSED and _is_determined(proposed) and chosen(proposed)
            )

        officers = await self.officers(day)
        deciders = await _first_officers(officers, (Act.RATE,), await self.appraisals(is_open))
        await self.let_through(
            officers,
            Step.RATE,
            [appraisal for appraisal, _ in deciders],
            REASON_AHEAD_OF_COLLECTIVE,
        )
        ready = await self.ready(Step.RATE, await self.appraisals(is_open))
        deciders = await _first_officers(officers, (Act.RATE,), ready)
        rated = [(appraisal, Level(str(appraisal.computed_level))) for appraisal, _ in deciders]
        levels = {
            appraisal.id: (due, granted)
            for appraisal, due, granted in levels_within_quotas(rated, self.edition.quota, spare)
        }
        sections = await officers.sections(Act.RATE, ready)
        for actor, listed in _decision_lists(deciders, levels, share_of(self.edition.quota)):
            await self._conclude(officers, actor, listed, levels, sections[listed[0].id])

    async def _conclude(
        self,
        officers: Officers,
        actor: Actor,
        listed: Sequence[Appraisal],
        levels: Mapping[UUID, tuple[Level, Level]],
        section: str,
    ) -> None:
        decisions = []
        for appraisal in listed:
            due, granted = levels[appraisal.id]
            reason = None if granted is due else WITHIN_QUOTA
            decisions.append(LevelDecision(appraisal.id, appraisal.version, granted, reason))
        group = listed[0].peer_group_code
        command = Conclude(
            year=YEAR,
            group=group,
            decisions=decisions,
            document=DocumentReference(f"{officers.day:%d%m}-KL/{section}", officers.day),
        )
        key = identifier("conclusion", officers.day, group, actor.person)
        await execute_once(officers.unit_of_work(actor, AFTERNOON), key, command)

    async def ready(self, step: Step, candidates: Sequence[Appraisal]) -> list[Appraisal]:
        """The appraisals that may take this step now by the order of the law."""
        standings = await precedence.standings(
            self.connection, [appraisal.id for appraisal in candidates]
        )
        return [
            appraisal
            for appraisal in candidates
            if may_be_done_now(standings[appraisal.id], step).allowed
        ]

    async def let_through(
        self, officers: Officers, step: Step, candidates: Sequence[Appraisal], reason: str
    ) -> None:
        """The direct superior permits the step in writing for subjects that still wait (QĐ124:Đ13.3)."""
        ready = {appraisal.id for appraisal in await self.ready(step, candidates)}
        waiting = [appraisal for appraisal in candidates if appraisal.id not in ready]
        paper = DocumentReference(f"{officers.day:%d%m}-CV/TU", officers.day)
        items = [
            BatchItem(
                officers.unit_of_work(actor, AFTERNOON),
                PermitOutOfOrder(_target(appraisal), step, reason, paper),
            )
            for appraisal, actor in await _first_officers(
                officers, (Act.REQUIRE_REREVIEW,), waiting
            )
        ]
        if items:
            await execute_batch(items)


async def _first_officers(
    officers: Officers, acts: Sequence[Act], of_year: Sequence[Appraisal]
) -> list[tuple[Appraisal, Actor]]:
    """Each appraisal with the first actor who may do one of the acts, tried in order."""
    first_actor: dict[UUID, Actor] = {}
    for act in acts:
        left = [appraisal for appraisal in of_year if appraisal.id not in first_actor]
        for appraisal, actor in await officers.first_officers(act, left):
            if actor is not None:
                first_actor[appraisal.id] = actor
    return [
        (appraisal, first_actor[appraisal.id])
        for appraisal in of_year
        if appraisal.id in first_actor
    ]


def _target(appraisal: Appraisal) -> Target:
    return Target(appraisal.id, appraisal.version)


def _is_prepared(appraisal: Appraisal) -> bool:
    return appraisal.stage in {Stage.REVIEWED, Stage.SELF_RATED}


def _is_determined(appraisal: Appraisal) -> bool:
    """Whether a level was computed: not UNDETERMINED, and not waiting for another level."""
    return appraisal.computed_level not in {None, ComputedLevel.UNDETERMINED}


def _decision_lists(
    deciders: Sequence[tuple[Appraisal, Actor]],
    levels: Mapping[UUID, tuple[Level, Level]],
    share: Share,
) -> list[tuple[Actor, list[Appraisal]]]:
    """One list for each chair and group; lists that use the least of a quota come first."""
    lists: dict[tuple[str, UUID | None], tuple[Actor, list[Appraisal]]] = {}
    for appraisal, actor in deciders:
        key = appraisal.peer_group_code or "", actor.person
        lists.setdefault(key, (actor, []))[1].append(appraisal)

    def taken(listed: Sequence[Appraisal]) -> int:
        granted = [levels[appraisal.id][1] for appraisal in listed]
        return share.whole * granted.count(Level.EXCELLENT) - share.part * granted.count(Level.GOOD)

    return sorted(lists.values(), key=lambda entry: taken(entry[1]))
