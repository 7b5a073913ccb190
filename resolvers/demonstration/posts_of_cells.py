"""What a cell adds to the registry besides its body: its secretary's post, and itself as a rater."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from db.bodies import Body, add_classes_of_members
from db.bulk import copy_rows
from resolvers.demonstration.cells import Cells
from rules.authority import RATERS, class_of_members
from rules.kinds import BodyKind, Tier

CELL_RATER = "grassroots_cell"


async def add(connection: AsyncConnection, cells: Cells, above: Mapping[str, Body]) -> None:
    """The cell decides on its own members (HD01:7); its secretary chairs. `above`: what it is under."""
    word = RATERS[CELL_RATER]
    names = {cell.code: cell.name for cell in cells.bodies}
    posts = cells.posts
    await add_classes_of_members(
        connection,
        {cell.code: [_class_of_members(above[cell.parent_code or ""])] for cell in cells.bodies},
    )
    await copy_rows(
        connection,
        "post",
        ["code", "body_code", "rank", "title", "seats", "source"],
        [[one.code, one.body_code, one.rank, one.title, one.seats, one.source] for one in posts],
    )
    await copy_rows(
        connection,
        "post_role",
        ["post_code", "rater_code", "seat"],
        [[one.code, CELL_RATER, "chair"] for one in posts],
    )
    await copy_rows(
        connection,
        "body_post",
        ["body_code", "post_code"],
        [[one.body_code, one.code] for one in posts],
    )
    await copy_rows(
        connection,
        "rater",
        ["id", "code", "section", "name", "clause", "scope_body_code", "chair_post_code"],
        [
            [
                f"{CELL_RATER}@{one.body_code}",
                CELL_RATER,
                word.section,
                names[one.body_code],
                word.clause,
                one.body_code,
                one.code,
            ]
            for one in posts
        ],
    )


def _class_of_members(above: Body) -> str:
    return class_of_members(BodyKind(above.kind), Tier(above.tier))
