"""The ratio of the quota is in the editions only: code has no fifth and no 20 % (QĐ124:Đ12.1.4)."""

import re

from tests.house.tree import ROOMS, name, relative, texts

FIFTH = re.compile(
    r"20 ?%|(?<![\d.])0[.,]2\b|một phần năm|one fifth|one in five|Fraction\(1, ?5\)|\b5 ?\* ?\w*\.?(excellent|good|base)"
    r"|(excellent|good|base|counted)\)? ?(\* ?5\b|//? ?5\b)|share_whole\D*\b5\b",
    re.IGNORECASE,
)
OF_THE_LAW = re.compile(r"rules/(texts|editions)/[^/]+\.toml")
LANGUAGES = {".py", ".sql", ".ts", ".tsx", ".graphql", ".toml"}
OF_OURS = {
    "rules/editions/strict_table.py": "how an edition writes a number, by examples",
    "db/migrations/versions/0001_first.sql": "the CHECK of the first version, which 0012 replaces",
    "db/migrations/versions/0012_shares_of_editions.py": "what an older version goes on counting by",
    "db/tables/year.py": "the default of that migration, which this version never leaves",
}
"""The places that may have a fifth, with the reason."""


def places() -> dict[str, list[str]]:
    by_file: dict[str, list[str]] = {}
    for path, text in texts():
        where = name(path)
        of_a_room = relative(path)[0] in ROOMS and path.suffix in LANGUAGES
        if of_a_room and not OF_THE_LAW.match(where) and "node_modules" not in where:
            lines = [line.strip() for line in text.splitlines() if FIFTH.search(line)]
            if lines:
                by_file[where] = lines
    return by_file


def test_the_ratio_of_the_quota_is_in_the_editions_only() -> None:
    assert {where: lines for where, lines in places().items() if where not in OF_OURS} == {}


def test_every_other_place_is_still_there() -> None:
    assert OF_OURS.keys() <= places().keys()


def test_what_is_looked_for() -> None:
    for line in (
        "WHERE 5 * excellent > good",
        "limit = good // 5",
        "không vượt quá 20%",
        "base / 5",
    ):
        assert FIFTH.search(line), line
    for line in ("good * 50", "first: 25", "120 ms", "base + 5"):
        assert not FIFTH.search(line), line
