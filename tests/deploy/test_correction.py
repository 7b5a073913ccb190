"""Upgrades a database of an earlier version: all effects of the corrected law are listed, no decision changes.

The database is that of commit 1b2faa7 (recording_database.py): a closed year and an open one.
"""

import asyncio
import os
import subprocess
import time
from collections.abc import Iterator
from itertools import count
from typing import Any
from uuid import UUID, uuid5

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from db import migrate
from db.connection.engine import driver_url
from db.connection.lock import ADVISORY, Lock
from resolvers.verification import DiscrepancyKind, verify
from service import maintenance
from service.correction_report import report
from service.errors import SchemaProblem
from tests.conftest import XEPLOAI, run_outside_transaction, with_database
from tests.deploy.old_databases import FOLDER, restore
from tests.deploy.processes import POLL_SECONDS, WAIT_SECONDS_MAX
from tests.end_to_end.conftest import Service, running
from tests.resolvers.tamperings import CORRECTIONS

pytestmark = pytest.mark.anyio

NUMBERS = count(1)
LIST = (FOLDER / "0010.corrected.txt").read_text(encoding="utf-8")
CLOSED, OPEN = 2023, 2024
NAMESPACE = UUID("0c1d8f52-3f0e-5c55-8d3a-5a1f0f6f2b10")
"""Of the ids of persons in that database."""
SECRETARY = "ht.bi-thu"
Json = dict[str, Any]
NOTHING = "Không có gì phải tính lại"
DECISIONS = """
SELECT id, stage, level, decided_on, rater_id, clause, reason, document_number, document_date, self_level, proposed_level,
       excluded
FROM appraisal ORDER BY id
"""
EVERYTHING = """
SELECT (SELECT count(*) FROM act) AS acts, (SELECT count(*) FROM correction) AS corrections,
       (SELECT string_agg(CAST(a AS text), '' ORDER BY a.id) FROM appraisal a) AS appraisals,
       (SELECT string_agg(CAST(c AS text), '' ORDER BY c.appraisal_id) FROM computation c) AS computations,
       (SELECT string_agg(CAST(q AS text), '' ORDER BY q.year, q.peer_group_code) FROM quota q) AS quotas
"""
NAMES_OF_MARKED = """
SELECT a.year, i.name FROM appraisal a JOIN person i ON i.id = a.person_id WHERE a.to_review ORDER BY 1, 2
"""
REVISIONS = """
SELECT DISTINCT a.year, c.edition_revision FROM computation c JOIN appraisal a ON a.id = c.appraisal_id ORDER BY 1, 2
"""
OF_MEMBER = """appraisal_id = (
    SELECT a.id FROM appraisal a JOIN person i ON i.id = a.person_id
    WHERE a.year = 2024 AND i.name = 'Đinh Thị Nga')"""
TAMPERINGS = [
    "UPDATE correction_change SET after = 'GOOD' WHERE place = 1 AND kind = 'LEVEL' AND after = 'COMPLETED'",
    "UPDATE correction_change SET clauses = ARRAY['HD01:5.4'] WHERE place = 2 AND kind = 'WAIT'",
    "DELETE FROM correction_change WHERE kind = 'QUOTA'",
    "UPDATE correction SET judged = judged + 1 WHERE year = 2024",
    "DELETE FROM correction WHERE year = 2024",
    *(
        tampering.statements[0]
        for tampering in CORRECTIONS
        if tampering.kind is DiscrepancyKind.RECORD
    ),
]


@pytest.fixture(scope="module")
def restored(server_url: str) -> str:
    """The name of a database as the earlier version left it, to be copied."""
    name = "of_1b2faa7"
    asyncio.run(run_outside_transaction(server_url, f"CREATE DATABASE {name}"))
    restore(with_database(server_url, name), "0010")
    return name


def copy_of(server_url: str, template: str) -> str:
    name = f"corrected_{next(NUMBERS)}"
    asyncio.run(run_outside_transaction(server_url, f"CREATE DATABASE {name} TEMPLATE {template}"))
    return with_database(server_url, name)


@pytest.fixture
def old(server_url: str, restored: str) -> str:
    """A database of the earlier version."""
    return copy_of(server_url, restored)


