"""Writes 2022 like an import: decided under texts the registry does not have, one act for each level."""

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
from demo.facts import YEAR, drawn_level
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
    """Write the year: every subject with a rater, by the posts of 2023, has a level; none is computed.

    Quotas of a year before the first edition are counted by the first edition.
    """
    cycle = cycles.Cycle(year=HISTORY, edition="", opened_on=OPENED_ON, closed_on=CLOSED_ON)
    await cycles.put(connection, cycle)
    of_year = [subject.appraisal for subject in opened]
    await _add_groups(connection, registry, of_year, edition)
    await appraisals.add(connection, of_year)
    authorities = await authorities_of(connection, policy, of_year)
    drawn_by_lot = sorted(of_year, key=lambda appraisal: appraisal.id)
    due_levels = [(appraisal, drawn_level(random)) for appraisal in drawn_by_lot]
    rated = [(appraisal, level) for appraisal, level in due_levels if appraisal.id in authorities]
    decided = [
        _decided_appraisal(appraisal, level, granted, authorities[appraisal.id])
        for appraisal, level, granted in levels_within_quotas(rated, edition.quota)
    ]
    decided.sort(key=lambda appraisal: appraisal.id)
    officers = await Officers.of_day(connection, policy, DECIDED_ON)
    actors = await officers.first_officers(
        ActWord.RATE, [replace(appraisal, year=YEAR) for appraisal in decided]
    )
    raters = {appraisal.id: actor for appraisal, actor in actors}
    await appraisals.save(connection, decided)
    await acts.append_acts(
        connection, [_act(appraisal, raters[appraisal.id]) for appraisal in decided]
    )
    await computation.recount(connection, HISTORY, edition)


async def _add_groups(
    connection: AsyncConnection,
    registry: Registry,
    of_year: Sequence[Appraisal],
    edition: Edition,
) -> None:
    """Add the groups of persons; groups of bodies are in the catalogue."""
    entries = entries_of(registry, HISTORY, edition)
    known = {body.peer_group_code for body in registry.bodies.values()}
    tracks = {
        appraisal.peer_group_code: appraisal.track
        for appraisal in of_year
        if appraisal.peer_group_code not in known
    }
    groups = [
        quotas.PeerGroup(code=code, name=entries.name_of_group(code), track=track)
        for code, track in tracks.items()
        if code
    ]
    await quotas.add_groups(connection, groups)


def levels_within_quotas(
    rated: Sequence[tuple[Appraisal, Level]],
    parameters: QuotaParameters,
    spare: Mapping[str, int] | None = None,
) -> list[tuple[Appraisal, Level, Level]]:
    """Each appraisal with the level that is due and the level that the quota of its group allows.

    EXCELLENT above the quota becomes GOOD; `spare` is the number of places in a group's quota that stay
    free.
    """
    groups: dict[str | None, list[tuple[Appraisal, Level]]] = defaultdict(list)
    for appraisal, level in rated:
        groups[appraisal.peer_group_code].append((appraisal, level))
    results = []
    for group, members in groups.items():
        levels = [level for _, level in members]
        granted = _levels_within_quota(levels, parameters, (spare or {}).get(group or "", 0))
        results += [
            (appraisal, due, level)
            for (appraisal, due), level in zip(members, granted, strict=True)
        ]
    return results


def _levels_within_quota(
    levels: Sequence[Level], parameters: QuotaParameters, spare: int
) -> list[Level]:
    """Keeps the first EXCELLENT and leaves `spare` places free; the others become GOOD."""
    counts = Counts(excellent=levels.count(Level.EXCELLENT), good=levels.count(Level.GOOD))
    while counts.excellent and check(counts, parameters).headroom < spare:
        counts = after_change(counts, Level.EXCELLENT, Level.GOOD)
    places = counts.excellent
    granted = []
    for level in levels:
        if level is Level.EXCELLENT and places == 0:
            granted.append(Level.GOOD)
            continue
        places -= level is Level.EXCELLENT
        granted.append(level)
    return granted


def _decided_appraisal(
    appraisal: Appraisal, due: Level, granted: Level, authority: RatingAuthority
) -> Appraisal:
    return replace(
        appraisal,
        stage=Stage.DECIDED,
        level=granted,
        decided_on=DECIDED_ON,
        rater_id=authority.place["id"],
        clause=authority.clause,
        reason=None if granted is due else WITHIN_QUOTA,
        document_number=f"{DECIDED_ON:%d%m}-KL/{authority.place['section']}",
        document_date=DECIDED_ON,
        changed_at=_moment(DECIDED_ON),
    )


def _act(appraisal: Appraisal, actor: Actor | None) -> ChainAct:
    assert appraisal.document_date is not None  # noqa: S101 -- it is decided
    assert actor is not None, appraisal  # noqa: S101 -- every rated subject has a chair or another member
    source = next(
        source for source in actor.roles.values() if source.rater_id == appraisal.rater_id
    )
    paper = {"number": appraisal.document_number, "date": appraisal.document_date.isoformat()}
    return ChainAct(
        appraisal_id=appraisal.id,
        act=ActWord.RATE,
        at=_moment(DECIDED_ON),
        actor_person_id=actor.person,
        actor_post_code=source.post_code,
        on_behalf_rater_id=appraisal.rater_id,
        level=appraisal.level,
        clause=appraisal.clause,
        reason=appraisal.reason,
        payload={"document": paper, "version": appraisal.version + 1},
    )


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
