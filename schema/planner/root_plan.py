"""The plan of one root field: reads its arguments and rights, runs one SQL statement, fills the placeholders.

`RootPlan.answer` returns the JSON of the field, or None where graphql-core has to answer it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from graphql import GraphQLError

from db.facade import BAILOUT, PLACEHOLDER_MARK, Relation, Statement, compiler
from resolvers.authorization import actor as actors
from resolvers.errors import Problem, refuse_bad_year
from rules.enums import Act
from schema.context import Context
from schema.lru_cache import LRUCache
from schema.planner.argument import FixedArguments
from schema.planner.declaration import Answers, Finds, Follows, Guard, NotAnsweredError
from schema.planner.placeholder import fill_with_resolvers, fill_with_values
from schema.planner.plan_part import Details, Operation, PlaceholderField, RunningOperation
from schema.planner.plan_request import BoundValues, PlanRequest
from schema.planner.selection import Selection
from schema.planner.year_check import YEAR
from schema.read import Read


@dataclass(frozen=True, slots=True)
class StatementKey:
    """What a statement depends on beside the selection.

    The numbers of the pages that continue after a cursor, the relations of the lists that were looked up, and the
    shape (not the values) of each right.
    """

    continued: frozenset[int]
    links: tuple[Relation, ...]
    rights: tuple[str | None, ...]


STATEMENTS_MAX = 16
STATEMENTS_BYTES_MAX = 1024 * 1024
"""Statements of one root field: one for each combination of continued pages and shapes of rights."""

SQL_BYTES = 7
"""Bytes of memory for each character of a statement, with its selection. Measured with tracemalloc: 2 to 7."""

CONSTANT_KEY = StatementKey(frozenset(), (), ())
"""The key of a root field that has one statement only."""


@dataclass(frozen=True, slots=True)
class CompiledStatement:
    """A statement, and the fields that fill its placeholders."""

    statement: Statement
    placeholders: Sequence[PlaceholderField]
    has_answers: bool
    """Whether a resolver fills any of them: then an executor of graphql-core is needed."""


@dataclass
class RootPlan:
    """The plan of one root field; it compiles a statement once for each key.

    `outline` is the selection without rights and lists: it says what has to be looked up.
    """

    operation: Operation
    details: Details
    on_resize: Callable[[int], None] | None = None
    """Called with the change in bytes of the compiled statements."""
    outline: Selection = field(init=False)
    statements: LRUCache[StatementKey, CompiledStatement] = field(init=False)

    def __post_init__(self) -> None:
        """Raises NotPlannedError: the field holds something that only graphql-core answers."""
        self.statements = LRUCache(STATEMENTS_MAX, STATEMENTS_BYTES_MAX, self.on_resize)
        self.outline = Selection(self.operation)
        self.outline.root(self.details)
        fields = list(enumerate(self.outline.fields))
        self._found_lists = [
            (number, selected)
            for number, selected in fields
            if isinstance(selected.declaration, Finds)
        ]
        self._file_guards = [
            (number, selected) for number, selected in fields if selected.declaration is Guard.FILE
        ]
        self._year_fields = {selected.year_from for _, selected in self._file_guards}
        self._has_lookups = bool(self._found_lists or self._file_guards)
        self._has_variants = self._has_lookups or self.outline.has_pages
        root = fields[0][1].declaration if fields else None
        is_one_row = isinstance(root, Follows) and root.root is not None
        self._is_single_row = is_one_row and not self._has_variants
        self._plain_fields = frozenset(number for number, selected in fields if selected.is_plain)
        self._fixed_arguments = [
            selected.read_arguments.values
            if isinstance(selected.read_arguments, FixedArguments)
            else {}
            for _, selected in fields
        ]
        self._fields_with_year = [
            number for number, selected in fields if YEAR in selected.argument_names
        ]
        self._variable_arguments = [
            (number, selected.read_arguments)
            for number, selected in fields
            if not isinstance(selected.read_arguments, FixedArguments)
        ]
        self.needs_transaction = self._needs_transaction()

    def _needs_transaction(self) -> bool:
        """Whether the plan needs more from the database than its one statement."""
        has_answers = any(
            isinstance(selected.declaration, Answers) for selected in self.outline.placeholders
        )
        has_transactional_lookups = any(
            isinstance(selected.declaration, Finds) and not selected.declaration.reads_only
            for _, selected in self._found_lists
        )
        return has_answers or has_transactional_lookups or bool(self._file_guards)

    async def answer(self, running: RunningOperation, read: Read) -> bytes | None:
        """The JSON of the field; None where graphql-core has to answer it."""
        try:
            return await self.answer_or_raise(running, read)
        except (Problem, GraphQLError, NotAnsweredError):
            return None  # graphql-core resolves the field again, and places the same refusal in the answer

    async def answer_or_raise(self, running: RunningOperation, read: Read) -> bytes:
        """As `answer`. Raises Problem, GraphQLError, NotAnsweredError where graphql-core has to answer."""
        context: Context = running.context
        if self.outline.needs_levels and not context.sees_every_level:
            raise NotAnsweredError
        arguments = self._fixed_arguments.copy()
        for number, read_arguments in self._variable_arguments:
            arguments[number] = read_arguments(running.variables)
        for number in self._fields_with_year:
            refuse_bad_year(arguments[number][YEAR])
        request = PlanRequest(context, arguments)
        if self._has_lookups:
            await self._look_up(request)
        compiled = self._statement(request)
        bound = BoundValues(self.outline, request)
        values = bound.values(compiled.statement.parameters, self._plain_fields)
        text = await read(compiled.statement.sql, values, batched=self._is_single_row)
        if text is None:
            return b"null"
        if BAILOUT in text:
            raise NotAnsweredError
        if PLACEHOLDER_MARK not in text:
            return text
        fill = fill_with_resolvers if compiled.has_answers else fill_with_values
        return b"".join(
            await fill(running, compiled.placeholders, text.split(PLACEHOLDER_MARK), bound)
        )

    async def _look_up(self, request: PlanRequest) -> None:
        """Look up the lists, the years of the file rights, and the rights themselves."""
        context = request.context
        for number, selected in self._found_lists:
            assert isinstance(selected.declaration, Finds)  # noqa: S101 -- chosen so
            listing = await selected.declaration.find(context, request.arguments[number])
            request.lists[number] = listing
        for number in self._year_fields:
            find_year = getattr(self.outline.fields[number].declaration, "year", None)
            if find_year is not None:
                year = await find_year(context, request.arguments[number])
                if year is None:
                    raise NotAnsweredError
                request.years[number] = year
        for number, _ in self._file_guards:
            actor = await context.authorizer.actor()
            permitted = actors.permitted(context.policy, actor, Act.READ_FILE)
            request.rights[number] = permitted

    def _statement(self, request: PlanRequest) -> CompiledStatement:
        key = self._key(request) if self._has_variants else CONSTANT_KEY
        compiled = self.statements.get(key)
        if compiled is None:
            selection = Selection(self.operation, request.rights, request.lists, key.continued)
            statement = compiler.statement(selection.root(self.details))
            has_answers = any(
                isinstance(placeholder.declaration, Answers)
                for placeholder in selection.placeholders
            )
            compiled = CompiledStatement(statement, selection.placeholders, has_answers)
            self.statements.put(key, compiled, SQL_BYTES * len(statement.sql))
        return compiled

    def _key(self, request: PlanRequest) -> StatementKey:
        continued = frozenset(
            [
                number
                for number, arguments in enumerate(request.arguments)
                if arguments.get("after") is not None
            ]
        )
        if not self._has_lookups and not continued:
            return CONSTANT_KEY
        links = tuple(listing.link for listing in request.lists.values())
        rights = tuple(
            None if permitted is None else permitted.permits("")
            for permitted in request.rights.values()
        )
        return StatementKey(continued, links, rights)
