"""A database of an older version comes under the ledger once, and goes on being written by that version meanwhile."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db import migrate
from db.connection.engine import connect, transaction
from db.copy import copy_rows
from db.repositories import act as acts
from db.repositories.act import OF_FORMAT_1, ChainAct, act_hash
from resolvers.verification import DiscrepancyKind, Verified, verify
from service import maintenance

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
# What the version of schema 0010 wrote, in plain text: neither the catalogue nor the tables of today change it.
REGISTRY_AS_BEFORE = f"""
INSERT INTO peer_group (code, name, track) VALUES ('departments', 'Sở, ban, ngành', 'BODY');

INSERT INTO body (code, parent_code, leads_code, tier, kind, subject_class, peer_group_code, name, sort_key, search_key, source)
VALUES ('ht', NULL, NULL, 'PROVINCE', 'PARTY_ORGANISATION', 'ORG', NULL, 'Đảng bộ tỉnh', 'dang bo tinh', 'dang bo tinh', 'HD01:1.2'),
    ('ht.ubnd', 'ht', NULL, 'PROVINCE', 'PEOPLES_COMMITTEE', 'COLLECTIVE', NULL, 'Uỷ ban', 'uy ban', 'uy ban', 'HD01:6.1'),
    ('{BODY}', 'ht', 'ht.ubnd', 'PROVINCE', 'LEADERSHIP_COLLECTIVE', 'COLLECTIVE', 'departments', 'Sở Y tế', 'so y te', 'so y te', 'HD01:6.2.3:a'),
    ('{OTHER}', 'ht', 'ht.ubnd', 'PROVINCE', 'LEADERSHIP_COLLECTIVE', 'COLLECTIVE', 'departments', 'Sở Nội vụ', 'so noi vu', 'so noi vu', 'HD01:6.2.3:a');

INSERT INTO body_tree (ancestor_code, body_code, depth)
SELECT code, code, 0 FROM body UNION ALL SELECT parent_code, code, 1 FROM body WHERE parent_code IS NOT NULL;

INSERT INTO body_class (body_code, class_code)
VALUES ('{BODY}', 'specialised_agency_leadership'), ('{OTHER}', 'specialised_agency_leadership');

INSERT INTO post (code, body_code, rank, title, seats, source)
VALUES ('ht.ubnd.ct', 'ht.ubnd', 'HEAD', 'Chủ tịch', 1, 'HD01:6.1');

INSERT INTO body_post (body_code, post_code) VALUES ('ht.ubnd', 'ht.ubnd.ct');

INSERT INTO rater (id, code, section, name, clause, scope_body_code, chair_post_code, compiled_by_body_code)
VALUES ('panel_6_2_3', 'panel_6_2_3', '6.2.3', 'Tập thể', 'HD01:6.2.3', 'ht', 'ht.ubnd.ct', 'ht.ubnd');

INSERT INTO post_role (post_code, rater_code, seat) VALUES ('ht.ubnd.ct', 'panel_6_2_3', 'chair');

INSERT INTO cycle (year, edition, opened_on) VALUES (2023, 'ha-tinh-2023', '2023-11-21');

INSERT INTO appraisal (id, year, track, body_code, home_body_code, subject_class, peer_group_code, stage, version, proposed_level,
    level, decided_on, rater_id, clause, changed_at, to_review)
VALUES ('{PROPOSED}', 2023, 'BODY', '{BODY}', '{BODY}', 'COLLECTIVE', 'departments', 'PROPOSED', 3, 'GOOD',
        NULL, NULL, NULL, NULL, '{RATED_AT}', false),
    ('{DECIDED}', 2023, 'BODY', '{OTHER}', '{OTHER}', 'COLLECTIVE', 'departments', 'DECIDED', 3, NULL,
        'GOOD', '2023-12-20', 'panel_6_2_3', 'HD01:6.2.3:a', '{RATED_AT}', false);

INSERT INTO quota (peer_group_code, year, excellent, good, completed, not_completed, not_rated, base, over_quota)
VALUES ('departments', 2023, 0, 1, 0, 0, 1, 1, false);

INSERT INTO tally (body_code, year, track, excellent, good, completed, not_completed, not_rated, total)
SELECT b.code, 2023, k.track, 0, count(a.level), 0, 0, count(a.id) - count(a.level), count(a.id)
FROM body b CROSS JOIN unnest(ARRAY['BODY', 'OFFICIAL', 'PARTY_MEMBER']) k(track)
LEFT JOIN (body_tree t JOIN appraisal a ON a.home_body_code = t.body_code)
    ON t.ancestor_code = b.code AND a.track = k.track
GROUP BY b.code, k.track
"""


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
        for statement in REGISTRY_AS_BEFORE.split(";\n"):
            await connection.exec_driver_sql(statement)
        await rate_as_before(connection, 1)
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
