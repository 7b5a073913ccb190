"""What libraries do not promise is used in one module of each layer, and declared there."""

import ast
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest

from db import library_internals as of_the_database
from schema import library_internals as of_the_graph
from service import library_internals as of_the_server
from tests.house.test_sources import nodes
from tests.house.tree import ROOMS, name, sources

INTERNALS = {f"{room}/library_internals.py" for room in ("db", "schema", "service")}
LIBRARIES = {"asyncpg", "graphql", "sqlalchemy", "strawberry", "uvicorn"}
PROMISED_MODULES = {
    "asyncpg",
    "sqlalchemy",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.exc",
    "sqlalchemy.ext.asyncio",
    "sqlalchemy.pool",
    "sqlalchemy.types",
}
"""Modules all of whose names are documented. Of others, those in `__all__` of a library or of its packages are."""

UNPROMISED_MODULES = {"graphql.pyutils"}
"""Its docstring says that its functions are subject to change."""

PROMISED_NAMES = {
    "strawberry.dataloader.DataLoader",
    "strawberry.federation.schema_directives.Tag",
    "strawberry.exceptions.StrawberryInputCoercionError",
    "strawberry.scalars.JSON",
    "strawberry.schema.config.StrawberryConfig",
    "strawberry.types.get_object_definition",
    "uvicorn.Config",
}
"""Names that the documentation uses, of modules without `__all__`."""

PROMISED_BASES = {"GraphQLError", "Visitor", "UserDefinedType", "Connection"}
"""Classes that their documentation lets users derive from."""

PROMISED_UNDERSCORES = {"_asdict"}
"""Of named tuples: the underscore only keeps it apart from their fields."""

PRIVATE_KEYS = {"strawberry-definition", "__strawberry_definition__"}


def library(module: str | None) -> bool:
    return (module or "").partition(".")[0] in LIBRARIES


def is_promised(module: str, imported: str) -> bool:
    if module in PROMISED_MODULES or f"{module}.{imported}" in PROMISED_NAMES:
        return True
    if module in UNPROMISED_MODULES or module.count(".") > 1:
        return False
    return imported in getattr(import_module(module), "__all__", ())


