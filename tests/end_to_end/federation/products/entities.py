"""The entities of the products subgraph: by one column or several, by nested ones, a type by several keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry
from strawberry.federation.schema import FederationAny

from db.json_sql.relation import Relation, Row
from schema.planner.declaration import Arguments, KeyedSource, NotAnsweredError, planned
from schema.types.record import Record
from tests.end_to_end.federation.products import links
from tests.end_to_end.federation.products.context import Info
from tests.end_to_end.federation.products.types import (
    DeprecatedProduct,
    Inventory,
    Product,
    ProductResearch,
    User,
)

Entity = Annotated[
    DeprecatedProduct | Inventory | Product | ProductResearch | User, strawberry.union("_Entity")
]
Representation = Mapping[str, Any]


@dataclass(frozen=True)
class EntityType:
    """Where the columns of its keys stand in a representation, and the link of each key."""

    of: type[Record]
    columns: Mapping[str, tuple[str, ...]]
    links: tuple[Relation, ...]

    def key(self, representation: Representation) -> dict[str, str | None]:
        return {name: _at(path, representation) for name, path in self.columns.items()}


def _at(path: Sequence[str], representation: Any) -> str | None:  # noqa: ANN401 - any JSON
    for step in path:
        representation = (representation or {}).get(step)
    return None if representation is None else str(representation)


ENTITIES = {
    "DeprecatedProduct": EntityType(
        DeprecatedProduct, {"sku": ("sku",), "package": ("package",)}, (links.DEPRECATED,)
    ),
    "Inventory": EntityType(Inventory, {"id": ("id",)}, (links.INVENTORY,)),
    "Product": EntityType(
        Product,
        {
            "id": ("id",),
            "sku": ("sku",),
            "package": ("package",),
            "variation_id": ("variation", "id"),
        },
        (links.PRODUCT, links.PRODUCT_OF_PACKAGE, links.PRODUCT_OF_VARIATION),
    ),
    "ProductResearch": EntityType(
        ProductResearch, {"case_number": ("study", "caseNumber")}, (links.RESEARCH,)
    ),
    "User": EntityType(User, {"email": ("email",)}, (links.PERSON,)),
}
COLUMNS = sorted({column for each in ENTITIES.values() for column in each.columns})
REQUIRED = {
    "totalProductsCreated": "total_products_created",
    "yearsOfEmployment": "years_of_employment",
}
"""What a gateway brings along of a user, for what it `@requires`."""


def keys(_: object, arguments: Arguments) -> Mapping[str, object]:
    """The representations as a plan takes them. Raises NotAnsweredError where more than a key is given."""
    variables: Sequence[Representation] = arguments["representations"]
    if any(REQUIRED.keys() & one.keys() for one in variables):
        raise NotAnsweredError
    result = [ENTITIES[one["__typename"]].key(one) for one in variables]
    columns = {column: [one.get(column) for one in result] for column in COLUMNS}
    return {"kind": [one["__typename"] for one in variables], **columns}


BY_KEY = planned(
    KeyedSource(
        links={name: each.links for name, each in ENTITIES.items()},
        columns=dict.fromkeys(COLUMNS, "text"),
        bind=keys,
    )
)


def resolve(info: Info, representations: Sequence[FederationAny]) -> list[Any]:
    return [_record_of(info, one) for one in representations]


async def _record_of(info: Info, representation: Any) -> Record | None:  # noqa: ANN401 - any JSON
    entity = ENTITIES[representation["__typename"]]
    key = entity.key(representation)
    brought = {
        column: representation[name] for name, column in REQUIRED.items() if name in representation
    }
    for link in entity.links:
        row: Row | None = await info.context.loaders.first(link, key)
        if row is not None:
            return entity.of.of({**row, **brought})
    return None
