"""The work of the commands on an available database: migrate, correct, load, recompute, verify."""

import re
from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from authz.policy_file import load_policy
from db import catalogue, migrate as migrations
from db.catalogue import Catalogue
from db.connection.engine import connect, reading, transaction
from db.copy import analyze
from db.repositories import change as changes
from db.repositories.act import ChainHead
from resolvers import computation, registry_act, verification
from resolvers.authorization.policy import install
from resolvers.commands import correct_year
from resolvers.commands.correct_year import CorrectedYear
from rules.editions.lookup import NotInForceError
from service.correction_report import summary
from service.errors import (
    EditionProblem,
    HeadProblem,
    SchemaProblem,
)

HEAD = re.compile(r"([0-9]{1,18}):([0-9a-fA-F]{64})")


async def migrate(url: str) -> list[CorrectedYear]:
    """Migrate the schema, install the packaged policy if there is none, and judge again what a corrected law changes.

    Rows whose digest a migration changed are covered anew. In a database that was restored on another server, every
    row counts as changed. Returns the corrected years.
    """
    await migrations.upgrade(url)
    engine = await connect(url)
    try:
        async with transaction(engine) as connection:
            now = datetime.now(UTC)
            await registry_act.take_over(connection, now)
            await registry_act.renew_digests(connection, now)
            await install(connection, load_policy().text, now)
            if await changes.settle(connection):
                await registry_act.record(connection, "restored on another server", now)
        return await _correct(engine)
    finally:
        await engine.dispose()


async def correct(url: str, *, dry_run: bool = False) -> list[CorrectedYear]:
    """Judge again what an earlier revision of an edition judged, and return the corrected years.

    With `dry_run` everything is rolled back.

    Raises:
        NewerSchemaError: the schema is of a later version.
        SchemaProblem: it is of an earlier one.
    """
    engine = await connect(url)
    try:
        async with transaction(engine) as connection:
            await _refuse_other_schema(connection)
        return await _correct(engine, dry_run=dry_run)
    finally:
        await engine.dispose()


async def _correct(engine: AsyncEngine, *, dry_run: bool = False) -> list[CorrectedYear]:
    """Correct each year in its own transaction, as a whole or not at all."""
    async with transaction(engine) as connection:
        years = await correct_year.years(connection)
    corrected = []
    for year in years:
        async with transaction(engine) as connection:
            savepoint = await connection.begin_nested()
            corrected_year = await correct_year.correct_year(connection, year, datetime.now(UTC))
            await (savepoint.rollback() if dry_run else savepoint.commit())
        corrected += [corrected_year] if corrected_year else []
    return corrected


async def _refuse_other_schema(connection: AsyncConnection) -> None:
    """Raises NewerSchemaError, SchemaProblem."""
    await migrations.refuse_newer_schema(connection)
    if not (await migrations.schema_state(connection)).will_do:
        raise SchemaProblem("the schema is of an earlier version; `xeploai migrate` first")


async def load(url: str, province: Catalogue) -> str:
    corrected = await migrate(url)
    engine = await connect(url)
    try:
        async with transaction(engine) as connection:
            changes = await load_catalogue(connection, province)
            await analyze(connection)
            return "\n".join([*map(summary, corrected), f"rows: {changes}"])
    finally:
        await engine.dispose()


async def load_catalogue(connection: AsyncConnection, province: Catalogue) -> catalogue.Changes:
    """Load a catalogue, and record an act if it changes anything."""
    changes = await catalogue.load(connection, province)
    if changes != catalogue.Changes():
        await registry_act.record(
            connection, "catalogue", datetime.now(UTC), sha256=province.digest, **asdict(changes)
        )
    return changes


async def recompute(url: str, year: int) -> computation.Recomputed:
    """Compute a year again. Raises EditionProblem if no edition of the rules is in force in the year."""
    engine = await connect(url)
    try:
        async with transaction(engine) as connection:
            return await computation.recompute(connection, year)
    except NotInForceError as fault:
        raise EditionProblem(f"--year {fault}") from fault
    finally:
        await engine.dispose()


def expected_head(value: str) -> ChainHead:
    """The act that `verify --expect` names.

    Raises:
        HeadProblem: the value is not SEQUENCE:HASH with a hash of 64 hexadecimal digits.
    """
    parts = HEAD.fullmatch(value)
    if parts is None:
        raise HeadProblem(
            f"--expect {value}: it may be SEQUENCE:HASH, as `xeploai verify` prints its head"
        )
    return ChainHead(int(parts[1]), bytes.fromhex(parts[2]))


async def verify(url: str, expected: ChainHead | None = None) -> verification.Verified:
    """Verify the whole registry in one snapshot; concurrent writes do not matter.

    Raises:
        NewerSchemaError: the schema is of a later version.
        SchemaProblem: it is of an earlier one.
    """
    engine = await connect(url)
    try:
        async with transaction(reading(engine)) as connection:
            await _refuse_other_schema(connection)
            return await verification.verify(connection, expected)
    finally:
        await engine.dispose()
