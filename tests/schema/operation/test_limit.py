"""The limits of an operation, from both sides, and what a hostile document costs before it is refused."""

from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import strawberry
from graphql import OperationDefinitionNode, parse

from resolvers.errors import Problem
from schema import lru_cache
from schema.execution.graph_engine import Engine
from schema.graph import schema as ours
from schema.operation import prepared_operation
from schema.operation.cost import price
from schema.operation.document_size import fragments_of, measure
from schema.operation.limit import Limits
from schema.operation.prepared_operation import OperationCache, OperationRefused, Prepared
from tests.house.tree import ROOT

pytestmark = pytest.mark.anyio

JOURNEYS = sorted((ROOT / "tests/end_to_end/journeys").glob("*.graphql"))
OF_THE_PORTAL = sorted((ROOT / "portal/src/graph").glob("*.graphql"))


@strawberry.type
class Node:
    number: int

    @strawberry.field
    def next(self) -> "Node":
        return Node(number=self.number + 1)

    @strawberry.field
    def some(self) -> list["Node"]:
        return [Node(number=each) for each in range(3)]


@strawberry.type
class Page:
    edges: list[Node]
    count: int


@strawberry.type
class Query:
    @strawberry.field
    def node(self) -> Node:
        return Node(number=0)

    @strawberry.field
    def page(self, first: int = 20) -> Page:
        return Page(edges=[Node(number=each) for each in range(first)], count=first)

    @strawberry.field
    def listed(self, first: int) -> list[Node]:
        return [Node(number=each) for each in range(first)]

    @strawberry.field
    def count_of(self, numbers: list[int]) -> int:
        return len(numbers)


SCHEMA = strawberry.Schema(query=Query)


@dataclass
class OpenContext:
    """The context of another service: any caller, no database."""

    language: str = "en"
    actor: str = "nobody"
    client: str = "nobody"
    charged: list[int] = field(default_factory=list)
    stream: Any = None

    def admit(self, prepared: Prepared) -> None:
        assert prepared.name is None

    def charge(self, cost: int) -> None:
        self.charged.append(cost)

    async def wait_until_idle(self) -> None:
        pass

    def operation(self, *, command: bool) -> AbstractAsyncContextManager[None]:
        assert not command
        return nullcontext()


def refusal(text: str, limits: Limits) -> dict[str, Any] | None:
    """The extensions of the refusal, or None."""
    try:
        OperationCache(SCHEMA, limits).prepare(text, None)
    except OperationRefused as refused:
        (fault,) = refused.faults
        assert isinstance(fault, Problem), fault
        return dict(fault.extensions)
    return None


def exceeded(code: str, maximum: int) -> dict[str, Any]:
    return {"code": code, "was": maximum + 1, "max": maximum}


def nested(levels: int) -> str:
    return "{ node " + "{ next " * (levels - 2) + "{ number }" + " }" * (levels - 2) + " }"


@pytest.mark.parametrize(
    ("limits", "code", "maximum", "document"),
    [
        (
            Limits(tokens=9),
            "TOO_MANY_TOKENS",
            9,
            lambda n: "{ node {" + "number " * (n - 5) + "} }",
        ),
        (Limits(depth=5), "TOO_DEEP", 5, nested),
        (
            Limits(fields=8),
            "TOO_MANY_FIELDS",
            8,
            lambda n: "{ node { " + "number " * (n - 1) + "} }",
        ),
        (
            Limits(aliases=3),
            "TOO_MANY_ALIASES",
            3,
            lambda n: "{ node { " + " ".join(f"a{i}: number" for i in range(n)) + "} }",
        ),
        (
            Limits(directives=4),
            "TOO_MANY_DIRECTIVES",
            4,
            lambda n: "{ node { " + "number @skip(if: false) " * n + "} }",
        ),
        (
            Limits(root_fields=3),
            "TOO_MANY_ROOT_FIELDS",
            3,
            lambda n: "{ " + " ".join(f"a{i}: __typename" for i in range(n)) + "}",
        ),
    ],
)
def test_a_limit_is_exact(limits: Limits, code: str, maximum: int, document: Any) -> None:  # noqa: ANN401 - a lambda of its size
    assert refusal(document(maximum), limits) is None
    assert refusal(document(maximum + 1), limits) == exceeded(code, maximum)


def test_a_fragment_counts_wherever_it_is_spread() -> None:
    text = "{ node { ...F next { ...F } } } fragment F on Node { a: number next { number } }"
    # node; twice the spread, the alias, next and number; next; and the definition itself.
    assert refusal(text, Limits(fields=13)) is None
    assert refusal(text, Limits(fields=12)) == exceeded("TOO_MANY_FIELDS", 12)
    assert refusal(text, Limits(depth=4)) is None
    assert refusal(text, Limits(depth=3)) == exceeded("TOO_DEEP", 3)
    assert refusal(text, Limits(aliases=2)) is None
    assert refusal(text, Limits(aliases=1)) == exceeded("TOO_MANY_ALIASES", 1)


