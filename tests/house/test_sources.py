"""Checks the rules for every Python file, on its syntax tree."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import ROOMS, name, sources

LINES_MAX = 50
ENVIRONMENT = {"environ", "environb", "getenv", "putenv"}
SKIPPING = {"skip", "skipif", "xfail", "importorskip", "skipUnless", "expectedFailure"}

SQL = re.compile(
    r"\b(SELECT|INSERT INTO|DELETE FROM|WHERE|JOIN|ORDER BY|CASE WHEN|IS NOT NULL|ANY\(|CAST\()|\bt\.\w+ (=|IN)"
)
"""Words of SQL, and conditions over the alias of a relation."""


def nodes(*folders: str) -> Iterator[tuple[Path, ast.AST]]:
    for path in sources(*folders):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield path, node


def place(path: Path, node: ast.expr | ast.stmt) -> str:
    return f"{name(path)}:{node.lineno}"


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{place(path, node)} {node.name}"
        for path, node in nodes(*ROOMS, "tests")
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LINES_MAX
    ]
    assert long == []


def test_every_module_says_what_it_is_for() -> None:
    """One line, or a first line and a tree of errors or the like below it."""
    for path in sources(*ROOMS, "tests"):
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        assert docstring.splitlines(), name(path)


def test_only_the_settings_read_the_environment() -> None:
    read = [
        place(path, node)
        for path, node in nodes(*ROOMS)
        if name(path) != "service/settings.py"
        and (
            (isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT)
            or (isinstance(node, ast.Name) and node.id in ENVIRONMENT)
        )
    ]
    assert read == []


def test_sql_stands_in_db_alone() -> None:
    sql = [
        place(path, node)
        for path, node in nodes(*(room for room in ROOMS if room != "db"))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value)
    ]
    assert sql == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    skipped = [
        place(path, node)
        for path, node in nodes("tests")
        if isinstance(node, ast.Attribute) and node.attr in SKIPPING
    ]
    assert skipped == []


def test_no_test_uses_a_mock() -> None:
    imported = [
        place(path, node)
        for path, node in nodes("tests")
        if (isinstance(node, ast.ImportFrom) and "mock" in (node.module or ""))
        or (isinstance(node, ast.Import) and any("mock" in alias.name for alias in node.names))
    ]
    assert imported == []


def test_an_ignored_type_names_its_code_and_reason() -> None:
    for path in sources(*ROOMS, "tests"):
        for line in path.read_text(encoding="utf-8").splitlines():
            _, mark, rest = line.partition("# type:" + " ignore")
            if mark:
                code, _, reason = rest.partition("]")
                assert code.startswith("["), f"{name(path)}: {line.strip()}"
                assert reason.strip(" #-"), f"{name(path)}: {line.strip()}"


def test_one_function_decides_the_memberships_left_by_a_transfer() -> None:
    """Which memberships count in a year is a condition of its own: db.repositories.person.held_in_year."""
    places = {
        name(path) for path in sources("db") if "m.transferred AND" in path.read_text("utf-8")
    }
    assert places == {"db/repositories/person.py"}
