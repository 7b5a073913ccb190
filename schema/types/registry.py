"""Bodies, persons, posts, raters and ratings: the types that link to each other."""

from collections.abc import Mapping
from datetime import (
    date,
    date as Day,  # noqa: N812 - a field called `date` hides its own type
)
from typing import TYPE_CHECKING, Annotated, cast

import strawberry

from db.facade import Form, Row, bodies, delegations, persons, posts, raters
from resolvers.authorization.subject import SubjectKey
from resolvers.commands.delegate import is_in_force
from resolvers.queries.rater import due as due_day
from rules.texts import law
from schema.context import Context, Info
from schema.directives import DECIDED, OF_FILE, PAGED, about
from schema.pagination import After, Connection, First, page
from schema.planner.declaration import (
    DOCUMENT,
    OF_CODE,
    OF_ID,
    Answers,
    Arguments,
    Guard,
    Says,
    law_of,
    over,
    planned,
    today,
)
from schema.types.argument_description import Counted, OfAct, OfTrack, Ranks
from schema.types.enums import Act, BodyKind, Level, Rank, Tier, Track
from schema.types.record import Record, graph_type
from schema.types.tally import NOTHING_TALLIED, Tally

# These types link back to those here. Their files import this one; the schema knows them by name.
if TYPE_CHECKING:
    from schema.types.appraisal import Appraisal
    from schema.types.authority import Authority, Permission

AppraisalOf = Annotated["Appraisal", strawberry.lazy("schema.types.appraisal")]
PermissionOf = Annotated["Permission", strawberry.lazy("schema.types.authority")]
AuthorityOf = Annotated["Authority", strawberry.lazy("schema.types.authority")]

Year = Annotated[int, strawberry.argument(description="Năm đánh giá: the rated year.")]


async def _may(info: Info, act: Act, key: SubjectKey, year: int) -> "Permission":
    permission = await info.context.authorizer.may(act, key, year)
    return cast("Permission", graph_type(info, "Permission").of(permission))


async def _authority(info: Info, key: SubjectKey, year: int) -> list["Authority"]:
    competences = await info.context.authorizer.authority(key, year)
    authority = graph_type(info, "Authority")
    return [authority.of(competence, year) for competence in competences]


def _appraisal(info: Info, row: Row | None) -> "Appraisal | None":
    return cast("Appraisal | None", graph_type(info, "Appraisal").maybe(row))


@strawberry.type(description="A point of a document: its citation and its wording.")
class Clause:
    id: strawberry.ID = strawberry.field(description="The citation, such as QĐ124:Đ12.1.4.")
    text: str = strawberry.field(description="The wording of the document, in Vietnamese.")

    @classmethod
    def of(cls, cite: str) -> "Clause":
        return cls(id=strawberry.ID(cite), text=law.point(cite).text)

    @classmethod
    def maybe(cls, cite: str | None) -> "Clause | None":
        return None if cite is None else cls.of(cite)


@strawberry.type(description="Văn bản: the document of a decision.")
class Document:
    number: str = strawberry.field(description="Số văn bản: its number.")
    date: Day = strawberry.field(description="Ngày ban hành: the day it was issued.")


@strawberry.federation.type(
    keys=["code"], description="Nhóm đối tượng tương đồng: whose quota is counted together."
)
class PeerGroup(Record):
    code: strawberry.ID = strawberry.field(description="Its code, such as departments.")
    name: str = strawberry.field(description="Tên nhóm, in Vietnamese.")
    track: Track = strawberry.field(description="Which ratings of its subjects are counted.")


@strawberry.federation.type(
    keys=["code"], description="Chức vụ: a chair in a body (Popolo's Post)."
)
class Post(Record):
    code: strawberry.ID = strawberry.field(description="Its code in the catalogue: ht.ubnd.ct.")
    title: str = strawberry.field(description="Tên chức vụ, in Vietnamese.")
    rank: Rank = strawberry.field(description="Chức danh: its rank in the body.")

    @strawberry.field(metadata=over(posts.BODY), description="The body that the post belongs to.")
    async def body(self, info: Info) -> "Body":
        return Body.of(await info.context.loaders.required(posts.BODY, self.row))

    @strawberry.field(
        metadata=over(delegations.RECEIVED_BY_POST),
        description="Uỷ quyền được nhận: every delegation to the post, past ones too.",
    )
    async def delegations(self, info: Info) -> list["Delegation"]:
        rows = await info.context.loaders.many(delegations.RECEIVED_BY_POST, self.row)
        return [Delegation.of(row) for row in rows]


