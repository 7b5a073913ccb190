"""A corrected law is applied to what is stored: levels are judged again, groups given again, and the list is an act.

No decision is changed. A decided subject that has another computed level, wait or group by now is marked to be
looked at again; a group that stands over its limit is marked so.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories import (
    act as acts,
    appraisal as appraisals,
    correction as corrections,
    cycle as cycles,
    ledger,
    quota as quotas,
    tally as tallies,
    year_opening,
)
from db.repositories.act import ChainAct
from db.repositories.appraisal import Computation
from db.repositories.correction import CorrectedValue, Correction, Line
from resolvers.computation import BATCH_SIZE, judge_stored
from resolvers.queries.year import edition_if_any
from resolvers.queries.year_entry import EntriesOfYear
from rules.editions.lookup import Edition
from rules.enums import Corrected, Level, Outcome, RegistryAct
from rules.facts.fault import FactsError
from rules.judgement.peer_group import CLAUSE

CORRECTION = "correction"
"""The kind, in the payload, of the act by which a year was judged again."""
WAITS_FOR = "WAITS_FOR "
"""Before the subjects that a level waits for, where the list has them instead of a level."""
AGAINST = {
    False: (Outcome.FAILED, Outcome.MISSING),
    True: (Outcome.MET, Outcome.MISSING),
}
"""What speaks against a subject: a condition of a level that is not met, or (True) a trigger of NOT_COMPLETED that holds."""


@dataclass(frozen=True, slots=True)
class CorrectedYear:
    """What a correction did to a year, line by line; `unreadable` are appraisals that it left as they were."""

    correction: Correction
    lines: Sequence[Line]
    unreadable: Mapping[UUID, FactsError]


async def correct_year(
    connection: AsyncConnection, year: int, at: datetime
) -> CorrectedYear | None:
    """Judge a year again by the present revision of its edition, open or closed, and put on record what that changes.

    None where there is nothing to do: every result and every group is of this revision, or no edition holds in the
    year. A result of a later revision, which a newer instance wrote, stays. The transaction is the caller's.
    """
    edition = edition_if_any(year)
    if edition is None or not await _is_due(connection, year, edition):
        return None
    await corrections.lock_year(connection, year)
    if not await _is_due(connection, year, edition):  # somebody else was first
        return None
    correcting = _Correcting(connection, year, edition, at)
    await correcting.judge_again()
    await correcting.group_again()
    return await correcting.record()


async def years(connection: AsyncConnection) -> list[int]:
    """The years that were opened under an edition; of the others there are levels alone."""
    return [cycle.year for cycle in await cycles.all_cycles(connection) if cycle.edition]


async def _is_due(connection: AsyncConnection, year: int, edition: Edition) -> bool:
    if await corrections.results_below(connection, year, edition.revision):
        return True
    return await corrections.groups_revision(connection, year) < edition.revision


@dataclass(slots=True)
class _Correcting:
    """One year while it is corrected, under its locks."""

    connection: AsyncConnection
    year: int
    edition: Edition
    at: datetime
    judged: int = 0
    changes: list[CorrectedValue] = field(default_factory=list)
    unreadable: dict[UUID, FactsError] = field(default_factory=dict)

    async def judge_again(self) -> None:
        """From the latest facts and the levels of others as they are decided now, as every computation is."""
        connection = self.connection
        ids = await corrections.results_below(connection, self.year, self.edition.revision)
        for start in range(0, len(ids), BATCH_SIZE):
            some = ids[start : start + BATCH_SIZE]
            before = await appraisals.computations_of(connection, some)
            again = await judge_stored(connection, self.year, some, self.edition, self.at)
            self.unreadable |= again.unreadable
            self.judged += len(again.computations)
            for after in again.computations:
                self.changes += changes_of_result(before[after.appraisal_id], after)
            await appraisals.put_computations(connection, again.computations)

    async def group_again(self) -> None:
        """By the present rules, as when a year is opened; then how each group stands."""
        connection = self.connection
        before = await corrections.stands(connection, self.year)
        known = await EntriesOfYear.known(connection, self.at, self.year, self.edition)
        others = await year_opening.other_groups(connection, known.opening, known.by_track)
        await known.add_groups(connection, sorted({other.after for other in others}))
        groups = {other.appraisal_id: other.after for other in others}
        await corrections.regroup(connection, groups, self.at)
        self.changes += [
            CorrectedValue(
                kind=Corrected.GROUP,
                appraisal_id=other.appraisal_id,
                clauses=(CLAUSE,),
                before=other.before,
                after=other.after,
                marks=False,
            )
            for other in others
        ]
        await quotas.recount(connection, self.year, self.edition.quota, may_exceed=True)
        for code, after in (await corrections.stands(connection, self.year)).items():
            stood = before.get(code)
            if after.is_over != (stood is not None and stood.is_over):
                self.changes.append(
                    CorrectedValue(
                        kind=Corrected.QUOTA,
                        peer_group_code=code,
                        clauses=(self.edition.quota.clause,),
                        before=None if stood is None else str(stood),
                        after=str(after),
                        marks=after.is_over,
                    )
                )

    async def record(self) -> CorrectedYear:
        """Mark the decided subjects, write the list and its act, which covers every row; then count the tallies."""
        connection = self.connection
        subjects = {change.appraisal_id for change in self.changes if change.appraisal_id}
        marked = await appraisals.mark_to_review(connection, sorted(subjects))
        changes = [
            replace(change, marks=change.marks or change.appraisal_id in marked)
            for change in self.changes
        ]
        head = await acts.lock_chain(connection)
        correction = Correction(
            sequence=head.sequence + 1,
            year=self.year,
            edition=self.edition.code,
            revision=self.edition.revision,
            judged=self.judged,
        )
        digest = await corrections.add(connection, correction, changes)
        head = await acts.add_acts(connection, [self._act(changes, digest)], head)
        await ledger.take_up(connection, head.sequence)
        await tallies.recompute(connection, self.year)
        lines = await corrections.lines(connection, correction.sequence)
        return CorrectedYear(correction, lines, self.unreadable)

    def _act(self, changes: Sequence[CorrectedValue], digest: str) -> ChainAct:
        """Nobody's: it follows from the version of the service, as when a catalogue is loaded."""
        counted = Counter(str(change.kind) for change in changes)
        return ChainAct(
            appraisal_id=None,
            act=RegistryAct.CORRECT,
            at=self.at,
            actor_person_id=None,
            actor_post_code=None,
            on_behalf_rater_id=None,
            payload={
                "kind": CORRECTION,
                "year": self.year,
                "edition": self.edition.code,
                "revision": self.edition.revision,
                "judged": self.judged,
                "changes": dict(sorted(counted.items())),
                "sha256": digest,
            },
        )


