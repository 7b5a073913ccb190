"""Papers come from their makers (QĐ124:Đ17): who hands in which, and when a conclusion counts."""

from collections.abc import Callable

import pytest

from tests.end_to_end.conftest import Service
from tests.end_to_end.test_files import (
    CHAIR,
    HEAD,
    OFFICE,
    SUBJECT,
    As,
    Client,
    refusal,
    stored,
)

TokenOf = Callable[[str], str]


@pytest.fixture(scope="module")
def appraisal(service: Service) -> str:
    query = "SELECT id::text FROM appraisal WHERE year = 2023 AND body_code = $1"
    (result,) = service.sql(query, SUBJECT)
    return result


@pytest.fixture
def as_(service: Service, token_of: TokenOf, appraisal: str) -> As:
    return lambda post: Client(service, appraisal, token_of(post))


OF_THE_SUBJECT = {"self_review", "appeal", "other"}
PAPERS = [
    "self_review",
    "residence_remark",
    "minutes",
    "appraisal_summary",
    "conclusion",
    "suggestion",
    "opinions",
    "appeal",
    "other",
]
DECIDED = """SELECT id::text || ' ' || person_id FROM appraisal WHERE year = 2023 AND track = $1
    AND stage = 'DECIDED' AND person_id IS NOT NULL ORDER BY id LIMIT 1"""


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("track", ["OFFICIAL", "PARTY_MEMBER"])
def test_a_person_hands_in_the_own_papers_and_no_other(
    service: Service, paper: str, track: str
) -> None:
    key, person = service.sql(DECIDED, track)[0].split(" ")
    oneself = Client(service, key, service.token_of_person(person))
    before = stored(service)
    answer = oneself.put(f"%PDF-1.7\nby oneself: {paper} {track}".encode(), {"paper": paper})
    if paper in OF_THE_SUBJECT:
        assert answer.status_code == 201, answer.text
    else:
        status, extensions = refusal(answer)
        assert (status, extensions["code"]) == (403, "FORBIDDEN")
        assert stored(service) == before


@pytest.mark.parametrize("paper", PAPERS)
def test_a_body_hands_in_the_minutes_of_its_own_review_besides(as_: As, paper: str) -> None:
    answer = as_(HEAD).put(f"%PDF-1.7\nby the head: {paper}".encode(), {"paper": paper})
    assert (answer.status_code == 201) is (paper in {*OF_THE_SUBJECT, "minutes"})


@pytest.mark.parametrize("post", [OFFICE, CHAIR])
def test_the_conclusion_comes_with_the_decision_and_from_the_authority(
    service: Service, token_of: TokenOf, as_: As, appraisal: str, post: str
) -> None:
    """A paper that the subject submitted does not count, although any paper was accepted from it once."""
    (stage,) = service.sql("SELECT stage FROM appraisal WHERE id = $1::uuid", appraisal)
    assert stage != "DECIDED"
    text_read = {"paper": "conclusion"}
    early = as_(post).put(b"%PDF-1.7\ntoo early", text_read)
    assert refusal(early) == (400, {"code": "BAD_INPUT", "field": "paper"})
    decided = """SELECT id::text FROM appraisal WHERE year = 2023 AND stage = 'DECIDED'
        AND track = 'BODY' AND rater_id = 'panel_6_2_3' ORDER BY id DESC LIMIT 1"""
    (key,) = service.sql(decided)
    token = token_of(post)
    answer = Client(service, key, token).put(f"%PDF-1.7\ndecided {post}".encode(), text_read)
    assert answer.status_code == 201, answer.text
    query = """query ($id: ID!) { appraisal(id: $id) { file { documents {
        id receivedBy { id } receivedPost { code } } missing { paper } } } }"""
    data = service.ask(query, {"id": key}, token)["data"]["appraisal"]["file"]
    (listed,) = [one for one in data["documents"] if one["id"] == answer.json()["id"]]
    assert listed["receivedPost"] == {"code": post}
    assert listed["receivedBy"]["id"]
    assert "conclusion" not in [one["paper"] for one in data["missing"]]
    forged = """UPDATE document SET received_post = NULL WHERE id = $1::uuid RETURNING id::text"""
    service.sql("ALTER TABLE document DISABLE TRIGGER ALL")
    service.sql(forged, answer.json()["id"])
    data = service.ask(query, {"id": key}, token)["data"]["appraisal"]["file"]
    assert "conclusion" in [one["paper"] for one in data["missing"]]
