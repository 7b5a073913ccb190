"""JSON made by PostgreSQL: a tree of values, objects and links becomes one statement that gives text."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from db.json_sql.relation import Relation, order_of

BAILOUT = b"\x01"
"""Stands where the text cannot be had: something refused, or null that may not be. JSON holds it nowhere."""

PLACEHOLDER_MARK = b"\x02"
"""Encloses what Python fills in. JSON holds it nowhere: inside of strings it is written as an escape."""

BAILOUT_SQL = r"E'\x01'"
_PLACEHOLDER_SQL = r"E'\x02'"
_PARAMETER = re.compile(r"(?<![:\w]):([a-z]\w*)")
_MOMENT = '\'YYYY-MM-DD"T"HH24:MI:SS{fraction}"+00:00"\''


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the statement: the argument `name` of the link or value numbered `asked`."""

    asked: int
    name: str


@dataclass
class SqlBuilder:
    """A statement in the making: its rows are r1, r2 and so on, its parameters $1, $2 and so on."""

    slots: dict[Parameter, int] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Relation | None] = field(default_factory=dict)
    """Where each row comes from, if by a link."""
    settled: dict[Parameter, str] = field(default_factory=dict)
    """What the statement settles itself, instead of having it as a parameter."""
    guards: dict[str, list[str]] = field(default_factory=dict)
    """Of each row, what has to hold for it to be shown."""

    def row(self, link: Relation | None = None) -> str:
        name = f"r{len(self.rows) + 1}"
        self.rows[name] = link
        return name

    def held(self, row: str, source: str) -> Mapping[str, str]:
        """What a row has itself of the rows of another source: its columns there, and their names here."""
        link = self.rows.get(row)
        return dict(dict(link.holds).get(source, ())) if link else {}

    def place(self, asked: int, name: str) -> str:
        known = self.settled.get(Parameter(asked, name))
        return known or f"${self.slots.setdefault(Parameter(asked, name), len(self.slots) + 1)}"

    def bound(self, sql: str, asked: int) -> str:
        """The SQL with each `:name` replaced by its place."""
        return _PARAMETER.sub(lambda found: self.place(asked, found[1]), sql)

    def once(self, statement: str) -> str:
        """The name of a common table that holds the statement's rows; asked twice, it runs once."""
        return self.shared.setdefault(statement, f"s{len(self.shared) + 1}")

    def guard(self, row: str, condition: str) -> None:
        """Let a condition be asked of a row, once for all that it holds: each question takes memory of its own."""
        known = self.guards.setdefault(row, [])
        if condition not in known:
            known.append(condition)

    def of_row(self, node: "JsonNode", row: str) -> str:
        """The text of a node on the row that it starts from; broken where a guard of the row does not hold."""
        made = node.sql(self, row)
        conditions = self.guards.pop(row, None)
        if conditions is None:
            return made
        return f"CASE WHEN {' AND '.join(conditions)} THEN {made} ELSE {BAILOUT_SQL} END"


class JsonNode(Protocol):
    """Gives JSON text, or NULL for null, of the row that it is asked of."""

    def sql(self, rendering: SqlBuilder, row: str) -> str: ...


class Form(Enum):
    """How the value of a column is written as JSON."""

    TEXT = "to_json({value})::text"
    """Text of any kind, and lists of it."""
    WORD = "'\"' || {value} || '\"'"
    """Text that needs no escape: codes, enums, ids, days."""
    UPPER = "'\"' || upper({value}) || '\"'"
    PLAIN = "{value}::text"
    """Numbers, truth values, and what is JSON already."""
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Value:
    """One value: an expression over `{row}`, whose `:names` are arguments of `asked`."""

    expression: str
    form: Form
    asked: int = -1

    def sql(self, rendering: SqlBuilder, row: str) -> str:
        value = rendering.bound(self.expression.replace("{row}", row), self.asked)
        return _moment(value) if self.form is Form.MOMENT else self.form.value.format(value=value)


def _moment(value: str) -> str:
    """As ISO 8601 in UTC; a fraction is written only where there is one."""
    at = f"({value} AT TIME ZONE 'UTC')"
    whole, parts = _MOMENT.format(fraction=""), _MOMENT.format(fraction=".US")
    shape = f"CASE WHEN {at} = date_trunc('second', {at}) THEN {whole} ELSE {parts} END"
    return f"'\"' || to_char({at}, {shape}) || '\"'"


