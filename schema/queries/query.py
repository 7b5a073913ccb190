"""The root type `Query`: one method for each root field."""

from collections.abc import Mapping
from typing import Annotated

import strawberry

from authz.decision import MissingRight
from authz.right import anybodys_rights
from db.facade import appraisals, bodies, persons
from resolvers.authorization.actor import bound, selected_by
from resolvers.authorization.principal import SignedIn
from resolvers.authorization.subject import SubjectKey, identifier
from resolvers.commands import open_year
from resolvers.queries.authority import RaterCompetence
from resolvers.queries.evaluation import Order
from rules.judgement.peer_group import CLAUSE as COUNTED_BY
from rules.procedure.precedence import Reason, rule
from schema.context import Context, Info
from schema.directives import DECIDED, PAGED, about
from schema.pagination import After, Connection, First, page
from schema.planner.declaration import Arguments, Finds, over, planned, unchanged_arguments
from schema.queries import search
from schema.queries.entity import BY_KEY, Entity, Representations, resolve
from schema.queries.evaluation import (
    Evaluations,
    Filter,
    OrderBy,
    Since,
    Under,
    filtered_list,
    page_of,
)
from schema.queries.search import Kinds, MaybeUnder, Name
from schema.types.appraisal import Appraisal
from schema.types.argument_description import OfAct, OfTrack
from schema.types.authority import Authority, OfSubject, Permission, authority, may
from schema.types.compliance import Office, offices
from schema.types.correction import Correction, corrections
from schema.types.enums import Act, Track
from schema.types.quota import LevelProposal, Quota, quota_check
from schema.types.record import Record
from schema.types.registry import Body, Clause, Person, Post, Year
from schema.types.subject import Subject
from schema.types.work import Me
from schema.types.year import Cycle, too_few_of_year

Code = Annotated[strawberry.ID, strawberry.argument(description="The body's code: ht.thach-ha.")]
PersonId = Annotated[strawberry.ID, strawberry.argument(description="The person's id, a UUID.")]
AppraisalId = Annotated[
    strawberry.ID, strawberry.argument(description="The appraisal's id, a UUID.")
]
Group = Annotated[
    strawberry.ID, strawberry.argument(description="The code of the peer group: departments.")
]
Proposals = Annotated[
    list[LevelProposal],
    strawberry.argument(description="The levels to try; an empty list gives the present quota."),
]


@strawberry.type(
    description="A subject without a rater: no clause gives the power, or one denies it."
)
class AuthorityGap(Record):
    @strawberry.field(description="Who is not rated.")
    def appraisal(self) -> Appraisal:
        return Appraisal.of(self.row)

    @strawberry.field(description="Who is not rated.")
    async def subject(self, info: Info) -> Subject:
        subject: Subject = await Appraisal.of(self.row).subject(info)
        return subject

    @strawberry.field(description="The posts held in the year.")
    async def posts(self, info: Info) -> list[Post]:
        rows = await info.context.loaders.many(
            appraisals.POSTS_OF_YEAR, self.row, year=self.row["year"]
        )
        return [Post.of(row) for row in rows]

    @strawberry.field(
        description="NO_CLAUSE names an authority, or one is OUTWEIGHED by a clause; or TOO_FEW_OFFICERS, "
        "or NO_PEER_GROUP."
    )
    async def why(self, info: Info) -> MissingRight:
        competence = await self._competence(info)
        if competence.rater is not None:
            return (
                MissingRight.NO_PEER_GROUP if self._is_groupless else MissingRight.TOO_FEW_OFFICERS
            )
        return MissingRight.NO_CLAUSE if competence.clause is None else MissingRight.OUTWEIGHED

    @strawberry.field(description="The clause that denies the power, if one does.")
    async def clause(self, info: Info) -> Clause | None:
        competence = await self._competence(info)
        if competence.rater is not None and self._is_groupless:
            return Clause.of(COUNTED_BY)
        if competence.rater is not None:
            return Clause.of(rule(Reason.TOO_FEW_OFFICERS).clause)
        return Clause.maybe(competence.clause)

    @property
    def _is_groupless(self) -> bool:
        """Whether no quota counts the subject although a rater exists: an older version opened such appraisals."""
        return self.row["peer_group_code"] is None

    async def _competence(self, info: Info) -> RaterCompetence:
        key = SubjectKey.of_appraisal(self.row)
        return await info.context.authorizer.competence(Act.RATE, key, self.row["year"])


def _key(_: Context, arguments: Arguments) -> Mapping[str, object]:
    return {"id": identifier(str(arguments["id"]), "id")}


def _caller(context: Context, _: Arguments) -> Mapping[str, object]:
    """The key of the caller's person; None for a service account, which is no person of the registry."""
    caller = context.caller
    return {"id": caller.person_id if isinstance(caller, SignedIn) else None}


async def _year(context: Context, arguments: Arguments) -> int | None:
    row = await context.loaders.first(appraisals.BY_ID, _key(context, arguments))
    return None if row is None else row["year"]


@strawberry.type(name="_Service", description="This subgraph, as gateways ask for it.")
class Service:
    sdl: str = strawberry.field(description="Its schema, as the service prints it.")


