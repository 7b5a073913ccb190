"""Levels that `xeploai judge` computes where the texts were once read too kindly: each case names its clause.

Nothing of the rooms is imported: the cases run unchanged against any version. `was` is what an older one said.
"""

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import XEPLOAI

Json = dict[str, Any]
WORK = {"assigned": 10, "completed": 10, "on_time": 10, "exceeded": 5}
OF_BODIES = {
    "BUILDING": (
        "party_and_political_system",
        "leadership_capacity",
        "inspection_and_anti_corruption",
        "organisational_principles",
        "coordination_and_unity",
        "responsibility_of_leadership",
        "renewal_of_party_work",
        "leading_government_front_and_masses",
        "complaints_and_violations",
        "remedy",
    ),
    "RESULTS": (
        "annual_programmes",
        "targets_and_tasks",
        "ratings_and_indices",
        "annual_plan_in_products",
    ),
}
OF_PEOPLE = {
    "CONDUCT": (
        "political_thought",
        "ethics_and_lifestyle",
        "sense_of_discipline",
        "internal_unity",
        "acceptance_of_assignments",
        "forbidden_conduct_observed",
        "responsibility_and_manner",
        "fight_against_corruption",
        "personal_commitment",
        "political_loyalty_and_study",
        "ethical_example",
        "party_and_civic_duties",
        "working_style",
        "remedy",
    ),
    "RESULTS": (
        "assigned_duties",
        "ability_and_prestige",
        "setting_an_example",
        "ties_with_the_people",
        "duties_against_assignment",
        "targets_in_products",
    ),
}
TITLE = ("title_standards", "provincial_title_standards")


def graded(*sets: tuple[str, ...], results: tuple[str, ...]) -> Json:
    good = {code: {"grade": "GOOD", "product": True} for codes in sets for code in codes}
    return good | {code: {"grade": "EXCELLENT", "product": True} for code in results}


def subject(kind: str, track: str, **more: object) -> Json:
    return {"subject": "it", "year": 2023, "subject_class": kind, "track": track, **more}


BODY = graded(OF_BODIES["BUILDING"], results=OF_BODIES["RESULTS"])
PERSON = subject(
    "PERSON",
    "OFFICIAL",
    grades=graded(OF_PEOPLE["CONDUCT"], results=OF_PEOPLE["RESULTS"]),
    targets=WORK,
    attested=[
        "OUTSTANDING_ACHIEVEMENTS",
        "MODEL_FOR_OTHERS",
        "TRULY_TYPICAL",
        "RESULTS_QUANTIFIED",
    ],
)
LEADER = subject(
    "LEADER",
    "OFFICIAL",
    flags=["HEAD"],
    grades=graded(OF_PEOPLE["CONDUCT"], TITLE, results=OF_PEOPLE["RESULTS"]),
    targets=WORK,
    area=WORK,
    workplace_votes={
        "issued": 10,
        "returned": 10,
        "valid": 10,
        "excellent": 9,
        "good": 1,
        "completed": 0,
    },
    attested=[
        "OUTSTANDING_ACHIEVEMENTS",
        "MODEL_FOR_OTHERS",
        "LEADING_POSITION",
        "RESULTS_QUANTIFIED",
        "TRULY_EXEMPLARY",
        "HIGH_QUALITY_ON_TIME",
    ],
    levels={"collective": {"tt": "EXCELLENT"}, "units": {"a": "GOOD", "b": "GOOD"}},
)
COLLECTIVE = subject(
    "COLLECTIVE",
    "BODY",
    grades=BODY,
    area=WORK,
    attested=["OUTSTANDING_ACHIEVEMENTS", "MODEL_FOR_OTHERS", "UNITED_AND_LEADING"],
)
ORG = subject(
    "ORG",
    "BODY",
    grades=BODY,
    targets=WORK,
    subordinate_units=10,
    attested=["OUTSTANDING_ACHIEVEMENTS", "MODEL_FOR_OTHERS", "LEADING_POSITION"],
)
NO_BALLOT = {"issued": 30, "returned": 30, "valid": 0, "excellent": 0, "good": 0, "completed": 0}
NO_RESIDENT = {"issued": 30, "returned": 30, "valid": 0, "good": 0, "not_good": 0}
AT_THE_OLD_BODY = {
    "who": "SELF",
    "decided_on": "2023-11-01",
    "violations": [{"on": "2023-02-01", "at": "the old body"}],
}
REMEDIED = {"who": "COLLECTIVE", "self_discovered": True, "remedied": True}
NEGATIVITY = {
    "who": "DIRECTLY_LED",
    "name": "x",
    "nature": "NEGATIVITY",
    "punished_by_law": True,
    "self_discovered": True,
    "remedied": True,
}