@dataclass(frozen=True, slots=True)
class Constant:
    """The same JSON text for every row."""

    text: str

    def sql(self, rendering: SqlBuilder, row: str) -> str:  # noqa: ARG002 - as every node
        return quoted(self.text)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Left to Python: the number of who fills it in, and the values it goes by."""

    number: int
    values: tuple[str, ...]

    def sql(self, rendering: SqlBuilder, row: str) -> str:  # noqa: ARG002 - as every node
        values = ", ".join(value.replace("{row}", row) for value in self.values)
        return f"{_PLACEHOLDER_SQL} || '{self.number}:' || json_build_array({values})::text || {_PLACEHOLDER_SQL}"


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an object; one that may not be null breaks the object."""

    name: str
    node: JsonNode
    nullable: bool


@dataclass(frozen=True, slots=True)
class Object:
    """An object of the row itself; null where the column `unless_null` is."""

    members: tuple[Member, ...]
    unless_null: str | None = None

    def sql(self, rendering: SqlBuilder, row: str) -> str:
        made = f"coalesce({self._members(rendering, row)}, {BAILOUT_SQL})"
        if self.unless_null is None:
            return made
        return f"CASE WHEN {row}.{self.unless_null} IS NOT NULL THEN {made} END"

    def _members(self, rendering: SqlBuilder, row: str) -> str:
        def made(member: Member) -> str:
            value = member.node.sql(rendering, row)
            return f"coalesce({value}, 'null')" if member.nullable else f"({value})"

        return members_of((member.name, made(member)) for member in self.members)


@dataclass(frozen=True, slots=True)
class One:
    """The object at the other end of a link; `otherwise` where there is none."""

    link: Relation
    asked: int
    node: JsonNode
    otherwise: JsonNode | None = None

    def sql(self, rendering: SqlBuilder, row: str) -> str:
        there = rendering.row(self.link)
        made = rendering.of_row(self.node, there)
        wanted = set(re.findall(rf"\b{there}\.(\w+)", made))
        rows = self._rows_here(rendering.held(row, self.link.source), wanted, row)
        limit = "" if self.link.to_one else "LIMIT 1"  # a node for each row, if a small one
        rows = rows or rows_of(rendering, self.link, self.asked, row, limit)
        found = f"(SELECT {made} FROM ({rows}) {there})"
        if self.otherwise is None:
            return found
        return f"coalesce({found}, {self.otherwise.sql(rendering, row)})"

    def _rows_here(self, held: Mapping[str, str], wanted: set[str], row: str) -> str | None:
        """The same row out of the row that the link starts from, where that has all that is wanted of it."""
        if not held or not wanted <= held.keys() or self.link.where != "true":
            return None
        columns = ", ".join(f"{row}.{here} AS {name}" for name, here in held.items())
        there_is_one = " AND ".join(f"{row}.{here} IS NOT NULL" for _, here in self.link.on)
        return f"SELECT {columns} WHERE {there_is_one}"


@dataclass(frozen=True, slots=True)
class Many:
    """The objects at the other end of a link, as a list."""

    link: Relation
    asked: int
    node: JsonNode

    def sql(self, rendering: SqlBuilder, row: str) -> str:
        there = rendering.row(self.link)
        rows = rows_of(rendering, self.link, self.asked, row)
        return _list(rendering.of_row(self.node, there), rows, there, order_of(self.link, there))


@dataclass(frozen=True, slots=True)
class JsonElements:
    """The objects of a JSON list in the column; `columns` declares what of them is read.

    Each has the columns `of_row` of the row itself, too.
    """

    column: str
    columns: str
    node: JsonNode
    of_row: tuple[str, ...] = ()

    def sql(self, rendering: SqlBuilder, row: str) -> str:
        there = rendering.row()
        more = "".join(f", {row}.{name}" for name in self.of_row)
        rows = (
            f"SELECT t.*{more} FROM ROWS FROM (jsonb_to_recordset({row}.{self.column}) AS ({self.columns})) "
            "WITH ORDINALITY t"
        )
        return _list(rendering.of_row(self.node, there), rows, there, f"{there}.ordinality")


