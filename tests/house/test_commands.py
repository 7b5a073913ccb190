"""make and its scripts: their listings and their error messages."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.house.tree import ROOT

TARGETS = [
    "help",
    "run",
    "test",
    "test-fast",
    "fast",
    "check",
    "bench",
    "schema",
    "law",
    "matrix",
    "documents",
    "portal",
    "docs",
    "lock",
]


def run(
    *words: str | Path, cwd: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["env", *(f"{name}={value}" for name, value in environment.items()), *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def executable(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_make_alone_lists_what_there_is() -> None:
    listed = run("make").stdout
    assert listed == run("make", "help").stdout
    assert re.findall(r"^  ([a-z-]+) +\S", listed, re.MULTILINE) == [*TARGETS, "clean"]


def test_every_target_is_phony_or_a_file_of_the_environment() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    targets = re.findall(r"^([a-z./-]+):(?!=)", makefile, re.MULTILINE)
    assert {target for target in targets if not target.startswith(".venv")} == set(phony.split())


@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        ("exit 0 #", None),
        ('case "$*" in *ensurepip*) exit 1;; esac', "install the Debian package python3-venv"),
        (
            'case "$*" in *version_info*) exit 1;; --version) echo "Python 3.10.1";; esac',
            "Python 3.10.1 is too old; Python 3.11 or newer is needed",
        ),
        (
            'echo "shim: version 3.12.9 is not installed" >&2; exit 127',
            "python3 cannot be started (see above); install Python 3.11 or newer",
        ),
        (
            'case "$*" in *"-m venv"*) exit 1;; esac',
            "the environment .venv could not be made (see above)",
        ),
    ],
)
def test_an_unsuitable_python_is_reported(
    tmp_path: Path, python: str, sentence: str | None
) -> None:
    fake = executable(tmp_path / "python3", python)
    ended = run("bash", ROOT / "scripts" / "environment", fake, cwd=tmp_path)
    assert ended.returncode == (0 if sentence is None else 1)
    lines = ended.stderr.splitlines()
    assert lines == [] if sentence is None else lines[-1].endswith(sentence)
    assert len(lines) <= 1 + ("shim" in python)


def test_a_missing_python_is_reported(tmp_path: Path) -> None:
    ended = run("bash", ROOT / "scripts" / "environment", "python9", cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (
        1,
        "xeploai: python9 was not found; install Python 3.11 or newer\n",
    )


def test_unavailable_packages_are_reported(tmp_path: Path) -> None:
    executable(tmp_path / ".venv" / "bin" / "python", "echo no network >&2; exit 1")
    ended = run("bash", ROOT / "scripts" / "install", "requirements.lock", cwd=tmp_path)
    assert ended.returncode == 1
    assert ended.stderr == (
        "no network\nxeploai: the packages of requirements.lock could not be installed (see above)\n"
    )


def test_check_runs_everything_and_names_what_fails(tmp_path: Path) -> None:
    for tool in ("mypy", "lint-imports", "xeploai", "vulture", "pytest"):
        executable(tmp_path / tool, "exit 0")
    executable(tmp_path / "ruff", 'echo "one fault"; exit 1')
    ended = run("bash", ROOT / "scripts" / "check", BIN=str(tmp_path))
    assert ended.returncode == 1
    assert ended.stdout.splitlines() == [
        "holds   mypy",
        "holds   lint-imports",
        "holds   xeploai schema --check",
        "holds   xeploai law --check",
        "holds   xeploai matrix --check",
        "FAILS   ruff check .",
        "        one fault",
        "holds   vulture",
        "FAILS   ruff format --check .",
        "        one fault",
        "holds   pytest -q tests/house",
    ]


def test_check_is_green_when_all_holds(tmp_path: Path) -> None:
    for tool in ("mypy", "lint-imports", "xeploai", "ruff", "vulture", "pytest"):
        executable(tmp_path / tool, "exit 0")
    assert run("bash", ROOT / "scripts" / "check", BIN=str(tmp_path)).returncode == 0
