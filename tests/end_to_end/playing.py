"""A year played over HTTP: actors, their tokens, and the next step of each subject."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from tests.end_to_end.conftest import Service

Json = dict[str, Any]
AT_ONCE = 6
TODAY = "2024-12-11"
"""The day on which the year is played: reviews, and papers of them, lie within the year and not after today."""
PAPER = {"number": "05-BB", "date": "2024-12-10"}
FIELDS = """__typename ... on Appraisal { version stage } ... on Refusal { code message }
    ... on StaleVersion { appraisals { version } }"""
COMMANDS = {
    "recordReview": f"""mutation ($t: TargetInput!, $review: ReviewInput!) {{
        done: recordReview(target: $t, review: $review) {{ {FIELDS} }} }}""",
    "recordFacts": f"""mutation ($t: TargetInput!, $facts: JSON!) {{
        done: recordFacts(target: $t, facts: $facts) {{ {FIELDS} }} }}""",
    "rateOneself": f"""mutation ($t: TargetInput!) {{
        done: rateOneself(target: $t, level: GOOD, remark: "Tự đánh giá") {{ {FIELDS} }} }}""",
    "propose": f"""mutation ($t: TargetInput!) {{
        done: propose(target: $t, level: GOOD, remark: "Đề nghị") {{ {FIELDS} }} }}""",
    "permitOutOfOrder": f"""mutation ($t: TargetInput!, $step: Step!, $paper: DocumentInput!) {{
        done: permitOutOfOrder(target: $t, step: $step, reason: "Không có người tự đánh giá, thẩm định",
            document: $paper) {{ {FIELDS} }} }}""",
    "giveOpinion": f"""mutation ($t: TargetInput!) {{
        done: giveOpinion(target: $t, opinion: "Nhất trí") {{ {FIELDS} }} }}""",
}
STEPS = ("NOT_STARTED", "REVIEWED", "SELF_RATED")
SUPERIOR = "ht.bi-thu"

DISTRICTS = [
    "tp-ha-tinh",
    "tx-hong-linh",
    "tx-ky-anh",
    "cam-xuyen",
    "can-loc",
    "duc-tho",
    "huong-khe",
    "huong-son",
    "ky-anh",
    "loc-ha",
    "nghi-xuan",
    "thach-ha",
    "vu-quang",
]
ALONE = "loc-ha"
"""The district whose office has no deputy: no person may record facts of its head, or propose."""
OFFICES = (
    *("ht.ban-to-chuc-tu.pho", "ht.ban-to-chuc-tu.truong"),
    *("ht.vp-hdnd.pcvp", "ht.vp-hdnd.cvp", "ht.vp-ubnd.pho", "ht.vp-ubnd.truong"),
    *(f"ht.{district}.btc.truong" for district in DISTRICTS),
    *(f"ht.{district}.btc.pho" for district in DISTRICTS if district != ALONE),
    "ht.duk.btc.truong",
)
"""Who compiles for the raters of sections 6.1 to 6.2.5; a second one where the first is rated there too."""
BLOC_OFFICE = """
WITH added AS (INSERT INTO post (code, body_code, rank, title, seats, source)
    VALUES ('ht.duk.btc.truong', 'ht.duk.btc', 'HEAD', 'Trưởng Ban Tổ chức', 1, 'HD01:6.2.5') RETURNING code),
somebody AS (SELECT m.person_id FROM membership m WHERE m.body_code = 'ht.duk.btc.cb' AND m.post_code IS NULL
    AND NOT EXISTS (SELECT FROM membership o WHERE o.person_id = m.person_id AND o.post_code IS NOT NULL)
    ORDER BY m.id LIMIT 1)
INSERT INTO membership (id, person_id, body_code, post_code, since)
SELECT uuidv7(), s.person_id, 'ht.duk.btc', a.code, '2021-03-01' FROM added a, somebody s RETURNING 'done'
"""
"""The catalogue knows no post of the office that compiles for the bloc (HD01:6.2.5); here it has its head."""
DISTRICT_DEPUTIES = """
WITH added AS (INSERT INTO post (code, body_code, rank, title, seats, source)
    SELECT p.body_code || '.pho', p.body_code, 'DEPUTY', 'Phó Trưởng Ban Tổ chức', 1, 'HD01:6.2.4'
    FROM post p WHERE p.code LIKE 'ht.%.btc.truong' AND p.body_code NOT IN ('ht.duk.btc', 'ht.' || $1 || '.btc')
    RETURNING code, body_code),
somebody AS (SELECT DISTINCT ON (m.body_code) m.body_code, m.person_id FROM membership m WHERE m.post_code IS NULL
    AND NOT EXISTS (SELECT FROM membership o WHERE o.person_id = m.person_id AND o.post_code IS NOT NULL)
    ORDER BY m.body_code, m.id)