@dataclass(frozen=True, slots=True)
class Either:
    """The first object that there is."""

    nodes: tuple[JsonNode, ...]

    def sql(self, rendering: SqlBuilder, row: str) -> str:
        return f"coalesce({', '.join(node.sql(rendering, row) for node in self.nodes)})"


@dataclass(frozen=True, slots=True)
class ObjectsByKey:
    """A list in the order of its keys, which are parameters: of each the object of its kind, or null.

    A key is a row: its kind, and its values in `columns`, by name and type, for links to lead on from.
    """

    asked: int
    columns: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, JsonNode], ...]

    def sql(self, rendering: SqlBuilder, row: str) -> str:  # noqa: ARG002 - as every node
        there = rendering.row()
        keys = ", ".join(
            f"CAST({rendering.place(self.asked, name)} AS {kind}[])"
            for name, kind in (("kind", "text"), *self.columns)
        )
        names = ", ".join(name for name, _ in self.columns)
        rows = f"SELECT * FROM unnest({keys}) WITH ORDINALITY t(kind, {names}, place)"
        cases = " ".join(
            f"WHEN {quoted(kind)} THEN {rendering.of_row(node, there)}" for kind, node in self.kinds
        )
        node = f"coalesce(CASE {there}.kind {cases} END, 'null')" if cases else "'null'"
        return _list(node, rows, there, f"{there}.place")


@dataclass(frozen=True, slots=True)
class Guarded:
    """On a row whose column is among what the statement selects; any other row is broken as a whole."""

    node: JsonNode
    column: str
    selects: str
    among: str
    asked: int

    def sql(self, rendering: SqlBuilder, row: str) -> str:
        selects = f"SELECT z.{self.among} FROM ({self.selects}) z"
        table = rendering.once(rendering.bound(selects, self.asked))
        rendering.guard(row, f"{row}.{self.column} IN (TABLE {table})")
        return self.node.sql(rendering, row)


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL that gives the JSON text of one root field, and the arguments in the order of its places."""

    sql: str
    slots: tuple[Parameter, ...]


def statement(node: JsonNode) -> Statement:
    """The statement of a root node, which has no row to stand on."""
    rendering = SqlBuilder()
    made = node.sql(rendering, "")
    shared = ", ".join(
        f"{name} AS MATERIALIZED ({rows})" for rows, name in rendering.shared.items()
    )
    head = f"WITH {shared} " if shared else ""
    return Statement(f"{head}SELECT {made}", tuple(rendering.slots))


def rows_of(  # noqa: PLR0913, PLR0917 - a statement has these parts
    rendering: SqlBuilder, link: Relation, asked: int, row: str, limit: str = "", more: str = ""
) -> str:
    order = f" ORDER BY {order_of(link)}" if limit and link.order else ""
    condition = condition_of(rendering, link, asked, row, link.where)
    source = rendering.bound(link.source, asked)
    return link.by_each_way(
        lambda way: (
            f"SELECT t.* FROM {source} t "
            f"WHERE {condition}{rendering.bound(way, asked)}{more}{order} {limit}"
        )
    )


def condition_of(rendering: SqlBuilder, link: Relation, asked: int, row: str, where: str) -> str:
    """The condition with the row's side of `on`; a root has no row, and gives it as arguments."""
    matches = [
        f"t.{here} = {f'{row}.{there}' if row else rendering.place(asked, f'key_{there}')}"
        for here, there in link.on
    ]
    return " AND ".join([*matches, f"({rendering.bound(where, asked)})"])


def _list(node: str, rows: str, there: str, order: str) -> str:
    """A list; without an order, as the rows come."""
    sorted_by = f" ORDER BY {order}" if order else ""
    made = f"string_agg(coalesce({node}, {BAILOUT_SQL}), ','{sorted_by})"
    return f"(SELECT '[' || coalesce({made}, '') || ']' FROM ({rows}) {there})"


def members_of(made: Iterable[tuple[str, str]]) -> str:
    """An object of these names and the SQL of their values."""
    said = "{"
    parts: list[str] = []
    for name, sql in made:
        parts += [quoted(f"{said}{json.dumps(name)}:"), sql]
        said = ","
    return " || ".join([*parts, quoted("}" if parts else "{}")])


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
