"""A root field answered by its plan: arguments, rights, one statement, and the holes of its text."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import GraphQLError
from graphql.execution.executor import CollectedErrors, Executor
from graphql.pyutils import Path

from db.json_sql import compiler
from db.json_sql.compiler import BAILOUT, PLACEHOLDER_MARK, Parameter, Statement
from db.json_sql.cursor import cursor_key_of_list, seal
from db.json_sql.relation import Relation
from db.repositories.authorization_filter import Permitted
from resolvers.authorization import actor as actors
from resolvers.errors import Problem, refuse_bad_year
from rules.enums import Act
from schema.context import Context
from schema.lru_cache import LRUCache
from schema.pagination import FoundList, opened, refuse_size
from schema.planner.argument import Fixed
from schema.planner.declaration import (
    Answers,
    Fills,
    Finds,
    Follows,
    Guard,
    NotAnsweredError,
    as_asked,
)
from schema.planner.plan_part import (
    Cursor,
    Details,
    Filled,
    Operation,
    PageField,
    Running,
    Settles,
)
from schema.planner.selection import Selection
from schema.planner.year_check import YEAR
from schema.read import Read


@dataclass(frozen=True, slots=True)
class Key:
    """What a statement depends on beside the selection: its links, which pages go on, shapes of rights."""

    continued: frozenset[int]
    links: tuple[Relation, ...]
    rights: tuple[str | None, ...]


NOTHING = orjson.Fragment(b"")
"""Fills a hole that only tells something."""

STATEMENTS_MAX = 16
STATEMENTS_BYTES_MAX = 1024 * 1024
"""Of one root field: each page that goes on or not, and each shape of rights, makes another statement."""

SQL_BYTES = 7
"""What a statement takes with its selection, for each character. Measured with tracemalloc: 2 to 7 bytes."""

ALWAYS = Key(frozenset(), (), ())
"""Of what depends on nothing else."""


@dataclass(frozen=True, slots=True)
class Made:
    """A statement, and whoever fills its holes."""

    statement: Statement
    filled: Sequence[Filled]
    has_answers: bool
    """Whether resolvers fill any of them, with all that graphql-core needs for that."""


@dataclass
class PlanRequest:
    """One request to a plan: the arguments of each place, by its number, and what was looked up for it."""

    context: Context
    arguments: Sequence[Mapping[str, Any]]
    lists: dict[int, FoundList] = field(default_factory=dict)
    rights: dict[int, Permitted | None] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)
    carried: dict[int, Mapping[str, object]] = field(default_factory=dict)


@dataclass
class RootPlan:
    """The plan of one root field; its statements are made once for each key."""

    operation: Operation
    details: Details
    resized: Callable[[int], None] | None = None
    """Is told what the statements take."""
    outline: Selection = field(init=False)
    made: LRUCache[Key, Made] = field(init=False)

    def __post_init__(self) -> None:
        """Raises NotPlannedError: the field holds something that only graphql-core answers."""
        self.made = LRUCache(STATEMENTS_MAX, STATEMENTS_BYTES_MAX, self.resized)
        self.outline = Selection(self.operation)
        self.outline.root(self.details)
        asked = list(enumerate(self.outline.asked))
        self._finds = [(number, one) for number, one in asked if isinstance(one.declaration, Finds)]
        self._files = [(number, one) for number, one in asked if one.declaration is Guard.FILE]
        self._years = {one.year_of for _, one in self._files}
        self._depends = bool(self._finds or self._files)
        self._varies = self._depends or self.outline.has_pages
        root = asked[0][1].declaration if asked else None
        is_one_row = isinstance(root, Follows) and root.root is not None
        self._is_short = is_one_row and not self._varies
        self._plain = frozenset(number for number, one in asked if one.is_plain)
        self._fixed = [
            one.argued.values if isinstance(one.argued, Fixed) else {} for _, one in asked
        ]
        self._takes_year = [number for number, one in asked if YEAR in one.named]
        self._not_fixed = [(n, one.argued) for n, one in asked if not isinstance(one.argued, Fixed)]
        self.needs_transaction = self._needs_transaction()

    def _needs_transaction(self) -> bool:
        """Whether more than its statement has to be asked of the database."""
        holes = any(isinstance(one.declaration, Answers) for one in self.outline.filled)
        looks = any(
            isinstance(one.declaration, Finds) and not one.declaration.reads_only
            for _, one in self._finds
        )
        return holes or looks or bool(self._files)

    async def answer(self, running: Running, read: Read) -> bytes | None:
        """The JSON of the field; None where graphql-core has to answer it."""
        try:
            return await self.answer_or_raise(running, read)
        except (Problem, GraphQLError, NotAnsweredError):
            return None  # asked anew, the field gives the same refusal at its place in the answer

    async def answer_or_raise(self, running: Running, read: Read) -> bytes:
        """As `answer`. Raises Problem, GraphQLError, NotAnsweredError where graphql-core has to answer."""
        context: Context = running.context
        if self.outline.needs_levels and not context.sees_every_level:
            raise NotAnsweredError
        arguments = self._fixed.copy()
        for number, argued in self._not_fixed:
            arguments[number] = argued(running.variables)
        for number in self._takes_year:
            refuse_bad_year(arguments[number][YEAR])
        asking = PlanRequest(context, arguments)
        if self._depends:
            await self._look_up(asking)
        made = self._made(asking)
        bound = _Bound(self.outline, asking)
        values = bound.values(made.statement.parameters, self._plain)
        text = await read(made.statement.sql, values, batched=self._is_short)
        if text is None:
            return b"null"
        if BAILOUT in text:
            raise NotAnsweredError
        if PLACEHOLDER_MARK not in text:
            return text
        fill = _answered if made.has_answers else _filled
        return b"".join(await fill(running, made.filled, text.split(PLACEHOLDER_MARK), bound))

    async def _look_up(self, asking: PlanRequest) -> None:
        """Lists, the years that rights hold for, and the rights."""
        context = asking.context
        for number, one in self._finds:
            assert isinstance(one.declaration, Finds)  # noqa: S101 -- chosen so
            found = await one.declaration.find(context, asking.arguments[number])
            asking.lists[number] = found
        for number in self._years:
            year_of = getattr(self.outline.asked[number].declaration, "year", None)
            if year_of is not None:
                year = await year_of(context, asking.arguments[number])
                if year is None:
                    raise NotAnsweredError
                asking.years[number] = year
        for number, _ in self._files:
            actor = await context.authorities.actor()
            whom = actors.permitted(context.policy, actor, Act.READ_FILE)
            asking.rights[number] = whom

    def _made(self, asking: PlanRequest) -> Made:
        key = self._key(asking) if self._varies else ALWAYS
        found = self.made.get(key)
        if found is None:
            selection = Selection(self.operation, asking.rights, asking.lists, key.continued)
            made = compiler.statement(selection.root(self.details))
            has_answers = any(isinstance(one.declaration, Answers) for one in selection.filled)
            found = Made(made, selection.filled, has_answers)
            self.made.put(key, found, SQL_BYTES * len(made.sql))
        return found

    def _key(self, asking: PlanRequest) -> Key:
        continued = frozenset(
            [
                number
                for number, arguments in enumerate(asking.arguments)
                if arguments.get("after") is not None
            ]
        )
        if not self._depends and not continued:
            return ALWAYS
        links = tuple(found.link for found in asking.lists.values())
        rights = tuple(None if whom is None else whom.selected() for whom in asking.rights.values())
        return Key(continued, links, rights)


@dataclass
class _Bound:
    """The values of a statement's places, and of its pages."""

    outline: Selection
    asking: PlanRequest
    keys: dict[int, bytes] = field(default_factory=dict)

    def values(self, slots: Sequence[Parameter], plain: frozenset[int]) -> list[object]:
        """The values of a statement; at `plain` places they are the arguments themselves."""
        arguments = self.asking.arguments
        known: dict[int, Mapping[str, object]] = {}
        found = []
        for slot in slots:
            number = slot.field_number
            if number in plain:
                values = arguments[number]
            elif number in known:
                values = known[number]
            else:
                values = known[number] = self._bound(number)
            found.append(values[slot.name])
        return found

    def _bound(self, number: int) -> Mapping[str, object]:
        declaration = self.outline.asked[number].declaration
        arguments = self.asking.arguments[number]
        if declaration is Guard.FILE:
            whom = self.asking.rights[number]
            return {} if whom is None else actors.bound(whom, self._year(number))
        if isinstance(declaration, Finds):
            found = self.asking.lists[number]
            values = found.arguments | _keys(found.parent)
            return values | self._window(number, found.link, found.parent)
        values = {**getattr(declaration, "bind", as_asked)(self.asking.context, arguments)}
        if isinstance(declaration, Follows) and declaration.root:
            values |= _keys(declaration.root(self.asking.context, arguments))
        if isinstance(declaration, Follows) and "first" in arguments:
            values |= self._window(number, declaration.link, self._parent(number))
        return values

    def _year(self, number: int) -> int:
        of = self.outline.asked[number].year_of
        years = self.asking.years
        year: int = years[of] if of in years else self.asking.arguments[of]["year"]
        return year

    def _parent(self, number: int) -> Mapping[str, object]:
        """The row that a page hangs on, as far as it is known before: the root's, by its key."""
        root = self.outline.asked[0].declaration
        if not (self.outline.asked[number].is_of_root and isinstance(root, Follows) and root.root):
            return {}
        return root.root(self.asking.context, self.asking.arguments[0])

    def _window(
        self, number: int, link: Relation, parent: Mapping[str, object]
    ) -> dict[str, object]:
        """How many rows, after which, and what the cursor carries. Raises BadInput, NotAnsweredError."""
        arguments = self.asking.arguments[number]
        refuse_size(arguments["first"])
        window: dict[str, object] = {"first": arguments["first"]}
        after = arguments.get("after")
        if after is None:
            return window
        if any(column not in parent for _, column in link.on):
            raise NotAnsweredError
        place, carried = opened(link, self.key(number), link.key(parent) or (), after)
        self.asking.carried[number] = carried
        return window | {f"after_{i}": str(one) for i, one in enumerate(place)} | carried

    def key(self, number: int) -> bytes:
        """What the cursors of a page are sealed with: the same for all of its edges."""
        if number not in self.keys:
            self.keys[number] = self._key(number)
        return self.keys[number]

    def _key(self, number: int) -> bytes:
        declaration = self.outline.asked[number].declaration
        secret = self.asking.context.cursor_secret
        if isinstance(declaration, Finds):
            found = self.asking.lists[number]
            return cursor_key_of_list(secret, found.link, found.arguments)
        assert isinstance(declaration, Follows)  # noqa: S101 -- only lists have pages
        return cursor_key_of_list(secret, declaration.link, {})

    def arguments_of(self, number: int) -> Mapping[str, object]:
        """The arguments of the page's link, with those that its cursor carried."""
        found = self.asking.lists.get(number)
        return {**(found.arguments if found else {}), **self.asking.carried.get(number, {})}


