"""A database of a province's size: 600 grassroots organisations, 3,700 cells, 100,000 members, three years.

Built beside the demonstration, in one transaction, by statements: everybody is invented.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.copy import analyze
from db.repositories import act as acts, body as bodies
from db.repositories.act import ChainAct
from demo.database import load_demonstration
from resolvers import computation
from rules.editions.lookup import editions

ORGANISATIONS, CELLS, MEMBERS = 600, 3700, 100_000
YEARS = (2021, 2022, 2023)
SUBJECTS_AT_ONCE = 20_000
"""Subjects whose acts are held in memory before they are written: 80,000 acts, about 200 MiB."""

_STATEMENTS = f"""
INSERT INTO cycle VALUES (2021, '', '2021-11-15', '2022-01-15');

INSERT INTO body (code, parent_code, tier, kind, subject_class, name, sort_key, search_key, source)
SELECT 'g.' || n, (ARRAY(SELECT b.code FROM body b WHERE b.kind = 'PARTY_ORGANISATION'
    AND b.code <> 'ht' ORDER BY b.code))[n % 14 + 1], 'GRASSROOTS', 'PARTY_ORGANISATION', 'ORG',
    'Đảng bộ ' || n, 'dang bo ' || n, 'dang bo ' || n, 'bench'
FROM generate_series(1, {ORGANISATIONS}) n;

INSERT INTO body (code, parent_code, tier, kind, subject_class, name, sort_key, search_key, source)
SELECT 'g.c' || n, CASE WHEN n % 6 = 0 THEN (SELECT parent_code FROM body WHERE code = 'g.' || (n % {ORGANISATIONS} + 1))
    ELSE 'g.' || (n % {ORGANISATIONS} + 1) END, 'GRASSROOTS', 'PARTY_CELL', 'ORG',
    'Chi bộ ' || n, 'chi bo ' || n, 'chi bo ' || n, 'bench'
FROM generate_series(1, {CELLS}) n;

INSERT INTO member_class
SELECT b.code, CASE WHEN b.parent_code LIKE 'g.%' THEN 'party_member_of_grassroots_organisation'
    ELSE 'party_member_of_grassroots_cell' END
FROM body b WHERE b.source = 'bench' AND b.kind = 'PARTY_CELL';

INSERT INTO post (code, body_code, rank, title, seats, source)
SELECT b.code || '.bi-thu', b.code, 'SECRETARY', 'Bí thư ' || b.name, 1, 'bench' FROM body b WHERE b.source = 'bench';

INSERT INTO body_post SELECT p.body_code, p.code FROM post p WHERE p.source = 'bench';

INSERT INTO rater (id, code, section, name, clause, scope_body_code, chair_post_code)
SELECT w.code || '@' || b.code, w.code, '7', b.name, 'HD01:7', b.code, b.code || '.bi-thu'
FROM body b CROSS JOIN LATERAL (SELECT CASE WHEN b.kind = 'PARTY_ORGANISATION' THEN 'grassroots_committee'
    WHEN b.parent_code LIKE 'g.%' THEN 'party_unit_below' ELSE 'grassroots_cell' END AS code) w
WHERE b.source = 'bench';

INSERT INTO post_role SELECT r.chair_post_code, r.code, 'chair' FROM rater r JOIN post p ON p.code = r.chair_post_code AND p.source = 'bench';

INSERT INTO person (id, name, sort_key, search_key, is_invented, is_civil_servant)
SELECT md5('member' || n)::uuid, 'Nguyễn Văn ' || n, 'nguyen van ' || n, 'nguyen van ' || n, true, n % 2 = 0
FROM generate_series(1, {MEMBERS}) n;

INSERT INTO membership (id, person_id, body_code, since)
SELECT md5('cell' || n)::uuid, md5('member' || n)::uuid, 'g.c' || (n % {CELLS} + 1), '2019-01-01'
FROM generate_series(1, {MEMBERS}) n;

INSERT INTO membership (id, person_id, body_code, post_code, since)
SELECT md5(p.code)::uuid, md5('member' || row_number() OVER (ORDER BY p.code))::uuid, p.body_code, p.code, '2019-01-01'
FROM post p WHERE p.source = 'bench';

INSERT INTO peer_group
SELECT DISTINCT ON (g.code) g.code, 'Đảng viên: ' || b.name, 'PARTY_MEMBER'
FROM body b CROSS JOIN LATERAL (SELECT 'party-members-of:' ||
    CASE WHEN b.parent_code LIKE 'g.%' THEN b.parent_code ELSE b.code END AS code) g
WHERE b.source = 'bench' AND b.kind = 'PARTY_CELL' ORDER BY g.code;

INSERT INTO appraisal (id, year, track, person_id, home_body_code, subject_class, peer_group_code, stage, version,
    self_level, proposed_level, level, decided_on, rater_id, clause, document_number, document_date, due, changed_at, to_review)
