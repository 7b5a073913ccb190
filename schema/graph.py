"""The schema of the registry, and its SDL."""

from datetime import date

from strawberry import scalar
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.federation import Schema
from strawberry.schema.config import StrawberryConfig

from rules.values import BadValueError, read_day, shown
from schema.contract.printed_right import PrintedRights, with_rights
from schema.library_internals import core_schema
from schema.mutations.mutation import Mutation
from schema.planner.year_check import check_years
from schema.queries.query import Query
from schema.subscriptions import Subscription


def _day(value: object) -> date:
    """Parse a day written as YYYY-MM-DD. Raises StrawberryInputCoercionError, which refuses the document."""
    try:
        return read_day(value if isinstance(value, str) else "")
    except BadValueError as fault:
        sentence = f"Value cannot represent a Date: {shown(value)}; it may be {fault.en}"
        raise StrawberryInputCoercionError(sentence) from None


DAY = scalar(
    name="Date", description="Date (isoformat)", serialize=date.isoformat, parse_value=_day
)
"""As Strawberry's own scalar, which also accepts 20231211 and 2023-W50-1."""

schema = Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    federation_version="2.9",  # The Guild's composition refuses 2.10 and 2.11
    config=StrawberryConfig(disable_field_suggestions=True, scalar_map={date: DAY}),
)
check_years(core_schema(schema))


def sdl(rights: PrintedRights = PrintedRights.OFF) -> str:
    """The SDL that gateways read."""
    return with_rights(schema.as_str() + "\n", rights)
