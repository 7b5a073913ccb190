"""The words of authority: raters and classes of sections 6 and 7 (HD01:6, HD01:7; QĐ124:Đ8 to Đ16)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

WORDS = Path(__file__).with_suffix(".toml")
SECTION_6_1 = "6.1"


@dataclass(frozen=True, slots=True)
class RaterWord:
    """Somebody to whom the text gives an act; `due` is a deadline of the calendar, if it has one."""

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

RATERS: Mapping[str, RaterWord] = MappingProxyType(
    {code: RaterWord(code, **word) for code, word in _RAW["raters"].items()}
)
CLASSES: Mapping[str, ClassWord] = MappingProxyType(
    {code: ClassWord(code, **word) for code, word in _RAW["classes"].items()}
)

COMPETENT_AUTHORITY = "competent_authority"
DIRECT_SUPERIOR = "direct_superior"
MANAGING_COLLECTIVE = "managing_collective"
SUBJECT = "subject"
SIGNED_IN = "signed_in"
ANYBODY = "anybody"

ANY_CLASS = "any"
COVERED_BY_6_1 = "covered_by_6_1"
"""Derived: whoever section 6.1 names is not one of "các chức danh cán bộ khác" of 6.2 (HD01:6.2)."""

DERIVED_CLASSES = frozenset({ANY_CLASS, COVERED_BY_6_1})


def with_derived(classes: frozenset[str]) -> frozenset[str]:
    """The classes, and what follows from being in them."""
    derived = {ANY_CLASS}
    if any(CLASSES[one].section == SECTION_6_1 for one in classes):
        derived.add(COVERED_BY_6_1)
    return classes | derived
