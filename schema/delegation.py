"""Mutations of delegation: a chair gives powers away for a while, and takes them back (HD01:6.2.3)."""

from datetime import date
from datetime import date as Day  # noqa: N812 - a field called `date` hides its own type
from typing import Annotated

import strawberry

from authz.delegating import Breach, Limit
from resolvers import delegations
from resolvers.delegations import Document, Overstepped, Wanted
from resolvers.explaining import limit_in_words
from resolvers.subjects import identifier
from schema.context import Info
from schema.meanings import described
from schema.refusals import Refusal
from schema.types import Clause, Delegation
from schema.words import Act

described(Limit, "Which limit of a delegation is overstepped (HD01:6.2.3).")


@strawberry.input(description="Văn bản: the number and the day of the paper.")
class DocumentInput:
    number: str = strawberry.field(description="Số văn bản: its number.")
    date: Day = strawberry.field(description="Ngày ban hành: the day it was issued.")

    def read(self) -> Document:
        return Document(self.number, self.date)


@strawberry.input(
    description="Uỷ quyền: what a panel gives, to the holder of which post, for how long."
)
class DelegateInput:
    rater: strawberry.ID = strawberry.field(description="The id of the rater that gives.")
    delegate: strawberry.ID = strawberry.field(description="The code of the post that receives.")
    acts: list[Act] = strawberry.field(description="APPRAISE, RATE or both.")
    classes: list[str] = strawberry.field(description="Words of the matrix: over whom.")
    bodies: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Below which bodies; empty is the whole place."
    )
    since: date = strawberry.field(description="The first day on which it holds.")
    until: date | None = strawberry.field(
        default=None, description="The last day; without one it is refused, as open-ended."
    )
    document: DocumentInput = strawberry.field(
        description="Văn bản uỷ quyền: the paper that gives it."
    )

    def read(self) -> Wanted:
        return Wanted(
            rater_id=str(self.rater),
            post_code=str(self.delegate),
            acts=self.acts,
            classes=self.classes,
            bodies=[str(body) for body in self.bodies],
            since=self.since,
            until=self.until,
            document=self.document.read(),
        )


@strawberry.type(description="One limit overstepped, by which field.")
class DelegationBreach:
    limit: Limit = strawberry.field(description="Which limit.")
    field: str = strawberry.field(description="The field of the input that oversteps it.")
    what: str = strawberry.field(description="The word in that field that does.")
    message: str = strawberry.field(description="In one sentence, in the caller's language.")
    clause: Clause = strawberry.field(description="The point of the law that sets the limit.")

    @classmethod
    def of(cls, breach: Breach, language: str) -> "DelegationBreach":
        return cls(
            limit=breach.limit,
            field=breach.field,
            what=breach.what,
            message=limit_in_words(breach, language),
            clause=Clause.of(breach.clause),
        )


@strawberry.type(description="The law does not let this be delegated; every limit overstepped.")
class DelegationRefused(Refusal):
    breaches: list[DelegationBreach] = strawberry.field(
        description="Every limit overstepped, at once."
    )

    @classmethod
    def of(cls, refused: Overstepped, language: str) -> "DelegationRefused":
        breaches = [DelegationBreach.of(one, language) for one in refused.breaches]
        return cls(
            code="DELEGATION_REFUSED",
            message="; ".join(one.message for one in breaches),
            clause=breaches[0].clause,
            breaches=breaches,
        )


DelegateResult = Annotated[
    Delegation | DelegationRefused,
    strawberry.union("DelegateResult", description="The delegation, or why it is refused."),
]


Wish = Annotated[DelegateInput, strawberry.argument(description="What is to be delegated to whom.")]
DelegationId = Annotated[strawberry.ID, strawberry.argument(description="The delegation's id.")]
EndingPaper = Annotated[
    DocumentInput, strawberry.argument(description="Văn bản: the paper that ends it.")
]


@strawberry.type
class DelegationMutations:
    @strawberry.mutation(
        description="Uỷ quyền: record a delegation, as the chair of the panel (HD01:6.2.3)."
    )
    async def delegate(self, info: Info, input: Wish) -> DelegateResult:  # noqa: A002 -- the graph's own word
        context = info.context
        actor = await context.authorities.actor()
        try:
            key = await delegations.delegate(
                context.connection, context.policy, actor, input.read(), context.at
            )
        except Overstepped as refused:
            return DelegationRefused.of(refused, context.language)
        return Delegation.of(await context.loaders.required(delegations.BY_ID, {"id": key}))

    @strawberry.mutation(description="End a delegation today, as the chair of the panel.")
    async def withdraw_delegation(
        self,
        info: Info,
        id: DelegationId,  # noqa: A002 -- the graph's own word
        document: EndingPaper,
    ) -> DelegateResult:
        context = info.context
        actor = await context.authorities.actor()
        key = identifier(str(id), "id")
        try:
            await delegations.withdraw(context.connection, actor, key, document.read(), context.at)
        except Overstepped as refused:
            return DelegationRefused.of(refused, context.language)
        return Delegation.of(await context.loaders.required(delegations.BY_ID, {"id": key}))
