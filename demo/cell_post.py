"""Writes the officers' posts of each cell, and the cell as a rater."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from db.copy import copy_rows
from db.enums import StoredSeat
from db.repositories.body import Body, Post, add_classes_of_members, add_posts
from demo.cell import Cells
from rules.authority import RATERS, class_of_members
from rules.kinds import BodyKind, Rank, Tier

CELL_RATER = "grassroots_cell"


async def add(connection: AsyncConnection, cells: Cells, above: Mapping[str, Body]) -> None:
    """Write posts, seats and raters of the cells.

    A cell decides on its own members (HD01:7): its secretary chairs, its officers compile, and another
    officer records what the cell decides about its secretary. `above` are the bodies directly above
    the cells, by code.
    """
    of_members = {
        cell.code: [_class_of_members(above[cell.parent_code or ""])] for cell in cells.bodies
    }
    await add_classes_of_members(connection, of_members)
    await add_posts(connection, cells.posts)
    chairs = [post for post in cells.posts if post.rank == Rank.SECRETARY]
    seats = {True: StoredSeat.CHAIR, False: StoredSeat.MEMBER}
    rows = [[post.code, CELL_RATER, seats[post.rank == Rank.SECRETARY]] for post in cells.posts]
    await copy_rows(connection, "post_role", ["post_code", "rater_code", "seat"], rows)
    names = {cell.code: cell.name for cell in cells.bodies}
    raters = [_rater(post, names[post.body_code]) for post in chairs]
    await copy_rows(
        connection, "rater", list(raters[0]), [list(rater.values()) for rater in raters]
    )


def _rater(chair: Post, name: str) -> dict[str, str]:
    word = RATERS[CELL_RATER]
    return {
        "id": f"{CELL_RATER}@{chair.body_code}",
        "code": CELL_RATER,
        "section": word.section,
        "name": name,
        "clause": word.clause,
        "scope_body_code": chair.body_code,
        "chair_post_code": chair.code,
        "compiled_by_body_code": chair.body_code,
    }


def _class_of_members(above: Body) -> str:
    return class_of_members(BodyKind(above.kind), Tier(above.tier))
