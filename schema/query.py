"""The root of the graph: where a client may begin."""

from typing import Annotated

import strawberry

from resolvers import authority, bodies, persons
from resolvers.callers import SignedIn
from resolvers.subjects import find, identifier
from schema.authority import Authority, Permission, SubjectInput, may
from schema.context import Info
from schema.quota import LevelProposal, Quota, quota_check
from schema.types import Body, Person, Post, Year
from schema.words import Act

Code = Annotated[strawberry.ID, strawberry.argument(description="The body's code: ht.thach-ha.")]


@strawberry.type(description="The person who asks, and the posts held on the day.")
class Me:
    person: Person

    @strawberry.field(description="Chức vụ: the posts held on the day.")
    async def posts(self, info: Info) -> list[Post]:
        day = info.context.today
        found = await info.context.loaders.many(persons.POSTS, self.person.row, day=day)
        return [Post.of(row) for row in found]


@strawberry.type
class Query:
    @strawberry.field(metadata={"link": bodies.BY_CODE}, description="One body by its code.")
    async def body(self, info: Info, code: Code) -> Body | None:
        return Body.maybe(await info.context.loaders.one(bodies.BY_CODE, {"code": str(code)}))

    @strawberry.field(metadata={"link": persons.BY_ID}, description="One person by id.")
    async def person(self, info: Info, id: strawberry.ID) -> Person | None:  # noqa: A002 - the graph's own word
        key = identifier(str(id), "id")
        return Person.maybe(await info.context.loaders.one(persons.BY_ID, {"id": key}))

    @strawberry.field(
        description="Thẩm quyền: who has each act over the subject, by which clause (HD01:6)."
    )
    async def authority(self, info: Info, subject: SubjectInput, year: Year) -> list[Authority]:
        found = await find(info.context.connection, subject.key(), year)
        competences = await authority.competences(
            info.context.connection, info.context.policy, [found]
        )
        return [Authority.of(one, year) for one in competences[0]]

    @strawberry.field(
        description="Whether the caller may do the act to the subject, and why or why not."
    )
    async def may(self, info: Info, act: Act, subject: SubjectInput, year: Year) -> Permission:
        return await may(info, act, subject, year)

    @strawberry.field(
        description="Hạn mức xuất sắc: where the quota of a group stands with these levels "
        "(QĐ124:Đ12.1.4)."
    )
    async def quota_check(
        self, info: Info, year: Year, group: strawberry.ID, proposals: list[LevelProposal]
    ) -> Quota:
        return await quota_check(info, year, group, proposals)

    @strawberry.field(description="The person who asks; null for a service account.")
    async def me(self, info: Info) -> Me | None:
        caller = info.context.caller
        if not isinstance(caller, SignedIn):
            return None
        row = await info.context.loaders.required(persons.BY_ID, {"id": caller.person_id})
        return Me(person=Person.of(row))
