"""Appraisals: single rows, and lists by rights."""

from dataclasses import replace

from db.json_sql.relation import Relation
from db.repositories.authorization_filter import Permitted
from db.repositories.cycle import IS_OVER

LISTED = "listed_appraisal"

BY_ID = Relation("appraisal", on=(("id", "id"),), to_one=True)
BODY = Relation("body", on=(("code", "body_code"),), to_one=True)
PERSON = Relation("person", on=(("id", "person_id"),), to_one=True)
POST = Relation("post", on=(("code", "post_code"),), to_one=True)
PEER_GROUP = Relation("peer_group", on=(("code", "peer_group_code"),), to_one=True)
CYCLE = Relation("cycle", on=(("year", "year"),), to_one=True)
COMPUTATION = Relation("computation", on=(("appraisal_id", "id"),), to_one=True)
ACTS = Relation("act", on=(("appraisal_id", "id"),), order=("sequence",))
LEVELS_UNTIL = Relation(
    "act",
    on=(("appraisal_id", "id"),),
    where="t.act IN ('rate', 'annul') "
    "AND CAST(t.at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date) <= CAST(:day AS date)",
    order=("sequence",),
)
"""The acts that gave or took a level, up to the end of a day in Vietnam."""
ACTOR = Relation("person", on=(("id", "actor_person_id"),), to_one=True)
ACTOR_POST = Relation("post", on=(("code", "actor_post_code"),), to_one=True)
ON_BEHALF_OF = Relation("rater", on=(("id", "on_behalf_rater_id"),), to_one=True)
POSTS_OF_YEAR = Relation(
    "person_post",
    on=(("person_id", "person_id"),),
    where="t.since <= make_date(:year, 12, 31) AND (t.until IS NULL OR t.until >= make_date(:year, 1, 1))",
    order=("rank_order", "code"),
)

OF_YEAR = (("year", "year"),)
EVERY = Relation(LISTED, on=OF_YEAR, order=("sort_key", "id"))


def permitted_to(whom: Permitted) -> Relation:
    """The appraisals of a year on which the rights permit an act, by name."""
    return replace(EVERY, where=whom.condition())


def listed(whom: Permitted | None) -> Relation:
    """As above; None means rights to all appraisals."""
    return EVERY if whom is None else permitted_to(whom)


def gaps(whom: Permitted) -> Relation:
    """The subjects without a rater, those with too few officers (`:too_few`), and those that no quota counts."""
    return replace(EVERY, where=f"(NOT ({whom.condition()}) OR {AMONG} OR {GROUPLESS})")


WARNING = "{row[payload]}->>'warning'"
ENDS_PROPOSAL = "({row[payload]}->>'ends_proposal')"
"""Expressions over the row of an act: its warning, and whether it ended a proposal."""

GROUPLESS = "t.peer_group_code IS NULL AND t.excluded IS NULL"
AMONG = "t.id = ANY(CAST(:too_few AS uuid[]))"
TOO_FEW = replace(EVERY, where=AMONG)
"""The appraisals of a year with too few officers, by name."""


def not_permitted_in_group(whom: Permitted) -> Relation:
    """The appraisals of one peer group and year."""
    on = (*OF_YEAR, ("peer_group_code", "peer_group_code"))
    return replace(EVERY, on=on, where=f"NOT {whom.permits('t.id')}")


def work_of(whom: Permitted) -> Relation:
    """The worklist of a rater: appraisals to decide, or to appraise before a proposal exists; by due day and name."""
    source = f"""
(SELECT l.*, CASE WHEN w.rates THEN 'rate' ELSE 'appraise' END AS next_act
 FROM (SELECT z.appraisal_id, bool_or(z.act = 'rate') AS rates FROM ({whom.selected()}) z GROUP BY 1) w
 JOIN {LISTED} l ON l.id = w.appraisal_id
 WHERE l.stage <> 'DECIDED' AND l.excluded IS NULL AND (w.rates OR l.stage <> 'PROPOSED'))
"""
    return Relation(source, on=OF_YEAR, order=("due_order", "sort_key", "id"))


OVERDUE_DAYS = (
    "CASE WHEN {row[due]} IS NOT NULL AND {row[stage]} <> 'DECIDED' AND {row[excluded]} IS NULL "
    f"AND NOT {IS_OVER.format(year='{row[year]}')} "
    "THEN greatest(0, CAST(:day AS date) - {row[due]}) END"
)
"""The delay in days, as `resolvers.queries.appraisal.overdue_days` computes it, as an expression over a row."""
