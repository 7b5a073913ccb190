"""Schemathesis sends operations of the schema to the running service: each gives an answer or a refusal, never a fault."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from graphql import NameNode, ObjectFieldNode, ObjectValueNode
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from hypothesis_graphql import queries
from schemathesis.graphql import nodes

from schema.graph import schema as ours
from tests.end_to_end.conftest import Service

TokenOf = Callable[[str], str]

EXAMPLES = 5
TYPES = ("Body", "Person", "Post", "PeerGroup", "Appraisal", "Nowhere")
ID = "0785010d-4a90-53e1-9f90-3f188f3ea27c"
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
KEYS = st.fixed_dictionaries(
    {"__typename": st.sampled_from(TYPES)},
    optional={
        "code": st.sampled_from(["ht", "ht.bi-thu", ""]) | WORDS,
        "id": st.just(ID) | WORDS,
        "more": st.none() | st.integers(-(2**31), 2**31 - 1) | WORDS,
    },
)


def literal(value: object) -> Any:  # noqa: ANN401 - a node of graphql-core's
    """The value as it is written in a document."""
    if isinstance(value, dict):
        fields = [
            ObjectFieldNode(name=NameNode(value=name), value=literal(inner))
            for name, inner in value.items()
        ]
        return ObjectValueNode(fields=tuple(fields))
    if isinstance(value, int):
        return nodes.Int(value)
    return nodes.String(value) if isinstance(value, str) else nodes.Null


SCALARS: dict[str, Any] = {
    "_Any": KEYS.map(literal),
    "Date": (st.just("2023-12-11") | WORDS).map(nodes.String),
    "DateTime": (st.just("2023-12-11T00:00:00Z") | WORDS).map(nodes.String),
    "JSON": (KEYS | WORDS).map(literal),
}
FEW = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def refuse_faults(response: Any) -> None:  # noqa: ANN401 - of httpx, or of requests
    assert response.status_code == 200, response.text
    codes = [error["extensions"]["code"] for error in response.json().get("errors", ())]
    assert "INTERNAL" not in codes, response.text


def test_every_field_of_the_root_answers_or_refuses(service: Service, token_of: TokenOf) -> None:
    """Queries as the secretary of the province; commands as a service account, which has no right to any."""
    account = service.command("token", "--service", "fuzz", "--scope", "read_level")
    secretary = token_of("ht.bi-thu")
    for name, strategy in SCALARS.items():
        schemathesis.graphql.scalar(name, strategy)
    requests = schemathesis.graphql.from_url(f"{service.url}/graphql")
    seen = set()
    result: Any
    for result in requests.get_all_operations():
        operation = result.ok()
        seen.add(operation.label)
        token = account if operation.label.startswith("Mutation.") else secretary
        _fuzz(operation, {"Authorization": f"Bearer {token}"})
    assert {"Query.body", "Query.me", "Mutation.conclude"} <= seen


def _fuzz(operation: Any, headers: dict[str, str]) -> None:  # noqa: ANN401 - schemathesis' own
    @FEW
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:  # noqa: ANN401 - schemathesis' own
        refuse_faults(case.call(headers=headers))

    ask()


@pytest.mark.parametrize("field", ["_entities", "_service"])
def test_requests_of_gateways_are_answered_or_refused(
    service: Service, token_of: TokenOf, field: str
) -> None:
    """Schemathesis leaves these two out; the generator below it does not."""
    token = token_of("ht.bi-thu")

    @settings(FEW, max_examples=5 * EXAMPLES)
    @given(query=queries(ours._schema, fields=[field], custom_scalars=SCALARS))
    def ask(query: str) -> None:
        refuse_faults(service.post(query, {}, token))

    ask()
