"""A caller without any right to an act is refused before anything is locked, so it neither waits nor blocks others."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import make_url

from db.embedded.server import embedded_server
from tests.end_to_end.conftest import Service
from tests.end_to_end.test_values import MUTATIONS, fine, put
from tests.end_to_end.test_year_commands import (
    DEPUTY,
    REVIEW,
    Subject,
    an_official_of_the_cell,
)

Json = dict[str, Any]
TokenOf = Callable[[str], str]
STRANGER = "ht.thach-ha.bi-thu"
REFUSED = {"NotCompetent", "NotAnOfficer", "DelegationRefused", "FORBIDDEN"}
TABLES = """SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'
    AND tablename NOT LIKE 'policy%'"""
OF_A_GROUP = """SELECT a.id::text || ' ' || a.peer_group_code FROM appraisal a
    WHERE a.year = 2023 AND a.body_code = 'ht.so-y-te.tt'"""

OF_THE_SAME_GROUP = """SELECT b.id::text FROM appraisal a JOIN appraisal b USING (year, peer_group_code)
    WHERE a.year = 2023 AND a.body_code = 'ht.so-y-te.tt' ORDER BY b.id"""


@contextmanager
def everything_locked(service: Service) -> Iterator[None]:
    """Another transaction holds every table: it can be read, and no row of it can be locked or written.

    But for the policy, which each command holds together with all others (docs/decisions/0008).
    """
    with embedded_server(service.data_dir) as url, asyncio.Runner() as runner:
        where = make_url(url)
        connection = runner.run(
            asyncpg.connect(
                host=str(where.query["host"]), user=where.username, database=where.database
            )
        )
        runner.run(connection.execute("BEGIN"))
        tables = [row[0] for row in runner.run(connection.fetch(TABLES))]
        runner.run(connection.execute(f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE"))
        try:
            yield
        finally:
            runner.run(connection.execute("ROLLBACK"))
            runner.run(connection.close())


def known(service: Service) -> dict[str, object]:
    """Values that name what there is, by the name of the argument."""
    key, group = service.sql(OF_A_GROUP)[0].split(" ")
    return {
        "appraisal": key,
        "group": group,
        "id": service.sql("SELECT id::text FROM delegation LIMIT 1")[0],
        "rater": service.sql("SELECT id FROM rater WHERE code = 'panel_6_2_3' LIMIT 1")[0],
        "delegate": "ht.so-y-te.truong",
        "to": "ht.so-y-te.truong",
        "classes": ["other_provincial_unit_leadership"],
        "place": "ht.so-y-te",
    }


def filled(value: object, names: dict[str, object]) -> object:
    if isinstance(value, list):
        return [filled(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: names.get(key, filled(item, names)) for key, item in value.items()}


def answer_to(service: Service, token: str, name: str, names: dict[str, object]) -> str:
    """The type of the answer, or the code of the error."""
    arguments = MUTATIONS[name].args
    declared = ", ".join(f"${key}: {given.type}" for key, given in arguments.items())
    passed = ", ".join(f"{key}: ${key}" for key in arguments)
    values = filled({key: fine(given.type, key) for key, given in arguments.items()}, names)
    assert isinstance(values, dict)
    query = f"mutation ({declared}) {{ {name}({passed}) {{ __typename }} }}"
    answer = service.ask(query, values, token)
    if "errors" in answer:
        code: str = answer["errors"][0]["extensions"]["code"]
        return code
    kind: str = answer["data"][name]["__typename"]
    return kind


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_stranger_waits_for_no_lock(service: Service, token_of: TokenOf, name: str) -> None:
    token, names = token_of(STRANGER), known(service)
    with everything_locked(service):
        assert answer_to(service, token, name, names) in REFUSED


def concluded(service: Service, token: str, ids: list[str]) -> Json:
    """The answer to a list of decisions while everything is locked."""
    decision = fine(MUTATIONS["conclude"].args["input"].type, "input")
    variables = put(filled(decision, known(service)), ("decisions",), None)
    assert isinstance(variables, dict)
    variables["decisions"] = [
        {"appraisal": key, "expectedVersion": 1, "level": "GOOD"} for key in ids
    ]
    query = """mutation ($i: ConcludeInput!) {
        conclude(input: $i) { __typename ... on Refusal { code } } }"""
    with everything_locked(service):
        return service.ask(query, {"i": variables}, token)


def test_a_list_of_a_whole_year_is_refused_before_it_is_locked(
    service: Service, token_of: TokenOf
) -> None:
    token = token_of(STRANGER)
    ids = service.sql("SELECT id::text FROM appraisal WHERE year = 2023 ORDER BY id")
    (error,) = concluded(service, token, ids)["errors"]
    assert error["extensions"]["code"] == "TOO_COSTLY"
    assert error["extensions"]["was"] > error["extensions"]["max"] == 50_000
    assert len(error["message"]) < 1_500
    (error,) = concluded(service, token, ids[:900])["errors"]
    assert error["extensions"] == {"code": "BAD_INPUT", "field": "decisions"}
    assert len(error["message"]) < 1_500


def test_a_list_of_a_whole_group_is_refused_to_a_stranger_before_it_is_locked(
    service: Service, token_of: TokenOf
) -> None:
    ids = service.sql(OF_THE_SAME_GROUP)
    assert 10 < len(ids) <= 1_000
    answer = concluded(service, token_of(STRANGER), ids)
    assert answer["data"]["conclude"] == {"__typename": "NotCompetent", "code": "NOT_COMPETENT"}


def test_a_command_that_was_carried_out_keeps_its_answer(
    service: Service, token_of: TokenOf
) -> None:
    official = Subject(service, an_official_of_the_cell(service, 2)[0])
    deputy, target = token_of(DEPUTY), official.target()
    query = """mutation ($t: TargetInput!, $r: ReviewInput!) {
        done: recordReview(target: $t, review: $r) {
            __typename ... on Appraisal { version stage } ... on Refusal { code } } }"""
    first = service.ask(query, {"t": target, "r": REVIEW}, deputy)
    assert first["data"]["done"]["stage"] == "REVIEWED"
    service.sql(
        "UPDATE membership SET until = '2023-12-10' WHERE post_code = $1 AND until IS NULL", DEPUTY
    )
    assert service.ask(query, {"t": target, "r": REVIEW}, deputy) == first
    other = REVIEW | {"days": "2"}
    reused = service.ask(query, {"t": target, "r": other}, deputy)
    assert reused["data"]["done"]["code"] == "KEY_REUSED"
    anew = official.target() | {"idempotencyKey": str(uuid4())}
    refused = service.ask(query, {"t": anew, "r": REVIEW}, deputy)
    assert refused["data"]["done"]["code"] == "NOT_COMPETENT"
