"""A database of a province's size: 600 grassroots organisations, 3,700 cells, 100,000 members, three years.

Built beside the demonstration, in one transaction, by statements: everybody is invented.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bodies, tallies
from db.bulk import analyze
from service.wiring import load_demonstration

ORGANISATIONS, CELLS, MEMBERS = 600, 3700, 100_000
YEARS = (2021, 2022, 2023)

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

INSERT INTO appraisal (id, year, track, person_id, home_body_code, subject_class, stage, version, level,
    decided_on, rater_id, clause, due, changed_at, to_review)
SELECT md5(y || 'member' || n)::uuid, y, 'PARTY_MEMBER', md5('member' || n)::uuid, 'g.c' || (n % {CELLS} + 1),
    'PERSON', CASE WHEN d.done THEN 'DECIDED' ELSE 'PROPOSED' END, 1,
    CASE WHEN d.done THEN (ARRAY['GOOD', 'GOOD', 'COMPLETED', 'EXCELLENT', 'NOT_COMPLETED'])[n % 5 + 1] END,
    CASE WHEN d.done THEN make_date(y, 12, 5) END, CASE WHEN d.done THEN 'panel_6_2_3' END,
    CASE WHEN d.done THEN 'HD01:7' END, make_date(y, 12, 10), make_timestamptz(y, 12, 5, 8, 0, 0), false
FROM unnest(ARRAY[2021, 2022, 2023]) y
CROSS JOIN generate_series(1, {MEMBERS}) n
CROSS JOIN LATERAL (SELECT y < 2023 OR n % 3 > 0 AS done) d;

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
        await tallies.recompute(connection, year)
    await analyze(connection)
