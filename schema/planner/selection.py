"""From the selection of a root field to the tree that PostgreSQL makes its JSON by."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import orjson
from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLUnionType,
    get_named_type,
    get_nullable_type,
)
from graphql.execution.collect_fields import collect_subfields
from strawberry.types.field import StrawberryField

from db.json_sql import compiler, page as json_pages
from db.json_sql.compiler import Constant, JsonNode, Member, Object
from db.json_sql.relation import Relation
from schema.planner.argument import Fixed, argued
from schema.planner.declaration import (
    PLAN,
    Answers,
    Chooses,
    Declaration,
    ElementsSource,
    Fills,
    Finds,
    Follows,
    Guard,
    Here,
    KeyedSource,
    OfPage,
    Says,
)
from schema.planner.json_form import form
from schema.planner.plan_part import (
    NOT_FOUND_YET,
    Cursor,
    Details,
    Filled,
    Lists,
    NotPlannedError,
    Operation,
    PageField,
    Rights,
    SelectedField,
    SelectionScope,
    Settles,
)

DEFINITION = "strawberry-definition"


@dataclass
class Selection:
    """The tree of one root field, and what it asks of Python on the way.

    `rights` and `lists` are empty as long as nobody knows them; the tree then only says which it needs.
    """

    operation: Operation
    rights: Rights = field(default_factory=dict)
    lists: Lists = field(default_factory=dict)
    continued: frozenset[int] = frozenset()
    asked: list[SelectedField] = field(default_factory=list)
    filled: list[Filled] = field(default_factory=list)
    needs_levels: bool = False
    has_pages: bool = False

    def root(self, details: Details) -> JsonNode:
        """The tree of a field of Query.

        Raises:
            NotPlannedError: it holds something that only graphql-core answers.
        """
        query = self.operation.schema.query_type
        assert query is not None  # noqa: S101 -- a schema that validates has one
        return self._field(query, details, SelectionScope())

    def _field(
        self, parent: GraphQLObjectType, details: Details, scope: SelectionScope
    ) -> JsonNode:
        known = parent.fields.get(details[0].node.name.value)
        if known is None:  # __typename, __schema, __type of the root
            raise NotPlannedError(details[0].node.name.value)
        definition: StrawberryField = known.extensions[DEFINITION]
        declaration = _declared(definition, scope)
        if isinstance(declaration, str):
            return compiler.Value(f"{{row}}.{declaration}", form(known.type))
        number, scope = self._ask(declaration, details[0].node, known, definition, scope)
        match declaration:
            case Says():
                node: JsonNode = compiler.Value(declaration.expression, declaration.form, number)
            case Fills() | Answers():
                node = self._hole(Filled(declaration, parent, details), declaration.expressions)
            case _:
                node = self._objects(declaration, number, known.type, details, scope)
        return self._guarded(node, getattr(declaration, "guard", None), scope)

    def _ask(
        self,
        declaration: Declaration | Guard,
        node: FieldNode,
        known: GraphQLField,
        definition: StrawberryField,
        scope: SelectionScope,
    ) -> tuple[int, SelectionScope]:
        number = len(self.asked)
        names_year = "year" in known.args or getattr(declaration, "year", None) is not None
        year_of = number if names_year else scope.year_of
        self.asked.append(
            SelectedField(
                declaration,
                argued(self.operation.strawberry, node, known, definition),
                year_of,
                frozenset(known.args),
                scope.is_root,
            )
        )
        return number, replace(scope, year_of=year_of)

    def _objects(
        self,
        declaration: Declaration,
        number: int,
        kind: GraphQLOutputType,
        details: Details,
        scope: SelectionScope,
    ) -> JsonNode:
        below = replace(scope, columns={}, is_root=number == 0)
        match declaration:
            case Here():
                inner = replace(scope, columns=declaration.columns or {})
                return self._object(kind, details, inner, declaration.unless_null)
            case Chooses():
                return self._choice(declaration, number, kind, details, below)
            case KeyedSource():
                return self._keyed(declaration, number, kind, details, below)
            case ElementsSource():
                node = self._object(kind, details, below)
                return compiler.JsonElements(
                    declaration.column, declaration.columns, node, declaration.of_row
                )
            case Finds():
                found = self.lists.get(number)
                link = found.link if found else NOT_FOUND_YET
                return self._followed(link, None, number, kind, details, below)
            case Follows():
                link = declaration.link
                return self._followed(link, declaration, number, kind, details, below)
            case _:
                raise NotPlannedError(type(declaration).__name__)

    def _followed(  # noqa: PLR0913, PLR0917 -- a link is followed by all of these
        self,
        link: Relation,
        declaration: Follows | None,
        number: int,
        kind: GraphQLOutputType,
        details: Details,
        scope: SelectionScope,
    ) -> JsonNode:
        named = get_nullable_type(kind)
        if isinstance(named, GraphQLList):
            node = self._object(kind, details, scope)
            return compiler.Many(link, number, node)
        assert isinstance(named, GraphQLObjectType)  # noqa: S101 -- links lead to objects
        if "pageInfo" in named.fields:
            of_arguments = declaration is None
            return self._page(link, number, named, details, scope, of_arguments=of_arguments)
        if declaration is None or declaration.otherwise is None:
            return compiler.One(link, number, self._object(kind, details, scope))
        row = {name: str(value) for name, value in declaration.otherwise.items()}
        otherwise = Object(tuple(self._constants(named, details, row)))
        return compiler.One(link, number, self._object(kind, details, scope), otherwise)

    def _constants(
        self, kind: GraphQLObjectType, details: Details, row: Mapping[str, str]
    ) -> Iterator[Member]:
        for name, found in self._selected(kind, details).items():
            node = found[0].node
            if node.name.value == "__typename":
                yield Member(name, _typename(kind), nullable=False)
                continue
            column = _declared(
                kind.fields[node.name.value].extensions[DEFINITION], SelectionScope()
            )
            if not isinstance(column, str):
                raise NotPlannedError(node.name.value)
            yield Member(name, Constant(row[column]), nullable=False)

    def _page(  # noqa: PLR0913 -- a page is read by all of these
        self,
        link: Relation,
        number: int,
        kind: GraphQLObjectType,
        details: Details,
        scope: SelectionScope,
        *,
        of_arguments: bool,
    ) -> JsonNode:
        self.has_pages = True
        cursor = Cursor(link, number, of_arguments)
        settling = None
        if link.snapshot and number not in self.continued:
            settling = len(self.filled)
            self.filled.append(Filled(Settles(link.carried, number), kind, details))
        members: list[tuple[str, JsonNode | json_pages.PagePart]] = []
        for name, found in self._selected(kind, details).items():
            match found[0].node.name.value:
                case "__typename":
                    members.append((name, _typename(kind)))
                case "totalCount":
                    members.append((name, json_pages.Total()))
                case "pageInfo":
                    members.append((name, self._page_info(cursor, kind, found)))
                case "edges":
                    members.append((name, self._edges(cursor, kind, found, scope)))
                case other:
                    members.append((name, self._page_field(number, kind, other, found)))
        return json_pages.Page(
            link, number, number in self.continued, tuple(members), of_arguments, settling
        )

    def _page_field(
        self, number: int, page: GraphQLObjectType, name: str, details: Details
    ) -> JsonNode:
        declaration = _declared(page.fields[name].extensions[DEFINITION], SelectionScope())
        if not isinstance(declaration, OfPage):
            raise NotPlannedError(name)
        return self._hole(Filled(PageField(declaration, number), page, details), ())

    def _page_info(
        self, cursor: Cursor, page: GraphQLObjectType, details: Details
    ) -> json_pages.PageInfoNode:
        kind = _object_type(page.fields["pageInfo"].type)
        members: list[tuple[str, json_pages.PageInfoMember]] = []
        for name, found in self._selected(kind, details).items():
            match found[0].node.name.value:
                case "__typename":
                    members.append((name, _typename(kind)))
                case "hasNextPage":
                    members.append((name, json_pages.HasNext()))
                case "hasPreviousPage":
                    continued = cursor.asked in self.continued
                    members.append((name, Constant("true" if continued else "false")))
                case "startCursor":
                    members.append((name, json_pages.FirstRow(self._cursor(cursor, kind, found))))
                case "endCursor":
                    members.append((name, json_pages.Last(self._cursor(cursor, kind, found))))
                case other:
                    raise NotPlannedError(other)
        return json_pages.PageInfoNode(tuple(members))

    def _edges(
        self, cursor: Cursor, page: GraphQLObjectType, details: Details, scope: SelectionScope
    ) -> json_pages.Edges:
        kind = _object_type(page.fields["edges"].type)
        members: list[Member] = []
        for name, found in self._selected(kind, details).items():
            match found[0].node.name.value:
                case "__typename":
                    node: JsonNode = _typename(kind)
                case "cursor":
                    node = self._cursor(cursor, kind, found)
                case _:
                    node = self._object(kind.fields["node"].type, found, scope)
            members.append(Member(name, node, nullable=False))
        return json_pages.Edges(Object(tuple(members)))

    def _cursor(self, cursor: Cursor, parent: GraphQLObjectType, details: Details) -> JsonNode:
        """The values of the row's place, and the key of the parent where a row of the statement is it."""
        columns = [*cursor.link.order]
        if not cursor.of_arguments:
            columns += [column for column, _ in cursor.link.on]
        values = tuple(f"{{row}}.{column}" for column in columns)
        return self._hole(Filled(cursor, parent, details), values)

    def _keyed(
        self,
        declaration: KeyedSource,
        number: int,
        kind: GraphQLOutputType,
        details: Details,
        scope: SelectionScope,
    ) -> JsonNode:
        below = replace(scope, is_root=False)
        kinds: list[tuple[str, JsonNode]] = []
        for one in _types(kind):
            ways = (
                compiler.One(link, number, self._object(one, details, below))
                for link in declaration.links[one.name]
            )
            kinds.append((one.name, compiler.Either(tuple(ways))))
        return compiler.ObjectsByKey(number, tuple(declaration.columns.items()), tuple(kinds))

    def _choice(
        self,
        declaration: Chooses,
        number: int,
        kind: GraphQLOutputType,
        details: Details,
        scope: SelectionScope,
    ) -> JsonNode:
        types = {one.name: one for one in _types(kind)}
        return compiler.Either(
            tuple(
                compiler.One(link, number, self._object(types[name], details, scope))
                for name, link in declaration.links
            )
        )

    def _object(
        self,
        kind: GraphQLOutputType,
        details: Details,
        scope: SelectionScope,
        unless_null: str | None = None,
    ) -> Object:
        named = _object_type(kind)
        members: list[Member] = []
        for name, found in self._selected(named, details).items():
            field_name = found[0].node.name.value
            if field_name == "__typename":
                members.append(Member(name, _typename(named), nullable=False))
                continue
            nullable = not isinstance(named.fields[field_name].type, GraphQLNonNull)
            members.append(Member(name, self._field(named, found, scope), nullable))
        return Object(tuple(members), unless_null)

    def _selected(self, kind: GraphQLObjectType, details: Details) -> Mapping[str, Details]:
        one = self.operation
        return collect_subfields(
            one.schema, one.fragments, one.variables, one.node, kind, details
        ).grouped_field_set

    def _hole(self, filled: Filled, values: tuple[str, ...]) -> JsonNode:
        self.filled.append(filled)
        return compiler.Placeholder(len(self.filled) - 1, values)

    def _guarded(self, node: JsonNode, guard: Guard | None, scope: SelectionScope) -> JsonNode:
        if guard is None:
            return node
        if guard is Guard.LEVEL:
            self.needs_levels = True
            return node
        if scope.year_of < 0:
            raise NotPlannedError("rights to a file hold for a year, and nothing names it")
        number = next(
            (
                number
                for number, one in enumerate(self.asked)
                if one.declaration is guard and one.year_of == scope.year_of
            ),
            len(self.asked),
        )
        if number == len(self.asked):
            self.asked.append(SelectedField(guard, Fixed({}), scope.year_of))
        whom = self.rights.get(number)
        return (
            node
            if whom is None
            else compiler.Guarded(node, "id", whom.selected(), "appraisal_id", number)
        )


def _declared(definition: StrawberryField, scope: SelectionScope) -> Declaration | str:
    """What the field declares; the name of its column, where it is one."""
    name = definition.python_name
    if name in scope.columns:
        return scope.columns[name]
    declaration: Declaration | None = definition.metadata.get(PLAN)
    if declaration is not None:
        return declaration
    if definition.base_resolver is not None:
        raise NotPlannedError(name)
    return name


def _types(kind: GraphQLOutputType) -> Sequence[GraphQLObjectType]:
    union = get_named_type(kind)
    assert isinstance(union, GraphQLUnionType)  # noqa: S101 -- only unions choose
    types: Sequence[GraphQLObjectType] = union.types
    return types


def _object_type(kind: GraphQLOutputType) -> GraphQLObjectType:
    named = get_named_type(kind)
    if not isinstance(named, GraphQLObjectType):
        raise NotPlannedError(str(kind))
    return named


def _typename(kind: GraphQLObjectType) -> Constant:
    return Constant(orjson.dumps(kind.name).decode())
