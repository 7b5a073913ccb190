"""The words of authority: raters and classes of sections 6 and 7 (HD01:6, HD01:7; QĐ124:Đ8 to Đ16)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from rules.enums import Act
from rules.kinds import BodyKind, Tier

WORDS = Path(__file__).with_suffix(".toml")
SECTION_6_1 = "6.1"


@dataclass(frozen=True, slots=True)
class RaterDefinition:
    """A rater: an authority to which the text gives an act; `due` is its deadline, if any."""

    code: str
    section: str
    name: str
    clause: str
    due: str | None = None


@dataclass(frozen=True, slots=True)
class ClassWord:
    """A group of collectives or posts that the text names, and the section that names it."""

    code: str
    section: str
    clause: str
    name: str


_RAW = tomllib.loads(WORDS.read_text(encoding="utf-8"))

RATERS: Mapping[str, RaterDefinition] = MappingProxyType(
    {code: RaterDefinition(code, **word) for code, word in _RAW["raters"].items()}
)
CLASSES: Mapping[str, ClassWord] = MappingProxyType(
    {code: ClassWord(code, **word) for code, word in _RAW["classes"].items()}
)

COMPETENT_AUTHORITY = "competent_authority"
DIRECT_SUPERIOR = "direct_superior"
MANAGING_COLLECTIVE = "managing_collective"
OTHER_MEMBER = "other_member"
"""Another member of the panel, where its chair is or leads the subject (a reading)."""
SUBJECT = "subject"
SIGNED_IN = "signed_in"
ANYBODY = "anybody"

WITHOUT_PLACE = frozenset(
    {COMPETENT_AUTHORITY, DIRECT_SUPERIOR, MANAGING_COLLECTIVE, OTHER_MEMBER, SUBJECT}
    | {SIGNED_IN, ANYBODY}
)
"""Raters defined by their relation to the subject; all others are bound to a place."""

AUTHORITY_SHOWS_IN = (Act.RATE, Act.APPRAISE)
"""Acts that make an actor the competent authority of a subject (QĐ124:Đ13)."""

DECISIONS_OF_A_PANEL = frozenset({Act.RATE, Act.ANNUL, Act.ANSWER_APPEAL})
"""Acts that the chair records for the panel; another member records those about the chair."""

SUPERIOR_COMMITTEES = (
    "grassroots_committee",
    "district_standing_committee",
    "bloc_standing_committee",
    "provincial_standing_committee",
)
"""Cấp uỷ: the raters that can be the committee directly above a subject (QĐ124:Đ8.3, Đ13.3)."""

ANY_CLASS = "any"
COVERED_BY_6_1 = "covered_by_6_1"
"""Derived: subjects of section 6.1 are excluded from "các chức danh cán bộ khác" of 6.2 (HD01:6.2)."""

MEMBER_OF_CELL = "party_member_of_grassroots_cell"
MEMBER_OF_ORGANISATION = "party_member_of_grassroots_organisation"

DERIVED_CLASSES = frozenset({ANY_CLASS, COVERED_BY_6_1})


def class_of_members(above: BodyKind, tier: Tier) -> str:
    """The class of the members of a cell, by the kind and tier of the body above the cell.

    A cell under a grassroots party organisation proposes, and the committee above it decides; any
    other cell is a grassroots cell and decides itself (HD01:7).
    """
    under = (above, tier) == (BodyKind.PARTY_ORGANISATION, Tier.GRASSROOTS)
    return MEMBER_OF_ORGANISATION if under else MEMBER_OF_CELL


def with_derived(classes: frozenset[str]) -> frozenset[str]:
    """The classes together with the classes derived from them."""
    derived = {ANY_CLASS}
    if any(CLASSES[code].section == SECTION_6_1 for code in classes):
        derived.add(COVERED_BY_6_1)
    return classes | derived
