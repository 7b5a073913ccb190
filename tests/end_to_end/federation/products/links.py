"""Where the rows of each type come from."""

from db.json_sql.relation import Relation

PRODUCT = Relation("product", on=(("id", "id"),))
PRODUCT_OF_PACKAGE = Relation("product", on=(("sku", "sku"), ("package", "package")))
PRODUCT_OF_VARIATION = Relation("product", on=(("sku", "sku"), ("variation_id", "variation_id")))
DEPRECATED = Relation("deprecated_product", on=(("sku", "sku"), ("package", "package")))
DEPRECATED_OF_INVENTORY = Relation(
    "deprecated_product", on=(("inventory_id", "id"),), order=("sku", "package")
)
RESEARCH = Relation("research", on=(("case_number", "case_number"),))
RESEARCH_OF_PRODUCT = Relation("research", on=(("product_id", "id"),), order=("case_number",))
PERSON = Relation("person", on=(("email", "email"),))
CREATOR = Relation("person", on=(("email", "created_by"),))
INVENTORY = Relation("inventory", on=(("id", "id"),))
