"""Compiles one page of a list to SQL: its rows, the total count, and whether another page follows."""

from dataclasses import dataclass

from db.json_sql.compiler import (
    BAILOUT_SQL,
    Constant,
    JsonNode,
    Parameter,
    Placeholder,
    SqlBuilder,
    condition_sql,
    object_sql,
    rows_sql,
)
from db.json_sql.relation import Relation, beyond, order_of


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a relation's list: `first` rows after a cursor, and one more that shows whether others follow.

    `members` are its parts, or nodes that use no row of the page. The snapshot of the relation is written into
    the placeholder numbered `snapshot_placeholder`, before everything else, if the page is the first one.
    """

    relation: Relation
    field_number: int
    is_continued: bool
    members: "tuple[tuple[str, JsonNode | PagePart], ...]"
    is_keyed_by_arguments: bool = False
    """Whether the key comes from the arguments, and not from the row."""
    snapshot_placeholder: int | None = None

    def sql(self, builder: SqlBuilder, row: str) -> str:
        if self.is_keyed_by_arguments:
            row = ""
        snapshot = self.relation.snapshot
        if snapshot is None:
            return self._page(builder, row)
        now = builder.shared_table(snapshot.statement)
        placeholder = ""
        if self.snapshot_placeholder is not None:
            values = [f"(SELECT {name} FROM {now})" for name in snapshot.names]
            parameters = [Parameter(self.field_number, name) for name in snapshot.names]
            builder.snapshot_values |= dict(zip(parameters, values, strict=True))
            placeholder = (
                f"{Placeholder(self.snapshot_placeholder, tuple(values)).sql(builder, row)} || "
            )
        condition = builder.bind(snapshot.condition.replace("{now}", now), self.field_number)
        return f"CASE WHEN {condition} THEN {placeholder}{self._page(builder, row)} ELSE {BAILOUT_SQL} END"

    def _page(self, builder: SqlBuilder, row: str) -> str:
        alias = builder.new_row(self.relation)
        first = f"CAST({builder.parameter(self.field_number, 'first')} AS bigint)"
        after = ""
        if self.is_continued:
            cursor_values = [
                builder.parameter(self.field_number, f"after_{number}")
                for number in range(len(self.relation.order))
            ]
            after = f" AND {beyond(self.relation, cursor_values)}"
        rows = rows_sql(builder, self.relation, self.field_number, row, f"LIMIT {first} + 1", after)
        numbered = (
            f"SELECT t.*, row_number() OVER (ORDER BY {order_of(self.relation)}) AS page_number, "
            f"count(*) OVER () AS page_rows FROM ({rows}) t"
        )
        json_sql = object_sql(
            (name, f"({self._part(part, builder, row, alias, first)})")
            for name, part in self.members
        )
        # HAVING makes it one row for the whole page, even if no selected member is an aggregate.
        return f"(SELECT {json_sql} FROM ({numbered}) {alias} HAVING true)"

    def _part(
        self, part: "JsonNode | PagePart", builder: SqlBuilder, row: str, alias: str, first: str
    ) -> str:
        if isinstance(part, Total):
            if self.relation.total:
                return (
                    f"SELECT CAST(({builder.bind(self.relation.total, self.field_number)}) AS text)"
                )
            condition = condition_sql(
                builder, self.relation, self.field_number, row, self.relation.condition
            )
            return f"SELECT count(*)::text FROM {builder.bind(self.relation.source, self.field_number)} t WHERE {condition}"
        if isinstance(part, PageInfoNode):
            return part.sql_of_page(builder, alias, first)
        if isinstance(part, Edges):
            node = f"coalesce({builder.guarded(part.node, alias)}, {BAILOUT_SQL})"
            agg = f"string_agg({node}, ',' ORDER BY {alias}.page_number)"
            return (
                f"'[' || coalesce({agg} FILTER (WHERE {alias}.page_number <= {first}), '') || ']'"
            )
        return part.sql(builder, row)


@dataclass(frozen=True, slots=True)
class Total:
    """The number of rows on all pages."""


@dataclass(frozen=True, slots=True)
class Edges:
    """The rows of the page."""

    node: JsonNode


@dataclass(frozen=True, slots=True)
class HasNext:
    """Whether another page follows."""


@dataclass(frozen=True, slots=True)
class FirstRow:
    """A value of the page's first row."""

    node: JsonNode


@dataclass(frozen=True, slots=True)
class Last:
    """A value of the page's last row."""

    node: JsonNode


PageInfoMember = Constant | HasNext | FirstRow | Last


@dataclass(frozen=True, slots=True)
class PageInfoNode:
    """Members of the page as a whole, by name."""

    members: "tuple[tuple[str, PageInfoMember], ...]"

    def sql_of_page(self, builder: SqlBuilder, alias: str, first: str) -> str:
        return object_sql(
            (name, self._member(node, builder, alias, first)) for name, node in self.members
        )

    def _member(self, member: "PageInfoMember", builder: SqlBuilder, alias: str, first: str) -> str:
        match member:
            case Constant():
                return member.sql(builder, alias)
            case HasNext():
                return f"coalesce(bool_or({alias}.page_rows > {first}), false)::text"
            case FirstRow():
                chosen = f"{alias}.page_number = 1"
            case Last():
                chosen = f"{alias}.page_number = least({alias}.page_rows, {first})"
        json_sql = builder.guarded(member.node, alias)
        return f"coalesce(max({json_sql}) FILTER (WHERE {chosen}), 'null')"


PagePart = Total | PageInfoNode | Edges
