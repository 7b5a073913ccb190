"""A quota of 25 % of those GOOD or better, rounded to the nearest: from an edition through database, graph and portal.

The service runs on a copy of `rules` in which one more edition lies, for a year of its own.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from playwright.sync_api import Browser, expect

import rules
from tests.conftest import XEPLOAI, copied
from tests.end_to_end.conftest import HOLDER, Service, environment, running
from tests.end_to_end.test_year_commands import Subject
from tests.portal.test_deciding import choose
from tests.portal.visiting import visiting

Json = dict[str, Any]
YEAR, TODAY = 2031, "2031-12-11"
PAPER = {"number": "05-BB/CB", "date": "2031-12-10"}
CELL = "ht.so-tnmt.cb"
GROUP = f"party-members-of:{CELL}"
MEMBERS = """SELECT a.id::text || ' ' || a.person_id || ' ' || i.name FROM appraisal a JOIN person i ON i.id = a.person_id
    WHERE a.year = 2031 AND a.peer_group_code = $1 AND NOT EXISTS (
        SELECT FROM membership m WHERE m.person_id = a.person_id AND m.post_code IS NOT NULL)
    ORDER BY a.id LIMIT 10"""
CHECK = """query ($group: ID!, $proposals: [LevelProposal!]!) {
    quotaCheck(year: 2031, group: $group, proposals: $proposals) { base limit holds otherReading { base limit } } }"""
CONCLUDE = """mutation ($input: ConcludeInput!) { conclude(input: $input) { __typename
    ... on Conclusion { quota { base limit holds } } ... on QuotaExceeded { code quota { base limit } } } }"""
STORED = "SELECT concat_ws(' ', excellent, good, base, over_quota) FROM quota WHERE year = 2031 AND peer_group_code = $1"


@dataclass(frozen=True)
class InventedYear:
    """A cell of which ten members are proposed, in the year of the invented edition."""

    service: Service
    paths: Path
    members: list[tuple[Subject, str]]
    """Each with the name."""
    chair: str
    """The secretary of the cell, by id."""

    @property
    def secretary(self) -> str:
        return self.service.token_of_person(self.chair)

    def conclude(self, *levels: str) -> Json:
        conclusion = {
            "year": YEAR,
            "group": GROUP,
            "document": PAPER,
            "idempotencyKey": str(uuid4()),
            "decisions": [
                {
                    "appraisal": subject.key,
                    "expectedVersion": subject.version,
                    "level": level,
                    "reason": "Chi bộ thống nhất",
                }
                for (subject, _), level in zip(self.members, levels, strict=False)
            ],
        }
        answer = self.service.ask(CONCLUDE, {"input": conclusion}, self.secretary)
        result: Json = answer["data"]["conclude"]
        return result

    def check(self, *levels: str) -> Json:
        proposals = [
            {"appraisal": subject.key, "level": level}
            for (subject, _), level in zip(self.members, levels, strict=False)
        ]
        variables = {"group": GROUP, "proposals": proposals}
        result: Json = self.service.ask(CHECK, variables, self.secretary)["data"]["quotaCheck"]
        return result


def with_an_edition(folder: Path) -> Path:
    """A directory to import `rules` from, with the edition of 2023 once more, for 2031 and another quota."""
    shutil.copytree(Path(rules.__file__).parent, folder / "rules")
    editions = folder / "rules" / "editions"
    edition = (editions / "ha-tinh-2023.toml").read_text(encoding="utf-8")
    for was, becomes in (
        ('code = "ha-tinh-2023"', 'code = "quarter-2031"'),
        ("first_year = 2023", "first_year = 2031"),
        ("last_year = 2024", "last_year = 2031"),
        ('base = "GOOD"', 'base = "GOOD_OR_BETTER"'),
        ('ratio = "20%"', 'ratio = "25%"'),
        ('rounding = "DOWN"', 'rounding = "HALF_UP"'),
    ):
        assert edition.count(was) == 1, was
        edition = edition.replace(was, becomes)
    (editions / "quarter-2031.toml").write_text(edition, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def quarter(
    demonstration_files: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[InventedYear]:
    paths = with_an_edition(tmp_path_factory.mktemp("edition"))
    more = {"PYTHONPATH": str(paths), "DEMONSTRATION_DATE": TODAY}
    with copied(demonstration_files) as folder:
        for service in running(folder, None, **more):
            assert opened(service) == "quarter-2031"
            rows = [row.split(" ", 2) for row in service.sql(MEMBERS, GROUP)]
            assert len(rows) == 10
            members = [(Subject(service, key), name) for key, _, name in rows]
            for (subject, _), (_, person, _) in zip(members, rows, strict=True):
                prepare(service, subject, service.token_of_person(person))
            yield InventedYear(service, paths, members, service.sql(HOLDER, f"{CELL}.bi-thu")[0])


def opened(service: Service) -> str:
    query = """mutation ($key: ID!, $document: DocumentInput!) {
        openYear(year: 2031, idempotencyKey: $key, document: $document) { ... on Cycle { edition } } }"""
    token = service.token_of_post("ht.ban-to-chuc-tu.truong")
    answer = service.ask(query, {"key": str(uuid4()), "document": PAPER}, token)
    return str(answer["data"]["openYear"]["edition"])


def prepare(service: Service, subject: Subject, themselves: str) -> None:
    deputy = service.token_of_post(f"{CELL}.pbt")
    review = {"place": CELL, "heldOn": "2031-12-08", "days": "0.5", "minutes": PAPER}
    for name, token, variables in (
        ("recordReview", deputy, {"review": review}),
        ("rateOneself", themselves, {"level": "GOOD", "remark": ""}),
        ("propose", deputy, {"level": "GOOD", "remark": ""}),
    ):
        answer = subject.command(name, token, **variables)
        assert answer["__typename"] == "Appraisal", answer


def levels(excellent: int, good: int) -> list[str]:
    return ["EXCELLENT"] * excellent + ["GOOD"] * good


def test_the_limit_of_the_edition_from_both_sides(quarter: InventedYear) -> None:
    """25 % of ten is 2.5, so three; of nine 2.25, so two. Hà Tĩnh would give one of seven GOOD."""
    assert quarter.check(*levels(3, 7)) == {
        "base": 10,
        "limit": 3,
        "holds": True,
        "otherReading": {"base": 7, "limit": 2},
    }
    assert quarter.check(*levels(4, 6))["holds"] is False
    for excellent, good, limit in ((4, 6, 3), (3, 6, 2)):
        refused = quarter.conclude(*levels(excellent, good))
        assert (refused["__typename"], refused["code"]) == ("QuotaExceeded", "QUOTA_EXCEEDED")
        assert refused["quota"] == {"base": excellent + good, "limit": limit}
    assert quarter.service.sql(STORED, GROUP) == ["0 0 0 f"]
    concluded = quarter.conclude(*levels(2, 6))
    assert concluded["quota"] == {"base": 8, "limit": 2, "holds": True}
    assert quarter.service.sql(STORED, GROUP) == ["2 6 8 f"]


def test_the_table_itself_holds_the_limit_of_the_edition(quarter: InventedYear) -> None:
    """A direct write to the database: two of six is within the limit, three is not (ck_quota_holds)."""
    write = "UPDATE quota SET excellent = $2, base = 8 WHERE year = 2031 AND peer_group_code = $1"
    with pytest.raises(asyncpg.CheckViolationError, match="ck_quota_holds"):
        quarter.service.sql(write, GROUP, 3)
    quarter.service.sql(write, GROUP, 2)


def test_verify_counts_by_the_edition_of_each_year(quarter: InventedYear) -> None:
    more = environment(quarter.service.data_dir, PYTHONPATH=str(quarter.paths))
    done = subprocess.run(
        [XEPLOAI, "verify"], env=more, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("2022, 2023, 2031: ")
    marked = "UPDATE quota SET over_quota = {} WHERE year = 2031 AND peer_group_code = $1"
    quarter.service.sql(marked.format("true"), GROUP)
    wrong = subprocess.run(
        [XEPLOAI, "verify"], env=more, capture_output=True, text=True, check=False
    )
    quarter.service.sql(marked.format("false"), GROUP)
    assert f"over_quota: {GROUP}, 2031: 2 EXCELLENT on a base of 8" in wrong.stdout


def test_the_portal_shows_the_limit_of_the_edition(
    quarter: InventedYear, chromium: Browser
) -> None:
    token = quarter.secretary
    session = {
        "token": token,
        "identity": None,
        "person": quarter.chair,
        "post": None,
        "over": False,
    }
    first, second = (name for _, name in quarter.members[8:])
    with visiting(chromium, quarter.service.url) as visit:
        page = visit.page
        page.goto(visit.url)
        page.evaluate("s => sessionStorage.setItem('xeploai.session', s)", json.dumps(session))
        visit.go(f"/viec/nhom/{GROUP}?nam={YEAR}")
        gauge = page.get_by_role("region", name="Tỷ lệ xuất sắc")
        expect(gauge.get_by_role("status")).to_have_text("Xuất sắc 2/2 vừa đủ tỷ lệ")
        expect(gauge).to_contain_text("Tối đa 2 trên 8 được tính")
        choose(page, first, "Xuất sắc")
        expect(gauge.get_by_role("status")).to_have_text("Xuất sắc 3/2 vượt 1")
        choose(page, second, "Tốt")
        expect(gauge.get_by_role("status")).to_have_text("Xuất sắc 3/3 vừa đủ tỷ lệ")
        expect(gauge).to_contain_text("Tối đa 3 trên 10 được tính")
        choose(page, second, "Xuất sắc")
        expect(gauge.get_by_role("status")).to_have_text("Xuất sắc 4/3 vượt 1")
        assert visit.complaints == []
