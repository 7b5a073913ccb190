"""The catalogue of Hà Tĩnh: what is loaded, and that a second load of the same file changes nothing."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.catalogue import HA_TINH_2023, Catalogue, Changes, Words, load, read_catalogue
from db.connection import deployment
from db.errors import CatalogueError
from db.repositories import body as bodies
from db.tables import metadata

pytestmark = pytest.mark.anyio

LOST = "is in the database and not in the file"
Edit = Callable[[str, str, str], Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """A copy of the catalogue with a piece of one file replaced."""

    def edit(file: str, old: str, new: str) -> Path:
        shutil.copytree(HA_TINH_2023, tmp_path, dirs_exist_ok=True)
        before = (tmp_path / file).read_bytes().decode()
        assert old in before
        (tmp_path / file).write_bytes(before.replace(old, new).encode())
        return tmp_path

    return edit


async def test_everything_is_there(loaded: AsyncConnection) -> None:
    assert await count(loaded, "body") == 199
    assert await count(loaded, "post") == 240
    assert await scalar(loaded, "SELECT sum(seats) FROM post") == 531
    assert await count(loaded, "rater") == 18
    assert await count(loaded, "peer_group") == 8
    assert await count(loaded, "body_tree WHERE depth = 0") == 199
    assert await count(loaded, "body_tree WHERE ancestor_code = 'ht'") == 199


async def test_a_second_load_of_the_same_files_changes_nothing(
    loaded: AsyncConnection, catalogue: Catalogue
) -> None:
    before = await everything(loaded)
    assert await load(loaded, catalogue) == Changes(added=0, changed=0, removed=0)
    assert await everything(loaded) == before


async def test_a_load_says_what_it_did(loaded: AsyncConnection) -> None:
    assert str(await load(loaded)) == "0 added, 0 changed, 0 removed"


async def test_raters_stand_at_their_places(loaded: AsyncConnection, words: Words) -> None:
    rows = await loaded.execute(
        text("SELECT id, name, scope_body_code, chair_post_code, compiled_by_body_code FROM rater")
    )
    rater_rows = {row.id: tuple(row)[1:] for row in rows}
    panel = "panel_6_2_3"
    assert rater_rows[panel] == (words.raters[panel].name, "ht", "ht.ubnd.ct", "ht.vp-ubnd")
    assert rater_rows["provincial_standing_committee"][1:] == (
        "ht",
        "ht.bi-thu",
        "ht.ban-to-chuc-tu",
    )
    assert rater_rows["panel_6_2_1"][1:] == ("ht", "ht.pbt-tt", "ht.ban-to-chuc-tu")
    assert rater_rows["panel_6_2_2"][1:] == ("ht", "ht.hdnd.pct-tt", "ht.vp-hdnd")
    assert rater_rows["district_standing_committee@ht.thach-ha"] == (
        "Ban Thường vụ Huyện uỷ Thạch Hà",
        "ht.thach-ha",
        "ht.thach-ha.bi-thu",
        "ht.thach-ha.btc",
    )
    assert rater_rows["bloc_standing_committee@ht.duk"] == (
        "Ban Thường vụ Đảng uỷ Khối các cơ quan và doanh nghiệp tỉnh",
        "ht.duk",
        "ht.duk.bi-thu",
        "ht.duk.btc",
    )
    assert sum(key.startswith("district_standing_committee@") for key in rater_rows) == 13


@pytest.mark.parametrize(
    ("post", "lists"),
    [
        ("ht.bi-thu", {"ht.btv", "ht"}),
        ("ht.tuv", {"ht"}),
        ("ht.thach-ha.uv-btv", {"ht.thach-ha.btv", "ht.thach-ha"}),
        ("ht.so-noi-vu.truong", {"ht.so-noi-vu", "ht.so-noi-vu.tt"}),
        ("ht.so-noi-vu.pho", {"ht.so-noi-vu", "ht.so-noi-vu.tt"}),
        ("ht.ubnd.ct", {"ht.ubnd", "ht.ubnd.tt"}),
        ("ht.ubnd.bcs.uv", {"ht.ubnd.bcs"}),
        ("ht.ubkt-tu.uv", {"ht.ubkt-tu"}),
        ("ht.thach-ha.hdnd.ct", {"ht.thach-ha.hdnd"}),
        ("ht.dai-hoc.cthdt", {"ht.dai-hoc", "ht.dai-hoc.hdt"}),
        ("ht.dai-hoc.ht", {"ht.dai-hoc", "ht.dai-hoc.bgh"}),
        ("ht.dai-hoc.pht", {"ht.dai-hoc", "ht.dai-hoc.bgh"}),
        ("ht.cd-y-te.cthdt", {"ht.cd-y-te"}),
        ("ht.cd-y-te.ht", {"ht.cd-y-te", "ht.cd-y-te.bgh"}),
    ],
)
async def test_a_post_is_shown_in_the_lists_it_belongs_to(
    loaded: AsyncConnection, post: str, lists: set[str]
) -> None:
    rows = await loaded.execute(
        text("SELECT body_code FROM body_post WHERE post_code = :post"), {"post": post}
    )
    assert set(rows.scalars()) == lists


async def test_classes_and_roles_are_those_of_the_files(loaded: AsyncConnection) -> None:
    assert await column(
        loaded, "SELECT class_code FROM post_class WHERE post_code = 'ht.bi-thu'"
    ) == [
        "centrally_managed",
        "provincial_standing_committee_member",
    ]
    assert await column(
        loaded, "SELECT rater_code || ':' || seat FROM post_role WHERE post_code = 'ht.pbt-tt'"
    ) == ["panel_6_2_1:chair", "provincial_standing_committee:member"]
    assert (
        await column(loaded, "SELECT class_code FROM body_class WHERE body_code = 'ht.dai-hoc.hdt'")
        == []
    )


async def test_a_changed_file_updates_by_code(
    loaded: AsyncConnection, words: Words, edited: Edit
) -> None:
    changed = edited("bodies.csv", ",Sở Nội vụ,", ",Sở Nội vụ và Cải cách hành chính,")
    changes = await load(loaded, read_catalogue(changed, words))
    assert changes == Changes(added=0, changed=2, removed=0)  # the body, and the files' digest
    assert await column(loaded, "SELECT search_key FROM body WHERE code = 'ht.so-noi-vu'") == [
        "so noi vu va cai cach hanh chinh"
    ]


async def test_a_body_that_moves_takes_its_branch_of_the_tree_along(
    loaded: AsyncConnection, words: Words, edited: Edit
) -> None:
    moved = edited("bodies.csv", "ht.so-noi-vu,ht.ubnd,", "ht.so-noi-vu,ht,")
    await load(loaded, read_catalogue(moved, words))
    assert await column(
        loaded, "SELECT ancestor_code FROM body_tree WHERE body_code = 'ht.so-noi-vu.tt'"
    ) == ["ht", "ht.so-noi-vu", "ht.so-noi-vu.tt"]


async def test_a_class_or_role_that_left_the_file_is_removed(
    loaded: AsyncConnection, words: Words, edited: Edit
) -> None:
    fewer = edited("posts.csv", "party_agency_head,panel_6_2_1:member", "party_agency_head,")
    changes = await load(loaded, read_catalogue(fewer, words))
    assert changes == Changes(added=0, changed=1, removed=5)


async def test_a_body_that_left_the_file_is_refused(
    loaded: AsyncConnection, words: Words, edited: Edit
) -> None:
    before = await everything(loaded)
    line = "ht.mitraco,ht.ubnd,,PROVINCE,ENTERPRISE,ORG,,,"
    fewer = edited("bodies.csv", line, line.replace("ht.mitraco", "ht.khoang-san"))
    edited_posts = (fewer / "posts.csv").read_text(encoding="utf-8")
    (fewer / "posts.csv").write_text(
        edited_posts.replace("ht.mitraco", "ht.khoang-san"), encoding="utf-8"
    )
    with pytest.raises(CatalogueError) as refusal:
        await load(loaded, read_catalogue(fewer, words))
    assert [str(fault) for fault in refusal.value.faults] == [
        f"bodies.csv:1: ht.mitraco {LOST}; write its day in dissolved_on",
        f"posts.csv:1: ht.mitraco.cthdqt {LOST}",
        f"posts.csv:1: ht.mitraco.tgd {LOST}",
    ]
    assert await everything(loaded) == before


async def test_a_body_is_dissolved_by_the_day_in_its_line(
    loaded: AsyncConnection, words: Words, edited: Edit
) -> None:
    directory = edited("bodies.csv", "name,source", "name,source,dissolved_on")
    lines = (directory / "bodies.csv").read_text(encoding="utf-8").splitlines()
    lines[1:] = [
        line + (",2025-07-01" if line.startswith("ht.lhkhkt.dd,") else ",") for line in lines[1:]
    ]
    (directory / "bodies.csv").write_text("\n".join(lines), encoding="utf-8")
    catalogue = read_catalogue(directory, words)
    assert await load(loaded, catalogue) == Changes(added=0, changed=2, removed=0)
    rows = await loaded.execute(text("SELECT dissolved_on FROM body WHERE code = 'ht.lhkhkt.dd'"))
    assert rows.scalar_one() == date(2025, 7, 1)


async def test_party_cells_are_not_the_catalogues(
    loaded: AsyncConnection, catalogue: Catalogue
) -> None:
    own = next(body for body in await bodies.all_bodies(loaded) if body.code == "ht.so-noi-vu")
    cell = replace(
        own, code="ht.so-noi-vu.cb", parent_code=own.code, kind="PARTY_CELL", tier="GRASSROOTS"
    )
    await bodies.add_bodies(loaded, [cell])
    assert await load(loaded, catalogue) == Changes(added=0, changed=0, removed=0)
    assert await count(loaded, "body_tree WHERE body_code = 'ht.so-noi-vu.cb'") == 4


async def test_the_deployment_knows_its_catalogue(
    loaded: AsyncConnection, catalogue: Catalogue
) -> None:
    assert await deployment.get(loaded, "catalogue") == catalogue.digest
    await deployment.put(loaded, "catalogue", "another")
    assert await deployment.get(loaded, "catalogue") == "another"
    assert await deployment.get(loaded, "is_demonstration") is None


async def everything(connection: AsyncConnection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, with the transaction and place that wrote it."""
    return {
        table: [
            tuple(row)
            for row in await connection.execute(
                text(f"SELECT t.xmin::text, t.ctid::text, t.* FROM {table} t ORDER BY t.ctid")
            )
        ]
        for table in metadata.tables
    }


async def count(connection: AsyncConnection, source: str) -> object:
    return await scalar(connection, f"SELECT count(*) FROM {source}")


async def scalar(connection: AsyncConnection, statement: str) -> object:
    return (await connection.execute(text(statement))).scalar_one()


async def column(connection: AsyncConnection, statement: str) -> list[str]:
    return sorted((await connection.execute(text(statement))).scalars())
