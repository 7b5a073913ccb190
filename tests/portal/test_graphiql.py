"""GraphiQL at /graphql: own files, the policy of every answer, the principal of requests, the docs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from graphql import OperationDefinitionNode, build_schema, parse, validate
from graphql.execution.values import VariableValues, get_variable_values
from playwright.sync_api import Browser, Locator, Page, expect

from schema.graph import sdl
from tests.conftest import copied
from tests.end_to_end.conftest import running
from tests.house.tree import ROOT
from tests.portal.visiting import CHAIR, Visit, visiting

WHERE = ROOT / "portal" / "src" / "graphiql" / "examples.json"
EXAMPLES = orjson.loads(WHERE.read_bytes())
GUARDED = (
    '{ me { person { name } } body(code: "ht.so-xay-dung.tt") { rating(year: 2023) { reason } } }'
)


def ask_as(page: Page, title: str) -> None:
    page.get_by_label("Người hỏi").select_option(label=title)
    expect(page.get_by_text("hoặc ghi vào Headers")).to_have_count(0)  # until the token is there


def write(page: Page, query: str) -> None:
    page.get_by_role("button", name="New tab").click()
    editor = page.get_by_label("Query Editor")
    # What a new tab begins with comes a moment later.
    expect(editor).to_contain_text("Ctrl + Space")
    editor.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(query)
    expect(editor).to_contain_text(query)


def answer(page: Page) -> Locator:
    """The result of the operation in the editor."""
    page.get_by_role("button", name="Execute query").click()
    return page.get_by_label("Result Window")


def test_the_first_example_runs_unchanged(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.url}/graphql")
    ask_as(page, CHAIR)
    result = answer(page)
    expect(result).to_contain_text('"name": "Đảng bộ huyện Thạch Hà"')
    expect(result).not_to_contain_text("errors")
    expect(page).to_have_title("Truy vấn · xeploai")
    page.get_by_role("button", name="English").click()
    expect(page).to_have_title("Queries · xeploai")
    assert visit.elsewhere() == []
    assert visit.complaints == []


def test_the_docs_are_those_of_the_schema(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.url}/graphql")
    page.get_by_role("button", name="Show Documentation Explorer").click()
    docs = page.get_by_role("region", name="Documentation Explorer")
    docs.get_by_role("link", name="Appraisal", exact=True).click()
    expect(docs).to_contain_text("Hồ sơ đánh giá: the rating of one subject in one year and track.")
    assert visit.complaints == []


def test_the_answer_follows_the_rights_of_the_principal(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.url}/graphql")
    write(page, GUARDED)
    expect(answer(page)).to_contain_text("UNAUTHENTICATED")
    ask_as(page, CHAIR)
    result = answer(page)
    expect(result).to_contain_text('"person"')
    expect(result).not_to_contain_text("UNAUTHENTICATED")


def test_a_pasted_operation_runs_at_once(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.url}/graphql")
    write(page, "query First { __typename }")
    expect(answer(page)).to_contain_text('"Query"')
    page.get_by_label("Query Editor").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text("query Second { second: __typename }")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.get_by_label("Result Window")).to_contain_text('"second": "Query"')


def test_an_operation_in_the_address_is_shown_and_can_run(visit: Visit) -> None:
    page = visit.page
    text = "query Linked($kind: String!) { __type(name: $kind) { name } }"
    address = urlencode({"query": text, "variables": '{"kind": "Body"}'})
    for _ in range(2):  # with tabs that are kept, and without
        page.goto(f"{visit.url}/graphql?{address}")
        expect(page.get_by_label("Query Editor")).to_contain_text("query Linked")
        page.get_by_label("Query Editor").click()
        page.keyboard.press("ControlOrMeta+Enter")
        expect(page.get_by_label("Result Window")).to_contain_text('"name": "Body"')
        assert page.url == f"{visit.url}/graphql"


def test_the_text_of_the_editor_survives_a_reload_and_not_the_tab(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.url}/graphql")
    write(page, "query Mine { __typename }")
    expect(answer(page)).to_contain_text('"Query"')
    page.wait_for_function("() => sessionStorage['xeploai.graphiql:query']?.includes('Mine')")
    page.reload()
    expect(page.get_by_label("Query Editor")).to_contain_text("query Mine")
    assert page.evaluate("Object.keys(localStorage)") == []


@pytest.fixture
def closed(chromium: Browser, demonstration_files: Path) -> Iterator[Visit]:
    """A visitor of a service that answers no introspection."""
    with copied(demonstration_files) as folder:
        for service in running(folder, INTROSPECTION="false"):
            with visiting(chromium, service.url) as visitor:
                yield visitor


def test_without_introspection_the_docs_are_of_the_printed_schema(closed: Visit) -> None:
    page = closed.page
    page.goto(f"{closed.url}/graphql")
    expect(page.get_by_role("status")).to_contain_text("/schema.graphql")
    page.get_by_role("button", name="Show Documentation Explorer").click()
    docs = page.get_by_role("region", name="Documentation Explorer")
    expect(docs.get_by_role("link", name="Appraisal", exact=True)).to_be_visible()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_an_example_is_valid(example: dict[str, Any]) -> None:
    schema = build_schema(sdl(), assume_valid_sdl=True)
    document = parse("\n".join(example["query"]))
    assert validate(schema, document) == []
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    declared = operation.variable_definitions or ()
    variables = get_variable_values(schema, declared, example["variables"])
    assert isinstance(variables, VariableValues)
    assert variables.coerced == example["variables"]
