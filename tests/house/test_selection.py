"""`make test-fast` and what it leaves out are together the whole suite; `make test T=…` runs a part of it."""

import re
import sys
from pathlib import Path

import pytest

from tests.house.test_commands import executable, run
from tests.house.test_installing import PRETENDED
from tests.house.tree import ROOT
from tests.selection import FAST, FIXTURES, PATHS, TESTS, reason

COLLECTED = re.compile(r"^(\d+)/(\d+) tests collected \((\d+) deselected\)", re.MULTILINE)
COUNT = re.compile(r"^ +(\d+) (.+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def collected() -> str:
    words = ("-m", "pytest", "--collect-only", "-q", "-m", FAST)
    ended = run(sys.executable, *words)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_the_fast_selection_and_what_it_leaves_out_are_the_whole_suite(collected: str) -> None:
    ((fast, whole, left_out),) = (map(int, counts) for counts in COLLECTED.findall(collected))
    assert fast > 0
    assert fast + left_out == whole


def test_the_fast_selection_says_what_it_leaves_out(collected: str) -> None:
    ((_, _, left_out),) = COLLECTED.findall(collected)
    *reasons, (total, _) = COUNT.findall(collected)
    assert total == left_out
    assert sum(int(count) for count, _ in reasons) == int(total)
    assert len(reasons) >= len(PATHS)


def test_every_place_that_is_left_out_exists() -> None:
    assert [place for place in PATHS if not (TESTS / place).exists()] == []


@pytest.mark.parametrize(
    ("path", "fixtures", "left_out"),
    [
        ("rules/judgement/test_quota.py", [], None),
        ("house/test_files.py", [], f"tests/house: {PATHS['house']}"),
        ("deploy/test_image.py", [], f"tests/deploy: {PATHS['deploy']}"),
        (
            "resolvers/queries/test_evaluation_changes.py",
            ["demonstration_url", "demonstration_files"],
            f"elsewhere: {FIXTURES['demonstration_files']}",
        ),
    ],
)
def test_a_folder_or_a_fixture_leaves_a_test_out(
    path: str, fixtures: list[str], left_out: str | None
) -> None:
    assert reason(TESTS / path, fixtures) == left_out


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        ("quota", ["-q -k quota"]),
        ("quota and not group", ["-q -k quota and not group"]),
        ("tests/rules", ["-q tests/rules"]),
        (
            "tests/rules/judgement/test_quota.py tests/authz",
            ["-q tests/rules/judgement/test_quota.py tests/authz"],
        ),
        (
            "tests/rules/judgement/test_quota.py::test_a[x y]",
            ["-q tests/rules/judgement/test_quota.py::test_a[x y]"],
        ),
    ],
)
def test_one_test_is_run_by_file_by_node_or_by_word_without_a_threshold(
    tmp_path: Path, words: str, arguments: list[str]
) -> None:
    calls = tmp_path / "calls"
    executable(tmp_path / "pytest", PRETENDED)
    made = ("-o", ".venv/dev.stamp") if (ROOT / ".venv/dev.stamp").exists() else ()
    ended = run("make", *made, "test", f"T={words}", f"BIN={tmp_path}", CALLS=str(calls))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert calls.read_text(encoding="utf-8").splitlines() == arguments
