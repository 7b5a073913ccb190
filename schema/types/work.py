"""The signed-in person: posts, seats on raters, worklist, and permitted subjects."""

import asyncio
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import strawberry

from authz.role import Seat
from db.facade import Form, Row, appraisals, persons, raters
from resolvers.authorization import actor as actors
from resolvers.queries import precedence
from resolvers.queries.appraisal import overdue_days
from rules.enums import Act as ActWord
from schema.context import Context, Info
from schema.directives import PAGED
from schema.pagination import After, Connection, First, FoundList, page_of_list
from schema.planner.declaration import (
    OF_ID,
    Answers,
    Arguments,
    Finds,
    Here,
    Says,
    over,
    planned,
    today,
)
from schema.types.appraisal import OVERDUE, Appraisal, Waiting
from schema.types.argument_description import OfAct
from schema.types.authority import Through
from schema.types.enums import Act
from schema.types.meaning import described
from schema.types.record import Record
from schema.types.registry import Clause, Person, Post, Rater, Year

described(Seat, "The role of a seat on a rater (HD01:6; QĐ124:Đ11.2).")

WORK = (ActWord.RATE, ActWord.APPRAISE)


@dataclass(frozen=True, slots=True)
class _WorkItem:
    row: Row
    act: Act


def _work_item(key: str, act: str) -> _WorkItem:
    return _WorkItem({"id": UUID(key)}, Act(act))


@strawberry.type(description="What waits for the caller: one act on one appraisal.")
class WorkItem(Record):
    act: Act = strawberry.field(
        metadata=planned(Says("{row[next_act]}", Form.UPPER)),
        description="What is to be done next.",
    )
    due: date | None = strawberry.field(
        description="Hạn: the last day for it; null where none is written."
    )

    @strawberry.field(metadata=OVERDUE, description="Days late; 0 in time, null without a day.")
    async def overdue_days(self, info: Info) -> int | None:
        cycle = await info.context.loaders.first(appraisals.CYCLE, self.row)
        return overdue_days(self.row, cycle, info.context.today)

    @strawberry.field(
        metadata=planned(Answers(("{row[id]}", "{row[next_act]}"), _work_item)),
        description="What the act waits for; empty when it may be done now.",
    )
    async def blocked_by(self, info: Info) -> list[Waiting]:
        standing = await info.context.orders.standing(self.row["id"])
        return [Waiting.of(block) for block in precedence.blocks(standing, self.act)]

    @strawberry.field(metadata=planned(Here()), description="The appraisal itself.")
    def appraisal(self) -> Appraisal:
        return Appraisal.of(self.row)

    @classmethod
    def of_work(cls, row: Row) -> "WorkItem":
        return cls.of(row, act=ActWord(row["next_act"]))


@strawberry.type(description="A seat of the caller on a rater, by a post held or by a delegation.")
class MyRater(Record):
    code: strawberry.ID = strawberry.field(
        description="The word of the rater, such as panel_6_2_3."
    )
    section: str = strawberry.field(
        description="Mục: the section of the guide that names it (HD01:6)."
    )
    name: str = strawberry.field(description="Its name, in Vietnamese.")
    role: Seat = strawberry.field(description="As what the caller sits there.")
    until: date | None = strawberry.field(description="The last day, of a delegation.")
    through: Through = strawberry.field(description="By which post, and by which delegation.")
    clause_id: strawberry.Private[str]

    @strawberry.field(description="The clause that gives the power.")
    def clause(self) -> Clause:
        return Clause.of(self.clause_id)

    @strawberry.field(description="The rater itself.")
    def rater(self, info: Info) -> Rater:
        return Rater.of(self.row, year=info.context.today.year)

    @classmethod
    def at(cls, seat: actors.Seated, row: Row) -> "MyRater":
        return cls.of(
            row,
            role=seat.role.seat,
            until=seat.source.until,
            through=Through(source=seat.source),
            clause_id=seat.clause or row["clause"],
        )


async def _seats(info: Info) -> list[MyRater]:
    actor = await info.context.authorizer.actor()
    seats = actors.seats(actor)
    loaders = info.context.loaders
    rows = await asyncio.gather(
        *(loaders.required(raters.BY_ID, {"id": seat.role.rater_id}) for seat in seats)
    )
    return [MyRater.at(seat, row) for seat, row in zip(seats, rows, strict=True)]


async def _work(context: Context, arguments: Arguments) -> FoundList:
    year = arguments["year"]
    actor = await context.authorizer.actor()
    mine = actors.selected(context.policy, actor, WORK)
    return FoundList(appraisals.work_of(mine), actors.bound(mine, year), {"year": year})


async def _permitted(context: Context, arguments: Arguments) -> FoundList:
    year = arguments["year"]
    actor = await context.authorizer.actor()
    mine = actors.permitted(context.policy, actor, ActWord(arguments["act"]))
    return FoundList(appraisals.listed(mine), actors.bound(mine, year), {"year": year})


@strawberry.type(description="The signed-in person, with the roles from the posts held today.")
class Me:
    person: Person = strawberry.field(metadata=planned(Here()), description="The signed-in person.")

    @strawberry.field(
        metadata=over(persons.POSTS, bind=today), description="Chức vụ: posts of the day."
    )
    async def posts(self, info: Info) -> list[Post]:
        day = info.context.today
        rows = await info.context.loaders.many(persons.POSTS, self.person.row, day=day)
        return [Post.of(row) for row in rows]

    @strawberry.field(
        metadata=planned(Answers(*OF_ID)),
        description="The seat whose work comes first; null for a person without subjects to rate.",
    )
    async def rater(self, info: Info) -> MyRater | None:
        seats = await _seats(info)
        return seats[0] if seats else None

    @strawberry.field(
        metadata=planned(Answers(*OF_ID)),
        description="Every seat on a rater, the strongest first.",
    )
    async def raters(self, info: Info) -> list[MyRater]:
        return await _seats(info)

    @strawberry.field(
        metadata=planned(Finds(_work)),
        description="What waits for the caller, the earliest day first.",
        directives=PAGED,
    )
    async def worklist(
        self, info: Info, year: Year, first: First, after: After = None
    ) -> Connection[WorkItem]:
        listing = await _work(info.context, {"year": year})
        return await page_of_list(info, listing, WorkItem.of_work, first, after)

    @strawberry.field(
        metadata=planned(Finds(_permitted)),
        description="The subjects that the caller may do the act to, by name.",
        directives=PAGED,
    )
    async def subjects(
        self, info: Info, act: OfAct, year: Year, first: First, after: After = None
    ) -> Connection[Appraisal]:
        listing = await _permitted(info.context, {"act": act, "year": year})
        return await page_of_list(info, listing, Appraisal.of, first, after)
