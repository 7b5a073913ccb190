"""Parses a lock of Python packages and checks that it is complete, since pip does not resolve it."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from itertools import product
from pathlib import Path
from typing import Any

from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house.tree import ROOT

HASHED = re.compile(r"(?:\s+--hash=sha256:[0-9a-f]{64})+")
PYTHONS = ("3.11.0", "3.11.15", "3.12.0", "3.13.0", "3.14.0")
PLATFORMS = (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))
MACHINES = ("x86_64", "aarch64")

Environment = Mapping[str, str]
Requirements = Mapping[tuple[str, Version], list[Requirement]]


@dataclass(frozen=True)
class Pin:
    """One distribution of a lock, for the environments of its marker."""

    name: str
    version: Version
    marker: Marker | None

    def holds_in(self, environment: Environment) -> bool:
        return self.marker is None or self.marker.evaluate(dict(environment))


def pins(text: str) -> list[Pin]:
    """The distributions of a lock.

    Raises:
        ValueError: a line is not one distribution of one version with its hashes.
    """
    pinned = []
    for line in text.replace("\\\n", " ").splitlines():
        requirement, hashes, rest = line.partition(" --hash")
        parsed = Requirement(requirement)
        version = re.fullmatch(r"==([^*,]+)", str(parsed.specifier))
        if version is None or not HASHED.fullmatch(f" {(hashes + rest).strip()}"):
            raise ValueError(f"no version with hashes: {line}")
        name = canonicalize_name(parsed.name)
        pinned.append(Pin(name, Version(version[1]), parsed.marker))
    return pinned


def environments() -> list[Environment]:
    """The supported environments: every Python from the oldest on, on each platform."""
    return [
        _here()
        | {
            "python_full_version": python,
            "implementation_version": python,
            "python_version": python.rpartition(".")[0],
            "sys_platform": platform,
            "platform_system": system,
            "os_name": name,
            "platform_machine": machine,
        }
        for python, (platform, system, name), machine in product(PYTHONS, PLATFORMS, MACHINES)
    ]


def _here() -> dict[str, str]:
    return {name: str(value) for name, value in default_environment().items()}


def requirements_of(installed: Iterable[Distribution]) -> Requirements:
    """What installed distributions require, extras and markers included (Requires-Dist)."""
    return {
        (canonicalize_name(distribution.name), Version(distribution.version)): list(
            map(Requirement, distribution.requires or [])
        )
        for distribution in installed
    }


def installed_in(environment: Path) -> Requirements:
    """What the distributions of a virtual environment require."""
    (packages,) = (environment / "lib").glob("python3.*/site-packages")
    return requirements_of(distributions(path=[str(packages)]))


def asked_by_us(lock: str) -> list[Requirement]:
    """The project's requirements of a lock: its own dependencies, and its build dependencies."""
    own = (ROOT / lock).with_suffix(".in")
    if own.exists():
        lines = own.read_text(encoding="utf-8").splitlines()
    else:
        project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
        lines = project["build-system"]["requires"] + project["project"]["dependencies"]
        if "dev" in lock:
            lines += project["project"]["optional-dependencies"]["dev"]
    return [Requirement(line) for line in lines]


def gaps(
    requirements: list[Requirement],
    locked: list[Pin],
    known: Requirements,
    environment: Environment,
) -> list[str]:
    """Each requirement that the lock does not meet in this environment, with its origin.

    All requirements of all locked distributions count, and those of every requested extra.
    """
    chosen = {pin.name: pin for pin in locked if pin.holds_in(environment)}
    missing = [
        f"{pin.name} {pin.version} is not installed here, so its requirements are unknown"
        for pin in chosen.values()
        if (pin.name, pin.version) not in known and pin.holds_in(_here())
    ]
    waiting = [("the project", requirement, "") for requirement in requirements]
    seen = {(name, "") for name in chosen}
    waiting += [asking for name in chosen for asking in _asking(chosen[name], "", known)]
    while waiting:
        asker, requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({**environment, "extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        pin = chosen.get(name)
        if pin is None or not requirement.specifier.contains(pin.version, prereleases=True):
            missing.append(f"{asker} asks for {requirement}")
            continue
        for wished in sorted(
            {(name, canonicalize_name(each)) for each in requirement.extras} - seen
        ):
            seen.add(wished)
            waiting += _asking(pin, wished[1], known)
    return sorted(missing)


def _asking(pin: Pin, extra: str, known: Requirements) -> list[tuple[str, Requirement, str]]:
    asker = f"{pin.name}[{extra}]" if extra else pin.name
    return [(asker, each, extra) for each in known.get((pin.name, pin.version), [])]
