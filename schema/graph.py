"""The schema: its root, and how it is printed."""

from datetime import date

from strawberry import scalar
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.federation import Schema
from strawberry.schema.config import StrawberryConfig

from rules.values import BadValueError, read_day, shown
from schema.contract.printed_right import PrintedRights, with_rights
from schema.mutations.mutation import Mutation
from schema.planner.year_check import check_years
from schema.queries.query import Query
from schema.subscriptions import Subscription


def _day(value: object) -> date:
    """A day in its one form. Raises StrawberryInputCoercionError, which is a refusal of the document."""
    try:
        return read_day(value if isinstance(value, str) else "")
    except BadValueError as fault:
        sentence = f"Value cannot represent a Date: {shown(value)}; it may be {fault.en}"
        raise StrawberryInputCoercionError(sentence) from None


DAY = scalar(
    name="Date", description="Date (isoformat)", serialize=date.isoformat, parse_value=_day
)
"""As the library has it, but for 20231211 and 2023-W50-1."""

schema = Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    federation_version="2.9",  # The Guild's composition refuses 2.10 and 2.11
    config=StrawberryConfig(disable_field_suggestions=True, scalar_map={date: DAY}),
)
check_years(schema._schema)  # noqa: SLF001 - Strawberry gives graphql-core's schema no other name


def sdl(rights: PrintedRights = PrintedRights.OFF) -> str:
    """The schema as a gateway reads it."""
    return with_rights(schema.as_str() + "\n", rights)