def unpromised(tree: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """The uses of what libraries do not promise, each with what is used."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module)) if library(module):
                for alias in node.names:
                    if not is_promised(module, alias.name):
                        yield node, f"{module}.{alias.name}"
            case ast.Attribute(value=ast.Name(id="self" | "cls")):
                continue
            case ast.Attribute(attr=attribute) | ast.Constant(value=str(attribute)):
                if attribute in PRIVATE_KEYS or is_private(node, attribute):
                    yield node, attribute


def is_private(node: ast.AST, attribute: str) -> bool:
    is_single = attribute.startswith("_") and not attribute.startswith("__")
    return isinstance(node, ast.Attribute) and is_single and attribute not in PROMISED_UNDERSCORES


def derived() -> Iterator[tuple[Path, ast.ClassDef, str]]:
    """Our classes that derive from a class of a library or of INTERNALS, with the name of that class."""
    for path in sources(*ROOMS):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            and (library(node.module) or (node.module or "").endswith(".library_internals"))
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                for base in map(base_name, node.bases):
                    if base.rpartition(".")[2] in imported or base.partition(".")[0] in LIBRARIES:
                        yield path, node, base.rpartition(".")[2]


def base_name(base: ast.expr) -> str:
    return ast.unparse(base.value if isinstance(base, ast.Subscript) else base)


DECLARED = {
    kind.__name__: (kind, names, module.INHERITED.get(kind, {}))
    for module in (of_the_graph, of_the_server)
    for kind, names in module.OVERRIDDEN.items()
}
"""By the name of a library's class: the class, what of it we override, and what else of it we use."""


def test_nothing_else_uses_what_libraries_do_not_promise() -> None:
    overridden = {method for _, names, _ in DECLARED.values() for method in names}
    uses = [
        f"{name(path)}:{node.lineno} {used}"
        for path in sources(*ROOMS)
        if name(path) not in INTERNALS
        for node, used in unpromised(ast.parse(path.read_text(encoding="utf-8")))
        if not (used in overridden and ast.unparse(node).startswith("super()."))
    ]
    assert uses == [], "move it to library_internals.py, with a test"


@pytest.mark.parametrize(
    ("source", "used"),
    [
        ("from graphql.execution.executor import CollectedErrors", "CollectedErrors"),
        ("from graphql.pyutils import Path", "Path"),
        ("from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol", "HttpTools"),
        ("from strawberry.types.field import StrawberryField", "StrawberryField"),
        ("from sqlalchemy.dialects.postgresql.base import ischema_names", "ischema_names"),
        ("schema._schema.type_map", "_schema"),
        ("self._schema._schema", "_schema"),
        ("field.extensions['strawberry-definition']", "strawberry-definition"),
        ("kind.__strawberry_definition__", "__strawberry_definition__"),
        ("self._schema.type_map", None),
        ("from graphql import Executor", None),
        ("row._asdict()", None),
    ],
)
def test_such_a_use_is_noticed(source: str, used: str | None) -> None:
    noticed = [each for _, each in unpromised(ast.parse(source))]
    assert bool(noticed) == (used is not None)
    assert used is None or used in noticed[0]


def test_each_class_of_a_library_that_we_derive_from_is_declared() -> None:
    bases = {base for _, _, base in derived()}
    assert bases - PROMISED_BASES == DECLARED.keys()


@pytest.mark.parametrize("base", DECLARED)
def test_our_classes_override_and_use_what_is_declared_and_nothing_else(base: str) -> None:
    kind, overridden, inherited = DECLARED[base]
    ours = [node for _, node, of in derived() if of == base]
    methods = {
        method.name
        for node in ours
        for method in node.body
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {method for method in methods if hasattr(kind, method)} - {"__init__"} == set(overridden)
    own = methods | {attribute for node in ours for attribute in assigned(node)}
    used = {
        attribute.attr
        for node in ours
        for attribute in ast.walk(node)
        if isinstance(attribute, ast.Attribute)
        and ast.unparse(attribute.value) in ("self", "super()")
    }
    assert used - own - set(overridden) - {"__init__"} <= set(inherited)


def assigned(node: ast.ClassDef) -> Iterator[str]:
    """The attributes that a class declares, or assigns to itself."""
    for inner in ast.walk(node):
        match inner:
            case ast.AnnAssign(target=ast.Name(id=attribute)):
                yield attribute
            case ast.Assign(targets=[ast.Name(id=attribute)]):
                yield attribute
            case ast.Attribute(value=ast.Name(id="self"), attr=attribute, ctx=ast.Store()):
                yield attribute


@pytest.mark.parametrize("module", [of_the_graph, of_the_server])
def test_each_name_has_its_purpose_and_is_used(module: object) -> None:
    exported: list[str] = module.__all__  # type: ignore[attr-defined]  # both have it
    purposes: dict[str, str] = module.PURPOSES  # type: ignore[attr-defined]  # the same
    assert set(exported) == set(purposes)
    assert exported == sorted(exported)
    imported = {
        alias.name
        for path, node in nodes(*ROOMS)
        if isinstance(node, ast.ImportFrom) and name(path) not in INTERNALS
        for alias in node.names
        if (node.module or "").endswith(".library_internals")
    }
    assert set(exported) - imported == set()


def test_no_other_file_has_an_exception_for_private_names() -> None:
    marked = [
        name(path)
        for path in sources(*ROOMS)
        if "noqa: SLF001" in path.read_text(encoding="utf-8") and name(path) not in INTERNALS
    ]
    assert marked == []


@pytest.mark.parametrize("module", [of_the_database, of_the_graph, of_the_server])
def test_the_installed_versions_are_those_that_were_looked_at(module: object) -> None:
    looked_at: dict[str, str] = module.LOOKED_AT  # type: ignore[attr-defined]  # each has it
    other = {
        package: version(package)
        for package, known in looked_at.items()
        if version(package).split(".")[:2] != known.split(".")[:2]
    }
    assert other == {}, "run the tests of the assumptions, look at the changes, and write LOOKED_AT"
