"""How an operation runs: who may ask at all, and its one transaction."""

from collections.abc import AsyncIterator

from graphql import ExecutionResult, FieldNode, GraphQLError, OperationDefinitionNode, OperationType
from strawberry.extensions import SchemaExtension

from resolvers import policies
from resolvers.callers import Nobody
from resolvers.errors import BadInput, Problem, StalePolicy, not_signed_in
from schema.context import Context

OPEN_TO_ALL = {"__schema", "__type", "__typename", "_service"}
"""What anybody may ask: the schema itself."""


class OneTransaction(SchemaExtension):
    """Opens the transaction of the operation; nobody who is not signed in gets that far."""

    async def on_execute(self) -> AsyncIterator[None]:
        context: Context = self.execution_context.context
        if self._asks_for_the_schema_only():
            yield
            return
        if isinstance(context.caller, Nobody):
            # A result that is there already is not computed again.
            self.execution_context.result = ExecutionResult(
                data=None, errors=[said(not_signed_in())]
            )
            yield
            return
        if self._commands() > 1:
            self.execution_context.result = ExecutionResult(data=None, errors=[said(one_command())])
            yield
            return
        async with context.transactions() as connection:
            context.begin(connection)
            if self._commands() and not await self._holds_policy(context):
                yield
                return
            yield
            await context.loaders.settled()
            if self._commands() and getattr(self.execution_context.result, "errors", None):
                await connection.rollback()

    async def _holds_policy(self, context: Context) -> bool:
        """Whoever commits does so by the policy that is active, until the transaction ends."""
        try:
            await policies.hold(context.connection, context.policy)
        except StalePolicy as cause:
            self.execution_context.result = ExecutionResult(data=None, errors=[said(cause)])
            return False
        return True

    def _operations(self) -> list[OperationDefinitionNode]:
        document = self.execution_context.graphql_document
        nodes = document.definitions if document else ()
        return [node for node in nodes if isinstance(node, OperationDefinitionNode)]

    def _asks_for_the_schema_only(self) -> bool:
        operations = self._operations()
        return bool(operations) and all(
            isinstance(field, FieldNode) and field.name.value in OPEN_TO_ALL
            for operation in operations
            for field in operation.selection_set.selections
        )

    def _commands(self) -> int:
        """How many commands the mutations of the document may hold at most."""
        return max(
            (
                _fields(operation)
                for operation in self._operations()
                if operation.operation is OperationType.MUTATION
            ),
            default=0,
        )


def _fields(operation: OperationDefinitionNode) -> int:
    """A fragment at the root counts as two: it may hold any number of fields."""
    return sum(
        1 if isinstance(field, FieldNode) else 2 for field in operation.selection_set.selections
    )


def one_command() -> BadInput:
    return BadInput(
        vi="mutation: mỗi yêu cầu chỉ một lệnh, viết trực tiếp ở gốc",
        en="mutation: one command for each request, written at the root itself",
        field="mutation",
    )


def said(cause: Problem) -> GraphQLError:
    return GraphQLError(cause.en, original_error=cause)
