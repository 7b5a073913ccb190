"""The endpoint with another schema than ours: its budget, its trusted documents, what it keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from schema.operation.limit import Limits
from service.auth.rate_limit import Budget, OverBudget
from service.errors import DocumentsProblem
from service.headers import Headers
from service.http.graphql_endpoint import Endpoint
from service.http.graphql_request import Params
from service.http.persisted_document import Documents, NotFoundHere, NotTrusted, trusted_documents
from tests.schema.operation.test_limit import SCHEMA, OpenContext

pytestmark = pytest.mark.anyio

NODE = "{ node { number } }"
OTHER = "{ node { next { number } } }"


@dataclass
class BudgetedContext(OpenContext):
    budget: Budget | None = None

    def charge(self, cost: int) -> None:
        if self.budget:
            self.budget.charge("client", cost)


def door(endpoint: Endpoint) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://door")


def contexts(budget: Budget | None = None) -> Any:  # noqa: ANN401 - a function of its headers
    async def make(_: Headers) -> BudgetedContext:
        return BudgetedContext(budget=budget)

    return make


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


async def ask(client: httpx.AsyncClient, **payload: object) -> tuple[int, list[str]]:
    response = await client.post("/", json=payload)
    errors = response.json().get("errors", ())
    return response.status_code, [error["extensions"]["code"] for error in errors]


async def test_another_schema_is_served_alike() -> None:
    async with door(Endpoint(SCHEMA, contexts(), Limits(cost=1))) as client:
        response = await client.post("/", json={"query": NODE})
        assert response.json() == {
            "data": {"node": {"number": 0}},
            "extensions": {"cost": {"requested": 1, "max": 1}},
        }
        assert await ask(client, query=OTHER) == (200, ["TOO_COSTLY"])


async def test_a_client_over_its_budget_gets_a_time_to_retry() -> None:
    now = 0.0
    budget = Budget(6, lambda: now)
    async with door(Endpoint(SCHEMA, contexts(budget))) as client:
        for _ in range(3):
            assert await ask(client, query=OTHER) == (200, [])
        refused = await client.post("/", json={"query": OTHER})
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "20")
        (error,) = refused.json()["errors"]
        assert error["extensions"] == {"code": "OVER_BUDGET", "was": 2, "max": 6}
        now = 19.9
        assert await ask(client, query=OTHER) == (429, ["OVER_BUDGET"])
        now = 20.0
        assert await ask(client, query=OTHER) == (200, [])


def test_each_client_has_a_bucket_and_none_fills_beyond_a_minute() -> None:
    now = 0.0
    budget = Budget(10, lambda: now)
    budget.charge("one", 10)
    budget.charge("other", 10)
    now = 6_000.0
    budget.charge("one", 10)
    with pytest.raises(OverBudget):
        budget.charge("one", 1)


def test_without_a_budget_no_client_is_counted() -> None:
    budget = Budget(0)
    for _ in range(3):
        budget.charge("one", 1 << 40)


def test_the_buckets_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.auth.rate_limit.CLIENTS_MAX", 3)
    budget = Budget(10)
    for number in range(9):
        budget.charge(str(number), 1)
    assert len(budget._left) == 3


@pytest.mark.parametrize(
    ("mode", "expected", "logged"),
    [
        ("off", (200, []), False),
        ("audit", (200, []), True),
        ("enforce", (403, ["DOCUMENT_NOT_TRUSTED"]), True),
    ],
)
async def test_an_unregistered_document(
    mode: Any,  # noqa: ANN401 - one of the modes
    expected: tuple[int, list[str]],
    logged: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    documents = Documents({digest(NODE): NODE}, mode)
    async with door(Endpoint(SCHEMA, contexts(), documents=documents)) as client:
        assert await ask(client, query=OTHER) == expected
        assert ("untrusted_document" in capsys.readouterr().out) is logged
        assert await ask(client, query=NODE) == (200, [])
        assert await ask(client, documentId=f"sha256:{digest(NODE)}") == (200, [])
        apollo = {"persistedQuery": {"version": 1, "sha256Hash": digest(NODE)}}
        assert await ask(client, extensions=apollo) == (200, [])
        assert "untrusted_document" not in capsys.readouterr().out


def test_trusted_documents_are_read_from_a_folder_and_from_manifests(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "a.graphql").write_text(NODE)
    (tmp_path / "inner" / "b.graphql").write_text(OTHER)
    both = {digest(NODE): NODE, digest(OTHER): OTHER}
    assert trusted_documents(tmp_path) == both
    apollo = {"operations": [{"id": name, "body": text} for name, text in both.items()]}
    for manifest in (apollo, both):
        path = tmp_path / "manifest.json"
        path.write_bytes(orjson.dumps(manifest))
        assert trusted_documents(path) == both


@pytest.mark.parametrize("content", [b"", b"[]", b"1", b'{"operations": [1]}'])
def test_a_malformed_manifest_is_reported(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(content)
    with pytest.raises(DocumentsProblem, match="is no manifest of operations"):
        trusted_documents(path)


def test_a_manifest_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DocumentsProblem, match="cannot be read"):
        trusted_documents(tmp_path / "nowhere.json")


def test_documents_stored_for_clients_are_bounded() -> None:
    documents = Documents()
    documents._registered.entries_max = 3
    texts = [f"{{ a{number}: __typename }}" for number in range(5)]
    for text in texts:
        documents.remember(Params(query=text, extensions=by_hash(text)))
    for text in texts[:2]:
        with pytest.raises(NotFoundHere):
            documents.text(Params(query=None, extensions=by_hash(text)))
    for text in texts[2:]:
        assert documents.text(Params(query=None, extensions=by_hash(text))) == text


def test_untrusted_documents_are_not_stored_if_only_trusted_ones_run() -> None:
    documents = Documents({}, "enforce")
    documents.remember(Params(query=NODE, extensions=by_hash(NODE)))
    with pytest.raises(NotTrusted):
        documents.text(Params(query=None, extensions=by_hash(NODE)))


def by_hash(text: str) -> dict[str, Mapping[str, object]]:
    return {"persistedQuery": {"version": 1, "sha256Hash": digest(text)}}
