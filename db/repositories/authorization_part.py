"""What every statement about rights has: the rights as rows, the limits on what they allow, what they deny."""

from collections.abc import Sequence
from enum import StrEnum

from db.repositories.cycle import IS_OVER
from rules.authority import MEMBER_OF_CELL, MEMBER_OF_ORGANISATION

SHAPES_KEPT = 256
"""Statements of some kilobytes each, by the shapes of rights that they select."""

IN_PLACE = "in_place"
CLASSES_OF_MEMBERS = frozenset({MEMBER_OF_CELL, MEMBER_OF_ORGANISATION})


class Shape(StrEnum):
    """How a right in a place, or a right that denies, finds its subjects."""

    CLASS = "class"
    CLASS_OF_MEMBERS = "class_of_members"
    PLACE = "place"
    EVERYTHING = "everything"


RIGHTS = """
SELECT * FROM unnest(
    CAST(:p_act AS text[]), CAST(:p_branch AS integer[]), CAST(:p_allows AS boolean[]),
    CAST(:p_relation AS text[]), CAST(:p_class AS text[]), CAST(:p_place AS text[]),
    CAST(:p_superior AS text[])
) AS g(act, branch, allows, relation, class_code, place, superior_id)
"""

RELATED_OF_CLASS, ONLY = "related_of_class", "only"
NEVER_ONESELF, NEVER_OWN_PROPOSAL = "never_oneself", "never_own_proposal"
ENDED_WITH_THE_YEAR = "ended_with_the_year"
LIMITS = {
    NEVER_ONESELF: """NOT (x.act = ANY(CAST(:p_never_oneself AS text[])) AND EXISTS (
           SELECT FROM appraisal a WHERE a.id = x.id
           AND (a.person_id = CAST(:p_person AS uuid) OR a.body_code = ANY(CAST(:p_leads AS text[])))))""",
    NEVER_OWN_PROPOSAL: """NOT (x.act = ANY(CAST(:p_never_own_proposal AS text[])) AND EXISTS (
           SELECT FROM act y WHERE y.actor_person_id = CAST(:p_person AS uuid) AND y.sequence = (
               SELECT max(z.sequence) FROM act z
               WHERE z.appraisal_id = x.id AND z.act = 'appraise')))
  AND NOT (x.act = ANY(CAST(:p_never_own_proposal AS text[])) AND EXISTS (
           SELECT FROM facts y WHERE y.recorded_by = CAST(:p_person AS uuid)
           AND y.appraisal_id = x.id AND y.version = (
               SELECT max(z.version) FROM facts z WHERE z.appraisal_id = x.id)))""",
    ENDED_WITH_THE_YEAR: f"""NOT (x.act = ANY(CAST(:p_ended_with_the_year AS text[]))
       AND {IS_OVER.format(year=":year")})""",
    ONLY: """(NOT EXISTS (SELECT FROM only_keys o WHERE o.act = x.act AND o.branch = x.branch)
       OR EXISTS (SELECT FROM only_keys o JOIN appraisal a ON a.id = x.id
                  WHERE o.act = x.act AND o.branch = x.branch
                  AND o.key = coalesce(a.body_code, CAST(a.person_id AS text))))""",
}
"""SQL conditions on `x` that limit what is allowed; a statement has only those that can apply."""
_ONLY_KEYS = """
only_keys AS MATERIALIZED (
    SELECT * FROM unnest(CAST(:p_only_act AS text[]), CAST(:p_only_branch AS integer[]),
                         CAST(:p_only_key AS text[])) AS o(act, branch, key)
),"""


_NONE = "SELECT CAST(NULL AS uuid), '', 0 WHERE false"


def without_denied(
    tables: str, allowed: Sequence[str], denied: Sequence[str], limits: frozenset[str]
) -> str:
    """The statement of what the queries `allowed` give without what `denied` give, within the limits."""
    conditions = [condition for name, condition in LIMITS.items() if name in limits]
    return f"""
WITH g AS MATERIALIZED ({RIGHTS}),
{_ONLY_KEYS if ONLY in limits else ""}
{tables}
allowed(id, act, branch) AS ({" UNION ALL ".join(allowed) or _NONE}),
denied(id, act, branch) AS ({" UNION ALL ".join(denied) or _NONE})
SELECT x.id AS appraisal_id, x.act, x.branch
FROM (SELECT * FROM allowed EXCEPT SELECT * FROM denied) x
WHERE {" AND ".join(conditions) or "true"}"""
