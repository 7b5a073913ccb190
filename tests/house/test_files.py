"""Checks the rules for every file of the repository."""

import re
import unicodedata
from pathlib import Path

from tests.house.tree import GENERATED, ROOT, files, name, relative, texts

LINES_MAX = 400
WRITTEN = {
    ".py",
    ".js",
    ".ts",
    ".tsx",
    ".css",
    ".html",
    ".md",
    ".sql",
    ".graphql",
    ".sh",
    ".toml",
    "",
}
DATA = ("rules/texts", "tests/rules/documents", "service/static")

# Put together here, since this file must not name them either.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("yarnpkg", "com"),
        ("docker", "io"),
        ("ghcr", "io"),
        ("quay", "io"),
        ("gcr", "io"),
        ("crates", "io"),
        ("golang", "org"),
        ("anaconda", "org"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
    )
)
MACHINE = re.compile(r"(?<![\w.$}>-])/(?:work|root|home|Users|tmp/[a-z])/")


def written() -> list[Path]:
    return [
        path
        for path in files()
        if path.suffix in WRITTEN
        and name(path) not in GENERATED
        and not name(path).startswith(DATA)
    ]


def test_no_file_is_too_long_to_read_in_one_sitting() -> None:
    lengths = {name(path): len(path.read_bytes().splitlines()) for path in written()}
    assert {path: n for path, n in lengths.items() if n > LINES_MAX} == {}


def test_text_is_nfc() -> None:
    assert [name(p) for p, text in texts() if not unicodedata.is_normalized("NFC", text)] == []


def test_no_registry_is_named() -> None:
    named_hosts = [(name(p), host) for p, text in texts() for host in REGISTRIES if host in text]
    assert named_hosts == []


def test_no_path_of_a_machine_is_named() -> None:
    named_paths = [
        (name(p), machine_path) for p, text in texts() for machine_path in MACHINE.findall(text)
    ]
    assert named_paths == []


def test_scripts_stop_at_the_first_fault() -> None:
    scripts = [p for p in files() if relative(p)[0] in {"scripts", ".ci"} and not p.suffix]
    assert scripts
    for script in scripts:
        text = script.read_text(encoding="utf-8")
        assert text.startswith("#!/usr/bin/env bash\n"), name(script)
        assert "set -euo pipefail\n" in text or "set -uo pipefail\n" in text, name(script)


def test_ci_runs_the_two_commands_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if not line.startswith("#")]
    assert commands == ["set -euo pipefail", "make check", "make test"]
