"""Bad input of `xeploai judge`: refused by its path in the language asked for, and no level is given."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rules.enums import ComputedLevel, SubjectClass
from rules.facts.fault import FAULTS_LISTED_MAX
from service.cli.xeploai import main
from tests.rules.judgement.level_sheets import excellent

Document = dict[str, Any]
Command = Callable[..., tuple[int, str, str]]

ORG, COLLECTIVE = SubjectClass.ORG, SubjectClass.COLLECTIVE
PERSON, LEADER = SubjectClass.PERSON, SubjectClass.LEADER
MIB = 1024**2
WORK = {"assigned": 10, "completed": 10, "on_time": 10, "exceeded": 5}
AT_HOME = {"issued": 9, "returned": 9, "valid": 9, "good": 1, "not_good": 8}
AT_WORK = {"issued": 9, "returned": 9, "valid": 9, "excellent": 0, "good": 0, "completed": 0}
TWO_BODIES = [
    excellent(ORG) | {"subject": "a", "levels": {"subordinates": {"b": "EXCELLENT"}}},
    excellent(ORG) | {"subject": "b", "levels": {"subordinates": {"a": "EXCELLENT"}}},
]
SEVEN = {f"collective {number}": "EXCELLENT" for number in range(7)}
THREE = {f"rating {number}": "EXCELLENT" for number in range(3)}
FORGED = "it\n\x1b[1mEXCELLENT: Hoàn thành xuất sắc nhiệm vụ\x1b[0m"


def a(subject_class: SubjectClass, **more: object) -> Document:
    return excellent(subject_class) | more


def with_levels(subject_class: SubjectClass, **levels: object) -> Document:
    document = excellent(subject_class)
    document["levels"] |= levels
    return document


def exempt(**more: object) -> list[Document]:
    return [{"who": "SELF", "self_discovered": True, "remedied": True, **more}]


# The content of the file, the path of the fault, and a part of its message.
BAD: dict[str, tuple[object, str, str]] = {
    "a confidence vote in an organisation": (
        a(ORG, confidence_votes={"valid": 10, "low": 9}),
        "confidence_votes",
        "only PERSON, LEADER has it",
    ),
    "weak criteria of an organisation": (
        a(ORG, weak_criteria=14),
        "weak_criteria",
        "only PERSON, LEADER has it",
    ),
    "residents vote on an organisation": (
        a(ORG, residents_votes=AT_HOME),
        "residents_votes",
        "only LEADER has it",
    ),
    "failed results of a collective": (
        a(COLLECTIVE, failed_results=3),
        "failed_results",
        "only PERSON, LEADER has it",
    ),
    "the area of a person": (a(PERSON, area=WORK), "area", "only COLLECTIVE, LEADER has it"),
    "a vote at the workplace on a person": (
        a(PERSON, workplace_votes=AT_WORK),
        "workplace_votes",
        "only LEADER has it",
    ),
    "an attestation of another class": (
        a(PERSON, attested=["TRULY_TYPICAL", "UNITED_AND_LEADING"]),
        "attested.UNITED_AND_LEADING",
        "only COLLECTIVE has it",
    ),
    "the head as its own collective": (
        with_levels(LEADER, collective={"it": "EXCELLENT"}),
        "levels.collective",
        "another one than the subject itself",
    ),
    "seven collectives": (with_levels(LEADER, collective=SEVEN), "levels.collective", "only one"),
    "three ratings as civil servant": (
        with_levels(PERSON, civil_servant=THREE),
        "levels.civil_servant",
        "only one",
    ),
    "two that take each other's level": (
        TWO_BODIES,
        "subjects[0].levels.subordinates.b",
        "subjects[0].levels.subordinates.b → subjects[1].levels.subordinates.a",
    ),
    "the same subject twice": (
        [a(PERSON), a(LEADER)],
        "subjects[1].subject",
        "the same subject stands at subjects[0]",
    ),
    "half a character": (a(PERSON, subject="\ud800"), "subject", "it holds U+D800"),
    "a forged line": (a(PERSON, subject=FORGED), "subject", "it holds U+000A"),
    "a control character": (a(PERSON, subject="it\x1b[2J"), "subject", "it holds U+001B"),
    "a NUL": (a(PERSON, subject="it\0"), "subject", "it holds U+0000"),
    "nothing visible": (a(PERSON, subject="\u200b\u200b"), "subject", "U+200B"),
    "a forged line in a level": (
        with_levels(LEADER, units={FORGED: "GOOD"}),
        "levels.units",
        "it holds U+000A",
    ),
    "a date by its week": (
        a(PERSON, discipline=exempt(decided_on="2023-W10-1")),
        "discipline[0].decided_on",
        "a date YYYY-MM-DD",
    ),
    "a conclusion without its document": (
        a(COLLECTIVE, concluded=["INTERNAL_DISUNITY"]),
        "concluded.INTERNAL_DISUNITY",
        "the document that concludes it",
    ),
    "a flag that stands twice": (
        a(LEADER, flags=["HEAD", "SECRETARY", "HEAD"]),
        "flags[2]",
        "'HEAD'; it may be there once, but stands twice",
    ),
    "results graded Xuất sắc and not completed": (
        a(PERSON, failed_results=3),
        "failed_results",
        "at most 0 (results criteria graded POOR or AVERAGE)",
    ),
    "criteria graded Xuất sắc and short of quality": (
        a(LEADER, weak_criteria=22),
        "weak_criteria",
        "at most 16 (criteria not graded EXCELLENT)",
    ),
}
PYTHON = re.compile(
    r"\b(True|False|None|nan|inf|datetime|codec)\b|<\w+\.|Traceback|\\x1b|int\(|Errno"
)


@pytest.fixture
def judge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """The command on a file with this content: its exit code, what it printed, and its refusal."""

    def run(content: object, *options: str, name: str = "facts.json") -> tuple[int, str, str]:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        monkeypatch.setattr("sys.argv", ["xeploai", "judge", str(path), *options])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        code = ended.value.code
        return code if isinstance(code, int) else 0, printed.out, printed.err

    return run


@pytest.mark.parametrize("options", [["--english"], ["--english", "--json"], ["--json"]])
@pytest.mark.parametrize("case", BAD)
def test_bad_facts_are_refused_by_their_path(judge: Command, case: str, options: list[str]) -> None:
    content, path, says = BAD[case]
    code, printed, refused = judge(content, *options)
    assert (code, printed) == (1, "")
    (line,) = [one for one in refused.splitlines() if one.startswith(f"  {path}: ")]
    assert not PYTHON.search(refused)
    assert refused.isascii() or not [
        char for char in refused if not char.isprintable() and char != "\n"
    ]
    if "--english" in options:
        assert says in line
    else:
        assert "; cần: " in line


def test_sound_facts_of_every_class_are_judged(judge: Command) -> None:
    for subject_class in SubjectClass:
        code, printed, refused = judge(excellent(subject_class), "--json")
        assert (code, refused) == (0, "")
        assert json.loads(printed)["level"] == ComputedLevel.EXCELLENT


def test_fields_of_another_class_are_refused(judge: Command) -> None:
    """Null and 0 mean that there is none; old files have them in every field."""
    empty = dict.fromkeys(("area", "workplace_votes", "residents_votes"))
    code, printed, _ = judge(a(PERSON, **empty, subordinate_units=0), "--json")
    assert (code, json.loads(printed)["level"]) == (0, "EXCELLENT")


@pytest.mark.parametrize(
    ("language", "left"), [(["--english"], "and 1950 more"), ([], "và 1950 lỗi khác")]
)
def test_the_first_of_many_faults_are_reported(
    judge: Command, language: list[str], left: str
) -> None:
    document = excellent(PERSON)
    document["grades"] |= {f"unknown_{number}": {"grade": "GOOD"} for number in range(2000)}
    _, _, refused = judge(document, *language)
    lines = refused.splitlines()
    assert len(lines) == 1 + FAULTS_LISTED_MAX + 1
    assert lines[-1].strip() == left
    assert refused.count("political_thought") == 1
    assert sum("grades.unknown_0" in line for line in lines) == FAULTS_LISTED_MAX


def test_a_file_full_of_unknown_criteria_is_one_page_of_refusals(judge: Command) -> None:
    document = excellent(LEADER)
    document["grades"] |= {f"c{number}": {"grade": "GOOD"} for number in range(120_000)}
    code, _, refused = judge(document)
    assert code == 1
    assert len(refused) < 10_000


def test_a_file_has_a_size(judge: Command) -> None:
    document = json.dumps(excellent(PERSON)).encode()
    code, printed, _ = judge(document.ljust(4 * MIB), "--json")
    assert (code, json.loads(printed)["level"]) == (0, "EXCELLENT")
    code, printed, refused = judge(document.ljust(4 * MIB + 1), "--json")
    assert (code, printed) == (1, "")
    assert "quá lớn; tệp tối đa 4 MiB" in refused
    _, _, refused = judge(b"[" * 50 * MIB, "--english")
    assert "too large; a file has at most 4 MiB" in refused


def test_a_duplicate_field_is_reported_by_its_path(judge: Command) -> None:
    content = b'{"levels": {"units": {"a": "GOOD", "a": "COMPLETED"}}, "flags": [{"b": 1, "b": 2}]}'
    code, _, refused = judge(content, "--english")
    assert code == 1
    assert "  levels.units.a: 'COMPLETED'; it may be there once" in refused
    assert "  flags[0].b: 2; it may be there once" in refused
    _, _, refused = judge(b'{"a": {"b": 1, "b": {"c": 1, "c": 2}}, "a": 3}')
    assert "  a: 3; cần: chỉ ghi một lần, nhưng đã ghi hai lần" in refused


def test_a_file_as_windows_writes_it_is_read(judge: Command) -> None:
    content = json.dumps(excellent(PERSON)).encode("utf-8-sig")
    code, printed, _ = judge(content, "--json")
    assert (code, json.loads(printed)["level"]) == (0, "EXCELLENT")


@pytest.mark.parametrize(
    ("content", "name", "en", "vi"),
    [
        (b"\xff\xfe{}", "f.json", "byte 1 is not UTF-8", "byte thứ 1 không phải UTF-8"),
        (b'{"a":}', "f.json", "no sound JSON (line 1, column 6)", "JSON đúng (dòng 1, cột 6)"),
        (b"9" * 5000, "f.json", "no sound JSON", "không phải JSON đúng"),
        (b"[" * 100_000, "f.json", "no sound JSON", "không phải JSON đúng"),
        (b"a = ", "f.toml", "no sound TOML (end of document)", "TOML đúng (cuối tệp)"),
        (b"a = 1\nb = ]", "f.toml", "no sound TOML (line 2, column 5)", "(dòng 2, cột 5)"),
        (b"a = 2023-02-30", "f.toml", "no sound TOML", "không phải TOML đúng"),
        (b"a = " + b"[" * 100_000, "f.toml", "no sound TOML", "không phải TOML đúng"),
        (b"[]", "f.json", "holds no subject", "không có đối tượng nào"),
        (b"3", "f.json", ": 3; it may be a table of facts", ": 3; cần: một bảng số liệu"),
    ],
)
def test_an_unreadable_file_has_a_message_in_both_languages(
    judge: Command, content: bytes, name: str, en: str, vi: str
) -> None:
    for options, says in ((["--english"], en), ([], vi)):
        code, printed, refused = judge(content, *options, name=name)
        assert (code, printed) == (1, "")
        assert says in refused
        assert not PYTHON.search(refused)


@pytest.mark.parametrize(
    ("toml", "was"),
    [
        ("targets = true", "targets: true"),
        ("weak_criteria = nan", "weak_criteria: NaN"),
        ("weak_criteria = -inf", "weak_criteria: -Infinity"),
        ("weak_criteria = 10:00:00", "weak_criteria: 10:00:00"),
        ("weak_criteria = 2023-12-01T10:00:00", "weak_criteria: 2023-12-01T10:00:00"),
        ("weak_criteria = 0x" + "f" * 5000, "weak_criteria: 0xffff"),
        ("year = 0x" + "f" * 5000, "year: 0xffff"),
        ("weak_criteria = [1, [2, [3]], {a = 4}, 5, 6]", "[1, [2, […]], {'a': 4}, 5, …]"),
        ('flags = ["CELL", "PARTY_COMMITTEE"]', "['CELL', 'PARTY_COMMITTEE']"),
    ],
)
def test_a_value_is_repeated_as_the_file_has_it(judge: Command, toml: str, was: str) -> None:
    subject = "" if "year" in toml else "year = 2023\n"
    text = (
        f'{subject}subject = "it"\nsubject_class = "ORG"\ntrack = "BODY"\n{toml}\ngrades = {{}}\n'
    )
    if "targets" not in toml:
        text += "targets = { assigned = 0, completed = 0, on_time = 0 }\n"
    code, _, refused = judge(text.encode(), "--english", name="facts.toml")
    assert code == 1
    assert was in refused
    assert not PYTHON.search(refused)


def test_a_level_that_is_a_boolean_has_one_fault(judge: Command) -> None:
    _, _, refused = judge(with_levels(LEADER, units={"a": True}), "--english")
    assert refused.count("levels.units") == 1
    assert "levels.units.a: true; it may be one of NOT_COMPLETED" in refused


def test_a_circle_of_any_length_is_named(judge: Command) -> None:
    def body(name: str, under: str) -> Document:
        return excellent(ORG) | {"subject": name, "levels": {"subordinates": {under: "GOOD"}}}

    around = [body(str(number), str((number + 1) % 9)) for number in range(9)]
    code, _, refused = judge(around, "--english")
    assert code == 1
    assert "subjects[0].levels.subordinates.1 → subjects[1].levels.subordinates.2 → " in refused
    assert refused.rstrip().endswith("→ …")
    code, printed, _ = judge(around[:-1], "--json")
    assert (code, len(json.loads(printed))) == (0, 8)


def test_a_cell_and_its_secretary_are_no_circle(judge: Command) -> None:
    """The cell takes the level of its member; the official takes that of the cell: two results."""
    cell = a(ORG, subject="cell", flags=["CELL"], levels={"members": {"s": "GOOD"}})
    secretary = a(LEADER, subject="s", flags=["SECRETARY"])
    secretary["levels"] = {"party_organisation": {"cell": "GOOD"}}
    code, _, refused = judge([cell, secretary], "--json")
    assert (code, refused) == (0, "")
    member = a(LEADER, subject="s", track="PARTY_MEMBER", flags=["SECRETARY"])
    member["levels"] = {"party_organisation": {"cell": "GOOD"}}
    code, _, refused = judge([cell, member], "--english")
    assert code == 1
    assert "subjects[0].levels.members.s → subjects[1].levels.party_organisation.cell" in refused


def test_a_name_of_two_results_or_years_means_each(judge: Command) -> None:
    body, collective = a(ORG, subject="s"), a(COLLECTIVE, subject="s")
    person = a(PERSON, subject="p", flags=[], levels={})
    everybody = [
        body,
        collective,
        person,
        person | {"track": "PARTY_MEMBER"},
        person | {"year": 2024},
    ]
    code, printed, _ = judge(everybody, "--json")
    assert (code, len(json.loads(printed))) == (0, 5)


def test_every_word_of_the_faults_is_of_the_language(judge: Command) -> None:
    """A page of faults in Vietnamese has no English words, and a page in English no Vietnamese ones."""
    document = a(
        LEADER,
        year=2023,
        flags=["HEAD", "HEAD", "CELL"],
        colour="red",
        targets=WORK | {"completed": 11, "main_missed": True},
        discipline=[{"who": "SELF", "decided_on": "2023-05-05", "until": "2022-01-01"}],
        confidence_votes={"valid": 1, "low": 2, "held_on": "2022-01-01"},
        levels={"units": {"it": "GOOD"}},
        concluded=["INTERNAL_DISUNITY"],
    )
    vietnamese, english = (
        judge(document, *language)[2].partition("\n")[2] for language in ((), ("--english",))
    )
    assert len(vietnamese.splitlines()) == len(english.splitlines()) > 10
    assert not re.search(r"\b(may|is|the|of|at|most|one|absent|another|missing)\b", vietnamese)
    assert not re.search(r"\b(cần|thiếu|không|chỉ|một|ngày|năm)\b", english)
