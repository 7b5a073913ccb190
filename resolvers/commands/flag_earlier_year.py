"""An act of an earlier year, disciplined now: that year is flagged, for its superior to consider it again (QĐ124:Đ12.4.5)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from db.repositories import act as acts, appraisal as appraisals
from db.repositories.act import EARLIER_ACT, ChainAct
from db.repositories.appraisal import Appraisal, EarlierYear
from resolvers.authorization.actor import Permission
from resolvers.commands.base import act_on
from resolvers.commands.unit_of_work import UnitOfWork, append
from rules.editions.lookup import Edition
from rules.enums import Act as ActWord
from rules.facts.discipline import EARLIER_YEAR, CountedDiscipline
from rules.facts.facts_parser import read_facts
from rules.facts.part import HERE, Discipline


async def flag_earlier_years(
    unit_of_work: UnitOfWork,
    one: Appraisal,
    allowed: Permission,
    document: Mapping[str, Any],
    edition: Edition,
) -> None:
    """Mark the earlier years that facts, just recorded, speak of, each with an act that names year and body.

    The level stands; whether it is rated again its superior decides. A year that the registry does not have, or that
    is not decided, gets no mark: the finding of this year names it. What was flagged once is not flagged again.
    """
    if not document.get("discipline"):
        return
    found = read_facts(document, edition).years_to_rate_again()
    decided = await appraisals.decided_earlier(
        unit_of_work.connection, [_subject(one, counted) for _, counted in found]
    )
    known = await acts.earlier_acts(unit_of_work.connection, sorted(decided.values()))
    flagged: list[ChainAct] = []
    for place, (discipline, counted) in enumerate(found):
        key = decided.get(place)
        decided_on = _day(one, discipline).isoformat()
        if key is not None and (key, str(one.id), decided_on) not in known:
            known.add((key, str(one.id), decided_on))
            flagged.append(_act(unit_of_work, one, allowed, discipline, counted, key))
    await appraisals.mark_to_review(
        unit_of_work.connection, [act.appraisal_id for act in flagged if act.appraisal_id]
    )
    append(unit_of_work, flagged)


def _subject(one: Appraisal, counted: CountedDiscipline) -> EarlierYear:
    """A person is rated as a person wherever the act was; of bodies the one where it was (QĐ124:Đ12.4.6)."""
    body = one.body_code and (one.body_code if counted.body == HERE else counted.body)
    return EarlierYear(counted.year, one.track, body, one.person_id)


def _act(  # noqa: PLR0913, PLR0917 -- an act says all of this
    unit_of_work: UnitOfWork,
    one: Appraisal,
    allowed: Permission,
    discipline: Discipline,
    counted: CountedDiscipline,
    earlier: UUID,
) -> ChainAct:
    """By whoever recorded the facts; on the appraisal of the earlier year, whose history shows it."""
    decided_on = _day(one, discipline)
    where = one.home_body_code if counted.body == HERE else counted.body
    recorded = act_on(
        unit_of_work,
        ActWord.COMPILE,
        one,
        allowed,
        clause=EARLIER_YEAR,
        reason=f"Kỷ luật ngày {decided_on:%d/%m/%Y} về việc xảy ra năm {counted.year} tại {where}: "
        f"ghi trong số liệu năm {one.year}; cấp trên trực tiếp xem xét xếp loại lại năm {counted.year}",
        payload={
            "kind": EARLIER_ACT,
            "cause": str(one.id),
            "year": counted.year,
            "body": where,
            "decided_on": decided_on.isoformat(),
        },
    )
    return replace(recorded, appraisal_id=earlier)


def _day(one: Appraisal, discipline: Discipline) -> date:
    """Without a day it was decided in the rated year."""
    return discipline.decided_on or date(one.year, 12, 31)