def _keys(parent: Mapping[str, object]) -> dict[str, object]:
    return {f"key_{name}": value for name, value in parent.items()}


async def _filled(
    _: Running, filled: Sequence[Filled], parts: list[bytes], bound: _Bound
) -> list[bytes]:
    """The parts of a text with its holes filled by values alone."""
    for place in range(1, len(parts), 2):
        hole, values = _hole(parts[place], filled)
        parts[place] = orjson.dumps(_value(hole, values, bound))
    return parts


async def _answered(
    running: Running, filled: Sequence[Filled], parts: list[bytes], bound: _Bound
) -> list[bytes]:
    """The same by resolvers, too; what graphql-core refuses in one of them, it refuses in whole."""
    executor = _anew(running.executor)
    values: list[Any] = []
    for part in parts[1::2]:
        hole, given = _hole(part, filled)
        values.append(
            _resolved(executor, hole, hole.declaration, given)
            if isinstance(hole.declaration, Answers)
            else _value(hole, given, bound)
        )
    waiting = [place for place, value in enumerate(values) if executor.is_awaitable(value)]
    answers = await asyncio.gather(*(values[place] for place in waiting), return_exceptions=True)
    if executor.collected_errors.errors or any(isinstance(one, Exception) for one in answers):
        raise NotAnsweredError
    for place, answer in zip(waiting, answers, strict=True):
        values[place] = answer
    parts[1::2] = [orjson.dumps(value) for value in values]
    return parts


