"""2022, decided under texts that are not here: as an import would bring it, with an act for each level."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import Policy
from db.repositories import act as acts, appraisal as appraisals, cycle as cycles, quota as quotas
from db.repositories.act import ChainAct
from db.repositories.appraisal import Appraisal
from demo.authority import RatingAuthority, authorities_of
from demo.facts import YEAR, drawn
from demo.officer import Officers
from demo.subject import Opened, Registry, entries_of
from resolvers import computation
from resolvers.authorization.actor import Actor
from rules.editions.lookup import Edition, QuotaParameters
from rules.enums import Act as ActWord, Level, Stage
from rules.judgement.quota import Counts, after_change, check

HISTORY = YEAR - 1
OPENED_ON, DECIDED_ON, CLOSED_ON = date(HISTORY, 11, 15), date(HISTORY, 12, 20), date(YEAR, 1, 15)
WITHIN_QUOTA = "Trong hạn mức xuất sắc của nhóm"


async def add(  # noqa: PLR0913, PLR0917 -- the year needs all of these
    connection: AsyncConnection,
    policy: Policy,
    registry: Registry,
    opened: Sequence[Opened],
    edition: Edition,
    random: Random,
) -> None:
    """Write the year: whoever somebody may rate, by the posts of 2023, has a level, and nothing is computed.

    A year before the first edition is counted by that one.
    """
    cycle = cycles.Cycle(year=HISTORY, edition="", opened_on=OPENED_ON, closed_on=CLOSED_ON)
    await cycles.put(connection, cycle)
    every = [one.appraisal for one in opened]
    await _add_groups(connection, registry, every, edition)
    await appraisals.add(connection, every)
    authorities = await authorities_of(connection, policy, every)
    drawn_by_lot = sorted(every, key=lambda one: one.id)
    due = [(one, drawn(random)) for one in drawn_by_lot]
    rated = [(one, level) for one, level in due if one.id in authorities]
    decided = [
        _decided(one, level, given, authorities[one.id])
        for one, level, given in within_quotas(rated, edition.quota)
    ]
    decided.sort(key=lambda one: one.id)
    officers = await Officers.of_day(connection, policy, DECIDED_ON)
    by = await officers.who_may_each(ActWord.RATE, [replace(one, year=YEAR) for one in decided])
    raters = {one.id: actor for one, actor in by}
    await appraisals.save(connection, decided)
    await acts.append_acts(connection, [_act(one, raters[one.id]) for one in decided])
    await computation.recount(connection, HISTORY, edition)


async def _add_groups(
    connection: AsyncConnection,
    registry: Registry,
    every: Sequence[Appraisal],
    edition: Edition,
) -> None:
    """The groups of persons; those of bodies are in the registry."""
    entries = entries_of(registry, HISTORY, edition)
    known = {body.peer_group_code for body in registry.bodies.values()}
    tracks = {one.peer_group_code: one.track for one in every if one.peer_group_code not in known}
    groups = [
        quotas.PeerGroup(code=code, name=entries.name_of_group(code), track=track)
        for code, track in tracks.items()
        if code
    ]
    await quotas.add_groups(connection, groups)


def within_quotas(
    rated: Sequence[tuple[Appraisal, Level]],
    parameters: QuotaParameters,
    spare: Mapping[str, int] | None = None,
) -> list[tuple[Appraisal, Level, Level]]:
    """Each appraisal with the level that is due and the one that its group has room for.

    In each group the EXCELLENT that the quota has no room for become GOOD; `spare` says how many places
    of a group's quota stay free.
    """
    groups: dict[str | None, list[tuple[Appraisal, Level]]] = defaultdict(list)
    for appraisal, level in rated:
        groups[appraisal.peer_group_code].append((appraisal, level))
    found = []
    for group, members in groups.items():
        levels = [level for _, level in members]
        given = _within_quota(levels, parameters, (spare or {}).get(group or "", 0))
        found += [(one, due, level) for (one, due), level in zip(members, given, strict=True)]
    return found


def _within_quota(levels: Sequence[Level], parameters: QuotaParameters, spare: int) -> list[Level]:
    """The first EXCELLENT stay so, as many as leave `spare` places free; the others are GOOD."""
    counts = Counts(excellent=levels.count(Level.EXCELLENT), good=levels.count(Level.GOOD))
    while counts.excellent and check(counts, parameters).headroom < spare:
        counts = after_change(counts, Level.EXCELLENT, Level.GOOD)
    places = counts.excellent
    given = []
    for level in levels:
        if level is Level.EXCELLENT and places == 0:
            given.append(Level.GOOD)
            continue
        places -= level is Level.EXCELLENT
        given.append(level)
    return given


def _decided(
    appraisal: Appraisal, due: Level, given: Level, authority: RatingAuthority
) -> Appraisal:
    return replace(
        appraisal,
        stage=Stage.DECIDED,
        level=given,
        decided_on=DECIDED_ON,
        rater_id=authority.place["id"],
        clause=authority.clause,
        reason=None if given is due else WITHIN_QUOTA,
        document_number=f"{DECIDED_ON:%d%m}-KL/{authority.place['section']}",
        document_date=DECIDED_ON,
        changed_at=_moment(DECIDED_ON),
    )


def _act(one: Appraisal, actor: Actor | None) -> ChainAct:
    assert one.document_date is not None  # noqa: S101 -- it is decided
    assert actor is not None, one  # noqa: S101 -- whoever is rated has a chair, or another member
    source = next(source for source in actor.roles.values() if source.rater_id == one.rater_id)
    paper = {"number": one.document_number, "date": one.document_date.isoformat()}
    return ChainAct(
        appraisal_id=one.id,
        act=ActWord.RATE,
        at=_moment(DECIDED_ON),
        actor_person_id=actor.person,
        actor_post_code=source.post_code,
        on_behalf_rater_id=one.rater_id,
        level=one.level,
        clause=one.clause,
        reason=one.reason,
        payload={"document": paper, "version": one.version + 1},
    )


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
