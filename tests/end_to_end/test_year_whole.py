"""A year from its opening to the provincial conclusion and beyond, by the raters of every section, over HTTP."""

import asyncio
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import copied
from tests.end_to_end.contention import opened
from tests.end_to_end.playing import (
    ALONE,
    BLOC_OFFICE,
    DISTRICT_DEPUTIES,
    DISTRICTS,
    PAPER,
    SUPERIOR,
    TODAY,
    Play,
)
from tests.end_to_end.test_year_played import CHAIRS, DECIDE, ROUNDS_MAX, play

Json = dict[str, Any]
YEAR = 2024
OFFICE = "ht.ban-to-chuc-tu.truong"
MEMBERS = """SELECT s.rater_code || ' ' || min(s.post_code) FROM post_role s
    WHERE s.rater_code LIKE 'panel%' AND s.seat = 'member' GROUP BY s.rater_code ORDER BY 1"""
OF_PANEL = """SELECT a.id::text FROM appraisal a WHERE a.year = 2024 AND a.stage = 'PROPOSED' AND a.body_code IN (
    SELECT k.body_code FROM body_class k WHERE k.class_code = $1) ORDER BY a.id LIMIT 1"""
CLASS_OF_PANEL = {
    "panel_6_2_1": "party_agency_leadership",
    "panel_6_2_2": "council_committee_leadership",
    "panel_6_2_3": "specialised_agency_leadership",
}
UNDECIDED = """SELECT a.id::text FROM appraisal a
    WHERE a.year = 2024 AND a.stage <> 'DECIDED' AND a.id = ANY(CAST($1 AS uuid[])) ORDER BY 1"""
CENTRALLY_MANAGED = """SELECT a.id::text FROM appraisal a WHERE a.year = 2024 AND a.track = 'OFFICIAL' AND EXISTS (
    SELECT FROM appraisal_standing s WHERE s.appraisal_id = a.id AND s.class_code = 'centrally_managed')
    ORDER BY 1"""
SECTIONS = """SELECT DISTINCT r.section FROM act x JOIN rater r ON r.id = x.on_behalf_rater_id
    JOIN appraisal a ON a.id = x.appraisal_id
    WHERE a.year = 2024 AND x.act = $1 ORDER BY 1"""
HISTORY = """SELECT x.act || coalesce(' ' || x.level, '') FROM act x
    WHERE x.appraisal_id = $1::uuid AND x.act IN ('rate', 'annul', 'appeal', 'answer_appeal')
    ORDER BY x.sequence"""
REMEDY_FIELDS = """__typename ... on Appraisal { version stage rating { level rater { code } } }
    ... on Refusal { code message }"""


class Remedies:
    """Second looks at one appraisal, in the version that it has."""

    def __init__(self, game: Play, key: str) -> None:
        self.game, self.key = game, key

    def ask(self, name: str, arguments: str, token: str) -> Json:
        now = "SELECT version FROM appraisal WHERE id = $1::uuid"
        target = {
            "appraisal": self.key,
            "expectedVersion": self.game.service.sql(now, self.key)[0],
            "idempotencyKey": str(uuid4()),
        }
        query = f"""mutation ($t: TargetInput!, $d: DocumentInput!) {{
            done: {name}(target: $t, {arguments}, document: $d) {{ {REMEDY_FIELDS} }} }}"""
        answer = self.game.service.ask(query, {"t": target, "d": PAPER}, token)
        assert "errors" not in answer, answer
        data: Json = answer["data"]["done"]
        return data

    def decide(self, level: str, token: str) -> str:
        now = "SELECT version FROM appraisal WHERE id = $1::uuid"
        decision = {
            "appraisal": self.key,
            "expectedVersion": self.game.service.sql(now, self.key)[0],
            "level": level,
            "reason": "Theo kết luận",
        }
        variables = {"decision": decision, "document": PAPER, "idempotencyKey": str(uuid4())}
        answer = self.game.service.ask(DECIDE, {"input": variables}, token)
        return str(answer["data"]["decide"]["__typename"])

    def history(self) -> list[str]:
        return self.game.service.sql(HISTORY, self.key)