def test_fields_of_one_name_are_compared_in_pairs() -> None:
    text = "{ node { number number number next { number } next { number } } }"
    # 3 pairs of number, one of next, and below it one of number; the document is one definition.
    assert refusal(text, Limits(repeats=5)) is None
    assert refusal(text, Limits(repeats=4)) == exceeded("TOO_MANY_REPEATS", 4)


def chain(count: int, spreads: int, last: str) -> str:
    """Fragments that each spread the next one several times."""
    links = [
        f"fragment F{i} on Node {{ next {{ {f'...F{i + 1} ' * spreads} }} }}" for i in range(count)
    ]
    return f"{{ node {{ ...F0 }} }} {' '.join(links)} fragment F{count} on Node {{ {last} }}"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (chain(10, 1, "...F0"), "GRAPHQL_INVALID"),
        (chain(100, 2, "number"), "TOO_DEEP"),
        (chain(15, 6, "number"), "TOO_MANY_FIELDS"),
        (chain(15, 6, "...Nowhere"), "TOO_MANY_FIELDS"),
        (chain(350, 1, "number"), "TOO_DEEP"),
        ("{ node { " + "number " * 1_500 + "} }", "TOO_MANY_REPEATS"),
        ("{ node " + "{ next " * 3_000, "TOO_DEEP"),
        ("{" * 3_000, "GRAPHQL_INVALID"),
        ('{ node { number @include(if: "a\\u0000b") } }', "NULL_CHARACTER"),
        ("{ countOf(numbers: " + "[" * 3_900, "GRAPHQL_INVALID"),
        ("#" * 100_001, "TOO_MANY_TOKENS"),
        ("{ countOf(numbers: [" + "1," * 5_000 + "]) }", "TOO_MANY_TOKENS"),
        ("fragment F on Node { ...F } { node { ...F } }", "GRAPHQL_INVALID"),
        ("{ ...F } fragment F on Query { }", "GRAPHQL_INVALID"),
    ],
)
async def test_a_hostile_document_is_refused(document: str, code: str) -> None:
    answer = await Engine(SCHEMA, Limits()).answer(document, None, {}, OpenContext())
    assert set(answer.codes) == {code} or "nested too deeply" in answer.errors[0]["message"]
    assert not answer.executed


async def cost(text: str, variables: dict[str, Any] | None = None, **limits: int) -> Any:  # noqa: ANN401 - a number or a refusal
    context = OpenContext()
    within = replace(Limits(), **limits)  # type: ignore[arg-type]  # numbers alone are given here
    engine = Engine(SCHEMA, within)
    answer = await engine.answer(text, None, variables or {}, context)
    if answer.errors:
        return answer.errors[0]["extensions"]
    assert context.charged == [answer.cost]
    return answer.cost


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("{ __typename }", {}, 0),
        ("{ node { number } }", {}, 1),
        ("{ node { next { next { number } } } }", {}, 3),
        ("{ node { some { number } } }", {}, 1 + 10),
        ("{ node { some { some { number } } } }", {}, 1 + 10 * (1 + 10)),
        ("{ page(first: 7) { count } }", {}, 1),
        ("{ page(first: 7) { edges { number } } }", {}, 1 + 7),
        ("{ page { edges { number } } }", {}, 1 + 20),
        ("query ($n: Int = 3) { page(first: $n) { edges { number } } }", {}, 1 + 3),
        ("query ($n: Int = 3) { page(first: $n) { edges { number } } }", {"n": 9}, 1 + 9),
        ("query ($n: Int!) { listed(first: $n) { some { number } } }", {"n": 9}, 9 * (1 + 10)),
        ("{ node { some { ...F } } } fragment F on Node { some { number } }", {}, 111),
        ("{ countOf(numbers: [1, 2, 3]) }", {}, 3),
        ("query ($n: [Int!]!) { countOf(numbers: $n) }", {"n": [1, 2, 3, 4]}, 4),
        ("{ node { next @skip(if: true) { number } } }", {}, 2),
    ],
)
async def test_the_cost_counts_objects(text: str, variables: dict[str, Any], expected: int) -> None:
    assert await cost(text, variables) == expected
    assert await cost(text, variables, cost=expected) == expected
    if expected:
        refused = await cost(text, variables, cost=expected - 1)
        assert refused == exceeded("TOO_COSTLY", expected - 1)


