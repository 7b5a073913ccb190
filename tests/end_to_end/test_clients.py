"""Clients: the journeys as a generated, typed client sends them, and as `gql` does, schema checked first."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import copy
from typing import Any
from uuid import UUID

import pytest
from gql import Client, GraphQLRequest
from gql.transport.httpx import HTTPXTransport
from graphql import build_schema, print_schema

from schema.graph import sdl
from tests.end_to_end.conftest import JOURNEYS, Service
from tests.house.tree import ROOT

CLIENTS = ROOT / "tests" / "clients"
ENVIRONMENT = ROOT / ".venv-clients" / "bin"
PEOPLE = "SELECT person_id::text FROM membership WHERE post_code = 'ht.ubnd.ct'"
DEPARTMENT = """SELECT id || ' ' || version FROM appraisal WHERE year = 2023
    AND body_code = 'ht.so-xay-dung.tt'"""

Json = dict[str, Any]
TokenOf = Callable[[str], str]

SENT: dict[str, tuple[str, str, Json]] = {
    "01": ("portal_hierarchy", "ht.bi-thu", {"code": "ht", "year": 2022}),
    "02": ("why_this_level", "ht.ubnd.ct", {}),
    "03": ("who_may_rate", "ht.bi-thu", {"subject": {"post": "ht.ubnd.ct"}, "year": 2023}),
    "04": ("authority_gaps", "ht.ban-to-chuc-tu.truong", {"year": 2023}),
    "05": ("rater_worklist", "ht.ubnd.ct", {"year": 2023}),
    "06": ("quota_what_if", "ht.ubnd.ct", {"year": 2023, "group": "departments", "proposals": []}),
    "07": ("conclude", "ht.vu-quang.bi-thu", {}),
    "08": ("evaluations", "ht.bi-thu", {"year": 2022, "under": "ht.thach-ha"}),
    "09": ("entities", "ht.bi-thu", {"year": 2022}),
}
"""By journey: the method of the generated client, the post of the caller, the fixed variables."""


@pytest.fixture(scope="module")
def variables(service: Service) -> dict[str, Json]:
    """The variables of every journey; 07 is sent by a chair who is not competent, so that nothing is written."""
    (result,), (person, *_) = service.sql(DEPARTMENT), service.sql(PEOPLE)
    department, version = result.split(" ")
    decision = {"appraisal": department, "expectedVersion": int(version), "level": "GOOD"}
    conclusion = {
        "year": 2023,
        "group": "departments",
        "document": {"number": "12-KL/BCSĐ", "date": "2023-12-11"},
        "idempotencyKey": str(UUID(int=7)),
        "decisions": [decision],
    }
    named = [{"__typename": "Person", "id": person}, {"__typename": "Body", "code": "ht"}]
    more: dict[str, Json] = {
        "02": {"id": department},
        "07": {"input": conclusion},
        "09": {"representations": named},
    }
    return {number: known | more.get(number, {}) for number, (_, _, known) in SENT.items()}


@pytest.fixture(scope="module")
def plain(service: Service, token_of: TokenOf, variables: dict[str, Json]) -> Callable[[str], Json]:
    """The answer to a journey sent without the generated client."""

    def answer(number: str) -> Json:
        return service.journey(number, variables[number], token_of(SENT[number][1]))

    return answer


def lasting(data: Json) -> Json:
    """Without the cursors of evaluations, which depend on the moment of the request."""
    if page := data.get("evaluations"):
        assert page.pop("cursorForChanges")
        assert page["pageInfo"].pop("endCursor")
    return data


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a client that ariadne-codegen made from our schema and the journeys."""
    folder = tmp_path_factory.mktemp("client")
    api = print_schema(build_schema(sdl(), assume_valid_sdl=True))
    (folder / "api.graphql").write_text(api, encoding="utf-8")
    (folder / "journeys").mkdir()
    for number in SENT:
        (path,) = JOURNEYS.glob(f"{number}-*.graphql")
        copy(path, folder / "journeys")
    command = [str(ENVIRONMENT / "ariadne-codegen"), f"--config={CLIENTS / 'codegen.toml'}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_generated_client_reads_every_journey(
    service: Service,
    token_of: TokenOf,
    variables: dict[str, Json],
    plain: Callable[[str], Json],
    generated: Path,
) -> None:
    """Its models take every value, name every one of ours, and give back what came."""
    calls = [
        {"method": method, "token": token_of(post), "variables": variables[number]}
        for number, (method, post, _) in SENT.items()
    ]
    done = subprocess.run(
        [ENVIRONMENT / "python", CLIENTS / "journeys.py"],
        input=json.dumps({"url": f"{service.url}/graphql", "calls": calls}),
        env={"PYTHONPATH": str(generated)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = dict(zip(SENT, json.loads(done.stdout), strict=True))
    for number in SENT:
        assert lasting(answers[number]) == lasting(plain(number)), number
    assert answers["01"]["body"]["children"]["totalCount"] == 38
    assert answers["07"]["conclude"]["__typename"] == "NotCompetent"


@pytest.mark.parametrize("number", list(SENT))
def test_gql_sends_every_journey_and_finds_it_valid(
    service: Service,
    token_of: TokenOf,
    variables: dict[str, Json],
    plain: Callable[[str], Json],
    number: str,
) -> None:
    (path,) = JOURNEYS.glob(f"{number}-*.graphql")
    headers = {"Authorization": f"Bearer {token_of(SENT[number][1])}"}
    transport = HTTPXTransport(url=f"{service.url}/graphql", headers=headers)
    with Client(transport=transport, fetch_schema_from_transport=True) as session:
        request = GraphQLRequest(path.read_text("utf-8"), variable_values=variables[number])
        assert lasting(session.execute(request)) == lasting(plain(number))
