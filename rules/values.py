"""The one strict form of each value that comes as text: a text, a number, a day.

The size of a value is looked at before anything is made of it. Every other module takes what these
functions return; none of them calls `Fraction`, `Decimal`, `int` or `float` on such a text
(`tests/house/test_values.py`).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

LINE_CHARACTERS_MAX = 500
"""Of a text on one line: a number of a document, an issuer, a name."""
TEXT_CHARACTERS_MAX = 10_000
"""Of a text with several lines: an opinion, a reason. About three pages of A4."""
COMPOSED_FROM_MAX = 4
"""So many characters may make one in the form NFC: ộ is typed as o, a hat and a dot."""
SHOWN_CHARACTERS_MAX = 40
"""So much of a value that is refused stands in the refusal."""
PRINTED_CHARACTERS_MAX = 20_000
"""Of one printed line. A point of the law is the longest text that is printed, and has some 2,000."""
DAYS_MAX = 366
"""Days of a review meeting: those of a year."""
OLDEST_DOCUMENT = date(1930, 2, 3)
"""The founding of the Party: no document that it goes by is older."""

LETTERS_FOR_D_STROKE = str.maketrans(
    {"\u00d0": "\u0110", "\u0189": "\u0110", "\u00f0": "\u0111", "\u0256": "\u0111"}
)
"""Eth and African D: old code pages and copied texts have them for Đ and đ, which look the same."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DAYS = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))?")
_PART_OF_DAYS = re.compile(r"([0-9]{1,3})/([1-9][0-9]?)")
_QUALITY = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
_LINE_ENDS = re.compile(r"\r\n|[\r\u2028\u2029]")
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\U0001d159")
"""Letters and symbols by their category, and yet nothing is drawn for them."""
_INVISIBLE_MARKS = re.compile(
    r"[\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
"""Marks that are not drawn: two texts that differ by them look the same."""


class BadValueError(ValueError):
    """A value has not the form that it must have; both sentences say what it may be."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi, self.en = vi, en


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a text may be: on one line or several, and how long, in characters of the form NFC."""

    has_lines: bool
    characters_max: int


LINE = TextForm(has_lines=False, characters_max=LINE_CHARACTERS_MAX)
LINES = TextForm(has_lines=True, characters_max=TEXT_CHARACTERS_MAX)


def with_vietnamese_letters(text: str) -> str:
    """The text in the form NFC, with Đ and đ for the letters that only look like them."""
    return unicodedata.normalize("NFC", text).translate(LETTERS_FOR_D_STROKE)


def read_text(value: str, form: TextForm) -> str:
    """The text in the form NFC without blanks around it, each line end as one line feed.

    Every blank becomes a space, as no-break spaces come from word processors.

    Raises:
        BadValueError: nothing visible is in it, it is too long, or it holds what is not printed.
    """
    text = read_optional_text(value, form)
    if not text:
        raise BadValueError("một văn bản có chữ đọc được", "a text with something visible in it")
    return text


def read_optional_text(value: str, form: TextForm) -> str:
    """As `read_text`; nothing but blanks is the empty text. Raises BadValueError."""
    if len(value) > form.characters_max * COMPOSED_FROM_MAX:
        raise _too_long(form)
    text = _LINE_ENDS.sub("\n", with_vietnamese_letters(value)).strip()
    text = "".join(" " if unicodedata.category(char) == "Zs" else char for char in text).strip()
    if len(text) > form.characters_max:
        raise _too_long(form)
    for char in text:
        if not is_shown(char) and not (form.has_lines and char in "\n\t"):
            raise _unprintable(char, form)
    if text and not any(_is_visible(char) for char in text):
        raise BadValueError("một văn bản có chữ đọc được", "a text with something visible in it")
    return text


def is_shown(char: str) -> bool:
    """Whether a character is drawn, or is a plain space."""
    return char.isprintable() and char not in _BLANK_LETTERS and not _INVISIBLE_MARKS.match(char)


def shown(value: object) -> str:
    """A value as a refusal repeats it: in ASCII where it is not printed, and cut."""
    text = value if isinstance(value, str) else str(value)
    cut = text[:SHOWN_CHARACTERS_MAX]
    return repr(cut) + ("…" if len(text) > len(cut) else "")


def printed(text: str, characters_max: int = PRINTED_CHARACTERS_MAX) -> str:
    """A text as it is printed on one line: what is not drawn is escaped, and the end is cut."""
    cut = text[:characters_max]
    drawn = "".join(char if is_shown(char) else escaped(char) for char in cut)
    return drawn + ("…" if len(text) > len(cut) else "")


def escaped(char: str) -> str:
    """A character as JSON escapes it: one beyond U+FFFF as two surrogates."""
    units = char.encode("utf-16-be", "surrogatepass")
    pairs = (units[place : place + 2].hex() for place in range(0, len(units), 2))
    return "".join(f"\\u{pair}" for pair in pairs)


def read_document_day(value: date, today: date) -> date:
    """The day of a document. Raises BadValueError: it is after today, or older than any."""
    if not OLDEST_DOCUMENT <= value <= today:
        raise BadValueError(
            f"một ngày từ {OLDEST_DOCUMENT:%d/%m/%Y} đến hôm nay, {today:%d/%m/%Y}",
            f"a day from {OLDEST_DOCUMENT} to today, {today}",
        )
    return value


def read_day_between(value: date, first: date, last: date) -> date:
    """A day from the first to the last one. Raises BadValueError."""
    if not first <= value <= last:
        raise BadValueError(
            f"một ngày từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}", f"a day from {first} to {last}"
        )
    return value


def read_day(text: str) -> date:
    """A day as 2023-12-11. Raises BadValueError: another form, or no day of the calendar."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # a form without a day, such as 2023-02-30, is refused like any other
    raise BadValueError("một ngày như 2023-12-11", "a day like 2023-12-11")


def read_whole_number(text: str) -> int:
    """A number of 1 to 18 digits, with or without a minus. Raises BadValueError."""
    if not _WHOLE.fullmatch(text):
        raise BadValueError(
            "một số nguyên, tối đa 18 chữ số", "a whole number of at most 18 digits"
        )
    return int(text)


def read_quality(text: str) -> float:
    """The weight of a header (RFC 9110, 12.4.2): 0 to 1 with three decimals. Raises BadValueError."""
    if not _QUALITY.fullmatch(text):
        raise BadValueError(
            "một số từ 0 đến 1", "a number from 0 to 1, with three decimals at most"
        )
    return float(text)


def read_days_held(text: str) -> Fraction:
    """The length of a meeting in days: 1.5, 1,5 or 1/2.

    Raises:
        BadValueError: another form, nothing, or more than a year.
    """
    days = Fraction(0)
    if written := _DAYS.fullmatch(text):
        days = Fraction(f"{written[1]}.{written[2] or 0}")
    elif written := _PART_OF_DAYS.fullmatch(text):
        days = Fraction(int(written[1]), int(written[2]))
    if not 0 < days <= DAYS_MAX:
        raise BadValueError(
            f"số ngày lớn hơn 0, tối đa {DAYS_MAX}, ví dụ 1,5 hoặc 1/2",
            f"a number of days above 0 and at most {DAYS_MAX}, as 1.5 or 1/2",
        )
    return days


def in_decimals(number: Fraction) -> str:
    """A number as it is written with a decimal point."""
    return f"{Decimal(number.numerator) / Decimal(number.denominator):f}"


def _is_visible(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNPS"


def _too_long(form: TextForm) -> BadValueError:
    most = form.characters_max
    return BadValueError(f"một văn bản tối đa {most} ký tự", f"a text of at most {most} characters")


def _unprintable(char: str, form: TextForm) -> BadValueError:
    code = f"U+{ord(char):04X}"
    if form.has_lines:
        return BadValueError(
            f"một văn bản in ra được; có ký tự {code}",
            f"a text that can be printed; it holds {code}",
        )
    return BadValueError(
        f"một văn bản in ra được, trên một dòng; có ký tự {code}",
        f"a text that can be printed, on one line; it holds {code}",
    )