@strawberry.type(
    description="A rater: a committee or panel to which section 6 of the guide gives acts."
)
class Rater(Record):
    id: strawberry.ID = strawberry.field(description="The rater at its place; `code` is the word.")
    code: strawberry.ID = strawberry.field(
        description="Its word in the matrix, such as panel_6_2_3."
    )
    section: str = strawberry.field(
        description="Mục: the section of the guide that names it (HD01:6)."
    )
    name: str = strawberry.field(description="Cấp có thẩm quyền: its name, in Vietnamese.")
    year: strawberry.Private[int]

    @strawberry.field(metadata=over(raters.CHAIR), description="Chủ trì: the post that chairs.")
    async def chair(self, info: Info) -> Post | None:
        return Post.maybe(await info.context.loaders.first(raters.CHAIR, self.row))

    @strawberry.field(
        metadata=over(raters.MEMBERS),
        description="The posts that sit with the chair.",
        directives=about(10),
    )
    async def members(self, info: Info) -> list[Post]:
        return [Post.of(row) for row in await info.context.loaders.many(raters.MEMBERS, self.row)]

    @strawberry.field(
        metadata=over(raters.COMPILED_BY), description="Tổng hợp: the compiling office."
    )
    async def compiled_by(self, info: Info) -> "Body | None":
        return Body.maybe(await info.context.loaders.first(raters.COMPILED_BY, self.row))

    @strawberry.field(
        metadata=over(delegations.GIVEN_BY_RATER),
        description="Uỷ quyền đã giao: every delegation by this rater, past ones too.",
    )
    async def delegations(self, info: Info) -> list["Delegation"]:
        rows = await info.context.loaders.many(delegations.GIVEN_BY_RATER, self.row)
        return [Delegation.of(row) for row in rows]

    @strawberry.field(metadata=law_of("clause"), description="The clause that gives the power.")
    def clause(self) -> Clause:
        return Clause.of(self.row["clause"])

    @strawberry.field(description="Strictly before which day the results are to be sent.")
    def due(self) -> date | None:
        return due_day(self.row, self.year)


@strawberry.type(description="Uỷ quyền đánh giá: powers of a rater, given to the holder of a post.")
class Delegation(Record):
    id: strawberry.ID = strawberry.field(description="Its id, a UUID.")
    acts: list[Act] = strawberry.field(description="Which acts it covers.")
    classes: list[str] = strawberry.field(
        description="Words of the matrix: the classes of subjects that it covers."
    )
    bodies: list[strawberry.ID] = strawberry.field(
        description="The bodies below which it is in force; empty: the whole place of the rater."
    )
    since: date = strawberry.field(description="The first day in force.")
    until: date = strawberry.field(description="The last day; it ends without anybody acting.")
    withdrawn_on: date | None = strawberry.field(
        description="The first day on which it no longer held, if it was withdrawn."
    )

    @strawberry.field(metadata=DOCUMENT, description="The document by which it was given.")
    def document(self) -> Document:
        return Document(number=self.row["document_number"], date=self.row["document_date"])

    @strawberry.field(description="Whether it is in force today.")
    def in_force(self, info: Info) -> bool:
        return is_in_force(self.row, info.context.today)

    @strawberry.field(metadata=over(delegations.RATER), description="The rater that gave it.")
    async def rater(self, info: Info) -> "Rater":
        row = await info.context.loaders.required(delegations.RATER, self.row)
        return Rater.of(row, year=self.row["since"].year)

    @strawberry.field(metadata=over(delegations.TO_POST), description="The post it was given to.")
    async def delegate(self, info: Info) -> "Post":
        return Post.of(await info.context.loaders.required(delegations.TO_POST, self.row))


