"""The condition for lists selects exactly the subjects for which the decision is yes."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from authz.competence import competence_for
from authz.policy_file import Policy, load_policy, policy_of
from authz.right import anybodys_rights
from authz.role import DELEGABLE, DelegatedPowers, Role, Seat
from db.connection.engine import connect
from db.repositories import rater as raters, subject as subjects
from db.repositories.authorization_filter import Permitted
from db.repositories.subject import Subject
from demo.authority import DAY
from demo.facts import YEAR
from resolvers.authorization import actor as actors
from resolvers.authorization.actor import Actor, PermissionSource, permission
from resolvers.authorization.principal import SignedIn
from rules.authority import CLASSES, RATERS, WITHOUT_PLACE
from rules.enums import Act, Track

POLICY = load_policy()
SEATED = sorted(RATERS.keys() - WITHOUT_PLACE)
SELECT = "SELECT t.id FROM appraisal t WHERE t.year = :year AND {}"
CHECKED = """SELECT z.appraisal_id, z.act, z.branch FROM ({}) z ORDER BY 1, 2, 3"""
SOME_IDS = "SELECT unnest(CAST(:some AS uuid[]))"
EACH = "SELECT t.id FROM appraisal t WHERE t.year = :year AND {}"
GAPS = "SELECT t.id FROM appraisal t WHERE t.year = :year AND NOT ({})"


@dataclass
class Registry:
    """The demonstration, with every subject of the year as authority sees it."""

    run: Callable[[Coroutine[Any, Any, Any]], Any]
    connection: AsyncConnection
    subjects: dict[UUID, Subject]
    places: Sequence[str]
    rater_ids: Sequence[str]
    persons: Sequence[UUID]
    keys: Sequence[str]

    def selected(self, permitted: Permitted, statement: str = SELECT) -> set[UUID]:
        bound = permitted.bound(YEAR)
        rows = self.run(
            self.connection.execute(text(statement.format(permitted.condition())), bound)
        )
        return {UUID(str(one)) for one in rows.scalars()}

    def rows(self, statement: str, permitted: Permitted, **more: object) -> list[tuple[Any, ...]]:
        """The acts and branches by which the appraisals of a statement are permitted."""
        bound = permitted.bound(YEAR) | more
        rows = self.run(self.connection.execute(text(CHECKED.format(statement)), bound))
        return [tuple(row) for row in rows]

    def check_some(self, permitted: Permitted, some: Sequence[UUID]) -> None:
        """Assert that the check of some appraisals gives what the list of all has of them, row by row."""
        listed = [row for row in self.rows(permitted.selected(), permitted) if row[0] in set(some)]
        checked = self.rows(permitted.selected_among(SOME_IDS), permitted, some=list(some))
        assert checked == listed

    def may_list(self, policy: Policy, actor: Actor, act: Act) -> set[UUID]:
        permitted = actors.permitted(policy, actor, act)
        return set(self.subjects) if permitted is None else self.selected(permitted)

    def may_each(self, policy: Policy, actor: Actor, act: Act) -> set[UUID]:
        return {
            key
            for key, subject in self.subjects.items()
            if permission(policy, actor, act, subject).decision.allowed
        }


@pytest.fixture(scope="module")
def everything(demonstration_url: str) -> Iterator[Registry]:
    with asyncio.Runner() as runner:
        engine: AsyncEngine = runner.run(connect(demonstration_url))
        connection = runner.run(engine.connect().start())
        yield runner.run(_registry(runner.run, connection))
        runner.run(connection.close())
        runner.run(engine.dispose())


async def _registry(run: Callable[..., Any], connection: AsyncConnection) -> Registry:
    rows = (
        await connection.execute(
            text("SELECT id, track, body_code, person_id FROM appraisal WHERE year = :year"),
            {"year": YEAR},
        )
    ).all()
    subject_of: dict[UUID, Subject] = {}
    for track in Track:
        chosen = [row for row in rows if row.track == track]
        keys = [row.body_code or row.person_id for row in chosen]
        named = (
            await subjects.bodies(connection, keys, YEAR)
            if track is Track.BODY
            else await subjects.persons(connection, keys, YEAR, track)
        )
        subject_of |= {
            UUID(str(row.id)): subject_key
            for row, subject_key in zip(chosen, named, strict=True)
            if subject_key
        }
    assert len(subject_of) == len(rows)
    every = await raters.all_raters(connection)
    return Registry(
        run,
        connection,
        subject_of,
        sorted({place for row in every for place in row["places"]}),
        sorted(row["id"] for row in every),
        sorted({row.person_id for row in rows if row.person_id and row.track == "OFFICIAL"}),
        sorted({str(row.body_code or row.person_id) for row in rows}),
    )


classes = st.sampled_from(sorted(CLASSES))


@st.composite
def roles_in(draw: st.DrawFn, everything: Registry) -> Role:
    seat = draw(st.sampled_from(list(Seat)))
    places = draw(st.frozensets(st.sampled_from(everything.places), min_size=1, max_size=2))
    bodies = st.frozensets(st.sampled_from(sorted(places)), max_size=1)
    powers = st.builds(
        DelegatedPowers,
        st.frozensets(st.sampled_from(sorted(DELEGABLE)), min_size=1),
        st.frozensets(classes, min_size=1, max_size=40),
        bodies,
        st.booleans(),
    )
    return Role(
        rater=draw(st.sampled_from(SEATED)),
        rater_id=draw(st.sampled_from(everything.rater_ids)),
        seat=seat,
        places=places,
        delegated=draw(powers) if seat is Seat.DELEGATE else None,
        chairs=draw(st.frozensets(st.sampled_from(everything.keys), max_size=3)),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """The policy, sometimes with random additional rows."""
    rows = dict.fromkeys(draw(st.lists(extra_rows, max_size=3)))
    added = [row for row in rows if row not in POLICY.text]
    return policy_of("\n".join([POLICY.text, *added])) if added else POLICY


extra_rows = (
    st.builds(
        "p, {}, {}, {}, {}, {}, HD01:6.2".format,
        st.sampled_from(SEATED),
        st.sampled_from(sorted(Act)),
        st.sampled_from([*sorted(CLASSES), "any", "covered_by_6_1"]),
        st.sampled_from(["province", "own"]),
        st.sampled_from(["allow", "deny"]),
    )
    | st.builds(
        "p, {}, {}, {}, province, {}, HD01:6.2".format,
        st.sampled_from(["signed_in", "subject", "managing_collective", "direct_superior"]),
        st.sampled_from(sorted(Act)),
        st.sampled_from([*sorted(CLASSES), "any"]),
        st.sampled_from(["allow", "deny"]),
    )
    | st.builds(
        "p, anybody, {}, {}, province, deny, HD01:6.2".format,
        st.sampled_from(sorted(Act)),
        st.sampled_from([*sorted(CLASSES), "any"]),
    )
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_the_list_holds_exactly_the_subjects_for_which_the_decision_is_yes(
    everything: Registry, data: st.DataObject
) -> None:
    policy = data.draw(policies())
    act = data.draw(st.sampled_from(list(Act)))
    person = data.draw(st.sampled_from(everything.persons))
    roles = data.draw(st.lists(roles_in(everything), max_size=3))
    led = everything.run(raters.led(everything.connection, person, DAY))
    actor = Actor(
        person,
        {role: PermissionSource("some.post", role.rater_id) for role in roles},
        frozenset(led),
    )
    listed = everything.may_list(policy, actor, act)
    assert listed == everything.may_each(policy, actor, act)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_check_of_some_appraisals_is_the_list_of_all_for_any_roles(
    everything: Registry, data: st.DataObject
) -> None:
    policy = data.draw(policies())
    acts = data.draw(st.sets(st.sampled_from(list(Act)), min_size=1, max_size=3))
    person = data.draw(st.sampled_from(everything.persons))
    roles = data.draw(st.lists(roles_in(everything), max_size=3))
    led = everything.run(raters.led(everything.connection, person, DAY))
    actor = Actor(
        person,
        {role: PermissionSource("some.post", role.rater_id) for role in roles},
        frozenset(led),
    )
    permitted = actors.selected(policy, actor, sorted(acts))
    every = sorted(everything.subjects)
    few = st.lists(st.sampled_from(every), max_size=5, unique=True)
    everything.check_some(permitted, data.draw(st.just(every) | few))


@pytest.mark.parametrize("act", list(Act))
def test_each_row_is_checked_as_the_list_of_all_for_the_holders_of_every_rating_post(
    everything: Registry, act: Act
) -> None:
    statement = """SELECT DISTINCT m.person_id FROM membership m JOIN post_role s
        ON s.post_code = m.post_code WHERE m.until IS NULL ORDER BY 1"""
    rows = everything.run(everything.connection.execute(text(statement)))
    for person in rows.scalars().all()[::7]:
        permitted = actors.selected(
            POLICY, everything.run(_actor(everything.connection, person)), [act]
        )
        rows = everything.run(
            everything.connection.execute(
                text(EACH.format(permitted.permits("t.id"))), permitted.bound(YEAR)
            )
        )
        assert {UUID(str(key)) for key in rows.scalars()} == everything.selected(permitted)


@pytest.mark.parametrize("act", list(Act))
def test_rights_and_decisions_agree_for_the_holders_of_every_rating_post(
    everything: Registry, act: Act
) -> None:
    statement = """SELECT DISTINCT m.person_id FROM membership m JOIN post_role s
        ON s.post_code = m.post_code WHERE m.until IS NULL ORDER BY 1 LIMIT 40"""
    rows = everything.run(everything.connection.execute(text(statement)))
    for person in rows.scalars().all():
        actor = everything.run(_actor(everything.connection, person))
        assert everything.may_list(POLICY, actor, act) == everything.may_each(POLICY, actor, act)


async def _actor(connection: AsyncConnection, person: UUID) -> Actor:

    return await actors.actor_of(connection, SignedIn(person), DAY)


@settings(max_examples=10, deadline=None)
@given(policies())
def test_the_gaps_are_the_subjects_without_a_rater(everything: Registry, policy: Policy) -> None:
    anybodys = actors.selected_by([anybodys_rights(policy, Act.RATE)])
    without_rater = {
        key
        for key, subject in everything.subjects.items()
        if not competence_for(policy, Act.RATE, subject.classes).granted
    }
    assert everything.selected(anybodys, GAPS) == without_rater


def test_each_appraisal_comes_with_the_acts_that_are_permitted(everything: Registry) -> None:
    role = Role("panel_6_2_3", "panel_6_2_3", Seat.CHAIR, frozenset({"ht"}))
    actor = Actor(None, {role: PermissionSource("ht.ubnd.ct", role.rater_id)}, frozenset())
    permitted_acts = actors.selected(POLICY, actor, (Act.RATE, Act.APPRAISE))
    bound = permitted_acts.bound(YEAR)
    rows = everything.run(
        everything.connection.execute(
            text(f"SELECT DISTINCT act FROM ({permitted_acts.selected()}) z"), bound
        )
    )
    assert set(rows.scalars()) == {"rate", "appraise"}
