"""Opens a year with an appraisal for every subject of the registry, supplements it, and closes it (QĐ124:Đ14.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db.json_sql.relation import Row
from db.repositories import (
    correction as corrections,
    cycle as cycles,
    quota as quotas,
    verification,
    year_opening,
)
from db.repositories.act import ChainAct
from db.repositories.cycle import Cycle
from db.repositories.rater import RaterRole
from resolvers.authorization import policy as policies
from resolvers.commands.appraisal_lock import refuse_closed
from resolvers.commands.command import Answer, Command
from resolvers.commands.delegate import DocumentReference
from resolvers.commands.unit_of_work import UnitOfWork, append
from resolvers.errors import BadInput, refuse_bad_year
from resolvers.queries.year import edition_of
from resolvers.queries.year_entry import EntriesOfYear
from resolvers.refusals import NotAnOfficer, QuotaExceeded, YearOpened
from resolvers.values import document_of
from rules.editions.lookup import Edition
from rules.enums import Act as ActWord, Track
from rules.judgement import quota
from rules.judgement.exclusion import admitted_until
from rules.judgement.quota import Counts
from rules.procedure import calendar

CLAUSE = "QĐ124:Đ14.2"
GRASSROOTS = "grassroots"


class YearCommand(Command):
    """A command on a year, by a document; only the office that compiles for the committee of HD01:6.1 may give it."""

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        await _officer(unit_of_work)


@dataclass(frozen=True, slots=True)
class OpenYear(YearCommand):
    """Open a year under its edition: an appraisal for every subject, the quotas and tallies counted.

    The subjects are as of 1 December of the year, as far as the registry knows them by now: every body
    that stands; every holder of a post outside the cells, by the highest one; every member of a cell
    but those whom a review on the last day of the grassroots' deadline leaves out as newly admitted
    (QĐ124:Đ5.2.1). The highest post (QĐ124:Đ7.2.3) is the first by `rules.procedure.review_place.standing`, rank and
    then tier, and then by its code.

    Everybody whom somebody may rate gets a peer group (QĐ124:Đ12.1.4); the act names those whom no list
    of the edition has a group for, by the group that counts them.

    The answer is plain data: the columns of the cycle, and `appraisals`, how many there are.

    Raises:
        BadInput: no edition holds in the year, it is not near, or the document has no number.
        NotAnOfficer, YearOpened, KeyReused: see resolvers/refusals.py.
    """

    NAME = "open year"
    year: int
    document: DocumentReference

    def validate(self, today: date) -> "OpenYear":
        refuse_bad_year(self.year)
        return replace(self, document=document_of(self.document, today))

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        edition = _edition(unit_of_work, self.year)
        officer = await _officer(unit_of_work)
        cycle = Cycle(year=self.year, edition=edition.code, opened_on=unit_of_work.today)
        connection = unit_of_work.connection
        if not await cycles.open_one(connection, cycle):
            raise YearOpened(self.year)
        of_year = await EntriesOfYear.known(connection, unit_of_work.at, self.year, edition)
        added = await _add_appraisals(unit_of_work, of_year)
        await quotas.recount(connection, self.year, edition.quota)
        unit_of_work.pending.years_to_tally.add(self.year)
        payload = {
            "kind": "open",
            "year": self.year,
            "edition": edition.code,
            "revision": edition.revision,
            "appraisals": added,
            "others": await year_opening.counted_with_others(connection, self.year),
            "document": self.document.plain(),
        }
        append(unit_of_work, [_act(unit_of_work, officer, payload)])
        return _answer(cycle, sum(added.values()))


@dataclass(frozen=True, slots=True)
class SupplementYear(YearCommand):
    """Add appraisals for subjects that an open year has none for: those that the registry got after the opening.

    Who is a subject is as in `OpenYear`. A subject that has an appraisal keeps it as it is, also where the
    highest post by now is another one; `Transfer` moves it. Only a subject that an older version left
    without a peer group gets one; a group that is over its quota by that is marked so.

    Raises:
        BadInput: no edition holds in the year, or the document has no number.
        NotAnOfficer, YearClosed, KeyReused: see resolvers/refusals.py.
    """

    NAME = "supplement year"
    year: int
    document: DocumentReference

    def validate(self, today: date) -> "SupplementYear":
        refuse_bad_year(self.year)
        return replace(self, document=document_of(self.document, today))

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        edition = _edition(unit_of_work, self.year)
        officer = await _officer(unit_of_work)
        connection = unit_of_work.connection
        cycle = refuse_closed(await cycles.lock(connection, self.year), self.year)
        await corrections.lock_year(connection, self.year)
        of_year = await EntriesOfYear.known(connection, unit_of_work.at, self.year, edition)
        added = await _add_appraisals(unit_of_work, of_year)
        grouped = await _give_groups(unit_of_work, of_year)
        await quotas.recount(connection, self.year, edition.quota, may_exceed=True)
        unit_of_work.pending.years_to_tally.add(self.year)
        payload = {
            "kind": "supplement",
            "year": self.year,
            "revision": edition.revision,
            "appraisals": added,
            "grouped": grouped,
            "others": await year_opening.counted_with_others(connection, self.year),
            "document": self.document.plain(),
        }
        append(unit_of_work, [_act(unit_of_work, officer, payload)])
        _, many = await cycles.undecided(connection, self.year)
        return _answer(cycle, many)


@dataclass(frozen=True, slots=True)
class CloseYear(YearCommand):
    """Close a year: then its levels change by remedies alone (QĐ124:Đ12.4.5, Đ13.3, Đ15.3).

    Undecided subjects do not prevent the closing: they stay undecided, and the act states how many they are.

    Raises:
        BadInput: the document has no number, or no edition holds in the year.
        NotAnOfficer, YearClosed, KeyReused: see resolvers/refusals.py.
        QuotaExceeded: a group is over its quota, and nothing that the law orders made it so.
    """

    NAME = "close year"
    year: int
    document: DocumentReference

    def validate(self, today: date) -> "CloseYear":
        refuse_bad_year(self.year)
        return replace(self, document=document_of(self.document, today))

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        officer = await _officer(unit_of_work)
        connection = unit_of_work.connection
        cycle = refuse_closed(await cycles.lock(connection, self.year), self.year)
        await _refuse_over_quota(unit_of_work, self.year, edition_of(self.year))
        closed = replace(cycle, closed_on=unit_of_work.today)
        await cycles.put(connection, closed)
        undecided, many = await cycles.undecided(connection, self.year)
        payload = {
            "kind": "close",
            "year": self.year,
            "appraisals": many,
            "undecided": undecided,
            "document": self.document.plain(),
        }
        append(unit_of_work, [_act(unit_of_work, officer, payload)])
        return _answer(closed, many)


async def every_year(connection: AsyncConnection) -> list[Row]:
    """The row of each year, with `appraisals`, the number of its appraisals; the earliest year first."""
    return [*await cycles.counted(connection)]


async def _add_appraisals(unit_of_work: UnitOfWork, of_year: EntriesOfYear) -> dict[str, int]:
    """Add the appraisals; returns how many by track. Quotas and tallies are not counted yet."""
    await of_year.add_groups(unit_of_work.connection, of_year.peer_groups())
    connection, opening, edition = unit_of_work.connection, of_year.opening, of_year.edition
    reviewed_on = calendar.due(GRASSROOTS, opening.year, edition).last_day
    added = {
        Track.BODY: await year_opening.add_bodies(connection, opening, of_year.of_bodies),
        Track.OFFICIAL: await year_opening.add_officials(connection, opening, of_year.of_posts),
        Track.PARTY_MEMBER: await year_opening.add_members(
            connection, opening, of_year.of_cells, admitted_until(reviewed_on, edition)
        ),
    }
    return {str(track): many for track, many in added.items()}


async def _give_groups(unit_of_work: UnitOfWork, of_year: EntriesOfYear) -> int:
    """Give a group to each subject that an older version opened without one; returns how many."""
    connection, opening = unit_of_work.connection, of_year.opening
    return await year_opening.give_groups_to_bodies(
        connection, opening, of_year.of_bodies
    ) + await year_opening.give_groups_to_officials(connection, opening, of_year.of_posts)


async def _refuse_over_quota(unit_of_work: UnitOfWork, year: int, edition: Edition) -> None:
    for counters in await verification.other_quotas(unit_of_work.connection, year, edition.quota):
        if counters.is_over and not counters.is_marked:
            counted = {name: many for name, many in counters.counted.items() if name != "base"}
            counts = Counts(**counted)
            raise QuotaExceeded(counters.code, counts, quota.check(counts, edition.quota))


async def _officer(unit_of_work: UnitOfWork) -> RaterRole:
    role = await policies.officer_role(
        unit_of_work.connection, unit_of_work.person, unit_of_work.today
    )
    if role is None:
        raise NotAnOfficer
    return role


def _act(unit_of_work: UnitOfWork, officer: RaterRole, payload: Mapping[str, Any]) -> ChainAct:
    return ChainAct(
        appraisal_id=None,
        act=ActWord.COMPILE,
        at=unit_of_work.at,
        actor_person_id=unit_of_work.person,
        actor_post_code=officer.post_code,
        on_behalf_rater_id=officer.rater_id,
        clause=CLAUSE,
        payload=payload,
    )


def _answer(cycle: Cycle, appraisals: int) -> Answer:
    return {
        "year": cycle.year,
        "edition": cycle.edition,
        "opened_on": cycle.opened_on.isoformat(),
        "closed_on": cycle.closed_on and cycle.closed_on.isoformat(),
        "appraisals": appraisals,
    }


def _edition(unit_of_work: UnitOfWork, year: int) -> Edition:
    """The edition of the year. Raises BadInput: no edition is in force in it, or it is after the next year."""
    if year > unit_of_work.today.year + 1:
        raise BadInput(
            vi=f"year: năm {year} còn quá xa", en=f"year: {year} is too far ahead", field="year"
        )
    return edition_of(year)
