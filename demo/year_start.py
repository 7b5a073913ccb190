"""Begins 2023: the office opens the year, excused members are left out, one moves, a panel delegates."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import Policy
from db.repositories import appraisal as appraisals, person as persons
from db.repositories.appraisal import Appraisal
from demo import unit as units
from demo.cell import Cells
from demo.facts import YEAR
from demo.officer import Officers
from demo.person import identifier
from resolvers.commands.command import Target
from resolvers.commands.delegate import DocumentReference
from resolvers.commands.exclude_and_transfer import Exclude, Transfer
from resolvers.commands.open_year import OpenYear
from resolvers.commands.runner import execute_once
from rules.enums import Act, Track
from rules.judgement.exclusion import Ground

OPENED_ON, EXCUSED_ON, DELEGATED_ON = date(YEAR, 11, 21), date(YEAR, 11, 22), date(YEAR, 11, 24)
OFFICE = "ht.ban-to-chuc-tu.truong"
MOVED = identifier("member", 200)
MOVED_TO = "ht.so-y-te.cb"
MORNING, NOON = 8, 11


async def begin(connection: AsyncConnection, policy: Policy, cells: Cells) -> None:
    officers = await Officers.of_day(connection, policy, OPENED_ON)
    (head,) = await persons.holders(connection, OFFICE, OPENED_ON)
    unit_of_work = officers.unit_of_work(officers.actors[head], MORNING)
    paper = DocumentReference("01-KH/TU", OPENED_ON)
    await execute_once(unit_of_work, identifier("open", YEAR), OpenYear(YEAR, paper))
    officers = await Officers.of_day(connection, policy, EXCUSED_ON)
    members = {
        appraisal.person_id: appraisal
        for appraisal in await appraisals.of_year(connection, YEAR)
        if appraisal.track == Track.PARTY_MEMBER
    }
    excused = [members[person] for person in sorted(cells.left_out & members.keys())]
    await _leave_out(officers, excused)
    await _move(officers, members[MOVED])
    chair, command = await units.delegation(connection, DELEGATED_ON)
    officers = await Officers.of_day(connection, policy, DELEGATED_ON)
    await execute_once(officers.unit_of_work(officers.actors[chair], MORNING), None, command)


async def _leave_out(officers: Officers, excused: Sequence[Appraisal]) -> None:
    """An officer of the cell records the members excused from work and party life (QĐ124:Đ5.2.1)."""
    paper = DocumentReference("02-QĐ", officers.day)
    for appraisal, actor in await officers.first_officers(Act.COMPILE, excused):
        assert actor is not None, appraisal  # noqa: S101 -- every cell has two officers at least
        command = Exclude(
            Target(appraisal.id, appraisal.version),
            Ground.EXCUSED,
            "Được miễn công tác và sinh hoạt đảng",
            paper,
            reviewed_on=None,
        )
        key = identifier("exclude", appraisal.person_id)
        await execute_once(officers.unit_of_work(actor, NOON), key, command)


async def _move(officers: Officers, appraisal: Appraisal) -> None:
    """A member moves to another cell before the review."""
    ((_, actor),) = await officers.first_officers(Act.COMPILE, [appraisal])
    assert actor is not None  # noqa: S101 -- every cell has two officers at least
    target = Target(appraisal.id, appraisal.version)
    command = Transfer(target, MOVED_TO, officers.day, DocumentReference("03-GT", officers.day))
    await execute_once(officers.unit_of_work(actor, NOON), identifier("move", MOVED), command)
