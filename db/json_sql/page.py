"""Compiles one page of a list to SQL: its rows, the total count, and whether another page follows."""

from dataclasses import dataclass

from db.json_sql.compiler import (
    BAILOUT_SQL,
    Constant,
    JsonNode,
    Parameter,
    Placeholder,
    SqlBuilder,
    SqlRow,
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

    def sql(self, builder: SqlBuilder, row: SqlRow) -> str:
        if self.is_keyed_by_arguments:
            row = SqlRow()
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

    def _page(self, builder: SqlBuilder, row: SqlRow) -> str:
        related = builder.new_row(self.relation)
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
            (name, f"({self._part(part, builder, row, related, first)})")
            for name, part in self.members
        )
        # HAVING makes it one row for the whole page, even if no selected member is an aggregate.
        return f"(SELECT {json_sql} FROM ({numbered}) {related.alias} HAVING true)"

    def _part(
        self,
        part: "JsonNode | PagePart",
        builder: SqlBuilder,
        row: SqlRow,
        related: SqlRow,
        first: str,
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
            return part.sql_of_page(builder, related, first)
        if isinstance(part, Edges):
            node = f"coalesce({builder.guarded(part.node, related)}, {BAILOUT_SQL})"
            agg = f"string_agg({node}, ',' ORDER BY {related['page_number']})"
            return f"'[' || coalesce({agg} FILTER (WHERE {related['page_number']} <= {first}), '') || ']'"
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

    def sql_of_page(self, builder: SqlBuilder, related: SqlRow, first: str) -> str:
        return object_sql(
            (name, self._member(node, builder, related, first)) for name, node in self.members
        )

    def _member(
        self, member: "PageInfoMember", builder: SqlBuilder, related: SqlRow, first: str
    ) -> str:
        match member:
            case Constant():
                return member.sql(builder, related)
            case HasNext():
                return f"coalesce(bool_or({related['page_rows']} > {first}), false)::text"
            case FirstRow():
                chosen = f"{related['page_number']} = 1"
            case Last():
                chosen = f"{related['page_number']} = least({related['page_rows']}, {first})"
        json_sql = builder.guarded(member.node, related)
        return f"coalesce(max({json_sql}) FILTER (WHERE {chosen}), 'null')"


PagePart = Total | PageInfoNode | Edges
