"""The schema: its root, and how it is printed."""

from strawberry.federation import Schema
from strawberry.schema.config import StrawberryConfig

from schema.mutation import Mutation
from schema.printed_rights import PrintedRights, with_rights
from schema.query import Query
from schema.subscription import Subscription

schema = Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    federation_version="2.9",  # The Guild's composition refuses 2.10 and 2.11
    config=StrawberryConfig(disable_field_suggestions=True),
)


def sdl(rights: PrintedRights = PrintedRights.OFF) -> str:
    """The schema as a gateway reads it."""
    return with_rights(schema.as_str() + "\n", rights)
