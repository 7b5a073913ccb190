"""What a cell adds to the registry besides its body: its secretary's post, and itself as a rater."""

from sqlalchemy.ext.asyncio import AsyncConnection

from db.bulk import copy_rows
from resolvers.demonstration.cells import Cells
from rules.authority import RATERS

CELL_RATER = "grassroots_cell"


async def add(connection: AsyncConnection, cells: Cells) -> None:
    """The cell decides on its own members (HD01:7); its secretary chairs."""
    word = RATERS[CELL_RATER]
    names = {cell.code: cell.name for cell in cells.bodies}
    posts = cells.posts
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
