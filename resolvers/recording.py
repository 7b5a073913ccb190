"""A subject's facts made complete: what the registry itself knows stands beside what was recorded."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.appraisals import Appraisal
from resolvers.refusals import FactsRefused
from rules.editions import Edition
from rules.facts import Flag
from rules.kinds import BodyKind, Rank
from rules.reading import FactsError, shown
from rules.reading_facts import read_facts
from rules.words import Track

KNOWN = ("subject", "year", "subject_class", "track", "flags")
"""Fields that the registry says; nobody records them."""

_KIND = "SELECT kind FROM body WHERE code = :code"
_RANK = "SELECT rank FROM post WHERE code = :code"
_SERVANT = "SELECT is_civil_servant FROM person WHERE id = :id"


async def complete_facts(
    connection: AsyncConnection, one: Appraisal, document: Mapping[str, Any], edition: Edition
) -> dict[str, Any]:
    """The document with what the registry says of the subject, once nothing is wrong with it.

    Raises:
        FactsRefused: a field is unknown, missing, of the wrong kind, or one that the registry says.
    """
    if said := sorted(set(KNOWN) & document.keys()):
        raise FactsRefused(
            [(name, str(document[name]), "said by the registry itself") for name in said]
        )
    complete = {
        "subject": str(one.body_code or one.person_id),
        "year": one.year,
        "subject_class": one.subject_class,
        "track": one.track,
        "flags": [str(flag) for flag in await flags_of(connection, one)],
        **document,
    }
    try:
        read_facts(complete, edition)
    except FactsError as fault:
        raise FactsRefused(
            [(one.path, shown(one.was), one.may_be) for one in fault.faults]
        ) from fault
    return complete


async def flags_of(connection: AsyncConnection, one: Appraisal) -> Sequence[Flag]:
    """What the subject is besides its class, by its kind, its rated post, its service (HD01:5)."""
    if one.track == Track.BODY:
        kind = await _value(connection, _KIND, code=one.body_code)
        flags = {BodyKind.PARTY_CELL: Flag.CELL, BodyKind.PARTY_ORGANISATION: Flag.PARTY_COMMITTEE}
        return [flags[BodyKind(kind)]] if BodyKind(kind) in flags else []
    if one.track == Track.PARTY_MEMBER:
        is_servant = await _value(connection, _SERVANT, id=one.person_id)
        return [Flag.PARTY_MEMBER, Flag.CIVIL_SERVANT] if is_servant else [Flag.PARTY_MEMBER]
    rank = Rank(await _value(connection, _RANK, code=one.post_code))
    if rank is Rank.HEAD:
        return [Flag.PARTY_MEMBER, Flag.HEAD]
    if rank in {Rank.SECRETARY, Rank.DEPUTY_SECRETARY}:
        return [Flag.PARTY_MEMBER, Flag.SECRETARY]
    return [Flag.PARTY_MEMBER]


async def _value(connection: AsyncConnection, statement: str, **bound: object) -> Any:  # noqa: ANN401 -- one column
    return (await connection.execute(text(statement), bound)).scalar_one()
