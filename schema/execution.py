"""How an operation runs: who may ask at all, and its one transaction."""

from collections.abc import AsyncIterator

from graphql import ExecutionResult, FieldNode, GraphQLError, OperationDefinitionNode
from strawberry.extensions import SchemaExtension

from resolvers.callers import Nobody
from resolvers.errors import Unauthenticated
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
            self.execution_context.result = ExecutionResult(data=None, errors=[not_signed_in()])
            yield
            return
        async with context.transactions() as connection:
            context.begin(connection)
            yield

    def _asks_for_the_schema_only(self) -> bool:
        document = self.execution_context.graphql_document
        operations = [
            node
            for node in (document.definitions if document else ())
            if isinstance(node, OperationDefinitionNode)
        ]
        return bool(operations) and all(
            isinstance(field, FieldNode) and field.name.value in OPEN_TO_ALL
            for operation in operations
            for field in operation.selection_set.selections
        )


def not_signed_in() -> GraphQLError:
    cause = Unauthenticated(
        vi="Chưa đăng nhập: cần tiêu đề Authorization: Bearer <token>",
        en="Not signed in: the header Authorization: Bearer <token> is needed",
    )
    return GraphQLError(cause.en, original_error=cause)
