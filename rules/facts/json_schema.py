"""Builds the JSON Schema of facts: each field with its meaning, unit and clause."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from rules.editions.lookup import Edition, editions
from rules.enums import Level, SubjectClass
from rules.facts.consistency import REQUIRED_FIELDS
from rules.facts.enums import meaning
from rules.facts.facts import Facts, Rated
from rules.facts.record_parser import COUNT_MAX, NOT_RATED

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def facts_schema(edition: Edition | None = None) -> Schema:
    """The schema of one subject's facts, of a list of them, or of a table with the list `subjects`.

    `title` is the meaning in Vietnamese, `description` in English with its clause, `x-unit` the unit of
    a number. The criteria of each class are those of the edition (default: the newest one). The schema
    does not check relations between fields; `rules.facts.consistency` does.
    """
    edition = edition or editions()[-1]
    reference = {"$ref": "#/$defs/subject"}
    list_of_subjects = {"type": "array", "items": reference, "minItems": 1}
    subject = {
        **_record(Facts),
        "allOf": [_of_class(subject_class, edition) for subject_class in SubjectClass],
    }
    return {
        "$schema": DIALECT,
        "title": "Dữ kiện của một hoặc nhiều đối tượng trong một năm",
        "description": f"The facts of one or many subjects in one year ({edition.code}).",
        "$defs": {"subject": subject},
        "oneOf": [
            reference,
            list_of_subjects,
            {
                "type": "object",
                "properties": {"subjects": list_of_subjects},
                "required": ["subjects"],
                "additionalProperties": False,
            },
        ],
    }


def _of_class(subject_class: SubjectClass, edition: Edition) -> Schema:
    """The required fields of a class, and the criteria of its grades."""
    criteria = edition.criteria[subject_class]
    grades = {
        "properties": {
            criterion.code: {
                "title": criterion.text,
                "description": f"{criterion.set} ({criterion.clause})",
            }
            for criterion in criteria
        },
        "required": [criterion.code for criterion in criteria if not criterion.if_any],
        "propertyNames": {"enum": [criterion.code for criterion in criteria]},
    }
    then = {"required": list(REQUIRED_FIELDS[subject_class]), "properties": {"grades": grades}}
    return {"if": {"properties": {"subject_class": {"const": str(subject_class)}}}, "then": then}


def _record(kind: type[Any]) -> Schema:
    hints = get_type_hints(kind)
    return {
        "type": "object",
        "properties": {field.name: _field(field, hints[field.name]) for field in fields(kind)},
        "required": [field.name for field in fields(kind) if _is_required(field)],
        "additionalProperties": False,
    }


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _field(field: Field[Any], hint: object) -> Schema:
    about = field.metadata
    labels = {"title": about["vi"], "description": f"{about['en']} ({about['clause']})"}
    unit = {"x-unit": about["unit"]} if "unit" in about else {}
    return {**labels, **unit, **_of(hint, about)}


def _of(hint: Any, about: Mapping[str, Any]) -> Schema:  # noqa: ANN401 - a type
    origin, inner = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return _optional(inner[0], about)
    if origin is tuple:
        return {"type": "array", "items": _of(inner[0], about)}
    if origin is not None:
        return _table(inner[0], _of(inner[1], about))
    if is_dataclass(hint):
        return _record(hint)  # type: ignore[arg-type]  # a class, not an object
    return _plain(hint, about)


def _optional(inner: type, about: Mapping[str, Any]) -> Schema:
    if inner is Rated:
        return _rated()
    return {"anyOf": [_of(inner, about), {"type": "null"}]}


def _table(key: type, value: Schema) -> Schema:
    """A table by codes, or a table of words with their documents; a list of words is allowed, too."""
    if not issubclass(key, StrEnum):
        return {"type": "object", "additionalProperties": value}
    table = {
        "type": "object",
        "properties": {str(word): _labels(word) | value for word in key},
        "additionalProperties": False,
    }
    return {"anyOf": [table, {"type": "array", "items": {"enum": [str(word) for word in key]}}]}


def _rated() -> Schema:
    by_name = {
        "type": "object",
        "description": "by code or name; null = not rated yet",
        "additionalProperties": {"enum": [*map(str, Level), None]},
    }
    counted = {
        "type": "object",
        "description": "how many of each level",
        "properties": {key: _whole({}) for key in [*map(str, Level), NOT_RATED]},
        "additionalProperties": False,
    }
    return {"anyOf": [by_name, counted, {"type": "null"}]}


def _plain(hint: type, about: Mapping[str, Any]) -> Schema:
    if issubclass(hint, StrEnum):
        return {"oneOf": [_word(word) for word in hint]}
    if hint is int:
        return _whole(about)
    plain: Mapping[type, Schema] = {
        bool: {"type": "boolean"},
        date: {"type": "string", "format": "date"},
        str: {"type": "string", "minLength": 1},
    }
    return plain[hint]


def _whole(about: Mapping[str, Any]) -> Schema:
    low, high = about.get("min", 0), about.get("max", COUNT_MAX)
    return {"type": "integer", "minimum": low, "maximum": high}


def _word(word: StrEnum) -> Schema:
    return {"const": str(word), **_labels(word)}


def _labels(word: StrEnum) -> Schema:
    means = meaning(word)
    return {"title": means.vi, "description": f"{means.en} ({means.clause})"}
