"""One year of a province of any size: a migrated database with the demonstration, and members in cells beside it.

Cells, their raters, posts and peer groups grow with the members. Names are as frequent as in Việt Nam: 38% of all
people are called Nguyễn. Everybody is invented. Written by INSERT … SELECT and COPY, in the transaction of the caller.
"""

from collections.abc import Iterator
from random import Random

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.copy import analyze, copy_rows
from db.repositories import body as bodies
from db.vietnamese import person_sort_key, search_key
from demo.name import FAMILY, GIVEN_MEN, GIVEN_WOMEN, MIDDLE_MEN, MIDDLE_WOMEN
from resolvers import computation
from rules.editions.lookup import edition_for

YEAR = 2023
MEMBERS_OF_CELL = 27
CELLS_OF_ORGANISATION = 6
NAMES = 100_003
"""Names that are drawn; a prime number, so that steps through the list reach every one."""
FAMILY_WEIGHTS = (
    38,
    11,
    9.5,
    7,
    5,
    4.5,
    4,
    2,
    2,
    1.5,
    1.3,
    1.3,
    1,
    0.5,
    1,
    0.8,
    0.7,
    0.7,
    0.6,
    0.6,
)
"""Percent of all people with each name of FAMILY, about as in Lê Trung Hoa, Họ và tên người Việt Nam, 2005."""
VAN, THI = 25, 60
"""Percent of men with the middle name Văn, and of women with Thị; the other middle names share the rest."""

_STATEMENTS = f"""
INSERT INTO body (code, parent_code, tier, kind, subject_class, name, sort_key, search_key, source)
SELECT 'g.' || n, (ARRAY(SELECT b.code FROM body b WHERE b.kind = 'PARTY_ORGANISATION' AND b.tier = 'DISTRICT'
    ORDER BY b.code))[n % :districts + 1], 'GRASSROOTS', 'PARTY_ORGANISATION', 'ORG',
    'Đảng bộ ' || n, 'GARK!2 DT!5 ' || n || '!', 'dang bo ' || n, 'bench'
FROM generate_series(1, :organisations) n;

INSERT INTO body (code, parent_code, tier, kind, subject_class, name, sort_key, search_key, source)
SELECT 'g.c' || n, 'g.' || (n % :organisations + 1), 'GRASSROOTS', 'PARTY_CELL', 'ORG',
    'Chi bộ ' || n, 'ELM! DT!5 ' || n || '!', 'chi bo ' || n, 'bench'
FROM generate_series(1, :cells) n;

INSERT INTO member_class
SELECT b.code, 'party_member_of_grassroots_organisation' FROM body b WHERE b.source = 'bench' AND b.kind = 'PARTY_CELL';

INSERT INTO post (code, body_code, rank, title, seats, source)
SELECT b.code || '.bi-thu', b.code, 'SECRETARY', 'Bí thư ' || b.name, 1, 'bench' FROM body b WHERE b.source = 'bench';

INSERT INTO body_post SELECT p.body_code, p.code FROM post p WHERE p.source = 'bench';

INSERT INTO rater (id, code, section, name, clause, scope_body_code, chair_post_code)
SELECT w.code || '@' || b.code, w.code, '7', b.name, 'HD01:7', b.code, b.code || '.bi-thu'
FROM body b CROSS JOIN LATERAL (SELECT CASE WHEN b.kind = 'PARTY_ORGANISATION' THEN 'grassroots_committee'
    ELSE 'party_unit_below' END AS code) w
WHERE b.source = 'bench';

INSERT INTO post_role SELECT r.chair_post_code, r.code, 'chair' FROM rater r JOIN post p ON p.code = r.chair_post_code
WHERE p.source = 'bench';

INSERT INTO person (id, name, sort_key, search_key, is_invented, is_civil_servant)
SELECT md5('member' || n)::uuid, w.name, w.sort_key, w.search_key, true, n % 2 = 0
FROM generate_series(1, :members) n JOIN growth_name w ON w.number = n * 7919::bigint % {NAMES};

INSERT INTO membership (id, person_id, body_code, since)
SELECT md5('cell' || n)::uuid, md5('member' || n)::uuid, 'g.c' || (n % :cells + 1), '2019-01-01'
FROM generate_series(1, :members) n;

INSERT INTO membership (id, person_id, body_code, post_code, since)
SELECT md5(p.code)::uuid, md5('member' || row_number() OVER (ORDER BY p.code))::uuid, p.body_code, p.code, '2019-01-01'
FROM post p WHERE p.source = 'bench';

INSERT INTO peer_group
SELECT 'party-members-of:' || b.code, 'Đảng viên: ' || b.name, 'PARTY_MEMBER'
FROM body b WHERE b.source = 'bench' AND b.kind = 'PARTY_ORGANISATION';

INSERT INTO appraisal (id, year, track, person_id, home_body_code, subject_class, peer_group_code, stage, version,
    self_level, proposed_level, computed_level, level, decided_on, rater_id, clause, document_number, document_date,
    due, changed_at, to_review)
SELECT md5('{YEAR}member' || n)::uuid, {YEAR}, 'PARTY_MEMBER', md5('member' || n)::uuid, c.code, 'PERSON',
    'party-members-of:' || c.parent_code, s.stage, 1,
    CASE WHEN s.stage IN ('SELF_RATED', 'PROPOSED', 'DECIDED') THEN 'GOOD' END,
    CASE WHEN s.stage IN ('PROPOSED', 'DECIDED') THEN 'GOOD' END,
    CASE WHEN n % 100 < 87 THEN (SELECT level FROM growth_facts) END,
    CASE WHEN d.done THEN (ARRAY['EXCELLENT', 'GOOD', 'GOOD', 'GOOD', 'GOOD', 'GOOD', 'GOOD', 'COMPLETED', 'GOOD',
        'GOOD', 'GOOD', 'GOOD', 'GOOD', 'NOT_COMPLETED'])[n / :cells % 14 + 1] END,
    CASE WHEN d.done THEN date '{YEAR}-12-05' END, CASE WHEN d.done THEN r.id END,
    CASE WHEN d.done THEN 'HD01:7' END, CASE WHEN d.done THEN '5-KL' END, CASE WHEN d.done THEN date '{YEAR}-12-05' END,
    date '{YEAR}-12-10', timestamptz '{YEAR}-12-05 08:00:00+00', false
FROM generate_series(1, :members) n
CROSS JOIN LATERAL (SELECT n % 3 > 0 AS done) d
CROSS JOIN LATERAL (SELECT CASE WHEN d.done THEN 'DECIDED'
    ELSE (ARRAY['PROPOSED', 'PROPOSED', 'SELF_RATED', 'REVIEWED', 'NOT_STARTED'])[n / 3 % 5 + 1] END AS stage) s
JOIN body c ON c.code = 'g.c' || (n % :cells + 1)
JOIN rater r ON r.scope_body_code = c.code AND r.section = '7';

INSERT INTO appraisal (id, year, track, body_code, home_body_code, subject_class, stage, version, due, changed_at, to_review)
SELECT md5('{YEAR}' || b.code)::uuid, {YEAR}, 'BODY', b.code, b.code, 'ORG', 'NOT_STARTED', 1, date '{YEAR}-12-10',
    timestamptz '{YEAR}-12-05 08:00:00+00', false
FROM body b WHERE b.source = 'bench';

INSERT INTO facts (appraisal_id, version, document, recorded_at, recorded_by)
SELECT md5('{YEAR}member' || n)::uuid, 1, f.document, timestamptz '{YEAR}-12-01 08:00:00+00', md5('member1')::uuid
FROM generate_series(1, :members) n CROSS JOIN growth_facts f WHERE n % 100 < 87;

INSERT INTO computation (appraisal_id, facts_version, edition, facts, level, waits_for, findings, computed_at, edition_revision)
SELECT md5('{YEAR}member' || n)::uuid, 1, f.edition, f.facts, f.level, '[]', f.findings,
    timestamptz '{YEAR}-12-01 08:00:00+00', f.edition_revision
FROM generate_series(1, :members) n CROSS JOIN growth_facts f WHERE n % 100 < 87
"""

