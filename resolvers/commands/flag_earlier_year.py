"""Flags an earlier year if an act of that year is disciplined now, so that its superior reconsiders it (QĐ124:Đ12.4.5)."""

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
    appraisal: Appraisal,
    allowed: Permission,
    document: Mapping[str, Any],
    edition: Edition,
) -> None:
    """Mark the earlier years that newly recorded facts concern, each with an act that names year and body.

    The level stands; the superior decides whether it is rated again. A year that is not in the registry, or
    not decided, gets no mark: the finding of this year names it. A year is flagged once for each discipline.
    """
    if not document.get("discipline"):
        return
    years = read_facts(document, edition).years_to_rate_again()
    decided = await appraisals.decided_earlier(
        unit_of_work.connection, [_subject(appraisal, counted) for _, counted in years]
    )
    known = await acts.earlier_acts(unit_of_work.connection, sorted(decided.values()))
    flagged: list[ChainAct] = []
    for place, (discipline, counted) in enumerate(years):
        key = decided.get(place)
        decided_on = _day(appraisal, discipline).isoformat()
        if key is not None and (key, str(appraisal.id), decided_on) not in known:
            known.add((key, str(appraisal.id), decided_on))
            flagged.append(_act(unit_of_work, appraisal, allowed, discipline, counted, key))
    await appraisals.mark_to_review(
        unit_of_work.connection, [act.appraisal_id for act in flagged if act.appraisal_id]
    )
    append(unit_of_work, flagged)


def _subject(appraisal: Appraisal, counted: CountedDiscipline) -> EarlierYear:
    """The subject to flag: a person wherever the act was done, or the body where it was done (QĐ124:Đ12.4.6)."""
    body = appraisal.body_code and (appraisal.body_code if counted.body == HERE else counted.body)
    return EarlierYear(counted.year, appraisal.track, body, appraisal.person_id)


def _act(  # noqa: PLR0913, PLR0917 -- an act says all of this
    unit_of_work: UnitOfWork,
    appraisal: Appraisal,
    allowed: Permission,
    discipline: Discipline,
    counted: CountedDiscipline,
    earlier: UUID,
) -> ChainAct:
    """The act of the person who recorded the facts, on the appraisal of the earlier year, whose history shows it."""
    decided_on = _day(appraisal, discipline)
    where = appraisal.home_body_code if counted.body == HERE else counted.body
    recorded = act_on(
        unit_of_work,
        ActWord.COMPILE,
        appraisal,
        allowed,
        clause=EARLIER_YEAR,
        reason=f"Kỷ luật ngày {decided_on:%d/%m/%Y} về việc xảy ra năm {counted.year} tại {where}: "
        f"ghi trong số liệu năm {appraisal.year}; cấp trên trực tiếp xem xét xếp loại lại năm {counted.year}",
        payload={
            "kind": EARLIER_ACT,
            "cause": str(appraisal.id),
            "year": counted.year,
            "body": where,
            "decided_on": decided_on.isoformat(),
        },
    )
    return replace(recorded, appraisal_id=earlier)


def _day(appraisal: Appraisal, discipline: Discipline) -> date:
    """The day of the discipline; without a day, the last day of the rated year."""
    return discipline.decided_on or date(appraisal.year, 12, 31)
