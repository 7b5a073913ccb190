"""The JSON Schema of facts: it accepts all readable facts, has every field, and refuses what it can."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from rules.editions.lookup import read_edition
from rules.enums import SubjectClass
from rules.facts.enums import MEANINGS, meaning
from rules.facts.json_schema import facts_schema
from rules.texts.law import point
from tests.rules.facts.schema_validator import holds
from tests.rules.judgement.level_documents import Document, documents
from tests.rules.judgement.level_sheets import excellent, facts_of, sheets

SCHEMA = facts_schema()
INVENTED = read_edition(Path(__file__).parents[1] / "editions" / "invented-2031.toml")
CLAUSE = r"(?:QĐ124|HD01):"


def is_taken(document: object) -> bool:
    return holds(SCHEMA, json.loads(json.dumps(document, default=str)), SCHEMA)


@given(documents())
def test_readable_facts_are_accepted(document: Document) -> None:
    assert is_taken(document)


def test_every_case_of_the_sheets_is_taken() -> None:
    case_facts = [facts_of(case) for sheet in sheets() for case in sheet.cases]
    assert [one for one in case_facts if not is_taken(one)] == []
    assert is_taken(case_facts)
    assert is_taken({"subjects": case_facts})


@pytest.mark.parametrize("document", [[], {}, {"subjects": []}, 3, None, "facts"])
def test_a_value_that_is_no_subject_is_refused(document: object) -> None:
    assert not is_taken(document)


@pytest.mark.parametrize(
    "given_",
    [
        {"colour": "red"},
        {"year": "2023"},
        {"year": 1899},
        {"flags": ["BOSS"]},
        {"targets": {"assigned": 1}},
        {"attested": {"KIND": "BK 1"}},
        {"levels": {"units": {"a": "FINE"}}},
        {"levels": {"units": {"GOOD": -1}}},
        {"grades": {}},
        {"subject": ""},
        {"discipline": [{"name": "a"}]},
    ],
)
def test_what_the_reader_refuses_alone_the_schema_refuses(given_: Document) -> None:
    assert is_taken(excellent(SubjectClass.LEADER))
    assert not is_taken(excellent(SubjectClass.LEADER) | given_)


@pytest.mark.parametrize("name", ["targets", "area", "workplace_votes"])
def test_required_fields_of_a_class_are_required(name: str) -> None:
    document = excellent(SubjectClass.LEADER)
    del document[name]
    assert not is_taken(document)
    assert is_taken(document | {name: None})


def test_criteria_are_those_of_the_edition() -> None:
    codes = {part.code for part in INVENTED.criteria[SubjectClass.PERSON]}
    of_class = facts_schema(INVENTED)["$defs"]["subject"]["allOf"]
    (person,) = (
        part for part in of_class if part["if"]["properties"]["subject_class"]["const"] == "PERSON"
    )
    assert person["then"]["properties"]["grades"]["properties"].keys() == codes
    assert person["then"]["properties"]["grades"]["required"] == [
        "political_thought",
        "targets_and_tasks",
    ]


def fields(schema: Any) -> Iterator[Document]:  # noqa: ANN401 -- any JSON
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).values()
        for inner in schema.values():
            yield from fields(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from fields(inner)


def test_every_field_says_its_meaning_and_a_clause_that_exists() -> None:
    described = [
        field for field in fields(SCHEMA["$defs"]["subject"]["properties"]) if "title" in field
    ]
    assert len(described) > 50
    for field in described:
        meaning_, _, clause = field["description"].rpartition(" (")
        assert field["title"]
        assert meaning_
        assert point(clause.removesuffix(")")).text


def test_every_word_has_its_meaning_and_a_clause_that_exists() -> None:
    for words, meanings in MEANINGS.items():
        assert [*meanings] == [*words]
        for word in words:
            assert all(meaning(word))
            assert point(meaning(word).clause).text


def test_numbers_say_what_they_count() -> None:
    work = SCHEMA["$defs"]["subject"]["properties"]["targets"]["anyOf"][0]["properties"]
    assert {one["x-unit"] for one in work.values() if one.get("type") == "integer"} == {"targets"}
