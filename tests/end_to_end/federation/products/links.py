"""Where the rows of each type come from."""

from db.json_sql.relation import Link

PRODUCT = Link("product", on=(("id", "id"),))
PRODUCT_OF_PACKAGE = Link("product", on=(("sku", "sku"), ("package", "package")))
PRODUCT_OF_VARIATION = Link("product", on=(("sku", "sku"), ("variation_id", "variation_id")))
DEPRECATED = Link("deprecated_product", on=(("sku", "sku"), ("package", "package")))
DEPRECATED_OF_INVENTORY = Link(
    "deprecated_product", on=(("inventory_id", "id"),), order=("sku", "package")
)
RESEARCH = Link("research", on=(("case_number", "case_number"),))
RESEARCH_OF_PRODUCT = Link("research", on=(("product_id", "id"),), order=("case_number",))
PERSON = Link("person", on=(("email", "email"),))
CREATOR = Link("person", on=(("email", "created_by"),))
INVENTORY = Link("inventory", on=(("id", "id"),))
