"""What attests facts: every attestation and conclusion names its document (QĐ124:Đ12.1, Đ12.4.3a)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from db.documents import HandedIn
from rules.editions import Edition, Maker
from rules.reading import Fault

NAMING = ("attested", "concluded")
MAY_BE = "the id of a document of this file, or its number, day and issuer: 12-QĐ/TU, 01/12/2023, Tỉnh uỷ"
VI = "mã một văn bản trong hồ sơ này, hoặc số, ngày, nơi ban hành: 12-QĐ/TU, 01/12/2023, Tỉnh uỷ"
_NAMED = re.compile(r"\S[^,]*, (?P<day>\d{1,2}/\d{1,2}/\d{4}), \S.*")


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
        Fault(path, said, MAY_BE, VI)
        for path, said in _references(facts)
        if str(said).lower() not in known and not _is_named(said, today)
    ]


def _references(facts: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for name in NAMING:
        said = facts.get(name)
        if isinstance(said, Mapping):
            yield from ((f"{name}.{what}", one) for what, one in said.items())
        elif isinstance(said, list):
            yield from ((f"{name}[{place}]", one) for place, one in enumerate(said))


def _is_named(said: object, today: date) -> bool:
    """Whether it names a document that is not of the file: number, day and issuer."""
    found = _NAMED.fullmatch(said) if isinstance(said, str) else None
    if found is None:
        return False
    try:
        day = datetime.strptime(found["day"], "%d/%m/%Y").date()  # noqa: DTZ007 -- a day, no moment
    except ValueError:
        return False
    return day <= today
