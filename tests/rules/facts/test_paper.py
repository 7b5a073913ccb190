"""The papers of disciplines and votes in submitted facts."""

from datetime import date, timedelta

import pytest

from rules.enums import SubjectClass
from rules.facts.facts_parser import read_facts
from rules.facts.fault import FactsError
from rules.facts.paper import IssuedPaper, read_paper_named
from rules.values import OLDEST_DOCUMENT, BadValueError
from tests.rules.facts.test_json_schema import is_taken
from tests.rules.judgement.level_sheets import EDITION, Document, excellent

TODAY = date(2024, 1, 31)
PAPER = {"number": "12-QĐ/UBKT", "date": "2023-06-05", "issuer": "UBKT Huyện uỷ"}
OTHER = PAPER | {"number": "13-QĐ/UBKT"}
UNIT = {"who": "DIRECTLY_LED", "name": "a unit", "decided_on": "2023-06-05"}


def faults(changes: Document, today: date = TODAY) -> dict[str, str]:
    """What each path may be."""
    try:
        read_facts(excellent(SubjectClass.LEADER) | changes, EDITION, new_on=today)
    except FactsError as refused:
        return {fault.path: fault.may_be for fault in refused.faults}
    return {}


def of_unit(paper: Document, **more: object) -> Document:
    return {"discipline": [UNIT | {"paper": paper} | more]}


def of_votes(paper: Document, name: str = "residents_votes", **more: object) -> Document:
    return {name: excellent(SubjectClass.LEADER)[name] | {"paper": paper} | more}


@pytest.mark.parametrize("name", ["workplace_votes", "residents_votes", "confidence_votes"])
def test_a_paper_may_stand_at_votes_and_at_disciplines_or_not(name: str) -> None:
    assert faults(of_votes(PAPER, name)) == {}
    assert faults(of_unit(PAPER)) == {}
    facts = read_facts(excellent(SubjectClass.LEADER) | of_unit(PAPER), EDITION)
    (discipline,) = facts.discipline
    assert discipline.paper is not None
    assert discipline.paper.plain() == PAPER
    assert faults({"discipline": [UNIT | {"paper": None}]}) == {}
    assert is_taken(excellent(SubjectClass.LEADER) | of_unit(PAPER) | of_votes(PAPER, name))
    assert not is_taken(excellent(SubjectClass.LEADER) | of_unit({"number": "1"}))


@pytest.mark.parametrize(
    ("paper", "path"),
    [
        ({"number": "1", "date": "2023-06-05"}, "issuer"),
        (PAPER | {"number": ""}, "number"),
        (PAPER | {"number": " 12"}, "number"),
        (PAPER | {"number": "12\n13"}, "number"),
        (PAPER | {"number": "1" * 501}, "number"),
        (PAPER | {"issuer": "Huye\u0302\u0323n u\u0309y"}, "issuer"),
        (PAPER | {"issuer": "\u200b"}, "issuer"),
        (PAPER | {"date": "05/06/2023"}, "date"),
        (PAPER | {"signer": "A"}, "signer"),
    ],
)
def test_a_malformed_paper_is_refused_by_its_path(paper: Document, path: str) -> None:
    assert faults(of_unit(paper)).keys() == {f"discipline[0].paper.{path}"}
    assert faults(of_votes(paper)).keys() == {f"residents_votes.paper.{path}"}


def test_a_paper_is_not_dated_after_today_nor_before_any() -> None:
    day = date(2023, 6, 5)
    assert faults(of_unit(PAPER), day) == {}
    path = "discipline[0].paper.date"
    assert "to today, 2023-06-04" in faults(of_unit(PAPER), date(2023, 6, 4))[path]
    ancient = of_unit(PAPER | {"date": "1930-02-02"}, decided_on="1930-02-02")
    ancient["discipline"][0]["violations"] = [{"on": "2023-01-01"}]
    assert path in faults(ancient)
    vote = of_votes(PAPER | {"date": "2023-12-31"})
    assert faults(vote, date(2023, 12, 31)) == {}
    assert faults(vote, date(2023, 12, 30)).keys() == {"residents_votes.paper.date"}


