"""The JSON Schema of the facts, each field with its meaning and clause: `xeploai judge --schema`."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from rules.facts import Facts
from rules.reading_facts import COUNT_MAX


def facts_schema() -> dict[str, object]:
    """The schema (draft 2020-12) of one subject's facts, or of a list of them."""
    one = _record(Facts)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The facts of one subject, or a list of subjects",
        "$defs": {"subject": one},
        "oneOf": [
            {"$ref": "#/$defs/subject"},
            {"type": "array", "items": {"$ref": "#/$defs/subject"}, "minItems": 1},
        ],
    }


def _record(kind: type[Any]) -> dict[str, object]:
    hints = get_type_hints(kind)
    known = fields(kind)
    return {
        "type": "object",
        "description": (kind.__doc__ or "").strip(),
        "properties": {field.name: _field(hints[field.name], field) for field in known},
        "required": [
            field.name
            for field in known
            if field.default is MISSING and field.default_factory is MISSING
        ],
        "additionalProperties": False,
    }


def _field(hint: object, field: Field[Any]) -> dict[str, object]:
    meaning = f"{field.metadata['means']} ({field.metadata['clause']})"
    return {**_kind(hint, field.metadata), "description": meaning}


def _kind(hint: Any, metadata: Mapping[str, object]) -> dict[str, object]:  # noqa: ANN401, PLR0911 -- one answer per kind of type
    if get_origin(hint) is UnionType:
        inner = next(one for one in get_args(hint) if one is not type(None))
        return {"anyOf": [_kind(inner, metadata), {"type": "null"}]}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _kind(get_args(hint)[0], metadata)}
    if get_origin(hint) is not None:
        return {"type": "object", "additionalProperties": _kind(get_args(hint)[1], metadata)}
    if is_dataclass(hint):
        return _record(hint)  # type: ignore[arg-type]  # a class, not an object
    if hint is bool:
        return {"type": "boolean"}
    if hint is int:
        return {
            "type": "integer",
            "minimum": metadata.get("min", 0),
            "maximum": metadata.get("max", COUNT_MAX),
        }
    if hint is date:
        return {"type": "string", "format": "date"}
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"enum": [str(word) for word in hint]}
    return {"type": "string", "minLength": 1}
