"""A database of an older version comes under the ledger once, and goes on being written by that version meanwhile."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db import catalogue, migrate
from db.connection.engine import connect, transaction
from db.copy import copy_rows
from db.repositories import act as acts, appraisal as appraisals, cycle as cycles, tally as tallies
from db.repositories.act import OF_FORMAT_1, ChainAct, act_hash
from db.repositories.appraisal import Appraisal
from resolvers.verification import DiscrepancyKind, Verified, verify
from rules.editions.lookup import edition_for
from service import maintenance
from service.bootstrap import province

pytestmark = pytest.mark.anyio

BEFORE_THE_LEDGER = "0010"
BODY, OTHER = "ht.so-y-te.tt", "ht.so-noi-vu.tt"
PROPOSED = UUID("00000000-0000-4000-8000-000000000001")
DECIDED = UUID("00000000-0000-4000-8000-000000000002")
RATED_AT = datetime(2023, 12, 20, 8, tzinfo=UTC)
RATING = ChainAct(
    appraisal_id=DECIDED,
    act="rate",
    at=RATED_AT,
    actor_person_id=None,
    actor_post_code=None,
    on_behalf_rater_id="panel_6_2_3",
    level="GOOD",
    clause="HD01:6.2.3:a",
    payload={},
)
QUOTA_AS_BEFORE = """
INSERT INTO quota (peer_group_code, year, excellent, good, completed, not_completed, not_rated, base, over_quota)
VALUES ('departments', 2023, 0, 1, 0, 0, 1, 1, false)
"""


def appraisal(key: UUID, body: str, **more: object) -> Appraisal:
    columns = {
        "id": key,
        "year": 2023,
        "track": "BODY",
        "body_code": body,
        "person_id": None,
        "post_code": None,
        "home_body_code": body,
        "subject_class": "COLLECTIVE",
        "peer_group_code": "departments",
        "stage": "PROPOSED",
        "version": 3,
        "proposed_level": "GOOD",
        "changed_at": RATED_AT,
        **more,
    }
    return Appraisal(**columns)  # type: ignore[arg-type]  # a test's own columns


async def rate_as_before(connection: AsyncConnection, sequence: int) -> None:
    """The act of a decision as the older version writes it."""
    previous = (await acts.head_of(connection)).hash if sequence > 1 else acts.FIRST_PREVIOUS
    columns = ["sequence", *OF_FORMAT_1, "previous_hash", "hash"]
    content = [getattr(RATING, name) for name in OF_FORMAT_1]
    row = [sequence, *content, previous, act_hash(previous, sequence, RATING)]
    await copy_rows(connection, "act", columns, [row])


@pytest.fixture
async def older(empty_database: str) -> str:
    """A database as the version before the ledger left it: one proposal without an act, one decision with."""

    def upgrade(connection: Connection) -> None:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE_THE_LEDGER)

    engine = await connect(empty_database)
    async with transaction(engine) as connection:
        await connection.run_sync(upgrade)
        await catalogue.load(connection, province())
        edition = edition_for(2023)
        opened_on = date(2023, 11, 21)
        await cycles.put(
            connection, cycles.Cycle(year=2023, edition=edition.code, opened_on=opened_on)
        )
        decision = {
            "stage": "DECIDED",
            "level": "GOOD",
            "decided_on": date(2023, 12, 20),
            "rater_id": "panel_6_2_3",
            "clause": "HD01:6.2.3:a",
            "proposed_level": None,
        }
        await appraisals.add(
            connection, [appraisal(PROPOSED, BODY), appraisal(DECIDED, OTHER, **decision)]
        )
        await rate_as_before(connection, 1)
        await connection.execute(text(QUOTA_AS_BEFORE))
        await tallies.recompute(connection, 2023)
    await engine.dispose()
    return empty_database


async def verified(url: str) -> Verified:
    engine = await connect(url)
    async with transaction(engine) as connection:
        result = await verify(connection)
    await engine.dispose()
    return result


async def test_a_database_of_an_older_version_is_taken_over_once(older: str) -> None:
    await maintenance.migrate(older)
    first = await verified(older)
    assert first.findings == ()
    engine = await connect(older)
    async with transaction(engine) as connection:
        statement = text("SELECT payload FROM act WHERE payload ->> 'kind' = 'taken over'")
        (payload,) = (await connection.execute(statement)).scalars()
    await engine.dispose()
    assert payload["listed"] == {"appraisals": [str(PROPOSED)], "documents": []}
    await maintenance.migrate(older)
    assert (await verified(older)).head == first.head


async def test_only_listed_rows_are_excused(older: str) -> None:
    await maintenance.migrate(older)
    engine = await connect(older)
    async with transaction(engine) as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        statement = text("UPDATE appraisal SET proposed_level = 'EXCELLENT' WHERE id = :id")
        await connection.execute(statement, {"id": PROPOSED})
    await engine.dispose()
    (finding,) = (await verified(older)).findings
    assert (finding.kind, finding.about) == (DiscrepancyKind.ROW, f"appraisal {PROPOSED}")


async def test_an_older_version_that_still_runs_writes_what_verifies(older: str) -> None:
    await maintenance.migrate(older)
    engine = await connect(older)
    async with transaction(engine) as connection:
        head = await acts.head_of(connection)
        statement = text("UPDATE appraisal SET version = version + 1 WHERE id = :id")
        await connection.execute(statement, {"id": DECIDED})
        await rate_as_before(connection, head.sequence + 1)
    await engine.dispose()
    assert (await verified(older)).findings == ()
