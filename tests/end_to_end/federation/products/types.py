"""The types of the suite's products subgraph, whose schema it prescribes, over our links."""

import strawberry
from strawberry.schema_directive import Location

from db.json_sql.compiler import Form
from schema.planner.declaration import Here, Says, over, planned
from schema.types.record import Record
from tests.end_to_end.federation.products import links
from tests.end_to_end.federation.products.context import Info

field = strawberry.federation.field


@strawberry.federation.schema_directive(
    locations=[Location.OBJECT],
    name="custom",
    compose=True,
    import_url="https://myspecs.dev/myCustomDirective/v1.0",
)
class Custom:
    """A directive of the suite's own, that composition is to keep."""


@strawberry.federation.type(keys=["email"], extend=True)
class User(Record):
    email: strawberry.ID = field(external=True)
    total_products_created: int | None = field(external=True)
    years_of_employment: int = field(external=True)
    name: str | None = field(override="users")

    @field(requires=["totalProductsCreated", "yearsOfEmployment"])
    def average_products_created_per_year(self) -> int | None:
        """Of what the gateway brings along, which no column of ours holds: Python's, not the plan's."""
        total = self.total_products_created
        return None if total is None else round(total / self.years_of_employment)


@strawberry.federation.type(shareable=True)
class ProductDimension(Record):
    size: str | None
    weight: float | None = field(metadata=planned(Says("{row[weight]}", Form.PLAIN)))
    unit: str | None = field(inaccessible=True)


@strawberry.type
class ProductVariation:
    id: strawberry.ID


@strawberry.type
class CaseStudy(Record):
    case_number: strawberry.ID
    description: str | None


@strawberry.federation.type(keys=["study { caseNumber }"])
class ProductResearch(Record):
    outcome: str | None

    @field(metadata=planned(Here()))
    def study(self) -> CaseStudy:
        return CaseStudy.of(self.row)


@strawberry.federation.type(
    keys=["id", "sku package", "sku variation { id }"],
    directives=[Custom()],
)
class Product(Record):
    id: strawberry.ID
    sku: str | None
    package: str | None
    notes: str | None = field(tags=["internal"])

    @field(metadata=planned(Here(unless_null="variation_id", columns={"id": "variation_id"})))
    def variation(self) -> ProductVariation | None:
        result = self.row["variation_id"]
        return None if result is None else ProductVariation(id=result)

    @field(metadata=planned(Here()))
    def dimensions(self) -> ProductDimension | None:
        return ProductDimension.of(self.row)

    @field(metadata=over(links.CREATOR), provides=["totalProductsCreated"])
    async def created_by(self, info: Info) -> User | None:
        return User.maybe(await info.context.loaders.first(links.CREATOR, self.row))

    @field(metadata=over(links.RESEARCH_OF_PRODUCT))
    async def research(self, info: Info) -> list[ProductResearch]:
        rows = await info.context.loaders.many(links.RESEARCH_OF_PRODUCT, self.row)
        return [ProductResearch.of(row) for row in rows]


@strawberry.federation.type(keys=["sku package"])
class DeprecatedProduct(Record):
    sku: str
    package: str
    reason: str | None

    @field(metadata=over(links.CREATOR))
    async def created_by(self, info: Info) -> User | None:
        return User.maybe(await info.context.loaders.first(links.CREATOR, self.row))


@strawberry.federation.interface_object(keys=["id"])
class Inventory(Record):
    id: strawberry.ID

    @field(metadata=over(links.DEPRECATED_OF_INVENTORY))
    async def deprecated_products(self, info: Info) -> list[DeprecatedProduct]:
        rows = await info.context.loaders.many(links.DEPRECATED_OF_INVENTORY, self.row)
        return [DeprecatedProduct.of(row) for row in rows]
