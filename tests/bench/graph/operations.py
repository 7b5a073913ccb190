"""The operations of the comparison: unchanged journeys, and a person with about fifteen values."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

JOURNEYS = Path(__file__).parents[2] / "end_to_end" / "journeys"
STATEMENTS = Path(__file__).parent / "statements"

POINT = """query Point($id: ID!, $year: Int!) {
  person(id: $id) {
    id
    name
    rating(year: $year) { level decidedOn rater { section name } document { number date } }
    memberships { since post { code title rank body { code name } } }
  }
}
"""
POINT_PERSON = """
SELECT CAST(a.person_id AS text) FROM appraisal a
JOIN membership m ON m.person_id = a.person_id AND m.post_code IS NOT NULL
WHERE a.year = 2023 AND a.track = 'OFFICIAL' AND a.document_number IS NOT NULL
GROUP BY a.person_id HAVING count(*) = 1 ORDER BY a.person_id LIMIT 1
"""
"""One who was rated, with the decision's paper, and holds a post."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, with what must be reached of the limit and against PostGraphile."""

    name: str
    title: str
    query: str
    variables: dict[str, Any]
    of_limit: float
    times_postgraphile: float
    by_service_account: bool = False


def operations(person: str) -> tuple[Operation, ...]:
    """All operations; `person` is the subject of the point query."""
    hierarchy, evaluations = _journey("01"), _journey("08")
    district = {"code": "ht.thach-ha", "year": 2023}
    everything = {"year": 2023, "under": "ht", "since": None, "after": None}
    return (
        Operation("hierarchy", "journey 01, a district", hierarchy, district, 0.8, 3),
        Operation("hierarchy", "journey 01, ht", hierarchy, district | {"code": "ht"}, 0.8, 3),
        Operation("point", "one person", POINT, {"id": person, "year": 2023}, 0.6, 2),
        Operation(
            "evaluations",
            "journey 08, 500",
            evaluations,
            everything,
            0.8,
            4,
            by_service_account=True,
        ),
    )


def _journey(number: str) -> str:
    (path,) = JOURNEYS.glob(f"{number}-*.graphql")
    return path.read_text(encoding="utf-8")
