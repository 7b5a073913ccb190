"""The products subgraph of Apollo's compatibility suite, whose schema the suite prescribes."""

from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass

import strawberry
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.federation import Schema
from strawberry.schema_directive import Location

from schema.running.preparing import Prepared
from service.graphql import Endpoint
from service.params import Headers

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
class User:
    email: strawberry.ID = field(external=True)
    total_products_created: int | None = field(external=True)
    years_of_employment: int = field(external=True)
    average_products_created_per_year: int | None = field(
        requires=["totalProductsCreated", "yearsOfEmployment"]
    )
    name: str | None = field(override="users", default="Jane Smith")

    @classmethod
    def resolve_reference(cls, email: strawberry.ID, **external: int) -> "User | None":
        if email != SUPPORT.email:
            return None
        years = external.get("yearsOfEmployment", SUPPORT.years_of_employment)
        total = external.get("totalProductsCreated", SUPPORT.total_products_created or 0)
        return _user(total, years)


def _user(total: int, years: int) -> User:
    return User(
        email=strawberry.ID("support@apollographql.com"),
        total_products_created=total,
        years_of_employment=years,
        average_products_created_per_year=round(total / years),
    )


SUPPORT = _user(1337, 10)


@strawberry.federation.type(shareable=True)
class ProductDimension:
    size: str | None
    weight: float | None
    unit: str | None = field(inaccessible=True)


@strawberry.type
class ProductVariation:
    id: strawberry.ID


@strawberry.type
class CaseStudy:
    case_number: strawberry.ID
    description: str | None


@strawberry.federation.type(keys=["study { caseNumber }"])
class ProductResearch:
    study: CaseStudy
    outcome: str | None

    @classmethod
    def resolve_reference(cls, study: dict[str, str]) -> "ProductResearch | None":
        return RESEARCH.get(study["caseNumber"])


@strawberry.federation.type(
    keys=["id", "sku package", "sku variation { id }"],
    directives=[Custom()],
)
class Product:
    id: strawberry.ID
    sku: str | None
    package: str | None
    variation: ProductVariation | None
    dimensions: ProductDimension | None
    created_by: User | None = field(provides=["totalProductsCreated"])
    notes: str | None = field(tags=["internal"])
    research: list[ProductResearch]

    @classmethod
    def resolve_reference(
        cls,
        id: str = "",  # noqa: A002 - the graph's own word
        sku: str = "",
        package: str | None = None,
        variation: dict[str, str] | None = None,
    ) -> "Product | None":
        wanted = (variation or {}).get("id")
        for each in PRODUCTS:
            of_sku = each.sku == sku and (each.package == package or _variation(each) == wanted)
            if each.id == id or of_sku:
                return each
        return None


def _variation(product: Product) -> str | None:
    return str(product.variation.id) if product.variation else None


@strawberry.federation.type(keys=["sku package"])
class DeprecatedProduct:
    sku: str
    package: str
    reason: str | None
    created_by: User | None

    @classmethod
    def resolve_reference(cls, sku: str, package: str) -> "DeprecatedProduct | None":
        return OLD if (sku, package) == (OLD.sku, OLD.package) else None


@strawberry.federation.interface_object(keys=["id"])
class Inventory:
    id: strawberry.ID
    deprecated_products: list[DeprecatedProduct]

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> "Inventory":  # noqa: A002 - the graph's own word
        return cls(id=id, deprecated_products=[OLD])


OLD = DeprecatedProduct(
    sku="apollo-federation-v1",
    package="@apollo/federation-v1",
    reason="Migrate to Federation V2",
    created_by=SUPPORT,
)
RESEARCH = {
    number: ProductResearch(
        study=CaseStudy(case_number=strawberry.ID(number), description=description), outcome=None
    )
    for number, description in {"1234": "Federation Study", "1235": "Studio Study"}.items()
}


def _product(sku: str, package: str, variation: str, study: str) -> Product:
    return Product(
        id=strawberry.ID(f"apollo-{sku}"),
        sku=sku,
        package=package,
        variation=ProductVariation(id=strawberry.ID(variation)),
        dimensions=ProductDimension(size="small", weight=1, unit="kg"),
        created_by=SUPPORT,
        notes=None,
        research=[RESEARCH[study]],
    )


PRODUCTS = (
    _product("federation", "@apollo/federation", "OSS", "1234"),
    _product("studio", "", "platform", "1235"),
)


def product(id: strawberry.ID) -> Product | None:  # noqa: A002 - the graph's own word
    return Product.resolve_reference(id=str(id))


@strawberry.type
class Query:
    product: Product | None = strawberry.field(resolver=product)
    deprecated_product: DeprecatedProduct | None = strawberry.field(
        resolver=DeprecatedProduct.resolve_reference,
        deprecation_reason="Use product query instead",
    )


schema = Schema(
    query=Query,
    types=[Inventory],
    federation_version="2.3",  # the newest that the suite knows
)


@dataclass
class Anybody:
    """Everybody may ask, and there is no database."""

    language: str = "en"
    actor: str = "nobody"
    stream: object = None

    def admit(self, prepared: Prepared) -> None: ...

    def charge(self, cost: int) -> None: ...

    async def settled(self) -> None: ...

    def operation(self, *, command: bool) -> AbstractAsyncContextManager[None]:  # noqa: ARG002 - the door's own signature
        return nullcontext()


async def _anybody(_: Headers) -> Anybody:
    return Anybody()


app = Starlette(routes=[Route("/", Endpoint(schema, _anybody), methods=["POST"])])
