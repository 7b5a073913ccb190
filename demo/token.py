"""Tokens of the demonstration for the command line: for the holder of a post or a service account."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from db import migrate as migrations
from db.connection.engine import connect, transaction
from db.repositories import person as persons
from demo.signing_key import demonstration_key, sign
from service.errors import REAL_PEOPLE, DemonstrationProblem, TokenProblem
from service.settings import DEMONSTRATION_DAY, Settings


def token_of_service(settings: Settings, name: str, scopes: Sequence[str]) -> str:
    """A token of the demonstration for a service account, limited to its scopes."""
    claims = {"sub": name, "client_id": name, "scope": " ".join(scopes)}
    return sign(demonstration_key(settings.data_dir), settings.oidc_audience, claims)


async def token_of_post(settings: Settings, url: str, post: str) -> str:
    """A token of the demonstration for the person who holds a post on the demonstration's day.

    Raises:
        TokenProblem: the post does not exist, or nobody holds it; or the database is not ready.
        DemonstrationProblem: the post may be a real person's.
    """
    day = settings.demonstration_date or DEMONSTRATION_DAY
    engine = await connect(url)
    try:
        async with transaction(engine) as connection:
            if not (await migrations.schema_state(connection)).will_do:
                raise TokenProblem("this database is not ready yet; start the service once")
            if await persons.any_real(connection):
                raise DemonstrationProblem(REAL_PEOPLE)
            holder = await _holder(connection, post, day)
    finally:
        await engine.dispose()
    return sign(demonstration_key(settings.data_dir), settings.oidc_audience, {"sub": holder})


async def _holder(connection: AsyncConnection, post: str, day: date) -> str:
    holders = await persons.holders(connection, post, day)
    if not holders:
        raise TokenProblem(f"--post {post}: nobody holds it on {day}, or there is no such post")
    return str(holders[0])