INSERT INTO membership (id, person_id, body_code, post_code, since)
SELECT uuidv7(), s.person_id, a.body_code, a.code, '2021-03-01'
FROM added a JOIN somebody s ON s.body_code = a.body_code || '.cb' RETURNING post_code
"""
"""The catalogue knows one post of a district's office; here a deputy compiles and proposes for its head.

Else the chair alone could do it, who then may not decide (four eyes)."""
PANELS = ("ht.mttq.ct", "ht.hdnd.pct", "ht.ubnd.bcs.uv")
MINE = """query ($year: Int!, $after: String) { me { subjects(act: APPRAISE, year: $year, first: 500, after: $after) {
    pageInfo { hasNextPage endCursor } edges { node { id } } } } }"""

# Every subject with a rater, as a body or an official, and these officials as party members: their
# review in the cell comes first. The guide has no rater for the collective of a district's office: its level, which the
# head needs, is brought with the facts. `speaker` acts for the subject; the facts are those of the year before.
# All are reviewed; `is_played` to the end are all bodies, some officials of every group, always the same ones,
# and those at whom second looks are taken.
SUBJECTS = """
WITH held AS (
    SELECT * FROM membership WHERE since <= '2024-12-11' AND (until IS NULL OR until >= '2024-12-11')
)
SELECT json_build_object('id', a.id, 'track', a.track, 'stage', a.stage, 'version', a.version,
    'home', a.home_body_code, 'is_played', a.track = 'BODY' OR a.track = 'OFFICIAL' AND (
        a.post_code LIKE '%.btc.truong' OR row_number() OVER (
            PARTITION BY a.track, a.peer_group_code ORDER BY a.post_code, a.person_id) <= 3
        OR a.post_code IN ('ht.vu-quang.btc.truong', 'ht.thach-ha.uv-btv')),
    'speaker', coalesce(a.person_id, (SELECT h.person_id FROM body_post l
        JOIN post p ON p.code = l.post_code AND p.rank IN ('SECRETARY', 'HEAD')
        JOIN held h ON h.post_code = p.code WHERE l.body_code = a.body_code
        ORDER BY h.since, h.id LIMIT 1)),
    'facts', (SELECT f.document - 'subject' - 'year' - 'subject_class' - 'track' - 'flags' - 'levels'
            || CASE WHEN a.post_code LIKE '%.btc.truong' THEN jsonb_build_object('levels',
                jsonb_build_object('collective', jsonb_build_object(a.home_body_code, 'GOOD')))
                ELSE '{}' END
        FROM appraisal b JOIN facts f ON f.appraisal_id = b.id
        WHERE b.year = a.year - 1 AND b.track = a.track AND (b.body_code = a.body_code
            OR b.person_id = a.person_id) ORDER BY f.version DESC LIMIT 1))::text
FROM appraisal a
WHERE a.year = $1::int AND EXISTS (SELECT FROM appraisal_standing s
    WHERE s.appraisal_id = a.id AND s.class_code IS NOT NULL)
  AND (a.track <> 'PARTY_MEMBER' OR a.person_id IN (
      SELECT i.person_id FROM appraisal i WHERE i.year = a.year AND i.track = 'OFFICIAL'))
