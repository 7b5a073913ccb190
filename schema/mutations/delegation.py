"""Mutations of delegation: a chair delegates powers for a period, and withdraws them (HD01:6.2.3)."""

from datetime import (
    date,
    date as Day,  # noqa: N812 - a field called `date` hides its own type
)
from typing import Annotated
from uuid import UUID

import strawberry

from authz.delegation import Breach, DelegationLimit
from db.facade import delegations
from resolvers.authorization.explanation import limit_in_words
from resolvers.authorization.subject import identifier
from resolvers.commands.delegate import Delegate, DocumentReference, Overstepped, WithdrawDelegation
from schema.context import Info
from schema.mutations.command import OptionalKey, execute_untyped
from schema.types.enums import Act
from schema.types.meaning import described
from schema.types.refusal import Refusal
from schema.types.registry import Clause, Delegation

described(DelegationLimit, "Which limit of a delegation is overstepped (HD01:6.2.3).", name="Limit")


@strawberry.input(description="Văn bản: the number and the day of the paper.")
class DocumentInput:
    number: str = strawberry.field(description="Số văn bản: its number.")
    date: Day = strawberry.field(description="Ngày ban hành: the day it was issued.")

    def read(self) -> DocumentReference:
        return DocumentReference(self.number, self.date)


@strawberry.input(
    description="Uỷ quyền: what a panel gives, to the holder of which post, for how long."
)
class DelegateInput:
    rater: strawberry.ID = strawberry.field(description="The id of the rater that gives.")
    delegate: strawberry.ID = strawberry.field(description="The code of the post that receives.")
    acts: list[Act] = strawberry.field(description="APPRAISE, RATE or both.")
    classes: list[str] = strawberry.field(
        description="Words of the matrix: the classes of subjects."
    )
    bodies: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Below which bodies; empty is the whole place."
    )
    since: date = strawberry.field(description="The first day in force.")
    until: date | None = strawberry.field(
        default=None, description="The last day; without one it is refused, as open-ended."
    )
    document: DocumentInput = strawberry.field(
        description="Văn bản uỷ quyền: the paper that gives it."
    )
    idempotency_key: strawberry.ID | None = strawberry.field(
        default=None,
        description="A UUID of the sender's: repeated, the delegation is not recorded again.",
    )
    expected_version: int | None = strawberry.field(
        default=None,
        description="Of the panel's delegations, as the sender saw them: how many there are, and how many of "
        "them are withdrawn, in all; null asks for none.",
    )

    def read(self) -> Delegate:
        return Delegate(
            rater_id=str(self.rater),
            post_code=str(self.delegate),
            acts=self.acts,
            classes=self.classes,
            bodies=[str(body) for body in self.bodies],
            since=self.since,
            until=self.until,
            document=self.document.read(),
            version=self.expected_version,
        )


@strawberry.type(description="One limit overstepped, by which field.")
class DelegationBreach:
    limit: DelegationLimit = strawberry.field(description="Which limit.")
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
        breaches = [DelegationBreach.of(breach, language) for breach in refused.breaches]
        return cls(
            code=refused.code,
            message="; ".join(breach.message for breach in breaches),
            clause=breaches[0].clause,
            breaches=breaches,
        )


DelegateResult = Annotated[
    Delegation | DelegationRefused,
    strawberry.union("DelegateResult", description="The delegation, or why it is refused."),
]


Wish = Annotated[DelegateInput, strawberry.argument(description="The delegation to record.")]
DelegationId = Annotated[strawberry.ID, strawberry.argument(description="The delegation's id.")]
DelegationVersion = Annotated[
    int | None,
    strawberry.argument(
        description="Of the delegation, as the sender saw it: 1 as it was recorded, 2 once it is withdrawn; "
        "null asks for none."
    ),
]
EndingPaper = Annotated[
    DocumentInput, strawberry.argument(description="Văn bản: the paper that ends it.")
]


@strawberry.type
class DelegationMutations:
    @strawberry.mutation(
        description="Uỷ quyền: record a delegation, as the chair of the panel (HD01:6.2.3)."
    )
    async def delegate(self, info: Info, input: Wish) -> DelegateResult:  # noqa: A002 -- the graph's own word
        return await _run_on_delegation(info, input.idempotency_key, input.read())

    @strawberry.mutation(description="End a delegation today, as the chair of the panel.")
    async def withdraw_delegation(
        self,
        info: Info,
        id: DelegationId,  # noqa: A002 -- the graph's own word
        document: EndingPaper,
        idempotency_key: OptionalKey = None,
        expected_version: DelegationVersion = None,
    ) -> DelegateResult:
        key = identifier(str(id), "id")
        command = WithdrawDelegation(key, document.read(), expected_version)
        return await _run_on_delegation(info, idempotency_key, command)


async def _run_on_delegation(
    info: Info, key: strawberry.ID | None, command: Delegate | WithdrawDelegation
) -> DelegateResult:
    """Run the command; the delegation, or every limit that it oversteps."""
    try:
        answer = await execute_untyped(info, key, command)
    except Overstepped as refused:
        return DelegationRefused.of(refused, info.context.language)
    by_id = {"id": UUID(answer["id"])}
    return Delegation.of(await info.context.loaders.required(delegations.BY_ID, by_id))
