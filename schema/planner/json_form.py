"""Maps types of the graph to the JSON form in which PostgreSQL writes their values."""

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLOutputType,
    get_named_type,
    get_nullable_type,
)

from db.facade import Form
from schema.planner.plan_part import NotPlannedError

FORMS = {
    "String": Form.TEXT,
    "ID": Form.TEXT,
    "Int": Form.PLAIN,
    "Boolean": Form.PLAIN,
    "Date": Form.WORD,
    "DateTime": Form.MOMENT,
}


def form(kind: GraphQLOutputType) -> Form:
    """The JSON form of a column of this type. Raises NotPlannedError for a type that no column has."""
    nullable = get_nullable_type(kind)
    named = get_named_type(kind)
    is_list = isinstance(nullable, GraphQLList)
    if isinstance(named, GraphQLEnumType):
        return _form_of_words(named, is_list=is_list)
    if is_list and named.name in {"String", "ID"}:
        return Form.TEXT
    if is_list or named.name not in FORMS:
        raise NotPlannedError(str(kind))
    return FORMS[named.name]


def _form_of_words(kind: GraphQLEnumType, *, is_list: bool) -> Form:
    """Rows hold the values of an enum, the graph shows the names: the same, or in capitals."""
    shown = {name: str(member.value) for name, member in kind.values.items()}
    if all(name == value for name, value in shown.items()):
        return Form.TEXT if is_list else Form.WORD
    if is_list or any(name != value.upper() for name, value in shown.items()):
        raise NotPlannedError(kind.name)
    return Form.UPPER
