"""Evaluations: all ratings below a body in a year that the caller may see, or their changes since a moment."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from uuid import UUID

from db.json_sql.cursor import BadCursorError, cursor_key, seal, unseal
from db.json_sql.relation import Relation
from db.relations.evaluation import Order, changed_since, evaluations
from db.repositories.authorization_filter import Permitted
from db.repositories.change import Moment, now
from resolvers.errors import not_of_this_list, pull_anew

__all__ = [
    "ChangePosition",
    "EvaluationQuery",
    "Listing",
    "Moment",
    "Order",
    "Scope",
    "listing",
    "moment_of",
    "now",
]


@dataclass(frozen=True, slots=True)
class EvaluationQuery:
    """The filters; None does not filter. `named` is a result of `db.repositories.name_search.query`."""

    tracks: Sequence[str] | None = None
    kinds: Sequence[str] | None = None
    levels: Sequence[str] | None = None
    stages: Sequence[str] | None = None
    peer_group: str | None = None
    rater: str | None = None
    named: str | None = None


FILTERS = tuple(field.name for field in fields(EvaluationQuery))


@dataclass(frozen=True, slots=True)
class Scope:
    """A body with all bodies below it, in a year, limited to what the caller may see (None: everything)."""

    year: int
    under: str
    whom: Permitted | None = None


@dataclass(frozen=True, slots=True)
class ChangePosition:
    """A position among the changes in one life of the database: after all changes that `snapshot` sees; or between
    `snapshot` and `until`, after the evaluation `last`.
    """

    life: str
    snapshot: str
    until: str | None = None
    last: str | None = None

    def refuse_other_life(self, now: "ChangePosition", field: str) -> None:
        """Raises PullAnew if the database has started another life since."""
        if self.life != now.life:
            raise pull_anew(field)


def moment_of(arguments: Mapping[str, object]) -> ChangePosition:
    """The moment of a list, as the position from which its changes are read later."""
    return ChangePosition(str(arguments["life"]), str(arguments["snapshot"]))


@dataclass(frozen=True, slots=True)
class Listing:
    """The list as a relation with its arguments, and the key for the cursors of its changes."""

    link: Relation
    arguments: dict[str, object]
    key: bytes

    def at(self, cursor: str, field: str) -> ChangePosition:
        """The position of a cursor. Raises BadInput: it is not a cursor of this list."""
        try:
            return ChangePosition(*unseal(self.key, (), cursor))
        except BadCursorError as fault:
            raise not_of_this_list(field) from fault

    def cursor(self, at: ChangePosition) -> str:
        parts = (at.life, at.snapshot, at.until, at.last)
        return seal(self.key, (), [part for part in parts if part is not None])

    def since(self, at: ChangePosition) -> "Listing":
        """The evaluations of this list that changed after a position."""
        arguments = {**self.arguments, "since": at.snapshot, "since_life": at.life}
        continued = at.until is not None and at.last is not None
        if continued:
            arguments |= {"until": at.until, "last": UUID(at.last)}
        link = changed_since(self.link, continued=continued)
        return replace(self, link=link, arguments=arguments)

    def as_of(self, moment: Moment) -> "Listing":
        """The list at a moment that is read before it."""
        return replace(self, arguments={**self.arguments, **asdict(moment)})


def listing(
    secret: bytes, place: Scope, query: EvaluationQuery, order: Order = Order.ID
) -> Listing:
    """The evaluations of a scope.

    Every page shows the state committed at the moment of the first page, which its cursors carry; later
    changes come with the changes since then.
    """
    values = ((name, getattr(query, name)) for name in FILTERS)  # `asdict` would copy each value
    filters = {name: value for name, value in values if value is not None}
    rights = place.whom.bound(place.year) if place.whom else {}
    arguments: dict[str, object] = {"under": place.under, **filters, **rights}
    return Listing(
        evaluations(filters, place.whom, order),
        {**arguments, "of_year": place.year},
        cursor_key(secret, "changes", place.year, arguments),
    )