def changes_of_result(before: Computation, after: Computation) -> list[CorrectedValue]:
    """The one change between two results, of LEVEL or of WAIT; none where the level and whom it waits for are the same.

    Its clauses are those of the findings that speak against the subject in one of them only.
    """
    awaited = [{str(wait["subject"]) for wait in result.waits_for} for result in (before, after)]
    if before.level == after.level and awaited[0] == awaited[1]:
        return []
    is_level = before.level is not None and after.level is not None
    return [
        CorrectedValue(
            kind=Corrected.LEVEL if is_level else Corrected.WAIT,
            appraisal_id=after.appraisal_id,
            clauses=_clauses_of_level(before, after)
            if is_level
            else _clauses_of_wait(before, after),
            before=_shown(before),
            after=_shown(after),
            marks=False,
        )
    ]


def _shown(result: Computation) -> str:
    """The level, or whom it waits for."""
    if result.level is not None:
        return result.level
    return WAITS_FOR + ", ".join(sorted({str(wait["subject"]) for wait in result.waits_for}))


def _clauses_of_wait(before: Computation, after: Computation) -> tuple[str, ...]:
    """Those by which a level is needed in one of the two only; where none is, those that judge otherwise."""
    waits = [
        {(wait["subject"], wait["clause"]) for wait in result.waits_for}
        for result in (before, after)
    ]
    clauses = dict.fromkeys(clause for _, clause in sorted(waits[0] ^ waits[1]))
    return tuple(clauses) or _clauses_of_level(before, after)


def _clauses_of_level(before: Computation, after: Computation) -> tuple[str, ...]:
    """In the order of the edition. Where the findings are the same, and count otherwise, those that keep a level away."""
    against = [_against(result.findings) for result in (before, after)]
    differing = {
        key for key in against[0].keys() | against[1].keys() if against[0][key] != against[1][key]
    }
    keys = [
        (finding["level"], finding["clause"]) for finding in (*after.findings, *before.findings)
    ]
    clauses = dict.fromkeys(clause for level, clause in keys if (level, clause) in differing)
    return tuple(clauses) or tuple(dict.fromkeys(clause for _, clause in against[1]))


def _against(findings: Sequence[Mapping[str, Any]]) -> Counter[tuple[str, str]]:
    """How many findings speak against the subject, or are missing, by their level and clause."""
    return Counter(
        (finding["level"], finding["clause"])
        for finding in findings
        if finding["outcome"] in AGAINST[finding["level"] == Level.NOT_COMPLETED]
    )
