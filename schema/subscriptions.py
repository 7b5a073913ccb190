"""Subscriptions: evaluations as they change, from a cursor on; none lost, none twice."""

from collections.abc import AsyncGenerator

import strawberry

from db.json_sql.relation import PageWindow, Row
from resolvers.queries.evaluation import ChangePosition, EvaluationQuery, moment_of
from schema.context import Context, Info, Stream
from schema.queries.evaluation import Since, Under, list_of
from schema.types.appraisal import Appraisal
from schema.types.registry import Year

AT_ONCE = 50


@strawberry.type(description="One evaluation as it stands after a change.")
class EvaluationChange:
    cursor: str = strawberry.field(
        description="What to give as `since`, or as `changedSince`, to go on after this event."
    )
    node: Appraisal | None = strawberry.field(
        description="Null in the first event, which only says from where on changes follow."
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
    """The changes from a cursor on, or from now on.

    Raises:
        BadInput: the cursor is not one of this list.
        NotFound: there is no such body.
        PullAnew: the cursor is of another life of the database.
        Forbidden: the caller may not, or not any more.
    """
    async with stream.renewed() as context:
        listed = await list_of(context, year, under, EvaluationQuery())
        now = moment_of(listed.arguments)
        at = now if since is None else listed.at(since, "since")
        at.refuse_other_life(now, "since")
        first = EvaluationChange(cursor=listed.cursor(at), node=None)
    yield first
    while True:
        heard = stream.heard()
        async with stream.renewed() as context:
            found, at = await following(context, year, under, at)
        for change in found:
            yield change
        if at.until is None:
            await stream.beyond(heard)


async def following(
    context: Context, year: int, under: str, at: ChangePosition
) -> tuple[list[EvaluationChange], ChangePosition]:
    """The next changes after a place, and the place after them; one without `until` when that is all.

    On the way through many changes they are shown as of the moment when the way began; what changed
    again meanwhile comes after it.
    """
    listed = await list_of(context, year, under, EvaluationQuery())
    now = moment_of(listed.arguments)
    at.refuse_other_life(now, "since")
    until = at.until or now.snapshot
    part = listed.since(ChangePosition(at.life, at.snapshot))
    window = PageWindow(AT_ONCE, None if at.last is None else (at.last,))
    arguments = part.arguments | {"snapshot": until}
    rows = await context.loaders.many(part.link, {"year": year}, window, **arguments)
    places = [ChangePosition(at.life, at.snapshot, until, str(row["id"])) for row in rows[:AT_ONCE]]
    end = ChangePosition(at.life, until)
    if len(rows) <= AT_ONCE:
        places[-1:] = [end] if places else []
    return (
        [_change(row, listed.cursor(place)) for row, place in zip(rows, places, strict=False)],
        places[-1] if places else end,
    )


def _change(row: Row, cursor: str) -> EvaluationChange:
    return EvaluationChange(cursor=cursor, node=Appraisal.of(row))