_FACTS = f"""
CREATE TEMPORARY TABLE growth_facts ON COMMIT DROP AS
SELECT f.document, c.edition, c.facts, c.level, c.findings, c.edition_revision
FROM appraisal a JOIN computation c ON c.appraisal_id = a.id
JOIN facts f ON f.appraisal_id = a.id AND f.version = c.facts_version
WHERE a.year = {YEAR} AND a.track = 'PARTY_MEMBER' AND c.level = 'GOOD'
ORDER BY a.id LIMIT 1
"""
"""The facts and the findings of one member of the demonstration; every member beside it has the same."""

_NAMES = """
CREATE TEMPORARY TABLE growth_name (number bigint PRIMARY KEY, name text, sort_key text, search_key text) ON COMMIT DROP
"""


async def fill(connection: AsyncConnection, members: int) -> None:
    """Add this many members, with their cells, raters, posts and groups, to the demonstration in the database."""
    cells = max(1, members // MEMBERS_OF_CELL)
    statement = "SELECT count(*) FROM body WHERE kind = 'PARTY_ORGANISATION' AND tier = 'DISTRICT'"
    sizes = {
        "members": members,
        "cells": cells,
        "organisations": max(1, cells // CELLS_OF_ORGANISATION),
        "districts": (await connection.execute(text(statement))).scalar_one(),
    }
    await connection.execute(text(_NAMES))
    await copy_rows(
        connection, "growth_name", ["number", "name", "sort_key", "search_key"], _names()
    )
    await connection.execute(text(_FACTS))
    for statement in _STATEMENTS.split(";\n"):
        await connection.exec_driver_sql(_with_sizes(statement, sizes))
    await bodies.rebuild_tree(connection)
    await computation.recount(connection, YEAR, edition_for(YEAR))
    await analyze(connection)


def _with_sizes(statement: str, sizes: dict[str, int]) -> str:
    """The statement with the sizes as literals, so that their casts need no escape."""
    for name, size in sizes.items():
        statement = statement.replace(f":{name}", str(size))
    return statement


def _names() -> Iterator[tuple[int, str, str, str]]:
    """The names that members have: many of them several times, as in life."""
    random = Random(124)  # noqa: S311 -- the same names in every run
    for number in range(NAMES):
        is_woman = random.random() < 0.5
        common, share = ("Thị", THI) if is_woman else ("Văn", VAN)
        middle = (
            common
            if random.uniform(0, 100) < share
            else random.choice(MIDDLE_WOMEN if is_woman else MIDDLE_MEN)
        )
        (family,) = random.choices(FAMILY, FAMILY_WEIGHTS)
        last = random.choice(GIVEN_WOMEN if is_woman else GIVEN_MEN)
        name = f"{family} {middle} {last}"
        yield number, name, person_sort_key(name), search_key(name)