def test_a_paper_on_record_is_not_looked_at_again() -> None:
    later = of_unit(PAPER | {"date": "2999-01-01"})
    assert read_facts(excellent(SubjectClass.LEADER) | later, EDITION).discipline


def test_the_paper_of_a_discipline_is_of_the_day_of_the_decision() -> None:
    other_day = of_unit(PAPER | {"date": "2023-06-06"})
    assert faults(other_day)["discipline[0].paper.date"].startswith("2023-06-05")
    without_day = {"who": "SELF", "paper": PAPER}
    assert faults({"discipline": [without_day]}) == {}
    of_last_year = without_day | {"paper": PAPER | {"date": "2022-12-31"}}
    assert faults({"discipline": [of_last_year]}).keys() == {"discipline[0].decided_on"}


def test_the_paper_of_votes_is_not_older_than_they_are() -> None:
    assert faults(of_votes(PAPER, held_on="2023-06-05")) == {}
    assert faults(of_votes(PAPER, held_on="2023-06-06")).keys() == {"residents_votes.paper.date"}
    assert faults(of_votes(PAPER | {"date": "2023-01-01"}, "workplace_votes")) == {}
    older = of_votes(PAPER | {"date": "2022-12-31"}, "workplace_votes")
    assert faults(older).keys() == {"workplace_votes.paper.date"}


def test_one_discipline_has_one_paper_and_one_paper_disciplines_once() -> None:
    own = UNIT | {"paper": PAPER}

    def path_of(*others: Document) -> set[str]:
        return set(faults({"discipline": [own, *others]}))

    assert path_of(own) == {"discipline[1].paper"}
    assert path_of(own | {"kind": "khiển trách"}) == {"discipline[1].paper"}
    assert path_of(UNIT | {"paper": OTHER}) == {"discipline[1].paper"}
    by_paper_alone = {"who": "DIRECTLY_LED", "name": "a unit", "paper": OTHER}
    assert path_of(by_paper_alone) == {"discipline[1].paper"}
    assert path_of(UNIT | {"paper": OTHER, "kind": "khiển trách"}) == set()
    assert path_of(own | {"name": "another unit"}) == set()
    assert path_of(UNIT) == set()
    reported = faults({"discipline": [own, {"who": "SELF"}, UNIT | {"paper": OTHER}]})
    assert "discipline[0]" in reported["discipline[2].paper"]


@pytest.mark.parametrize("day", [OLDEST_DOCUMENT, date(2023, 12, 1), TODAY])
def test_a_document_is_named_by_number_day_and_issuer(day: date) -> None:
    paper = IssuedPaper(number="12-QĐ/TU", date=day, issuer="Tỉnh uỷ")
    for written in (f"{day.day}/{day.month}/{day.year}", f"{day:%d/%m/%Y}"):
        assert read_paper_named(f" 12-QĐ/TU, {written}, Tỉnh uỷ", TODAY) == paper


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("12-QĐ/TU, 02/02/1930, Tỉnh uỷ", "a day from 1930-02-03"),
        (f"12-QĐ/TU, {TODAY + timedelta(days=1):%d/%m/%Y}, Tỉnh uỷ", "a day from 1930-02-03"),
        ("12-QĐ/TU, 31/02/2023, Tỉnh uỷ", "a number, a day and an issuer"),
        ("12-QĐ/TU, 01/12/2023", "a number, a day and an issuer"),
        ("12-QĐ/TU, 01/12/2023, ", "a number, a day and an issuer"),
        (", 01/12/2023, Tỉnh uỷ", "a number, a day and an issuer"),
        ("12-QĐ/TU, ٠١/١٢/2023, Tỉnh uỷ", "a number, a day and an issuer"),
        ("12-QĐ/TU, 01/12/2023, Tỉnh\nuỷ", "on one line"),
    ],
)
def test_a_document_that_is_named_otherwise_is_refused(text: str, what: str) -> None:
    with pytest.raises(BadValueError) as refused:
        read_paper_named(text, TODAY)
    assert what in refused.value.en
    assert refused.value.vi
