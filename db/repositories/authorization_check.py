"""Compiles rights to one SQL statement that checks some appraisals, whose ids are known.

It gives the same rows as `db.repositories.authorization_filter`, which starts from the rights; it starts from these
appraisals, so that it costs the same however many others the rights reach.
"""

from functools import lru_cache

from db.repositories.authorization_part import (
    RELATED_OF_CLASS,
    SHAPES_KEPT,
    Shape,
    without_denied,
)
from db.repositories.person import held_in_year

_HELD_IN_YEAR = held_in_year(":p_first", ":p_last")
IDS = "{ids}"
"""Stands in a statement that starts from some appraisals for the query of their ids."""
_AMONG = f"""
appraised AS MATERIALIZED (
    SELECT a.id, a.track, a.body_code, a.person_id, a.rater_id
    FROM ({IDS}) i(id) JOIN appraisal a ON a.id = i.id AND a.year = :year
),
holding AS MATERIALIZED (
    SELECT a.id, a.track, a.body_code, c.class_code
    FROM appraised a LEFT JOIN body_class c ON c.body_code = a.body_code
    WHERE a.track = 'BODY'
    UNION ALL
    SELECT a.id, a.track, p.body_code, c.class_code
    FROM appraised a JOIN membership m ON m.person_id = a.person_id AND {_HELD_IN_YEAR}
    JOIN post p ON p.code = m.post_code LEFT JOIN post_class c ON c.post_code = p.code
    WHERE a.track = 'OFFICIAL'
    UNION ALL
    SELECT a.id, a.track, m.body_code, c.class_code
    FROM appraised a JOIN membership m ON m.person_id = a.person_id AND m.post_code IS NULL AND {_HELD_IN_YEAR}
    LEFT JOIN member_class c ON c.body_code = m.body_code
    WHERE a.track = 'PARTY_MEMBER'
),"""
"""SQL: some appraisals, and why each is in a class and where: by the body itself, a post held, a cell belonged to."""

_LIES_IN_PLACE = """(g.place IS NULL OR EXISTS (SELECT FROM body_tree t
    WHERE t.ancestor_code = g.place AND t.body_code = h.body_code))"""
_AMONG_IN_PLACE = {
    Shape.CLASS: f"""
SELECT h.id, g.act, g.branch FROM g JOIN holding h ON h.class_code = g.class_code
WHERE {{condition}} AND {_LIES_IN_PLACE}""",
    Shape.PLACE: f"""
SELECT h.id, g.act, g.branch FROM g CROSS JOIN holding h
WHERE g.class_code IS NULL AND g.place IS NOT NULL AND {{condition}} AND {_LIES_IN_PLACE}""",
    Shape.EVERYTHING: """
SELECT a.id, g.act, g.branch FROM g CROSS JOIN appraised a
WHERE g.class_code IS NULL AND g.place IS NULL AND {condition}""",
}
_AMONG_RELATED = {
    "subject": """a.person_id = CAST(:p_person AS uuid) OR a.body_code = ANY(CAST(:p_leads AS text[]))""",
    "managed": """
    EXISTS (SELECT FROM body b WHERE b.code = a.body_code AND b.parent_code = ANY(CAST(:p_leads AS text[])))
    OR EXISTS (SELECT FROM holding h
               WHERE h.id = a.id AND h.track <> 'BODY' AND h.body_code = ANY(CAST(:p_leads AS text[])))""",
    "subordinate": """
    EXISTS (SELECT FROM superior u WHERE u.id = a.id AND u.rater_id = g.superior_id)""",
    "anybody": "true",
}
"""SQL conditions on the appraisal `a` and the right `g`, by the relations of `authorization_filter._RELATED`."""
_SUPERIORS = """
superior AS MATERIALIZED (
    SELECT h.id, (SELECT d.rater_id FROM direct_superior d WHERE d.body_code = h.body_code) AS rater_id
    FROM (SELECT DISTINCT id, body_code FROM holding) h
    UNION ALL
    SELECT a.id, (SELECT d.rater_id FROM direct_superior d WHERE d.body_code = r.scope_body_code)
    FROM appraised a JOIN rater r ON r.id = a.rater_id
),"""
"""SQL: the committees directly above the bodies of some appraisals, and above the raters that rated them."""


def _among_related(relation: str) -> str:
    return f"""
SELECT a.id, g.act, g.branch FROM g CROSS JOIN appraised a
WHERE g.allows AND g.relation = '{relation}' AND ({_AMONG_RELATED[relation]})
  AND (g.class_code IS NULL OR EXISTS (SELECT FROM holding h WHERE h.id = a.id AND h.class_code = g.class_code))"""


@lru_cache(SHAPES_KEPT)
def selected_among(allowed: frozenset[str], denied: frozenset[str], limits: frozenset[str]) -> str:
    """The statement for these shapes of rights, from the appraisals with the ids `IDS`."""
    every = [
        _AMONG_IN_PLACE[shape].format(condition="g.allows AND g.relation = 'in_place'")
        for shape in _merged(allowed)
    ]
    every += [_among_related(relation) for relation in _AMONG_RELATED if relation in allowed]
    no = [_AMONG_IN_PLACE[shape].format(condition="NOT g.allows") for shape in _merged(denied)]
    tables = _AMONG + (_SUPERIORS if "subordinate" in allowed else "")
    return without_denied(tables, every, no, limits - {RELATED_OF_CLASS})


def _merged(shapes: frozenset[str]) -> list[Shape]:
    """The shapes of rights by place; classes of members are in one part with the other classes."""
    parts = {Shape.CLASS if shape == Shape.CLASS_OF_MEMBERS else shape for shape in shapes}
    return [shape for shape in Shape if shape in parts]
