"""Compiles a tree of values, objects and relations to one SQL statement that returns JSON text."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from db.json_sql.relation import Relation, order_of

BAILOUT = b"\x01"
"""Marks a part that the statement cannot answer: a refusal, or null in a field that is not nullable. It never occurs in JSON."""

PLACEHOLDER_MARK = b"\x02"
"""Encloses a part that Python fills in. It never occurs in JSON: in strings it is escaped."""

BAILOUT_SQL = r"E'\x01'"
_PLACEHOLDER_SQL = r"E'\x02'"
_PARAMETER = re.compile(r"(?<![:\w]):([a-z]\w*)")
"""A `:name` in a condition or expression of a declaration; the SQL that is compiled from these is not searched."""
_MOMENT = '\'YYYY-MM-DD"T"HH24:MI:SS{fraction}"+00:00"\''


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the statement: the argument `name` of the selected field `field_number`."""

    field_number: int
    name: str


@dataclass(slots=True, eq=False)
class SqlRow:
    """A row of the statement while it is built; `row["name"]` is the SQL of one of its columns."""

    alias: str = ""
    """Its name in the statement; empty above a root field, which has no row."""
    relation: Relation | None = None
    """Where the row comes from; None for elements of JSON lists, and for keys."""
    columns: set[str] = field(default_factory=set)
    """The columns that the statement reads from the row."""
    conditions: list[str] = field(default_factory=list)
    """The conditions under which the row is shown."""

    def __getitem__(self, column: str) -> str:
        self.columns.add(column)
        return f"{self.alias}.{column}"

    def require(self, condition: str) -> None:
        """Add a condition of the row; it is checked once for the whole row, as each check takes memory."""
        if condition not in self.conditions:
            self.conditions.append(condition)

    def covered_columns(self, source: str) -> Mapping[str, str]:
        """The columns of another source that the row has itself, and their names in the row."""
        return dict(dict(self.relation.covers).get(source, ())) if self.relation else {}


@dataclass
class SqlBuilder:
    """The SQL of one statement while it is built; its row aliases are r1, r2 …, its parameters $1, $2 …"""

    parameters: dict[Parameter, int] = field(default_factory=dict)
    """Each parameter and its number."""
    shared_tables: dict[str, str] = field(default_factory=dict)
    """Statements that run once, as common table expressions, and their names."""
    row_count: int = 0
    snapshot_values: dict[Parameter, str] = field(default_factory=dict)
    """SQL of the values that the statement reads itself, instead of taking them as parameters."""

    def new_row(self, relation: Relation | None = None) -> SqlRow:
        self.row_count += 1
        return SqlRow(f"r{self.row_count}", relation)

    def parameter(self, field_number: int, name: str) -> str:
        """The SQL of a parameter: `$1`, or the value that the statement reads itself."""
        parameter = Parameter(field_number, name)
        if value := self.snapshot_values.get(parameter):
            return value
        return f"${self.parameters.setdefault(parameter, len(self.parameters) + 1)}"

    def bind(self, sql: str, field_number: int) -> str:
        """The SQL with each `:name` replaced by its parameter."""
        return _PARAMETER.sub(lambda match: self.parameter(field_number, match[1]), sql)

    def shared_table(self, statement: str) -> str:
        """The name of a common table expression with the rows of the statement, which runs once."""
        return self.shared_tables.setdefault(statement, f"s{len(self.shared_tables) + 1}")

    def guarded(self, node: "JsonNode", row: SqlRow) -> str:
        """The SQL of a node of this row; BAILOUT if a condition of the row is false."""
        json_sql = node.sql(self, row)
        if not row.conditions:
            return json_sql
        conditions = " AND ".join(row.conditions)
        row.conditions.clear()
        return f"CASE WHEN {conditions} THEN {json_sql} ELSE {BAILOUT_SQL} END"


class JsonNode(Protocol):
    """SQL that gives JSON text of a row, or NULL for null."""

    def sql(self, builder: SqlBuilder, row: SqlRow) -> str: ...


class Form(Enum):
    """SQL templates that write a column value as JSON."""

    TEXT = "to_json({value})::text"
    """Any text, and lists of texts."""
    WORD = "'\"' || {value} || '\"'"
    """Text that needs no escaping: codes, enums, ids, dates."""
    UPPER = "'\"' || upper({value}) || '\"'"
    PLAIN = "{value}::text"
    """Numbers, booleans, and JSON."""
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Value:
    """One value: an expression over columns, `{row[name]}`, whose `:names` are arguments of the field `field_number`."""

    expression: str
    form: Form
    field_number: int = -1

    def sql(self, builder: SqlBuilder, row: SqlRow) -> str:
        value = builder.bind(self.expression.format(row=row), self.field_number)
        return _moment(value) if self.form is Form.MOMENT else self.form.value.format(value=value)


