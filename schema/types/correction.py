"""Corrections of a year: the stored results that a later revision of the edition changed."""

from datetime import datetime

import strawberry

from db.facade import corrections as correction_relations
from resolvers.authorization.subject import SubjectKey
from resolvers.errors import refuse_bad_year
from schema.context import Info
from schema.directives import OF_FILE, PAGED, about
from schema.pagination import After, Connection, First, page
from schema.types.appraisal import Appraisal
from schema.types.enums import Corrected
from schema.types.quota import guard_levels_of_group
from schema.types.record import Record
from schema.types.registry import Clause, PeerGroup


@strawberry.type(description="One thing that a correction changed; never a decision.")
class CorrectionChange(Record):
    kind: Corrected = strawberry.field(description="What changed.")
    marks: bool = strawberry.field(
        description="Whether it left a mark: the decided subject is to be reconsidered, or the group is "
        "over its limit."
    )

    async def _guard(self, info: Info) -> None:
        """Check the right to read the change.

        A computed level is part of the file, and a quota is counted from levels; the group of a subject is neither.
        """
        year = self.row["year"]
        if self.kind in {Corrected.LEVEL, Corrected.WAIT}:
            await info.context.authorizer.guard_file(SubjectKey.of_appraisal(self.row), year)
        elif self.kind is Corrected.QUOTA:
            await guard_levels_of_group(info.context, year, self.row["peer_group_code"])

    @strawberry.field(description="The subject; null for a QUOTA.")
    async def appraisal(self, info: Info) -> Appraisal | None:
        return Appraisal.maybe(
            await info.context.loaders.first(correction_relations.APPRAISAL, self.row)
        )

    @strawberry.field(description="Of a QUOTA: which group.")
    async def group(self, info: Info) -> PeerGroup | None:
        return PeerGroup.maybe(
            await info.context.loaders.first(correction_relations.GROUP, self.row)
        )

    @strawberry.field(
        description="The points of the law that are read otherwise; of a LEVEL or WAIT part of the file.",
        directives=[*OF_FILE, *about(3)],
    )
    async def clauses(self, info: Info) -> list[Clause] | None:
        await self._guard(info)
        return [Clause.of(cite) for cite in self.row["clauses"]]

    @strawberry.field(
        description="A level, or WAITS_FOR with the subjects that it waited for; the code of a group; EXCELLENT "
        "and their limit, as 2/1, for callers who may see the levels of the group; null if there was none. For a LEVEL or WAIT, part of the file.",
        directives=OF_FILE,
    )
    async def before(self, info: Info) -> str | None:
        await self._guard(info)
        value: str | None = self.row["before"]
        return value

    @strawberry.field(
        description="The same after the correction; of a LEVEL or WAIT part of the file.",
        directives=OF_FILE,
    )
    async def after(self, info: Info) -> str | None:
        await self._guard(info)
        value: str | None = self.row["after"]
        return value


@strawberry.type(
    description="Đợt tính lại: a year judged again, because an edition of the rules was corrected."
)
class Correction(Record):
    year: int = strawberry.field(description="Năm xếp loại: the rated year.")
    edition: str = strawberry.field(description="Phiên bản quy định: the edition of the rules.")
    revision: int = strawberry.field(description="Lần sửa: the revision that judged.")
    at: datetime = strawberry.field(description="When it was done.")
    judged: int = strawberry.field(description="How many results were judged again.")

    @strawberry.field(
        description="What it changed: levels, then waits, groups and quotas, each by name.",
        directives=PAGED,
    )
    async def changes(
        self, info: Info, first: First, after: After = None
    ) -> Connection[CorrectionChange]:
        return await page(
            info, correction_relations.CHANGES, self.row, CorrectionChange.of, first, after
        )


async def corrections(info: Info, year: int) -> list[Correction]:
    """The corrections of a year in order of time. Raises BadInput."""
    refuse_bad_year(year)
    records = await info.context.loaders.many(correction_relations.OF_YEAR, {"year": year})
    return [Correction.of(row) for row in records]
