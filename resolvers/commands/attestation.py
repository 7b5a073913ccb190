"""What attests facts: every attestation and conclusion names its document (QĐ124:Đ12.1, Đ12.4.3a)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from db.repositories.document import HandedIn
from rules.editions.lookup import Edition, Maker
from rules.facts.fault import Fault
from rules.facts.paper import read_paper_named
from rules.values import BadValueError

NAMING = ("attested", "concluded")
OF_FILE_VI, OF_FILE_EN = "mã một văn bản trong hồ sơ này", "the id of a document of this file"


def unattested(
    of_file: Sequence[HandedIn], facts: Mapping[str, Any], today: date, edition: Edition
) -> list[Fault]:
    """What is attested or concluded without a document that there is, each by its field.

    A document that the subject itself handed in attests nothing, unless it is a paper of the subject's.
    Whatever is no table or list at all is left to the reader of facts.
    """
    of_subjects = {paper.code for paper in edition.papers if Maker.SUBJECT in paper.by}
    known = {
        str(document.id)
        for document in of_file
        if not document.by_subject or document.paper in of_subjects
    }
    return [
        Fault(path, document, f"{OF_FILE_EN}, or {fault.en}", f"{OF_FILE_VI}, hoặc {fault.vi}")
        for path, document in _references(facts)
        if str(document).lower() not in known and (fault := _fault_of(document, today))
    ]


def _references(facts: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for name in NAMING:
        documents = facts.get(name)
        if isinstance(documents, Mapping):
            yield from ((f"{name}.{what}", document) for what, document in documents.items())
        elif isinstance(documents, list):
            yield from ((f"{name}[{place}]", word) for place, word in enumerate(documents))


def _fault_of(document: object, today: date) -> BadValueError | None:
    """What keeps it from naming a document that is not of the file, read as every document is."""
    try:
        read_paper_named(document if isinstance(document, str) else "", today)
    except BadValueError as fault:
        return fault
    return None
