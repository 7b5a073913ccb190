"""One subject through the year: review, facts, self-rating, proposal, decision, second looks."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from resolvers.refusals import FAULTS_SHOWN_MAX
from tests.end_to_end.conftest import Service

Json = dict[str, Any]
TokenOf = Callable[[str], str]
CELL = "ht.so-tnmt.cb"
SECRETARY, DEPUTY = f"{CELL}.bi-thu", f"{CELL}.pbt"
PAPER = {"number": "03-BB/CB", "date": "2023-12-10"}

FIELDS = """__typename ... on Appraisal { id version stage selfLevel proposedLevel
    computed { level } rating { level reason rater { code } } excluded peerGroup { code } }
    ... on Refusal { code message clause { id } }
    ... on OutOfOrder { waitsFor { reason clause { id } } }
    ... on FactsRefused { faults { path was mayBe } }"""
COMMANDS = {
    "recordReview": "$review: ReviewInput!",
    "recordFacts": "$facts: JSON!",
    "rateOneself": "$level: Level!, $remark: String!",
    "propose": "$level: Level!, $remark: String!",
    "giveOpinion": "$opinion: String!",
    "annul": "$reason: String!, $document: DocumentInput!, $level: Level",
    "requireReviewAgain": "$reason: String!",
    "suggestReview": "$suggestion: String!, $document: DocumentInput!",
    "exclude": "$exclusion: ExclusionInput!",
    "endExclusion": "$reason: String!, $document: DocumentInput!",
    "transfer": "$to: ID!, $on: Date!, $document: DocumentInput!",
    "permitOutOfOrder": "$step: Step!, $reason: String!, $document: DocumentInput!",
    "appeal": "$reason: String!, $document: DocumentInput",
    "answerAppeal": "$conclusion: String!, $document: DocumentInput!",
}
DECIDE = """mutation ($input: DecideInput!) { decide(input: $input) { __typename
    ... on Conclusion { appraisals { id version stage rating { level } } }
    ... on Refusal { code message clause { id } }
    ... on OutOfOrder { waitsFor { reason } } } }"""


class Subject:
    """One appraisal, and the commands on it in the version that it has."""

    def __init__(self, service: Service, key: str) -> None:
        self.service, self.key = service, key

    @property
    def version(self) -> int:
        result = "SELECT version::text FROM appraisal WHERE id = $1::uuid"
        return int(self.service.sql(result, self.key)[0])

    def command(self, name: str, token: str, **arguments: object) -> Json:
        declared = COMMANDS[name]
        names = [one.split(":")[0].strip().lstrip("$") for one in declared.split(", ")]
        passed = ", ".join(f"{one}: ${one}" for one in names)
        query = (
            f"mutation ($target: TargetInput!, {declared}) "
            f"{{ {name}(target: $target, {passed}) {{ {FIELDS} }} }}"
        )
        answer = self.service.ask(query, {"target": self.target(), **arguments}, token)
        assert "errors" not in answer, answer
        data: Json = answer["data"][name]
        return data

    def target(self) -> Json:
        return {
            "appraisal": self.key,
            "expectedVersion": self.version,
            "idempotencyKey": str(uuid4()),
        }

    def decide(self, token: str, level: str, reason: str | None = None) -> Json:
        variables = {
            "decision": {
                "appraisal": self.key,
                "expectedVersion": self.version,
                "level": level,
                "reason": reason,
            },
            "document": PAPER,
            "idempotencyKey": str(uuid4()),
        }
        answer = self.service.ask(DECIDE, {"input": variables}, token)
        assert "errors" not in answer, answer
        data: Json = answer["data"]["decide"]
        return data


def an_official_of_the_cell(service: Service, number: int) -> tuple[str, str]:
    """The appraisal, as a party member, of a person there who holds a post, and the post."""
    row = f"""SELECT a.id::text || ' ' || p.code FROM appraisal a
        JOIN membership m ON m.person_id = a.person_id JOIN post p ON p.code = m.post_code
        WHERE a.year = 2023 AND a.track = 'PARTY_MEMBER' AND a.home_body_code = '{CELL}'
          AND p.body_code = 'ht.so-tnmt' AND p.rank = 'DEPUTY' ORDER BY a.id OFFSET {number} LIMIT 1"""
    key, post = service.sql(row)[0].split(" ")
    return key, post


@pytest.fixture(scope="module")
def member(service: Service) -> Subject:
    return Subject(service, an_official_of_the_cell(service, 0)[0])


def member_token(service: Service, member: Subject) -> str:
    """The token of the first holder of a post, by its code."""
    sub = "SELECT person_id::text FROM appraisal WHERE id = $1::uuid"
    return service.token_of_person(service.sql(sub, member.key)[0])


REVIEW = {"place": CELL, "heldOn": "2023-12-08", "days": "0.5", "minutes": PAPER}


def test_nothing_is_done_out_of_order(service: Service, token_of: TokenOf, member: Subject) -> None:
    themselves, deputy = member_token(service, member), token_of(DEPUTY)
    result = member.command("rateOneself", themselves, level="GOOD", remark="")
    assert result["__typename"] == "OutOfOrder"
    assert result["waitsFor"][0]["reason"] == "NOT_REVIEWED"
    result = member.command("propose", deputy, level="GOOD", remark="")
    assert result["waitsFor"][0]["reason"] == "NOT_SELF_RATED"
    result = member.decide(token_of(SECRETARY), "GOOD")
    assert result["waitsFor"][0]["reason"] == "NOT_PROPOSED"


def test_facts_that_are_wrong_are_refused_with_every_fault(
    token_of: TokenOf, member: Subject
) -> None:
    facts = {"targets": {"assigned": 1, "completed": 2}, "year": 2023, "grade": {}}
    result = member.command("recordFacts", token_of(DEPUTY), facts=facts)
    assert result["__typename"] == "FactsRefused"
    assert {one["path"] for one in result["faults"]} >= {"year"}


ENGLISH = r"\b(the|may|one of|at most|absent|id|of|missing|only)\b"
VIETNAMESE = r"\b(cần|thiếu|không|chỉ|một|văn bản|mức|số|hoặc)\b"


@pytest.mark.parametrize(("language", "of_other"), [("vi", ENGLISH), ("en", VIETNAMESE)])
def test_a_refusal_of_facts_is_in_one_language(
    service: Service, token_of: TokenOf, member: Subject, language: str, of_other: str
) -> None:
    """Faults: a missing paper, another class, counts, an unknown field."""
    facts = {
        "targets": {"assigned": 1, "completed": 2, "on_time": 0},
        "area": {"assigned": 1, "completed": 1, "on_time": 1},
        "attested": {"ALL_TASKS_COMPLETED": "somebody", "UNITED_AND_LEADING": "BK 1"},
        "concluded": ["DEGRADED"],
        "colour": "red",
        "grades": {},
    }
    query = f"""mutation ($target: TargetInput!, $facts: JSON!) {{
        recordFacts(target: $target, facts: $facts) {{ {FIELDS} }} }}"""
    answer = httpx.post(
        f"{service.url}/graphql",
        json={"query": query, "variables": {"target": member.target(), "facts": facts}},
        headers={
            "Authorization": f"Bearer {token_of(DEPUTY)}",
            "Accept-Language": language,
        },
        timeout=60,
    )
    refused = answer.json()["data"]["recordFacts"]
    may_be = {fault["path"]: fault["mayBe"] for fault in refused["faults"]}
    assert may_be.keys() >= {
        "targets.completed",
        "area",
        "attested.ALL_TASKS_COMPLETED",
        "attested.UNITED_AND_LEADING",
        "concluded[0]",
        "colour",
    }
    for message in [refused["message"], *may_be.values()]:
        assert not re.search(of_other, message), message


def test_at_most_a_hundred_of_thousands_of_faults_are_reported(
    token_of: TokenOf, member: Subject
) -> None:
    facts = {f"unknown_{number}": number for number in range(9_000)}
    result = member.command("recordFacts", token_of(DEPUTY), facts=facts)
    assert result["__typename"] == "FactsRefused"
    assert len(result["faults"]) == FAULTS_SHOWN_MAX
    assert all(one["mayBe"] for one in result["faults"])


def test_the_year_of_one_member(service: Service, token_of: TokenOf, member: Subject) -> None:
    themselves, deputy, secretary = (
        member_token(service, member),
        token_of(DEPUTY),
        token_of(SECRETARY),
    )
    reviewed = member.command("recordReview", deputy, review=REVIEW)
    assert reviewed["stage"] == "REVIEWED", reviewed
    rated = member.command("rateOneself", themselves, level="EXCELLENT", remark="Tốt")
    assert (rated["stage"], rated["selfLevel"]) == ("SELF_RATED", "EXCELLENT")
    not_by_others = member.command("rateOneself", deputy, level="GOOD", remark="")
    assert not_by_others["__typename"] == "NotCompetent"
    proposed = member.command("propose", deputy, level="COMPLETED", remark="")
    assert (proposed["stage"], proposed["proposedLevel"]) == ("PROPOSED", "COMPLETED")
    by_the_proposer = member.decide(deputy, "COMPLETED", "x")
    assert by_the_proposer["__typename"] == "NotCompetent"
    decided = member.decide(secretary, "COMPLETED", "Theo kết luận của chi bộ")
    assert decided["__typename"] == "Conclusion", decided
    assert decided["appraisals"][0]["rating"]["level"] == "COMPLETED"


def test_an_appeal_does_not_change_the_level_and_is_answered_in_writing(
    service: Service, token_of: TokenOf, member: Subject
) -> None:
    themselves, secretary = member_token(service, member), token_of(SECRETARY)
    reserved = member.command("appeal", themselves, reason="Bảo lưu ý kiến", document=None)
    assert reserved["rating"]["level"] == "COMPLETED"
    query = 'mutation ($t: TargetInput!, $d: DocumentInput!) { answerAppeal(target: $t, conclusion: "x", document: $d) { __typename } }'
    (error,) = service.ask(query, {"t": member.target(), "d": PAPER}, secretary)["errors"]
    assert error["extensions"] == {"code": "BAD_INPUT", "field": "appraisal"}
    member.command("appeal", themselves, reason="Khiếu nại", document=PAPER)
    answered = member.command("answerAppeal", secretary, conclusion="Giữ nguyên", document=PAPER)
    assert answered["rating"]["level"] == "COMPLETED"


def test_a_superior_annuls_and_rates_again_and_the_old_level_stays_readable(
    service: Service, token_of: TokenOf, member: Subject
) -> None:
    secretary, superior = token_of(SECRETARY), token_of("ht.duk.bi-thu")
    stranger = member.command(
        "annul", token_of("ht.thach-ha.bi-thu"), reason="x", document=PAPER, level=None
    )
    assert stranger["__typename"] == "NotCompetent"
    looked = member.command("requireReviewAgain", superior, reason="Có đơn thư")
    assert looked["stage"] == "DECIDED"
    annulled = member.command(
        "annul", superior, reason="Vi phạm quy định", document=PAPER, level=None
    )
    assert (annulled["stage"], annulled["rating"]) == ("PROPOSED", None)
    again = member.decide(secretary, "GOOD", "Xếp loại lại")
    assert again["__typename"] in {"Conclusion", "AboveComputed"}, again
    member.decide(secretary, "COMPLETED", "Xếp loại lại")
    rated = member.command(
        "annul", superior, reason="Xếp loại lại", document=PAPER, level="NOT_COMPLETED"
    )
    assert rated["rating"]["level"] == "NOT_COMPLETED"
    query = "query ($id: ID!) { appraisal(id: $id) { history { act level reason actor { onBehalfOf { code } } } } }"
    history = service.ask(query, {"id": member.key}, superior)["data"]["appraisal"]["history"]
    assert [one["act"] for one in history if one["act"] in {"RATE", "ANNUL"}][-2:] == [
        "ANNUL",
        "RATE",
    ]
    assert history[-1]["actor"]["onBehalfOf"] == {"code": "bloc_standing_committee"}
    assert "COMPLETED" in {one["level"] for one in history if one["act"] == "RATE"}


def test_a_review_is_recorded_with_its_place_day_and_length(
    service: Service, token_of: TokenOf
) -> None:
    other = Subject(service, an_official_of_the_cell(service, 1)[0])
    deputy = token_of(DEPUTY)
    for changed, field in (
        ({"days": "0"}, "days"),
        ({"days": "x"}, "days"),
        ({"heldOn": "2023-12-12"}, "heldOn"),
        ({"place": "ht.nowhere"}, "place"),
    ):
        query = "mutation ($t: TargetInput!, $r: ReviewInput!) { recordReview(target: $t, review: $r) { __typename } }"
        variables = {"t": other.target(), "r": REVIEW | changed}
        (error,) = service.ask(query, variables, deputy)["errors"]
        assert error["extensions"]["field"] == field
    assert other.command("recordReview", deputy, review=REVIEW)["stage"] == "REVIEWED"
    again = other.command(
        "requireReviewAgain", token_of("ht.duk.bi-thu"), reason="Chưa đủ nội dung"
    )
    assert again["stage"] == "NOT_STARTED"


def test_a_member_of_the_panel_gives_an_opinion_before_the_decision(
    service: Service, token_of: TokenOf
) -> None:
    panel = """SELECT a.id::text FROM appraisal a WHERE a.year = 2023 AND a.stage {} 'DECIDED'
        AND a.body_code IN (SELECT body_code FROM body_class WHERE class_code = '{}') LIMIT 1"""
    of_unit = "other_provincial_unit_leadership"
    waiting = Subject(service, service.sql(panel.format("<>", of_unit))[0])
    member = token_of("ht.ubnd.bcs.uv")
    result = waiting.command("giveOpinion", member, opinion="Nhất trí")
    assert result["__typename"] == "Appraisal", result
    history = (
        "SELECT payload->>'kind' FROM act WHERE appraisal_id = $1::uuid ORDER BY sequence DESC"
    )
    assert service.sql(history, waiting.key)[0] == "opinion"
    for post in ("ht.vp-ubnd.pho", "ht.thach-ha.bi-thu", "ht.bi-thu"):
        refused = waiting.command("giveOpinion", token_of(post), opinion="x")
        assert refused["__typename"] == "NotCompetent", post
    decided = Subject(service, service.sql(panel.format("=", "party_agency_leadership"))[0])
    late = decided.command("giveOpinion", token_of("ht.mttq.ct"), opinion="x")
    assert late["__typename"] == "OutOfOrder"


def test_the_level_as_of_a_past_day(service: Service, token_of: TokenOf, member: Subject) -> None:
    """Decided on 7 December, so none the day before; annulled and rated again later: the last of the day."""
    query = """query ($id: ID!, $day: Date!) { appraisal(id: $id) {
        rating { level } ratingAsOf(day: $day) { level decidedAt rater { code } clause { id } } } }"""
    (key,) = service.sql(
        "SELECT id::text FROM appraisal WHERE year = 2023 AND body_code = 'ht.ban-to-chuc-tu.tt'"
    )
    token = token_of("ht.so-y-te.pho")
    before, after = (
        service.ask(query, {"id": key, "day": day}, token)["data"]["appraisal"]
        for day in ("2023-11-30", "2023-12-01")
    )
    assert before["ratingAsOf"] is None
    assert after["ratingAsOf"]["level"] == after["rating"]["level"]
    assert after["ratingAsOf"]["rater"] == {"code": "panel_6_2_1"}
    changed = service.ask(query, {"id": member.key, "day": "2023-12-11"}, token)
    assert changed["data"]["appraisal"]["ratingAsOf"]["level"] == "NOT_COMPLETED"


def test_a_superior_lets_one_step_through_in_writing_and_no_other(
    service: Service, token_of: TokenOf
) -> None:
    other = Subject(service, an_official_of_the_cell(service, 2)[0])
    superior, deputy = token_of("ht.duk.bi-thu"), token_of(DEPUTY)
    variables = {"step": "APPRAISE", "reason": "Đi công tác", "document": PAPER}
    refused = other.command("permitOutOfOrder", token_of(SECRETARY), **variables)
    assert refused["__typename"] == "NotCompetent"
    early = other.command("propose", deputy, level="GOOD", remark="")
    assert early["__typename"] == "OutOfOrder"
    permitted = other.command("permitOutOfOrder", superior, **variables)
    assert permitted["stage"] == "NOT_STARTED"
    proposed = other.command("propose", deputy, level="GOOD", remark="")
    assert proposed["stage"] == "PROPOSED", proposed
    kept = "SELECT reason FROM act WHERE appraisal_id = $1::uuid AND payload->>'kind' = 'exception'"
    assert service.sql(kept, other.key) == ["Đi công tác"]


def test_after_all_this_the_registry_proves_itself(service: Service) -> None:
    """Every act, count and computed level that the tests of this folder left behind fits."""
    assert "everything fits" in service.command("verify")
