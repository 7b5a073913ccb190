"""Subscriptions: each change of an evaluation after a cursor, exactly once."""

from collections.abc import AsyncGenerator

import strawberry

from db.facade import PageWindow, Row
from resolvers.queries.evaluation import ChangePosition, EvaluationQuery, moment_of
from schema.context import Context, Info, Stream
from schema.queries.evaluation import Since, Under, list_of
from schema.types.appraisal import Appraisal
from schema.types.registry import Year

CHANGES_PER_READ = 50


@strawberry.type(description="An evaluation after a change.")
class EvaluationChange:
    cursor: str = strawberry.field(
        description="What to give as `since`, or as `changedSince`, to go on after this event."
    )
    node: Appraisal | None = strawberry.field(
        description="Null in the first event, which only gives the position from which changes follow."
    )


@strawberry.type(description="Where a client may begin to listen, over server-sent events.")
class Subscription:
    @strawberry.subscription(
        description="Every evaluation under a body when it changes, as far as the caller may see its "
        "level then (QĐ124:Đ15.2). Over server-sent events: POST with Accept: text/event-stream."
    )
    async def evaluation_changed(
        self, info: Info, under: Under, year: Year, since: Since = None
    ) -> AsyncGenerator[EvaluationChange, None]:
        stream = info.context.stream
        if stream is None:
            raise RuntimeError("nothing streams this subscription")
        async for change in changes(stream, year, str(under), stream.last or since):
            yield change


async def changes(
    stream: Stream, year: int, under: str, since: str | None
) -> AsyncGenerator[EvaluationChange, None]:
    """The changes after a cursor, or from now on if there is none.

    Raises:
        BadInput: the cursor does not belong to this list.
        NotFound: there is no such body.
        PullAnew: the cursor belongs to another restoration of the database.
        Forbidden: the caller lacks the right, or has lost it.
    """
    async with stream.renewed_context() as context:
        listed = await list_of(context, year, under, EvaluationQuery())
        now = moment_of(listed.arguments)
        at = now if since is None else listed.at(since, "since")
        at.refuse_other_life(now, "since")
        first = EvaluationChange(cursor=listed.cursor(at), node=None)
    yield first
    while True:
        notifications = stream.notification_count()
        async with stream.renewed_context() as context:
            changed, at = await next_changes(context, year, under, at)
        for change in changed:
            yield change
        if at.until is None:
            await stream.wait_beyond(notifications)


async def next_changes(
    context: Context, year: int, under: str, at: ChangePosition
) -> tuple[list[EvaluationChange], ChangePosition]:
    """The next changes after a position, and the position after them; it has no `until` once all are read.

    A long series of changes is read from the snapshot at which the series began. Rows that change again
    meanwhile are read in the next series.
    """
    listed = await list_of(context, year, under, EvaluationQuery())
    now = moment_of(listed.arguments)
    at.refuse_other_life(now, "since")
    until = at.until or now.snapshot
    part = listed.since(ChangePosition(at.life, at.snapshot))
    window = PageWindow(CHANGES_PER_READ, None if at.last is None else (at.last,))
    arguments = part.arguments | {"snapshot": until}
    rows = await context.loaders.many(part.link, {"year": year}, window, **arguments)
    places = [
        ChangePosition(at.life, at.snapshot, until, str(row["id"]))
        for row in rows[:CHANGES_PER_READ]
    ]
    end = ChangePosition(at.life, until)
    if len(rows) <= CHANGES_PER_READ:
        places[-1:] = [end] if places else []
    return (
        [_change(row, listed.cursor(place)) for row, place in zip(rows, places, strict=False)],
        places[-1] if places else end,
    )


def _change(row: Row, cursor: str) -> EvaluationChange:
    return EvaluationChange(cursor=cursor, node=Appraisal.of(row))