async def test_a_page_may_be_as_large_as_the_limit() -> None:
    for text in ("listed(first: $n) { number }", "page(first: $n) { count }"):
        query = f"query ($n: Int!) {{ {text} }}"
        assert isinstance(await cost(query, {"n": 5}, page=5), int)
        refused = await cost(query, {"n": 6}, page=5)
        assert refused == {"code": "PAGE_TOO_LARGE", "field": "first", "was": 6, "max": 5}


@pytest.mark.parametrize("path", JOURNEYS, ids=lambda path: path.stem)
def test_a_journey_passes_the_limits_with_as_much_again(path: Any) -> None:  # noqa: ANN401 - a path
    half = Limits(
        characters=50_000,
        tokens=2_000,
        depth=10,
        fields=1_000,
        repeats=5_000,
        aliases=50,
        directives=25,
        root_fields=25,
        cost=25_000,
    )
    document = parse(path.read_text(encoding="utf-8"), max_tokens=half.tokens)
    measure(document, half)
    (operation,) = (
        node for node in document.definitions if isinstance(node, OperationDefinitionNode)
    )
    priced = price(ours._schema, operation, fragments_of(document))
    assert priced.of({"representations": [{}] * 500}, half) <= half.cost


def test_operations_of_the_portal_are_allowed_in_full_size() -> None:
    """Pages whose size a variable says are of the size that a page may have."""
    every = "".join(path.read_text(encoding="utf-8") for path in OF_THE_PORTAL)
    document, limits = parse(every), Limits()
    costs: dict[str, int] = {}
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode) and operation.name:
            variables = operation.variable_definitions or ()
            sizes = {each.variable.name.value: limits.page for each in variables}
            priced = price(ours._schema, operation, fragments_of(document))
            costs[operation.name.value] = priced.of(sizes, limits)
    assert {name: cost for name, cost in costs.items() if cost > limits.cost} == {}
    assert "TreeLevels" in costs


def test_an_operation_is_prepared_once() -> None:
    """Only documents sent twice are cached: a client that never repeats one does not fill the cache."""
    operations = OperationCache(SCHEMA, Limits())
    only = operations.prepare("query A { node { number } }", None)
    first = operations.prepare("query A { node { number } }", None)
    assert first is not only
    assert operations.prepare("query A { node { number } }", None) is first
    assert operations.prepare("query A { node { number } }", "A") is not first
    assert first.memory is operations.prepare("query A { node { number } }", None).memory


@pytest.mark.parametrize("text", ["{ nothing }", "{", "{ node }", "fragment F on Node { number }"])
def test_a_refused_document_is_refused_alike_again(text: str) -> None:
    operations = OperationCache(SCHEMA, Limits())
    faults = []
    for _ in range(3):
        with pytest.raises(OperationRefused) as caught:
            operations.prepare(text, None)
        faults.append(caught.value.faults)
    assert list(map(str, faults[0])) == list(map(str, faults[1]))
    assert all(one is other for one, other in zip(*faults[1:], strict=True))


def test_what_is_kept_is_bounded() -> None:
    operations = OperationCache(SCHEMA, Limits())
    for number in range(lru_cache.ENTRIES_MAX + 5):
        operations.prepare(f"{{ a{number}: __typename }}", None)
    assert len(operations._cache) == 0
    for number in range(lru_cache.ENTRIES_MAX + 5):
        operations.prepare(f"{{ a{number}: __typename }}", None)
    assert len(operations._cache) == lru_cache.ENTRIES_MAX
    padding = "#" * 90_000
    texts = [f"{{ b{number}: __typename }} {padding}" for number in range(40)]
    for text in texts:
        for _ in range(2):
            operations.prepare(text, None)
    kept = [text for text in texts if operations._cache.get((text, None))]
    assert kept == texts[-len(kept) :]
    room = prepared_operation.DOCUMENT_BYTES + prepared_operation.CHARACTER_BYTES * len(texts[-1])
    assert len(kept) == prepared_operation.CACHE_BYTES_MAX // room
    assert operations._cache.size <= prepared_operation.CACHE_BYTES_MAX


async def test_no_refusal_suggests_names() -> None:
    for text in ("{ nod { number } }", "{ page(frist: 1) { count } }"):
        answer = await Engine(SCHEMA, Limits()).answer(text, None, {}, OpenContext())
        assert "Did you mean" not in str(answer.errors)
        assert answer.codes[0] == "GRAPHQL_INVALID"


async def test_introspection_can_be_off() -> None:
    for text in ("{ __schema { __typename } }", '{ __type(name: "Node") { name } }'):
        for on, expected in ((True, []), (False, ["INTROSPECTION_OFF"])):
            engine = Engine(SCHEMA, Limits(introspection=on))
            assert (await engine.answer(text, None, {}, OpenContext())).codes == expected
    off = Engine(SCHEMA, Limits(introspection=False))
    assert (await off.answer("{ node { __typename } }", None, {}, OpenContext())).codes == []
