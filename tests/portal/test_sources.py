"""The sources of the portal by their own means: the lint finds nothing, and the unit tests pass."""

import subprocess
from pathlib import Path

import pytest

from tests.house.tree import ROOT

PORTAL = ROOT / "portal"
OXLINT = PORTAL / "node_modules" / ".bin" / "oxlint"

FAULTS = {
    "react-hooks(rules-of-hooks)": """
        import { useState } from "react";
        export const Name = ({ isShown }: { isShown: boolean }) => (isShown ? useState("")[0] : "");
    """,
    "react-hooks(exhaustive-deps)": """
        import { useEffect } from "react";
        export function Title({ title }: { title: string }) {
          useEffect(() => {
            document.title = title;
          }, []);
          return null;
        }
    """,
    "jsx-a11y(alt-text)": """export const Picture = () => <img src="a.png" />;""",
    "jsx-a11y(click-events-have-key-events)": """
        export const Area = ({ act }: { act: () => void }) => <div onClick={act}>…</div>;
    """,
    "typescript(no-floating-promises)": """
        const load = async () => await Promise.resolve(1);
        export const start = () => {
          load();
        };
    """,
}
"""A rule of each kind that the portal relies on, and a source that breaks it."""


def run(*words: str | Path, folder: Path = PORTAL) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("script", ["lint", "test"])
def test_the_script_passes(script: str) -> None:
    ended = run("npm", "run", "--silent", script)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("rule", FAULTS)
def test_the_lint_finds_a_fault_of_each_kind(rule: str, tmp_path: Path) -> None:
    """With the rules of the portal, and with the types of its packages."""
    for name in ("node_modules", ".oxlintrc.json", "tsconfig.json"):
        (tmp_path / name).symlink_to(PORTAL / name)
    (tmp_path / "src").mkdir()
    source = tmp_path / "src" / "fault.tsx"
    source.write_text(FAULTS[rule], encoding="utf-8")
    ended = run(OXLINT, "-f", "unix", source.relative_to(tmp_path), folder=tmp_path)
    assert ended.returncode == 1
    assert f"[Error/{rule}]" in ended.stdout
