"""Fills the placeholders in a statement's JSON text: by Python functions, or by resolvers of graphql-core."""

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson

from db.facade import seal
from schema.library_internals import resolved, with_own_errors
from schema.planner.declaration import Answers, Fills, NotAnsweredError
from schema.planner.plan_part import (
    Cursor,
    PageField,
    PlaceholderField,
    RunningOperation,
    Settles,
)
from schema.planner.plan_request import BoundValues

EMPTY_FRAGMENT = orjson.Fragment(b"")
"""Replaces a placeholder that only carries values to Python, and leaves nothing in the answer."""


async def fill_with_values(
    _: RunningOperation,
    placeholders: Sequence[PlaceholderField],
    parts: list[bytes],
    bound: BoundValues,
) -> list[bytes]:
    """The parts of the statement's text, each placeholder filled from the values beside it."""
    for place in range(1, len(parts), 2):
        placeholder, values = _placeholder(parts[place], placeholders)
        parts[place] = orjson.dumps(_value(placeholder, values, bound))
    return parts


async def fill_with_resolvers(
    running: RunningOperation,
    placeholders: Sequence[PlaceholderField],
    parts: list[bytes],
    bound: BoundValues,
) -> list[bytes]:
    """As `fill_with_values`, where resolvers answer some of the placeholders.

    Raises:
        NotAnsweredError: a resolver failed; graphql-core then answers the whole field with its errors.
    """
    executor = with_own_errors(running.executor)
    values: list[Any] = []
    for part in parts[1::2]:
        placeholder, values_of_row = _placeholder(part, placeholders)
        values.append(
            resolved(
                executor,
                placeholder.parent,
                placeholder.details,
                placeholder.declaration.source(*values_of_row),
            )
            if isinstance(placeholder.declaration, Answers)
            else _value(placeholder, values_of_row, bound)
        )
    waiting = [place for place, value in enumerate(values) if executor.is_awaitable(value)]
    answers = await asyncio.gather(*(values[place] for place in waiting), return_exceptions=True)
    if executor.collected_errors.errors or any(isinstance(answer, Exception) for answer in answers):
        raise NotAnsweredError
    for place, answer in zip(waiting, answers, strict=True):
        values[place] = answer
    parts[1::2] = [orjson.dumps(value) for value in values]
    return parts


def _placeholder(
    part: bytes, placeholders: Sequence[PlaceholderField]
) -> tuple[PlaceholderField, Sequence[Any]]:
    """The field that fills a placeholder, and the values of the row that it reads."""
    number, _, values = part.partition(b":")
    return placeholders[int(number)], orjson.loads(values)


def _value(placeholder: PlaceholderField, values: Sequence[Any], bound: BoundValues) -> object:
    match placeholder.declaration:
        case Fills(fill=fill):
            return fill(*values)
        case Cursor() as cursor:
            return _cursor(cursor, values, bound)
        case PageField(declaration=declaration, field_number=number):
            return declaration.fill(bound.request.lists[number], bound.arguments_of(number))
        case Settles(names=names, field_number=number):
            bound.request.carried[number] = dict(zip(names, values, strict=True))
            return EMPTY_FRAGMENT
        case Answers():
            raise AssertionError("resolvers answer these")


def _cursor(cursor: Cursor, values: Sequence[Any], bound: BoundValues) -> str:
    count = len(cursor.link.order)
    parents = values[count:]
    if cursor.is_parent_bound:
        parents = cursor.link.key(bound.request.lists[cursor.field_number].parent) or ()
    arguments = bound.arguments_of(cursor.field_number)
    carried = [arguments[name] for name in cursor.link.carried]
    return seal(bound.key(cursor.field_number), parents, [*values[:count], *carried])
