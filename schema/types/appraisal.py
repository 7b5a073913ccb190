"""Appraisals: the stage of one subject's rating, the reasons, and the guarded fields of its file."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

import strawberry

from db.facade import Form, Row, appraisals, peer_groups
from resolvers.authorization.subject import SubjectKey
from resolvers.queries import precedence
from resolvers.queries.appraisal import overdue_days
from rules.procedure.precedence import Reason, StepWaitsFor
from schema.context import Info
from schema.directives import OF_FILE, about
from schema.planner.declaration import (
    OF_ID,
    Answers,
    Chooses,
    ElementsSource,
    Guard,
    Here,
    Says,
    law_of,
    over,
    planned,
    today,
)
from schema.types.dossier import File
from schema.types.enums import Act, ComputedLevel, Ground, Level, Stage, Track
from schema.types.finding import COLUMNS, Finding
from schema.types.meaning import described
from schema.types.record import Record
from schema.types.registry import Body, Clause, PeerGroup, Person, Post, Rater, Rating
from schema.types.review import PlaceOfReview, places_of
from schema.types.subject import Subject, named_subject

described(Reason, "Why a step must wait (QĐ124:Đ7.3, Đ11; HD01:3.1.1).")

PastDay = Annotated[date, strawberry.argument(description="The day, in Vietnam, at its end.")]


@strawberry.type(description="What a step waits for: the reason, and the point of the law.")
class Waiting:
    reason: Reason = strawberry.field(description="Why the step must wait.")
    clause: Clause = strawberry.field(description="Điều, khoản, điểm: the point of the law.")
    name: strawberry.Private[str]

    @strawberry.field(
        description="The subject that must come first; the subject itself for a step of its own."
    )
    async def subject(self, info: Info) -> Subject | None:
        return None if self._is_of_group else await named_subject(info, self.name)

    @strawberry.field(
        metadata=over(peer_groups.BY_GROUP_CODE),
        description="Of QUOTA_NOT_SETTLED: the group of bodies that is to be settled first.",
    )
    async def group(self, info: Info) -> PeerGroup | None:
        if not self._is_of_group:
            return None
        code = {"peer_group_code": self.name}
        return PeerGroup.maybe(await info.context.loaders.first(peer_groups.BY_GROUP_CODE, code))

    @property
    def _is_of_group(self) -> bool:
        return self.reason is Reason.QUOTA_NOT_SETTLED

    @classmethod
    def of(cls, waits: StepWaitsFor) -> "Waiting":
        return cls(reason=waits.reason, clause=Clause.of(waits.clause), name=waits.subject)


@dataclass(frozen=True, slots=True)
class _Named:
    name: str


@strawberry.type(description="A subject without a level that the computed level needs.")
class AwaitedLevel:
    reason: str = strawberry.field(
        description="As what its level is needed, in a word of the rules."
    )
    clause: Clause = strawberry.field(
        metadata=law_of("clause"),
        description="Điều, khoản, điểm: the point of the law.",
    )
    name: strawberry.Private[str]

    @strawberry.field(
        metadata=planned(Answers(("{row[subject]}",), _Named)),
        description="The subject to be rated first.",
    )
    async def subject(self, info: Info) -> Subject | None:
        return await named_subject(info, self.name)

    @classmethod
    def of(cls, waits: Row) -> "AwaitedLevel":
        return cls(reason=waits["reason"], clause=Clause.of(waits["clause"]), name=waits["subject"])


@strawberry.type(description="What the rules compute from the facts: advice beside the decision.")
class Computed:
    level: ComputedLevel | None = strawberry.field(description="Null while it waits for others.")
    edition: str = strawberry.field(
        description="Phiên bản quy định: the edition of the rules that it was computed by."
    )
    edition_revision: int = strawberry.field(
        description="Lần sửa: the revision of that edition; an earlier one than the present is to be corrected."
    )
    waits_for: list[AwaitedLevel] = strawberry.field(
        metadata=planned(ElementsSource("waits_for", "reason text, subject text, clause text")),
        description="Whose levels it needs and has not.",
    )
    findings: list[Finding] = strawberry.field(
        metadata=planned(
            ElementsSource(
                "findings",
                COLUMNS,
                row_columns=("edition",),
            )
        ),
        description="Every condition of every level.",
    )

    @classmethod
    def of(cls, row: Row) -> "Computed":
        return cls(
            level=ComputedLevel(row["level"]) if row["level"] else None,
            edition=row["edition"],
            edition_revision=row["edition_revision"],
            waits_for=[AwaitedLevel.of(awaited) for awaited in row["waits_for"]],
            findings=[Finding.of(finding, row["edition"]) for finding in row["findings"]],
        )


@strawberry.type(
    description="The actor of an act: the person, the post, and the rater that the person acted for."
)
class Actor(Record):
    @strawberry.field(metadata=over(appraisals.ACTOR), description="The person.")
    async def person(self, info: Info) -> Person | None:
        return Person.maybe(await info.context.loaders.first(appraisals.ACTOR, self.row))

    @strawberry.field(metadata=over(appraisals.ACTOR_POST), description="By which post.")
    async def post(self, info: Info) -> Post | None:
        return Post.maybe(await info.context.loaders.first(appraisals.ACTOR_POST, self.row))

    @strawberry.field(
        metadata=over(appraisals.ON_BEHALF_OF),
        description="Thay mặt: the rater on whose behalf it was done.",
    )
    async def on_behalf_of(self, info: Info) -> Rater | None:
        row = await info.context.loaders.first(appraisals.ON_BEHALF_OF, self.row)
        return None if row is None else Rater.of(row, year=self.row["at"].year)


@strawberry.type(description="One act on the appraisal; acts are never changed.")
class HistoryEntry(Record):
    act: Act = strawberry.field(description="Hành vi: what was done.")
    at: datetime = strawberry.field(description="When it was done.")
    level: Level | None = strawberry.field(
        description="The level that the act gave; null where it gave none."
    )
    reason: str | None = strawberry.field(description="Lý do: the reason as it was written.")

    @strawberry.field(
        metadata=planned(Says(appraisals.WARNING, Form.TEXT)),
        description="Cảnh báo: how a review falls short of what is written (HD01:3.2); null when it does not.",
    )
    def warning(self) -> str | None:
        warning: str | None = self.row["payload"].get("warning")
        return warning

    @strawberry.field(
        metadata=planned(Says(appraisals.ENDS_PROPOSAL, Form.WORD)),
        description="The proposed level that the act ended: facts recorded after a proposal end it, and "
        "the subject is appraised again (QĐ124:Đ11.2); null when it ended none.",
    )
    def ends_proposal(self) -> Level | None:
        ended = self.row["payload"].get("ends_proposal")
        return Level(ended) if ended else None

    @strawberry.field(metadata=planned(Here()), description="Who did it.")
    def actor(self) -> Actor:
        return Actor(row=self.row)

    @strawberry.field(
        metadata=law_of("clause"), description="The point of the law that it was done by."
    )
    def clause(self) -> Clause | None:
        return Clause.maybe(self.row["clause"])


@strawberry.type(description="The level as it stood on a past day, by the acts up to then.")
class PastRating(Record):
    level: Level = strawberry.field(description="Mức xếp loại: the level of that day (QĐ124:Đ12).")

    @strawberry.field(description="When it was decided.")
    def decided_at(self) -> datetime:
        moment: datetime = self.row["at"]
        return moment

    @strawberry.field(
        metadata=over(appraisals.ON_BEHALF_OF), description="The authority that had decided."
    )
    async def rater(self, info: Info) -> Rater | None:
        row = await info.context.loaders.first(appraisals.ON_BEHALF_OF, self.row)
        return None if row is None else Rater.of(row, year=self.row["at"].year)

    @strawberry.field(description="The point of the law that it was decided by.")
    def clause(self) -> Clause | None:
        return Clause.maybe(self.row["clause"])


OVERDUE = planned(Says(appraisals.OVERDUE_DAYS, Form.PLAIN, bind=today))
"""The metadata of a field that is `overdue_days` of the row."""


@strawberry.federation.type(
    keys=["id"], description="Hồ sơ đánh giá: the rating of one subject in one year and track."
)
class Appraisal(Record):
    id: strawberry.ID = strawberry.field(description="Its id, a UUID.")
    year: int = strawberry.field(description="Năm xếp loại: the rated year.")
    track: Track = strawberry.field(
        description="Diện xếp loại: as what the subject is rated (QĐ124:Đ7.2.3)."
    )
    version: int = strawberry.field(
        description="Counts its changes; a command names the one it saw."
    )
    stage: Stage = strawberry.field(description="Bước: how far it has come (QĐ124:Đ11.2).")
    changed_at: datetime = strawberry.field(description="When it last changed.")
    due: date | None = strawberry.field(
        description="Hạn: the last day for the decision; null where none is written."
    )
    to_review: bool = strawberry.field(
        description="Cần xem lại: decided, and something that the decision rests on changed since: facts, the level "
        "of another, the place, an act of the year that was disciplined later (QĐ124:Đ12.4.5), or how the law is read."
    )
    excluded: Ground | None = strawberry.field(
        description="Không thuộc diện: why it is left out of the rating; null when it is not."
    )

    async def _guard_file(self, info: Info) -> None:
        key = SubjectKey.of_appraisal(self.row)
        await info.context.authorizer.guard_file(key, self.row["year"])

    @strawberry.field(
        metadata=planned(Chooses((("Body", appraisals.BODY), ("Person", appraisals.PERSON)))),
        description="Who is rated.",
    )
    async def subject(self, info: Info) -> Subject:
        if self.row["body_code"] is not None:
            return Body.of(await info.context.loaders.required(appraisals.BODY, self.row))
        return Person.of(await info.context.loaders.required(appraisals.PERSON, self.row))

    @strawberry.field(
        metadata=over(appraisals.POST), description="Of an official: the post that is rated."
    )
    async def post(self, info: Info) -> Post | None:
        return Post.maybe(await info.context.loaders.first(appraisals.POST, self.row))

    @strawberry.field(metadata=over(appraisals.PEER_GROUP), description="Whose quota it shares.")
    async def peer_group(self, info: Info) -> PeerGroup | None:
        return PeerGroup.maybe(await info.context.loaders.first(appraisals.PEER_GROUP, self.row))

    @strawberry.field(
        metadata=planned(Here("level", guard=Guard.LEVEL)),
        description="Kết quả xếp loại: what was decided; null until then.",
    )
    async def rating(self, info: Info) -> Rating | None:
        key = SubjectKey.of_appraisal(self.row)
        await info.context.authorizer.guard_level(key, self.row["year"])
        return Rating.of(self.row) if self.row["level"] else None

    @strawberry.field(
        description="The level as it stood at the end of a past day; null where there was none.",
    )
    async def rating_as_of(self, info: Info, day: PastDay) -> PastRating | None:
        key = SubjectKey.of_appraisal(self.row)
        await info.context.authorizer.guard_level(key, self.row["year"])
        acts = await info.context.loaders.many(appraisals.LEVELS_UNTIL, self.row, day=day)
        return PastRating.of(acts[-1]) if acts and acts[-1]["level"] else None

    @strawberry.field(
        metadata=OVERDUE,
        description="Days late; 0 in time, null when decided, without a day, or once the year is closed.",
    )
    async def overdue_days(self, info: Info) -> int | None:
        cycle = await info.context.loaders.first(appraisals.CYCLE, self.row)
        return overdue_days(self.row, cycle, info.context.today)

    @strawberry.field(
        metadata=planned(Answers(*OF_ID)),
        description="What its next step waits for; empty when nothing, or decided.",
    )
    async def blocked_by(self, info: Info) -> list[Waiting]:
        standing = await info.context.orders.standing(self.row["id"])
        return [Waiting.of(block) for block in precedence.blocks_next(standing)]

    @strawberry.field(
        metadata=planned(Says("{row[self_level]}", Form.WORD, guard=Guard.FILE)),
        description="Tự xếp loại; part of the file (QĐ124:Đ15.2).",
        directives=OF_FILE,
    )
    async def self_level(self, info: Info) -> Level | None:
        await self._guard_file(info)
        return Level(self.row["self_level"]) if self.row["self_level"] else None

    @strawberry.field(
        metadata=planned(Says("{row[proposed_level]}", Form.WORD, guard=Guard.FILE)),
        description="Mức đề xuất; part of the file (QĐ124:Đ15.2).",
        directives=OF_FILE,
    )
    async def proposed_level(self, info: Info) -> Level | None:
        await self._guard_file(info)
        return Level(self.row["proposed_level"]) if self.row["proposed_level"] else None

    @strawberry.field(
        metadata=over(appraisals.COMPUTATION, guard=Guard.FILE),
        description="What the rules compute, with reasons; part of the file (QĐ124:Đ15.2).",
        directives=OF_FILE,
    )
    async def computed(self, info: Info) -> Computed | None:
        await self._guard_file(info)
        row = await info.context.loaders.first(appraisals.COMPUTATION, self.row)
        return None if row is None else Computed.of(row)

    @strawberry.field(
        metadata=over(appraisals.ACTS, guard=Guard.FILE),
        description="Every act, in its order; part of the file (QĐ124:Đ15.2).",
        directives=[*OF_FILE, *about(20)],
    )
    async def history(self, info: Info) -> list[HistoryEntry] | None:
        await self._guard_file(info)
        rows = await info.context.loaders.many(appraisals.ACTS, self.row)
        return [HistoryEntry.of(row) for row in rows]

    @strawberry.field(
        description="Nơi kiểm điểm: every place where the subject is to be reviewed, and when it was; null "
        "in a year whose places no edition lists; part of the file (QĐ124:Đ7.2, Đ15.2).",
        directives=[*OF_FILE, *about(5)],
    )
    async def places_of_review(self, info: Info) -> list[PlaceOfReview] | None:
        await self._guard_file(info)
        return await places_of(info, self.row)

    @strawberry.field(
        description="Hồ sơ: the papers of the rating; part of the file (QĐ124:Đ17).",
        directives=OF_FILE,
    )
    async def file(self, info: Info) -> File | None:
        await self._guard_file(info)
        return File.of(self.row)
