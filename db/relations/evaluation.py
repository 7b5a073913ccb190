"""Evaluations: all ratings below a body in a year, or their changes since a moment."""

from collections.abc import Collection
from dataclasses import replace
from enum import StrEnum

from db.json_sql.relation import AccessPath, Relation, Snapshot
from db.relations.appraisal import LISTED, OF_YEAR
from db.repositories import change as changes
from db.repositories.authorization_filter import Permitted
from db.repositories.name_search import words_beginning


class Order(StrEnum):
    """The order of the list; ID is the fastest, for clients that read the whole list."""

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
_FEW_PATH = AccessPath(f"NOT {_MANY}", _BELOW)
_ACCESS_PATHS = (_FEW_PATH, AccessPath(_MANY, f"({_BELOW}) IS TRUE"))
"""For few bodies, PostgreSQL joins from them to their appraisals. For many it filters the rows in the order of the
list until the page is full: IS TRUE prevents the join."""

_NAMED_IN_ORDER = """
(SELECT a.*, s.sort_key, coalesce(a.due, DATE '9999-12-31') AS due_order
 FROM {subject} s CROSS JOIN LATERAL (
    SELECT a.* FROM appraisal a WHERE a.{column} = s.{key} AND a.year = :of_year OFFSET 0) a)
"""
_BY_NAME = (
    _FEW_PATH,
    AccessPath(
        _MANY,
        f"({_BELOW}) IS TRUE",
        (
            _NAMED_IN_ORDER.format(subject="person", column="person_id", key="id"),
            _NAMED_IN_ORDER.format(subject="body", column="body_code", key="code"),
        ),
    ),
)
"""For many bodies, PostgreSQL goes through the persons and through the bodies by name, and looks each appraisal up,
until the page is full: OFFSET 0 prevents that it joins all of them and sorts them."""

_THERE = "EXISTS (SELECT FROM body x WHERE x.code = :under) AND :life = (SELECT life FROM {now})"
SNAPSHOT = Snapshot(changes.NOW, ("snapshot", "life"), _THERE)
_SINCE_THERE = " AND :since_life = :life"

_TOTAL = f"""
SELECT CAST(coalesce((SELECT sum(x.total) FROM tally x WHERE x.body_code = :under AND x.year = :of_year), 0)
    + (SELECT count(*) FROM appraisal t WHERE t.year = :of_year AND t.excluded IS NOT NULL AND {_BELOW})
    - (SELECT count(*) FROM (SELECT t.* FROM appraisal t WHERE {changes.NOT_SEEN_YET} OFFSET 0) t
       WHERE t.year = :of_year AND {_BELOW}) AS bigint)
"""
"""The total without counting every row: the tallies of the place, plus the excluded subjects, minus the rows that
changed after the moment. Those are few and are read first (OFFSET prevents another plan)."""

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


def evaluations(filters: Collection[str], whom: Permitted | None, order: Order) -> Relation:
    """The evaluations below `:under` in `:of_year` that pass the filters named, and that `whom` may see (None: all)."""
    where = [*(_FILTERS[name] for name in filters), changes.SEEN]
    if whom is not None:
        where.insert(0, whom.condition())
    source, columns = _ORDERS[order]
    total = "" if filters or whom else _TOTAL
    paths = _BY_NAME if order is Order.NAME else _ACCESS_PATHS
    return Relation(source, OF_YEAR, " AND ".join(where), columns, SNAPSHOT, total, paths)


def changed_since(link: Relation, *, continued: bool) -> Relation:
    """The rows of the list that changed after `:since`; continued: after the row `:last` of what `:until` sees."""
    where = f"{link.condition} AND {changes.NOT_SEEN}"
    if continued:
        where = f"{where} AND {changes.NOT_ON_EARLIER_PAGE}"
    snapshot = replace(SNAPSHOT, condition=SNAPSHOT.condition + _SINCE_THERE)
    # Few rows have changed, so they are read first, and the access paths are not needed.
    return replace(link, where=where, access_paths=(), total="", snapshot=snapshot)
