"""The subjects and papers of a finding: a unit, a collective, a disciplined person, a document."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from rules.bilingual import Bilingual, same
from rules.facts.paper import IssuedPaper, paper_named

ABOUT_MAX = 20
"""Entries of one finding: about one screen. The measured number counts the others too."""


class AboutKind(StrEnum):
    """What a finding is about."""

    UNIT = "UNIT"
    ORGANISATION = "ORGANISATION"
    COLLECTIVE = "COLLECTIVE"
    PERSON = "PERSON"
    PAPER = "PAPER"


NAMES: Mapping[AboutKind, Bilingual] = {
    AboutKind.UNIT: Bilingual("cơ quan, đơn vị", "unit"),
    AboutKind.ORGANISATION: Bilingual("tổ chức đảng", "party organisation"),
    AboutKind.COLLECTIVE: Bilingual("tập thể lãnh đạo, quản lý", "leadership collective"),
    AboutKind.PERSON: Bilingual("cá nhân", "person"),
    AboutKind.PAPER: Bilingual("văn bản", "paper"),
}


class About(NamedTuple):
    """One subject or paper of a finding.

    `name` is its code, id or name in the facts; for a paper, its number or the words that name it.
    `paper` is set where the number, day and issuer of the paper are known.
    """

    kind: AboutKind
    name: str
    paper: IssuedPaper | None = None

    def text(self) -> Bilingual:
        """The name for people to read, without the kind."""
        return self.paper.text() if self.paper else same(self.name)

    def plain(self) -> dict[str, Any]:
        """The form that is stored as JSON."""
        paper = {"document": self.paper.plain()} if self.paper else {}
        return {"kind": str(self.kind), "name": self.name, **paper}


def about_names(kind: AboutKind | None, names: Iterable[str]) -> tuple[About, ...]:
    """One entry for each name; empty where `kind` is None."""
    return tuple(About(kind, name) for name in names) if kind else ()


def about_paper(paper: IssuedPaper) -> tuple[About, ...]:
    """One entry: the paper."""
    return (About(AboutKind.PAPER, paper.number, paper),)


def about_document(text: str) -> tuple[About, ...]:
    """The attesting document, parsed or as written; empty where none is named."""
    paper = paper_named(text)
    return about_paper(paper) if paper else about_names(AboutKind.PAPER, [text] if text else [])


def distinct_entries(entries: Iterable[About]) -> tuple[About, ...]:
    """The entries without repetitions, at most ABOUT_MAX."""
    return tuple(dict.fromkeys(entries))[:ABOUT_MAX]
