"""The planner works for any schema: products and their entities by one statement each, equal to graphql-core."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db.connection.engine import connect
from db.connection.read_pool import ReadPool
from schema.execution.graph_engine import Answer, Engine
from schema.operation.limit import Limits
from tests.end_to_end.federation.products.context import OpenContext
from tests.end_to_end.federation.products.graph import schema

pytestmark = pytest.mark.anyio
ENGINE = Engine(schema, Limits())
SUPPORT = "support@apollographql.com"
PRODUCT = """id sku package notes __typename variation { id } dimensions { size weight unit }
    createdBy { email name totalProductsCreated yearsOfEmployment }
    research { outcome study { caseNumber description } }"""
ENTITIES = """query ($of: [_Any!]!) { _entities(representations: $of) { __typename
    ... on Product { id createdBy { email } research { study { description } } }
    ... on DeprecatedProduct { reason createdBy { name } }
    ... on ProductResearch { study { caseNumber description } outcome }
    ... on Inventory { id deprecatedProducts { sku package } }
    ... on User { email name } } }"""
AVERAGE = """query ($of: [_Any!]!) { _entities(representations: $of) {
    ... on User { averageProductsCreatedPerYear } } }"""


@dataclass
class Products:
    """The graph in front of its tables, and the statements of plans."""

    engine: AsyncEngine
    reader: ReadPool
    planned: list[str] = field(default_factory=list)

    async def read(
        self, sql: str, values: Sequence[object], *, batched: bool = False
    ) -> bytes | None:
        self.planned.append(sql)
        return await self.reader.text(sql, values, batched=batched)

    async def ask(self, document: str, **variables: object) -> tuple[dict[str, Any], set[str]]:
        """The data, and the names that the plan answered; graphql-core alone gives the same."""
        answer = await self._answer(document, variables, OpenContext(self.engine, self.read))
        alone = await self._answer(document, variables, OpenContext(self.engine, None))
        assert answer.errors == alone.errors == []
        answer_data = orjson.loads(orjson.dumps(answer.data))
        assert answer_data == orjson.loads(orjson.dumps(alone.data))
        data = answer.data or {}
        return answer_data, {name for name in data if isinstance(data[name], orjson.Fragment)}

    async def _answer(
        self, document: str, variables: dict[str, Any], context: OpenContext
    ) -> Answer:
        return await ENGINE.answer(document, None, variables, context)


@pytest.fixture
async def products(products_url: str) -> AsyncIterator[Products]:
    engine, reader = await connect(products_url), ReadPool(products_url)
    yield Products(engine, reader)
    await reader.close()
    await engine.dispose()


async def test_a_product_is_one_statement(products: Products) -> None:
    data, planned = await products.ask(f'{{ product(id: "apollo-studio") {{ {PRODUCT} }} }}')
    assert planned == {"product"}
    assert len(products.planned) == 1
    assert data["product"]["createdBy"]["totalProductsCreated"] == 1337
    assert data["product"]["research"][0]["study"]["caseNumber"] == "1235"


async def test_a_root_field_by_two_columns_is_one_statement(products: Products) -> None:
    data, planned = await products.ask(
        """query ($package: String!) {
            old: deprecatedProduct(sku: "apollo-federation-v1", package: $package) { reason }
            none: deprecatedProduct(sku: "apollo-federation-v2", package: $package) { reason } }""",
        package="@apollo/federation-v1",
    )
    assert planned == {"old", "none"}
    assert len(products.planned) == 2
    assert data == {"old": {"reason": "Migrate to Federation V2"}, "none": None}


async def test_entities_by_all_their_keys_are_one_statement(products: Products) -> None:
    """By one column, by two, by a nested one; each key of a type, and one that leads nowhere."""
    representations = [
        {"__typename": "Product", "id": "apollo-federation"},
        {"__typename": "Product", "sku": "federation", "package": "@apollo/federation"},
        {"__typename": "Product", "sku": "studio", "variation": {"id": "platform"}},
        {"__typename": "Product", "sku": "studio", "variation": {"id": "OSS"}},
        {"__typename": "ProductResearch", "study": {"caseNumber": "1234"}},
        {
            "__typename": "DeprecatedProduct",
            "sku": "apollo-federation-v1",
            "package": "@apollo/federation-v1",
        },
        {"__typename": "Inventory", "id": "apollo-oss"},
        {"__typename": "User", "email": SUPPORT},
        {"__typename": "User", "email": "nobody@apollographql.com"},
    ]
    data, planned = await products.ask(ENTITIES, of=representations)
    assert planned == {"_entities"}
    assert len(products.planned) == 1
    assert [one and (one.get("id") or one["__typename"]) for one in data["_entities"]] == [
        "apollo-federation",
        "apollo-federation",
        "apollo-studio",
        None,
        "ProductResearch",
        "DeprecatedProduct",
        "apollo-oss",
        "User",
        None,
    ]


async def test_fields_required_from_the_gateway_are_resolved_in_python(products: Products) -> None:
    brought = {"totalProductsCreated": 30, "yearsOfEmployment": 4}
    representations = [{"__typename": "User", "email": SUPPORT, **brought}]
    data, planned = await products.ask(AVERAGE, of=representations)
    assert planned == set()
    assert products.planned == []
    assert data == {"_entities": [{"averageProductsCreatedPerYear": 8}]}


async def test_a_field_of_python_leaves_the_other_root_fields_their_plan(
    products: Products,
) -> None:
    data, planned = await products.ask(
        """{ asked: product(id: "apollo-studio") { createdBy { averageProductsCreatedPerYear } }
             read: product(id: "apollo-studio") { sku } }"""
    )
    assert planned == {"read"}
    assert len(products.planned) == 1
    assert data["asked"]["createdBy"] == {"averageProductsCreatedPerYear": 134}
