"""Records a small database as an earlier version made it, as text: a line of JSON for each row.

What a later version does with it is tried by test_correction.py. It is run once, by the code of the version whose
database it is (here commit 1b2faa7, whose head is 0010), in a checkout of that commit:

    PYTHONPATH=CHECKOUT python tests/deploy/recording_database.py tests/deploy/databases/0010.jsonl

Everybody is invented. The ids of appraisals are new each time; persons have always the same.
"""

# The names are those of that version, which the present one need not have.
# mypy: ignore-errors

import asyncio
import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.reading import load_policy
from db import acts, appraisals, bodies, catalogue, migrate, persons
from db.acts import Act
from db.appraisals import Appraisal, Facts
from db.bodies import Body
from db.embedded import embedded_server
from db.engine import connect, transaction
from db.persons import Membership, Person
from db.tables import metadata
from resolvers import computing, opening, policies
from resolvers.acting import Acting
from resolvers.actors import actor_of
from resolvers.callers import SignedIn
from resolvers.delegations import Document
from resolvers.demonstration.authorities import authorities_of
from resolvers.demonstration.deciding import Authority, acts_of
from resolvers.entries import flags_of_body, flags_of_member, flags_of_official
from rules.editions import edition_for
from rules.facts import Attested
from rules.words import Level, Stage, Track

NAMESPACE = UUID("0c1d8f52-3f0e-5c55-8d3a-5a1f0f6f2b10")
BODIES = [
    "ht",
    "ht.btv",
    "ht.ban-to-chuc-tu",
    "ht.ban-to-chuc-tu.tt",
    "ht.ubnd",
    "ht.ubnd.bcs",
    "ht.vp-ubnd",
    "ht.vp-ubnd.tt",
    "ht.so-y-te",
    "ht.so-y-te.tt",
    "ht.so-tu-phap",
    "ht.so-tu-phap.tt",
    "ht.thach-ha",
    "ht.thach-ha.btv",
    "ht.thach-ha.btc",
    "ht.thach-ha.ubnd",
]
RATERS = {
    "provincial_standing_committee@ht",
    "panel_6_2_3@ht",
    "district_standing_committee@ht.thach-ha",
}
PEOPLE = {
    "ht.bi-thu": "Nguyễn Văn An",
    "ht.ban-to-chuc-tu.truong": "Trần Thị Bình",
    "ht.ubnd.ct": "Lê Quang Cường",
    "ht.ubnd.pct#1": "Phạm Đức Dũng",
    "ht.ubnd.pct#2": "Hoàng Thu Giang",
    "ht.vp-ubnd.truong": "Võ Minh Hiếu",
    "ht.so-y-te.truong": "Đặng Ngọc Hoa",
    "ht.so-y-te.pho": "Bùi Đình Khoa",
    "ht.so-tu-phap.truong": "Đỗ Thanh Lan",
    "ht.so-tu-phap.pho": "Hồ Viết Lâm",
    "ht.thach-ha.bi-thu": "Ngô Quốc Long",
    "ht.thach-ha.ubnd.ct": "Dương Kim Mai",
    "ht.thach-ha.ubnd.pct#1": "Lý Xuân Nam",
    "ht.thach-ha.ubnd.pct#2": "Phan Hữu Hải",
}
"""By post; of several seats each has a number."""
MEMBERS = {
    "ht.so-y-te.cb1": ("Đinh Thị Nga", "Trịnh Công Phúc"),
    "ht.so-y-te.cb2": ("Thái Văn Quân",),
}
NAMES = [name for names in MEMBERS.values() for name in names]
CLOSED, OPEN = 2023, 2024
SINCE = date(2021, 3, 1)
OFFICE = "ht.ban-to-chuc-tu.truong"
Row = Mapping[str, Any]


def person_of(key: str) -> UUID:
    return uuid5(NAMESPACE, key)