@strawberry.type(description="Kết quả xếp loại: the level that the competent authority decided.")
class Rating(Record):
    level: Level = strawberry.field(description="Mức xếp loại: the level (QĐ124:Đ12).")
    decided_on: date = strawberry.field(description="Ngày quyết định: the day of the decision.")

    @strawberry.field(
        metadata=planned(Says("{row[reason]}", Form.TEXT, guard=Guard.FILE)),
        description="The reason that was given; part of the file (QĐ124:Đ15.2).",
        directives=OF_FILE,
    )
    async def reason(self, info: Info) -> str | None:
        await info.context.authorizer.guard_file(
            SubjectKey.of_appraisal(self.row), self.row["year"]
        )
        reason: str | None = self.row["reason"]
        return reason

    @strawberry.field(metadata=over(raters.OF_RATING), description="The authority that decided.")
    async def rater(self, info: Info) -> Rater | None:
        row = await info.context.loaders.first(raters.OF_RATING, self.row)
        return None if row is None else Rater.of(row, year=self.row["year"])

    @strawberry.field(metadata=DOCUMENT, description="The decision's number and date.")
    def document(self) -> Document | None:
        number, day = self.row["document_number"], self.row["document_date"]
        return Document(number=number, date=day) if number else None


@strawberry.type(description="Who holds a post, or belongs to a body, and since when (Popolo).")
class Membership(Record):
    since: date = strawberry.field(description="Từ ngày: the first day.")
    until: date | None = strawberry.field(
        description="Đến ngày: the last day; null while it lasts."
    )

    @strawberry.field(metadata=over(posts.OF_MEMBERSHIP), description="The post held, if any.")
    async def post(self, info: Info) -> Post | None:
        return Post.maybe(await info.context.loaders.first(posts.OF_MEMBERSHIP, self.row))

    @strawberry.field(metadata=over(persons.OF_MEMBERSHIP), description="The person.")
    async def person(self, info: Info) -> "Person":
        return Person.of(await info.context.loaders.required(persons.OF_MEMBERSHIP, self.row))


@strawberry.federation.type(keys=["id"], description="Cá nhân: an official or a party member.")
class Person(Record):
    id: strawberry.ID = strawberry.field(description="Its id, a UUID; never a number of a paper.")
    name: str = strawberry.field(description="Họ và tên: the full name.")

    @strawberry.field(
        metadata=over(persons.RATING, guard=Guard.LEVEL),
        description="The level decided for the year.",
    )
    async def rating(
        self, info: Info, year: Year, track: OfTrack = Track.OFFICIAL
    ) -> Rating | None:
        await info.context.authorizer.guard_level(
            SubjectKey(person=self.row["id"], track=track), year
        )
        row = await info.context.loaders.first(persons.RATING, self.row, year=year, track=track)
        return Rating.maybe(row)

    @strawberry.field(
        metadata=over(persons.APPRAISAL),
        description="The appraisal of the year, decided or not; null if it does not exist.",
    )
    async def appraisal(
        self, info: Info, year: Year, track: OfTrack = Track.OFFICIAL
    ) -> AppraisalOf | None:
        row = await info.context.loaders.first(persons.APPRAISAL, self.row, year=year, track=track)
        return _appraisal(info, row)

    @strawberry.field(
        metadata=planned(Answers(*OF_ID)),
        description="Whether the caller may do the act to the person, and why.",
        directives=DECIDED,
    )
    async def may(
        self, info: Info, act: OfAct, year: Year, track: OfTrack = Track.OFFICIAL
    ) -> PermissionOf:
        return await _may(info, act, SubjectKey(person=self.row["id"], track=track), year)

    @strawberry.field(
        metadata=planned(Answers(*OF_ID)),
        description="Thẩm quyền: who has each act over the person, by which clause.",
        directives=DECIDED,
    )
    async def authority(
        self, info: Info, year: Year, track: OfTrack = Track.OFFICIAL
    ) -> list[AuthorityOf]:
        return await _authority(info, SubjectKey(person=self.row["id"], track=track), year)

    @strawberry.field(
        metadata=over(persons.MEMBERSHIPS, bind=today),
        description="Posts and cells of the day.",
        directives=about(3),
    )
    async def memberships(self, info: Info) -> list[Membership]:
        rows = await info.context.loaders.many(
            persons.MEMBERSHIPS, self.row, day=info.context.today
        )
        return [Membership.of(row) for row in rows]


def _of_track(_: Context, arguments: Arguments) -> Mapping[str, object]:
    return {"year": arguments["year"], "track": arguments["of"]}


