"""Evaluations: everything under a body in a year that the caller may see, or what changed of it since."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from enum import StrEnum
from uuid import UUID

from db.json_sql.cursor import BadCursorError, cursor_key, seal, unseal
from db.json_sql.relation import Relation, Snapshot
from db.repositories import change as changes
from db.repositories.authorization_filter import Permitted
from db.repositories.change import Moment, now
from db.repositories.name_search import words_beginning
from resolvers.errors import not_of_this_list, pull_anew
from resolvers.queries.appraisal import LISTED, OF_YEAR

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


class Order(StrEnum):
    """How the list is sorted; ID is the quickest, for whoever pulls it all."""

    ID = "ID"
    NAME = "NAME"
    DUE = "DUE"


_ORDERS = {
    Order.ID: ("appraisal", ("id",)),
    Order.NAME: (LISTED, ("sort_key", "id")),
    Order.DUE: (LISTED, ("due_order", "sort_key", "id")),
}

MANY_BODIES = 100
_BELOW = "t.home_body_code IN (SELECT x.body_code FROM body_tree x WHERE x.ancestor_code = :under)"
_MANY = f"""(SELECT count(*) FROM (
    SELECT FROM body_tree x WHERE x.ancestor_code = :under LIMIT {MANY_BODIES + 1}) x) > {MANY_BODIES}"""
_ACCESS_PATHS = ((f"NOT {_MANY}", _BELOW), (_MANY, f"({_BELOW}) IS TRUE"))
"""For few bodies, PostgreSQL joins from them to their appraisals. For many it filters the rows in the order of the
list until the page is full: IS TRUE prevents the join."""

_THERE = "EXISTS (SELECT FROM body x WHERE x.code = :under) AND :life = (SELECT life FROM {now})"
SNAPSHOT = Snapshot(changes.NOW, ("snapshot", "life"), _THERE)
_SINCE_THERE = " AND :since_life = :life"

_TOTAL = f"""
SELECT CAST(coalesce((SELECT sum(x.total) FROM tally x WHERE x.body_code = :under AND x.year = :of_year), 0)
    + (SELECT count(*) FROM appraisal t WHERE t.year = :of_year AND t.excluded IS NOT NULL AND {_BELOW})
    - (SELECT count(*) FROM (SELECT t.* FROM appraisal t WHERE {changes.NOT_SEEN_YET} OFFSET 0) t
       WHERE t.year = :of_year AND {_BELOW}) AS bigint)
"""
"""How many there are, without counting them: those that the tallies of the place hold, and whoever is left
out, less those that changed after the moment: few, and found first (OFFSET keeps it so)."""

_FILTERS = {
    "tracks": "t.track = ANY(CAST(:tracks AS text[]))",
    "kinds": "t.home_body_code IN (SELECT x.code FROM body x WHERE x.kind = ANY(CAST(:kinds AS text[])))",
    "levels": "t.level = ANY(CAST(:levels AS text[]))",
    "stages": "t.stage = ANY(CAST(:stages AS text[]))",
    "peer_group": "t.peer_group_code = :peer_group",
    "rater": "t.rater_id = :rater",
    "named": f"""t.id IN (
        SELECT y.id FROM body x JOIN appraisal y ON y.body_code = x.code WHERE {words_beginning("x", ":named")}
        UNION ALL
        SELECT y.id FROM person x JOIN appraisal y ON y.person_id = x.id WHERE {words_beginning("x", ":named")})""",
}


@dataclass(frozen=True, slots=True)
class EvaluationQuery:
    """Which evaluations; None does not filter. `named` is as `db.repositories.name_search.query` writes it."""

    tracks: Sequence[str] | None = None
    kinds: Sequence[str] | None = None
    levels: Sequence[str] | None = None
    stages: Sequence[str] | None = None
    peer_group: str | None = None
    rater: str | None = None
    named: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to look: a body and all below it, in a year, as far as the caller may see (None: everybody)."""

    year: int
    under: str
    whom: Permitted | None = None


@dataclass(frozen=True, slots=True)
class ChangePosition:
    """A place among the changes of a life of the database: after all that `snapshot` sees; or on the way
    from there to what `until` sees, after the evaluation `last`.
    """

    life: str
    snapshot: str
    until: str | None = None
    last: str | None = None

    def refuse_other_life(self, now: "ChangePosition", field: str) -> None:
        """Raises PullAnew where the database has begun another life since."""
        if self.life != now.life:
            raise pull_anew(field)


def moment_of(arguments: Mapping[str, object]) -> ChangePosition:
    """The moment of a list, as the place among its changes from which a pull goes on."""
    return ChangePosition(str(arguments["life"]), str(arguments["snapshot"]))


@dataclass(frozen=True, slots=True)
class Listing:
    """The list as a relation with its arguments, and the key of the cursors of its changes."""

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
        return seal(self.key, (), [one for one in astuple(at) if one is not None])

    def since(self, at: ChangePosition) -> "Listing":
        """The evaluations of this list that changed after a position."""
        where = f"{self.link.condition} AND {changes.NOT_SEEN}"
        arguments = {**self.arguments, "since": at.snapshot, "since_life": at.life}
        if at.until is not None and at.last is not None:
            where = f"{where} AND {changes.NOT_GIVEN}"
            arguments |= {"until": at.until, "last": UUID(at.last)}
        snapshot = replace(SNAPSHOT, condition=SNAPSHOT.condition + _SINCE_THERE)
        # Few rows have changed, so they are read first, and the access paths are not needed.
        link = replace(self.link, where=where, access_paths=(), total="", snapshot=snapshot)
        return replace(self, link=link, arguments=arguments)

    def as_of(self, moment: Moment) -> "Listing":
        """The same list at a moment that is read before the list."""
        return replace(self, arguments={**self.arguments, **asdict(moment)})


def listing(
    secret: bytes, place: Scope, query: EvaluationQuery, order: Order = Order.ID
) -> Listing:
    """The evaluations of a scope.

    Every page shows the state committed at the moment of the first page, which its cursors carry; later
    changes come with the changes since then.
    """
    filters = {name: value for name, value in asdict(query).items() if value is not None}
    where = [*(_FILTERS[name] for name in filters), changes.SEEN]
    rights = place.whom.bound(place.year) if place.whom else {}
    if place.whom is not None:
        where.insert(0, place.whom.condition())
    arguments: dict[str, object] = {"under": place.under, **filters, **rights}
    source, columns = _ORDERS[order]
    total = "" if filters or place.whom else _TOTAL
    return Listing(
        Relation(source, OF_YEAR, " AND ".join(where), columns, SNAPSHOT, total, _ACCESS_PATHS),
        {**arguments, "of_year": place.year},
        cursor_key(secret, "changes", place.year, arguments),
    )
