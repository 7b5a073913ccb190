"""Narrow reads of raters give what the whole registry gives: for every subject, every rater and every act."""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import load_policy
from db.connection.engine import connect
from db.json_sql.relation import fetch
from db.relations.rater import MEMBERS
from db.repositories import officer as officers, subject as subjects
from db.repositories.rater import FEW_BODIES, SEATS_OF_RATER
from db.repositories.subject import Subject
from demo.facts import YEAR
from resolvers.queries import authority
from rules.enums import Act, Track

POLICY = load_policy()


@dataclass
class Registry:
    """The demonstration over one connection."""

    runner: asyncio.Runner
    connection: AsyncConnection

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 -- what the work returns
        return self.runner.run(work)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.run(self.connection.execute(text(statement)))]


@pytest.fixture(scope="module")
def registry(demonstration_url: str) -> Iterator[Registry]:
    with asyncio.Runner() as runner:
        engine = runner.run(connect(demonstration_url))
        connection = runner.run(engine.connect().start())
        yield Registry(runner, connection)
        runner.run(connection.close())
        runner.run(engine.dispose())


def _every_subject(registry: Registry) -> list[Subject]:
    connection = registry.connection
    bodies = [code for (code,) in registry.rows("SELECT code FROM body ORDER BY 1")]
    posts = [code for (code,) in registry.rows("SELECT code FROM post ORDER BY 1")]
    persons = [key for (key,) in registry.rows("SELECT id FROM person ORDER BY 1")]
    every = registry.run(subjects.bodies(connection, bodies, YEAR))
    every += registry.run(subjects.posts(connection, posts, YEAR))
    for track in (Track.OFFICIAL, Track.PARTY_MEMBER):
        every += registry.run(subjects.persons(connection, persons, YEAR, track))
    return [subject for subject in every if subject]


def test_the_raters_around_a_subject_are_enough_to_find_its_competent_ones(
    registry: Registry,
) -> None:
    everywhere = registry.run(authority.all_places(registry.connection))
    by_places: dict[object, list[Subject]] = defaultdict(list)
    for subject in _every_subject(registry):
        within = frozenset().union(*(held.within for held in subject.holdings))
        by_places[within, subject.superiors].append(subject)
    assert len(by_places) > 1
    for alike in by_places.values():
        around = registry.run(authority.places_of(registry.connection, alike[:1]))
        assert len(around.rows) < len(everywhere.rows)
        for subject in alike:
            for act in Act:
                narrow = authority.competence(POLICY, around, act, subject)
                assert narrow == authority.competence(POLICY, everywhere, act, subject)


SEATS = """
SELECT r.id, s.seat, p.code FROM rater r JOIN post_role s ON s.rater_code = r.code
JOIN post p ON p.code = s.post_code
JOIN body_tree t ON t.ancestor_code = r.scope_body_code AND t.body_code = p.body_code ORDER BY 1, 2, 3
"""
"""What a seat means: a post with the word of the rater, within the rater's place."""
SIZES = """
SELECT r.id, count(*) FROM rater r JOIN body_tree t ON t.ancestor_code = r.scope_body_code GROUP BY 1
"""


def test_every_rater_has_the_seats_within_its_place_from_either_side(registry: Registry) -> None:
    narrow = f"""SELECT r.id, s.seat, s.post_code FROM rater r CROSS JOIN LATERAL ({SEATS_OF_RATER}) s
        ORDER BY 1, 2, 3"""
    seats = registry.rows(SEATS)
    assert registry.rows(narrow) == seats
    sizes = dict(registry.rows(SIZES))
    seated = {rater for rater, _, _ in seats}
    assert {sizes[rater] > FEW_BODIES for rater in seated} == {True, False}


def test_the_members_of_every_rater_are_those_of_the_view(registry: Registry) -> None:
    viewed: dict[str, list[str]] = defaultdict(list)
    for rater, code in registry.rows(
        "SELECT rater_id, code FROM rater_member ORDER BY rater_id, rank_order, code"
    ):
        viewed[rater].append(code)
    ids = [rater for (rater,) in registry.rows("SELECT id FROM rater ORDER BY 1")]
    members = registry.run(fetch(registry.connection, MEMBERS, [(rater,) for rater in ids], {}))
    for rater, rows in zip(ids, members, strict=True):
        assert [row["code"] for row in rows] == viewed[rater], rater
    assert viewed


def test_the_undecided_of_some_appraisals_are_those_of_the_year(registry: Registry) -> None:
    of_year = registry.run(officers.undecided_of_year(registry.connection, YEAR))
    ids = sorted({undecided.appraisal_id for undecided in of_year})
    some = registry.run(officers.undecided(registry.connection, ids))
    assert set(some) == set(of_year)
    few = registry.run(officers.undecided(registry.connection, ids[:5]))
    assert set(few) == {undecided for undecided in of_year if undecided.appraisal_id in ids[:5]}
