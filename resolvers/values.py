"""Reads values that a client sent, before a command uses them; each refusal names the field and what it may be."""

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
"""Characters of a code; the longest code of a catalogue has half as many."""
FACTS_VALUES_MAX = 10_000
"""Values in the facts of one subject; most of them are members of a body by name."""
FACTS_DEPTH_MAX = 8
"""Levels of nested tables in facts; the edition reads four."""
INTEGER_MAX = 2**53
"""The largest integer that JSON implementations represent exactly (RFC 8259, 6)."""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class DocumentReference:
    """The number and date of a document on which something is based."""

    number: str
    dated: date

    def plain(self) -> dict[str, str]:
        """The form in the payload of an act."""
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
        BadInput: the number is not a text on one line, or the date is after today or too old.
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
    """A text that may be the code of a body, post or rater. Raises BadInput."""
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
    """The facts with every text and every key in NFC; the edition interprets them.

    Raises:
        BadInput: they have too many values or levels, a text is not on one line, or a number is too large.
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
    """The result of `read` for the value. Raises BadInput: the value does not have this form."""
    try:
        return read()
    except BadValueError as fault:
        raise bad(field, value, vi=fault.vi, en=fault.en) from fault


def bad(field: str, value: object, *, vi: str, en: str) -> BadInput:
    """The refusal of a value; the message repeats a part of the value."""
    was = shown(value)
    return BadInput(
        vi=f"{field}: {was}; phải là {vi}", en=f"{field}: {was}; it may be {en}", field=field
    )
