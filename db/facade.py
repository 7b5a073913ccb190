"""The part of the database that the graph may use; an import contract lets `schema/` import this file alone."""

from db.connection.recent_text import RecentTexts
from db.connection.replica import read_from_primary
from db.connection.timeout import with_timeout
from db.enums import BodyKind, Rank, Tier
from db.errors import UnavailableError
from db.json_sql import compiler, page, relation
from db.json_sql.compiler import (
    BAILOUT,
    PLACEHOLDER_MARK,
    Constant,
    Form,
    JsonNode,
    Member,
    Object,
    Parameter,
    Statement,
)
from db.json_sql.cursor import BadCursorError, cursor_key_of_list, seal, unseal
from db.json_sql.relation import PageWindow, Relation, Row, order_values
from db.relations import (
    appraisal as appraisals,
    body as bodies,
    compliance as offices,
    correction as corrections,
    delegation as delegations,
    document as documents,
    finding as findings,
    peer_group as peer_groups,
    person as persons,
    post as posts,
    rater as raters,
    review as reviews,
    search,
)
from db.repositories import name_search
from db.repositories.authorization_filter import Permitted
from db.repositories.subject import Subject

__all__ = [
    "BAILOUT",
    "PLACEHOLDER_MARK",
    "BadCursorError",
    "BodyKind",
    "Constant",
    "Form",
    "JsonNode",
    "Member",
    "Object",
    "PageWindow",
    "Parameter",
    "Permitted",
    "Rank",
    "RecentTexts",
    "Relation",
    "Row",
    "Statement",
    "Subject",
    "Tier",
    "UnavailableError",
    "appraisals",
    "bodies",
    "compiler",
    "corrections",
    "cursor_key_of_list",
    "delegations",
    "documents",
    "findings",
    "name_search",
    "offices",
    "order_values",
    "page",
    "peer_groups",
    "persons",
    "posts",
    "raters",
    "read_from_primary",
    "relation",
    "reviews",
    "seal",
    "search",
    "unseal",
    "with_timeout",
]
