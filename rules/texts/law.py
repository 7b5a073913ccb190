"""Reads the two documents from rules/texts: wording, numbers and days in force of every point."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType

from rules.bilingual import Bilingual

TEXTS = Path(__file__).parent
DECIDERS = Path(__file__).parents[1] / "left_to.toml"


class NotInForceError(LookupError):
    """No text or edition is in force on the day, or the point does not exist. There is no fallback."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a document.

    `cite` is its id (`QĐ124:Đ12.1.3`, `HD01:6.2.3:b`), `text` its wording in Vietnamese, `numbers`
    its shares and counts by name ("70%" is 7/10). `computed_by` names the functions that compute the
    point (`module:function`); `left_to` says who decides it, and why no function does. Every point has
    one of the two.
    """

    cite: str
    text: str
    numbers: Mapping[str, Fraction]
    computed_by: tuple[str, ...]
    left_to: Bilingual | None
    since: date
    until: date | None

    def is_in_force(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class LegalDocument:
    """One document: `prefix` begins the citations of its points; `checked_on` is its last review."""

    prefix: str
    number: str
    title: str
    since: date
    until: date | None
    checked_on: date
    checked_by: Bilingual
    points: Mapping[str, Point]


@cache
def documents() -> Mapping[str, LegalDocument]:
    """Every document under rules/texts, by prefix."""
    every_document = [read_document(path) for path in sorted(TEXTS.glob("*.toml"))]
    return MappingProxyType({document.prefix: document for document in every_document})


@cache
def point(cite: str) -> Point:
    """The point with this citation.

    Raises:
        NotInForceError: no document has such a point.
    """
    document = documents().get(cite.split(":", 1)[0])
    if document is None or cite not in document.points:
        raise NotInForceError(f"{cite}: no such point in rules/texts")
    return document.points[cite]


@cache
def deciders() -> Mapping[str, Bilingual]:
    """The deciders of points that no function computes: sentences of rules/left_to.toml, by key.

    Raises:
        ValueError: a sentence lacks a language, or has more than the two.
    """
    raw = tomllib.loads(DECIDERS.read_text(encoding="utf-8"))
    return MappingProxyType({key: _read_bilingual(key, entry) for key, entry in raw.items()})


def read_document(path: Path) -> LegalDocument:
    """The document in a file.

    Raises:
        ValueError, TypeError: a point has an unknown key, a value of another type, or a `left_to`
            that rules/left_to.toml does not have.
    """
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    head = raw["document"]
    points = {
        f"{head['prefix']}:{key}": _read_point(f"{head['prefix']}:{key}", entry, head)
        for key, entry in raw["points"].items()
    }
    return LegalDocument(
        prefix=head["prefix"],
        number=head["number"],
        title=head["title"],
        since=head["since"],
        until=head.get("until"),
        checked_on=head["checked_on"],
        checked_by=_read_bilingual("checked_by", head["checked_by"]),
        points=MappingProxyType(points),
    )


def _read_point(cite: str, entry: dict[str, object], head: dict[str, date]) -> Point:
    allowed = {"text", "numbers", "computed_by", "left_to", "since", "until"}
    if unknown := set(entry) - allowed:
        raise ValueError(f"{cite}: unknown {sorted(unknown)}; known are {sorted(allowed)}")
    computed_by = entry.get("computed_by", [])
    numbers = entry.get("numbers", {})
    if not isinstance(computed_by, list) or not isinstance(numbers, dict):
        raise TypeError(f"{cite}: computed_by is a list, numbers a table")
    since, until = entry.get("since", head["since"]), entry.get("until", head.get("until"))
    if not isinstance(since, date) or not (until is None or isinstance(until, date)):
        raise TypeError(f"{cite}: since and until are dates")
    return Point(
        cite=cite,
        text=str(entry["text"]),
        numbers=MappingProxyType({name: share(value) for name, value in numbers.items()}),
        computed_by=tuple(computed_by),
        left_to=_read_decider(cite, entry["left_to"]) if "left_to" in entry else None,
        since=since,
        until=until,
    )


def _read_decider(cite: str, key: object) -> Bilingual:
    if isinstance(key, str) and key in deciders():
        return deciders()[key]
    raise ValueError(f"{cite}: left_to was {key!r}; rules/left_to.toml has no such key")


def _read_bilingual(name: str, entry: object) -> Bilingual:
    if not isinstance(entry, dict) or set(entry) != {"en", "vi"} or not all(entry.values()):
        raise ValueError(f"{name}: was {entry!r}; has a sentence in en and one in vi")
    return Bilingual(**entry)


def share(value: str | int) -> Fraction:
    """A number of the law as an exact fraction: "70%" is 7/10, 6 is 6."""
    if isinstance(value, str) and value.endswith("%"):
        return Fraction(value[:-1]) / 100
    return Fraction(value)
