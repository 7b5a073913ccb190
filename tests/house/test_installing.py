"""Installing: the port is checked first, completed steps are not repeated, and then need no registry."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.port import try_port
from tests.house.test_commands import executable, run
from tests.house.tree import ROOT

LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "tests/clients/requirements.lock",
    "docs/requirements.lock",
)
NPM_LOCKS = ("tests/npm/package-lock.json", "portal/package-lock.json")
STEPS = {
    ".venv/made.stamp": "venv .venv",
    ".venv/run.stamp": "requirements.lock",
    ".venv/dev.stamp": "requirements-dev.lock",
    ".venv-clients/.stamp": "tests/clients/requirements.lock",
    ".venv-docs/.stamp": "docs/requirements.lock",
    "tests/npm/node_modules/.stamp": "tests/npm",
    "portal/node_modules/.stamp": "portal",
}
# Replaces python, pip and npm: it records its arguments, and makes the folders that they would make.
PRETENDED = """
echo "$*" >> "$CALLS"
case "$*" in
  *"-m venv"*) for folder; do :; done; mkdir -p "$folder/bin"; cp "$0" "$folder/bin/python" ;;
  "ci --prefix"*) mkdir -p "$3/node_modules" ;;
esac
"""


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A bound port without a listener: connections to it are refused."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files that installing reads, with fake programs."""
    for path in ("Makefile", "pyproject.toml", "scripts", *LOCKS, *NPM_LOCKS):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / path).is_dir() else shutil.copy
        copy(ROOT / path, tmp_path / path)
    for name in ("python3", "npm", "node", "chromium", "pgbouncer", "nginx", "faketime"):
        executable(tmp_path / "programs" / name, PRETENDED)
    return tmp_path


def make(checkout: Path, *targets: str) -> list[str]:
    """The commands that the programs received."""
    calls = checkout / "calls"
    calls.write_text("", encoding="utf-8")
    path = f"{checkout / 'programs'}:{os.environ['PATH']}"
    ended = run("make", *targets, cwd=checkout, CALLS=str(calls), PATH=path)
    assert (ended.returncode, ended.stderr) == (0, "")
    return calls.read_text(encoding="utf-8").splitlines()


def installed(calls: list[str]) -> set[str]:
    """The locks and folders that were installed."""
    words = [call.split() for call in calls]
    return {call[-1] for call in words if "--require-hashes" in call} | {
        call[2] for call in words if call[0] == "ci"
    }


def test_nothing_is_done_again_after_files_were_only_touched(checkout: Path) -> None:
    first = make(checkout, *STEPS)
    assert installed(first) == {*LOCKS, "tests/npm", "portal"}
    for path in ("pyproject.toml", *LOCKS, *NPM_LOCKS, ".venv/made.stamp"):
        (checkout / path).touch()
    assert make(checkout, *STEPS) == []


@pytest.mark.parametrize(
    ("path", "again"),
    [
        ("requirements.lock", {"requirements.lock", "requirements-dev.lock"}),
        ("requirements-dev.lock", {"requirements-dev.lock"}),
        ("tests/clients/requirements.lock", {"tests/clients/requirements.lock"}),
        ("docs/requirements.lock", {"docs/requirements.lock"}),
        ("tests/npm/package-lock.json", {"tests/npm"}),
        ("portal/package-lock.json", {"portal"}),
    ],
)
def test_a_changed_lock_alone_is_installed_again_and_so_is_the_old_one(
    checkout: Path, path: str, again: set[str]
) -> None:
    make(checkout, *STEPS)
    before = (checkout / path).read_bytes()
    for content in (before + b"\n", before):
        (checkout / path).write_bytes(content)
        assert installed(make(checkout, *STEPS)) == again
        assert make(checkout, *STEPS) == []


def test_a_step_that_failed_is_done_again(checkout: Path) -> None:
    make(checkout, ".venv/run.stamp")
    lock = checkout / "requirements.lock"
    before = lock.read_bytes()
    lock.write_bytes(before + b"\n")
    python = checkout / ".venv" / "bin" / "python"
    pretended = python.read_text(encoding="utf-8")
    executable(python, "exit 1")
    assert run("make", ".venv/run.stamp", cwd=checkout).returncode != 0
    lock.write_bytes(before)
    python.write_text(pretended, encoding="utf-8")
    assert installed(make(checkout, ".venv/run.stamp")) == {"requirements.lock"}


@pytest.mark.parametrize(
    ("python", "lock"),
    [
        (Path(sys.executable), "requirements.lock"),
        (Path(sys.executable), "requirements-dev.lock"),
        (ROOT / ".venv-clients" / "bin" / "python", "tests/clients/requirements.lock"),
        (ROOT / ".venv-docs" / "bin" / "python", "docs/requirements.lock"),
    ],
)
def test_the_environment_equals_the_lock_without_a_registry(
    closed_port: int, python: Path, lock: str
) -> None:
    """Everything is installed: a package that pip had to look for could not be had from a closed port."""
    words = (
        f"-m pip --isolated install --dry-run --index-url http://127.0.0.1:{closed_port}/ --retries 0 "
        "--no-deps --only-binary :all: --require-hashes --requirement"
    )
    ended = run(python, *words.split(), lock)
    assert ended.returncode == 0, ended.stderr
    assert "Would install" not in ended.stdout


def test_a_port_in_use_is_reported_before_anything_is_installed(checkout: Path) -> None:
    (checkout / "service").mkdir()
    for name in ("__init__.py", "port.py", "errors.py"):
        shutil.copy(ROOT / "service" / name, checkout / "service" / name)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = run("make", "run", cwd=checkout, PORT=str(port), PYTHON=sys.executable)
    assert ended.stderr.splitlines()[0] == (
        f"xeploai: 127.0.0.1 port {port} cannot be used (Address already in use); "
        "set PORT to another port"
    )
    assert ended.returncode != 0
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "٨٠٠٠٠", "1" * 5000])
def test_a_malformed_port_is_left_to_the_settings(port: str) -> None:
    try_port("127.0.0.1", port)


def test_without_a_setting_the_usual_port_is_tried() -> None:
    """On an address of documentation, which no machine has."""
    ended = run("bash", "scripts/port", HOST="192.0.2.1", PORT="")
    assert ended.returncode == 1
    assert ended.stderr.startswith("xeploai: 192.0.2.1 port 8000 cannot be used")


def test_the_port_is_tried_with_the_standard_library_alone() -> None:
    """There is no environment yet: -S leaves out what was installed in the one of the tests."""
    code = "import service.port, sys; print(sorted(m for m in sys.modules if 'pydantic' in m))"
    ended = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ended.stdout == "[]\n"
