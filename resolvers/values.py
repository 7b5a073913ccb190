"""What a client wrote, read before anything else is done: each refusal names the field and what it may be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from resolvers.errors import BadInput
from rules.values import (
    LINE,
    LINES,
    BadValueError,
    read_day_between,
    read_document_day,
    read_optional_text,
    read_text,
    shown,
)

CODE_CHARACTERS_MAX = 100
"""Of a code; the longest of a catalogue is half as long."""
FACTS_VALUES_MAX = 10_000
"""Of the facts of one subject: members by name are the most of it."""
FACTS_DEPTH_MAX = 8
"""Of tables within tables; the edition reads four levels."""
INTEGER_MAX = 2**53
"""JSON numbers beyond are not the same everywhere (RFC 8259, 6)."""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class DocumentReference:
    """The paper that something stands on."""

    number: str
    dated: date

    def plain(self) -> dict[str, str]:
        """As an act's payload holds it."""
        return {"number": self.number, "date": self.dated.isoformat()}


def line(value: str, field: str) -> str:
    """A text on one line. Raises BadInput."""
    return of_form(field, value, lambda: read_text(value, LINE))


def lines(value: str, field: str) -> str:
    """A text with several lines. Raises BadInput."""
    return of_form(field, value, lambda: read_text(value, LINES))


def optional_lines(value: str, field: str) -> str:
    """A text with several lines, or the empty one. Raises BadInput."""
    return of_form(field, value, lambda: read_optional_text(value, LINES))


def document_of(
    document: DocumentReference, today: date, field: str = "document"
) -> DocumentReference:
    """The document with its number as it is stored.

    Raises:
        BadInput: the number is no text on one line, or the day is after today or older than any.
    """
    number = line(document.number, f"{field}.number")
    document_day(document.dated, today, f"{field}.date")
    return replace(document, number=number)


def document_day(value: date, today: date, field: str) -> date:
    """The day of a document. Raises BadInput."""
    return of_form(field, value, lambda: read_document_day(value, today))


def day_between(value: date, first: date, last: date, field: str) -> date:
    """A day from the first to the last one. Raises BadInput."""
    return of_form(field, value, lambda: read_day_between(value, first, last))


def code_of(value: str, field: str) -> str:
    """The code of a thing that there is, such as a body. Raises BadInput: it can be none."""
    is_code = len(value) <= CODE_CHARACTERS_MAX and value.isascii() and value.isprintable()
    if not is_code or not value.strip():
        raise bad(
            field,
            value,
            vi=f"một mã, tối đa {CODE_CHARACTERS_MAX} ký tự ASCII",
            en=f"a code of at most {CODE_CHARACTERS_MAX} printable ASCII characters",
        )
    return value


def facts_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with every text and every key in the form NFC; what they mean is the edition's to say.

    Raises:
        BadInput: they are too many or too deep, a text is not one line, or a number is too large.
    """
    left = [FACTS_VALUES_MAX]
    table = _plain(document, "facts", 0, left)
    assert isinstance(table, dict)  # noqa: S101 -- a table stays one
    return table


def _plain(value: object, field: str, depth: int, left: list[int]) -> object:
    left[0] -= 1
    if left[0] < 0 or depth > FACTS_DEPTH_MAX:
        most = f"{FACTS_VALUES_MAX:,} values, {FACTS_DEPTH_MAX} levels"
        vi = f"một bảng tối đa {FACTS_VALUES_MAX} giá trị, {FACTS_DEPTH_MAX} tầng"
        raise bad("facts", "…", vi=vi, en=f"a table of at most {most}")
    match value:
        case Mapping():
            return {
                _key(name, field): _plain(item, f"{field}.{name[:40]}", depth + 1, left)
                for name, item in value.items()
            }
        case list():
            return [
                _plain(item, f"{field}[{at}]", depth + 1, left) for at, item in enumerate(value)
            ]
        case str():
            # An empty text is for the reader of facts to refuse, together with all other faults.
            return of_form(field, value, lambda: read_optional_text(value, LINE))
        case int() | float() if not -INTEGER_MAX <= value <= INTEGER_MAX:
            vi = f"một số không quá {INTEGER_MAX}"
            raise bad(field, "…", vi=vi, en=f"a number of at most {INTEGER_MAX}")
    return value


def _key(name: str, field: str) -> str:
    return of_form(field, name, lambda: read_optional_text(name, LINE))


def of_form(field: str, value: object, read: Callable[[], Value]) -> Value:
    """What `read` makes of the value. Raises BadInput: the value has not that form."""
    try:
        return read()
    except BadValueError as fault:
        raise bad(field, value, vi=fault.vi, en=fault.en) from fault


def bad(field: str, value: object, *, vi: str, en: str) -> BadInput:
    """The refusal of a value, which is repeated in part."""
    was = shown(value)
    return BadInput(
        vi=f"{field}: {was}; phải là {vi}", en=f"{field}: {was}; it may be {en}", field=field
    )