def _hole(part: bytes, filled: Sequence[Filled]) -> tuple[Filled, Sequence[Any]]:
    """Who fills a hole, and the values it goes by."""
    number, _, given = part.partition(b":")
    return filled[int(number)], orjson.loads(given)


def _resolved(
    executor: Executor[Any], hole: Filled, declaration: Answers, values: Sequence[Any]
) -> Any:  # noqa: ANN401 -- any value of the graph, or one to wait for
    path = Path(None, hole.details[0].node.name.value, hole.parent.name)
    return executor.execute_field(
        hole.parent, declaration.source(*values), hole.details, path, None
    )


def _value(hole: Filled, values: Sequence[Any], bound: _Bound) -> object:
    match hole.declaration:
        case Fills(fill=fill):
            return fill(*values)
        case Cursor() as cursor:
            return _cursor(cursor, values, bound)
        case PageField(declaration=declaration, asked=asked):
            return declaration.fill(bound.asking.lists[asked], bound.arguments_of(asked))
        case Settles(names=names, asked=asked):
            bound.asking.carried[asked] = dict(zip(names, values, strict=True))
            return NOTHING
        case Answers():
            raise AssertionError("resolvers answer these")


def _cursor(cursor: Cursor, values: Sequence[Any], bound: _Bound) -> str:
    count = len(cursor.link.order)
    parents = values[count:]
    if cursor.of_arguments:
        parents = cursor.link.key(bound.asking.lists[cursor.asked].parent) or ()
    arguments = bound.arguments_of(cursor.asked)
    along = [arguments[name] for name in cursor.link.carried]
    return seal(bound.key(cursor.asked), parents, [*values[:count], *along])


def _anew(executor: Executor[Any]) -> Executor[Any]:
    """An executor of the same operation whose errors are its own."""
    made = copy(executor)
    made.collected_errors = CollectedErrors()
    return made
