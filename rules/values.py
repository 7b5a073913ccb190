"""The one strict form of each value that comes as text: a text, a number, a day.

Each function checks the size of a value before it parses the value. Every other module takes what
these functions return; none of them calls `Fraction`, `Decimal`, `int` or `float` on such a text
(`tests/house/test_values.py`).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

LINE_CHARACTERS_MAX = 500
"""Characters of a text on one line: a number of a document, an issuer, a name."""
TEXT_CHARACTERS_MAX = 10_000
"""Characters of a text with several lines (an opinion, a reason): about three pages of A4."""
COMPOSED_FROM_MAX = 4
"""Characters that NFC may compose into one: ộ is typed as o, a circumflex and a dot below."""
SHOWN_CHARACTERS_MAX = 40
"""Characters of a refused value that the refusal repeats."""
PRINTED_CHARACTERS_MAX = 20_000
"""Characters of one printed line. The longest printed text, a point of the law, has about 2,000."""
DAYS_MAX = 366
"""Days of a review meeting: at most one leap year."""
OLDEST_DOCUMENT = date(1930, 2, 3)
"""The founding of the Party; a document with an earlier date is refused."""

LETTERS_FOR_D_STROKE = str.maketrans(
    {"\u00d0": "\u0110", "\u0189": "\u0110", "\u00f0": "\u0111", "\u0256": "\u0111"}
)
"""Eth and African D look like Đ and đ; old code pages and copied texts use them instead."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DAYS = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))?")
_PART_OF_DAYS = re.compile(r"([0-9]{1,3})/([1-9][0-9]?)")
_QUALITY = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
_LINE_ENDS = re.compile(r"\r\n|[\r\u2028\u2029]")
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\U0001d159")
"""Letters and symbols by their Unicode category that are drawn as blanks."""
_INVISIBLE_MARKS = re.compile(
    r"[\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
"""Marks that are not drawn: two texts that differ only by such marks look the same."""


class BadValueError(ValueError):
    """A value has the wrong form. `vi` and `en` say which form is allowed."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi, self.en = vi, en


@dataclass(frozen=True, slots=True)
class TextForm:
    """The form of a text: one line or several, and its length limit in characters after NFC."""

    has_lines: bool
    characters_max: int


LINE = TextForm(has_lines=False, characters_max=LINE_CHARACTERS_MAX)
LINES = TextForm(has_lines=True, characters_max=TEXT_CHARACTERS_MAX)


def with_vietnamese_letters(text: str) -> str:
    """The text in NFC, with Đ and đ in place of the letters that look like them."""
    return unicodedata.normalize("NFC", text).translate(LETTERS_FOR_D_STROKE)


def read_text(value: str, form: TextForm) -> str:
    """The text in NFC without blanks around it; each line end becomes one line feed.

    Every blank becomes a space, because word processors insert no-break spaces.

    Raises:
        BadValueError: the text has no visible character, is too long, or holds an unprintable
            character.
    """
    text = read_optional_text(value, form)
    if not text:
        raise BadValueError("một văn bản có chữ đọc được", "a text with something visible in it")
    return text


def read_optional_text(value: str, form: TextForm) -> str:
    """As `read_text`, but a text of blanks alone becomes the empty text. Raises BadValueError."""
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
    """A value as a refusal repeats it: unprintable characters escaped, cut to SHOWN_CHARACTERS_MAX."""
    text = value if isinstance(value, str) else str(value)
    cut = text[:SHOWN_CHARACTERS_MAX]
    return repr(cut) + ("…" if len(text) > len(cut) else "")


def printed(text: str, characters_max: int = PRINTED_CHARACTERS_MAX) -> str:
    """A text for one printed line: characters that are not drawn are escaped, the end is cut."""
    cut = text[:characters_max]
    drawn = "".join(char if is_shown(char) else escaped(char) for char in cut)
    return drawn + ("…" if len(text) > len(cut) else "")


def escaped(char: str) -> str:
    """A character as JSON escapes it; a character beyond U+FFFF becomes two surrogates."""
    units = char.encode("utf-16-be", "surrogatepass")
    pairs = (units[place : place + 2].hex() for place in range(0, len(units), 2))
    return "".join(f"\\u{pair}" for pair in pairs)


def read_document_day(value: date, today: date) -> date:
    """The day of a document. Raises BadValueError: after `today`, or before OLDEST_DOCUMENT."""
    if not OLDEST_DOCUMENT <= value <= today:
        raise BadValueError(
            f"một ngày từ {OLDEST_DOCUMENT:%d/%m/%Y} đến hôm nay, {today:%d/%m/%Y}",
            f"a day from {OLDEST_DOCUMENT} to today, {today}",
        )
    return value


def read_day_between(value: date, first: date, last: date) -> date:
    """A day from `first` to `last`, both included. Raises BadValueError."""
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
        pass  # 2023-02-30 has the form, but is not in the calendar: refused below
    raise BadValueError("một ngày như 2023-12-11", "a day like 2023-12-11")


def read_whole_number(text: str) -> int:
    """A whole number of 1 to 18 digits, possibly negative. Raises BadValueError."""
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
        BadValueError: another form, zero, or more than DAYS_MAX days.
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
    """A number written with a decimal point."""
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
