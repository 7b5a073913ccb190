"""Reviews: the posts and the cell of a person, and the places of past reviews (QĐ124:Đ7.2)."""

from db.json_sql.relation import Relation

_SEATS = """
(SELECT m.id, m.person_id, m.since, m.until, m.post_code, p.rank, p.title,
        ARRAY(SELECT c.class_code FROM post_class c WHERE c.post_code = p.code) AS classes, b.code, b.kind, b.tier, b.parent_code,
        l.kind AS leads_kind,
        (SELECT x.code FROM body x WHERE x.leads_code = b.code AND x.kind = 'LEADERSHIP_COLLECTIVE'
            AND x.dissolved_on IS NULL ORDER BY x.code LIMIT 1) AS collective_code
 FROM membership m
 JOIN body b ON b.code = m.body_code
 LEFT JOIN post p ON p.code = m.post_code
 LEFT JOIN body l ON l.code = b.leads_code)
"""
SEATS = Relation(
    _SEATS,
    on=(("person_id", "person_id"),),
    where="t.since <= :day AND (t.until IS NULL OR t.until >= :day)",
    order=("since", "id"),
)
"""The posts and the cell of a person on a day, with the columns that the rules of places need."""

_HELD = """
(SELECT a.body_code, a.person_id, a.year, x.payload->>'place' AS place,
        max(CAST(x.payload->>'held_on' AS date)) AS held_on
 FROM act x JOIN appraisal a ON a.id = x.appraisal_id
 WHERE x.payload->>'kind' = 'review' GROUP BY 1, 2, 3, 4)
"""
HELD_OF_PERSON = Relation(_HELD, on=(("person_id", "person_id"), ("year", "year")))
"""The last day of review at each place in a year, in any track."""
HELD_OF_BODY = Relation(_HELD, on=(("body_code", "body_code"), ("year", "year")))
