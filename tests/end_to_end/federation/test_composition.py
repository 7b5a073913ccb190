"""Composition: our subgraph beside another one, by Apollo's composition and The Guild's."""

import os
import re
import subprocess

import pytest

from schema.contract.printed_right import PrintedRights
from schema.graph import sdl
from tests.end_to_end.federation.conftest import DEPLOYED, PACKAGES, compose

BOTH = ["apollo", "guild"]
Subgraphs = dict[str, tuple[str, str]]


@pytest.mark.parametrize("by", BOTH)
def test_it_composes_without_hints_and_errors(subgraphs: Subgraphs, by: str) -> None:
    composed = compose(by, subgraphs)
    assert (composed.errors, composed.hints) == ([], [])
    person = composed.supergraph.split("\ntype Person")[1].split("\n}")[0]
    assert "staffNumber" in person
    assert "rating(" in person


@pytest.mark.parametrize("by", BOTH)
def test_it_composes_alone(subgraphs: Subgraphs, by: str) -> None:
    composed = compose(by, {"xeploai": subgraphs["xeploai"]})
    assert (composed.errors, composed.hints) == ([], [])


def test_sizes_costs_and_tags_reach_the_supergraph_and_rights_do_not(subgraphs: Subgraphs) -> None:
    """No gateway enforces a right; @apollo/gateway refuses supergraphs that demand it."""
    supergraph = compose("apollo", subgraphs).supergraph
    for directive in ("@listSize(", "@cost(", "@tag("):
        assert directive in supergraph
    for directive in ("@authenticated", "@requiresScopes", "@policy"):
        assert directive not in supergraph
    assert not re.search(r"^  node\(", supergraph, re.MULTILINE)


@pytest.mark.parametrize("by", BOTH)
@pytest.mark.parametrize(
    ("rights", "named"),
    [(PrintedRights.SCOPES, "@requiresScopes("), (PrintedRights.POLICIES, "@policy(")],
)
def test_rights_reach_the_supergraph_where_a_setting_asks_for_it(
    subgraphs: Subgraphs, by: str, rights: PrintedRights, named: str
) -> None:
    url, _ = subgraphs["xeploai"]
    composed = compose(by, subgraphs | {"xeploai": (url, sdl(rights))})
    assert (composed.errors, composed.hints) == ([], [])
    assert named in composed.supergraph
    assert "@authenticated" in composed.supergraph


@pytest.mark.parametrize("by", BOTH)
def test_without_shareable_pages_it_would_not_compose(subgraphs: Subgraphs, by: str) -> None:
    url, sdl = subgraphs["staff"]
    composed = compose(by, subgraphs | {"staff": (url, sdl.replace(" @shareable {", " {"))})
    assert any("INVALID_FIELD_SHARING" in each and "PageInfo" in each for each in composed.errors)


@pytest.mark.parametrize("by", BOTH)
def test_two_provinces_are_not_two_subgraphs(subgraphs: Subgraphs, by: str) -> None:
    """The same types at two addresses do not compose: a router picks the address instead."""
    composed = compose(by, subgraphs | {"other-province": subgraphs["xeploai"]})
    assert any("INVALID_FIELD_SHARING" in each for each in composed.errors)


def test_the_sdl_that_is_served_is_the_one_that_is_committed(subgraphs: Subgraphs) -> None:
    assert subgraphs["xeploai"][1].strip() == sdl().strip()


def test_the_list_in_deploy_composes_by_its_readme() -> None:
    done = subprocess.run(
        ["node", DEPLOYED / "compose.cjs", DEPLOYED / "subgraphs.json"],
        env={**os.environ, **PACKAGES},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert 'join__graph(name: "xeploai"' in done.stdout