def small_catalogue(folder: Path) -> catalogue.Catalogue:
    """Some rows of the catalogue that came with the version."""
    for name, keeps in {
        "bodies.csv": lambda row: row["code"] in BODIES,
        "posts.csv": lambda row: row["body"] in BODIES,
        "raters.csv": lambda row: f"{row['rater']}@{row['scope']}" in RATERS,
    }.items():
        source = Path(catalogue.__file__).parent / "ha-tinh-2023" / name
        with source.open(encoding="utf-8", newline="") as opened:
            reader = csv.DictReader(opened)
            rows = [_row(row) for row in reader if keeps(row)]
        with (folder / name).open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, reader.fieldnames or (), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return catalogue.read_catalogue(folder, catalogue.words_of(edition_for(CLOSED)))


def _row(row: dict[str, str]) -> dict[str, str]:
    """The row, without seats on raters that this catalogue lacks."""
    words = {rater.partition("@")[0] for rater in RATERS}
    if "rater_roles" in row:
        roles = [role for role in row["rater_roles"].split(";") if role.partition(":")[0] in words]
        return row | {"rater_roles": ";".join(roles)}
    return row


def grassroots(code: str, parent: str, kind: str, name: str) -> Body:
    return Body(
        code=code,
        parent_code=parent,
        leads_code=None,
        tier="GRASSROOTS",
        kind=kind,
        subject_class="ORG",
        peer_group_code=None,
        name=name,
        source="invented",
    )


async def settle_people(connection: AsyncConnection) -> None:
    """A grassroots organisation with two cells, and a person in each post and cell."""
    above = grassroots("ht.so-y-te.db", "ht", "PARTY_ORGANISATION", "Đảng bộ Sở Y tế")
    of_cells = [
        grassroots(code, above.code, "PARTY_CELL", f"Chi bộ {code[-1]} Sở Y tế") for code in MEMBERS
    ]
    await bodies.add_bodies(connection, [above, *of_cells])
    everybody = [
        Person(id=person_of(key), name=name, is_invented=True, is_civil_servant=False)
        for key, name in {**PEOPLE, **dict(zip(NAMES, NAMES, strict=True))}.items()
    ]
    await persons.add_persons(connection, everybody)
    posts = {post.code: post for post in await bodies.all_posts(connection)}
    held = [(key, posts[post].body_code, post) for key in PEOPLE for post in [key.split("#")[0]]]
    members = [(name, cell, None) for cell, names in MEMBERS.items() for name in names]
    memberships = [
        Membership(
            id=person_of(f"{key} in {body}"),
            person_id=person_of(key),
            body_code=body,
            post_code=post,
            since=SINCE,
        )
        for key, body, post in (*held, *members)
    ]
    await persons.add_memberships(connection, memberships)


async def act_of_office(connection: AsyncConnection, day: date) -> Acting:
    actor = await actor_of(connection, SignedIn(person_of(OFFICE)), day)
    return Acting.now(connection, load_policy(), actor, day)


