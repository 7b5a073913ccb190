"""The pages for contributors: the paths and commands that they name exist, and the hooks call tools that are installed."""

import re
from pathlib import Path

import pytest
import yaml

from service.settings import Settings
from tests.house.tree import ROOT

PAGES = ("CONTRIBUTING.md", "SECURITY.md", "docs/development.md", "docs/releasing.md")
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.ĐQ*-]*)`")
TARGET = re.compile(r"`make ([a-z-]+)")
MADE = (".data", ".venv", ".venv-clients", ".venv-docs", "node_modules")
"""What work makes, and no commit holds."""
SECTIONS = [
    "A clause",
    "A reason to wait",
    "A command (mutation)",
    "A field",
    "An error",
    "A setting",
]


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_page_names_exists(page: str) -> None:
    paths = [path for path in PATH.findall(text(page)) if Path(path).parts[0] not in MADE]
    assert paths
    assert [path for path in paths if not any(ROOT.glob(path))] == []


@pytest.mark.parametrize("page", [*PAGES, "README.md", "README.vi.md"])
def test_every_target_that_a_page_names_exists(page: str) -> None:
    makefile = text("Makefile")
    targets = set(TARGET.findall(text(page)))
    assert {target for target in targets if f"\n{target}:" not in makefile} == set()


def test_contributing_says_for_each_kind_of_change_which_files_and_which_test() -> None:
    page = text("CONTRIBUTING.md")
    section = page.split("\n## Add something\n")[1].split("\n## ")[0]
    kinds = re.split(r"^### ", section, flags=re.MULTILINE)[1:]
    assert [kind.splitlines()[0] for kind in kinds] == SECTIONS
    for kind in kinds:
        assert re.findall(r"^(\d)\. ", kind, re.MULTILINE)[0] == "1"
        for tested in re.findall(r"`make test T=(\S+)`", kind) or ["none"]:
            assert (ROOT / tested).exists()


def test_the_setting_of_the_example_is_one() -> None:
    (example,) = re.findall(r"### A setting\n\nExample: `(\w+)`", text("CONTRIBUTING.md"))
    assert example.lower() in Settings.model_fields


def test_the_hooks_are_local_and_call_tools_of_the_environment() -> None:
    repositories = yaml.safe_load(text(".pre-commit-config.yaml"))["repos"]
    assert [repository["repo"] for repository in repositories] == ["local"]
    for hook in repositories[0]["hooks"]:
        tool = hook["entry"].split()[0]
        assert hook["language"] == "system"
        assert tool.startswith(".venv/bin/")
        assert (ROOT / tool).exists(), tool
