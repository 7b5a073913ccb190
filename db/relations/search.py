"""Search: bodies and persons of a year by name, in Vietnamese order."""

from collections.abc import Sequence

from db.json_sql.relation import Relation
from db.relations.appraisal import OF_YEAR
from db.repositories.name_search import words_beginning

Search = tuple[Relation, dict[str, object]]

_BODIES = "(SELECT CAST(:year AS integer) AS year, b.* FROM body b)"
_STANDS = (
    "(t.founded_on IS NULL OR t.founded_on <= make_date(:year, 12, 31)) "
    "AND (t.dissolved_on IS NULL OR t.dissolved_on >= make_date(:year, 1, 1))"
)
_PERSONS = f"""(SELECT CAST(:year AS integer) AS year, p.* FROM person p
    WHERE {words_beginning("p", ":named")} OFFSET 0)"""
"""OFFSET makes PostgreSQL use the index of names first: most names are rare."""
_HELD = (
    "m.since <= make_date(:year, 12, 31) AND (m.until IS NULL OR m.until >= make_date(:year, 1, 1))"
)
_BELOW = "IN (SELECT x.body_code FROM body_tree x WHERE x.ancestor_code = :under)"
_NAMED = words_beginning("t", ":named")


def bodies(year: int, named: str, under: str | None, kinds: Sequence[str] | None) -> Search:
    """The bodies of a year by name; `named` is made by `db.repositories.name_search.query`."""
    where, arguments = [_NAMED, _STANDS], {"year": year, "named": named}
    if under is not None:
        where.append(f"t.code {_BELOW}")
    if kinds is not None:
        where.append("t.kind = ANY(CAST(:kinds AS text[]))")
    filters = {"under": under, "kinds": kinds}
    arguments |= {name: value for name, value in filters.items() if value is not None}
    return Relation(_BODIES, OF_YEAR, " AND ".join(where), ("sort_key", "code")), arguments


def persons(year: int, named: str, under: str | None) -> Search:
    """The persons who held a post or belonged to a cell in the year, anywhere or below a body."""
    place = "" if under is None else f" AND m.body_code {_BELOW}"
    held = f"EXISTS (SELECT FROM membership m WHERE m.person_id = t.id AND {_HELD}{place})"
    arguments = {"year": year, "named": named} | ({} if under is None else {"under": under})
    return Relation(_PERSONS, OF_YEAR, held, ("sort_key", "id")), arguments
