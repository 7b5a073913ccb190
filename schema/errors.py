"""Formats the errors of the graph: a refusal with its code, or an unexpected exception masked with an id."""

from enum import StrEnum
from typing import Any
from uuid import uuid4

import structlog
from graphql import GraphQLError

from resolvers.errors import Problem

log = structlog.get_logger()


class GraphErrorCode(StrEnum):
    """Codes of errors that have no exception class of ours."""

    INVALID = "GRAPHQL_INVALID"
    INTERNAL = "INTERNAL"


INVALID, INTERNAL = GraphErrorCode.INVALID.value, GraphErrorCode.INTERNAL.value
MASKED = {
    "vi": "Lỗi bên trong; mã tra cứu {id}",
    "en": "Internal error; look-up id {id}",
}


def as_error(fault: GraphQLError | Problem, language: str) -> dict[str, Any]:
    """The error as the caller may see it: a message in the caller's language, path, locations and code.

    An unexpected exception is logged as `internal_error`; the caller gets only its id.
    """
    if isinstance(fault, Problem):
        return {"message": fault.localized_message(language), "extensions": dict(fault.extensions)}
    cause = fault.original_error
    shown: dict[str, Any] = dict(fault.formatted)
    if isinstance(cause, Problem):
        return shown | as_error(cause, language)
    if cause is None or isinstance(cause, GraphQLError):
        return shown | {"extensions": {"code": INVALID} | (fault.extensions or {})}
    identifier = uuid4().hex
    log.error("internal_error", id=identifier, path=fault.path, exc_info=cause)
    message = MASKED[language].format(id=identifier)
    return shown | {"message": message, "extensions": {"code": INTERNAL, "id": identifier}}
