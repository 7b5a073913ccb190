"""What an edition may not say: each fault is refused with its path."""

from pathlib import Path

import pytest

from rules.editions.lookup import check_citations, read_edition
from rules.editions.strict_table import EditionError, StrictTable

INVENTED = (Path(__file__).parents[1] / "editions" / "invented-2031.toml").read_text(
    encoding="utf-8"
)

FAULTS = {
    "a paper without an office": (
        'code = "minutes", by = ["OFFICE"]',
        'code = "minutes", by = []',
        ".by: empty; somebody hands the paper in",
    ),
    "not TOML": ('code = "invented-2031"', "code = ", "edition.toml: Invalid value"),
    "an unknown table": ("[admission]", "[admissions]", "edition.admission.months_min: was None"),
    "one more table": ("[admission]", "[wishes]\n\n[admission]", "edition.wishes: unknown key"),
    "years that are no list": (
        "years = [2032]",
        "years = 2032",
        "edition.residence_votes.years: was 2032; must",
    ),
    "an unknown key": ("months_min = 3", "months_min = 3\ndays = 1", "edition.admission.days: unk"),
    "an unknown key of the head": (
        "last_year = 2032",
        "last_year = 2032\nfinal_year = 2032",
        "edition.edition.final_year: unknown",
    ),
    "an unknown key of a criterion": ("basic = true", "basik = true", "criteria.0.items.0.basik"),
    "an unknown key of a quota": ("ratio =", "rate = 1\nratio =", "edition.quota.rate: unknown"),
    "an unknown key of a group": ('en = "Heads: {group}"', 'en = "H", fr = "T"', "groups.heads.fr"),
    "an unknown key of the groups": (
        "\nmembers = {",
        "\nchairs = 1\nmembers = {",
        "groups.chairs: unk",
    ),
    "an unknown key of a list": (
        "lengths = [",
        "widths = 1\nlengths = [",
        "meetings.widths: unkno",
    ),
    "an unknown set": ('"CONDUCT"', '"MANNERS"', "criteria.1.set: was 'MANNERS'; may be BUILDING"),
    "a set of another class": (
        '"CONDUCT"',
        '"BUILDING"',
        "criteria.1.set: PERSON has no set BUILD",
    ),
    "an unknown class": (
        '"ORG", "COLLECTIVE"]',
        '"ORG", "CLUB"]',
        "criteria.0.classes: was 'CLUB'",
    ),
    "no criteria for a class": ('"ORG", ', "", "edition.criteria: none for ORG"),
    "a repeated criterion": (
        'code = "coordination_and_unity"',
        'code = "leadership_capacity"',
        "edition.criteria.ORG: leadership_capacity stands there twice",
    ),
    "a list that is none": ("bodies = [{ code", "bodies = { a = 1 }\nx = [{ code", "groups.bodies"),
    "an empty list": ("deadlines = [", "deadlines = []\nothers = [", "calendar.deadlines: was []"),
    "a list of something else": (
        'items = [{ code = "political',
        'items = [1, { code = "political',
        "criteria.1.items.0: was 1; must be a table",
    ),
    "a text that is none": ('title = "Bản thử 2031"', "title = 2031", "edition.title: was 2031"),
    "an empty text": ('title = "Bản thử 2031"', 'title = ""', "edition.title: was ''"),
    "text that is not NFC": ("Bản thử", "Ba\u0309n thử", "edition.title: must be in Unicode"),
    "no documents": (
        'documents = ["QĐ124", "HD01"]',
        "documents = []",
        "edition.documents: was emp",
    ),
    "documents that are no texts": (
        '"QĐ124", "HD01"]',
        '"QĐ124", 1]',
        "documents: was ['QĐ124', 1]",
    ),
    "no last year": ("last_year = 2032\n", "", "edition.last_year: either the last year, or open"),
    "a last year of an edition without end": (
        "last_year = 2032",
        "last_year = 2032\nopen_ended = true",
        "edition.last_year: either the last year, or open_ended = true",
    ),
    "a last year before the first": ("last_year = 2032", "last_year = 2030", "2030 is before the"),
    "a class of authority that is none": (
        '"council_vice_chair"',
        '"council_page"',
        "groups.officials.0.classes: council_page is no class",
    ),
    "a year that is none": ("first_year = 2031", "first_year = true", "first_year: was True"),
    "a flag that is none": ("if_any = true", 'if_any = "yes"', "if_any: was 'yes'; may be true or"),
    "a number that is none": ('ratio = "25%"', 'ratio = "a lot"', "quota.ratio: was 'a lot'"),
    "a number over nothing": ('ratio = "25%"', 'ratio = "1/0"', "quota.ratio: was '1/0'"),
    "a date that is none": ('"20/11"', '"31/11"', "deadlines.0.before: was '31/11'; day/month"),
    "a date of leap years": ('"20/11"', '"29/02"', "deadlines.0.before: was '29/02'"),
    "a date without a month": ('"20/11"', '"20"', "deadlines.0.before: was '20'"),
    "a name with an unknown part": (
        "Heads: {group}",
        "Heads: {rank}",
        "heads.en: was 'Heads: {rank",
    ),
    "a name with a loose brace": (
        "Heads: {group}",
        "Heads: {group",
        "heads.en: was 'Heads: {group'",
    ),
    "no revisions": ("[[revisions]]", "[[other_revisions]]", "edition.revisions: was []"),
    "revisions with a gap": (
        "number = 2\non = 2030-06-01",
        "number = 3\non = 2030-06-01",
        "edition.revisions.1.number: was 3; must be 2, without gaps",
    ),
    "revisions that do not begin with 1": (
        "number = 1\non",
        "number = 0\non",
        "edition.revisions.0.number: was 0; must be 1",
    ),
    "a revision before the one before it": (
        "number = 2\non = 2030-06-01",
        "number = 2\non = 2030-05-31",
        "edition.revisions.1.on: 2030-05-31 is before revision 1, 2030-06-01",
    ),
    "a revision without its day": (
        "number = 2\non = 2030-06-01",
        "number = 2",
        "edition.revisions.1.on: was None; must be a day",
    ),
    "a day that is a text": (
        "number = 2\non = 2030-06-01",
        'number = 2\non = "2030-06-01"',
        "edition.revisions.1.on: was '2030-06-01'; must be a day",
    ),
    "a day with a time": (
        "number = 2\non = 2030-06-01",
        "number = 2\non = 2030-06-01T08:00:00",
        "edition.revisions.1.on: was datetime.datetime",
    ),
    "a revision without a text": (
        'text = "Sửa thời hạn của cấp cơ sở."\n',
        "",
        "edition.revisions.1.text: was None",
    ),
    "a revision that says more": (
        "number = 2\non",
        "number = 2\nby = 1\non",
        "edition.revisions.1.by: unknown key",
    ),
    "a citation of another document": (
        "HD01:8.1",
        "HD02:8.1",
        "calendar.grassroots: HD02:8.1 is of",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_refused(fault: str, tmp_path: Path) -> None:
    written, instead, message = FAULTS[fault]
    assert written in INVENTED
    path = tmp_path / "edition.toml"
    path.write_text(INVENTED.replace(written, instead), encoding="utf-8")
    with pytest.raises(EditionError) as refusal:
        read_edition(path)
    assert message in str(refusal.value)


def test_an_edition_is_without_end_only_where_its_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "edition.toml"
    path.write_text(INVENTED.replace("last_year = 2032", "open_ended = true"), encoding="utf-8")
    assert read_edition(path).years == (2031, None)


CITATIONS = {
    "no such point": (
        "HD01:8.1",
        "HD01:8.9",
        "invented-2031.calendar.grassroots: HD01:8.9: no such",
    ),
    "no such number": (
        "units_good_min",
        "units_happy_min",
        "numbers.QĐ124:Đ12.1.3.units_happy_min",
    ),
}


@pytest.mark.parametrize("fault", CITATIONS)
def test_a_citation_that_is_not_in_the_texts(fault: str, tmp_path: Path) -> None:
    written, instead, message = CITATIONS[fault]
    path = tmp_path / "edition.toml"
    path.write_text(INVENTED.replace(written, instead), encoding="utf-8")
    edition = read_edition(path)
    with pytest.raises(EditionError) as refusal:
        check_citations(edition)
    assert message in str(refusal.value)


def test_a_value_that_is_not_a_table() -> None:
    with pytest.raises(EditionError, match="edition: was 1; must be a table"):
        StrictTable("edition", 1)
