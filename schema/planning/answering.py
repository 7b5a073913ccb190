"""A root field answered by its plan: rights, arguments, one statement, and the holes of its text."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import GraphQLError
from graphql.execution.executor import CollectedErrors, Executor
from graphql.pyutils import Path

from db import json_text
from db.json_text import BROKEN, HOLE, Slot, Statement
from db.links import BadCursorError, Link, cursor, cursor_values
from db.permitted import Permitted
from resolvers import actors
from resolvers.errors import Problem
from rules.words import Act
from schema.context import Context
from schema.paging import FIRST_MAX
from schema.planning.declarations import Answers, Fills, Follows, Guard, Permits, as_asked
from schema.planning.selecting import Cursor, Details, Filled, Operation, Rights, Selection

Read = Callable[[str, Sequence[object]], Awaitable[bytes | None]]
"""Runs a statement that gives one text, as UTF-8."""

Arguments = Sequence[Mapping[str, Any]]
"""The arguments of each place of the selection, by its number."""


class NotAnsweredError(Exception):
    """The plan has no clean answer; graphql-core gives one, with its errors."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a statement depends on beside the selection: which pages go on, and the shapes of rights."""

    continued: frozenset[int]
    rights: tuple[tuple[int, str | None], ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A statement, and whoever fills its holes."""

    statement: Statement
    filled: Sequence[Filled]


@dataclass
class RootPlan:
    """The plan of one root field; its statements are made once for each key."""

    operation: Operation
    details: Details
    outline: Selection = field(init=False)
    made: dict[Key, Made] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises NotPlannedError: the field holds something that only graphql-core answers."""
        self.outline = Selection(self.operation, {})
        self.outline.root(self.details)

    async def answer(self, executor: Executor[Any], read: Read) -> bytes | None:
        """The JSON of the field; None where graphql-core has to answer it."""
        try:
            return await self._answer(executor, read)
        except (Problem, BadCursorError, GraphQLError, NotAnsweredError):
            return None  # asked anew, the field gives the same refusal at its place in the answer

    async def _answer(self, executor: Executor[Any], read: Read) -> bytes:
        context: Context = executor.context_value
        if self.outline.needs_levels and not context.authorities.sees_every_level:
            raise NotAnsweredError
        arguments = [one.argued(executor.variable_values) for one in self.outline.asked]
        years = await self._years(context, arguments)
        rights = await self._rights(context, arguments)
        made = self._made(arguments, rights)
        bound = _Bound(self.outline, context, arguments, rights, years)
        text = await read(made.statement.sql, [bound.value(slot) for slot in made.statement.slots])
        if text is None:
            return b"null"
        if BROKEN in text:
            raise NotAnsweredError
        if HOLE in text:
            return await _fill(executor, made.filled, text)
        return text

    async def _years(self, context: Context, arguments: Arguments) -> dict[int, int]:
        """The years of roots whose arguments name none."""
        found: dict[int, int] = {}
        for number, one in enumerate(self.outline.asked):
            year_of = getattr(one.declaration, "year", None)
            if year_of is not None and self._guards_by(number):
                year = await year_of(context, arguments[number])
                if year is None:
                    raise NotAnsweredError
                found[number] = year
        return found

    def _guards_by(self, number: int) -> bool:
        return any(
            one.declaration is Guard.FILE and one.year_of == number for one in self.outline.asked
        )

    async def _rights(self, context: Context, arguments: Arguments) -> dict[int, Permitted | None]:
        found: dict[int, Permitted | None] = {}
        for number, one in enumerate(self.outline.asked):
            if isinstance(one.declaration, Permits):
                found[number] = await one.declaration.load(context, arguments[number])
            elif one.declaration is Guard.FILE:
                actor = await context.authorities.actor()
                found[number] = actors.permitted(context.policy, actor, Act.READ_FILE)
        return found

    def _made(self, arguments: Arguments, rights: Rights) -> Made:
        continued = frozenset(
            number for number, asked in enumerate(arguments) if asked.get("after") is not None
        )
        shapes = tuple(
            (number, None if whom is None else whom.selected()) for number, whom in rights.items()
        )
        key = Key(continued, shapes)
        if key not in self.made:
            selection = Selection(self.operation, rights, continued)
            made = json_text.statement(selection.root(self.details))
            self.made[key] = Made(made, selection.filled)
        return self.made[key]


@dataclass
class _Bound:
    """The values of a statement's places."""

    outline: Selection
    context: Context
    arguments: Arguments
    rights: Rights
    years: Mapping[int, int]
    known: dict[int, Mapping[str, object]] = field(default_factory=dict)

    def value(self, slot: Slot) -> object:
        if slot.asked not in self.known:
            self.known[slot.asked] = self._values(slot.asked)
        return self.known[slot.asked][slot.name]

    def _values(self, number: int) -> Mapping[str, object]:
        declaration = self.outline.asked[number].declaration
        asked = self.arguments[number]
        bind = getattr(declaration, "bind", as_asked)
        values = dict(bind(self.context, asked))
        if isinstance(declaration, Follows) and declaration.root:
            key = declaration.root(self.context, asked)
            values |= {f"key_{name}": value for name, value in key.items()}
        if isinstance(declaration, Permits):
            values |= {f"key_{name}": value for name, value in asked.items()}
        whom = self.rights.get(number)
        if whom is not None:
            values |= actors.bound(whom, self._year(number))
        if "first" in asked:
            values |= _page(self._link(number), asked)
        return values

    def _link(self, number: int) -> Link:
        declaration = self.outline.asked[number].declaration
        if isinstance(declaration, Permits):
            return declaration.link_of(self.rights[number])
        assert isinstance(declaration, Follows)  # noqa: S101 -- only lists have pages
        return declaration.link

    def _year(self, number: int) -> int:
        of = self.outline.asked[number].year_of
        year: int = self.years[of] if of in self.years else self.arguments[of]["year"]
        return year


def _page(link: Link, asked: Mapping[str, Any]) -> dict[str, object]:
    first, after = asked["first"], asked.get("after")
    if not 1 <= first <= FIRST_MAX:
        raise NotAnsweredError
    if after is None:
        return {"first": first}
    return {"first": first} | {
        f"after_{i}": one for i, one in enumerate(cursor_values(link, after))
    }


async def _fill(executor: Executor[Any], filled: Sequence[Filled], text: bytes) -> bytes:
    """The text with its holes filled; what graphql-core refuses in one of them, it refuses in whole."""
    own = _anew(executor)
    parts = text.split(HOLE)
    values: list[Any] = []
    for hole in parts[1::2]:
        number, _, given = hole.partition(b":")
        values.append(_filled(own, filled[int(number)], orjson.loads(given)))
    waiting = [place for place, value in enumerate(values) if executor.is_awaitable(value)]
    answers = await asyncio.gather(*(values[place] for place in waiting), return_exceptions=True)
    for place, answer in zip(waiting, answers, strict=True):
        values[place] = answer
    if own.collected_errors.errors or any(isinstance(one, Exception) for one in answers):
        raise NotAnsweredError
    parts[1::2] = [orjson.dumps(value) for value in values]
    return b"".join(parts)


def _filled(executor: Executor[Any], hole: Filled, values: Sequence[Any]) -> Any:  # noqa: ANN401 -- any value of the graph, or one to wait for
    match hole.declaration:
        case Cursor(link=link):
            return cursor(link, dict(zip(link.order, values, strict=True)))
        case Fills(fill=fill):
            return fill(*values)
        case Answers(source=source):
            path = Path(None, hole.details[0].node.name.value, hole.parent.name)
            return executor.execute_field(hole.parent, source(*values), hole.details, path, None)


def _anew(executor: Executor[Any]) -> Executor[Any]:
    """An executor of the same operation whose errors are its own."""
    made = copy(executor)
    made.collected_errors = CollectedErrors()
    return made