AVERAGE = {"grade": "AVERAGE", "product": True}
RESULTS_OF_PERSON = [
    code for code, graded in PERSON["grades"].items() if graded["grade"] == "EXCELLENT"
]

CASES: dict[str, tuple[Json, Json, str | None, str | None]] = {
    # what: (subject, facts laid over it, what an older version said, what is right)
    "no vote at the workplace is recorded (HD01:5.1.3)": (
        LEADER,
        {"workplace_votes": None},
        "EXCELLENT",
        "UNDETERMINED",
    ),
    "a vote at the workplace without a valid ballot (HD01:5.1.3)": (
        LEADER,
        {"workplace_votes": NO_BALLOT},
        "EXCELLENT",
        "UNDETERMINED",
    ),
    "a vote of residents without a valid ballot (HD01:5.1.3)": (
        LEADER,
        {"residents_votes": NO_RESIDENT},
        "EXCELLENT",
        "UNDETERMINED",
    ),
    "no targets, and no paper attests that the work was done (QĐ124:Đ12.1.2)": (
        PERSON,
        {"targets": None},
        "EXCELLENT",
        "UNDETERMINED",
    ),
    "no target of none (QĐ124:Đ12.1.2)": (
        PERSON,
        {"targets": {"assigned": 0, "completed": 0, "on_time": 0}},
        "EXCELLENT",
        "UNDETERMINED",
    ),
    "four of twenty criteria weak (QĐ124:Đ12.1.2)": (
        PERSON,
        {"weak_criteria": 4},
        "EXCELLENT",
        "COMPLETED",
    ),
    "five of twenty criteria weak (QĐ124:Đ12.3.2)": (
        PERSON,
        {"weak_criteria": 5},
        "EXCELLENT",
        "UNDETERMINED",
    ),
    "every criterion of a leader weak that is not Xuất sắc (QĐ124:Đ12.3.2)": (
        LEADER,
        {"weak_criteria": 16},
        "EXCELLENT",
        "UNDETERMINED",
    ),
    "half of the results failed (QĐ124:Đ12.3.2)": (
        PERSON,
        {"failed_results": 3, "grades": dict.fromkeys(RESULTS_OF_PERSON[:3], AVERAGE)},
        "COMPLETED",
        "UNDETERMINED",
    ),
    "nothing of the area on time (QĐ124:Đ12.2.3)": (
        LEADER,
        {"area": WORK | {"on_time": 0, "exceeded": 6}},
        "EXCELLENT",
        "COMPLETED",
    ),
    "disciplined in the year for an act at the old body (QĐ124:Đ12.4.3d)": (
        PERSON,
        {"discipline": [AT_THE_OLD_BODY]},
        "EXCELLENT",
        "NOT_COMPLETED",
    ),
    "the collective of a head is NOT_COMPLETED (QĐ124:Đ12.4.4)": (
        LEADER,
        {"levels": {"collective": {"tt": "NOT_COMPLETED"}}},
        "COMPLETED",
        "NOT_COMPLETED",
    ),
    "the collective itself disciplined, and exempt (QĐ124:Đ12.1.1)": (
        COLLECTIVE,
        {"discipline": [REMEDIED]},
        "EXCELLENT",
        "GOOD",
    ),
    "two of six results late (HD01:5.3.3)": (
        LEADER,
        {"weak_criteria": 2, "levels": {"collective": {"tt": "COMPLETED"}}},
        "COMPLETED",
        "UNDETERMINED",
    ),
    "a trigger waits for no level (QĐ124:Đ12.4.3d)": (
        LEADER,
        {"discipline": [{"who": "SELF"}], "levels": {"units": {"a": None}}},
        None,
        "NOT_COMPLETED",
    ),
    "an organisation that leads, without new models and products above target (HD01:5.1.1a)": (
        ORG,
        {},
        "EXCELLENT",
        "GOOD",
    ),
    "a result without a product (QĐ124:Đ12.3)": (
        COLLECTIVE,
        {"grades": {"targets_and_tasks": {"grade": "AVERAGE", "product": False}}},
        "COMPLETED",
        "UNDETERMINED",
    ),
}
NEW: dict[str, tuple[Json, Json, str]] = {
    "a person's case in a subordinate unit (QĐ124:Đ12.4.1a)": (
        ORG,
        {"discipline": [{"who": "SUBORDINATE_UNIT_PERSON", "name": "x", "nature": "CORRUPTION"}]},
        "NOT_COMPLETED",
    ),
    "an organisation that leads, with new models and products above target (HD01:5.1.1a)": (
        ORG,
        {"attested": [*ORG["attested"], "NEW_MODELS"]},
        "EXCELLENT",
    ),
    "the work is attested, though it is not counted (QĐ124:Đ12.1.2)": (
        PERSON,
        {
            "targets": None,
            "attested": [*PERSON["attested"], "WORK_DONE_ON_TIME", "HALF_OF_WORK_EXCEEDED"],
        },
        "EXCELLENT",
    ),
    "one of the weak criteria is a result (HD01:5.3.3)": (
        LEADER,
        {
            "weak_criteria": 4,
            "weak_results": 1,
            "levels": {"collective": {"tt": "COMPLETED"}},
        },
        "COMPLETED",
    ),
}
"""What an older version has no words for."""


