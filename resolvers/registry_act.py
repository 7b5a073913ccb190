"""Records acts on the registry itself, not on an appraisal: catalogues loaded, policies set, databases taken over.

They cover the rows that their transaction wrote, like every act (db/repositories/ledger.py).
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
    **payload: Any,  # noqa: ANN401
) -> None:
    """Append an act of this kind on the registry; `payload` are the further members of its payload."""
    act_row = ChainAct(
        appraisal_id=None,
        act=act,
        at=at,
        actor_person_id=person,
        actor_post_code=post,
        on_behalf_rater_id=None,
        payload={"kind": kind, **payload},
    )
    await acts.append_acts(connection, [act_row])


async def take_over(connection: AsyncConnection, at: datetime) -> bool:
    """Cover every row of a database that an older version of the service wrote; returns whether there were any.

    The act lists, once, the stages, levels and papers of these rows that have no act.
    """
    if not await ledger.is_older(connection):
        return False
    # An older instance may still run: its commands have locked the policy before the chain. So the policy comes first.
    await policies.lock(connection)
    await ledger.note_all(connection)
    await record(connection, TAKEN_OVER, at, listed=await replay.without_act(connection))
    return True


async def renew_digests(connection: AsyncConnection, at: datetime) -> None:
    """Cover the rows again of the relations whose digest a migration changed; the act says how many of each.

    Rows that were changed without an act are not covered: `verify` goes on naming them.
    """
    relations = await ledger.have_earlier_digest(connection)
    if not relations:
        return
    await policies.lock(connection)  # as above: no command writes these rows meanwhile
    renewed = {relation: await ledger.renew(connection, relation) for relation in relations}
    if any(renewed.values()):
        await record(connection, "digests renewed", at, rows=renewed)
