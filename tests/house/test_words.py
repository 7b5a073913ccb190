"""Words that must not come back, in names and in prose: tests/house/words.toml says what to write instead, and why."""

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import GENERATED, ROOMS, ROOT, files, relative, sources

WORDS = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
ONE_LINE = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)
SDL = ROOT / "schema" / "contract" / "schema.graphql"
PROSE = {re.compile(pattern, re.IGNORECASE): entry for pattern, entry in WORDS["prose"].items()}
SOURCES = [path for path in sources(*ROOMS, "tests") if "versions" not in path.parts]
PORTAL = [
    path
    for path in files()
    if relative(path)[0] == "portal" and path.suffix in {".ts", ".tsx", ".mjs"}
]
PAGES = [
    path
    for path in files()
    if path.suffix == ".md"
    and "decisions" not in path.parts
    and "/".join(relative(path)) not in GENERATED
]


def bound_names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each name that a function, a parameter or a variable gets, but for those of a comprehension on one line."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ONE_LINE) and node.lineno == node.end_lineno:
            continue
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield node.lineno, name.strip("_")
        yield from bound_names(node)


def prose_of(text: str) -> Iterator[tuple[int, str]]:
    """Each comment and each docstring of a Python source, with its line."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT or (
            token.type == tokenize.STRING and token.string.startswith('"""')
        ):
            yield token.start[0], token.string


TYPESCRIPT_TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"')
TYPESCRIPT_COMMENT = re.compile(r"(?<!:)//[^\n]*|/\*.*?\*/", re.DOTALL)
TYPESCRIPT_BINDING = re.compile(
    r"\b(?:const|let|function)\s+(?:(\w+)|[\[{]([^=]*)[\]}]\s*=)|\(([^()]*)\)\s*=>|\b(\w+)\s*=>"
)


def typescript_names(text: str) -> Iterator[tuple[int, str]]:
    """Each name that a declaration or an arrow function of a TypeScript source binds, with its line."""
    for binding in TYPESCRIPT_BINDING.finditer(TYPESCRIPT_TEXT.sub('""', text)):
        line = text.count("\n", 0, binding.start()) + 1
        for name in re.findall(r"\w+", " ".join(filter(None, binding.groups()))):
            yield line, name


def applies(entry: dict[str, Any], path: Path) -> bool:
    """Whether a pattern of prose holds for a file: everywhere, or only below its `trees`."""
    return "trees" not in entry or any(path.is_relative_to(ROOT / tree) for tree in entry["trees"])


def instead(word: str, entry: dict[str, Any]) -> str:
    return f"{word!r}: write {entry['instead']} ({entry['why']})"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_name_says_what_it_holds(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    vague = [
        f"{line}: {instead(name, WORDS['names'][name])}"
        for line, name in bound_names(tree)
        if name in WORDS["names"]
    ]
    assert vague == []


@pytest.mark.parametrize("path", PORTAL, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_name_of_the_portal_says_what_it_holds(path: Path) -> None:
    vague = [
        f"{line}: {instead(name, WORDS['names'][name])}"
        for line, name in typescript_names(path.read_text(encoding="utf-8"))
        if name in WORDS["names"]
    ]
    assert vague == []


def test_a_class_that_was_renamed_stays_so() -> None:
    retired = [
        f"{path.relative_to(ROOT)}:{node.lineno} {instead(node.name, WORDS['retired'][node.name])}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and node.name in WORDS["retired"]
    ]
    assert retired == []


def test_comments_and_docstrings_are_plain() -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{line} {instead(pattern.pattern, entry)}"
        for path in SOURCES
        for line, text in prose_of(path.read_text(encoding="utf-8"))
        for pattern, entry in PROSE.items()
        if applies(entry, path) and pattern.search(text)
    ]
    assert faults == []


def test_comments_of_the_portal_are_plain() -> None:
    faults = [
        f"{path.relative_to(ROOT)}: {instead(pattern.pattern, entry)}"
        for path in PORTAL
        for comment in TYPESCRIPT_COMMENT.findall(path.read_text(encoding="utf-8"))
        for pattern, entry in PROSE.items()
        if applies(entry, path) and pattern.search(comment)
    ]
    assert faults == []


def test_descriptions_of_the_graph_are_plain() -> None:
    descriptions = re.findall(r'"""(.*?)"""', SDL.read_text(encoding="utf-8"), re.DOTALL)
    assert len(descriptions) > 500
    faults = [
        f"{description!r} {instead(pattern.pattern, entry)}"
        for description in descriptions
        for pattern, entry in PROSE.items()
        if applies(entry, SDL) and pattern.search(description)
    ]
    assert faults == []


def test_pages_are_plain() -> None:
    faults = [
        f"{path.relative_to(ROOT)}: {instead(pattern.pattern, entry)}"
        for path in PAGES
        for pattern, entry in PROSE.items()
        if applies(entry, path) and pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("one = 1", ["one"]),
        ("def f(found): pass", ["found", "f"]),
        ("def said(): pass", ["said"]),
        ("xs = [one for one in ys]", ["xs"]),
        ("xs = [\n    one\n    for one in ys\n]", ["xs", "one"]),
        ("for each in ys: pass", ["each"]),
    ],
)
def test_the_check_sees_names(source: str, names: list[str]) -> None:
    assert sorted(name for _, name in bound_names(ast.parse(source))) == sorted(names)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("const one = 1;", ["one"]),
        ("const [one, setOne] = use();", ["one", "setOne"]),
        ("const { found, more: rest } = use();", ["found", "more", "rest"]),
        ("function asked(text) {}", ["asked"]),
        ("rows.map((each, index) => each)", ["each", "index"]),
        ("rows.map(each => each)", ["each"]),
        ('t("asked", "const one = 1")', []),
    ],
)
def test_the_check_sees_names_of_typescript(source: str, names: list[str]) -> None:
    assert [name for _, name in typescript_names(source)] == names


@pytest.mark.parametrize(
    ("trees", "is_checked"), [(["db"], True), (["db/tables"], False), ([], False)]
)
def test_a_pattern_with_trees_holds_below_them(trees: list[str], is_checked: bool) -> None:
    assert applies({"trees": trees}, ROOT / "db" / "errors.py") is is_checked
    assert applies({}, ROOT / "db" / "errors.py")
