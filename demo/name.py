"""Invents names of people from common parts, at random."""

from collections.abc import Iterator
from random import Random

FAMILY = "Nguyễn Trần Lê Phạm Hoàng Phan Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Mai Thái Hà Cao".split()  # noqa: SIM905
MIDDLE_MEN = "Văn Đức Xuân Quang Hữu Minh Đình Công Thành Quốc Viết Sỹ".split()  # noqa: SIM905
MIDDLE_WOMEN = "Thị Thanh Thu Ngọc Thuỳ Hồng Kim Bích Phương Diệu".split()  # noqa: SIM905
GIVEN_MEN = [
    "An",
    "Bình",
    "Cường",
    "Dũng",
    "Dương",
    "Đạt",
    "Giang",
    "Hải",
    "Hiếu",
    "Hoà",
    "Hùng",
    "Huy",
    "Khánh",
    "Khoa",
    "Lâm",
    "Long",
    "Nam",
    "Nghĩa",
    "Phong",
    "Phúc",
    "Quân",
    "Sơn",
    "Tài",
    "Tâm",
    "Thắng",
    "Thành",
    "Thịnh",
    "Tiến",
    "Toàn",
    "Trung",
    "Tuấn",
    "Tùng",
    "Việt",
    "Vinh",
]
GIVEN_WOMEN = [
    "Anh",
    "Châu",
    "Chi",
    "Dung",
    "Giang",
    "Hà",
    "Hạnh",
    "Hằng",
    "Hiền",
    "Hoa",
    "Huệ",
    "Hương",
    "Lan",
    "Liên",
    "Linh",
    "Loan",
    "Mai",
    "Minh",
    "Nga",
    "Ngân",
    "Nhung",
    "Oanh",
    "Phương",
    "Quyên",
    "Tâm",
    "Thảo",
    "Thuỷ",
    "Trang",
    "Tú",
    "Tuyết",
    "Vân",
    "Yến",
]
SHARE_OF_WOMEN = 0.35


def names(random: Random) -> Iterator[str]:
    """An infinite iterator of distinct names."""
    used: set[str] = set()
    while True:
        is_woman = random.random() < SHARE_OF_WOMEN
        middle_names, given_names = (
            (MIDDLE_WOMEN, GIVEN_WOMEN) if is_woman else (MIDDLE_MEN, GIVEN_MEN)
        )
        name = " ".join(random.choice(words) for words in (FAMILY, middle_names, given_names))
        if name in used:
            name = f"{random.choice(FAMILY)} {name}"
        if name not in used:
            used.add(name)
            yield name
