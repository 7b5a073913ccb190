"""Checks that everything that outlives a request and grows with client input is bounded.

A cache is a `LRUCache`, which is bounded in entries and bytes, or an `lru_cache` with a size. Dictionaries that
outlive a request are listed here with the reason why they stay bounded.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.house.tree import ROOT

ROOMS = ("schema", "service", "db", "resolvers", "authz")
SIZED = {
    "schema/authorization.py": "callers, by policy and identity: CALLERS_CACHED_MAX small entries",
    "service/http/header_cache.py": "short headers alone: HEADERS_CACHED_MAX of CHARACTERS_MAX",
    "db/json_sql/relation.py": "statements of links, which filters and rights choose: STATEMENTS_KEPT",
    "db/repositories/authorization_check.py": "statements of the shapes of rights: SHAPES_KEPT",
    "db/repositories/authorization_filter.py": "statements of the shapes of rights: SHAPES_KEPT",
    "db/connection/driver.py": "sets of our own statements: TEXTS_CACHED",
    "authz/policy_file.py": "rows of policies by act and rater: ENFORCERS_CACHED_MAX",
    "db/json_sql/cursor.py": "links of our own tables: RELATIONS_KEPT",
    "resolvers/authorization/policy.py": "policies, which two officers sign: POLICIES_CACHED",
    "authz/competence.py": "what the matrix says of classes: COMPETENCES_CACHED_MAX",
    "authz/decision.py": "decisions of the matrix for classes and roles: DECISIONS_CACHED_MAX",
}
UNSIZED = {
    "authz/policy_file.py": "policies of files, which the operator alone names",
    "db/catalogue/__init__.py": "no argument",
    "db/migrate.py": "no argument",
    "db/repositories/precedence.py": "sets of the few reasons why something waits",
    "schema/types/record.py": "the types of the graph",
    "service/settings.py": "no argument",
}
GROWING = {
    "db/connection/recent_text.py:RecentTexts._first_seconds": "drops its oldest beyond TEXTS_REMEMBERED; a number each",
    "db/connection/statement_batching.py:StatementBatcher._queues": "as many as requests that wait; each leaves with its last",
    "db/connection/timeout.py:_SCHEDULERS": "event loops: one in a process",
    "schema/lru_cache.py:LRUCache._entries": "the bounded cache itself",
    "schema/operation/document_size.py:Measure._known": "lives as long as one document is measured",
    "service/auth/account.py:Accounts._known": "drops its oldest; an id, a truth value and a time each",
    "service/auth/identity.py:KnownTokens._callers": "drops its oldest beyond TOKENS_CACHED_MAX, CACHED_CHARACTERS_MAX",
    "service/http/caller_share.py:Shares._by_caller": "callers that hold something now",
    "schema/execution/fair_queue.py:Turns._queues": "callers whose requests run or wait now",
    "service/auth/identity.py:Identity._read_at": "issuers of the settings",
    "service/telemetry/operation.py:Observing._hashes": "OPERATIONS_MAX hashes of twelve letters",
    "service/auth/rate_limit.py:Budget._left": "drops its oldest beyond CLIENTS_MAX; a name and two numbers each",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def memoizing(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """The uses of `cache` and `lru_cache`, and whether they name a size."""
    called = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and _name(node) in ("cache", "lru_cache"):
            call = called.get(id(node))
            yield _name(node), bool(call and (call.args or call.keywords))


def growing(tree: ast.Module) -> Iterator[str]:
    """Initially empty dictionaries and sets of modules and objects that the code fills later."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and _is_empty(node.value):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if _is_put_into(tree, ast.unparse(target)):
                yield ast.unparse(target)
        if isinstance(node, ast.ClassDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Assign | ast.AnnAssign) and _is_empty(inner.value):
                    target = inner.targets[0] if isinstance(inner, ast.Assign) else inner.target
                    held = ast.unparse(target)
                    if held.startswith("self._") and _is_put_into(node, held):
                        yield f"{node.name}.{held.removeprefix('self.')}"


def _is_empty(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Dict):
        return not value.keys
    return isinstance(value, ast.Call) and _name(value.func) in (
        "dict",
        "OrderedDict",
        "defaultdict",
        "set",
    )


def _is_put_into(tree: ast.AST, held: str) -> bool:
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=value, ctx=ast.Store()):
                into: ast.expr = value
            case ast.Call(func=ast.Attribute(value=value, attr="setdefault" | "add" | "update")):
                into = value
            case _:
                continue
        if ast.unparse(into) == held:
            return True
    return False


def test_each_remembered_answer_has_a_size_and_a_reason() -> None:
    sized = {path for path, tree in modules() for _, has_size in memoizing(tree) if has_size}
    unsized = {path for path, tree in modules() for _, has_size in memoizing(tree) if not has_size}
    assert sized - SIZED.keys() == set()
    assert unsized - UNSIZED.keys() == set()


def test_each_dictionary_that_outlives_a_request_has_a_reason_why_it_ends() -> None:
    dictionaries = {f"{path}:{held}" for path, tree in modules() for held in growing(tree)}
    assert dictionaries - GROWING.keys() == set()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("KNOWN = {}\ndef f(key): KNOWN[key] = 1", ["KNOWN"]),
        ("KNOWN = {}\ndef f(key): return KNOWN.setdefault(key, 1)", ["KNOWN"]),
        (
            "class A:\n def __init__(self): self._x = dict()\n def f(self, k): self._x[k] = k",
            ["A._x"],
        ),
        ("KNOWN = {'a': 1}", []),
        ("KNOWN = {}\ndef f(key): return KNOWN.get(key)", []),
    ],
)
def test_a_dictionary_that_grows_is_found(source: str, expected: list[str]) -> None:
    assert list(growing(ast.parse(source))) == expected
