"""Acts on the registry itself, to nobody's rating: catalogues loaded, policies set, databases taken over.

They cover the rows that their transaction wrote, as every act does (db/repositories/ledger.py).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories import act as acts, ledger, policy as policies, replay
from db.repositories.act import ChainAct
from db.repositories.replay import TAKEN_OVER
from rules.enums import RegistryAct


async def record(  # noqa: PLR0913 -- an act has these parts
    connection: AsyncConnection,
    kind: str,
    at: datetime,
    *,
    act: RegistryAct = RegistryAct.REGISTER,
    person: UUID | None = None,
    post: str | None = None,
    **said: Any,  # noqa: ANN401
) -> None:
    """Append an act of this kind on the registry; `said` is what its payload says besides."""
    done = ChainAct(
        appraisal_id=None,
        act=act,
        at=at,
        actor_person_id=person,
        actor_post_code=post,
        on_behalf_rater_id=None,
        payload={"kind": kind, **said},
    )
    await acts.append_acts(connection, [done])


async def take_over(connection: AsyncConnection, at: datetime) -> bool:
    """Cover every row of a database that an older version of the service wrote; whether there were any.

    Nothing is known of the rows before. What no act says of them is listed in the act once: stages, levels and papers.
    """
    if not await ledger.is_older(connection):
        return False
    # An older instance may still run: its commands hold the policy when they wait for the chain. It is installed next.
    await policies.lock(connection)
    await ledger.note_all(connection)
    await record(connection, TAKEN_OVER, at, listed=await replay.without_act(connection))
    return True
