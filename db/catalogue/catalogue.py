"""The content of the catalogue's files, after all checks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from db.enums import BodyKind, Rank, StoredSeat, Tier
from rules.enums import SubjectClass


class RaterVocabulary(Protocol):
    """One rater in the vocabulary of authority."""

    @property
    def section(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def clause(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the rules that a catalogue may use.

    `raters` and `classes` are the vocabulary of authority by code, `peer_groups` the edition's groups
    of bodies: code and Vietnamese name.
    """

    raters: Mapping[str, RaterVocabulary]
    classes: Collection[str]
    peer_groups: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CatalogueBody:
    code: str
    parent: str | None
    leads: str | None
    tier: Tier
    kind: BodyKind
    subject_class: SubjectClass
    authority_classes: tuple[str, ...]
    peer_group: str | None
    name: str
    source: str
    founded_on: date | None
    dissolved_on: date | None


@dataclass(frozen=True, slots=True)
class CataloguePost:
    code: str
    body: str
    rank: Rank
    title: str
    authority_classes: tuple[str, ...]
    rater_roles: tuple[tuple[str, StoredSeat], ...]
    seats: int
    source: str


@dataclass(frozen=True, slots=True)
class CatalogueRater:
    """A rater of the vocabulary at one place: over the body `scope` and everything below it."""

    rater: str
    scope: str
    compiled_by: str | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The three files; `digest` is the SHA-256 of their bytes, in hexadecimal."""

    bodies: Mapping[str, CatalogueBody]
    posts: Mapping[str, CataloguePost]
    raters: tuple[CatalogueRater, ...]
    words: Words
    digest: str
