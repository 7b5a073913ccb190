"""The file of a rating is completed: all its papers are there (QĐ124:Đ17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from db.json_sql.relation import Row
from db.relations import appraisal as appraisals, document as document_relations
from db.repositories import document as documents
from db.repositories.document import Completion
from resolvers.authorization.actor import Permission
from resolvers.commands.command import Answer, Command
from resolvers.commands.dossier import (
    By,
    act_on_file,
    edition_of_file,
    lock_file,
    missing,
    permitted_on_file,
)
from resolvers.commands.unit_of_work import UnitOfWork, append
from resolvers.errors import BadInput
from resolvers.queries.relation import one_of, rows_of
from resolvers.refusals import StaleVersion
from rules.editions.lookup import DossierPaper
from rules.enums import Act


class Incomplete(Exception):  # noqa: N818 -- a refusal is an answer, not a failure of the service
    """A file lacks papers that it must hold; `papers` are all of them, in the order of the text."""

    code = "FILE_INCOMPLETE"

    def __init__(self, papers: Sequence[DossierPaper]) -> None:
        super().__init__(", ".join(paper.code for paper in papers))
        self.papers = tuple(papers)


@dataclass(frozen=True, slots=True)
class CompleteFile(Command):
    """Record that the file of an appraisal is complete today. The answer is the `id` of the appraisal.

    `version` is that of the appraisal, where the sender says it.

    Raises:
        NotFound, Forbidden: there is no such appraisal, or the actor does not compile it.
        BadInput: it is complete already, or no edition holds in the year.
        Incomplete: papers are missing.
        StaleVersion: the appraisal was changed since the sender saw it.
    """

    NAME = "complete file"
    appraisal: UUID
    version: int | None

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        await self._permitted(unit_of_work)

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        connection, key = unit_of_work.connection, self.appraisal
        await lock_file(connection, key)
        appraisal, allowed = await self._permitted(unit_of_work)
        if self.version not in {None, appraisal["version"]}:
            raise StaleVersion([appraisal])
        if await rows_of(connection, document_relations.COMPLETION, key):
            raise BadInput(
                vi=f"appraisal: hồ sơ {key} đã hoàn thành",
                en=f"appraisal: the file {key} is complete already",
                field="appraisal",
            )
        stored = await rows_of(connection, document_relations.DOCUMENTS, key)
        history = await rows_of(connection, appraisals.ACTS, key)
        if papers := missing(edition_of_file(appraisal), appraisal, stored, history):
            raise Incomplete(papers)
        assert allowed.source is not None  # noqa: S101 -- who compiles does so by a post
        completion = Completion(
            appraisal_id=key,
            completed_on=unit_of_work.today,
            completed_by=unit_of_work.person,
            post_code=allowed.source.post_code,
        )
        await documents.complete(connection, completion)
        payload = {"completes": "file", "on": unit_of_work.today.isoformat()}
        append(
            unit_of_work, [act_on_file(key, unit_of_work.actor, allowed, payload, unit_of_work.at)]
        )
        return {"id": str(key)}

    async def _permitted(self, unit_of_work: UnitOfWork) -> tuple[Row, Permission]:
        """The appraisal as it stands, and by what its file may be completed."""
        connection = unit_of_work.connection
        by = By(unit_of_work.policy, unit_of_work.actor, unit_of_work.at)
        appraisal = await one_of(connection, appraisals.BY_ID, self.appraisal, "appraisal")
        return appraisal, await permitted_on_file(connection, by.writing, appraisal, (Act.COMPILE,))
