"""Second looks: review again, annul and rate again, appeal and answer (QĐ124:Đ8.3, Đ11.2, Đ13.3, Đ15.3, Đ16)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from authz.reading import Row
from db import acts, appraisals, cycles, quotas
from db.acts import EXCEPTION
from db.appraisals import Appraisal
from resolvers.acting import (
    act_on,
    ends_proposal,
    held,
    locked,
    locked_with_all_they_reach,
    open_edition,
    permitted_at_all,
    permitted_each,
    permitted_one,
    refuse_left_out,
    row_of,
    save,
    save_all,
    waiting,
    without_proposal,
)
from resolvers.actors import Permission
from resolvers.deciding import (
    Change,
    Decision,
    answer,
    decided,
    refuse_against_computed,
    write,
)
from resolvers.delegations import Document
from resolvers.looks import clause_of_look
from resolvers.refusals import AboveAnnulled, NoPeerGroup, QuotaExceeded, YearClosed
from resolvers.unit_of_work import Acting, Answer, Command, Target, once
from resolvers.values import document_of, lines
from resolvers.years import edition_that_counts
from rules import quota
from rules.authority import COMPETENT_AUTHORITY, OTHER_MEMBER
from rules.editions import Edition, Occasion
from rules.order import SUPERIOR_ON_RATING, SUPERIOR_ON_REVIEW, Reason, Step
from rules.second_looks import Look
from rules.words import Act as ActWord
from rules.words import Level, Stage


@dataclass(frozen=True, slots=True)
class Annulment:
    """Why a level falls, by which document; `level` is what the subject is rated instead, if at once."""

    reason: str
    document: Document
    level: Level | None = None


async def annul(acting: Acting, key: UUID, target: Target, wanted: Annulment) -> Answer:
    """Annul a decided level, and rate again at once where `level` says so.

    The law orders the annulment regardless of the quota: a group that is over it then is marked. The
    new level passes the quota as any decision does, and for a fault found later (Đ15.3) it is never
    higher than the annulled one, unless a written appeal was answered since (Đ16.2). It makes no
    difference whether the year is closed, or the body still exists (QĐ124:Đ12.4.5, Đ13.3, Đ15.3).

    Raises:
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """
    document = document_of(wanted.document, acting.today)
    wanted = replace(wanted, reason=lines(wanted.reason, "reason"), document=document)
    await permitted_at_all(acting, key, target, ActWord.ANNUL)

    async def work() -> Answer:
        versions = {target.appraisal: target.version}
        (one,) = await locked_with_all_they_reach(acting, versions)
        refuse_left_out([one])
        edition = await _edition(acting, one.year)
        decides = wanted.level is not None
        allowed = await permitted_one(acting, one, ActWord.ANNUL, decides=decides)
        change = await annulled(acting, one, allowed, wanted)
        if wanted.level is not None:
            # To rate again is to decide: never above what the conditions give, and not alone.
            instead = Decision(one.id, one.version, wanted.level, wanted.reason)
            await _refuse_raised(acting, one, wanted.level, allowed)
            refuse_against_computed([one], {one.id: instead})
            await _refuse_over_quota(acting, one, wanted.level, edition)
            change = _rated_again(acting, change, instead, allowed, wanted.document)
        await write(acting, [change], edition, may_exceed=True)
        return await answer(acting, one.year, [one.id], None)

    given = ["annul", target.appraisal, target.version, wanted.reason, wanted.level]
    return await once(acting, key, [*given, wanted.document.plain()], work)


async def require_review_again(acting: Acting, key: UUID, target: Target, reason: str) -> Answer:
    """The direct superior has the review held again, or a result looked at again (Đ8.3, Đ11.2).

    Before the decision the subject goes back to the review; a decided level stands, marked to be
    reviewed.
    """
    reason = lines(reason, "reason")
    await permitted_at_all(acting, key, target, ActWord.REQUIRE_REREVIEW)

    async def work() -> Answer:
        one = await locked(acting, target)
        allowed = await permitted_one(acting, one, ActWord.REQUIRE_REREVIEW)
        stands = one.stage == Stage.DECIDED
        look = Look.LOOK_AGAIN if stands else Look.REVIEW_AGAIN
        clause = clause_of_look(look, one, reason)
        after = replace(
            one,
            stage=one.stage if stands else Stage.NOT_STARTED,
            to_review=one.to_review or stands,
            changed_at=acting.at,
        )
        act = act_on(
            acting,
            ActWord.REQUIRE_REREVIEW,
            one,
            allowed,
            reason=reason,
            clause=clause,
            payload={"look": look},
        )
        return await save(acting, after, act)

    return await once(acting, key, ["review again", target.appraisal, target.version, reason], work)


async def suggest_review(
    acting: Acting, key: UUID, target: Target, suggestion: str, document: Document
) -> Answer:
    """The direct superior suggests what is to be reviewed (gợi ý kiểm điểm: QĐ124:Đ8.3); its paper belongs to the file.

    Whoever is reviewed already may be reviewed again, for what was suggested, until the decision.

    Raises:
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """
    suggestion = lines(suggestion, "suggestion")
    document = document_of(document, acting.today)
    await permitted_at_all(acting, key, target, ActWord.REQUIRE_REREVIEW)

    async def work() -> Answer:
        one = await locked(acting, target)
        await open_edition(acting, one.year)
        allowed = await permitted_one(acting, one, ActWord.REQUIRE_REREVIEW)
        if one.stage == Stage.DECIDED:
            raise waiting(one, Reason.ALREADY_DONE)
        payload = {
            "kind": "suggestion",
            "occasion": Occasion.SUGGESTION,
            "document": document.plain(),
        }
        act = act_on(
            acting,
            ActWord.COMPILE,
            one,
            allowed,
            reason=suggestion,
            clause=SUPERIOR_ON_REVIEW,
            payload=payload,
        )
        return await save(acting, replace(one, changed_at=acting.at), act)

    given = ["suggest", target.appraisal, target.version, suggestion, document.plain()]
    return await once(acting, key, given, work)


@dataclass(frozen=True, slots=True)
class LetThrough:
    """Which step a superior lets through, why, by which document."""

    step: Step
    reason: str
    document: Document


async def permit_out_of_order(
    acting: Acting, key: UUID, target: Target, wanted: LetThrough
) -> Answer:
    """The direct superior lets one step through out of order, in writing; it stays on the file.

    Raises:
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """
    wanted = _let_through(acting, wanted)
    await permitted_at_all(acting, key, target, ActWord.REQUIRE_REREVIEW)
    commands = [Command(acting, target, wanted)]
    given = ["permit", target.appraisal, target.version, wanted.step, wanted.reason]
    return await once(
        acting, key, [*given, wanted.document.plain()], lambda: permit_all_out_of_order(commands)
    )


async def permit_all_out_of_order(commands: Sequence[Command[LetThrough]]) -> Answer:
    """As `permit_out_of_order`, of several subjects; see `resolvers.preparing` for lists. Raises the same."""
    acting = commands[0].acting
    _, appraisals_held = await held(commands)
    allowed = await permitted_each(commands, appraisals_held, ActWord.REQUIRE_REREVIEW)
    done = []
    for command, one in zip(commands, appraisals_held, strict=True):
        wanted = _let_through(command.acting, command.content)
        act = act_on(
            command.acting,
            ActWord.REQUIRE_REREVIEW,
            one,
            allowed[one.id],
            reason=wanted.reason,
            clause=SUPERIOR_ON_REVIEW if wanted.step is Step.REVIEW else SUPERIOR_ON_RATING,
            payload={
                "kind": EXCEPTION,
                "step": wanted.step,
                "document": wanted.document.plain(),
            },
        )
        done.append((replace(one, changed_at=acting.at), act))
    return await save_all(acting, done)


def _let_through(acting: Acting, wanted: LetThrough) -> LetThrough:
    """With its texts as they are stored. Raises BadInput."""
    document = document_of(wanted.document, acting.today)
    return replace(wanted, reason=lines(wanted.reason, "reason"), document=document)


async def appeal(
    acting: Acting, key: UUID, target: Target, reason: str, document: Document | None
) -> Answer:
    """The subject reserves its opinion, or with a document appeals; the level stands meanwhile (Đ16)."""
    reason = lines(reason, "reason")
    document = document_of(document, acting.today) if document else None
    await permitted_at_all(acting, key, target, ActWord.APPEAL)

    async def work() -> Answer:
        one = await locked(acting, target)
        allowed = await permitted_one(acting, one, ActWord.APPEAL)
        look = Look.RESERVE_OPINION if document is None else Look.APPEAL
        clause = clause_of_look(look, one, reason)
        payload = {"look": look} | ({"document": document.plain()} if document else {})
        act = act_on(
            acting, ActWord.APPEAL, one, allowed, reason=reason, clause=clause, payload=payload
        )
        return await save(acting, replace(one, changed_at=acting.at), act)

    paper = document.plain() if document else None
    return await once(
        acting, key, ["appeal", target.appraisal, target.version, reason, paper], work
    )


async def answer_appeal(
    acting: Acting, key: UUID, target: Target, conclusion: str, document: Document
) -> Answer:
    """The authority that rated concludes on a written appeal and answers it in writing (Đ16.2)."""
    conclusion = lines(conclusion, "conclusion")
    document = document_of(document, acting.today)
    await permitted_at_all(acting, key, target, ActWord.ANSWER_APPEAL)

    async def work() -> Answer:
        one = await locked(acting, target)
        allowed = await permitted_one(acting, one, ActWord.ANSWER_APPEAL)
        is_open = await appraisals.has_open_appeal(acting.connection, one.id)
        look = Look.ANSWER_APPEAL
        clause = clause_of_look(look, one, conclusion, has_written_appeal=is_open)
        payload = {"look": look, "document": document.plain()}
        act = act_on(
            acting,
            ActWord.ANSWER_APPEAL,
            one,
            allowed,
            reason=conclusion,
            clause=clause,
            payload=payload,
        )
        return await save(acting, replace(one, changed_at=acting.at), act)

    given = ["answer", target.appraisal, target.version, conclusion, document.plain()]
    return await once(acting, key, given, work)


async def annulled(
    acting: Acting, one: Appraisal, allowed: Permission, wanted: Annulment
) -> Change:
    """The appraisal without its level, by the permission that takes it.

    It is proposed as before, unless other facts were recorded since.

    Raises:
        OutOfOrder: it is not decided.
    """
    row = allowed.decision.row
    assert row is not None  # noqa: S101 -- it is allowed by it
    clause_of_look(_look_of(row), one, wanted.reason)
    after = replace(
        one,
        stage=Stage.PROPOSED,
        level=None,
        decided_on=None,
        rater_id=None,
        clause=None,
        reason=None,
        document_number=None,
        document_date=None,
        changed_at=acting.at,
        to_review=False,
    )
    payload: dict[str, Any] = {
        "look": _look_of(row),
        "was": one.level,
        "document": wanted.document.plain(),
    }
    if not await acts.proposal_stands(acting.connection, one.id):
        after, payload = without_proposal(after), payload | ends_proposal(one)
    act = act_on(acting, ActWord.ANNUL, one, allowed, reason=wanted.reason, payload=payload)
    return Change(one, after, [act])


def _rated_again(
    acting: Acting, taken: Change, instead: Decision, allowed: Permission, document: Document
) -> Change:
    """By whoever annulled: "huỷ bỏ, đánh giá, xếp loại lại" is one power (QĐ124:Đ13.3, Đ15.3)."""
    row = allowed.decision.row
    assert row is not None  # noqa: S101 -- it is allowed by it
    act = act_on(
        acting,
        ActWord.RATE,
        taken.before,
        allowed,
        level=instead.level,
        reason=instead.reason,
        payload={"look": _look_of(row), "document": document.plain()},
    )
    after = decided(acting, taken.after, instead, allowed, document)
    return Change(taken.before, after, [*taken.acts, act])


async def _refuse_raised(acting: Acting, one: Appraisal, level: Level, allowed: Permission) -> None:
    """A fault found later raises no level (Đ15.3); an answered appeal (Đ16.2) or a superior (Đ13.3) may.

    Raises:
        AboveAnnulled: the level would be higher than the annulled one.
    """
    row = allowed.decision.row
    assert row is not None  # noqa: S101 -- it is allowed by it
    assert one.level is not None  # noqa: S101 -- it is decided
    if _look_of(row) is not Look.ANNUL_FOR_LATER_FAULT or Level(one.level).reaches(level):
        return
    if not await appraisals.is_appeal_answered(acting.connection, one.id):
        raise AboveAnnulled([row_of(one)])


async def _refuse_over_quota(
    acting: Acting, one: Appraisal, level: Level, edition: Edition
) -> None:
    """The group holds with the new level, or an EXCELLENT leaves a group that was over its quota.

    Raises:
        QuotaExceeded: neither is so. The level can still be annulled alone, which nothing limits.
        NoPeerGroup: nobody would count the EXCELLENT.
    """
    if one.peer_group_code is None:
        if level is Level.EXCELLENT:
            raise NoPeerGroup([row_of(one)])
        return
    before = await quotas.of_group(acting.connection, one.peer_group_code, one.year)
    assert before is not None  # noqa: S101 -- its row is locked
    assert one.level is not None  # noqa: S101 -- it is decided
    after = quota.moved(before, Level(one.level), level)
    check = quota.check(after, edition.quota)
    if not check.holds and after.excellent >= before.excellent:
        raise QuotaExceeded(one.peer_group_code, after, check)


def _look_of(row: Row) -> Look:
    if row.rater in {COMPETENT_AUTHORITY, OTHER_MEMBER}:
        return Look.ANNUL_FOR_LATER_FAULT
    return Look.ANNUL_FOR_BROKEN_RULES


async def _edition(acting: Acting, year: int) -> Edition:
    """By which a year is counted, open or closed. Raises YearClosed (never opened), BadInput."""
    if year not in {one.year for one in await cycles.all_cycles(acting.connection)}:
        raise YearClosed(year, is_closed=False)
    return edition_that_counts(year)
