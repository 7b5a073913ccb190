"""Checks of the catalogue as a whole: circles of parents, and raters without a chair or a place."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from db.catalogue.csv_row import CsvRow
from db.enums import StoredSeat

Parents = Mapping[str, str]


def parents_of(rows: Iterable[CsvRow]) -> Parents:
    return {row.cells["code"]: row.cells["parent"] for row in rows}


def above(code: str, parents: Parents) -> list[str]:
    """The body itself and all above it, upwards; in a circle, each body once."""
    chain: list[str] = []
    while code and code not in chain:
        chain.append(code)
        code = parents.get(code, "")
    return chain


def check_codes(rows: Sequence[CsvRow]) -> None:
    """Each code stands on one line of its file."""
    first: dict[str, int] = {}
    for row in rows:
        if (line := first.setdefault(row.cells["code"], row.line)) != row.line:
            row.fault(f"code {row.cells['code']!r} is also on line {line}")


def check_circles(body_rows: Sequence[CsvRow]) -> None:
    """One fault per circle, at its first line."""
    parents = parents_of(body_rows)
    reported: set[str] = set()
    for row in body_rows:
        chain = above(row.cells["code"], parents)
        is_closed = parents.get(chain[-1]) == chain[0] if chain else False
        if is_closed and not reported.intersection(chain):
            reported.update(chain)
            row.fault(f"a circle of parents: {' -> '.join([*chain, chain[0]])}")


def check_places(
    body_rows: Sequence[CsvRow], post_rows: Sequence[CsvRow], rater_rows: Sequence[CsvRow]
) -> None:
    """Every seat on a rater belongs to exactly one place of the rater, and every rater has one chair at its place."""
    parents = parents_of(body_rows)
    places = {(row.cells["rater"], row.cells["scope"]): row for row in rater_rows}
    chairs: Counter[tuple[str, str]] = Counter()
    for row in post_rows:
        for rater, seat in _roles(row):
            at = [(rater, code) for code in above(row.cells["body"], parents)]
            matches = [place for place in at if place in places]
            if len(matches) != 1:
                row.fault(f"rater_roles: {rater} is at {len(matches)} places here, not at one")
            elif seat == StoredSeat.CHAIR:
                chairs[matches[0]] += 1
                if row.cells["seats"] != "1":
                    row.fault(f"rater_roles: the chair of {rater} has {row.cells['seats']} seats")
    _check_raters(rater_rows, chairs)


def _roles(row: CsvRow) -> list[tuple[str, str]]:
    parts = row.cells["rater_roles"].split(";")
    return [(rater, seat) for rater, colon, seat in (p.partition(":") for p in parts) if colon]


def _check_raters(rater_rows: Sequence[CsvRow], chairs: Counter[tuple[str, str]]) -> None:
    seen: set[tuple[str, str]] = set()
    for row in rater_rows:
        place = row.cells["rater"], row.cells["scope"]
        if place in seen:
            row.fault(f"{place[0]} is at {place[1]} twice")
        elif chairs[place] != 1:
            row.fault(f"{place[0]} at {place[1]} has {chairs[place]} chairs in posts.csv, not one")
        seen.add(place)