def _moment(value: str) -> str:
    """ISO 8601 in UTC; without a fraction of a second if it is zero."""
    at = f"({value} AT TIME ZONE 'UTC')"
    whole, parts = _MOMENT.format(fraction=""), _MOMENT.format(fraction=".US")
    form = f"CASE WHEN {at} = date_trunc('second', {at}) THEN {whole} ELSE {parts} END"
    return f"'\"' || to_char({at}, {form}) || '\"'"


@dataclass(frozen=True, slots=True)
class Constant:
    """The same JSON text for every row."""

    text: str

    def sql(self, builder: SqlBuilder, row: SqlRow) -> str:  # noqa: ARG002 - as every node
        return quoted(self.text)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A part that Python fills in: the number of the function, and the values that it takes."""

    number: int
    values: tuple[str, ...]

    def sql(self, builder: SqlBuilder, row: SqlRow) -> str:  # noqa: ARG002 - as every node
        values = ", ".join(value.format(row=row) for value in self.values)
        return f"{_PLACEHOLDER_SQL} || '{self.number}:' || json_build_array({values})::text || {_PLACEHOLDER_SQL}"


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an object; null in a member that is not nullable makes the object BAILOUT."""

    name: str
    node: JsonNode
    nullable: bool


@dataclass(frozen=True, slots=True)
class Object:
    """An object of the row itself; null if the column `unless_null` is null."""

    members: tuple[Member, ...]
    unless_null: str | None = None

    def sql(self, builder: SqlBuilder, row: SqlRow) -> str:
        json_sql = f"coalesce({self._members(builder, row)}, {BAILOUT_SQL})"
        if self.unless_null is None:
            return json_sql
        return f"CASE WHEN {row[self.unless_null]} IS NOT NULL THEN {json_sql} END"

    def _members(self, builder: SqlBuilder, row: SqlRow) -> str:
        def member_sql(member: Member) -> str:
            value = member.node.sql(builder, row)
            return f"coalesce({value}, 'null')" if member.nullable else f"({value})"

        return object_sql((member.name, member_sql(member)) for member in self.members)


@dataclass(frozen=True, slots=True)
class One:
    """The object of the related row; `otherwise` if there is no such row."""

    relation: Relation
    field_number: int
    node: JsonNode
    otherwise: JsonNode | None = None

    def sql(self, builder: SqlBuilder, row: SqlRow) -> str:
        related = builder.new_row(self.relation)
        json_sql = builder.guarded(self.node, related)
        rows = self._covered_row(related.columns, row)
        # LIMIT costs a plan node for each row.
        limit = "" if self.relation.to_one else "LIMIT 1"
        rows = rows or rows_sql(builder, self.relation, self.field_number, row, limit)
        selected = f"(SELECT {json_sql} FROM ({rows}) {related.alias})"
        if self.otherwise is None:
            return selected
        return f"coalesce({selected}, {self.otherwise.sql(builder, row)})"

    def _covered_row(self, columns: set[str], row: SqlRow) -> str | None:
        """The related row from the columns of `row` itself; None unless these are all columns that it needs."""
        covered = row.covered_columns(self.relation.source)
        if not covered or not columns <= covered.keys() or self.relation.where != "true":
            return None
        selected = ", ".join(f"{row[here]} AS {name}" for name, here in covered.items())
        exists = " AND ".join(f"{row[here]} IS NOT NULL" for _, here in self.relation.on)
        return f"SELECT {selected} WHERE {exists}"


@dataclass(frozen=True, slots=True)
class Many:
    """The objects of the related rows, as a list."""

    relation: Relation
    field_number: int
    node: JsonNode

    def sql(self, builder: SqlBuilder, row: SqlRow) -> str:
        related = builder.new_row(self.relation)
        rows = rows_sql(builder, self.relation, self.field_number, row)
        node = builder.guarded(self.node, related)
        return _list_sql(node, rows, related, order_of(self.relation, related.alias))


@dataclass(frozen=True, slots=True)
class JsonElements:
    """The objects of a JSON list in the column; `columns` declares the members that are read.

    `row_columns` are columns of the row itself that each object has, too.
    """

    column: str
    columns: str
    node: JsonNode
    row_columns: tuple[str, ...] = ()

    def sql(self, builder: SqlBuilder, row: SqlRow) -> str:
        element = builder.new_row()
        more = "".join(f", {row[name]}" for name in self.row_columns)
        rows = (
            f"SELECT t.*{more} FROM ROWS FROM (jsonb_to_recordset({row[self.column]}) AS ({self.columns})) "
            "WITH ORDINALITY t"
        )
        return _list_sql(builder.guarded(self.node, element), rows, element, element["ordinality"])


