"""The texts beside the documents: each wording is the document's, and nothing of it is forgotten."""

import re
import unicodedata
from importlib import import_module
from pathlib import Path
from types import FunctionType

import pytest

from rules.articles.finding import ClauseFunction
from rules.editions.lookup import editions
from rules.texts import law
from rules.texts.law import LegalDocument, deciders, documents

ROOT = Path(__file__).parents[3]
DOCUMENTS = Path(__file__).parents[1] / "documents"
FILES = {"QĐ124": "qd124.txt", "HD01": "hd01.txt"}
FIRST = {"QĐ124": "Điều 1. ", "HD01": "1. Về đối tượng kiểm điểm"}
POINTS = [one for document in documents().values() for one in document.points.values()]

CHAPTER = r"Chương [IV]+ [^a-z]+?(?=Điều )"
VIETNAMESE = re.compile("[ăâđêôơưạảấầẩậắằẳặẹẻếềểệịỉọỏốồổộớờởợụủứừửựỳỷỹ]", re.IGNORECASE)
ENGLISH = re.compile(r"\b(?:the|of|and|which|that|is|are|it|its|on|with|whether|who|whom)\b")
LABEL = r"Điều \d+\.|\d+(?:\.\d+)*\.|[a-eđ]\)|[-+]"


def folded(text: str) -> str:
    """The text on one line, without the marks of markdown."""
    return " ".join(re.sub(r"\*+|^#+ *", "", text, flags=re.MULTILINE).split())


def document_text(prefix: str) -> str:
    return folded((DOCUMENTS / FILES[prefix]).read_text(encoding="utf-8"))


def body(prefix: str) -> str:
    """The document from its first article or section on."""
    text = document_text(prefix)
    return text[text.index(FIRST[prefix]) :]


def lines(document: LegalDocument) -> list[str]:
    return [line for point in document.points.values() for line in point.text.splitlines()]


def label(cite: str) -> str:
    """What is printed before a point: "1.3." for QĐ124:Đ12.1.3, "a)" for HD01:6.2.1:a."""
    key = cite.split(":", 1)[1]
    named = {"+": "+", "residual": "-"}
    if ":" in key and (last := key.rsplit(":", 1)[1]) in named:
        return named[last]
    if key[-1].isalpha():
        return f"{key[-1]})"
    article, _, clause = key.partition(".")
    if not article.startswith("Đ"):
        return f"{key}."
    return f"{clause}." if clause else f"Điều {article[1:]}."


def test_every_document_is_here() -> None:
    assert sorted(FILES) == sorted(documents())


@pytest.mark.parametrize("prefix", FILES)
def test_every_wording_is_in_the_document(prefix: str) -> None:
    text = document_text(prefix)
    assert [line for line in lines(documents()[prefix]) if line not in text] == []


@pytest.mark.parametrize("prefix", FILES)
def test_nothing_of_the_document_is_forgotten(prefix: str) -> None:
    """Each line is taken away once, the longest first: only numbers and chapters may be left."""
    left = re.sub(CHAPTER, "", body(prefix))
    for line in sorted(lines(documents()[prefix]), key=len, reverse=True):
        assert line in left, line
        left = left.replace(line, "\n", 1)
    assert re.sub(LABEL, "", left).split() == []


@pytest.mark.parametrize("prefix", FILES)
def test_points_stand_under_their_numbers_in_the_order_of_the_document(prefix: str) -> None:
    text, place = body(prefix), 0
    for point in documents()[prefix].points.values():
        heading = f"{label(point.cite)} {point.text.splitlines()[0]}"
        assert heading in text[place:], point.cite
        place = text.index(heading, place)


@pytest.mark.parametrize("document", documents().values(), ids=lambda document: document.prefix)
def test_the_head_is_that_of_the_document(document: LegalDocument) -> None:
    text = document_text(document.prefix).lower()
    assert document.number.lower() in text
    assert document.title.lower() in text
    assert f"ngày {document.since:%d tháng %m năm %Y}" in text
    assert document.checked_on >= document.since
    assert document.checked_by.en != document.checked_by.vi


@pytest.mark.parametrize("name", FILES.values())
def test_documents_are_composed(name: str) -> None:
    text = (DOCUMENTS / name).read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)


def test_every_text_is_composed_and_on_lines_of_its_own() -> None:
    for point in POINTS:
        assert unicodedata.is_normalized("NFC", point.cite + point.text)
        assert [folded(line) for line in point.text.splitlines()] == point.text.split("\n")


def test_every_point_is_computed_or_assigned_to_an_authority() -> None:
    assert [
        point.cite for point in POINTS if bool(point.computed_by) is (point.left_to is not None)
    ] == []


def test_every_sentence_about_the_deciding_authority_is_used_and_unique() -> None:
    used = {point.left_to for point in POINTS if point.left_to}
    assert used == set(deciders().values())
    assert len({sentence.en for sentence in used}) == len(used)
    assert len({sentence.vi for sentence in used}) == len(used)


@pytest.mark.parametrize("key", deciders())
def test_a_sentence_on_who_decides_is_in_both_languages(key: str) -> None:
    sentence = deciders()[key]
    assert VIETNAMESE.search(sentence.vi)
    assert unicodedata.is_normalized("NFC", sentence.vi)
    assert not ENGLISH.search(sentence.vi)
    assert ENGLISH.search(sentence.en)
    assert referred_to(sentence.vi) == referred_to(sentence.en)


def referred_to(sentence: str) -> set[str]:
    """The points and files that a sentence sends its reader to."""
    return set(
        re.findall(r"(?:QĐ124|HD01):[Đ\d.]*\d|[a-z]+/[a-z.]+[a-z]|[a-z]+\.[\w.:]+", sentence)
    )


def test_every_number_is_written_in_its_point() -> None:
    assert [
        (point.cite, name)
        for point in POINTS
        for name, value in point.numbers.items()
        if f"{100 * value}%" not in point.text
    ] == []


def test_every_function_named_is_there() -> None:
    for legal_point in POINTS:
        for name in legal_point.computed_by:
            module, function = name.split(":")
            assert isinstance(
                getattr(import_module(module), function), ClauseFunction | FunctionType
            )


@pytest.mark.parametrize(
    "module", sorted({module for edition in editions() for module in edition.rule_modules})
)
def test_every_condition_is_named_by_its_point(module: str) -> None:
    for clause in import_module(module).CLAUSES:
        assert f"{module}:{clause.name}" in law.point(clause.cite).computed_by
