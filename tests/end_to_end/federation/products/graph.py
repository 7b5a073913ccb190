"""The products subgraph of Apollo's compatibility suite: its root."""

import strawberry
from strawberry.federation import Schema
from strawberry.federation.schema import FederationAny

from schema.planner.declaration import over, unchanged_arguments
from tests.end_to_end.federation.products import links
from tests.end_to_end.federation.products.context import Info
from tests.end_to_end.federation.products.entities import BY_KEY, Entity, resolve
from tests.end_to_end.federation.products.types import DeprecatedProduct, Product


@strawberry.type
class Query:
    @strawberry.field(name="_entities", metadata=BY_KEY)
    def _entities(self, info: Info, representations: list[FederationAny]) -> list[Entity | None]:
        return resolve(info, representations)

    @strawberry.field(metadata=over(links.PRODUCT, root=unchanged_arguments))
    async def product(self, info: Info, id: strawberry.ID) -> Product | None:  # noqa: A002 - the graph's own word
        return Product.maybe(await info.context.loaders.first(links.PRODUCT, {"id": str(id)}))

    @strawberry.field(
        metadata=over(links.DEPRECATED, root=unchanged_arguments),
        deprecation_reason="Use product query instead",
    )
    async def deprecated_product(
        self, info: Info, sku: str, package: str
    ) -> DeprecatedProduct | None:
        key = {"sku": sku, "package": package}
        return DeprecatedProduct.maybe(await info.context.loaders.first(links.DEPRECATED, key))


schema = Schema(query=Query, federation_version="2.3")  # the newest that the suite knows
