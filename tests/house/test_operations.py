"""docs/operations.md is complete, and every alarm links to a page with instructions."""

import re
from pathlib import Path

import pytest

from db.connection.engine import make_engine
from service.settings import Settings
from service.telemetry.operation import Observing
from tests.house.tree import ROOT, name

OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
INCIDENTS = ROOT / "docs" / "incidents"
HEADINGS = ["How it shows", "What is safe", "What to do"]


def rows(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, without its head."""
    section = OPERATIONS.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    table = section[section.index("|---") :].split("\n\n")[0].splitlines()[1:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]


def test_every_setting_is_listed_with_its_default() -> None:
    listed = {row[0].strip("`"): row[1].strip("`") for row in rows("Settings")}
    assert set(listed) == {field.upper() for field in Settings.model_fields}
    for field, setting in Settings.model_fields.items():
        default = setting.default
        shown = str(default).lower() if isinstance(default, bool) else str(default)
        assert listed[field.upper()] == ("unset" if default is None else shown)


def test_every_metric_is_listed() -> None:
    observing = Observing()
    observing.watch(make_engine("postgresql://nobody@127.0.0.1:1/nowhere"), "primary")
    listed = {row[0].strip("`").removesuffix("_total") for row in rows("Metrics")}
    assert listed == {metric.name for metric in observing.registry.collect()}


def test_every_alarm_leads_to_a_page_and_every_page_has_its_alarm() -> None:
    linked = {found for row in rows("Alarms") for found in re.findall(r"\((\S+\.md)\)", row[-1])}
    assert len(rows("Alarms")) > 10
    assert all(row[-1] for row in rows("Alarms"))
    assert linked == {f"incidents/{page.name}" for page in INCIDENTS.glob("*.md")}


@pytest.mark.parametrize("page", sorted(INCIDENTS.glob("*.md")), ids=name)
def test_an_incident_says_what_is_safe_and_what_to_do(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert re.search(r"^1\. ", text, re.MULTILINE)
