"""Random acts through the year: the commands accept, refuse and count as a small model of the spec does."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import lock as locks
from db.connection.engine import connect
from demo.authority import DAY
from demo.loader import LATE_CELL
from resolvers.verification import verify
from tests.resolvers import year_registry as registry
from tests.resolvers.year_model import LEVELS, Year
from tests.resolvers.year_registry import CAST, CELL, DEPARTMENTS, MEMBERS, SECRETARY, Demonstration
from tests.resolvers.year_words import Act, ActKind, ActTarget

RIGHT, ITSELF, PROPOSER, COMPUTED = "right", "itself", "proposer", "computed"
DEPUTY = f"{LATE_CELL}.pbt"
PREPARING = (ActKind.REVIEW, ActKind.SELF_RATE, ActKind.PROPOSE)
WITH_LEVEL = {ActKind.SELF_RATE, ActKind.PROPOSE, ActKind.DECIDE}


class OtherEvent(StrEnum):
    """What happens besides an act on one subject or on some."""

    DECIDE_ALL = "DECIDE_ALL"
    SEND_AGAIN = "SEND_AGAIN"
    OPEN = "OPEN"
    CLOSE = "CLOSE"
    TAKE_OVER = "TAKE_OVER"


EVENTS: tuple[ActKind | OtherEvent, ...] = (
    *PREPARING,
    *PREPARING,
    *[ActKind.DECIDE] * 4,
    *[ActKind.ANNUL] * 5,
    *[ActKind.APPEAL] * 3,
    *[ActKind.ANSWER] * 3,
    *[ActKind.REVIEW_AGAIN] * 2,
    *[ActKind.EXCLUDE] * 2,
    *[ActKind.END_EXCLUSION] * 2,
    *[ActKind.TRANSFER] * 2,
    *[OtherEvent.DECIDE_ALL] * 2,
    *[OtherEvent.SEND_AGAIN] * 2,
    *[OtherEvent.OPEN] * 4,
    OtherEvent.CLOSE,
    OtherEvent.TAKE_OVER,
)


@dataclass(frozen=True)
class Draw:
    """What is drawn for one act on one subject; `fits`: one that has come to the stage for it."""

    number: int
    fits: bool
    actor: str
    behind: int
    level: str | None
    reason: str | None
    in_writing: bool


rolls = st.builds(
    Draw,
    number=st.integers(0, 99),
    fits=st.sampled_from([True, True, True, False]),
    actor=st.sampled_from([*[RIGHT] * 20, ITSELF, *[PROPOSER] * 4, *CAST]),
    behind=st.sampled_from([*[0] * 14, 1, -1]),
    level=st.sampled_from([*[COMPUTED] * 3, *LEVELS, None, None]),
    reason=st.sampled_from(["x", "x", " ", None]),
    in_writing=st.booleans(),
)
groups = st.sampled_from([MEMBERS, DEPARTMENTS])


class RandomActs(RuleBasedStateMachine):
    """Sends each act to the model and to the registry, and compares their states."""

    def __init__(self, demonstration: Demonstration) -> None:
        super().__init__()
        self.run = demonstration.run
        self.connection: AsyncConnection = self.run(demonstration.engine.connect().start())
        self.year: Year = self.run(registry.year_of(self.connection))
        self.cast: dict[str, UUID] = self.run(registry.cast(self.connection))
        self.traces: tuple[int, int] = self.run(registry.traces(self.connection))
        locks.declare_sole_writer(self.connection)  # it carries out many commands
        self.sent: list[tuple[UUID, Act]] = []
        self.answers: dict[tuple[UUID, UUID], object] = {}
        self.fits = True

    def teardown(self) -> None:
        try:
            if self.fits:
                self.run(registry.reopen(self.connection))
                assert self.run(verify(self.connection)).findings == ()
        finally:
            self.run(self.connection.rollback())
            self.run(self.connection.close())

    @initialize(
        stages=st.lists(st.sampled_from([3, 3, 2, 1, 0]), min_size=30, max_size=30),
        by=st.sampled_from([DEPUTY, SECRETARY]),
        decided=st.sets(groups, min_size=1),
    )
    def the_year_has_begun(self, stages: list[int], by: str, decided: set[str]) -> None:
        """The cell is late: its members come to one stage or another; then some lists are decided."""
        members = [key for key, subject in self.year.subjects.items() if subject.group == MEMBERS]
        for key, stage in zip(members, stages, strict=False):
            subject = self.year.subjects[key]
            for word in PREPARING[:stage]:
                actor = subject.speaker if word is ActKind.SELF_RATE else self.cast[by]
                level = "GOOD" if word in WITH_LEVEL else None
                self.ask(uuid4(), Act(word, actor, (ActTarget(key, subject.version, level),)))
        for group in sorted(decided):
            targets = self.proposed_in(group, 2, keeps_one=group == DEPARTMENTS)
            chair = self.cast[SECRETARY if group == MEMBERS else "ht.ubnd.ct"]
            targets = tuple(
                subject
                for subject in targets
                if self.year.subjects[subject.subject].person != chair
            )
            if targets:
                self.ask(uuid4(), Act(ActKind.DECIDE, chair, targets))

    # One rule for all: where there are several, each example does without some of them.
    @rule(what=st.sampled_from(EVENTS), several=st.lists(rolls, min_size=1, max_size=4))
    def something_happens(self, what: ActKind | OtherEvent, several: list[Draw]) -> None:
        roll = several[0]
        match what:
            case ActKind.DECIDE:
                self.decide_some(several)
            case OtherEvent.DECIDE_ALL:
                self.decide_all(roll)
            case OtherEvent.SEND_AGAIN:
                self.send_again(roll)
            case OtherEvent.CLOSE | OtherEvent.OPEN:
                self.year.is_open = what is OtherEvent.OPEN
                self.run(registry.close(self.connection, None if self.year.is_open else DAY))
            case OtherEvent.TAKE_OVER:
                self.the_deputy_takes_over_the_cell()
            case _:
                self.act(what, roll, (self.target(what, self.subject(what, roll), roll),))

    def decide_some(self, several: list[Draw]) -> None:
        chosen = {self.subject(ActKind.DECIDE, one): one for one in several}
        targets = (self.target(ActKind.DECIDE, key, one) for key, one in chosen.items())
        self.act(ActKind.DECIDE, several[0], tuple(targets))

    def decide_all(self, roll: Draw) -> None:
        """Lists that come to the limit of the quota."""
        group = MEMBERS if roll.in_writing else DEPARTMENTS
        if targets := self.proposed_in(group, 1 + roll.number % 3, keeps_one=roll.fits):
            self.act(ActKind.DECIDE, roll, targets)

    def send_again(self, roll: Draw) -> None:
        """The same key once more, with the same input or with another."""
        if self.sent:
            key, act = self.sent[-1 - roll.number % len(self.sent)]
            self.ask(key, replace(act, wording="x" if roll.fits else "y"))

    def the_deputy_takes_over_the_cell(self) -> None:
        deputy = self.cast[DEPUTY]
        if deputy not in self.year.chairs[CELL]:
            self.run(registry.take_over(self.connection, deputy, SECRETARY))
            self.year.chairs[CELL].add(deputy)

    def proposed_in(self, group: str, most: int, *, keeps_one: bool) -> tuple[ActTarget, ...]:
        """As was computed, but at most this level, save for the first EXCELLENT if that one is kept."""
        targets = []
        for key, subject in self.year.subjects.items():
            if (subject.group, subject.stage, subject.excluded) == (group, "PROPOSED", False):
                rank = LEVELS.index(subject.computed) if subject.computed in LEVELS else 1
                is_kept = keeps_one and subject.computed == "EXCELLENT"
                keeps_one = keeps_one and not is_kept
                level = LEVELS[rank if is_kept else min(rank, most)]
                targets.append(ActTarget(key, subject.version, level, "x"))
        return tuple(targets)

    def subject(self, word: ActKind, roll: Draw) -> UUID:
        every = sorted(self.year.subjects)
        fitting = [key for key in every if self.year.has_come_to(word, self.year.subjects[key])]
        chosen = fitting if roll.fits and fitting else every
        return chosen[roll.number % len(chosen)]

    def target(self, word: ActKind, key: UUID, roll: Draw) -> ActTarget:
        subject = self.year.subjects[key]
        level = roll.level
        if level == COMPUTED:
            level = subject.computed if subject.computed in LEVELS else "COMPLETED"
        if level is None and word in WITH_LEVEL:
            level = "GOOD"
        if word not in {*WITH_LEVEL, ActKind.ANNUL}:
            level = None
        return ActTarget(key, subject.version - roll.behind, level, roll.reason)

    def act(self, word: ActKind, roll: Draw, targets: tuple[ActTarget, ...]) -> None:
        act = Act(word, self.actor(roll, word, targets), targets, in_writing=roll.in_writing)
        self.ask(uuid4(), act)

    def actor(self, roll: Draw, word: ActKind, targets: tuple[ActTarget, ...]) -> UUID:
        """A named person, or a random one among the persons who may do the act."""
        subject = self.year.subjects[targets[0].subject]
        speaker = subject.speaker
        if roll.actor == PROPOSER:
            return subject.proposer or speaker
        if roll.actor in self.cast:
            return self.cast[roll.actor]
        may = [
            person
            for person in {speaker: None, **dict.fromkeys(self.cast.values())}
            if all(self.year.may(Act(word, person, targets), one) for one in targets)
        ]
        return Random(roll.number).choice(may) if roll.actor == RIGHT and may else speaker  # noqa: S311

    def of_somebody(self, group: str, word: ActKind, post: str, level: str) -> Act:
        """An act on the first of a group whose level is clear and who has no part of its own."""
        key, subject = next(
            (key, subject)
            for key, subject in self.year.subjects.items()
            if (subject.group, subject.computed) == (group, "GOOD")
            and subject.speaker not in self.cast.values()
        )
        target_level = level if word in {*WITH_LEVEL, ActKind.ANNUL} else None
        actor = subject.speaker if post == ITSELF else self.cast[post]
        return Act(word, actor, (ActTarget(key, subject.version, target_level, "x"),))

    def ask(self, key: UUID, act: Act) -> None:
        self.fits = False
        expected = self.year.ask(key, act)
        refused, answer = self.run(registry.ask(self.connection, key, act))
        assert refused is expected, act
        self.compare()
        if refused is None:
            assert answer == self.answers.setdefault((act.person, key), answer)
        self.sent.append((key, act))
        self.fits = True

    def compare(self) -> None:
        year, run = self.year, self.run
        assert run(registry.standing(self.connection, year)) == registry.model_states(year)
        assert run(registry.quotas(self.connection)) == (year.counts, year.over)
        assert run(registry.tally_of_cell(self.connection)) == year.counts[MEMBERS]
        acts, commands = self.traces
        now = (acts + year.acts, commands + year.commands)
        assert run(registry.traces(self.connection)) == now


@pytest.fixture(scope="module")
def demonstration(demonstration_url: str) -> Iterator[Demonstration]:
    with asyncio.Runner() as runner:
        engine = runner.run(connect(demonstration_url))
        yield Demonstration(runner, engine)
        runner.run(engine.dispose())


def test_random_acts_do_what_the_model_says(demonstration: Demonstration) -> None:
    run_state_machine_as_test(
        lambda: RandomActs(demonstration),  # type: ignore[arg-type]  # whatever makes one will do
        settings=settings(
            max_examples=12,
            stateful_step_count=80,
            deadline=None,
            # To shrink takes minutes; the act that came out otherwise is named anyway.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
