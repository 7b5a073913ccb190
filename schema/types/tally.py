"""Counts of each level over a subtree of bodies."""

import strawberry

from schema.types.record import Record


@strawberry.type(description="Counts of the levels over a whole subtree, the body itself included.")
class Tally(Record):
    excellent: int = strawberry.field(
        description="Hoàn thành xuất sắc nhiệm vụ: how many (QĐ124:Đ12.1)."
    )
    good: int = strawberry.field(description="Hoàn thành tốt nhiệm vụ: how many (QĐ124:Đ12.2).")
    completed: int = strawberry.field(description="Hoàn thành nhiệm vụ: how many (QĐ124:Đ12.3).")
    not_completed: int = strawberry.field(
        description="Không hoàn thành nhiệm vụ: how many (QĐ124:Đ12.4)."
    )
    not_rated: int = strawberry.field(description="Chưa xếp loại: how many have no level.")
    total: int = strawberry.field(description="Tổng số: all of them, rated or not.")


NOTHING_TALLIED = dict.fromkeys(
    ("excellent", "good", "completed", "not_completed", "not_rated", "total"), 0
)
