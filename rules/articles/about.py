"""Whom and what a finding is about: a unit, a collective, the person who was disciplined, a paper."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from rules.bilingual import Bilingual, same
from rules.facts.paper import IssuedPaper, paper_named

ABOUT_MAX = 20
"""Of one finding: about what a screen shows. What was measured counts the rest."""


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
    """`name` is the code, id or name by which the facts know it; of a paper its number, or the words that
    name it. `paper` is there where its number, day and issuer are known.
    """

    kind: AboutKind
    name: str
    paper: IssuedPaper | None = None

    def text(self) -> Bilingual:
        """As people name it, without its kind."""
        return self.paper.text() if self.paper else same(self.name)

    def plain(self) -> dict[str, Any]:
        """As it is stored."""
        paper = {"document": self.paper.plain()} if self.paper else {}
        return {"kind": str(self.kind), "name": self.name, **paper}


def about_names(kind: AboutKind | None, names: Iterable[str]) -> tuple[About, ...]:
    """Of these names each; nothing where they are of no kind."""
    return tuple(About(kind, name) for name in names) if kind else ()


def about_paper(paper: IssuedPaper) -> tuple[About, ...]:
    """The paper alone."""
    return (About(AboutKind.PAPER, paper.number, paper),)


def about_document(text: str) -> tuple[About, ...]:
    """The document that attests something, by its id or by its words; nothing where none is named."""
    paper = paper_named(text)
    return about_paper(paper) if paper else about_names(AboutKind.PAPER, [text] if text else [])


def distinct_entries(entries: Iterable[About]) -> tuple[About, ...]:
    """Each once, and not more than are shown."""
    return tuple(dict.fromkeys(entries))[:ABOUT_MAX]
