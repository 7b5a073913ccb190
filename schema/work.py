"""What a signed-in person is and has to do: posts, seats on raters, the worklist, the own subjects."""

from datetime import date

import strawberry

from authz.roles import Seat
from db.links import Row
from resolvers import actors, appraisals, ordering, persons
from resolvers.appraisals import overdue_days
from resolvers.authority import Places
from rules.words import Act as ActWord
from schema.appraisal import Appraisal, Waiting
from schema.authority import Through
from schema.context import Info
from schema.paging import Connection, First, page
from schema.records import Record
from schema.types import Clause, Person, Post, Rater, Year
from schema.words import Act

strawberry.enum(Seat, description="As what somebody sits on a rater (HD01:6; QĐ124:Đ11.2).")

WORK = (ActWord.RATE, ActWord.APPRAISE)


@strawberry.type(description="What waits for the caller: one act on one appraisal.")
class WorkItem(Record):
    act: Act = strawberry.field(description="What is to be done next.")
    due: date | None

    @strawberry.field(description="Days late; 0 in time, null without a day.")
    def overdue_days(self, info: Info) -> int | None:
        return overdue_days(self.row, info.context.today)

    @strawberry.field(description="What the act waits for; empty when it may be done now.")
    async def blocked_by(self, info: Info) -> list[Waiting]:
        standing = await info.context.orders.standing(self.row["id"])
        return [Waiting.of(one) for one in ordering.blocks(standing, self.act)]

    @strawberry.field(description="The appraisal itself.")
    def appraisal(self) -> Appraisal:
        return Appraisal.of(self.row)

    @classmethod
    def of_work(cls, row: Row) -> "WorkItem":
        return cls.of(row, act=ActWord(row["next_act"]))


@strawberry.type(description="A seat of the caller on a rater, by a post held or by a delegation.")
class MyRater(Record):
    code: strawberry.ID
    section: str
    name: str
    role: Seat
    until: date | None = strawberry.field(description="The last day, of a delegation.")
    through: Through
    clause_id: strawberry.Private[str]

    @strawberry.field(description="The clause that gives the power.")
    def clause(self) -> Clause:
        return Clause.of(self.clause_id)

    @strawberry.field(description="The rater itself.")
    def rater(self, info: Info) -> Rater:
        return Rater.of(self.row, year=info.context.today.year)

    @classmethod
    def at(cls, seat: actors.Seated, places: Places) -> "MyRater":
        row = places.by_id[seat.role.rater_id]
        return cls.of(
            row,
            role=seat.role.seat,
            until=seat.source.until,
            through=Through(source=seat.source),
            clause_id=seat.clause or row["clause"],
        )


@strawberry.type(description="The person who asks, and what follows from the posts of the day.")
class Me:
    person: Person

    @strawberry.field(metadata={"link": persons.POSTS}, description="Chức vụ: posts of the day.")
    async def posts(self, info: Info) -> list[Post]:
        day = info.context.today
        found = await info.context.loaders.many(persons.POSTS, self.person.row, day=day)
        return [Post.of(row) for row in found]

    @strawberry.field(description="The seat whose work comes first; null for whoever rates nobody.")
    async def rater(self, info: Info) -> MyRater | None:
        found = await self._seats(info)
        return found[0] if found else None

    @strawberry.field(description="Every seat on a rater, the strongest first.")
    async def raters(self, info: Info) -> list[MyRater]:
        return await self._seats(info)

    @strawberry.field(description="What waits for the caller, the earliest day first.")
    async def worklist(
        self, info: Info, year: Year, first: First, after: str | None = None
    ) -> Connection[WorkItem]:
        actor = await info.context.authorities.actor()
        mine = actors.selected(info.context.policy, actor, WORK)
        link, bound = appraisals.work_of(mine), mine.bound(year)
        return await page(info, link, {"year": year}, WorkItem.of_work, first, after, **bound)

    @strawberry.field(description="The subjects that the caller may do the act to, by name.")
    async def subjects(
        self, info: Info, act: Act, year: Year, first: First, after: str | None = None
    ) -> Connection[Appraisal]:
        actor = await info.context.authorities.actor()
        mine = actors.permitted(info.context.policy, actor, act)
        link = appraisals.EVERY if mine is None else appraisals.permitted_to(mine)
        bound = {} if mine is None else mine.bound(year)
        return await page(info, link, {"year": year}, Appraisal.of, first, after, **bound)

    async def _seats(self, info: Info) -> list[MyRater]:
        actor = await info.context.authorities.actor()
        places = await info.context.authorities.places()
        return [MyRater.at(seat, places) for seat in actors.seats(actor)]