@strawberry.type(description="The entry points for reading; all of them need a sign-in.")
class Query:
    @strawberry.field(name="_service", description="The schema of this subgraph; public.")
    def _service(self, info: Info) -> Service:
        return Service(sdl=info.context.sdl or info.schema.as_str())

    @strawberry.field(
        name="_entities",
        metadata=BY_KEY,
        description="Whatever a gateway names; null by itself where nothing has the key.",
    )
    def _entities(self, info: Info, representations: Representations) -> list[Entity | None]:
        return resolve(info, representations)

    @strawberry.field(
        metadata=over(bodies.BY_CODE, root=unchanged_arguments), description="One body by its code."
    )
    async def body(self, info: Info, code: Code) -> Body | None:
        return Body.maybe(await info.context.loaders.first(bodies.BY_CODE, {"code": str(code)}))

    @strawberry.field(metadata=over(persons.BY_ID, root=_key), description="One person by id.")
    async def person(self, info: Info, id: PersonId) -> Person | None:  # noqa: A002 - the graph's own word
        key = identifier(str(id), "id")
        return Person.maybe(await info.context.loaders.first(persons.BY_ID, {"id": key}))

    @strawberry.field(
        metadata=over(appraisals.BY_ID, root=_key, year=_year), description="One appraisal by id."
    )
    async def appraisal(self, info: Info, id: AppraisalId) -> Appraisal | None:  # noqa: A002 - the graph's own word
        key = identifier(str(id), "id")
        return Appraisal.maybe(await info.context.loaders.first(appraisals.BY_ID, {"id": key}))

    @strawberry.field(
        description="Thẩm quyền: who has each act over the subject, by which clause (HD01:6).",
        directives=DECIDED,
    )
    async def authority(
        self, info: Info, subject: OfSubject, year: Year, track: OfTrack = Track.OFFICIAL
    ) -> list[Authority]:
        return await authority(info, subject.key(track), year)

    @strawberry.field(
        description="Whether the caller may do the act to the subject, and why or why not.",
        directives=DECIDED,
    )
    async def may(
        self,
        info: Info,
        act: OfAct,
        subject: OfSubject,
        year: Year,
        track: OfTrack = Track.OFFICIAL,
    ) -> Permission:
        return await may(info, act, subject.key(track), year)

    @strawberry.field(
        description="Khoảng trống thẩm quyền: the subjects of a year without a rater, or with too few "
        "officers to propose and to decide, by name.",
        directives=PAGED,
    )
    async def authority_gaps(
        self, info: Info, year: Year, first: First, after: After = None
    ) -> Connection[AuthorityGap]:
        anybodys = selected_by([anybodys_rights(info.context.policy, Act.RATE)])
        return await page(
            info,
            appraisals.gaps(anybodys),
            {"year": year},
            AuthorityGap.of,
            first,
            after,
            **bound(anybodys, year),
            too_few=await too_few_of_year(info, year),
        )

    @strawberry.field(
        description="Chậm, muộn: every office with subjects to rate in the year, the latest "
        "first, then by name (QĐ124:Đ14.2).",
        directives=PAGED,
    )
    async def compliance(
        self, info: Info, year: Year, first: First, after: After = None
    ) -> Connection[Office]:
        return await offices(info, year, first, after)

    @strawberry.field(
        description="Các đợt tính lại: how a year was judged again because an edition of the rules was corrected, "
        "the first one first.",
        directives=about(3),
    )
    async def corrections(self, info: Info, year: Year) -> list[Correction]:
        return await corrections(info, year)

    @strawberry.field(
        metadata=planned(Finds(filtered_list, reads_only=True)),
        description="Kết quả xếp loại, for integrations: every evaluation under a body, or what "
        "changed of them since; of whose levels the caller may see (QĐ124:Đ15.2).",
        directives=PAGED,
    )
    async def evaluations(  # noqa: PLR0913, PLR0917 - the arguments of the field
        self,
        info: Info,
        year: Year,
        under: Under,
        first: First,
        after: After = None,
        changed_since: Since = None,
        filter: Filter = None,  # noqa: A002 - the graph's own word
        order_by: OrderBy = Order.ID,
    ) -> Evaluations:
        arguments = {
            "year": year,
            "under": under,
            "changed_since": changed_since,
            "filter": filter,
            "order_by": order_by,
        }
        return await page_of(info, arguments, first, after)

    @strawberry.field(
        description="Tìm tập thể: bodies that stood in the year, by name, in Vietnamese order.",
        directives=PAGED,
    )
    async def search_bodies(  # noqa: PLR0913, PLR0917 - the arguments of the field
        self,
        info: Info,
        name: Name,
        year: Year,
        first: First,
        after: After = None,
        under: MaybeUnder = None,
        kinds: Kinds = None,
    ) -> Connection[Body]:
        return await search.bodies(info, name, year, under, kinds, first, after)

    @strawberry.field(
        description="Tìm người: persons who held a post or belonged to a cell in the year, by name, "
        "in Vietnamese order.",
        directives=PAGED,
    )
    async def search_persons(  # noqa: PLR0913, PLR0917 - the arguments of the field
        self,
        info: Info,
        name: Name,
        year: Year,
        first: First,
        after: After = None,
        under: MaybeUnder = None,
    ) -> Connection[Person]:
        return await search.persons(info, name, year, under, first, after)

    @strawberry.field(
        description="Hạn mức xuất sắc: the counts of a group with these levels (QĐ124:Đ12.1.4).",
        directives=DECIDED,
    )
    async def quota_check(
        self, info: Info, year: Year, group: Group, proposals: Proposals
    ) -> Quota:
        return await quota_check(info, year, group, proposals)

    @strawberry.field(
        description="Các năm xếp loại: every year that was opened, the first one first."
    )
    async def cycles(self, info: Info) -> list[Cycle]:
        return [Cycle.of(row) for row in await open_year.every_year(info.context.connection)]

    @strawberry.field(
        metadata=over(persons.BY_ID, root=_caller),
        description="The signed-in person; null for a service account.",
    )
    async def me(self, info: Info) -> Me | None:
        row = await info.context.loaders.first(persons.BY_ID, _caller(info.context, {}))
        return None if row is None else Me(person=Person.of(row))
