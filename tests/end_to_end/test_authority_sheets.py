"""Every collective and post that section 6 names, on the running service (HD01:6)."""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from db.catalogue import ha_tinh_2023
from demo.person import identifier
from rules.enums import SubjectClass
from rules.texts import law
from tests.end_to_end.conftest import Service

Json = dict[str, Any]
Answers = Mapping[tuple[str, str], Json]
TokenOf = Callable[[str], str]

SHEETS = Path(__file__).parent / "cases" / "authority"
SUBJECTS_OF_A_REQUEST = 40

DISTRICT = "district_standing_committee"
CHAIRS = {
    "provincial_standing_committee": "ht.bi-thu",
    "panel_6_2_1": "ht.pbt-tt",
    "panel_6_2_2": "ht.hdnd.pct-tt",
    "panel_6_2_3": "ht.ubnd.ct",
    "bloc_standing_committee": "ht.duk.bi-thu",
}
WRONG_CHAIRS = {
    "provincial_standing_committee": ("ht.ubnd.ct", "OUTWEIGHED"),
    "panel_6_2_1": ("ht.hdnd.pct-tt", "NOT_THE_RATER"),
    "panel_6_2_2": ("ht.ubnd.ct", "NOT_THE_RATER"),
    "panel_6_2_3": ("ht.pbt-tt", "NOT_THE_RATER"),
    DISTRICT: ("ht.duk.bi-thu", "NOT_THE_RATER"),
    "bloc_standing_committee": ("ht.thach-ha.bi-thu", "NOT_THE_RATER"),
}
"""A rater of other subjects, and why not of these: 6.2 covers the subjects outside of 6.1."""


@dataclass(frozen=True, slots=True)
class Row:
    """A subject by its code; `rater` is None for a subject without a rater, `clause` then denies or is "".

    `chair_lacks`: why the chair in person is refused; `recorder` then records what the panel decides, if anybody may,
    by a clause of its own.
    """

    sheet: str
    named: str
    kind: str
    code: str
    rater: str | None
    clause: str
    chair_lacks: str | None = None
    recorder: tuple[str, str] | None = None

    @property
    def subject(self) -> str:
        person = self.kind == "person"
        key = identifier("person", self.code) if person else self.code
        return f'{{ {self.kind}: "{key}" }}'

    @property
    def chair(self) -> str | None:
        if self.rater == DISTRICT:
            return ".".join(self.code.split(".")[:2]) + ".bi-thu"
        return CHAIRS[self.rater] if self.rater else None

    @property
    def may_rate(self) -> tuple[str, str] | None:
        """Who records the decision, and by which clause: the chair, but where the chair lacks something."""
        if self.chair_lacks:
            return self.recorder
        return (self.chair, self.clause) if self.chair else None

    @property
    def refused(self) -> Iterator[tuple[str, str]]:
        """A caller without the right, and the missing fact."""
        if self.rater is None:
            yield CHAIRS["provincial_standing_committee"], self.chair_lacks or self.missing
            if self.chair_lacks:
                yield CHAIRS["panel_6_2_3"], self.missing
        else:
            if self.chair and self.chair_lacks:
                yield self.chair, self.chair_lacks
            yield WRONG_CHAIRS[self.rater]
        if self.rater == DISTRICT:
            here = self.code.startswith("ht.thach-ha.")
            yield ("ht.can-loc.bi-thu" if here else "ht.thach-ha.bi-thu"), "OTHER_PLACE"

    @property
    def missing(self) -> str:
        return "OUTWEIGHED" if self.clause else "NO_CLAUSE"


def rows_of(path: Path) -> Iterator[Row]:
    for raw in tomllib.loads(path.read_text(encoding="utf-8"))["row"]:
        (kind,) = raw.keys() & {"body", "post", "person"}
        rater, clause = raw["rates"] if "rates" in raw else (None, raw["no_rater"])
        recorder = tuple(raw["recorder"]) if "recorder" in raw else None
        lacks = raw.get("chair_lacks")
        yield Row(path.stem, raw["named"], kind, raw[kind], rater, clause, lacks, recorder)


