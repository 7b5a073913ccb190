"""Finds the rater that has an act over subjects of given classes, independent of any actor."""

from dataclasses import dataclass, replace
from functools import lru_cache

from authz.policy_file import Effect, Policy, PolicyRow
from rules.authority import (
    ANYBODY,
    AUTHORITY_SHOWS_IN,
    COMPETENT_AUTHORITY,
    WITHOUT_PLACE,
    with_derived,
)
from rules.enums import Act

COMPETENCES_CACHED_MAX = 1 << 16
"""Cached results of each function below, by policy, act and classes."""


@dataclass(frozen=True, slots=True)
class Competence:
    """The competence for an act over subjects of some classes: `row` grants or denies it."""

    granted: bool
    row: PolicyRow | None
    overruled: tuple[PolicyRow, ...]


@lru_cache(COMPETENCES_CACHED_MAX)
def competence_for(policy: Policy, act: Act, classes: frozenset[str]) -> Competence:
    """The competence by the matrix alone. `row` is None where no clause gives the power."""
    every = with_derived(classes)
    rows = [row for row in policy.rows_of[act] if row.cls in every]
    if not classes:
        rows = [row for row in rows if row.rater != COMPETENT_AUTHORITY]
    allows = [row for row in rows if row.effect is Effect.ALLOW]
    denies = [row for row in rows if row.effect is Effect.DENY]
    standing = [row for row in allows if not _is_outweighed(row, denies)]
    standing = [row for row in standing if _has_authority(policy, row, classes)]
    if standing:
        row = _with_actual_rater(policy, standing[0], classes)
        return Competence(granted=True, row=row, overruled=_overruled(allows, standing))
    raters = {ANYBODY, *(row.rater for row in allows)}
    for row in denies:
        if row.rater in raters:
            return Competence(granted=False, row=row, overruled=tuple(allows))
    return Competence(granted=False, row=None, overruled=())


@lru_cache(COMPETENCES_CACHED_MAX)
def standing_rows(policy: Policy, act: Act, classes: frozenset[str]) -> tuple[PolicyRow, ...]:
    """The allow rows of raters with a place for these classes that no deny row outweighs."""
    every = with_derived(classes)
    rows = [row for row in policy.rows_of[act] if row.cls in every]
    denies = [row for row in rows if row.effect is Effect.DENY]
    return tuple(
        row
        for row in rows
        if row.effect is Effect.ALLOW
        and row.rater not in WITHOUT_PLACE
        and not _is_outweighed(row, denies)
    )


def _is_outweighed(row: PolicyRow, denies: list[PolicyRow]) -> bool:
    return any(deny.rater in {row.rater, ANYBODY} for deny in denies)


def _has_authority(policy: Policy, row: PolicyRow, classes: frozenset[str]) -> bool:
    return row.rater != COMPETENT_AUTHORITY or _authority(policy, classes) is not None


def _authority(policy: Policy, classes: frozenset[str]) -> PolicyRow | None:
    for act in AUTHORITY_SHOWS_IN:
        competence = competence_for(policy, act, classes)
        if competence.granted:
            return competence.row
    return None


def _with_actual_rater(policy: Policy, row: PolicyRow, classes: frozenset[str]) -> PolicyRow:
    """The row; its `competent_authority` is replaced by the actual rater of these classes."""
    authority = _authority(policy, classes) if row.rater == COMPETENT_AUTHORITY else None
    return row if authority is None else replace(row, rater=authority.rater)


def _overruled(allows: list[PolicyRow], standing: list[PolicyRow]) -> tuple[PolicyRow, ...]:
    return tuple(row for row in allows if row not in standing)
