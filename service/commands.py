"""What the commands do, once the database is there."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.reading import load_policy
from db import catalogue, changes, persons
from db import migrate as migrations
from db.bulk import analyze
from db.catalogue import Catalogue
from db.engine import connect, reading, transaction
from resolvers import computing, verifying
from resolvers.policies import install
from rules.editions import NotInForceError
from service.demonstration_keys import demonstration_key, sign
from service.problems import (
    REAL_PEOPLE,
    DemonstrationProblem,
    EditionProblem,
    SchemaProblem,
    TokenProblem,
)
from service.settings import DEMONSTRATION_DAY, Settings


async def migrate(url: str) -> None:
    """Bring the schema up to date; a database without a policy gets the one that came along.

    In a database that was restored here from elsewhere, everything counts as changed.
    """
    await migrations.upgrade(url)
    engine = await connect(url)
    try:
        async with transaction(engine) as connection:
            await install(connection, load_policy().text, datetime.now(UTC))
            await changes.settle(connection)
    finally:
        await engine.dispose()


async def load(url: str, province: Catalogue) -> str:
    await migrate(url)
    engine = await connect(url)
    try:
        async with transaction(engine) as connection:
            changes = await catalogue.load(connection, province)
            await analyze(connection)
            return f"rows: {changes}"
    finally:
        await engine.dispose()


async def recompute(url: str, year: int) -> computing.Recomputed:
    """Compute a year again. Raises EditionProblem when no edition of the rules holds in it."""
    engine = await connect(url)
    try:
        async with transaction(engine) as connection:
            return await computing.recompute(connection, year)
    except NotInForceError as fault:
        raise EditionProblem(f"--year {year}: no edition of the rules holds in it") from fault
    finally:
        await engine.dispose()


async def verify(url: str) -> verifying.Verified:
    """Verify the whole registry as of one moment, whoever else writes meanwhile.

    Raises:
        NewerSchemaError: the schema is of a later version.
        SchemaProblem: it is of an earlier one.
    """
    engine = await connect(url)
    try:
        async with transaction(reading(engine)) as connection:
            await migrations.refuse_newer_schema(connection)
            if not (await migrations.schema_state(connection)).will_do:
                raise SchemaProblem("the schema is of an earlier version; `xeploai migrate` first")
            return await verifying.verify(connection)
    finally:
        await engine.dispose()


def token_of_service(settings: Settings, name: str, scopes: Sequence[str]) -> str:
    """A token of the demonstration for a service account, limited to its scopes."""
    claims = {"sub": name, "client_id": name, "scope": " ".join(scopes)}
    return sign(demonstration_key(settings.data_dir), settings.oidc_audience, claims)


async def token_of_post(settings: Settings, url: str, post: str) -> str:
    """A token of the demonstration for the person who holds a post on the demonstration's day.

    Raises:
        TokenProblem: nobody holds the post, or there is no such post.
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