@dataclass(frozen=True, slots=True)
class Either:
    """The first object that is not null."""

    nodes: tuple[JsonNode, ...]

    def sql(self, builder: SqlBuilder, row: SqlRow) -> str:
        return f"coalesce({', '.join(node.sql(builder, row) for node in self.nodes)})"


@dataclass(frozen=True, slots=True)
class ObjectsByKey:
    """A list in the order of its keys, which are parameters: for each key the object of its kind, or null.

    A key is a row: its kind, and its values in `columns` (name and type), from which relations start.
    """

    field_number: int
    columns: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, JsonNode], ...]

    def sql(self, builder: SqlBuilder, row: SqlRow) -> str:  # noqa: ARG002 - as every node
        key = builder.new_row()
        keys = ", ".join(
            f"CAST({builder.parameter(self.field_number, name)} AS {kind}[])"
            for name, kind in (("kind", "text"), *self.columns)
        )
        names = ", ".join(name for name, _ in self.columns)
        rows = f"SELECT * FROM unnest({keys}) WITH ORDINALITY t(kind, {names}, place)"
        cases = " ".join(
            f"WHEN {quoted(kind)} THEN {builder.guarded(node, key)}" for kind, node in self.kinds
        )
        node = f"coalesce(CASE {key['kind']} {cases} END, 'null')" if cases else "'null'"
        return _list_sql(node, rows, key, key["place"])


@dataclass(frozen=True, slots=True)
class Guarded:
    """A node that requires a condition over the columns of the row, `{row[name]}`; other rows are BAILOUT."""

    node: JsonNode
    condition: str
    field_number: int

    def sql(self, builder: SqlBuilder, row: SqlRow) -> str:
        row.require(builder.bind(self.condition.format(row=row), self.field_number))
        return self.node.sql(builder, row)


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL that returns the JSON text of one root field, and its parameters in the order of their numbers."""

    sql: str
    parameters: tuple[Parameter, ...]


def statement(node: JsonNode) -> Statement:
    """The statement of a root node, which has no row."""
    builder = SqlBuilder()
    json_sql = node.sql(builder, SqlRow())
    shared = ", ".join(
        f"{name} AS MATERIALIZED ({rows})" for rows, name in builder.shared_tables.items()
    )
    head = f"WITH {shared} " if shared else ""
    return Statement(f"{head}SELECT {json_sql}", tuple(builder.parameters))


def rows_sql(  # noqa: PLR0913, PLR0917 - a statement has these parts
    builder: SqlBuilder,
    relation: Relation,
    field_number: int,
    row: SqlRow,
    limit: str = "",
    more: str = "",
) -> str:
    order = f" ORDER BY {order_of(relation)}" if limit and relation.order else ""
    condition = condition_sql(builder, relation, field_number, row, relation.where)
    return relation.union_of_access_paths(
        lambda source, path: (
            f"SELECT t.* FROM {builder.bind(source, field_number)} t "
            f"WHERE {condition}{builder.bind(path, field_number)}{more}{order} {limit}"
        )
    )


def condition_sql(
    builder: SqlBuilder, relation: Relation, field_number: int, row: SqlRow, where: str
) -> str:
    """The condition of the related rows; a root field has no row, and takes the values of `on` as parameters."""
    matches = [
        f"t.{here} = {row[column] if row.alias else builder.parameter(field_number, f'key_{column}')}"
        for here, column in relation.on
    ]
    return " AND ".join([*matches, f"({builder.bind(where, field_number)})"])


def _list_sql(node: str, rows: str, row: SqlRow, order: str) -> str:
    """A JSON list; without an order, in the order of the rows."""
    sorted_by = f" ORDER BY {order}" if order else ""
    elements = f"string_agg(coalesce({node}, {BAILOUT_SQL}), ','{sorted_by})"
    return f"(SELECT '[' || coalesce({elements}, '') || ']' FROM ({rows}) {row.alias})"


def object_sql(members: Iterable[tuple[str, str]]) -> str:
    """A JSON object of these names and the SQL of their values."""
    separator = "{"
    parts: list[str] = []
    for name, sql in members:
        parts += [quoted(f"{separator}{json.dumps(name)}:"), sql]
        separator = ","
    return " || ".join([*parts, quoted("}" if parts else "{}")])


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
