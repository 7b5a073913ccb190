"""Files import each other one way: no circle, and every folder of a room has its place in a contract."""

import ast
import tomllib
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.house.tree import ROOMS, ROOT, name, sources


def module(path: Path) -> str:
    return name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def executed(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes of a file without those under `if TYPE_CHECKING`, which are for type checkers alone."""
    typing = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for statement in block.body
        for node in ast.walk(statement)
    }
    return (node for node in ast.walk(tree) if id(node) not in typing)


def imported(path: Path, known: Mapping[str, Path]) -> Iterator[str]:
    for node in executed(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in known else node.module


def test_no_file_imports_one_that_imports_it() -> None:
    known = {module(path): path for path in sources(*ROOMS)}
    graph = {
        where: {other for other in imported(path, known) if other != where}
        for where, path in known.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        raise AssertionError(" -> ".join(circle.args[1])) from None


def test_every_folder_has_its_place_in_a_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = {
        part.strip()
        for contract in contracts["tool"]["importlinter"]["contracts"]
        for layer in contract.get("layers", [])
        for part in layer.split("|")
    }
    folders = {module(path) for path in sources(*ROOMS) if path.name == "__init__.py"}
    assert {folder for folder in folders if folder.count(".") <= 1} - layers == set()
