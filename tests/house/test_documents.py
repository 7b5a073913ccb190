"""The written documents: links lead somewhere, citations exist, decisions keep their form."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.texts.law import documents
from scripts import between, decisions, errors
from tests.house.tree import GENERATED, ROOMS, ROOT, files, name, relative, sources, texts

LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)(?:#[^)]*)?\)")
CITE = re.compile(r"(?:QĐ124|HD01):[Đ\d](?:[\wĐđ.]|:[a-z+])*\+?")
HEADINGS = ["Context", "Decision", "Consequences", "Alternatives", "References"]
DECISIONS, ERRORS = ROOT / "docs" / "decisions", ROOT / "docs" / "errors"


def pages() -> list[Path]:
    return [path for path in files() if path.suffix == ".md" and name(path) not in GENERATED]


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_citation_exists() -> None:
    """Every citation exists, also in docstrings and comments."""
    known = {cite for document in documents().values() for cite in document.points}
    cited = {
        (name(path), cite.rstrip(".:"))
        for path, text in texts()
        if relative(path)[0] in {*ROOMS, "docs"} and path.suffix != ".csv"
        for cite in CITE.findall(text)
    }
    assert cited
    assert sorted((path, cite) for path, cite in cited if cite not in known) == []


@pytest.mark.parametrize("page", sorted(DECISIONS.glob("0*.md")), ids=name)
def test_a_decision_is_one_page_of_the_same_form(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    decision = decisions.read(page)
    assert page.name.startswith(f"{decision.number}-")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS


def test_the_index_of_decisions_is_that_of_their_heads() -> None:
    assert decisions.main("--check") is None


def test_the_index_names_each_number_without_a_page_as_withdrawn() -> None:
    numbers = {path.name[:4] for path in DECISIONS.glob("0*.md")}
    index = (DECISIONS / "index.md").read_text(encoding="utf-8")
    gaps = {f"{n:04}" for n in range(1, int(max(numbers)))} - numbers
    assert gaps == set(re.findall(r"^(\d{4}) was withdrawn\.", index, re.MULTILINE))


@pytest.mark.parametrize(
    "head",
    [
        "# 0099 A title\n\nAccepted, 2026-11-21.\n",
        "# 0099 A title\n\n- Status: Proposed\n- Date: 2026-11-21\n",
        "# 0099 A title\n\n- Status: Accepted\n",
    ],
)
def test_a_decision_without_status_or_date_is_refused(tmp_path: Path, head: str) -> None:
    page = tmp_path / "0099-a-title.md"
    page.write_text(head, encoding="utf-8")
    with pytest.raises(ValueError, match=r"0099-a-title\.md: the head must be"):
        decisions.read(page)


def test_the_changelog_begins_with_the_law() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for version in text.split("\n## ")[1:]:
        headings = re.findall(r"^### (.+)$", version, re.MULTILINE)
        assert headings == [each for each in ("Law", "API", "Operations") if each in headings]
        assert headings


def test_every_error_code_has_its_page_and_every_page_its_code() -> None:
    written = {page.stem for page in ERRORS.glob("*.md")} - {"index"}
    assert written == errors.error_codes()


def test_the_tree_of_errors_is_that_of_the_classes() -> None:
    page = (ERRORS / "index.md").read_text(encoding="utf-8")
    assert between.renewed(page, "tree", errors.tree()) == page


def code_texts(tree: ast.AST) -> Iterator[ast.expr]:
    """Each text in capitals that is an argument `code=` or the value of a key `code`."""
    for node in ast.walk(tree):
        codes: list[ast.expr | None] = []
        if isinstance(node, ast.keyword) and node.arg == "code":
            codes = [node.value]
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            codes = [value for key, value in pairs if key and ast.unparse(key) == "'code'"]
        for value in codes:
            if isinstance(value, ast.Constant) and str(value.value).isupper():
                yield value


def test_no_answer_is_given_its_code_as_a_text() -> None:
    """Codes come from classes, so that the list of all codes, made from the classes, is complete."""
    written = [
        f"{name(path)}:{value.lineno} {ast.unparse(value)}"
        for path in sources(*ROOMS)
        for value in code_texts(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert written == []


@pytest.mark.parametrize(
    ("source", "texts_found"),
    [
        ('refusal(503, code="BUSY")', 1),
        ('error = {"code": "BUSY", "id": 1}', 1),
        ("refusal(503, code=Busy.code)", 0),
        ('body(code="ht")', 0),
    ],
)
def test_a_code_as_a_text_would_be_found(source: str, texts_found: int) -> None:
    assert len(list(code_texts(ast.parse(source)))) == texts_found


ENTRY = re.compile(
    r"(?: {2})?- (?:(?:Added|Changed|Deprecated|Removed|Fixed|Security): )?\S[^\n]*[.:]"
)


def test_a_change_is_one_line_of_the_changelog() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    lines = text[text.index("\n## ") :].splitlines()
    entries = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in entries if not ENTRY.fullmatch(line)] == []
    bare = [re.sub(r"\([^)]*\)|`[^`]*`", "", line) for line in entries]
    assert [line for line in bare if ";" in line] == []


@pytest.mark.parametrize("page", sorted(ERRORS.glob("[A-Z]*.md")), ids=name)
def test_an_error_says_what_to_do(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {page.stem}\n\nHTTP status ")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == ["What it means", "What to do", "How it looks"]
    assert f'"code": "{page.stem}"' in text
    assert f"]({page.name})" in (ERRORS / "index.md").read_text(encoding="utf-8")
