"""What the bench of commands measures: the request of each command, and the call of the function beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import orjson

from rules.editions.lookup import edition_for
from tests.bench.command.subjects import (
    PROPOSED,
    REVIEWED,
    SELF_RATED,
    YEAR,
    Member,
    Subjects,
)

STATES = {
    "a self-rating": REVIEWED,
    "facts": SELF_RATED,
    "a decision": PROPOSED,
    "a list of 22": PROPOSED,
}
RATE_ONESELF = """mutation RateOneself($target: TargetInput!) {
  result: rateOneself(target: $target, level: GOOD) { __typename ... on Appraisal { id version stage } } }"""
RECORD_FACTS = """mutation RecordFacts($target: TargetInput!, $facts: JSON!) {
  result: recordFacts(target: $target, facts: $facts) { __typename ... on Appraisal { id version stage } } }"""
DECIDE = """mutation Decide($input: DecideInput!) {
  result: decide(input: $input) { __typename ... on Conclusion { receipt { sequence } appraisals { id version stage } } } }"""
CONCLUDE = """mutation Conclude($input: ConcludeInput!) {
  result: conclude(input: $input) { __typename ... on Conclusion { receipt { sequence } appraisals { id version stage } } } }"""
PAPER = {"number": "1", "date": "2023-12-11"}


@dataclass(frozen=True)
class Measured:
    """One command: what a client sends, the call of the function, and the bars by the number of clients."""

    title: str
    operation: str
    requests: Sequence[tuple[UUID, dict[str, Any]]]
    """The caller, and the body of the request."""
    call: str
    values: Sequence[list[Any]]
    bars: Mapping[int, float]
    part_of_seconds: float = 1
    """There are few lists, so they are measured for a shorter time."""


def commands(subjects: Subjects) -> dict[str, Measured]:
    """What is measured, by title."""
    made = (_self_ratings(subjects), _facts(subjects), _decisions(subjects), _lists(subjects))
    return {command.title: command for command in made}


def _self_ratings(subjects: Subjects) -> Measured:
    return Measured(
        "a self-rating",
        "RateOneself",
        [
            (member.person, _body(RATE_ONESELF, target=_target(member)))
            for member in subjects.members
        ],
        "SELECT bench_rate_oneself($1, $2, $3)",
        [[str(member.appraisal), str(member.person), str(uuid4())] for member in subjects.members],
        {1: 0.3, 8: 0.5, 32: 0.5},
    )


def _facts(subjects: Subjects) -> Measured:
    edition = edition_for(YEAR)
    facts = {member.appraisal: member.facts(edition) for member in subjects.members}
    return Measured(
        "facts",
        "RecordFacts",
        [
            (
                member.chair,
                _body(RECORD_FACTS, target=_target(member), facts=facts[member.appraisal]),
            )
            for member in subjects.members
        ],
        "SELECT bench_record_facts($1, $2, $3, $4)",
        [
            [
                str(member.appraisal),
                str(member.chair),
                str(uuid4()),
                orjson.dumps(facts[member.appraisal] | {"findings": FINDINGS}).decode(),
            ]
            for member in subjects.members
        ],
        {1: 0.3, 8: 0.5, 32: 0.5},
    )


def _decisions(subjects: Subjects) -> Measured:
    return Measured(
        "a decision",
        "Decide",
        [
            (member.chair, _body(DECIDE, input={"decision": _decision(member), **_by_paper()}))
            for member in subjects.members
        ],
        "SELECT bench_decide($1, $2, $3, $4, $5)",
        [_decided([member]) for member in subjects.members],
        {1: 0.25, 8: 0.5, 32: 0.5},
    )


def _lists(subjects: Subjects) -> Measured:
    return Measured(
        "a list of 22",
        "Conclude",
        [
            (members[0].chair, _body(CONCLUDE, input=_conclusion(members)))
            for members in subjects.lists
        ],
        "SELECT bench_decide($1, $2, $3, $4, $5)",
        [_decided(members) for members in subjects.lists],
        {1: 0.6, 8: 0.6},
        part_of_seconds=0.3,
    )


def _conclusion(members: Sequence[Member]) -> dict[str, Any]:
    decisions = [_decision(member) for member in members]
    return {"year": YEAR, "group": members[0].group, "decisions": decisions, **_by_paper()}


def _by_paper() -> dict[str, Any]:
    return {"document": PAPER, "idempotencyKey": str(uuid4())}


FINDINGS = [{"clause": f"QĐ124:Đ12.{number}", "observed": "x" * 60} for number in range(12)]
"""As many rows of findings as the rules store for a party member."""


def _body(query: str, **variables: Any) -> dict[str, Any]:  # noqa: ANN401 - variables of GraphQL
    return {"query": query, "variables": variables}


def _target(member: Member) -> dict[str, Any]:
    return {
        "appraisal": str(member.appraisal),
        "expectedVersion": member.version,
        "idempotencyKey": str(uuid4()),
    }


def _decision(member: Member) -> dict[str, Any]:
    return {
        "appraisal": str(member.appraisal),
        "expectedVersion": member.version,
        "level": "GOOD",
        "reason": "Chi bộ biểu quyết",
    }


def _decided(members: Sequence[Member]) -> list[Any]:
    ids = [str(member.appraisal) for member in members]
    return [ids, str(members[0].chair), str(uuid4()), members[0].group, members[0].rater]
