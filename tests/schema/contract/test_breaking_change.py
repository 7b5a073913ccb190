"""Schema care: what breaks a release, and what a deprecation with a day allows."""

from datetime import date
from pathlib import Path

import pytest

from schema.contract.breaking_change import breaking
from service.cli.printed_document import refuse_breaking_changes
from service.errors import BrokenPromise

DAY = date(2027, 6, 30)
BEFORE = """
type Query { body(code: ID!, year: Int): Body, bodies: [Body!]! }
type Body @key(fields: "code") { code: ID!, name: String!, level: Level, tally: Tally }
type Tally { total: Int! }
enum Level { GOOD BAD }
input Given { code: ID! }
type Mutation { give(input: Given!): Body }
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: String!", ""),
        ("name: String!", "name: String"),
        ("name: String!", "name: [String!]!"),
        ("code: ID!, year: Int", "code: ID!"),
        ("code: ID!, year: Int", "code: ID!, year: Int, track: Int!"),
        ("GOOD BAD", "GOOD"),
        ("input Given { code: ID! }", "input Given { code: ID!, why: String! }"),
        ("bodies: [Body!]!", ""),
        ("type Mutation { give(input: Given!): Body }", ""),
        (' @key(fields: "code")', ""),
        (' @key(fields: "code")', ' @key(fields: "name")'),
    ],
)
def test_a_change_that_takes_something_away_breaks(old: str, new: str) -> None:
    assert old in BEFORE
    assert breaking(BEFORE, BEFORE.replace(old, new), DAY)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: String!", "name: String!, title: String"),
        ("level: Level", "level: Level!"),
        ("code: ID!, year: Int", "code: ID!, year: Int, track: Int"),
        ("code: ID!, year: Int", "code: ID, year: Int = 2023"),
        ("input Given { code: ID! }", "input Given { code: ID, why: String }"),
        (' @key(fields: "code")', ' @key(fields: "code") @key(fields: "name")'),
        ("total: Int!", 'total: Int! @deprecated(reason: "Until 2027-06-30: use count.")'),
    ],
)
def test_a_change_that_only_adds_does_not(old: str, new: str) -> None:
    assert old in BEFORE
    assert breaking(BEFORE, BEFORE.replace(old, new), DAY) == []


@pytest.mark.parametrize(
    ("old", "gone"),
    [
        ("name: String!", ""),
        ("year: Int", ""),
        ("BAD", ""),
        ("tally: Tally", ""),
        ("bodies: [Body!]!", ""),
    ],
)
def test_a_released_deprecated_field_may_be_removed_after_its_last_day(old: str, gone: str) -> None:
    """On the day itself it is still promised. A type goes with the last field that leads to it."""
    released = BEFORE.replace(old, f'{old} @deprecated(reason: "Until 2027-06-30: not needed.")', 1)
    current = BEFORE.replace(old, gone, 1)
    if "Tally" in old:
        current = current.replace("type Tally { total: Int! }", "")
    assert breaking(released, current, DAY)
    assert breaking(released, current, date(2027, 7, 1)) == []


@pytest.mark.parametrize("reason", ["Not needed.", "until 2027-06-30: x", "Until 2027-06-30", ""])
def test_a_deprecation_without_a_day_allows_nothing(reason: str) -> None:
    released = BEFORE.replace("level: Level", f'level: Level @deprecated(reason: "{reason}")')
    assert breaking(released, BEFORE.replace("level: Level,", ""), date.max)


def test_a_broken_promise_names_every_change(tmp_path: Path) -> None:
    released = tmp_path / "released.graphql"
    released.write_text(BEFORE, encoding="utf-8")
    refuse_breaking_changes(released, BEFORE)
    with pytest.raises(BrokenPromise) as refusal:
        refuse_breaking_changes(
            released, BEFORE.replace("name: String!", "").replace("GOOD BAD", "GOOD")
        )
    assert "Body.name" in str(refusal.value)
    assert "BAD" in str(refusal.value)