SELECT md5(y || 'member' || n)::uuid, y, 'PARTY_MEMBER', md5('member' || n)::uuid, c.code, 'PERSON',
    'party-members-of:' || CASE WHEN c.parent_code LIKE 'g.%' THEN c.parent_code ELSE c.code END,
    CASE WHEN d.done THEN 'DECIDED' ELSE 'PROPOSED' END, 1,
    CASE WHEN y = 2023 THEN 'GOOD' END, CASE WHEN y = 2023 THEN 'GOOD' END,
    CASE WHEN d.done THEN (ARRAY['EXCELLENT', 'GOOD', 'GOOD', 'GOOD', 'GOOD', 'GOOD', 'GOOD', 'COMPLETED', 'GOOD',
        'GOOD', 'GOOD', 'GOOD', 'GOOD', 'NOT_COMPLETED'])[n / {CELLS} % 14 + 1] END,
    CASE WHEN d.done THEN make_date(y, 12, 5) END, CASE WHEN d.done THEN r.id END,
    CASE WHEN d.done THEN 'HD01:7' END, CASE WHEN d.done THEN '5-KL' END, CASE WHEN d.done THEN make_date(y, 12, 5) END,
    make_date(y, 12, 10), make_timestamptz(y, 12, 5, 8, 0, 0), false
FROM unnest(ARRAY[2021, 2022, 2023]) y
CROSS JOIN generate_series(1, {MEMBERS}) n
CROSS JOIN LATERAL (SELECT y < 2023 OR n % 3 > 0 AS done) d
JOIN body c ON c.code = 'g.c' || (n % {CELLS} + 1)
JOIN rater r ON r.scope_body_code = c.code AND r.section = '7';

INSERT INTO appraisal (id, year, track, body_code, home_body_code, subject_class, stage, version, due, changed_at, to_review)
SELECT md5(y || b.code)::uuid, y, 'BODY', b.code, b.code, 'ORG', 'NOT_STARTED', 1, make_date(y, 12, 10),
    make_timestamptz(y, 12, 5, 8, 0, 0), false
FROM unnest(ARRAY[2021, 2022, 2023]) y CROSS JOIN body b WHERE b.source = 'bench'
"""


async def fill(connection: AsyncConnection) -> None:
    """Load the demonstration and the rest of the province beside it."""
    await load_demonstration(connection)
    for statement in _STATEMENTS.split(";\n"):
        await connection.execute(text(statement.replace("::uuid", r"\:\:uuid")))
    await bodies.rebuild_tree(connection)
    for year in YEARS:
        await computation.recount(connection, year, editions()[0])
    await analyze(connection)


_STEPS = """
SELECT a.id, a.level, a.clause, a.rater_id, a.home_body_code, r.chair_post_code,
       (SELECT m.person_id FROM membership m WHERE m.post_code = r.chair_post_code) AS chair,
       (SELECT m.person_id FROM membership m WHERE m.body_code = a.home_body_code AND m.post_code IS NULL
        ORDER BY m.id DESC LIMIT 1) AS proposer, a.person_id
FROM appraisal a JOIN rater r ON r.scope_body_code = a.home_body_code AND r.section = '7'
WHERE a.year = :year AND a.track = 'PARTY_MEMBER' AND a.home_body_code LIKE 'g.%'
ORDER BY a.id
"""


async def record_acts(connection: AsyncConnection) -> int:
    """Put on record by which acts the members came to their levels, in the order of the law; how many acts.

    In the transaction that filled the database, as acts cover the rows that were written.
    """
    many = 0
    for year in YEARS:
        rows = (await connection.execute(text(_STEPS), {"year": year})).all()
        for start in range(0, len(rows), SUBJECTS_AT_ONCE):
            done = _acts(rows[start : start + SUBJECTS_AT_ONCE], year)
            await acts.append_acts(connection, done)
            many += len(done)
    return many


def _acts(rows: Sequence[Any], year: int) -> list[ChainAct]:
    """Each step of all subjects before the next one; before the first edition there are decisions alone."""
    review = {"kind": "review", "place": None, "held_on": f"{year}-11-25"}
    done = []
    if year >= editions()[0].years[0]:
        done += [_act(row, "compile", 25, year, row.proposer, payload=review) for row in rows]
        done += [_act(row, "self_rate", 29, year, row.person_id, level="GOOD") for row in rows]
        done += [_act(row, "appraise", 30, year, row.proposer, level="GOOD") for row in rows]
    done += [
        _act(
            row,
            "rate",
            35,
            year,
            row.chair,
            level=row.level,
            clause=row.clause,
            actor_post_code=row.chair_post_code,
            on_behalf_rater_id=row.rater_id,
        )
        for row in rows
        if row.level
    ]
    return done


def _act(row: Any, act: str, day: int, year: int, person: UUID, **more: Any) -> ChainAct:  # noqa: ANN401 -- a row, and columns
    return ChainAct(
        appraisal_id=row.id,
        act=act,
        at=datetime(year, 11, 1, 8, tzinfo=UTC) + timedelta(days=day - 1),
        actor_person_id=person,
        **{"actor_post_code": None, "on_behalf_rater_id": None, "payload": {}} | more,
    )
