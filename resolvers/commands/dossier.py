"""The file of a rating (hồ sơ): its documents, its missing papers, and its completion (QĐ124:Đ17)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import Policy
from db.errors import RowMissing
from db.json_sql.relation import Row
from db.relations import appraisal as appraisals, document as document_relations
from db.repositories import act as acts, appraisal as db_appraisals, document as documents
from db.repositories.document import BYTES_MAX, Document
from db.repositories.subject import Subject
from resolvers.authorization import subject as subjects
from resolvers.authorization.actor import Actor, Permission
from resolvers.authorization.paper_maker import (
    first_permission,
    permission_of_maker,
    refuse_before_decision,
)
from resolvers.authorization.subject import SubjectKey
from resolvers.errors import AlreadyAttached, BadInput, FileFull, Problem, nothing
from resolvers.queries.relation import one_of, rows_of
from resolvers.queries.year import edition_if_any
from resolvers.values import bad, document_day, line, of_form
from rules.editions.lookup import DossierPaper, Edition, Occasion
from rules.enums import Act, Stage, SubjectClass
from rules.procedure.document_format import FORMATS, Content, format_of, refuse_other_bytes
from rules.procedure.dossier import (
    DocumentFault,
    StoredDocument,
    document_faults,
    file_of,
    is_of_the_authority,
    missing_documents,
)

CLAUSE = "QĐ124:Đ17"

OF_AN_APPEAL = {Act.APPEAL, Act.ANSWER_APPEAL}

MAY_BE = {
    "paper": "một trong {may_be}",
    "number": "số của văn bản",
    "issued_on": "một ngày không sau ngày nhận",
    "issuer": "nơi ban hành văn bản",
    "sha256": "64 chữ số thập lục phân viết thường",
}


@dataclass(frozen=True, slots=True)
class By:
    """The actor of a request on a file, with the policy and the moment."""

    policy: Policy
    actor: Actor
    at: datetime

    @property
    def today(self) -> date:
        return self.at.date()

    @property
    def writing(self) -> "By":
        """The same for a change: without the scopes of a service account, which may read and never write."""
        if self.actor.scopes is None:
            return self
        return replace(self, actor=replace(self.actor, scopes=frozenset()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A document that is handed in, without its bytes; `sha256` is their expected digest."""

    appraisal_id: UUID
    paper: str
    number: str
    issued_on: date
    issuer: str
    sha256: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of one file: formats (`rules.procedure.document_format`), number of documents, bytes in all."""

    formats: frozenset[str] = frozenset(FORMATS)
    documents_max: int = 200
    bytes_max: int = 400 << 20


DEFAULT_BOUNDS = Bounds()


async def admit(
    connection: AsyncConnection,
    by: By,
    offered: Offered,
    bounds: Bounds = DEFAULT_BOUNDS,
    size: int = 1,
) -> Permission:
    """The permission to put a document of `size` bytes into a file; called before the bytes are read, and again with them.

    Papers come from their makers (QĐ124:Đ17): the edition defines who hands in which paper.

    Raises:
        NotFound: there is no such appraisal.
        Forbidden: the caller is no maker of such a paper.
        BadInput: a field has a bad value, no edition is in force in the year, or the paper follows from a
            decision that was not made yet.
        AlreadyAttached: the file has these bytes as this paper.
        FileFull: the file has its maximum of documents or bytes.
    """
    appraisal = await one_of(connection, appraisals.BY_ID, offered.appraisal_id, "appraisal")
    paper = _paper(appraisal["year"], offered.paper)
    subject = await _subject(connection, appraisal)
    allowed = permission_of_maker(by.policy, by.writing.actor, subject, paper)
    offered = _read(offered, by.today, bounds)
    _refuse_faults(offered, edition_of_file(appraisal), by.today)
    refuse_before_decision(paper, appraisal["stage"])
    stored = await rows_of(connection, document_relations.DOCUMENTS, offered.appraisal_id)
    if any(
        (document["paper"], document["sha256"].hex()) == (offered.paper, offered.sha256)
        for document in stored
    ):
        raise AlreadyAttached(
            vi=f"Hồ sơ đã có chính văn bản này ({offered.paper})",
            en=f"the file has these very bytes already, as {offered.paper}",
            field="sha256",
        )
    if (
        len(stored) >= bounds.documents_max
        or sum(document["bytes_count"] for document in stored) + size > bounds.bytes_max
    ):
        raise FileFull(bounds.documents_max, bounds.bytes_max)
    return allowed


async def attach(
    connection: AsyncConnection,
    by: By,
    offered: Offered,
    content: Content,
    bounds: Bounds = DEFAULT_BOUNDS,
) -> UUID:
    """Put a document with its bytes into a file, and record the act; returns the id of the document.

    Raises:
        NotFound, Forbidden, BadInput, AlreadyAttached, FileFull: see `admit`.
        BadInput: there are no bytes, or too many, or they do not match the digest or the format.
    """
    offered = _read(offered, by.today, bounds)
    _refuse_bytes(content, offered, bounds)
    await lock_file(connection, offered.appraisal_id)
    allowed = await admit(connection, by, offered, bounds, len(content))
    assert by.actor.person is not None  # noqa: S101 -- who has no scopes is a person
    key, now = uuid4(), by.at
    document = Document(
        id=key,
        appraisal_id=offered.appraisal_id,
        paper=offered.paper,
        number=offered.number,
        issued_on=offered.issued_on,
        issuer=offered.issuer,
        sha256=bytes.fromhex(offered.sha256),
        bytes_count=len(content),
        media_type=offered.media_type,
        received_at=now,
        received_by=by.actor.person,
        received_post=allowed.source.post_code if allowed.source else None,
    )
    await documents.add(connection, document, content)
    payload = {
        "attaches": str(key),
        "paper": offered.paper,
        "number": offered.number,
        "issued_on": offered.issued_on.isoformat(),
        "issuer": offered.issuer,
        "sha256": offered.sha256,
        "bytes": len(content),
    }
    act = act_on_file(offered.appraisal_id, by.actor, allowed, payload, now)
    await acts.append_acts(connection, [act])
    return key


async def read(connection: AsyncConnection, by: By, key: UUID) -> Row:
    """The row of a document whose bytes the caller may read.

    Raises:
        NotFound, Forbidden: there is no such document, or the caller may not read the file.
    """
    document = await one_of(connection, document_relations.BY_ID, key, "id")
    appraisal = await one_of(connection, appraisals.BY_ID, document["appraisal_id"], "appraisal")
    await permitted_on_file(connection, by, appraisal, (Act.READ_FILE,))
    return document


def missing(
    edition: Edition, appraisal: Row, stored_documents: Iterable[Row], history: Iterable[Row]
) -> tuple[DossierPaper, ...]:
    """The required papers that a file lacks, by its documents and the acts of the appraisal."""
    whose = file_of(SubjectClass(appraisal["subject_class"]))
    of_the_authority = {paper.code for paper in edition.papers if is_of_the_authority(paper)}
    stored = [
        _stored(document)
        for document in stored_documents
        # Without a post the subject handed it in: an older version took any paper from it.
        if document["received_post"] or document["paper"] not in of_the_authority
    ]
    is_decided = appraisal["stage"] == Stage.DECIDED
    return missing_documents(whose, stored, occasions(history), edition, is_decided=is_decided)


def occasions(history: Iterable[Row]) -> frozenset[Occasion]:
    """The occasions that make a paper required ("nếu có"): an appeal, or the `occasion` of an act.

    `rules.enums.Act` has no word for a suggestion or an opinion, so an act on one of them has `occasion` in
    its payload.
    """
    known = set()
    for act in history:
        if act["act"] in OF_AN_APPEAL:
            known.add(Occasion.APPEAL)
        if "occasion" in act["payload"]:
            known.add(Occasion(act["payload"]["occasion"]))
    return frozenset(known)


def name_of_paper(code: str, year: int) -> str:
    """The name of a paper in the text of the law, or its code."""
    paper = _paper(year, code)
    return paper.text if paper else code


def _paper(year: int, code: str) -> DossierPaper | None:
    edition = edition_if_any(year)
    papers = edition.papers if edition else ()
    return next((paper for paper in papers if paper.code == code), None)


async def lock_file(connection: AsyncConnection, key: UUID) -> None:
    """Lock the file until the transaction ends. Raises NotFound."""
    try:
        await db_appraisals.lock(connection, [key])
    except RowMissing as fault:
        raise nothing("appraisal", str(key)) from fault


async def permitted_on_file(
    connection: AsyncConnection, by: By, appraisal: Row, needed: Sequence[Act]
) -> Permission:
    """The permission by the first of these acts that is allowed. Raises Forbidden with a clause."""
    return first_permission(by.policy, by.actor, await _subject(connection, appraisal), needed)


async def _subject(connection: AsyncConnection, appraisal: Row) -> Subject:
    key = SubjectKey.of_appraisal(appraisal)
    (subject,) = await subjects.find(connection, [key], appraisal["year"])
    if isinstance(subject, Problem):
        raise subject
    return replace(subject, year_is_over=False)  # papers come after the closing, too


def edition_of_file(appraisal: Row) -> Edition:
    edition = edition_if_any(appraisal["year"])
    if edition is None:
        year = appraisal["year"]
        raise BadInput(
            vi=f"appraisal: năm {year} chưa có danh mục hồ sơ",
            en=f"appraisal: no edition lists the papers of {year}",
            field="appraisal",
        )
    return edition


def _read(offered: Offered, today: date, bounds: Bounds) -> Offered:
    """The document in its stored form. Raises BadInput."""
    media_type = offered.media_type
    declared = of_form("Content-Type", media_type, lambda: format_of(media_type, bounds.formats))
    return replace(
        offered,
        number=line(offered.number, "number"),
        issuer=line(offered.issuer, "issuer"),
        issued_on=document_day(offered.issued_on, today, "issued_on"),
        media_type=declared.media_type,
    )


def _refuse_faults(offered: Offered, edition: Edition, today: date) -> None:
    document = StoredDocument(
        offered.paper, offered.number, offered.issued_on, offered.issuer, offered.sha256
    )
    for fault in document_faults(document, today, edition):
        raise _bad(fault, MAY_BE[fault.path].format(may_be=fault.may_be))


def _bad(fault: DocumentFault, may_be: str) -> BadInput:
    return bad(fault.path, fault.was, vi=may_be, en=fault.may_be)


def _refuse_bytes(content: Content, offered: Offered, bounds: Bounds) -> None:
    if not 1 <= len(content) <= BYTES_MAX:
        raise BadInput(
            vi=f"body: {len(content)} byte; phải từ 1 đến {BYTES_MAX}",
            en=f"body: {len(content)} bytes; it may have 1 to {BYTES_MAX}",
            field="body",
        )
    digest = hashlib.sha256(content).hexdigest()
    if digest != offered.sha256:
        raise BadInput(
            vi=f"sha256: nội dung nhận được có {digest}",
            en=f"sha256: the bytes that came have {digest}",
            field="sha256",
        )
    media_type = offered.media_type
    declared = of_form("Content-Type", media_type, lambda: format_of(media_type, bounds.formats))
    of_form("body", content[:8].hex(" "), lambda: refuse_other_bytes(content, declared))


def _stored(row: Row) -> StoredDocument:
    return StoredDocument(
        row["paper"], row["number"], row["issued_on"], row["issuer"], row["sha256"].hex()
    )


def act_on_file(
    key: UUID, actor: Actor, allowed: Permission, payload: Mapping[str, object], at: datetime
) -> acts.ChainAct:
    return acts.ChainAct(
        appraisal_id=key,
        act=Act.COMPILE,
        at=at,
        actor_person_id=actor.person,
        actor_post_code=allowed.source.post_code if allowed.source else None,
        on_behalf_rater_id=allowed.source.rater_id if allowed.source else None,
        clause=CLAUSE,
        payload=payload,
    )
