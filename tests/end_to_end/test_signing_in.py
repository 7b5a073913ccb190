"""Without a sign-in, a client gets only health and the schema."""

import httpx
import pytest

from tests.end_to_end.conftest import Service

QUERIES = (
    '{ body(code: "ht") { name } }',
    "{ me { person { id } } }",
    '{ authority(subject: {body: "ht.btv"}, year: 2023) { act } }',
    '{ __typename body(code: "ht") { name } }',
    '{ _service { sdl } person(id: "0785010d-4a90-53e1-9f90-3f188f3ea27c") { name } }',
    '{ _entities(representations: [{__typename: "Body", code: "ht"}]) { __typename } }',
    "fragment F on Query { __typename } { ...F }",
)


@pytest.mark.parametrize("query", QUERIES)
def test_no_data_without_a_token(service: Service, query: str) -> None:
    answer = service.ask(query, {}, None)
    assert "data" not in answer
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_anybody_gets_the_schema_and_health(service: Service) -> None:
    schema = service.ask("{ __schema { queryType { name } } _service { sdl } }", {}, None)
    assert schema["data"]["__schema"] == {"queryType": {"name": "Query"}}
    assert "type Body" in schema["data"]["_service"]["sdl"]
    for path in ("/livez", "/readyz", "/schema.graphql", "/", "/graphql"):
        assert httpx.get(service.url + path).status_code == httpx.codes.OK, path


def test_a_bad_token_is_401(service: Service) -> None:
    answer = service.post('{ body(code: "ht") { name } }', {}, "not.a.token")
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_TOKEN"


def test_answers_are_in_english_if_the_client_prefers_it(service: Service) -> None:
    answer = httpx.post(
        f"{service.url}/graphql",
        json={"query": "{ me { person { id } } }"},
        headers={"Accept-Language": "en-GB,en;q=0.9,vi;q=0.5"},
    )
    assert answer.json()["errors"][0]["message"].startswith("Not signed in")
