"""Compiles rights to one SQL condition that selects the appraisals on which an act is permitted.

A right (authz/right.py) is passed as one element of each of the arrays `:p_…`. Rights of one branch
belong together: a branch selects what it allows, except what it denies.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from db.repositories.authorization_check import IDS, selected_among
from db.repositories.authorization_part import (
    CLASSES_OF_MEMBERS,
    ENDED_WITH_THE_YEAR,
    IN_PLACE,
    NEVER_ONESELF,
    NEVER_OWN_PROPOSAL,
    ONLY,
    RELATED_OF_CLASS,
    SHAPES_KEPT,
    Shape,
    without_denied,
)
from db.repositories.person import held_in_year


@dataclass(frozen=True, slots=True)
class PermittedRight:
    """One right, in the words of `authz.right`; `class_code` None is any class, `place` None any place."""

    act: str
    branch: int
    allows: bool
    relation: str
    class_code: str | None
    place: str | None
    superior_id: str | None

    @property
    def shape(self) -> str:
        """How the right finds its subjects; it decides which parts the statement has."""
        if self.allows and self.relation != IN_PLACE:
            return self.relation
        if self.class_code in CLASSES_OF_MEMBERS:
            return Shape.CLASS_OF_MEMBERS
        if self.class_code is not None:
            return Shape.CLASS
        return Shape.PLACE if self.place is not None else Shape.EVERYTHING


@dataclass(frozen=True, slots=True)
class Permitted:
    """The rights of one person, and the bodies that the person leads.

    `never_oneself` are the acts that are forbidden on oneself and on a body that one leads;
    `never_own_proposal` those that are forbidden to the person who recorded the proposal or the facts in force;
    `ended_with_the_year` those that are forbidden in a closed year. `only` are triples of act, branch and key:
    a branch that is named there selects the subjects with these keys alone.
    """

    rights: Sequence[PermittedRight]
    person: UUID | None = None
    leads: Sequence[str] = ()
    never_oneself: Sequence[str] = ()
    never_own_proposal: Sequence[str] = ()
    ended_with_the_year: Sequence[str] = ()
    only: Sequence[tuple[str, int, str]] = ()

    def selected(self) -> str:
        """SQL statement: appraisals of the year `:year`, each with an act and the branch that permits it.

        It starts from the rights: for lists of whatever a person may do.
        """
        return _selected(*self._shapes(), frozenset(self._limits()))

    def selected_among(self, ids: str) -> str:
        """As `selected`, but only those of the appraisals whose ids the SQL query `ids` gives.

        It starts from these appraisals: it costs the same however many others the rights reach.
        """
        return selected_among(*self._shapes(), frozenset(self._limits())).replace(IDS, ids)

    def permits(self, appraisal_id: str) -> str:
        """SQL condition: an act is permitted on the one appraisal of the year `:year` with this id, an SQL expression."""
        return f"EXISTS ({self.selected_among(f'SELECT {appraisal_id}')})"

    def _shapes(self) -> tuple[frozenset[str], frozenset[str]]:
        """The shapes of the rights that allow, and of those that deny."""
        return (
            frozenset(right.shape for right in self.rights if right.allows),
            frozenset(right.shape for right in self.rights if not right.allows),
        )

    def _limits(self) -> Iterator[str]:
        """The limits of these rights, by their names in `LIMITS`."""
        acts = {right.act for right in self.rights}
        if any(right.shape in _RELATED and right.class_code for right in self.rights):
            yield RELATED_OF_CLASS
        if acts & {*self.never_oneself}:
            yield NEVER_ONESELF
        if acts & {*self.never_own_proposal}:
            yield NEVER_OWN_PROPOSAL
        if acts & {*self.ended_with_the_year}:
            yield ENDED_WITH_THE_YEAR
        if self.only:
            yield ONLY

    def condition(self) -> str:
        """SQL condition on an appraisal `t` of the year `:year`: one of the acts is permitted."""
        return f"t.id IN (SELECT z.appraisal_id FROM ({self.selected()}) z)"

    def bound(self, year: int) -> dict[str, object]:
        """The parameters of the statement and of the condition."""
        only = {
            "p_only_act": [act for act, _, _ in self.only],
            "p_only_branch": [branch for _, branch, _ in self.only],
            "p_only_key": [key for _, _, key in self.only],
        }
        return (only if self.only else {}) | {
            "year": year,
            "p_first": date(year, 1, 1),
            "p_last": date(year, 12, 31),
            "p_act": [right.act for right in self.rights],
            "p_branch": [right.branch for right in self.rights],
            "p_allows": [right.allows for right in self.rights],
            "p_relation": [right.relation for right in self.rights],
            "p_class": [right.class_code for right in self.rights],
            "p_place": [right.place for right in self.rights],
            "p_superior": [right.superior_id for right in self.rights],
            "p_person": self.person,
            "p_leads": list(self.leads),
            "p_never_oneself": list(self.never_oneself),
            "p_never_own_proposal": list(self.never_own_proposal),
            "p_ended_with_the_year": list(self.ended_with_the_year),
        }


_HELD_IN_YEAR = held_in_year(":p_first", ":p_last")
_OF_BODY = "appraisal a ON a.year = :year AND a.track = 'BODY' AND a.body_code"
_OF_OFFICIAL = "appraisal a ON a.year = :year AND a.track = 'OFFICIAL' AND a.person_id"
_OF_MEMBER = "appraisal a ON a.year = :year AND a.track = 'PARTY_MEMBER' AND a.person_id"

_IN_PLACE = """(w.place IS NULL OR EXISTS (SELECT FROM body_tree t
    WHERE t.ancestor_code = w.place AND t.body_code = {body}))"""
_OF_CLASS = f"""
SELECT a.id FROM body_class c JOIN {_OF_BODY} = c.body_code
WHERE c.class_code = w.class_code AND {_IN_PLACE.format(body="c.body_code")}
UNION ALL
SELECT a.id FROM post_class c
JOIN post p ON p.code = c.post_code
JOIN membership m ON m.post_code = p.code AND {_HELD_IN_YEAR}
JOIN {_OF_OFFICIAL} = m.person_id
WHERE c.class_code = w.class_code AND {_IN_PLACE.format(body="p.body_code")}
"""
_OF_CLASS_OF_MEMBERS = f"""
SELECT a.id FROM member_class c
JOIN membership m ON m.body_code = c.body_code AND m.post_code IS NULL AND {_HELD_IN_YEAR}
JOIN {_OF_MEMBER} = m.person_id
WHERE w.place IS NULL AND c.class_code = w.class_code
UNION ALL
SELECT a.id FROM body_tree t
JOIN member_class c ON c.body_code = t.body_code AND c.class_code = w.class_code
JOIN membership m ON m.body_code = c.body_code AND m.post_code IS NULL AND {_HELD_IN_YEAR}
JOIN {_OF_MEMBER} = m.person_id
WHERE t.ancestor_code = w.place
"""
_HOLDERS = {Shape.CLASS: _OF_CLASS, Shape.CLASS_OF_MEMBERS: _OF_CLASS_OF_MEMBERS}
"""SQL: the subjects of the class `w.class_code`, anywhere or in `w.place`; each part uses an index of its own."""


_MEMBERS = ", ".join(f"'{code}'" for code in sorted(CLASSES_OF_MEMBERS))
_IS_OF = {
    Shape.CLASS: f"class_code NOT IN ({_MEMBERS})",
    Shape.CLASS_OF_MEMBERS: f"class_code IN ({_MEMBERS})",
}


def _standing_at(bodies: str) -> str:
    """SQL: the subjects of any class at one of the bodies: the body itself, its officials, its members."""
    return f"""
