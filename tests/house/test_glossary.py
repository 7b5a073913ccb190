"""docs/glossary.toml: one identifier for each term, and a term for every word of the vocabulary."""

import tomllib
from collections import Counter
from enum import StrEnum
from importlib import import_module
from inspect import getmembers, isclass
from typing import Any

import pytest

from rules.authority import CLASSES, RATERS, ClassWord, RaterDefinition
from rules.texts.law import point
from tests.house.tree import ROOT

VOCABULARY = ("rules.enums", "rules.kinds", "db.enums")
KEYS = {"vi", "en", "code", "cite", "source", "also"}

Term = dict[str, Any]


def terms() -> dict[str, Term]:
    groups = tomllib.loads((ROOT / "docs" / "glossary.toml").read_text(encoding="utf-8"))
    return {
        f"{group}.{key}": term for group, named in groups.items() for key, term in named.items()
    }


def codes(term: Term) -> list[str]:
    code = term["code"]
    return [code] if isinstance(code, str) else code


def enums(module: str) -> list[type[StrEnum]]:
    classes = getmembers(import_module(module), isclass)
    return [cls for _, cls in classes if issubclass(cls, StrEnum) and cls.__module__ == module]


def resolve(code: str) -> object:
    """What `module:name` or `module:Class.name` stands for."""
    module, _, path = code.partition(":")
    resolved: object = import_module(module)
    for part in path.split("."):
        annotated = getattr(resolved, "__annotations__", {})
        resolved = annotated[part] if part in annotated else getattr(resolved, part)
    return resolved


@pytest.mark.parametrize("key", terms())
def test_a_term_says_what_it_must(key: str) -> None:
    term = terms()[key]
    assert set(term) <= KEYS
    assert term["vi"]
    assert term["en"]
    assert ("cite" in term) != ("source" in term)


@pytest.mark.parametrize("key", terms())
def test_its_code_exists(key: str) -> None:
    for code in codes(terms()[key]):
        resolve(code)


@pytest.mark.parametrize("key", [key for key, term in terms().items() if "cite" in term])
def test_its_point_exists(key: str) -> None:
    assert point(terms()[key]["cite"]).text


def test_no_identifier_has_two_terms() -> None:
    named = Counter(code for term in terms().values() for code in codes(term))
    assert [code for code, times in named.items() if times > 1] == []


@pytest.mark.parametrize("module", VOCABULARY)
def test_every_word_of_the_vocabulary_has_its_term(module: str) -> None:
    named = {code for term in terms().values() for code in codes(term)}
    expected = {f"{module}:{enum.__name__}" for enum in enums(module)} | {
        f"{module}:{enum.__name__}.{member.name}" for enum in enums(module) for member in enum
    }
    assert expected
    assert expected - named == set()


@pytest.mark.parametrize("word", [*RATERS.values(), *CLASSES.values()], ids=lambda word: word.code)
def test_every_rater_and_class_has_its_name_and_point(word: RaterDefinition | ClassWord) -> None:
    assert word.name
    assert point(word.clause).text
