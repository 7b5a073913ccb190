"""Reads policy.csv strictly: faults that casbin's reader accepts are refused with file and line."""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

import casbin
from casbin.model import Model
from casbin.persist import Adapter

from rules.authority import (
    ANY_CLASS,
    ANYBODY,
    AUTHORITY_SHOWS_IN,
    CLASSES,
    COMPETENT_AUTHORITY,
    DECISIONS_OF_A_PANEL,
    DERIVED_CLASSES,
    OTHER_MEMBER,
    RATERS,
    SIGNED_IN,
    WITHOUT_PLACE,
)
from rules.enums import Act
from rules.texts import law

MODEL = Path(__file__).with_name("model.conf")
POLICY = Path(__file__).with_name("policy.csv")
ENFORCERS_CACHED_MAX = 1_000
"""Each policy needs one enforcer for each act and rater, about 200. Two officers sign every new policy,
so their number stays small.
"""

COLUMNS = ("p", "rater", "acts", "class", "scope", "effect", "clause")
ACTS_JOINED_BY = "+"


class Scope(StrEnum):
    PROVINCE = "province"
    OWN = "own"


class Effect(StrEnum):
    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One row of the matrix for one act: rater, act, class, scope, effect and clause."""

    rater: str
    act: Act
    cls: str
    scope: Scope
    effect: Effect
    clause: str


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """The matrix. `revision` is the hash of its content; equality is identity.

    `rows_of` are the rows that give acts to raters. Rows of `other_member` are separate: they only say
    who records an act that the chair may not record.
    """

    text: str
    rows: tuple[PolicyRow, ...]
    revision: str
    rows_of: Mapping[Act, tuple[PolicyRow, ...]]
    of_other_member: Mapping[Act, tuple[PolicyRow, ...]]


class PolicyError(Exception):
    """The whole file is refused; `faults` lists every fault with file and line."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@cache
def load_policy(path: Path = POLICY) -> Policy:
    """The policy of a file without faults.

    Raises:
        PolicyError: wrong width, an unknown rater, act, class, scope, effect or clause, a repeated row.
    """
    return policy_of(path.read_text(encoding="utf-8"), path.name)


def policy_of(text: str, name: str = "policy.csv") -> Policy:
    """The policy of a text without faults. Raises PolicyError."""
    rows = tuple(read_rows(text, name))
    rows_of = {
        act: tuple(row for row in rows if row.act is act and row.rater != OTHER_MEMBER)
        for act in Act
    }
    of_other_member = {
        act: tuple(row for row in rows if row.act is act and row.rater == OTHER_MEMBER)
        for act in Act
    }
    return Policy(text, rows, revision_of(text), rows_of, of_other_member)


def revision_of(text: str) -> str:
    """The revision of a policy: the hash of its content (SHA-256)."""
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(ENFORCERS_CACHED_MAX)
def enforcer(policy: Policy, act: Act, rater: str) -> casbin.Enforcer:
    """Casbin over the rows that can match one act and rater; fewer rows, because it tries them all."""
    candidates = (*policy.rows_of[act], *policy.of_other_member[act])
    rows = tuple(row for row in candidates if row.rater in {rater, ANYBODY})
    casbin_enforcer = casbin.Enforcer(str(MODEL), _Rows(rows))
    casbin_enforcer.add_function("has", lambda words, word: word in words)
    return casbin_enforcer


def read_rows(text: str, name: str) -> list[PolicyRow]:
    """Every row of the text, one per act. Raises PolicyError with all faults."""
    rows: dict[PolicyRow, int] = {}
    faults: list[str] = []
    for number, cells in _lines(text):
        try:
            rows_of_line = _rows(cells)
        except ValueError as fault:
            faults.append(f"{name}:{number}: {fault}")
            continue
        for row in rows_of_line:
            if row in rows:
                faults.append(f"{name}:{number}: repeats line {rows[row]}")
            rows.setdefault(row, number)
    if faults:
        raise PolicyError(tuple(faults))
    return list(rows)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield number, [cell.strip() for cell in next(csv.reader([line]))]


def _rows(cells: list[str]) -> list[PolicyRow]:
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(cells)} columns; there are {len(COLUMNS)}: {', '.join(COLUMNS)}")
    kind, rater, acts, cls, scope, effect, clause = cells
    if kind != "p":
        raise ValueError(f"row type {kind!r}; it must be p")
    _refuse_unknown("rater", rater, RATERS)
    _refuse_unknown("class", cls, CLASSES.keys() | DERIVED_CLASSES)
    _refuse_unknown("scope", scope, list(Scope))
    _refuse_unknown("effect", effect, list(Effect))
    for act in acts.split(ACTS_JOINED_BY):
        _refuse_unknown("act", act, list(Act))
    if scope == Scope.OWN and rater in WITHOUT_PLACE:
        raise ValueError(f"scope 'own': {rater} has no place; the scope must be province")
    if rater == COMPETENT_AUTHORITY:
        _refuse_circles(acts, cls)
    if rater == OTHER_MEMBER:
        _refuse_more_than_decisions(acts, cls, effect)
    if rater == ANYBODY and effect == Effect.ALLOW:
        raise ValueError(
            f"effect 'allow': rows of {ANYBODY} only deny; {SIGNED_IN} has the rights of all"
        )
    try:
        law.point(clause)
    except law.NotInForceError as fault:
        raise ValueError(f"clause {clause!r} is not in rules/texts") from fault
    return [
        PolicyRow(rater, Act(act), cls, Scope(scope), Effect(effect), clause)
        for act in acts.split(ACTS_JOINED_BY)
    ]


def _refuse_circles(acts: str, cls: str) -> None:
    """Refuses rows that define the competent authority by itself; it must follow from other rows."""
    if cls != ANY_CLASS:
        raise ValueError(
            f"class {cls!r}: other rows define the {COMPETENT_AUTHORITY}; its class must be any"
        )
    for act in acts.split(ACTS_JOINED_BY):
        if act in AUTHORITY_SHOWS_IN:
            raise ValueError(
                f"act {act!r}: this act defines the {COMPETENT_AUTHORITY}, so no row may grant it"
            )


def _refuse_more_than_decisions(acts: str, cls: str, effect: str) -> None:
    """Refuses acts other than decisions: another member only records the decision of the panel about the chair."""
    if (cls, effect) != (ANY_CLASS, Effect.ALLOW):
        raise ValueError(
            f"class {cls!r}, effect {effect!r}: rows of {OTHER_MEMBER} have class any, effect allow"
        )
    for act in acts.split(ACTS_JOINED_BY):
        if act not in DECISIONS_OF_A_PANEL:
            known = ", ".join(sorted(DECISIONS_OF_A_PANEL))
            raise ValueError(f"act {act!r}: {OTHER_MEMBER} records only decisions: {known}")


def _refuse_unknown(column: str, word: str, words: object) -> None:
    if word not in words:  # type: ignore[operator]  # a mapping, a set or a list of words
        listed = ", ".join(sorted(words))  # type: ignore[call-overload]  # the same
        raise ValueError(f"unknown {column} {word!r}; known are {listed}")


class _Rows(Adapter):  # type: ignore[misc]  # casbin ships no types
    """Gives strictly read rows to casbin; it never writes, since writing would drop comments."""

    def __init__(self, rows: tuple[PolicyRow, ...]) -> None:
        self.rows = rows

    def load_policy(self, model: Model) -> None:
        for row in self.rows:
            words = [row.rater, row.act, row.cls, row.scope, row.effect, row.clause]
            model.add_policy("p", "p", [str(word) for word in words])
