"""What is dropped goes at once: garbage that only a full collection finds stops the event loop while it looks."""

import asyncio
import gc
from collections.abc import Iterator
from weakref import ref

import pytest

from schema.execution.executor import _plans
from schema.execution.list_slice import _slices
from schema.graph import schema
from schema.operation.limit import Limits
from schema.operation.prepared_operation import OperationCache
from schema.planner.operation_plan import OperationPlans

FAT = "code children(first: 3) { edges { node { code appraisal(year: 2022) { id selfLevel } } } }"
OPERATIONS = 20


@pytest.fixture
def collector_stopped() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def plans_of(operations: OperationCache, text: str) -> OperationPlans:
    for _ in range(2):
        prepared = operations.prepare(text, None)
    plans = _plans(prepared)
    asyncio.run(plans.of(prepared.coerced({})))
    return plans


@pytest.mark.usefixtures("collector_stopped")
def test_operations_that_were_dropped_leave_no_garbage() -> None:
    operations = OperationCache(schema, Limits())
    plans = [
        ref(plans_of(operations, f'{{ b{number}: body(code: "ht") {{ {FAT} }} }}'))
        for number in range(OPERATIONS)
    ]
    gc.collect()  # what their validation left
    kept = operations._cache
    assert len(kept) == OPERATIONS
    kept.entries_max = 0
    operations.prepare("{ __typename }", None)
    operations.prepare("{ __typename }", None)
    assert len(kept) == 0
    assert [each() for each in plans] == [None] * OPERATIONS


@pytest.mark.parametrize(("failing", "sizes"), [(0, [10, 80, 410]), (9, [10, 10]), (19, [10])])
def test_after_a_failure_few_more_items_of_a_list_are_started(
    failing: int, sizes: list[int]
) -> None:
    """So many fields of each item fail, once all of its slice were begun; a hundred may."""
    begun: list[int] = []

    def may_fail() -> int:
        return 100 - failing * sum(begun)

    for part in _slices(500, may_fail):
        begun.append(len(part))
        if may_fail() < 0:
            break
    assert begun == sizes
