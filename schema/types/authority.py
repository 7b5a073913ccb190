"""Types of authority: who has which act over a subject, and whether the caller may, with the clauses."""

from typing import Annotated

import strawberry

from authz.decision import MissingRight
from authz.policy_file import Effect, PolicyRow, Scope
from db.facade import delegations, posts
from resolvers.authorization import actor as actors
from resolvers.authorization.actor import PermissionSource
from resolvers.authorization.explanation import why_not
from resolvers.authorization.subject import SubjectKey, identifier
from resolvers.queries.authority import Overruled, RaterCompetence, remark_on_decision
from rules.authority import RATERS
from schema.context import Info
from schema.types.enums import Act, Track
from schema.types.meaning import described
from schema.types.registry import Clause, Delegation, Post, Rater

described(MissingRight, "The one fact that a refused caller lacks.", name="Missing")
described(Effect, "What a row of the matrix does.")
described(Scope, "Where a row reaches: the province, or the rater's own place.")


@strawberry.input(
    one_of=True, description="Exactly one of a body (code), a person (id) and a post (code)."
)
class SubjectInput:
    body: strawberry.Maybe[strawberry.ID] = strawberry.field(
        description="The code of a body: ht.so-noi-vu.tt."
    )
    person: strawberry.Maybe[strawberry.ID] = strawberry.field(description="The id of a person.")
    post: strawberry.Maybe[strawberry.ID] = strawberry.field(
        description="The code of a post, judged by its own classes alone: ht.ubnd.ct."
    )

    def key(self, track: Track) -> SubjectKey:
        """The key of the subject. Raises BadInput if the id of a person is not a UUID."""
        if self.body is not None:
            return SubjectKey(body=str(self.body.value))
        if self.post is not None:
            return SubjectKey(post=str(self.post.value))
        assert self.person is not None  # noqa: S101 -- one_of
        return SubjectKey(person=identifier(str(self.person.value), "person"), track=track)


OfSubject = Annotated[
    SubjectInput, strawberry.argument(description="Đối tượng: the subject of the act.")
]


@strawberry.type(description="A power that the text gives, had another clause not outweighed it.")
class OverruledAuthority:
    rater: Rater = strawberry.field(description="The rater that would have the power.")
    clause: Clause = strawberry.field(description="The point of the law that would have given it.")

    @classmethod
    def of(cls, overruled: Overruled, year: int) -> "OverruledAuthority":
        return cls(rater=Rater.of(overruled.rater, year=year), clause=Clause.of(overruled.clause))


@strawberry.type(description="Thẩm quyền: who has one act over the subject, by which clause.")
class Authority:
    act: Act = strawberry.field(description="Hành vi: the act in question.")
    granted: bool = strawberry.field(description="Whether anybody has it.")
    rater: Rater | None = strawberry.field(
        description="Cấp có thẩm quyền: the rater that has it; null if no rater has it."
    )
    clause: Clause | None = strawberry.field(
        description="The point of the law that gives it, or denies it; null where none speaks of it."
    )
    overruled: list[OverruledAuthority] = strawberry.field(
        description="Powers that another clause outweighs."
    )
    remark: Clause | None = strawberry.field(
        description="A clause that every such decision carries as a remark (QĐ124:Đ13.3)."
    )

    @classmethod
    def of(cls, competence: RaterCompetence, year: int) -> "Authority":
        return cls(
            act=competence.act,
            granted=competence.rater is not None,
            rater=None if competence.rater is None else Rater.of(competence.rater, year=year),
            clause=Clause.maybe(competence.clause),
            overruled=[OverruledAuthority.of(power, year) for power in competence.overruled],
            remark=Clause.maybe(competence.remark),
        )


@strawberry.type(description="One row of the matrix: who, which act, over which class, where.")
class MatrixRow:
    rater: strawberry.ID = strawberry.field(description="The word of the rater.")
    rater_name: str = strawberry.field(description="Its name, in Vietnamese.")
    act: Act = strawberry.field(description="Hành vi: the act that the row is about.")
    class_code: str = strawberry.field(description="The word of the class of subjects.")
    scope: Scope = strawberry.field(description="Where the row reaches.")
    effect: Effect = strawberry.field(description="Whether it gives or denies.")
    clause: Clause = strawberry.field(description="Điều, khoản, điểm: the point of the law.")

    @classmethod
    def of(cls, row: PolicyRow) -> "MatrixRow":
        return cls(
            rater=strawberry.ID(row.rater),
            rater_name=RATERS[row.rater].name,
            act=row.act,
            class_code=row.cls,
            scope=row.scope,
            effect=row.effect,
            clause=Clause.of(row.clause),
        )


@strawberry.type(description="What makes the caller a rater: a post held, or a delegation to it.")
class Through:
    source: strawberry.Private[PermissionSource]

    @strawberry.field(description="The post held on the day.")
    async def post(self, info: Info) -> Post | None:
        key = {"code": self.source.post_code}
        return Post.of(await info.context.loaders.required(posts.BY_CODE, key))

    @strawberry.field(description="The delegation to that post, if the power is not its own.")
    async def delegation(self, info: Info) -> Delegation | None:
        key = {"id": self.source.delegation_id}
        return Delegation.maybe(await info.context.loaders.first(delegations.BY_ID, key))


@strawberry.type(description="Whether the caller may, and by which clause; or the fact missing.")
class Permission:
    allowed: bool = strawberry.field(description="Whether the caller may.")
    clause: Clause | None = strawberry.field(
        description="The point of the law that decides; null when none speaks of it."
    )
    missing: MissingRight | None = strawberry.field(
        description="The one fact that is missing; null when it is allowed."
    )
    permission: strawberry.Private[actors.Permission]

    @strawberry.field(description="What makes the caller a rater; null when that is nothing.")
    def through(self) -> Through | None:
        return Through(source=self.permission.source) if self.permission.source else None

    @strawberry.field(description="The missing fact in one sentence; null when it is allowed.")
    def message(self, info: Info) -> str | None:
        return why_not(self.permission.decision, info.context.language)

    @strawberry.field(
        description="Every row that speaks of this caller, act and subject, allow and deny."
    )
    def matching(self) -> list[MatrixRow]:
        return [MatrixRow.of(row) for row in self.permission.decision.matching]

    @strawberry.field(description="Of a refusal: the row that would have allowed it.")
    def nearest(self) -> MatrixRow | None:
        nearest = self.permission.decision.nearest
        return None if nearest is None else MatrixRow.of(nearest)

    @strawberry.field(description="A clause that the decision carries as a remark.")
    def remark(self) -> Clause | None:
        return Clause.maybe(remark_on_decision(self.permission.decision))

    @classmethod
    def of(cls, permission: actors.Permission) -> "Permission":
        decision = permission.decision
        return cls(
            allowed=decision.allowed,
            clause=Clause.maybe(decision.row.clause if decision.row else None),
            missing=decision.missing,
            permission=permission,
        )


async def may(info: Info, act: Act, key: SubjectKey, year: int) -> Permission:
    return Permission.of(await info.context.authorizer.may(act, key, year))


async def authority(info: Info, key: SubjectKey, year: int) -> list[Authority]:
    competences = await info.context.authorizer.authority(key, year)
    return [Authority.of(competence, year) for competence in competences]
