"""Compiles the selection of a root field into the tree of JSON nodes from which the SQL statement is generated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    get_nullable_type,
)

from db.facade import Constant, JsonNode, Member, Object, Relation, compiler, page as json_pages
from schema.library_internals import StrawberryField, collect_subfields, definition_of
from schema.planner.argument import FixedArguments, argument_reader
from schema.planner.declaration import (
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
from schema.planner.graph_type import (
    declaration_of,
    member_types,
    object_type_of,
    typename_constant,
)
from schema.planner.json_form import form
from schema.planner.plan_part import (
    UNKNOWN_RELATION,
    Cursor,
    Details,
    Lists,
    NotPlannedError,
    Operation,
    PageField,
    PlaceholderField,
    Rights,
    SelectedField,
    SelectionScope,
    Settles,
)


@dataclass
class Selection:
    """The tree of one root field, with the fields that have arguments and the placeholders that Python fills.

    Without `rights` and `lists` it is an outline: it names the rights and lists that have to be looked up.
    `continued` holds the numbers of the pages that begin after a cursor.
    """

    operation: Operation
    rights: Rights = field(default_factory=dict)
    lists: Lists = field(default_factory=dict)
    continued: frozenset[int] = frozenset()
    fields: list[SelectedField] = field(default_factory=list)
    placeholders: list[PlaceholderField] = field(default_factory=list)
    needs_levels: bool = False
    has_pages: bool = False

    def root(self, details: Details) -> JsonNode:
        """The tree of a field of `Query`.

        Raises:
            NotPlannedError: the selection holds a field that only graphql-core answers.
        """
        query = self.operation.schema.query_type
        assert query is not None  # noqa: S101 -- a schema that validates has one
        return self._field(query, details, SelectionScope())

    def _field(
        self, parent: GraphQLObjectType, details: Details, scope: SelectionScope
    ) -> JsonNode:
        graphql_field = parent.fields.get(details[0].node.name.value)
        if graphql_field is None:  # __typename, __schema, __type of the root
            raise NotPlannedError(details[0].node.name.value)
        definition = definition_of(graphql_field)
        declaration = declaration_of(definition, scope)
        if isinstance(declaration, str):
            return compiler.Value(f"{{row[{declaration}]}}", form(graphql_field.type))
        number, scope = self._add_field(
            declaration, details[0].node, graphql_field, definition, scope
        )
        match declaration:
            case Says():
                node: JsonNode = compiler.Value(declaration.expression, declaration.form, number)
            case Fills() | Answers():
                node = self._placeholder(
                    PlaceholderField(declaration, parent, details), declaration.expressions
                )
            case _:
                node = self._objects(declaration, number, graphql_field.type, details, scope)
        return self._guarded(node, getattr(declaration, "guard", None), scope)

    def _add_field(
        self,
        declaration: Declaration | Guard,
        node: FieldNode,
        graphql_field: GraphQLField,
        definition: StrawberryField,
        scope: SelectionScope,
    ) -> tuple[int, SelectionScope]:
        number = len(self.fields)
        names_year = "year" in graphql_field.args or getattr(declaration, "year", None) is not None
        year_from = number if names_year else scope.year_from
        self.fields.append(
            SelectedField(
                declaration,
                argument_reader(self.operation.strawberry, node, graphql_field, definition),
                year_from,
                frozenset(graphql_field.args),
                scope.is_root,
            )
        )
        return number, replace(scope, year_from=year_from)

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
                    declaration.column, declaration.columns, node, declaration.row_columns
                )
            case Finds():
                listing = self.lists.get(number)
                link = listing.link if listing else UNKNOWN_RELATION
                return self._related(link, None, number, kind, details, below)
            case Follows():
                link = declaration.link
                return self._related(link, declaration, number, kind, details, below)
            case _:
                raise NotPlannedError(type(declaration).__name__)

    def _related(  # noqa: PLR0913, PLR0917 -- what a relation is compiled from
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
            is_parent_bound = declaration is None
            return self._page(link, number, named, details, scope, is_parent_bound=is_parent_bound)
        if declaration is None or declaration.otherwise is None:
            return compiler.One(link, number, self._object(kind, details, scope))
        row = {name: str(value) for name, value in declaration.otherwise.items()}
        otherwise = Object(tuple(self._constants(named, details, row)))
        return compiler.One(link, number, self._object(kind, details, scope), otherwise)

    def _constants(
        self, kind: GraphQLObjectType, details: Details, row: Mapping[str, str]
    ) -> Iterator[Member]:
        for name, subfield in self._subfields(kind, details).items():
            node = subfield[0].node
            if node.name.value == "__typename":
                yield Member(name, typename_constant(kind), nullable=False)
                continue
            column = declaration_of(definition_of(kind.fields[node.name.value]), SelectionScope())
            if not isinstance(column, str):
                raise NotPlannedError(node.name.value)
            yield Member(name, Constant(row[column]), nullable=False)

    def _page(  # noqa: PLR0913 -- what a page is compiled from
        self,
        link: Relation,
        number: int,
        kind: GraphQLObjectType,
        details: Details,
        scope: SelectionScope,
        *,
        is_parent_bound: bool,
    ) -> JsonNode:
        self.has_pages = True
        cursor = Cursor(link, number, is_parent_bound)
        settled_placeholder = None
        if link.snapshot and number not in self.continued:
            settled_placeholder = len(self.placeholders)
            self.placeholders.append(PlaceholderField(Settles(link.carried, number), kind, details))
        members: list[tuple[str, JsonNode | json_pages.PagePart]] = []
        for name, subfield in self._subfields(kind, details).items():
            match subfield[0].node.name.value:
                case "__typename":
                    members.append((name, typename_constant(kind)))
                case "totalCount":
                    members.append((name, json_pages.Total()))
                case "pageInfo":
                    members.append((name, self._page_info(cursor, kind, subfield)))
                case "edges":
                    members.append((name, self._edges(cursor, kind, subfield, scope)))
                case other:
                    members.append((name, self._page_field(number, kind, other, subfield)))
        return json_pages.Page(
            link,
            number,
            number in self.continued,
            tuple(members),
            is_parent_bound,
            settled_placeholder,
        )

    def _page_field(
        self, number: int, page: GraphQLObjectType, name: str, details: Details
    ) -> JsonNode:
        declaration = declaration_of(definition_of(page.fields[name]), SelectionScope())
        if not isinstance(declaration, OfPage):
            raise NotPlannedError(name)
        return self._placeholder(
            PlaceholderField(PageField(declaration, number), page, details), ()
        )

    def _page_info(
        self, cursor: Cursor, page: GraphQLObjectType, details: Details
    ) -> json_pages.PageInfoNode:
        kind = object_type_of(page.fields["pageInfo"].type)
        members: list[tuple[str, json_pages.PageInfoMember]] = []
        for name, subfield in self._subfields(kind, details).items():
            match subfield[0].node.name.value:
                case "__typename":
                    members.append((name, typename_constant(kind)))
                case "hasNextPage":
                    members.append((name, json_pages.HasNext()))
                case "hasPreviousPage":
                    continued = cursor.field_number in self.continued
                    members.append((name, Constant("true" if continued else "false")))
                case "startCursor":
                    members.append(
                        (name, json_pages.FirstRow(self._cursor(cursor, kind, subfield)))
                    )
                case "endCursor":
                    members.append((name, json_pages.Last(self._cursor(cursor, kind, subfield))))
                case other:
                    raise NotPlannedError(other)
        return json_pages.PageInfoNode(tuple(members))

    def _edges(
        self, cursor: Cursor, page: GraphQLObjectType, details: Details, scope: SelectionScope
    ) -> json_pages.Edges:
        kind = object_type_of(page.fields["edges"].type)
        members: list[Member] = []
        for name, subfield in self._subfields(kind, details).items():
            match subfield[0].node.name.value:
                case "__typename":
                    node: JsonNode = typename_constant(kind)
                case "cursor":
                    node = self._cursor(cursor, kind, subfield)
                case _:
                    node = self._object(kind.fields["node"].type, subfield, scope)
            members.append(Member(name, node, nullable=False))
        return json_pages.Edges(Object(tuple(members)))

    def _cursor(self, cursor: Cursor, parent: GraphQLObjectType, details: Details) -> JsonNode:
        """A placeholder for a cursor: the sort columns of the row, and the parent's key where the statement reads it."""
        columns = [*cursor.link.order]
        if not cursor.is_parent_bound:
            columns += [column for column, _ in cursor.link.on]
        values = tuple(f"{{row[{column}]}}" for column in columns)
        return self._placeholder(PlaceholderField(cursor, parent, details), values)

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
        for object_type in member_types(kind):
            access_paths = (
                compiler.One(link, number, self._object(object_type, details, below))
                for link in declaration.links[object_type.name]
            )
            kinds.append((object_type.name, compiler.Either(tuple(access_paths))))
        return compiler.ObjectsByKey(number, tuple(declaration.columns.items()), tuple(kinds))

    def _choice(
        self,
        declaration: Chooses,
        number: int,
        kind: GraphQLOutputType,
        details: Details,
        scope: SelectionScope,
    ) -> JsonNode:
        types = {object_type.name: object_type for object_type in member_types(kind)}
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
        named = object_type_of(kind)
        members: list[Member] = []
        for name, subfield in self._subfields(named, details).items():
            field_name = subfield[0].node.name.value
            if field_name == "__typename":
                members.append(Member(name, typename_constant(named), nullable=False))
                continue
            nullable = not isinstance(named.fields[field_name].type, GraphQLNonNull)
            members.append(Member(name, self._field(named, subfield, scope), nullable))
        return Object(tuple(members), unless_null)

    def _subfields(self, kind: GraphQLObjectType, details: Details) -> Mapping[str, Details]:
        operation = self.operation
        return collect_subfields(
            operation.schema,
            operation.fragments,
            operation.variables,
            operation.node,
            kind,
            details,
        ).grouped_field_set

    def _placeholder(self, filled_by: PlaceholderField, values: tuple[str, ...]) -> JsonNode:
        self.placeholders.append(filled_by)
        return compiler.Placeholder(len(self.placeholders) - 1, values)

    def _guarded(self, node: JsonNode, guard: Guard | None, scope: SelectionScope) -> JsonNode:
        if guard is None:
            return node
        if guard is Guard.LEVEL:
            self.needs_levels = True
            return node
        if scope.year_from < 0:
            raise NotPlannedError("rights to a file hold for a year, and nothing names it")
        number = next(
            (
                number
                for number, selected in enumerate(self.fields)
                if selected.declaration is guard and selected.year_from == scope.year_from
            ),
            len(self.fields),
        )
        if number == len(self.fields):
            self.fields.append(SelectedField(guard, FixedArguments({}), scope.year_from))
        permitted = self.rights.get(number)
        return (
            node
            if permitted is None
            else compiler.Guarded(node, permitted.permits("{row[id]}"), number)
        )
