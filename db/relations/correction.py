"""Relations of the corrections of a year and of their lists of changes."""

from db.json_sql.relation import Relation

OF_YEAR = Relation(
    "(SELECT c.*, x.at FROM correction c JOIN act x USING (sequence))",
    on=(("year", "year"),),
    order=("sequence",),
)
"""The corrections of a year, the oldest first, each with the time of its act."""

CHANGES = Relation(
    "(SELECT c.*, o.year, a.track, a.body_code, a.person_id FROM correction_change c "
    "JOIN correction o USING (sequence) LEFT JOIN appraisal a ON a.id = c.appraisal_id)",
    on=(("sequence", "sequence"),),
    order=("place",),
)
"""The changes of a correction, in the order of its list, with the columns of the subject of an appraisal."""

APPRAISAL = Relation("appraisal", on=(("id", "appraisal_id"),), to_one=True)
GROUP = Relation("peer_group", on=(("code", "peer_group_code"),), to_one=True)