def _ranked(context: Context, arguments: Arguments) -> Mapping[str, object]:
    ranks = arguments.get("ranks")
    return {"day": context.today, "ranks": None if ranks is None else [str(rank) for rank in ranks]}


@strawberry.federation.type(
    keys=["code"],
    description="Tập thể, tổ chức: an organisation, or the collective that leads one.",
)
class Body(Record):
    code: strawberry.ID = strawberry.field(description="Its code in the catalogue: ht.thach-ha.")
    name: str = strawberry.field(description="Tên, in Vietnamese.")
    kind: BodyKind = strawberry.field(description="Loại hình: what kind of body it is.")
    tier: Tier = strawberry.field(description="Cấp: the tier that it belongs to (HD01:8.1).")

    @strawberry.field(metadata=over(bodies.PARENT), description="The body that this one is under.")
    async def parent(self, info: Info) -> "Body | None":
        return Body.maybe(await info.context.loaders.first(bodies.PARENT, self.row))

    @strawberry.field(
        metadata=over(bodies.LEADS), description="The organisation that this one leads."
    )
    async def leads(self, info: Info) -> "Body | None":
        return Body.maybe(await info.context.loaders.first(bodies.LEADS, self.row))

    @strawberry.field(
        metadata=over(bodies.CHILDREN),
        description="The bodies directly below, by name.",
        directives=PAGED,
    )
    async def children(self, info: Info, first: First, after: After = None) -> "Connection[Body]":
        return await page(info, bodies.CHILDREN, self.row, Body.of, first, after)

    @strawberry.field(metadata=over(bodies.PEER_GROUP), description="Whose quota it shares.")
    async def peer_group(self, info: Info) -> PeerGroup | None:
        return PeerGroup.maybe(await info.context.loaders.first(bodies.PEER_GROUP, self.row))

    @strawberry.field(
        metadata=over(bodies.RATING, guard=Guard.LEVEL),
        description="The level decided for the year.",
    )
    async def rating(self, info: Info, year: Year) -> Rating | None:
        await info.context.authorizer.guard_level(SubjectKey(body=self.row["code"]), year)
        return Rating.maybe(await info.context.loaders.first(bodies.RATING, self.row, year=year))

    @strawberry.field(
        metadata=over(bodies.APPRAISAL),
        description="The appraisal of the year, decided or not; null if it does not exist.",
    )
    async def appraisal(self, info: Info, year: Year) -> AppraisalOf | None:
        row = await info.context.loaders.first(bodies.APPRAISAL, self.row, year=year)
        return _appraisal(info, row)

    @strawberry.field(
        metadata=over(bodies.TALLY, bind=_of_track, guard=Guard.LEVEL, otherwise=NOTHING_TALLIED),
        description="The levels of the whole subtree.",
    )
    async def tally(self, info: Info, year: Year, of: Counted) -> Tally | None:
        await info.context.authorizer.guard_level(SubjectKey(body=self.row["code"]), year)
        row = await info.context.loaders.first(bodies.TALLY, self.row, year=year, track=of.value)
        return Tally.of(row or NOTHING_TALLIED)

    @strawberry.field(
        metadata=planned(Answers(*OF_CODE)),
        description="Whether the caller may do the act to the body, and why.",
        directives=DECIDED,
    )
    async def may(self, info: Info, act: OfAct, year: Year) -> PermissionOf:
        return await _may(info, act, SubjectKey(body=self.row["code"]), year)

    @strawberry.field(
        metadata=planned(Answers(*OF_CODE)),
        description="Thẩm quyền: who has each act over the body, by which clause.",
        directives=DECIDED,
    )
    async def authority(self, info: Info, year: Year) -> list[AuthorityOf]:
        return await _authority(info, SubjectKey(body=self.row["code"]), year)

    @strawberry.field(
        metadata=over(bodies.MEMBERSHIPS, bind=_ranked),
        description="Who sits here on the day.",
        directives=about(20),
    )
    async def memberships(self, info: Info, ranks: Ranks = None) -> list[Membership]:
        rows = await info.context.loaders.many(
            bodies.MEMBERSHIPS,
            self.row,
            day=info.context.today,
            ranks=None if ranks is None else [str(rank) for rank in ranks],
        )
        return [Membership.of(row) for row in rows]