def over(document: Json, arguments: Json) -> Json:
    """The document with what is given laid over it, levels and grades one by one."""
    made = copy.deepcopy(document)
    for name, value in arguments.items():
        both = name in {"levels", "grades"}
        made[name] = made[name] | value if both else value
    return made


def judged(folder: Path, documents: list[Json]) -> list[Json]:
    path = folder / "facts.json"
    named = [one | {"subject": f"s{number}"} for number, one in enumerate(documents)]
    path.write_text(json.dumps(named))
    answer = subprocess.run(
        [XEPLOAI, "judge", str(path), "--json"], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    data: list[Json] = json.loads(answer.stdout)
    return data


def test_who_starts_excellent(tmp_path: Path) -> None:
    result = judged(tmp_path, [PERSON, LEADER, COLLECTIVE])
    assert [one["level"] for one in result] == ["EXCELLENT"] * 3


@pytest.fixture(scope="module")
def levels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    documents = [over(document, given) for document, given, _, _ in CASES.values()]
    result = judged(tmp_path_factory.mktemp("facts"), documents)
    return {name: one["level"] for name, one in zip(CASES, result, strict=True)}


@pytest.mark.parametrize("name", CASES)
def test_a_level_that_was_too_kind(levels: dict[str, str | None], name: str) -> None:
    *_, was, right = CASES[name]
    assert was != right
    assert levels[name] == right


@pytest.mark.parametrize("name", NEW)
def test_what_there_were_no_words_for(tmp_path: Path, name: str) -> None:
    document, variables, right = NEW[name]
    result, _ = judged(
        tmp_path, [over(document, variables), document]
    )  # a single subject has no list
    assert result["level"] == right


def test_embezzlement_and_corruption_is_not_every_negativity(tmp_path: Path) -> None:
    """HD01:5.4 cites itself for "tham ô, tham nhũng" alone."""
    (first, second) = judged(
        tmp_path,
        [
            over(LEADER, {"discipline": [NEGATIVITY | {"self_discovered": False}]}),
            over(
                LEADER, {"discipline": [NEGATIVITY | {"nature": "CORRUPTION", "remedied": False}]}
            ),
        ],
    )
    blocking = [
        {
            row["clause"]
            for row in level["findings"]
            if row["blocks"] and row["level"] == "NOT_COMPLETED"
        }
        for level in (first, second)
    ]
    assert blocking == [{"QĐ124:Đ12.4.4"}, {"QĐ124:Đ12.4.4", "HD01:5.4"}]


def test_the_rating_as_civil_servant_is_a_condition_of_the_point_that_names_it(
    tmp_path: Path,
) -> None:
    """At EXCELLENT too: HD01:5.2.2 says it, and HD01:5.1.2 is silent."""
    civil_servant = over(
        PERSON
        | {"track": "PARTY_MEMBER", "flags": ["PARTY_MEMBER", "CIVIL_SERVANT"], "levels": {}},
        {"levels": {"civil_servant": {"office": "COMPLETED"}}},
    )
    result, _ = judged(tmp_path, [civil_servant, PERSON])
    failed = {
        row["clause"]
        for row in result["findings"]
        if row["level"] == "EXCELLENT" and row["outcome"] == "FAILED"
    }
    assert failed == {"HD01:5.2.2"}