ORDER BY a.track, a.id
"""


@dataclass
class Subject:
    """One appraisal as the play knows it; `office` is a post that compiles for its rater.

    A caucus has no head, so it has no self-rating. The head of the only office that compiles has no proposer.
    The direct superior lets the next step through in writing (`is_let_through`).
    """

    id: str
    track: str
    home: str
    speaker: str | None
    facts: Json | None
    is_played: bool
    stage: str
    version: int
    office: str | None = None
    has_facts: bool = False
    is_let_through: bool = False

    @property
    def target(self) -> Json:
        return {
            "appraisal": self.id,
            "expectedVersion": self.version,
            "idempotencyKey": str(uuid4()),
        }


@dataclass
class Play:
    """The steps before the decisions; `done` counts the answers by command and type."""

    service: Service
    year: int
    subjects: dict[str, Subject] = field(default_factory=dict)
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_office: Counter[str] = field(default_factory=Counter)
    tokens: dict[str, str] = field(default_factory=dict)

    def token_of(self, post: str) -> str:
        """The token of a post's holder, made once."""
        if post not in self.tokens:
            self.tokens[post] = self.service.token_of_post(post)
        return self.tokens[post]

    def meet(self) -> None:
        """Reads the subjects, and the office that has each in its list."""
        for post in (SUPERIOR, *(f"ht.{district}.bi-thu" for district in DISTRICTS)):
            self.token_of(post)
        for row in self.service.sql(SUBJECTS, self.year):
            columns = json.loads(row)
            self.subjects[columns["id"]] = Subject(**columns)
        for post in OFFICES:
            for key in self._list_of(post):
                if key in self.subjects and self.subjects[key].office is None:
                    self.subjects[key].office = post

    def _list_of(self, post: str) -> Iterable[str]:
        after = None
        while True:
            variables = {"year": self.year, "after": after}
            answer = self.service.ask(MINE, variables, self.token_of(post))
            page = answer["data"]["me"]["subjects"]
            yield from (edge["node"]["id"] for edge in page["edges"])
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    async def prepare(self) -> None:
        """Review, facts, self-rating and proposal of every subject, in any order that the refusals allow."""
        limits = httpx.Limits(max_connections=AT_ONCE)
        async with httpx.AsyncClient(base_url=self.service.url, timeout=60, limits=limits) as http:
            at_once = asyncio.Semaphore(AT_ONCE)
            while True:
                ready = [one for one in self.subjects.values() if self._is_left(one)]
                progress = await asyncio.gather(*(self._step(http, at_once, one) for one in ready))
                if not any(progress):
                    return

    def _is_left(self, subject: Subject) -> bool:
        if not subject.is_played:
            return subject.stage == "NOT_STARTED"
        return subject.stage in STEPS and not (subject.office is None and subject.is_let_through)

    async def _step(
        self, http: httpx.AsyncClient, at_once: asyncio.Semaphore, subject: Subject
    ) -> bool:
        async with at_once:
            name, token, more = self._next(subject)
            return await self._ask(http, subject, name, token, more)

    def _next(self, subject: Subject) -> tuple[str, str, Json]:
        """The command that comes next, who gives it, and what with."""
        if subject.stage == "NOT_STARTED":
            # A meeting of its own: party and profession are never reviewed in one (HD01:3.1.1).
            minutes = PAPER | {"number": f"1-BB {subject.home}"}
            review = {
                "place": subject.home,
                "heldOn": "2024-12-09",
                "days": "2",
                "minutes": minutes,
            }
            return "recordReview", self._speaker(subject), {"review": review}
        if subject.stage == "REVIEWED" and subject.speaker is not None:
            return "rateOneself", self._speaker(subject), {}
        if not subject.has_facts and subject.facts is not None and subject.office is not None:
            return "recordFacts", self._office(subject), {"facts": _with_documents(subject.facts)}
        if not subject.is_let_through and (subject.speaker is None or subject.office is None):
            more = {"step": "APPRAISE" if subject.speaker is None else "RATE", "paper": PAPER}
            return "permitOutOfOrder", self.token_of(SUPERIOR), more
        return "propose", self._office(subject), {}

    def _speaker(self, subject: Subject) -> str:
        return (
            self.service.token_of_person(subject.speaker)
            if subject.speaker
            else self._office(subject)
        )

    def _office(self, subject: Subject) -> str:
        """Where only the subject could, the chair of the district does what is no proposal."""
        post = subject.office or f"{subject.home.removesuffix('.btc')}.bi-thu"
        self.by_office[post] += 1
        return self.token_of(post)

    async def _ask(
        self, http: httpx.AsyncClient, subject: Subject, name: str, token: str, more: Json
    ) -> bool:
        """Whether there was progress; subjects computed again meanwhile are tried again."""
        body = {"query": COMMANDS[name], "variables": {"t": subject.target, **more}}
        headers = {"Authorization": f"Bearer {token}"}
        answer = (await http.post("/graphql", json=body, headers=headers)).json()
        assert answer.get("data"), (name, answer)
        data = answer["data"]["done"]
        self.done[name, data["__typename"]] += 1
        if data["__typename"] == "StaleVersion":
            subject.version = data["appraisals"][0]["version"]
            return True
        if data["__typename"] != "Appraisal":
            return False
        subject.version, subject.stage = data["version"], data["stage"]
        subject.has_facts = subject.has_facts or name == "recordFacts"
        subject.is_let_through = subject.is_let_through or name == "permitOutOfOrder"
        return True


def _with_documents(facts: Json) -> Json:
    """What was attested and who was disciplined name papers of this year."""
    named = "17-TB/TU, 10/12/2024, Ban Thường vụ Tỉnh uỷ"
    decided = {"number": "18-QĐ/UBKT", "date": "2024-07-14", "issuer": "Uỷ ban Kiểm tra Tỉnh uỷ"}
    attested = {name: facts[name] for name in ("attested", "concluded") if name in facts}
    disciplines = [discipline | {"paper": decided} for discipline in facts.get("discipline", ())]
    return (
        facts
        | {name: dict.fromkeys(words, named) for name, words in attested.items()}
        | ({"discipline": disciplines} if disciplines else {})
    )