ROWS = [row for path in sorted(SHEETS.glob("*.toml")) for row in rows_of(path)]
RATED = [(row, *row.may_rate) for row in ROWS if row.may_rate]
REFUSED = [(row, chair, missing) for row in ROWS for chair, missing in row.refused]


def name(row: Row, *more: str) -> str:
    return "-".join((row.sheet, row.code, *more))


def values_by_subject(
    service: Service, token: str, subjects: Sequence[str], field: str
) -> dict[str, Any]:
    """One field of the query for many subjects, some of them in each request."""
    collected: dict[str, Any] = {}
    for first in range(0, len(subjects), SUBJECTS_OF_A_REQUEST):
        some = subjects[first : first + SUBJECTS_OF_A_REQUEST]
        lines = [f"_{n}: {field % subject}" for n, subject in enumerate(some)]
        answer = service.ask("\n".join(("{", *lines, "}")), {}, token)
        assert "errors" not in answer, answer["errors"]
        collected |= zip(some, answer["data"].values(), strict=True)
    return collected


@pytest.fixture(scope="module")
def rating(service: Service, token_of: TokenOf) -> dict[str, Json]:
    """The rater of each subject: the line RATE of its authority."""
    field = """authority(subject: %s, year: 2023)
        { act granted rater { code scope: chair { code } } clause { id } }"""
    subjects = [row.subject for row in ROWS]
    lines = values_by_subject(service, token_of("ht.bi-thu"), subjects, field)
    return {key: next(one for one in acts if one["act"] == "RATE") for key, acts in lines.items()}


@pytest.fixture(scope="module")
def permission(service: Service, token_of: TokenOf) -> Answers:
    """Whether a chair may rate a subject, by chair and subject."""
    field = "may(act: RATE, subject: %s, year: 2023) { allowed missing clause { id } }"
    by_chair: dict[str, list[str]] = {}
    for row, chair, _ in [*RATED, *REFUSED]:
        by_chair.setdefault(chair, []).append(row.subject)
    return {
        (chair, subject): answer
        for chair, subjects in by_chair.items()
        for subject, answer in values_by_subject(service, token_of(chair), subjects, field).items()
    }


@pytest.mark.parametrize("row", [pytest.param(row, id=name(row)) for row in ROWS])
def test_who_rates(row: Row, rating: Mapping[str, Json]) -> None:
    assert rating[row.subject] == {
        "act": "RATE",
        "granted": row.rater is not None,
        "rater": {"code": row.rater, "scope": {"code": row.chair}} if row.rater else None,
        "clause": {"id": row.clause} if row.clause else None,
    }, row.named


@pytest.mark.parametrize(
    ("row", "chair", "clause"),
    [pytest.param(*one, id=name(one[0], one[1])) for one in RATED],
)
def test_the_chair_may(row: Row, chair: str, clause: str, permission: Answers) -> None:
    expected = {"allowed": True, "missing": None, "clause": {"id": clause}}
    assert permission[chair, row.subject] == expected, row.named


@pytest.mark.parametrize(
    ("row", "chair", "missing"), [pytest.param(*one, id=name(*one)) for one in REFUSED]
)
def test_another_chair_may_not(row: Row, chair: str, missing: str, permission: Answers) -> None:
    result = permission[chair, row.subject]
    assert (result["allowed"], result["missing"]) == (False, missing), row.named


@pytest.mark.parametrize("row", [pytest.param(row, id=name(row)) for row in ROWS if row.clause])
def test_the_clause_names_it_so(row: Row) -> None:
    """The words are in the clause itself; " … " marks an omission."""
    text = law.point(row.clause).text
    assert [words for words in row.named.split(" … ") if words not in text] == []


def test_every_collective_and_post_is_in_one_sheet_once() -> None:
    """A subject that no clause names is in the sheet of gaps, with an authority class or without."""
    catalogue = ha_tinh_2023()
    bodies = {
        code
        for code, body in catalogue.bodies.items()
        if body.authority_classes or body.subject_class is SubjectClass.COLLECTIVE
    }
    listed = Counter(row.code for row in ROWS if row.kind != "person")
    assert [code for code, times in listed.items() if times > 1] == []
    assert (bodies | catalogue.posts.keys()) - listed.keys() == set()
    assert listed.keys() - (catalogue.bodies.keys() | catalogue.posts.keys()) == set()
