"""Who may appraise and rate whom, and may I: computed by the matrix, with its clauses."""

from datetime import date

import strawberry

from authz.decisions import Missing
from resolvers import authority, posts
from resolvers.authority import Competence, Overruled
from resolvers.callers import SignedIn
from resolvers.subjects import SubjectKey, find
from schema.context import Info
from schema.types import Clause, Document, Post, Rater
from schema.words import Act

strawberry.enum(Missing, description="The one fact that a refused caller lacks.")


@strawberry.input(
    one_of=True, description="Exactly one of a body (code), a person (id) and a post (code)."
)
class SubjectInput:
    body: strawberry.Maybe[strawberry.ID]
    person: strawberry.Maybe[strawberry.ID]
    post: strawberry.Maybe[strawberry.ID]

    def key(self) -> SubjectKey:
        given = {
            name: str(chosen.value)
            for name in ("body", "person", "post")
            if (chosen := getattr(self, name)) is not None
        }
        return SubjectKey(**given)


@strawberry.type(description="A power that the text gives, had another clause not outweighed it.")
class OverruledAuthority:
    rater: Rater
    clause: Clause

    @classmethod
    def of(cls, overruled: Overruled, year: int) -> "OverruledAuthority":
        return cls(rater=Rater.of(overruled.rater, year=year), clause=Clause.of(overruled.clause))


@strawberry.type(description="Thẩm quyền: who has one act over the subject, by which clause.")
class Authority:
    act: Act
    granted: bool
    rater: Rater | None
    clause: Clause | None
    overruled: list[OverruledAuthority]

    @classmethod
    def of(cls, competence: Competence, year: int) -> "Authority":
        return cls(
            act=competence.act,
            granted=competence.rater is not None,
            rater=None if competence.rater is None else Rater.of(competence.rater, year=year),
            clause=Clause.maybe(competence.clause),
            overruled=[OverruledAuthority.of(one, year) for one in competence.overruled],
        )


@strawberry.type(description="Uỷ quyền: a delegation that is in force on the day.")
class Delegation:
    id: strawberry.ID
    document: Document
    until: date


@strawberry.type(description="What makes the caller a rater: a post held, or a delegation.")
class Through:
    post: Post | None
    delegation: Delegation | None


@strawberry.type(description="Whether the caller may, and by which clause; or the fact missing.")
class Permission:
    allowed: bool
    clause: Clause | None
    missing: Missing | None
    post_code: strawberry.Private[str | None]

    @strawberry.field(description="What makes the caller a rater; null when that is nothing.")
    async def through(self, info: Info) -> Through | None:
        if self.post_code is None:
            return None
        row = await info.context.loaders.required(posts.BY_CODE, {"code": self.post_code})
        return Through(post=Post.of(row), delegation=None)

    @classmethod
    def of(cls, permission: authority.Permission) -> "Permission":
        decision = permission.decision
        return cls(
            allowed=decision.allowed,
            clause=Clause.maybe(decision.row.clause if decision.row else None),
            missing=decision.missing,
            post_code=permission.post_code,
        )


async def may(info: Info, act: Act, subject: SubjectInput, year: int) -> Permission:
    context = info.context
    found = await find(context.connection, subject.key(), year)
    person = context.caller.person_id if isinstance(context.caller, SignedIn) else None
    permissions = await authority.permissions(
        context.connection, context.policy, person, context.today, [(act, found)]
    )
    return Permission.of(permissions[0])