def facts_of(appraisal: Appraisal, flags: Sequence[str], **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- values of facts
    """Facts of an excellent year, changed by `told`."""
    edition = edition_for(appraisal.year)
    work = {"assigned": 10, "completed": 10, "on_time": 10, "exceeded": 6}
    document: dict[str, Any] = {
        "subject": str(appraisal.body_code or appraisal.person_id),
        "year": appraisal.year,
        "subject_class": appraisal.subject_class,
        "track": appraisal.track,
        "flags": list(flags),
        "grades": {
            criterion.code: {"grade": "EXCELLENT", "product": True}
            for criterion in edition.criteria[appraisal.subject_class]
            if not criterion.if_any
        },
        "targets": work,
        "attested": [str(word) for word in Attested if word is not Attested.OUTSTANDING_COMPLETION],
    }
    if appraisal.subject_class != "PERSON":
        document["area"] = work
    if appraisal.subject_class == "LEADER":
        document["workplace_votes"] = {
            "issued": 42,
            "returned": 41,
            "valid": 40,
            "excellent": 37,
            "good": 2,
            "completed": 1,
        }
    return document | changes


async def by_subject(connection: AsyncConnection, year: int) -> dict[str, Appraisal]:
    """The appraisals of a year by the code of the body, the post (with its number), or the name of the member."""
    named = {person_of(key): key for key in (*PEOPLE, *NAMES)}
    return {
        appraisal.body_code or named[appraisal.person_id]: appraisal
        for appraisal in await appraisals.of_year(connection, year)
        if appraisal.body_code or appraisal.person_id in named
    }


async def flags_of(connection: AsyncConnection, appraisal: Appraisal) -> Sequence[str]:
    if appraisal.body_code:
        return flags_of_body(await bodies.kind_of(connection, appraisal.body_code))
    if appraisal.track == Track.PARTY_MEMBER:
        return flags_of_member(is_civil_servant=False)
    return flags_of_official(await bodies.rank_of(connection, appraisal.post_code or ""))


async def record_facts(
    connection: AsyncConnection,
    year: int,
    facts_by_key: Mapping[str, Mapping[str, Any]],
    at: datetime,
) -> None:
    by_name = await by_subject(connection, year)
    documents = [
        Facts(
            appraisal_id=by_name[key].id,
            version=1,
            document=facts_of(by_name[key], await flags_of(connection, by_name[key]), **more),
            recorded_at=at,
            recorded_by=None,
        )
        for key, more in facts_by_key.items()
    ]
    await appraisals.add_facts(connection, documents)
    await computing.compute(connection, year, at)


async def decide(
    connection: AsyncConnection, year: int, levels: Mapping[str, Level], day: date
) -> None:
    """Decide as the chair of the competent rater; the subjects are self-rated and proposed."""
    by_name = await by_subject(connection, year)
    chosen = [by_name[key] for key in levels]
    authorities = await authorities_of(connection, load_policy(), chosen)
    decided = [
        _decided(by_name[key], level, authorities[by_name[key].id], day)
        for key, level in levels.items()
    ]
    await appraisals.save(connection, decided)
    await acts.append_acts(connection, acts_of(decided, authorities, {}))


def _decided(appraisal: Appraisal, level: Level, authority: Authority, day: date) -> Appraisal:
    return replace(
        appraisal,
        stage=Stage.DECIDED,
        proposed_level=level,
        level=level,
        decided_on=day,
        rater_id=authority.place["id"],
        clause=authority.clause,
        document_number=f"{day:%d%m}-KL",
        document_date=day,
        changed_at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
    )


async def move(connection: AsyncConnection, year: int, name: str, cell: str, day: date) -> None:
    """A member goes to another cell: as `transfer` of that version left the appraisal and its act."""
    appraisal = (await by_subject(connection, year))[name]
    after = replace(appraisal, home_body_code=cell, peer_group_code=f"party-members-of:{cell}")
    await appraisals.save(connection, [after])
    payload = {
        "kind": "transfer",
        "to": cell,
        "on": day.isoformat(),
        "post": None,
        "from_home": appraisal.home_body_code,
        "from_group": appraisal.peer_group_code,
        "home": cell,
        "group": after.peer_group_code,
        "document": {"number": "7-GT", "date": day.isoformat()},
    }
    done = Act(
        appraisal_id=appraisal.id,
        act="compile",
        at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
        actor_person_id=person_of(OFFICE),
        actor_post_code=OFFICE,
        on_behalf_rater_id=None,
        clause="QĐ124:Đ7.2.3",
        payload=payload,
    )
    await acts.append_acts(connection, [done])


NO_VOTE: Row = {"workplace_votes": None}
NOT_COUNTED: Row = {"targets": None}


async def play(connection: AsyncConnection, folder: Path) -> None:
    edition = edition_for(CLOSED)
    await policies.install(connection, load_policy().text, datetime(2023, 11, 20, 8, tzinfo=UTC))
    await catalogue.load(connection, small_catalogue(folder))
    await settle_people(connection)
    await bodies.rebuild_tree(connection)
    for year in (CLOSED, OPEN):
        day = date(year, 11, 21)
        acting = await act_of_office(connection, day)
        key = person_of(f"opening of {year}")
        await opening.open_year(acting, key, year, Document(f"1-KH/{year}", day))
    # Closed: decided ones with a level too high, with an unreported wait, with an EXCELLENT that no quota counted.
    facts_by_key: dict[str, Row] = {
        "ht.so-y-te.tt": {},
        "ht.ubnd.pct#1": NO_VOTE,
        "ht.ubnd.pct#2": {},
        "ht.thach-ha.ubnd.pct#1": {},
        "ht.thach-ha.ubnd.pct#2": {},
        "ht.thach-ha.ubnd.ct": {},
        "ht.so-y-te.pho": {},
    }
    await record_facts(connection, CLOSED, facts_by_key, datetime(CLOSED, 12, 1, 8, tzinfo=UTC))
    levels = {
        "ht.so-y-te.tt": Level.GOOD,
        "ht.ubnd.pct#1": Level.GOOD,
        "ht.thach-ha.ubnd.pct#1": Level.EXCELLENT,
        "ht.thach-ha.ubnd.pct#2": Level.EXCELLENT,
        "ht.thach-ha.ubnd.ct": Level.GOOD,
        "ht.so-y-te.pho": Level.GOOD,
    }
    await decide(connection, CLOSED, levels, date(CLOSED, 12, 8))
    await computing.recount(connection, CLOSED, edition)
    await move(connection, CLOSED, "Trịnh Công Phúc", "ht.so-y-te.cb2", date(CLOSED, 12, 11))
    await computing.recount(connection, CLOSED, edition)
    day = date(OPEN, 1, 15)
    acting = await act_of_office(connection, day)
    key = person_of(f"closing of {CLOSED}")
    await opening.close_year(acting, key, CLOSED, Document(f"9-TB/{OPEN}", day))
    # Open: the same, undecided, and one that the correction does not change.
    facts_by_key = {
        "ht.so-tu-phap.pho": NOT_COUNTED,
        "ht.thach-ha.ubnd.pct#1": NO_VOTE,
        "ht.so-y-te.pho": {},
        "Đinh Thị Nga": NOT_COUNTED,
    }
    await record_facts(connection, OPEN, facts_by_key, datetime(OPEN, 12, 1, 8, tzinfo=UTC))
    await decide(connection, OPEN, {"ht.so-tu-phap.pho": Level.GOOD}, date(OPEN, 12, 8))
    await computing.recount(connection, OPEN, edition)


async def rows(connection: AsyncConnection) -> Iterator[tuple[str, str]]:
    """Every row of every table; referenced tables come first."""
    table_rows = []
    for table in [*metadata.sorted_tables]:
        key = ", ".join(column.name for column in table.primary_key.columns)
        statement = text(f'SELECT CAST(to_jsonb(n) AS text) FROM "{table.name}" n ORDER BY {key}')
        table_rows += [(table.name, row) for row in (await connection.execute(statement)).scalars()]
    return iter(table_rows)


async def record(url: str, folder: Path) -> list[str]:
    await migrate.upgrade(url)
    engine = await connect(url)
    async with transaction(engine) as connection:
        await play(connection, folder)
    async with transaction(engine) as connection:
        await connection.execute(text("SET LOCAL timezone = 'UTC'"))
        lines = [
            f'{{"table": "{table}", "row": {json.dumps(json.loads(row), ensure_ascii=False, sort_keys=True)}}}'
            for table, row in await rows(connection)
        ]
    await engine.dispose()
    return lines


def main(target: str) -> None:
    with (
        TemporaryDirectory(prefix="xeploai-") as data,
        TemporaryDirectory() as folder,
        embedded_server(Path(data)) as url,
    ):
        lines = asyncio.run(record(url, Path(folder)))
    Path(target).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
