"""The file of a rating: QĐ124 Article 17."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from rules.editions.lookup import DossierPaper, Edition, Maker, Occasion, Reviewed
from rules.enums import SubjectClass

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document of the file; `sha256` is the digest of its bytes in lower-case hexadecimal."""

    paper: str
    number: str
    issued_on: date
    issuer: str
    sha256: str


@dataclass(frozen=True, slots=True)
class DocumentFault:
    path: str
    was: str
    may_be: str


def file_of(subject_class: SubjectClass) -> Reviewed:
    """The list of papers that applies to a subject's file."""
    if subject_class in {SubjectClass.PERSON, SubjectClass.LEADER}:
        return Reviewed.INDIVIDUAL
    return Reviewed.COLLECTIVE


def required_documents(
    whose: Reviewed, occasions: Collection[Occasion], edition: Edition
) -> tuple[DossierPaper, ...]:
    """The required papers of a file, in the order of the text; "nếu có" papers once their event happened."""
    return tuple(
        paper for paper in edition.papers if whose in paper.required_for or paper.once in occasions
    )


def missing_documents(
    whose: Reviewed,
    stored: Iterable[StoredDocument],
    occasions: Collection[Occasion],
    edition: Edition,
    *,
    is_decided: bool,
) -> tuple[DossierPaper, ...]:
    """The required papers that the file lacks, in the order of the text.

    A paper of the authority alone (the conclusion) counts only once the authority has decided.
    """
    stored_papers = {document.paper for document in stored}
    required = required_documents(whose, occasions, edition)
    return tuple(
        paper
        for paper in required
        if paper.code not in stored_papers or (is_of_the_authority(paper) and not is_decided)
    )


def is_of_the_authority(paper: DossierPaper) -> bool:
    """Whether only the authority makes the paper: it follows from the decision."""
    return paper.by == (Maker.AUTHORITY,)


def document_faults(
    document: StoredDocument, received_on: date, edition: Edition
) -> tuple[DocumentFault, ...]:
    """All faults of a document received on a day; empty if it may be stored."""
    return tuple(_faults(document, received_on, edition))


def _faults(
    document: StoredDocument, received_on: date, edition: Edition
) -> Iterator[DocumentFault]:
    codes = [paper.code for paper in edition.papers]
    if document.paper not in codes:
        yield DocumentFault("paper", document.paper, ", ".join(codes))
    if not document.number.strip():
        yield DocumentFault("number", document.number, "the number of the document")
    if document.issued_on > received_on:
        yield DocumentFault("issued_on", str(document.issued_on), f"{received_on} or earlier")
    if not document.issuer.strip():
        yield DocumentFault("issuer", document.issuer, "who issued the document")
    if not _SHA256.fullmatch(document.sha256):
        yield DocumentFault("sha256", document.sha256, "64 hexadecimal digits in lower case")
