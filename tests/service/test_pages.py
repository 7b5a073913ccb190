"""The pages: from own files alone, as their policy demands, with labels, and examples that hold."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import OperationDefinitionNode, build_schema, parse, validate
from graphql.execution.values import VariableValues, get_variable_values

from schema.graph import sdl
from service.app import PAGES

CONTROLS = {"input", "select", "textarea"}
HTML = sorted(PAGES.glob("*.html"))
EXAMPLES = orjson.loads((PAGES / "examples.json").read_bytes())


class Page(HTMLParser):
    """The elements of a page, and which controls stand inside a label."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.labelled: set[str | None] = set()
        self._inside_label = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append((tag, given))
        if tag == "label":
            self._inside_label = True
            self.labelled.add(given.get("for"))
        elif self._inside_label:
            self.labelled.add(given.get("id"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._inside_label = False


@pytest.mark.parametrize("path", sorted(PAGES.iterdir()), ids=lambda path: path.name)
def test_nothing_comes_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]+", text) == []
    assert "@import" not in text


@pytest.mark.parametrize("path", HTML, ids=lambda path: path.name)
def test_the_content_security_policy_lets_all_of_it_through(path: Path) -> None:
    for tag, attrs in Page(path).elements:
        assert tag != "style"
        assert tag != "script" or attrs["src"]
        assert not [name for name in attrs if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("path", HTML, ids=lambda path: path.name)
def test_a_page_says_its_language_and_title(path: Path) -> None:
    page = Page(path)
    assert ("html", {"lang": "vi"}) in page.elements
    assert {"title", "h1", "main"} <= {tag for tag, _ in page.elements}


@pytest.mark.parametrize("path", HTML, ids=lambda path: path.name)
def test_every_control_has_a_label(path: Path) -> None:
    page = Page(path)
    controls = {attrs.get("id") for tag, attrs in page.elements if tag in CONTROLS}
    assert controls - page.labelled == set()


def test_the_script_finds_what_it_looks_for() -> None:
    script = (PAGES / "query.js").read_text(encoding="utf-8")
    ids = {attrs.get("id") for _, attrs in Page(PAGES / "query.html").elements}
    looked_for = set(re.findall(r'at\("(\w+)"\)', script))
    assert looked_for
    assert looked_for - ids == set()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_an_example_is_valid(example: dict[str, Any]) -> None:
    schema = build_schema(sdl(), assume_valid_sdl=True)
    document = parse("\n".join(example["query"]))
    assert validate(schema, document) == []
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    variables = get_variable_values(
        schema, operation.variable_definitions or (), example["variables"]
    )
    assert isinstance(variables, VariableValues)
    assert variables.coerced == example["variables"]
