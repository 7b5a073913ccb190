"""The file of an appraisal: its documents without their bytes, and its missing papers."""

from datetime import date, datetime

import strawberry

from db.facade import Row, appraisals, documents as document_relations
from resolvers.commands import dossier
from resolvers.queries.year import edition_if_any
from rules.editions.lookup import DossierPaper
from schema.context import Info
from schema.planner.declaration import over
from schema.types.record import Record
from schema.types.registry import Clause, Person, Post


@strawberry.type(description="Văn bản trong hồ sơ: a document of the file, but for its bytes.")
class FileDocument(Record):
    id: strawberry.ID = strawberry.field(description="Its id, a UUID.")
    paper: str = strawberry.field(description="Which paper of the file it is, by its code.")
    number: str = strawberry.field(description="Số văn bản.")
    issued_on: date = strawberry.field(description="Ngày ban hành.")
    issuer: str = strawberry.field(description="Nơi ban hành: who issued it.")
    media_type: str = strawberry.field(
        description="As stated by the person who submitted it; not verified."
    )
    received_at: datetime = strawberry.field(description="When the service received it.")
    year: strawberry.Private[int]

    @strawberry.field(
        metadata=over(document_relations.RECEIVED_BY), description="Who handed it in."
    )
    async def received_by(self, info: Info) -> Person | None:
        return Person.maybe(
            await info.context.loaders.first(document_relations.RECEIVED_BY, self.row)
        )

    @strawberry.field(
        metadata=over(document_relations.RECEIVED_POST),
        description="In which post it was handed in; null where the subject did, or who held its review.",
    )
    async def received_post(self, info: Info) -> Post | None:
        return Post.maybe(
            await info.context.loaders.first(document_relations.RECEIVED_POST, self.row)
        )

    @strawberry.field(description="The paper as Article 17 names it.")
    def paper_name(self) -> str:
        return dossier.name_of_paper(self.paper, self.year)

    @strawberry.field(description="The digest of the bytes, in lower-case hexadecimal.")
    def sha256(self) -> str:
        digest: bytes = self.row["sha256"]
        return digest.hex()

    @strawberry.field(description="How many bytes it has.")
    def bytes(self) -> int:
        bytes_count: int = self.row["bytes_count"]
        return bytes_count

    @strawberry.field(description="Where the bytes are, on this service, with the same token.")
    def url(self) -> str:
        return f"/documents/{self.id}"


@strawberry.type(description="Văn bản còn thiếu: a paper that the file must hold and lacks.")
class MissingPaper:
    paper: str = strawberry.field(description="Its code, as `paper` of a document takes it.")
    name: str = strawberry.field(description="The paper as Article 17 names it.")
    clause: Clause = strawberry.field(description="The point of the law that requires it.")

    @classmethod
    def of(cls, paper: DossierPaper) -> "MissingPaper":
        return cls(paper=paper.code, name=paper.text, clause=Clause.of(paper.clause))


@strawberry.type(description="Hồ sơ đánh giá, xếp loại: the papers of one rating (QĐ124:Đ17).")
class File(Record):
    @strawberry.field(
        metadata=over(document_relations.DOCUMENTS),
        description="Every document, in the order of receipt.",
    )
    async def documents(self, info: Info) -> list[FileDocument]:
        rows = await info.context.loaders.many(document_relations.DOCUMENTS, self.row)
        return [FileDocument.of(row, year=self.row["year"]) for row in rows]

    @strawberry.field(
        description="Còn thiếu: papers that are required and not there, in the order of the text; "
        "null in a year whose papers no edition lists."
    )
    async def missing(self, info: Info) -> list[MissingPaper] | None:
        edition = edition_if_any(self.row["year"])
        if edition is None:
            return None
        documents = await info.context.loaders.many(document_relations.DOCUMENTS, self.row)
        history = await info.context.loaders.many(appraisals.ACTS, self.row)
        papers = dossier.missing(edition, self.row, documents, history)
        return [MissingPaper.of(paper) for paper in papers]

    @strawberry.field(
        metadata=over(document_relations.COMPLETION),
        description="The day on which the compiling office recorded that it is complete.",
    )
    async def completed_on(self, info: Info) -> date | None:
        row: Row | None = await info.context.loaders.first(document_relations.COMPLETION, self.row)
        return row["completed_on"] if row else None
