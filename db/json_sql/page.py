"""One page of a list as JSON made by PostgreSQL: its rows, its total, whether others are beside it."""

from dataclasses import dataclass

from db.json_sql.compiler import (
    BAILOUT_SQL,
    Constant,
    JsonNode,
    Parameter,
    Placeholder,
    SqlBuilder,
    condition_of,
    members_of,
    rows_of,
)
from db.json_sql.relation import Relation, beyond, order_of


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a link's list: `first` rows after a cursor, and one more to see whether others follow.

    `members` are its parts, or nodes that stand on no row of it. What the link settles is written into
    the hole numbered `settling`, before anything else, where the page is the first.
    """

    link: Relation
    asked: int
    continued: bool
    members: "tuple[tuple[str, JsonNode | PagePart], ...]"
    of_arguments: bool = False
    """Whether the key comes from the arguments: the list is not the row's own."""
    settling: int | None = None

    def sql(self, rendering: SqlBuilder, row: str) -> str:
        if self.of_arguments:
            row = ""
        settled = self.link.settled
        if settled is None:
            return self._page(rendering, row)
        now = rendering.once(settled.statement)
        said = ""
        if self.settling is not None:
            values = [f"(SELECT {name} FROM {now})" for name in settled.names]
            slots = [Parameter(self.asked, name) for name in settled.names]
            rendering.settled |= dict(zip(slots, values, strict=True))
            said = f"{Placeholder(self.settling, tuple(values)).sql(rendering, row)} || "
        given = rendering.bound(settled.given.replace("{now}", now), self.asked)
        return f"CASE WHEN {given} THEN {said}{self._page(rendering, row)} ELSE {BAILOUT_SQL} END"

    def _page(self, rendering: SqlBuilder, row: str) -> str:
        there = rendering.row(self.link)
        first = f"CAST({rendering.place(self.asked, 'first')} AS bigint)"
        after = ""
        if self.continued:
            places = [
                rendering.place(self.asked, f"after_{number}")
                for number in range(len(self.link.order))
            ]
            after = f" AND {beyond(self.link, places)}"
        rows = rows_of(rendering, self.link, self.asked, row, f"LIMIT {first} + 1", after)
        numbered = (
            f"SELECT t.*, row_number() OVER (ORDER BY {order_of(self.link)}) AS page_number, "
            f"count(*) OVER () AS page_rows FROM ({rows}) t"
        )
        made = members_of(
            (name, f"({self._part(part, rendering, row, there, first)})")
            for name, part in self.members
        )
        # HAVING makes it one row for the whole page, also where nothing that is asked gathers rows.
        return f"(SELECT {made} FROM ({numbered}) {there} HAVING true)"

    def _part(
        self, part: "JsonNode | PagePart", rendering: SqlBuilder, row: str, there: str, first: str
    ) -> str:
        if isinstance(part, Total):
            if self.link.total:
                return f"SELECT CAST(({rendering.bound(self.link.total, self.asked)}) AS text)"
            condition = condition_of(rendering, self.link, self.asked, row, self.link.condition)
            return f"SELECT count(*)::text FROM {rendering.bound(self.link.source, self.asked)} t WHERE {condition}"
        if isinstance(part, PageInfoNode):
            return part.made(rendering, there, first)
        if isinstance(part, Edges):
            node = f"coalesce({rendering.of_row(part.node, there)}, {BAILOUT_SQL})"
            agg = f"string_agg({node}, ',' ORDER BY {there}.page_number)"
            return (
                f"'[' || coalesce({agg} FILTER (WHERE {there}.page_number <= {first}), '') || ']'"
            )
        return part.sql(rendering, row)


@dataclass(frozen=True, slots=True)
class Total:
    """How many there are on all pages."""


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
    """What is known of the page as a whole, by name."""

    members: "tuple[tuple[str, PageInfoMember], ...]"

    def made(self, rendering: SqlBuilder, there: str, first: str) -> str:
        return members_of(
            (name, self._member(node, rendering, there, first)) for name, node in self.members
        )

    def _member(
        self, member: "PageInfoMember", rendering: SqlBuilder, there: str, first: str
    ) -> str:
        match member:
            case Constant():
                return member.sql(rendering, there)
            case HasNext():
                return f"coalesce(bool_or({there}.page_rows > {first}), false)::text"
            case FirstRow():
                chosen = f"{there}.page_number = 1"
            case Last():
                chosen = f"{there}.page_number = least({there}.page_rows, {first})"
        made = rendering.of_row(member.node, there)
        return f"coalesce(max({made}) FILTER (WHERE {chosen}), 'null')"


PagePart = Total | PageInfoNode | Edges