SELECT a.id FROM ({bodies}) o JOIN {_OF_BODY} = o.body_code
UNION ALL
SELECT a.id FROM ({bodies}) o
JOIN post p ON p.body_code = o.body_code
JOIN membership m ON m.post_code = p.code AND {_HELD_IN_YEAR}
JOIN {_OF_OFFICIAL} = m.person_id
UNION ALL
SELECT a.id FROM ({bodies}) o
JOIN membership m ON m.body_code = o.body_code AND m.post_code IS NULL AND {_HELD_IN_YEAR}
JOIN {_OF_MEMBER} = m.person_id
"""


_BELOW = "SELECT t.body_code FROM body_tree t WHERE t.ancestor_code = w.place"
_LED = "SELECT unnest(CAST(:p_leads AS text[])) AS body_code"
_SUBORDINATE = "SELECT d.body_code FROM subordinate d WHERE d.rater_id = w.superior_id"
_SUBORDINATES = """
subordinate AS MATERIALIZED (
    SELECT d.rater_id, d.body_code FROM direct_superior d WHERE d.rater_id IN (SELECT superior_id FROM g)
),"""

_RELATED = {
    "subject": f"""
SELECT a.id FROM appraisal a WHERE a.year = :year AND a.person_id = CAST(:p_person AS uuid)
UNION ALL
SELECT a.id FROM ({_LED}) o JOIN {_OF_BODY} = o.body_code""",
    "managed": f"""
