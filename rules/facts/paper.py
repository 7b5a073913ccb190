"""A paper that facts rest on: its number, day and issuer."""

import re
from dataclasses import dataclass, field
from datetime import date as Day  # noqa: N812 - a field called `date` hides its own type

from rules.bilingual import Bilingual
from rules.values import LINE, BadValueError, read_day, read_document_day, read_text

_NAMED = re.compile(r"(\S[^,]*), (\d{1,2})/(\d{1,2})/(\d{4}), (\S.*)", re.ASCII)
"""The form in which an attestation names its document: 12-QĐ/TU, 01/12/2023, Tỉnh uỷ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedPaper:
    """`{ number = "12-QĐ/UBKT", date = "2023-06-05", issuer = "Uỷ ban Kiểm tra Huyện uỷ" }`."""

    number: str = field(
        metadata={"vi": "số văn bản", "en": "number of the paper", "clause": "QĐ124:Đ17"}
    )
    date: Day = field(
        metadata={"vi": "ngày ban hành", "en": "the day it was issued", "clause": "QĐ124:Đ17"}
    )
    issuer: str = field(
        metadata={"vi": "nơi ban hành", "en": "who issued it", "clause": "QĐ124:Đ17"}
    )

    def text(self) -> Bilingual:
        """The name of the paper for people to read."""
        return Bilingual(
            f"{self.number}, {self.date:%d/%m/%Y}, {self.issuer}",
            f"{self.number}, {self.date}, {self.issuer}",
        )

    def plain(self) -> dict[str, str]:
        """The form of the paper in JSON."""
        return {"number": self.number, "date": self.date.isoformat(), "issuer": self.issuer}


def paper_named(text: str) -> IssuedPaper | None:
    """The paper that a text names by number, day and issuer; None for any other text."""
    named = _NAMED.fullmatch(text)
    if named is None:
        return None
    number, day, month, year, issuer = named.groups()
    try:
        issued_on = read_day(f"{year}-{month:0>2}-{day:0>2}")
    except BadValueError:  # such as 31/02/2023
        return None
    return IssuedPaper(number=number, date=issued_on, issuer=issuer)


def read_paper_named(text: str, today: Day) -> IssuedPaper:
    """The paper that a client's text names.

    Raises:
        BadValueError: another form, or a day that does not exist, is after today or before
            OLDEST_DOCUMENT.
    """
    paper = paper_named(read_text(text, LINE))
    if paper is None:
        raise BadValueError(
            "số, ngày, nơi ban hành: 12-QĐ/TU, 01/12/2023, Tỉnh uỷ",
            "a number, a day and an issuer: 12-QĐ/TU, 01/12/2023, Tỉnh uỷ",
        )
    read_document_day(paper.date, today)
    return paper