@pytest.fixture(scope="module")
def game(demonstration_files: Path) -> Iterator[Play]:
    """Opens the year; every subject is reviewed, self-rated and proposed."""
    with copied(demonstration_files) as folder, opened(folder, DEMONSTRATION_DATE=TODAY) as door:
        game = Play(door.service, YEAR)
        door.service.sql(BLOC_OFFICE)
        assert len(door.service.sql(DISTRICT_DEPUTIES, ALONE)) == len(DISTRICTS) - 1
        assert of_year(game, "openYear") == "Cycle"
        game.meet()
        asyncio.run(game.prepare())
        yield game


def of_year(game: Play, name: str) -> str:
    query = f"""mutation ($year: Int!, $document: DocumentInput!, $key: ID!) {{
        {name}(year: $year, document: $document, idempotencyKey: $key) {{ __typename }} }}"""
    variables = {"year": YEAR, "document": PAPER, "key": str(uuid4())}
    answer = game.service.ask(query, variables, game.token_of(OFFICE))
    return str(answer["data"][name]["__typename"])


def test_every_step_before_the_decision_is_done_by_those_whose_it_is(game: Play) -> None:
    stages = Counter((one.track, one.stage) for one in game.subjects.values())
    assert stages["BODY", "PROPOSED"] == 77
    assert stages["OFFICIAL", "PROPOSED"] > 50
    assert ("OFFICIAL", "NOT_STARTED") not in stages
    assert {name for name, kind in game.done if kind == "Appraisal"} == {
        *("recordReview", "recordFacts", "rateOneself", "propose", "permitOutOfOrder")
    }
    assert game.done["recordReview", "OutOfOrder"] > 0
    assert {kind for _, kind in game.done} <= {"Appraisal", "OutOfOrder", "StaleVersion"}
    sections = game.service.sql(SECTIONS, "appraise")
    assert sections == ["6.1", "6.2.1", "6.2.2", "6.2.3", "6.2.4", "6.2.5"]


def test_members_of_the_panels_give_their_opinion(game: Play) -> None:
    for row in game.service.sql(MEMBERS):
        panel, post = row.split(" ")
        (key,) = game.service.sql(OF_PANEL, CLASS_OF_PANEL[panel])
        subject = game.subjects[key]
        query = """mutation ($t: TargetInput!) { giveOpinion(target: $t, opinion: "Nhất trí") {
            __typename } }"""
        now = "SELECT version FROM appraisal WHERE id = $1::uuid"
        target = subject.target | {"expectedVersion": game.service.sql(now, key)[0]}
        answer = game.service.ask(query, {"t": target}, game.token_of(post))
        assert answer["data"]["giveOpinion"]["__typename"] == "Appraisal", (panel, answer)


def test_all_sections_decide_up_to_the_provincial_committee_itself(game: Play) -> None:
    # With a written permission they have no prerequisites, and are in the worklists of the chairs.
    for subject in game.subjects.values():
        if subject.office is None and subject.track == "OFFICIAL":
            chair = game.token_of(f"{subject.home.removesuffix('.btc')}.bi-thu")
            decided = Remedies(game, subject.id).decide("NOT_COMPLETED", chair)
            assert decided == "Conclusion"
    rated_too_low(game)
    for _ in range(ROUNDS_MAX):
        answers = [play(game.service, game.token_of(post), YEAR) for post in CHAIRS]
        assert {kind for each in answers for kind in each} <= {"Conclusion", "StaleVersion"}
        if not any(each.get("Conclusion") for each in answers):
            break
    sections = game.service.sql(SECTIONS, "rate")
    assert sections == ["6.1", "6.2.1", "6.2.2", "6.2.3", "6.2.4", "6.2.5"]
    assert game.service.sql(PROVINCE) == ["provincial_standing_committee"]
    played = [subject.id for subject in game.subjects.values() if subject.is_played]
    left = set(game.service.sql(UNDECIDED, played))
    assert left <= {*game.service.sql(CENTRALLY_MANAGED), *game.service.sql(UNDETERMINED)}


def rated_too_low(game: Play) -> None:
    """The subject of the later appeal: permitted in writing, and rated below the computed level."""
    looks = Remedies(game, game.service.sql(APPEALS)[0])
    arguments = 'step: RATE, reason: "Kết luận trước"'
    permitted = looks.ask("permitOutOfOrder", arguments, game.token_of(SUPERIOR))
    assert permitted["stage"] == "PROPOSED", permitted
    assert looks.decide("NOT_COMPLETED", game.token_of("ht.vu-quang.bi-thu")) == "Conclusion"


APPEALS = """SELECT id::text FROM appraisal WHERE year = 2024
    AND post_code = 'ht.vu-quang.btc.truong' AND computed_level = 'GOOD'"""
