"""Sheets of cases for the conditions of levels: each case changes a subject whose year was excellent."""

import copy
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rules.articles.finding import Observation
from rules.editions.lookup import edition_for
from rules.enums import SubjectClass, Track
from rules.facts.facts import Attested
from rules.facts.facts_parser import read_facts
from rules.facts.submission import may_attest
from rules.judgement.judge import aggregate_facts, compiled_edition

CASES = Path(__file__).parents[1] / "cases"
EDITION = edition_for(2023)
Document = dict[str, Any]

WORK = {"assigned": 10, "completed": 10, "on_time": 10, "exceeded": 5}
GOOD_UNITS = {"a": "EXCELLENT", "b": "GOOD", "c": "GOOD"}
EVERYTHING = [
    "OUTSTANDING_ACHIEVEMENTS",
    "MODEL_FOR_OTHERS",
    "NEW_MODELS",
    "LEADING_POSITION",
    "UNITED_AND_LEADING",
    "TRULY_TYPICAL",
    "RESULTS_QUANTIFIED",
    "TRULY_EXEMPLARY",
    "HIGH_QUALITY_ON_TIME",
    "ALL_TASKS_COMPLETED",
]


def excellent(subject_class: SubjectClass) -> Document:
    """A subject that meets every condition of EXCELLENT; as many conditions as possible apply."""
    is_body = subject_class in {SubjectClass.ORG, SubjectClass.COLLECTIVE}
    document: Document = {
        "subject": "it",
        "year": 2023,
        "subject_class": str(subject_class),
        "track": str(Track.BODY if is_body else Track.OFFICIAL),
        "grades": {
            criterion.code: {
                "grade": "EXCELLENT" if criterion.set == "RESULTS" else "GOOD",
                "product": True,
            }
            for criterion in EDITION.criteria[subject_class]
            if not criterion.if_any
        },
        "targets": dict(WORK),
        "attested": [word for word in EVERYTHING if may_attest(Attested(word), subject_class)],
        "levels": {},
    }
    return document | copy.deepcopy(OF_CLASS[subject_class])


OF_CLASS: Mapping[SubjectClass, Document] = {
    SubjectClass.ORG: {
        "flags": ["PARTY_COMMITTEE"],
        "subordinate_units": 10,
        "levels": {
            "subordinates": {
                "a": "EXCELLENT",
                "b": "GOOD",
                "c": "GOOD",
                "d": "GOOD",
                "e": "COMPLETED",
            },
            "same_level": {"government": "GOOD", "front": "EXCELLENT"},
        },
    },
    SubjectClass.COLLECTIVE: {"targets": None, "area": dict(WORK)},
    SubjectClass.PERSON: {
        "flags": ["PARTY_MEMBER", "CIVIL_SERVANT"],
        "levels": {"civil_servant": {"workplace": "GOOD"}},
        "confidence_votes": {"valid": 10, "low": 0},
    },
    SubjectClass.LEADER: {
        "flags": ["PARTY_MEMBER", "CIVIL_SERVANT", "HEAD", "SECRETARY"],
        "area": dict(WORK),
        "levels": {
            "units": GOOD_UNITS,
            "collective": {"collective": "EXCELLENT"},
            "party_organisation": {"organisation": "EXCELLENT"},
            "civil_servant": {"workplace": "GOOD"},
        },
        "workplace_votes": {
            "issued": 12,
            "returned": 11,
            "valid": 10,
            "excellent": 9,
            "good": 1,
            "completed": 0,
        },
        "residents_votes": {
            "issued": 100,
            "returned": 100,
            "valid": 100,
            "good": 80,
            "not_good": 20,
        },
        "confidence_votes": {"valid": 10, "low": 0},
    },
}


@dataclass(frozen=True)
class Sheet:
    path: Path
    cases: tuple[Mapping[str, Any], ...]


def sheets() -> Iterator[Sheet]:
    for folder in ("QĐ124", "HD01"):
        for path in sorted((CASES / folder).glob("*.toml")):
            yield Sheet(path, tuple(tomllib.loads(path.read_text(encoding="utf-8"))["case"]))


def facts_of(case: Mapping[str, Any]) -> Document:
    """The excellent subject of the case's class, with what the case gives laid over it.

    TOML has no null, so `null` lists the fields that are.
    """
    document = excellent(SubjectClass(case["class"]))
    for path, value in case.get("given", {}).items():
        _put(document, path.split("."), value)
    for gone in case.get("without", []):
        _take(document, gone.split("."))
    for path in case.get("null", []):
        _put(document, path.split("."), None)
    return document


def _put(document: Document, path: list[str], value: object) -> None:
    for name in path[:-1]:
        document = document.setdefault(name, {})
    document[path[-1]] = value


def _take(document: Any, path: list[str]) -> None:  # noqa: ANN401 -- a table, or the list in it
    for name in path[:-1]:
        document = document[name]
    if isinstance(document, list):
        document.remove(path[-1])
    else:
        del document[path[-1]]


def observations_of(document: Document) -> dict[str, Observation]:
    """What every condition that binds the subject finds, by the name of its function."""
    facts = read_facts(document, EDITION)
    compiled = compiled_edition(EDITION, facts.subject_class)
    case = aggregate_facts(facts, compiled)
    return {
        condition.clause.name: condition.clause.test(case, condition.numbers)
        for condition in compiled.conditions
    }
