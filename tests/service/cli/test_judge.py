"""`xeploai judge` and `recompute`, as a user runs them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rules.enums import SubjectClass
from rules.facts.json_schema import facts_schema
from service.cli.judge import judged
from service.errors import FactsProblem
from tests.rules.judgement.level_sheets import excellent

XEPLOAI = Path(sys.executable).with_name("xeploai")


def written(folder: Path, content: object) -> Path:
    path = folder / "facts.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([XEPLOAI, *words], capture_output=True, text=True, check=False)


def undetermined() -> dict[str, Any]:
    work = {"assigned": 10, "completed": 7, "on_time": 7}
    return excellent(SubjectClass.LEADER) | {"area": work}


def test_a_page_says_the_level_and_what_is_missing(tmp_path: Path) -> None:
    done = run("judge", written(tmp_path, undetermined()))
    assert done.returncode == 0
    assert "\nChưa xác định được: cấp có thẩm quyền quyết định" in done.stdout
    missing = "lĩnh vực trực tiếp phụ trách hoàn thành trên 70% các chỉ tiêu, nhiệm vụ: 7/10 chỉ tiêu, nhiệm vụ (> 70%)"
    assert f"  QĐ124:Đ12.3.3 {missing}" in done.stdout
    assert "Lĩnh vực phụ trách đạt đúng 70%" in done.stdout
    assert "hoàn thành trên 70% các chỉ tiêu" in " ".join(done.stdout.split())
    english = run("judge", written(tmp_path, undetermined()), "--english")
    assert "Undetermined: the competent authority decides" in english.stdout


def test_a_page_on_every_level(tmp_path: Path) -> None:
    person = excellent(SubjectClass.PERSON)
    work = {"assigned": 10, "completed": 10, "on_time": 10, "exceeded": 0}
    good = judged(written(tmp_path, person | {"targets": work}), as_json=False, language="en")
    missing = "  QĐ124:Đ12.1.2 at least 50% of the targets and tasks exceeded: 0/10 targets and tasks (≥ 50%)"
    assert f"Missing for the next higher level:\n{missing}" in good
    poor = {code: graded | {"grade": "AVERAGE"} for code, graded in person["grades"].items()}
    results = {"grades": poor, "failed_results": 6}
    failed = judged(written(tmp_path, person | results), as_json=False, language="en")
    case = (
        "  QĐ124:Đ12.4.3b over 50% of the results criteria are not completed: 6/6 criteria (> 50%)"
    )
    assert f"A case of non-completion of duties:\n{case}" in failed
    best = judged(written(tmp_path, person), as_json=False, language="en")
    assert "Missing for" not in best


@pytest.mark.parametrize("year", [2022, 2025, 2030])
def test_a_year_without_an_edition_is_refused_and_says_which_years_have_one(
    tmp_path: Path, year: int
) -> None:
    """A repealed text is not applied on: 2025 is rated by another document."""
    done = run("judge", written(tmp_path, excellent(SubjectClass.PERSON) | {"year": year}))
    assert done.returncode == 1
    assert (
        f"  year: {year}; cần: một năm có ấn bản quy định: ha-tinh-2023 (2023–2024)" in done.stderr
    )


def test_plain_data_holds_every_finding(tmp_path: Path) -> None:
    done = run("judge", "--json", written(tmp_path, undetermined()))
    data = json.loads(done.stdout)
    assert data["level"] == "UNDETERMINED"
    assert len(data["findings"]) == 51
    assert [one["condition"] for one in data["missing_for_next"]] == ["area_mostly_completed"]
    assert data["edition"] == "ha-tinh-2023"
    assert data["readings"]["area_at_the_limit"]["clause"] == "QĐ124:Đ12.3.3"


def test_many_subjects_of_every_class_in_one_file(tmp_path: Path) -> None:
    everybody = [excellent(one) | {"subject": one.lower()} for one in SubjectClass]
    for content in (everybody, {"subjects": everybody}):
        data = json.loads(judged(written(tmp_path, content), as_json=True, language="vi"))
        assert [one["level"] for one in data] == ["EXCELLENT"] * 4
    page = judged(written(tmp_path, everybody), as_json=False, language="vi")
    assert page.count("\nHoàn thành xuất sắc nhiệm vụ\nMức tính được") == 4


def test_the_subject_waited_for_is_named(tmp_path: Path) -> None:
    document = excellent(SubjectClass.LEADER)
    document["levels"]["units"] = {"ht.so-noi-vu.tt": None}
    page = judged(written(tmp_path, document), as_json=False, language="vi")
    assert "Chưa tính được, còn chờ xếp loại:\n  ht.so-noi-vu.tt (QĐ124:Đ12.1.3)" in page


def test_toml_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "facts.toml"
    path.write_text("year = 2023\ncolour = 'red'\n", encoding="utf-8")
    done = run("judge", path, "--english")
    assert done.returncode == 1
    assert "colour: 'red'; it may be one of subject, year" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "content", ["[]", "3", "[3]", "nonsense", '{"year": 1999}', '{"year": true}', "[" * 100_000]
)
def test_a_file_without_facts_is_refused_clearly(tmp_path: Path, content: str) -> None:
    path = tmp_path / "facts.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FactsProblem):
        judged(path, as_json=False, language="vi")


def test_every_item_that_is_no_subject_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, [excellent(SubjectClass.PERSON), 3, None])
    says = r"2 faults\n  subjects\[1\]: 3; .*\n  subjects\[2\]: null"
    with pytest.raises(FactsProblem, match=says):
        judged(path, as_json=False, language="en")


def test_a_duplicate_field_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text('{"year": 2023, "year": 2024}', encoding="utf-8")
    with pytest.raises(FactsProblem, match="year: 2024; it may be there once, but stands twice"):
        judged(path, as_json=False, language="en")


def test_a_year_before_the_first_edition_is_not_in_force(tmp_path: Path) -> None:
    path = written(tmp_path, excellent(SubjectClass.ORG) | {"year": 2022})
    for language, says in (
        ("en", "year: 2022; it may be a year of an edition: ha-tinh-2023"),
        ("vi", "year: 2022; cần: một năm có ấn bản quy định: ha-tinh-2023"),
    ):
        with pytest.raises(FactsProblem, match=says):
            judged(path, as_json=False, language=language)


def test_a_file_that_is_not_there_and_no_file(tmp_path: Path) -> None:
    assert run("judge", tmp_path / "nowhere.json").returncode == 1
    assert "hãy ghi FILE chứa số liệu" in run("judge").stderr
    assert "say which FILE" in run("judge", "--english").stderr


def test_the_schema_names_every_field_with_its_clause() -> None:
    subject: Any = facts_schema()["$defs"]
    properties = subject["subject"]["properties"]
    assert set(excellent(SubjectClass.LEADER)) <= set(properties)
    assert all("(" in one["description"] for one in properties.values())
    assert json.loads(run("judge", "--schema").stdout) == json.loads(json.dumps(facts_schema()))


@pytest.mark.parametrize(("language", "day"), [("vi", "hôm nay"), ("en", "to today")])
def test_a_paper_of_a_day_to_come_is_refused_by_its_path(
    tmp_path: Path, language: str, day: str
) -> None:
    paper = {"number": "12-QĐ/UBKT", "date": "2999-01-01", "issuer": "UBKT"}
    discipline = {"who": "SELF", "decided_on": "2023-06-05", "paper": paper}
    facts = written(tmp_path, excellent(SubjectClass.PERSON) | {"discipline": [discipline]})
    with pytest.raises(FactsProblem) as refused:
        judged(facts, as_json=False, language=language)
    (line,) = [line for line in str(refused.value).splitlines() if "discipline[0]" in line]
    assert "discipline[0].paper.date: 2999-01-01" in line
    assert day in line
