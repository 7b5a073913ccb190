"""The portal as it is committed: built from the present sources, and nothing in it comes from elsewhere."""

import re
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from rules.procedure.precedence import Reason
from schema.graph import sdl
from service.http.portal_page import BUILT
from tests.house.portal_build import MAKE_PORTAL, SOURCES, present_hash, recorded_hash
from tests.house.tree import files, name

OPERATIONS = sorted((SOURCES / "src" / "graph").glob("*.graphql"))
ELSEWHERE = re.compile(r"""(?:src|href)=["']?(?:https?:)?//|@import|url\((?!data:)""")


def test_the_build_is_of_the_present_sources() -> None:
    assert recorded_hash() == present_hash(), MAKE_PORTAL


def test_every_reason_to_wait_has_words_in_the_portal() -> None:
    source = (SOURCES / "src" / "i18n.ts").read_text(encoding="utf-8")
    words = re.search(r"const REASONS[^{]*\{(.*?)\n\};", source, re.DOTALL)
    assert words
    named = set(re.findall(r"^  (\w+):", words[1], re.MULTILINE))
    missing = {str(reason) for reason in Reason} - named
    assert missing == set(), "add them to REASONS in portal/src/i18n.ts, then run `make portal`"


def test_every_operation_is_valid_for_the_graph() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in OPERATIONS)
    assert validate(build_schema(sdl(), assume_valid_sdl=True), parse(text)) == []


@pytest.mark.parametrize(
    "path", [p for p in files() if BUILT in p.parents and p.suffix in {".html", ".css"}], ids=name
)
def test_nothing_comes_from_elsewhere(path: Path) -> None:
    assert ELSEWHERE.findall(path.read_text(encoding="utf-8")) == []
