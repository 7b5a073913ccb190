"""Checks that the service reaches every function that a point of the law names in `computed_by`."""

import ast
from collections.abc import Iterator, Mapping

import pytest

from rules.editions.lookup import editions
from rules.texts.law import documents
from tests.house.tree import ROOT, sources

Place = tuple[str, str]
"""A module, and a name at its top level."""
FROM_HERE = ("rules.judgement.judge", "judge")
BY_NAME = ("rules.judgement.judge", "compiled_edition")
"""Takes the conditions of the modules that an edition names."""
COMPUTED_BY = sorted(
    {
        function
        for document in documents().values()
        for point in document.points.values()
        for function in point.computed_by
    }
)


def modules() -> dict[str, ast.Module]:
    """The law and whatever the service does, by the name of the module."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
            path.read_text(encoding="utf-8")
        )
        for path in sources("rules", "resolvers")
    }


def uses(trees: Mapping[str, ast.Module]) -> dict[Place, set[Place]]:
    """The names that each top-level definition of a module uses."""
    mentioned: dict[Place, set[Place]] = {}
    for module, tree in trees.items():
        known = imported(tree, trees)
        known |= {name: (module, name) for statement in tree.body for name in defined(statement)}
        for statement in tree.body:
            places = set(mentions(statement, known))
            for name in defined(statement):
                mentioned.setdefault((module, name), set()).update(places)
    return mentioned


def imported(tree: ast.Module, trees: Mapping[str, ast.Module]) -> dict[str, Place]:
    """Names by what they are imported from; a module has the name "" in itself."""
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                place = (whole, "") if whole in trees else (node.module, alias.name)
                known[alias.asname or alias.name] = place
    return known


def defined(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Assign():
            for target in statement.targets:
                yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name


def mentions(statement: ast.stmt, known: Mapping[str, Place]) -> Iterator[Place]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and node.id in known:
            yield known[node.id]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module, name = known.get(node.value.id, ("", "other"))
            if not name:
                yield module, node.attr


def reached(trees: Mapping[str, ast.Module]) -> set[Place]:
    """All definitions used, directly or indirectly, by `rules.judgement.judge:judge` or resolvers/."""
    mentioned = uses(trees)
    named = {(module, "CLAUSES") for edition in editions() for module in edition.rule_modules}
    mentioned.setdefault(BY_NAME, set()).update(named)
    waiting = [FROM_HERE, *(place for place in mentioned if place[0].startswith("resolvers"))]
    seen = set(waiting)
    while waiting:
        new = mentioned.get(waiting.pop(), set()) - seen
        seen |= new
        waiting += new
    return seen


@pytest.fixture(scope="module")
def places() -> set[Place]:
    return reached(modules())


@pytest.mark.parametrize("function", COMPUTED_BY)
def test_every_function_that_computes_a_point_is_reached(places: set[Place], function: str) -> None:
    module, _, name = function.partition(":")
    assert (module, name) in places


def test_the_conditions_of_an_edition_are_reached_through_it(places: set[Place]) -> None:
    assert BY_NAME in places


LAW = """
def computed(facts): return helped(facts)
def helped(facts): return facts
def forgotten(facts): return facts
ALL = [listed]
def listed(facts): return facts
"""


@pytest.mark.parametrize(
    ("caller", "name", "is_reached"),
    [
        ("from rules.point import computed\ndef work(): computed(1)", "helped", True),
        ("from rules import point\ndef work(): point.computed(1)", "helped", True),
        ("from rules import point as law\nBY = {1: law.ALL}", "listed", True),
        ("from rules.point import computed as count\nby = count", "computed", True),
        ("from rules.point import computed\ndef work(): pass", "computed", False),
        ("from rules.point import computed\ndef work(): computed(1)", "forgotten", False),
        ("from rules import point\ndef work(): point.computed(1)", "listed", False),
    ],
)
def test_a_function_that_is_only_imported_or_defined_is_not_reached(
    caller: str, name: str, *, is_reached: bool
) -> None:
    trees = {
        "rules": ast.parse(""),
        "rules.point": ast.parse(LAW),
        "rules.judgement.judge": ast.parse("def judge(): pass"),
        "resolvers.work": ast.parse(caller),
    }
    assert (("rules.point", name) in reached(trees)) is is_reached
