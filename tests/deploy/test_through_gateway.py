"""Journeys through the gateway, nginx with TLS, two instances, the pooler, primary and replica."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.deploy.cluster import Address, Cluster, Instance, ask
from tests.deploy.commands import SUBJECTS, in_groups
from tests.deploy.processes import RunningProcess, run, until
from tests.deploy.servers import DEPLOY
from tests.deploy.test_manifests import compose
from tests.deploy.test_replica import carried_out, replay_paused
from tests.deploy.test_through_all import ASKED, Json, journey
from tests.end_to_end.conftest import free_port
from tests.end_to_end.federation.conftest import PACKAGES

POSITION = "Xeploai-Position"
SAME = [each for each in ASKED if each[0] in {"01", "03", "05"}]
EVALUATIONS: Json = {"year": 2023, "under": "ht", "since": None, "after": None}
ENTITIES = """query ($body: ID!, $person: ID!, $year: Int!) {
    body(code: $body) { __typename code name rating(year: $year) { level } }
    person(id: $person) { __typename id name rating(year: $year, track: OFFICIAL) { level } } }"""
HISTORY = "query ($id: ID!) { appraisal(id: $id) { id history { act } } }"
OF_HEALTH = """SELECT id::text FROM appraisal WHERE year = 2022 AND level IS NOT NULL
    AND body_code = 'ht.so-y-te.tt'"""


@pytest.fixture(scope="module")
def gateway(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """The gateway by deploy/compose.yaml, with the packages of the tests; it asks nginx by https."""
    here, port = tmp_path_factory.mktemp("gateway"), free_port()
    shipped = compose()["services"]["gateway"]
    environment = {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PROVINCES": str(here / "provinces.json"),
        "NODE_EXTRA_CA_CERTS": str(cluster.folder / "tls.crt"),
    }
    assert set(environment) == set(shipped["environment"])
    assert shipped["depends_on"] == ["proxy"]
    provinces = {"ht": f"{cluster.url}/graphql"}
    (here / "provinces.json").write_text(json.dumps(provinces), encoding="utf-8")
    environment |= PACKAGES | {"SUPERGRAPH": str(supergraph(here))}
    folder = DEPLOY / "gateway"
    words = [shipped["command"][0], folder / shipped["command"][1]]
    running = RunningProcess("gateway", words, here, environment, as_server=False)
    try:
        until(lambda: started(running), "the gateway listens")
        yield Address(f"http://127.0.0.1:{port}", cluster.tls)
    finally:
        assert running.end() == 0, running.output()


def supergraph(here: Path) -> Path:
    """Composed from the list that is shipped."""
    composed, folder = here / "supergraph.graphql", DEPLOY / "gateway"
    words = ["node", folder / "compose.cjs", folder / "subgraphs.json"]
    composed.write_text(run(words, here, PACKAGES, as_server=False), encoding="utf-8")
    return composed


def started(gateway: RunningProcess) -> bool:
    assert gateway.process.poll() is None, gateway.output()
    return "gateway at" in gateway.output()


@pytest.fixture(scope="module")
def levels(cluster: Cluster) -> str:
    return cluster.command("token", "--service", "hr", "--scope", "read_level")


@pytest.mark.parametrize(("number", "post", "variables"), SAME, ids=lambda each: str(each)[:20])
def test_a_journey_through_the_gateway_is_answered_as_without_it(
    cluster: Cluster, gateway: Address, number: str, post: str, variables: Json
) -> None:
    token = cluster.token(post)
    through, without = (journey(at, number, token, variables)["data"] for at in (gateway, cluster))
    assert through == without
    assert through


def test_a_personnel_system_pulls_everything_then_what_a_command_changed(
    cluster: Cluster, gateway: Address, levels: str
) -> None:
    """Journey 08, page by page; the command goes through the gateway as well."""
    parts = list(pages(gateway, levels))
    stored = cluster.primary.sql("SELECT id::text FROM appraisal WHERE year = 2023")
    seen = [one for part in parts for one in ids(part)]
    assert sorted(seen) == sorted(row[0] for row in stored)
    assert len(parts) > 1
    since = {"since": parts[-1]["cursorForChanges"]}
    assert ids(evaluations(gateway, levels, since)) == []
    token = cluster.token("ht.ubnd.ct")
    nodes = in_groups(ask(gateway, token, SUBJECTS).json())
    _, changed = carried_out(gateway, token, nodes)
    pulled = ids(evaluations(gateway, levels, since))
    assert changed in pulled
    assert len(pulled) < len(seen)


def evaluations(at: Address, token: str, variables: Json) -> Json:
    page: Json = journey(at, "08", token, EVALUATIONS | variables)["data"]["evaluations"]
    return page


def pages(at: Address, token: str) -> Iterator[Json]:
    after = None
    while True:
        part = evaluations(at, token, {"after": after})
        yield part
        if not part["pageInfo"]["hasNextPage"]:
            return
        after = part["pageInfo"]["endCursor"]


def ids(part: Json) -> list[str]:
    return [edge["node"]["id"] for edge in part["edges"]]


def test_the_entities_of_journey_09_are_what_the_gateway_shows_of_them(
    cluster: Cluster, gateway: Address
) -> None:
    token = cluster.token("ht.thach-ha.bi-thu")
    me = "{ me { person { id } } }"
    person = ask(gateway, token, me).json()["data"]["me"]["person"]["id"]
    named = [{"__typename": "Body", "code": "ht.thach-ha"}, {"__typename": "Person", "id": person}]
    variables = {"representations": named, "year": 2022}
    entities = journey(cluster, "09", token, variables)["data"]["_entities"]
    variables = {"body": "ht.thach-ha", "person": person, "year": 2022}
    shown = ask(gateway, token, ENTITIES, variables).json()
    assert shown == {"data": dict(zip(("body", "person"), entities, strict=True))}
    assert entities[1]["rating"]["level"]


def test_the_gateway_grants_no_right(cluster: Cluster, gateway: Address) -> None:
    ((key,),) = cluster.primary.sql(OF_HEALTH)
    variables = {"id": key}
    stranger = ask(gateway, cluster.token("ht.thach-ha.bi-thu"), HISTORY, variables).json()
    assert stranger["data"]["appraisal"] == {"id": key, "history": None}
    (error,) = stranger["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert error["extensions"]["clause"]
    assert error["path"] == ["appraisal", "history"]
    allowed = ask(gateway, cluster.token("ht.ubnd.ct"), HISTORY, variables).json()
    assert allowed["data"]["appraisal"]["history"]
    assert "errors" not in allowed
    anonymous = httpx.post(
        f"{gateway.url}/graphql", json={"query": HISTORY, "variables": variables}
    )
    assert anonymous.json()["data"] == {"appraisal": None}
    assert [one["extensions"]["code"] for one in anonymous.json()["errors"]] == ["UNAUTHENTICATED"]


def test_a_client_of_the_gateway_reads_its_own_writes(cluster: Cluster, gateway: Address) -> None:
    """The replica is paused and still in use; the position routes the read around it."""
    token = cluster.token("ht.ubnd.ct")
    listed = ask(gateway, token, SUBJECTS)
    assert POSITION not in listed.headers
    nodes = in_groups(listed.json())
    with replay_paused(cluster):
        answer, changed = carried_out(gateway, token, nodes)
        query = f'{{ appraisal(id: "{changed}") {{ version }} }}'
        position = {POSITION: answer.headers[POSITION]}
        answer = ask(gateway, token, query, headers=position).json()
    (before,) = {one["version"] for one in nodes if one["id"] == changed}
    assert answer["data"]["appraisal"]["version"] > before


def test_both_instances_receive_requests(cluster: Cluster, gateway: Address) -> None:
    number, post, variables = SAME[1]
    token = cluster.token(post)
    before = [answered(one) for one in cluster.instances]

    def both_were_asked() -> bool:
        journey(gateway, number, token, variables)
        now = [answered(one) for one in cluster.instances]
        return all(after > was for after, was in zip(now, before, strict=True))

    until(both_were_asked, "both instances were asked")


def answered(instance: Instance) -> float:
    """How many operations an instance has answered."""
    text = httpx.get(f"{instance.url}/metrics").text
    counted = (line for line in text.splitlines() if line.startswith("xeploai_operations_total"))
    return sum(float(line.split()[-1]) for line in counted)
