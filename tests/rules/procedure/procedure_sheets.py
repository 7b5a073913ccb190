"""The case sheets of the procedure: tests/rules/cases/procedure, one per article or section."""

import tomllib
from pathlib import Path
from typing import Any

SHEETS = Path(__file__).parents[1] / "cases" / "procedure"


def cases(sheet: str, table: str = "case") -> list[dict[str, Any]]:
    """The cases of a sheet; each has a `name` that says in words what it shows."""
    content = tomllib.loads((SHEETS / f"{sheet}.toml").read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = content[table]
    return rows


def name_of(case: dict[str, Any]) -> str:
    return str(case["name"])
