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
from tests.resolvers.year_words import Act, Wanted, Word

RIGHT, ITSELF, PROPOSER, COMPUTED = "right", "itself", "proposer", "computed"
DEPUTY = f"{LATE_CELL}.pbt"
PREPARING = (Word.REVIEW, Word.SELF_RATE, Word.PROPOSE)
WITH_LEVEL = {Word.SELF_RATE, Word.PROPOSE, Word.DECIDE}


class Other(StrEnum):
    """What happens besides an act on one subject or on some."""

    DECIDE_ALL = "DECIDE_ALL"
    SEND_AGAIN = "SEND_AGAIN"
    OPEN = "OPEN"
    CLOSE = "CLOSE"
    TAKE_OVER = "TAKE_OVER"


HAPPENINGS: tuple[Word | Other, ...] = (
    *PREPARING,
    *PREPARING,
    *[Word.DECIDE] * 4,
    *[Word.ANNUL] * 5,
    *[Word.APPEAL] * 3,
    *[Word.ANSWER] * 3,
    *[Word.REVIEW_AGAIN] * 2,
    *[Word.EXCLUDE] * 2,
    *[Word.END_EXCLUSION] * 2,
    *[Word.TRANSFER] * 2,
    *[Other.DECIDE_ALL] * 2,
    *[Other.SEND_AGAIN] * 2,
    *[Other.OPEN] * 4,
    Other.CLOSE,
    Other.TAKE_OVER,
)


@dataclass(frozen=True)
class Roll:
    """What is drawn for one act on one subject; `fits`: one that has come to the stage for it."""

    number: int
    fits: bool
    actor: str
    behind: int
    level: str | None
    reason: str | None
    in_writing: bool


