"""Decisions of the demonstration: by the right rater, within the quota, never above what was computed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from db.acts import Act
from db.appraisals import Appraisal
from resolvers.authority import Place
from rules.words import Act as ActWord
from rules.words import Level, Stage

WITHIN_QUOTA = "Trong hạn mức xuất sắc của nhóm"
SELF_RATED, APPRAISED, RATED = timedelta(days=6), timedelta(days=3), timedelta(0)


@dataclass(frozen=True, slots=True)
class Authority:
    """Who rates one subject, by which clause, and who acts for it."""

    place: Place
    clause: str
    chair: UUID | None
    chair_post: str | None
    compiler: UUID | None
    compiler_post: str | None


Choose = Callable[[Appraisal], Level | None]


def decide(
    appraisals: Iterable[Appraisal],
    authorities: Mapping[UUID, Authority],
    choose: Choose,
    day: date,
    *,
    spare: int = 0,
) -> list[Appraisal]:
    """The appraisals with their decisions. `choose` gives the level that is due; None is left open.

    In each group the EXCELLENT that the quota has no room for become GOOD, with a reason; `spare` is
    how many places of the quota stay free.
    """
    groups: dict[str | None, list[tuple[Appraisal, Level]]] = defaultdict(list)
    for appraisal in appraisals:
        level = choose(appraisal) if appraisal.id in authorities else None
        if level is not None:
            groups[appraisal.peer_group_code].append((appraisal, level))
    return [
        _decided(appraisal, level, given, authorities[appraisal.id], day)
        for group, members in groups.items()
        for (appraisal, level), given in zip(
            members, _within_quota([level for _, level in members], group, spare), strict=True
        )
    ]


def _within_quota(levels: Sequence[Level], group: str | None, spare: int) -> list[Level]:
    """Five EXCELLENT need twenty-five GOOD; those without a place are GOOD themselves."""
    if group is None:
        return [Level.GOOD if level is Level.EXCELLENT else level for level in levels]
    excellent = sum(level is Level.EXCELLENT for level in levels)
    others = sum(level is Level.GOOD for level in levels)
    places = max(0, min(excellent, (excellent + others) // 6) - spare)
    given = []
    for level in levels:
        if level is Level.EXCELLENT and places == 0:
            given.append(Level.GOOD)
            continue
        places -= level is Level.EXCELLENT
        given.append(level)
    return given


def _decided(
    appraisal: Appraisal, due: Level, given: Level, authority: Authority, day: date
) -> Appraisal:
    return replace(
        appraisal,
        stage=Stage.DECIDED,
        level=given,
        decided_on=day,
        rater_id=authority.place["id"],
        clause=authority.clause,
        reason=None if given is due else WITHIN_QUOTA,
        document_number=f"{day:%d%m}-KL/{authority.place['section']}",
        document_date=day,
        changed_at=_moment(day),
    )


def acts_of(
    decided: Sequence[Appraisal],
    authorities: Mapping[UUID, Authority],
    self_raters: Mapping[UUID, tuple[UUID, str | None]],
) -> list[Act]:
    """Self-rating, appraisal and decision of each, in the order of time."""
    acts = [
        act for one in decided for act in _acts(one, authorities[one.id], self_raters.get(one.id))
    ]
    return sorted(acts, key=lambda act: (act.at, str(act.appraisal_id)))


def _acts(
    one: Appraisal, authority: Authority, self_rater: tuple[UUID, str | None] | None
) -> list[Act]:
    assert one.decided_on is not None  # noqa: S101 -- it is decided
    acts = []
    if one.self_level and self_rater:
        acts.append(_act(one, ActWord.SELF_RATE, SELF_RATED, *self_rater, None, one.self_level))
    if one.proposed_level and authority.compiler:
        who = authority.compiler, authority.compiler_post
        acts.append(
            _act(one, ActWord.APPRAISE, APPRAISED, *who, authority.place["id"], one.proposed_level)
        )
    acts.append(
        _act(
            one,
            ActWord.RATE,
            RATED,
            authority.chair,
            authority.chair_post,
            authority.place["id"],
            one.level,
        )
    )
    return acts


def _act(  # noqa: PLR0913, PLR0917 -- an act has these parts
    one: Appraisal,
    act: ActWord,
    earlier: timedelta,
    person: UUID | None,
    post: str | None,
    rater: str | None,
    level: str | None,
) -> Act:
    assert one.decided_on is not None  # noqa: S101 -- it is decided
    return Act(
        appraisal_id=one.id,
        act=act,
        at=_moment(one.decided_on) - earlier,
        actor_person_id=person,
        actor_post_code=post,
        on_behalf_rater_id=rater,
        level=level,
        clause=one.clause if act is ActWord.RATE else "QĐ124:Đ11.2",
        reason=one.reason if act is ActWord.RATE else None,
        payload={},
    )


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