@pytest.fixture(scope="module")
def upgraded(server_url: str, restored: str) -> tuple[str, str]:
    """A database of the earlier version after `xeploai migrate`, and what that printed; tests leave it as it is."""
    url = copy_of(server_url, restored)
    return url, xeploai(url, "migrate")


@pytest.fixture
def corrected(server_url: str, upgraded: tuple[str, str]) -> str:
    """A copy of the upgraded database."""
    url, _ = upgraded
    return copy_of(server_url, url.rpartition("/")[2].partition("?")[0])


def xeploai(url: str, *words: str, code: int = 0) -> str:
    """What a command prints."""
    done = subprocess.run(
        [XEPLOAI, *words],
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


def correct(url: str, *, dry_run: bool = False) -> str:
    """What `xeploai correct` prints, run in this process."""
    return report(asyncio.run(maintenance.correct(url, dry_run=dry_run)), dry_run=dry_run)


def verified(url: str) -> list[str]:
    """What `xeploai verify` finds."""
    return [str(finding) for finding in asyncio.run(maintenance.verify(url)).findings]


def rows(url: str, statement: str, *, is_change: bool = False) -> list[Any]:
    """The rows of a statement, executed as an owner of the database."""

    async def ask() -> list[Any]:
        engine = create_async_engine(driver_url(url))
        async with engine.begin() as connection:
            if is_change:
                await connection.execute(text("SET LOCAL session_replication_role = replica"))
            result = await connection.execute(text(statement))
            result_rows = list(result) if result.returns_rows else []
        await engine.dispose()
        return result_rows

    return asyncio.run(ask())


def test_the_upgrade_lists_all_that_the_corrected_law_changes(upgraded: tuple[str, str]) -> None:
    _, printed = upgraded
    assert printed == LIST


def test_no_decision_changes(upgraded: tuple[str, str], old: str) -> None:
    url, _ = upgraded
    assert rows(url, DECISIONS) == rows(old, DECISIONS)


def test_the_decided_ones_that_it_touches_are_marked(upgraded: tuple[str, str]) -> None:
    url, _ = upgraded
    assert rows(url, NAMES_OF_MARKED) == [
        (CLOSED, "Dương Kim Mai"),
        (CLOSED, "Lý Xuân Nam"),
        (CLOSED, "Phan Hữu Hải"),
        (CLOSED, "Phạm Đức Dũng"),
        (OPEN, "Hồ Viết Lâm"),
    ]


def test_a_group_over_its_limit_is_marked(upgraded: tuple[str, str]) -> None:
    url, _ = upgraded
    marked = "SELECT year, peer_group_code, excellent, base FROM quota WHERE over_quota"
    assert rows(url, marked) == [(CLOSED, "members-of:ht.thach-ha", 2, 0)]


def test_the_upgraded_database_is_clean(upgraded: tuple[str, str]) -> None:
    url, _ = upgraded
    assert "everything fits" in xeploai(url, "verify")
    assert xeploai(url, "recompute", "--year", str(OPEN)) == "2024: 4 subjects, 0 differences\n"
    assert asyncio.run(maintenance.recompute(url, CLOSED)).is_clean


def test_each_year_has_an_act_with_the_digest_of_its_list(upgraded: tuple[str, str]) -> None:
    url, _ = upgraded
    payloads = [
        row.payload for row in rows(url, "SELECT payload FROM act WHERE act = 'correct' ORDER BY 1")
    ]
    assert [
        (
            payload["kind"],
            payload["year"],
            payload["revision"],
            payload["judged"],
            len(payload["sha256"]),
        )
        for payload in payloads
    ] == [("correction", CLOSED, 2, 7, 64), ("correction", OPEN, 2, 4, 64)]


def test_a_second_time_changes_nothing(corrected: str) -> None:
    before = rows(corrected, EVERYTHING)
    assert asyncio.run(maintenance.migrate(corrected)) == []
    assert xeploai(corrected, "correct").startswith(NOTHING)
    assert rows(corrected, EVERYTHING) == before


def test_a_dry_run_prints_the_list_and_writes_nothing(old: str) -> None:
    asyncio.run(migrate.upgrade(old))
    before = rows(old, EVERYTHING)
    assert xeploai(old, "correct", "--dry-run") == f"Chạy thử: chưa ghi gì.\n{LIST}"
    assert rows(old, EVERYTHING) == before
    assert correct(old) == LIST.rstrip("\n")


def test_before_the_schema_is_current_nothing_is_corrected(old: str) -> None:
    with pytest.raises(SchemaProblem, match="`xeploai migrate` first"):
        correct(old)


async def test_killed_in_the_middle_a_year_is_corrected_as_a_whole_or_not_at_all(old: str) -> None:
    """A lock on the tallies of the open year, which a correction counts last, makes it wait; then it is killed."""
    await migrate.upgrade(old)
    before = f"SELECT to_jsonb(a) FROM appraisal a WHERE year = {OPEN} ORDER BY id"
    engine = create_async_engine(driver_url(old))
    async with engine.connect() as holding, engine.connect() as looking:
        untouched = (await looking.execute(text(before))).all()
        await holding.execute(
            text(f"SELECT pg_advisory_xact_lock({ADVISORY[Lock.TALLIES]}, {OPEN})")
        )
        process = await asyncio.create_subprocess_exec(
            XEPLOAI,
            "correct",
            env={**os.environ, "DATABASE_URL": old},
            stdout=asyncio.subprocess.DEVNULL,
        )
        await waiting_for_the_lock(looking)
        process.kill()
        await process.wait()
        await holding.rollback()
        revisions = await looking.execute(text(REVISIONS))
        assert [tuple(row) for row in revisions] == [(CLOSED, 2), (OPEN, 1)]
        corrections = await looking.execute(text("SELECT year FROM correction"))
        assert list(corrections.scalars()) == [CLOSED]
        assert (await looking.execute(text(before))).all() == untouched
    await engine.dispose()
    of_the_open_year = LIST[LIST.index(f"Năm {OPEN}") :]
    assert report(await maintenance.correct(old)) == of_the_open_year.rstrip("\n")


async def waiting_for_the_lock(connection: AsyncConnection) -> None:
    statement = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    give_up_at = time.monotonic() + WAIT_SECONDS_MAX
    while (await connection.execute(statement)).scalar_one() == 0:
        await connection.rollback()
        assert time.monotonic() < give_up_at
        await asyncio.sleep(POLL_SECONDS)
    await connection.rollback()


def test_writes_of_an_earlier_version_are_corrected_later(corrected: str) -> None:
    """It judges by the first revision, which is the default of the column."""
    rows(
        corrected, f"UPDATE computation SET edition_revision = 1 WHERE {OF_MEMBER}", is_change=True
    )
    sentence = "1 results judged by revision 1 of ha-tinh-2023, now 2: run `xeploai correct`"
    assert verified(corrected) == [f"computation: {OPEN}: {sentence}"]
    assert sentence in xeploai(corrected, "recompute", "--year", str(OPEN), code=1)
    assert "tính lại 1 kết quả; thay đổi: mức tính được 0" in correct(corrected)
    assert verified(corrected) == []


def test_results_of_a_later_version_are_not_changed(corrected: str) -> None:
    rows(
        corrected, f"UPDATE computation SET edition_revision = 3 WHERE {OF_MEMBER}", is_change=True
    )
    assert correct(corrected).startswith(NOTHING)
    sentence = "1 results judged by revision 3 of ha-tinh-2023; this version knows 2 and cannot repeat them"
    assert verified(corrected) == [f"computation: {OPEN}: {sentence}"]


def test_unreadable_facts_are_reported_and_not_changed(old: str) -> None:
    asyncio.run(migrate.upgrade(old))
    spoilt = """UPDATE facts SET document = jsonb_set(document, '{weak_criteria}', '-1')"""
    rows(old, f"{spoilt} WHERE {OF_MEMBER}", is_change=True)
    printed = correct(old)
    assert "tính lại 3 kết quả" in printed
    assert "số liệu không đọc được, giữ nguyên: hồ sơ" in printed
    assert rows(old, REVISIONS) == [(CLOSED, 2), (OPEN, 1), (OPEN, 2)]


@pytest.mark.parametrize("statement", TAMPERINGS)
async def test_a_list_that_was_changed_is_found(upgraded: tuple[str, str], statement: str) -> None:
    url, _ = upgraded
    engine = create_async_engine(driver_url(url))
    async with engine.connect() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(text(statement))
        discrepancies = await verify(connection)
        await connection.rollback()
    await engine.dispose()
    assert [finding.kind for finding in discrepancies.findings] == [DiscrepancyKind.RECORD]
    assert discrepancies.findings[0].about.startswith("correction ")


ASKED = """
query Corrections($first: Int!, $after: String) {
  corrections(year: 2023) {
    year edition revision judged
    changes(first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { node {
        kind marks before after clauses { id } group { code }
        appraisal { toReview subject { ... on Person { name } ... on Body { name } } }
      } }
    }
  }
}
"""


@pytest.fixture(scope="module")
def served(
    upgraded: tuple[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The upgraded database behind a service."""
    url, _ = upgraded
    folder = tmp_path_factory.mktemp("served")
    yield from running(folder, DATABASE_URL=url, MIGRATE_AT_START="false")


def changes_for(served: Service, name: str, first: int, after: str | None = None) -> Json:
    """The corrections of the closed year as a person sees them; with the refused fields."""
    token = served.token_of_person(str(uuid5(NAMESPACE, name)))
    return changes_by(served, token, first, after)


def changes_by(served: Service, token: str, first: int, after: str | None = None) -> Json:
    answer = served.ask(ASKED, {"first": first, "after": after}, token)
    (correction,) = answer["data"]["corrections"]
    return {**correction, "errors": answer.get("errors", [])}


def test_the_list_is_in_the_graph_page_by_page(served: Service) -> None:
    first = changes_for(served, SECRETARY, 2)
    assert (first["edition"], first["revision"], first["judged"]) == ("ha-tinh-2023", 2, 7)
    assert first["changes"]["totalCount"] == 13
    level, wait = (edge["node"] for edge in first["changes"]["edges"])
    assert level == {
        "kind": "LEVEL",
        "marks": True,
        "before": "EXCELLENT",
        "after": "UNDETERMINED",
        "clauses": [{"id": cite} for cite in ("HD01:5.1.3", "HD01:5.2.3", "HD01:5.3.3")],
        "group": None,
        "appraisal": {"toReview": True, "subject": {"name": "Phạm Đức Dũng"}},
    }
    assert (wait["kind"], wait["after"]) == ("WAIT", "WAITS_FOR ht.thach-ha.ubnd")
    others = changes_for(served, SECRETARY, 100, first["changes"]["pageInfo"]["endCursor"])
    nodes = [edge["node"] for edge in others["changes"]["edges"]]
    assert [node["kind"] for node in nodes] == ["GROUP"] * 10 + ["QUOTA"]
    assert nodes[-1] == {
        "kind": "QUOTA",
        "marks": True,
        "before": "0/0",
        "after": "2/0",
        "clauses": [{"id": "QĐ124:Đ12.1.4"}],
        "group": {"code": "members-of:ht.thach-ha"},
        "appraisal": None,
    }


def test_what_was_computed_is_part_of_the_file_in_the_list_as_well(served: Service) -> None:
    changes = changes_for(served, "Thái Văn Quân", 100)
    nodes = [edge["node"] for edge in changes["changes"]["edges"]]
    levels = [node for node in nodes if node["kind"] in {"LEVEL", "WAIT"}]
    assert [(node["before"], node["after"], node["clauses"]) for node in levels] == [
        (None,) * 3
    ] * 2
    assert {error["extensions"]["code"] for error in changes["errors"]} == {"FORBIDDEN"}
    assert all(node["clauses"] for node in nodes if node not in levels)


def test_the_count_of_a_group_tells_no_level_to_an_account_without_a_scope(served: Service) -> None:
    changes = changes_by(served, served.command("token", "--service", "nightly"), 100)
    nodes = [edge["node"] for edge in changes["changes"]["edges"]]
    seen = {node["kind"]: (node["before"], node["after"], node["clauses"]) for node in nodes}
    assert seen["QUOTA"] == seen["LEVEL"] == (None, None, None)
    assert seen["GROUP"] != (None, None, None)
    assert {error["extensions"]["code"] for error in changes["errors"]} == {"FORBIDDEN"}