rolls = st.builds(
    Roll,
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
    """Each act is asked of the model and of the registry; after it both stand alike."""

    def __init__(self, demonstration: Demonstration) -> None:
        super().__init__()
        self.run = demonstration.run
        self.connection: AsyncConnection = self.run(demonstration.engine.connect().start())
        self.year: Year = self.run(registry.year_of(self.connection))
        self.cast: dict[str, UUID] = self.run(registry.cast(self.connection))
        self.traces: tuple[int, int] = self.run(registry.traces(self.connection))
        locks.declare_sole_writer(self.connection)  # it carries out many commands
        self.asked: list[tuple[UUID, Act]] = []
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
        members = [key for key, one in self.year.subjects.items() if one.group == MEMBERS]
        for key, stage in zip(members, stages, strict=False):
            one = self.year.subjects[key]
            for word in PREPARING[:stage]:
                actor = one.speaker if word is Word.SELF_RATE else self.cast[by]
                level = "GOOD" if word in WITH_LEVEL else None
                self.ask(uuid4(), Act(word, actor, (Wanted(key, one.version, level),)))
        for group in sorted(decided):
            wanted = self.proposed_in(group, 2, keeps_one=group == DEPARTMENTS)
            chair = self.cast[SECRETARY if group == MEMBERS else "ht.ubnd.ct"]
            wanted = tuple(one for one in wanted if self.year.subjects[one.subject].person != chair)
            if wanted:
                self.ask(uuid4(), Act(Word.DECIDE, chair, wanted))

    # One rule for all: where there are several, each example does without some of them.
    @rule(what=st.sampled_from(HAPPENINGS), several=st.lists(rolls, min_size=1, max_size=4))
    def something_happens(self, what: Word | Other, several: list[Roll]) -> None:
        roll = several[0]
        match what:
            case Word.DECIDE:
                self.decide_some(several)
            case Other.DECIDE_ALL:
                self.decide_all(roll)
            case Other.SEND_AGAIN:
                self.send_again(roll)
            case Other.CLOSE | Other.OPEN:
                self.year.is_open = what is Other.OPEN
                self.run(registry.close(self.connection, None if self.year.is_open else DAY))
            case Other.TAKE_OVER:
                self.the_deputy_takes_over_the_cell()
            case _:
                self.act(what, roll, (self.wanted(what, self.subject(what, roll), roll),))

    def decide_some(self, several: list[Roll]) -> None:
        chosen = {self.subject(Word.DECIDE, one): one for one in several}
        wanted = (self.wanted(Word.DECIDE, key, one) for key, one in chosen.items())
        self.act(Word.DECIDE, several[0], tuple(wanted))

    def decide_all(self, roll: Roll) -> None:
        """Lists that come to the limit of the quota."""
        group = MEMBERS if roll.in_writing else DEPARTMENTS
        if wanted := self.proposed_in(group, 1 + roll.number % 3, keeps_one=roll.fits):
            self.act(Word.DECIDE, roll, wanted)

    def send_again(self, roll: Roll) -> None:
        """The same key once more, with the same input or with another."""
        if self.asked:
            key, act = self.asked[-1 - roll.number % len(self.asked)]
            self.ask(key, replace(act, said="x" if roll.fits else "y"))

    def the_deputy_takes_over_the_cell(self) -> None:
        deputy = self.cast[DEPUTY]
        if deputy not in self.year.chairs[CELL]:
            self.run(registry.take_over(self.connection, deputy, SECRETARY))
            self.year.chairs[CELL].add(deputy)

    def proposed_in(self, group: str, most: int, *, keeps_one: bool) -> tuple[Wanted, ...]:
        """As was computed, but at most this level, save for the first EXCELLENT if that one is kept."""
        wanted = []
        for key, one in self.year.subjects.items():
            if (one.group, one.stage, one.excluded) == (group, "PROPOSED", False):
                rank = LEVELS.index(one.computed) if one.computed in LEVELS else 1
                is_kept = keeps_one and one.computed == "EXCELLENT"
                keeps_one = keeps_one and not is_kept
                level = LEVELS[rank if is_kept else min(rank, most)]
                wanted.append(Wanted(key, one.version, level, "x"))
        return tuple(wanted)

    def subject(self, word: Word, roll: Roll) -> UUID:
        every = sorted(self.year.subjects)
        fitting = [key for key in every if self.year.has_come_to(word, self.year.subjects[key])]
        chosen = fitting if roll.fits and fitting else every
        return chosen[roll.number % len(chosen)]

    def wanted(self, word: Word, key: UUID, roll: Roll) -> Wanted:
        one = self.year.subjects[key]
        level = roll.level
        if level == COMPUTED:
            level = one.computed if one.computed in LEVELS else "COMPLETED"
        if level is None and word in WITH_LEVEL:
            level = "GOOD"
        if word not in {*WITH_LEVEL, Word.ANNUL}:
            level = None
        return Wanted(key, one.version - roll.behind, level, roll.reason)

    def act(self, word: Word, roll: Roll, wanted: tuple[Wanted, ...]) -> None:
        act = Act(word, self.actor(roll, word, wanted), wanted, in_writing=roll.in_writing)
        self.ask(uuid4(), act)

    def actor(self, roll: Roll, word: Word, wanted: tuple[Wanted, ...]) -> UUID:
        """By name; or whoever may do it, the one drawn if there are several."""
        subject = self.year.subjects[wanted[0].subject]
        speaker = subject.speaker
        if roll.actor == PROPOSER:
            return subject.proposer or speaker
        if roll.actor in self.cast:
            return self.cast[roll.actor]
        may = [
            person
            for person in {speaker: None, **dict.fromkeys(self.cast.values())}
            if all(self.year.may(Act(word, person, wanted), one) for one in wanted)
        ]
        return Random(roll.number).choice(may) if roll.actor == RIGHT and may else speaker  # noqa: S311

    def of_somebody(self, group: str, word: Word, post: str, level: str) -> Act:
        """An act on the first of a group whose level is clear and who has no part of its own."""
        key, one = next(
            (key, one)
            for key, one in self.year.subjects.items()
            if (one.group, one.computed) == (group, "GOOD")
            and one.speaker not in self.cast.values()
        )
        given = level if word in {*WITH_LEVEL, Word.ANNUL} else None
        actor = one.speaker if post == ITSELF else self.cast[post]
        return Act(word, actor, (Wanted(key, one.version, given, "x"),))

    def ask(self, key: UUID, act: Act) -> None:
        self.fits = False
        expected = self.year.ask(key, act)
        refused, answer = self.run(registry.ask(self.connection, key, act))
        assert refused is expected, act
        self.compare()
        if refused is None:
            assert answer == self.answers.setdefault((act.person, key), answer)
        self.asked.append((key, act))
        self.fits = True

    def compare(self) -> None:
        year, run = self.year, self.run
        assert run(registry.standing(self.connection, year)) == registry.said_by(year)
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
