"""Every lock is complete, has a hash for each file, and leads to no registry."""

import sys
from pathlib import Path

import orjson
import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.house.locks import asked_by_us, environments, gaps, installed_in, pins
from tests.house.tree import ROOT

LOCKS = {
    "requirements.lock": Path(sys.prefix),
    "requirements-dev.lock": Path(sys.prefix),
    "tests/clients/requirements.lock": ROOT / ".venv-clients",
    "docs/requirements.lock": ROOT / ".venv-docs",
}
HASH = f" --hash=sha256:{'0' * 64}"
OLDEST, NEWEST = environments()[0], environments()[-1]
"""The oldest Python on Linux, and the newest on Windows."""


def text_of(lock: str) -> str:
    return (ROOT / lock).read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", ["tests/npm", "portal", "deploy/gateway"])
def test_locks_of_npm_hold_hashes_and_no_address(lock: str) -> None:
    text = text_of(f"{lock}/package-lock.json")
    assert "://" not in text
    packages = orjson.loads(text)["packages"]
    installed = {where: package for where, package in packages.items() if where}
    assert installed
    assert [where for where, package in installed.items() if not package.get("integrity")] == []
    assert [where for where, package in installed.items() if "resolved" in package] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_a_version_with_hashes_and_no_address(lock: str) -> None:
    assert "://" not in text_of(lock)
    assert pins(text_of(lock))


@pytest.mark.parametrize(
    "line",
    [
        "--index-url=nowhere",
        "--find-links=nowhere",
        "--editable=.",
        "left",
        "left==1.0",
        f"left>=1.0{HASH}",
        f"left==1.*{HASH}",
        f"left==1.0{HASH} --hash=md5:00",
        f"left @ file:///nowhere{HASH}",
        "",
        "# a remark",
    ],
)
def test_anything_else_in_a_lock_is_a_fault(line: str) -> None:
    with pytest.raises(ValueError, match=r"Expected|no version with hashes"):
        pins(f"right==1.0{HASH}\n{line}\n")


def test_development_lock_holds_the_other() -> None:
    """One environment serves both: `make test` after `make run` changes no version."""
    assert set(pins(text_of("requirements.lock"))) <= set(pins(text_of("requirements-dev.lock")))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_of_every_locked_distribution_is_met_by_the_lock(lock: str) -> None:
    """Offline, by the metadata of installed distributions: each platform, from the oldest Python on."""
    locked, known = pins(text_of(lock)), installed_in(LOCKS[lock])
    missing = {
        gap
        for environment in environments()
        for gap in gaps(asked_by_us(lock), locked, known, environment)
    }
    assert sorted(missing) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_without_any_one_of_its_distributions_is_incomplete(lock: str) -> None:
    """Every locked distribution is required, and the check above would notice if one were missing."""
    locked, known = pins(text_of(lock)), installed_in(LOCKS[lock])
    idle = {
        pin.name
        for pin in locked
        if not any(
            gaps(asked_by_us(lock), [each for each in locked if each != pin], known, environment)
            for environment in (
                OLDEST,
                next(e for e in environments() if e["os_name"] == "nt"),
                NEWEST,
            )
        )
    }
    assert idle == set()


COVERAGE = [
    "tomli>=2; python_full_version <= '3.11.0a6' and extra == 'toml'",
    "backport>=1; python_version < '3.12' and extra == 'toml'",
    "other[deep]; extra == 'more'",
]


@pytest.mark.parametrize(
    ("requirement", "lock", "missing"),
    [
        ("cov", ["cov==7"], []),
        ("cov>=8", ["cov==7"], ["the project asks for cov>=8"]),
        ("cov[toml]", ["cov==7", "backport==1.2"], []),
        (
            "cov[toml]",
            ["cov==7"],
            ['cov[toml] asks for backport>=1; python_version < "3.12" and extra == "toml"'],
        ),
        (
            "cov[toml]",
            ["cov==7", "backport==0.9"],
            ['cov[toml] asks for backport>=1; python_version < "3.12" and extra == "toml"'],
        ),
        (
            "cov[toml]",
            ["cov==7", "backport==1.2; python_version > '3.11'"],
            ['cov[toml] asks for backport>=1; python_version < "3.12" and extra == "toml"'],
        ),
        ("Cov[More]", ["cov==7", "other==1"], ['other[deep] asks for deepest; extra == "deep"']),
        ("cov", ["cov==7", "other==1"], ["other asks for always"]),
        ("cov", ["cov==8"], ["cov 8 is not installed here, so its requirements are unknown"]),
    ],
)
def test_requirements_missing_in_a_lock_are_reported(
    requirement: str, lock: list[str], missing: list[str]
) -> None:
    known = {
        ("cov", Version("7")): [Requirement(line) for line in COVERAGE],
        ("backport", Version("1.2")): [],
        ("backport", Version("0.9")): [],
        ("other", Version("1")): [
            Requirement("deepest; extra == 'deep'"),
            *([Requirement("always")] if requirement == "cov" else []),
        ],
    }
    locked = pins("".join(f"{line}{HASH}\n" for line in lock))
    assert gaps([Requirement(requirement)], locked, known, OLDEST) == missing
