"""Every error that leaves the graph: an expected refusal with its code, or one masked with an id."""

from collections.abc import AsyncIterator, Mapping
from uuid import uuid4

import structlog
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from resolvers.errors import Problem
from schema.context import Context

log = structlog.get_logger()

INVALID = "GRAPHQL_INVALID"
INTERNAL = "INTERNAL"
MASKED = {
    "vi": "Lỗi bên trong; mã tra cứu {id}",
    "en": "Internal error; look-up id {id}",
}


class Errors(SchemaExtension):
    """Gives every error a stable `code`; what nobody foresaw is logged and masked."""

    async def on_operation(self) -> AsyncIterator[None]:
        yield
        result = self.execution_context.result
        errors = getattr(result, "errors", None)
        if errors:
            context: Context = self.execution_context.context
            result.errors = [said(error, context.language) for error in errors]  # type: ignore[union-attr]  # a result with errors has them


def said(error: GraphQLError, language: str) -> GraphQLError:
    """The error as the caller may see it, in the caller's language."""
    cause = error.original_error
    if isinstance(cause, Problem):
        return _anew(error, cause.said(language), cause.extensions)
    if cause is None or isinstance(cause, GraphQLError):
        return _anew(error, error.message, {"code": INVALID} | (error.extensions or {}))
    identifier = uuid4().hex
    log.error("internal_error", id=identifier, path=error.path, exc_info=cause)
    return _anew(
        error, MASKED[language].format(id=identifier), {"code": INTERNAL, "id": identifier}
    )


def _anew(error: GraphQLError, message: str, extensions: Mapping[str, object]) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=dict(extensions),
    )