UNDETERMINED = (
    "SELECT id::text FROM appraisal WHERE year = 2024 AND computed_level = 'UNDETERMINED'"
)
PROVINCE = "SELECT rater_id FROM appraisal WHERE year = 2024 AND body_code = 'ht.btv'"


def test_an_appeal_is_upheld(game: Play) -> None:
    """Rated below the computed level: the authority hears the appeal, answers, and rates again."""
    (key,) = game.service.sql(APPEALS)
    chair, looks = game.token_of("ht.vu-quang.bi-thu"), Remedies(game, key)
    speaker = game.subjects[key].speaker
    assert speaker is not None
    themselves = game.service.token_of_person(speaker)
    appealed = looks.ask("appeal", 'reason: "Chưa tính kết quả"', themselves)
    assert "rating" in appealed, appealed
    assert appealed["rating"]["level"] == "NOT_COMPLETED"
    answered = looks.ask("answerAppeal", 'conclusion: "Chấp nhận khiếu nại"', chair)
    assert answered["stage"] == "DECIDED"
    again = looks.ask("annul", 'reason: "Khiếu nại đúng", level: GOOD', chair)
    assert again["rating"]["level"] == "GOOD", again
    assert looks.history() == [
        "rate NOT_COMPLETED",
        "appeal",
        "answer_appeal",
        "annul",
        "rate GOOD",
    ]


def test_a_superior_annuls_and_the_authority_rates_again(game: Play) -> None:
    (key,) = game.service.sql("""SELECT id::text FROM appraisal WHERE year = 2024 AND level = 'GOOD'
        AND post_code = 'ht.thach-ha.uv-btv' ORDER BY id LIMIT 1""")
    looks, chair = Remedies(game, key), game.token_of("ht.thach-ha.bi-thu")
    annulled = looks.ask("annul", 'reason: "Sai quy trình"', game.token_of(SUPERIOR))
    assert (annulled["stage"], annulled["rating"]) == ("PROPOSED", None)
    assert looks.decide("COMPLETED", chair) == "Conclusion"
    assert looks.history() == ["rate GOOD", "annul", "rate COMPLETED"]


MERGED = """UPDATE body SET dissolved_on = '2023-06-30', succeeded_by = $2
    WHERE code IN ($1, $1 || '.tt') RETURNING code"""


def test_a_past_year_is_rated_again_for_a_body_that_was_merged(game: Play) -> None:
    assert len(game.service.sql(MERGED, "ht.so-ngoai-vu", "ht.vp-ubnd")) == 2
    (key,) = game.service.sql("""SELECT id::text FROM appraisal WHERE year = 2022
        AND body_code = 'ht.so-ngoai-vu.tt' AND stage = 'DECIDED'""")
    looks = Remedies(game, key)
    (was,) = game.service.sql("SELECT level FROM appraisal WHERE id = $1::uuid", key)
    again = looks.ask(
        "annul", 'reason: "Vi phạm năm 2022", level: NOT_COMPLETED', game.token_of("ht.ubnd.ct")
    )
    assert again["rating"]["level"] == "NOT_COMPLETED", again
    assert looks.history() == [f"rate {was}", "annul", "rate NOT_COMPLETED"]


BESIDE_THE_COMMANDS = """WITH added AS (
    SELECT code FROM post WHERE code = 'ht.duk.btc.truong' OR code LIKE 'ht.%.btc.pho')
SELECT 'post ' || code FROM added
UNION ALL SELECT 'membership ' || m.id FROM membership m JOIN added ON added.code = m.post_code
UNION ALL SELECT 'body ' || code FROM body WHERE code IN ('ht.so-ngoai-vu', 'ht.so-ngoai-vu.tt')"""


def test_the_year_is_closed_and_everything_fits_but_what_no_command_wrote(game: Play) -> None:
    """`verify` names the rows that these tests wrote into the database themselves, and no other."""
    assert of_year(game, "closeYear") == "Cycle"
    with pytest.raises(subprocess.CalledProcessError) as refused:
        game.service.command("verify")
    findings = [line for line in refused.value.stdout.splitlines() if line.startswith("  ")]
    named = [re.search(r"row: (\w+ \S+): \w+ without an act$", line) for line in findings]
    assert None not in named, findings
    assert {found[1] for found in named if found} == {*game.service.sql(BESIDE_THE_COMMANDS)}
