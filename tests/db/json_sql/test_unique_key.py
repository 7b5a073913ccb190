"""A relation leads to one row only if a unique key proves it; the most used relations of plans do."""

import importlib
import pkgutil

import pytest

import db.relations
from db.json_sql.relation import AccessPath, Relation
from tests.db.json_sql.unique_keys import leads_to_one

ON_BODY = (("body_code", "code"),)
YEAR, TRACK = "t.year = :year", "t.track = 'BODY'"


@pytest.mark.parametrize(
    ("link", "is_one"),
    [
        (Relation("body", (("code", "code"),)), True),
        (Relation("body", (("parent_code", "code"),)), False),
        (Relation("body", (("code", "code"),), "t.kind = :kind OR true"), True),
        (Relation("appraisal", ON_BODY, f"{YEAR} AND {TRACK}"), True),
        (Relation("appraisal", ON_BODY, f"{YEAR}\n    AND {TRACK} AND t.level IS NOT NULL"), True),
        (Relation("appraisal", ON_BODY, YEAR), False),
        (Relation("appraisal", ON_BODY, f"{YEAR} AND t.track = ANY(:tracks)"), False),
        (Relation("appraisal", ON_BODY, f"{YEAR} OR {TRACK}"), False),
        (Relation("appraisal", ON_BODY, f"{YEAR} AND (t.level IS NULL OR {TRACK})"), False),
        (Relation("appraisal", ON_BODY, f"NOT ({YEAR} AND {TRACK})"), False),
        (Relation("appraisal", ON_BODY, f"{YEAR} AND t.track <> 'BODY'"), False),
        (
            Relation(
                "appraisal", ON_BODY, f"NOT EXISTS (SELECT 1 AND {YEAR} AND {TRACK} AND true)"
            ),
            False,
        ),
        (
            Relation(
                "appraisal",
                ON_BODY,
                f"CASE WHEN true AND {YEAR} AND {TRACK} AND true THEN false END",
            ),
            False,
        ),
        (Relation("appraisal", ON_BODY, f"1 BETWEEN 0 AND {YEAR} AND {TRACK}"), False),
        (Relation("appraisal", ON_BODY, f"{YEAR} AND {TRACK} AND (t.id > :id)"), True),
        (Relation("body_membership", (("id", "id"),)), False),
        (Relation("body", (("code", "code"),), access_paths=(AccessPath("true", "true"),)), False),
    ],
)
def test_a_key_says_so(link: Relation, *, is_one: bool) -> None:
    assert leads_to_one(link) is is_one


def declared() -> dict[str, Relation]:
    """Every relation that a module declares, by its place."""
    relations = {}
    for info in pkgutil.iter_modules(db.relations.__path__, "db.relations."):
        for name, value in vars(importlib.import_module(info.name)).items():
            if isinstance(value, Relation):
                relations[f"{info.name}:{name}"] = value
    return relations


def test_a_relation_says_whether_it_leads_to_one_row() -> None:
    """The declaration of each relation is the one that the keys of the tables prove."""
    relations = declared()
    assert len(relations) > 50
    assert {place: relation.to_one for place, relation in relations.items()} == {
        place: leads_to_one(relation) for place, relation in relations.items()
    }