SELECT a.id FROM ({_LED}) o JOIN body b ON b.parent_code = o.body_code JOIN {_OF_BODY} = b.code
UNION ALL
SELECT a.id FROM ({_standing_at(_LED)}) s JOIN appraisal a ON a.id = s.id AND a.track <> 'BODY'""",
    "subordinate": f"""
{_standing_at(_SUBORDINATE)}
UNION ALL
SELECT a.id FROM ({_SUBORDINATE}) o JOIN rater r ON r.scope_body_code = o.body_code
JOIN appraisal a ON a.year = :year AND a.rater_id = r.id""",
    "anybody": "SELECT a.id FROM appraisal a WHERE a.year = :year",
}
"""SQL: the subjects of each relation that is not a place; of the class of the right, if it has one."""


def _related(relation: str) -> str:
    return f"""
SELECT s.id, w.act, w.branch, w.class_code
FROM (SELECT * FROM g WHERE g.allows AND g.relation = '{relation}') w
CROSS JOIN LATERAL ({_RELATED[relation]}) s"""


def _all_related(relations: Sequence[str], *, of_class: bool) -> str:
    """SQL: the subjects of all relations; the class is read once, as planning its view takes 2 MiB each time."""
    condition = """
WHERE s.class_code IS NULL OR EXISTS (SELECT FROM appraisal_standing c
    WHERE c.appraisal_id = s.id AND c.class_code = s.class_code)"""
    related = " UNION ALL ".join(map(_related, relations))
    return f"SELECT s.id, s.act, s.branch FROM ({related}) s{condition if of_class else ''}"


def _held(shape: Shape) -> str:
    """SQL: the subjects of rights of this shape; coalesce makes two NULL places equal, so that the join can be hashed."""
    return f"""
SELECT s.id, g.act, g.branch FROM g JOIN held_{shape} s ON s.class_code = g.class_code
    AND coalesce(s.place, '') = coalesce(g.place, '')
WHERE {{condition}}"""


_IN_PLACE_OF = {
    Shape.CLASS: _held(Shape.CLASS),
    Shape.CLASS_OF_MEMBERS: _held(Shape.CLASS_OF_MEMBERS),
    Shape.PLACE: f"""
SELECT s.id, w.act, w.branch
FROM (SELECT * FROM g WHERE g.class_code IS NULL AND g.place IS NOT NULL AND {{condition}}) w
CROSS JOIN LATERAL ({_standing_at(_BELOW)}) s""",
    Shape.EVERYTHING: """
SELECT a.id, g.act, g.branch FROM g JOIN appraisal a ON a.year = :year
WHERE g.class_code IS NULL AND g.place IS NULL AND {condition}""",
}


def _holders(shape: Shape) -> str:
    return f"""
held_{shape} AS MATERIALIZED (
    SELECT w.class_code, w.place, s.id
    FROM (SELECT DISTINCT class_code, place FROM g
          WHERE {_IS_OF[shape]} AND (relation = 'in_place' OR NOT allows)) w
    CROSS JOIN LATERAL ({_HOLDERS[shape]}) s
),"""


@lru_cache(SHAPES_KEPT)
def _selected(allowed: frozenset[str], denied: frozenset[str], limits: frozenset[str]) -> str:
    """The statement with only the parts and limits that these shapes of rights need: PostgreSQL plans every part,
    even one that selects nothing.
    """
    every = [
        _IN_PLACE_OF[shape].format(condition="g.allows AND g.relation = 'in_place'")
        for shape in Shape
        if shape in allowed
    ]
    relations = [relation for relation in _RELATED if relation in allowed]
    every += [_all_related(relations, of_class=RELATED_OF_CLASS in limits)] if relations else []
    no = [
        _IN_PLACE_OF[shape].format(condition="NOT g.allows") for shape in Shape if shape in denied
    ]
    tables = f"""
{_SUBORDINATES if "subordinate" in allowed else ""}
{"".join(_holders(shape) for shape in _HOLDERS if shape in allowed | denied)}"""
    return without_denied(tables, every, no, limits)
