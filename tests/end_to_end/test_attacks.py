"""Attacks over HTTP: forged tokens, other people's places, guessed ids."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest
from graphql import GraphQLNamedType, GraphQLSchema, build_schema, get_named_type
from joserfc import jwt
from joserfc.jwk import ECKey

from demo.signing_key import ISSUER, demonstration_key, sign
from tests.end_to_end.conftest import Service

Json = dict[str, Any]
TokenOf = Callable[[str], str]
WHO = "{ me { person { id } } }"
MAY = """query ($act: Act!, $subject: SubjectInput!, $track: Track!) {
    may(act: $act, subject: $subject, year: 2023, track: $track) { allowed missing } }"""
UNKNOWN_PERSON = "00000000-0000-4000-8000-000000000000"


def forged(service: Service, claims: Mapping[str, object], **header: object) -> str:
    """A token with the service's own key, but for what is changed."""
    key = demonstration_key(service.data_dir)
    fine = {"iss": ISSUER, "aud": "xeploai", "sub": UNKNOWN_PERSON, "iat": 1, "exp": 4102444800}
    return jwt.encode({"alg": "ES256", "kid": key.kid} | header, fine | dict(claims), key)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"iss": "https://elsewhere.example"},
        {"aud": "another-service"},
        {"nbf": 4102444800},
        {"sub": None},
    ],
)
def test_a_token_whose_claims_are_not_right_is_401(
    service: Service, claims: Mapping[str, object]
) -> None:
    answer = service.post(WHO, {}, forged(service, claims))
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_TOKEN"


def test_a_key_id_unknown_another_key_and_no_signature_are_401(
    service: Service, token_of: TokenOf
) -> None:
    stranger = ECKey.generate_key("P-256", private=True, auto_kid=True)
    signed_by_stranger = sign(stranger, "xeploai", {"sub": UNKNOWN_PERSON})
    header, payload, _ = token_of("ht.ubnd.ct").split(".")
    none = "eyJhbGciOiJub25lIn0"
    for token in (
        forged(service, {}, kid="unknown"),
        signed_by_stranger,
        f"{none}.{payload}.",
        f"{header}.{payload}.",
        f"{header}.{signed_by_stranger.split('.')[1]}.{token_of('ht.ubnd.ct').split('.')[2]}",
    ):
        assert service.post(WHO, {}, token).status_code == httpx.codes.UNAUTHORIZED


def test_a_token_identifies_its_person_and_a_stranger_is_unknown(
    service: Service, token_of: TokenOf
) -> None:
    """Whose token it is follows from its signed subject alone; nothing in the request changes it."""
    token = token_of("ht.so-y-te.pho")
    headers = {"Authorization": f"Bearer {token}", "X-User": "ht.ubnd.ct", "X-Post": "ht.ubnd.ct"}
    body = {"query": "{ me { posts { code } raters { code } } }"}
    answer = httpx.post(f"{service.url}/graphql", json=body, headers=headers).json()
    assert answer["data"]["me"]["raters"] == []
    may_rate = '{ may(act: RATE, subject: {body: "ht.so-y-te.tt"}, year: 2023) { allowed } }'
    for query in (WHO, may_rate):
        stranger = service.ask(query, {}, forged(service, {}))
        assert "data" not in stranger
        assert stranger["errors"][0]["extensions"]["code"] == "NOT_LINKED"


def may(
    service: Service, token: str, act: str, subject: Json, track: str = "OFFICIAL"
) -> tuple[bool, str]:
    variables = {"act": act, "subject": subject, "track": track}
    data = service.ask(MAY, variables, token)["data"]["may"]
    return data["allowed"], data["missing"]


def person_of(service: Service, token: str) -> str:
    data: str = service.ask(WHO, {}, token)["data"]["me"]["person"]["id"]
    return data


@pytest.mark.parametrize("act", ["RATE", "APPRAISE", "ANNUL", "ANSWER_APPEAL"])
def test_the_chair_of_one_district_has_nothing_on_another(
    service: Service, token_of: TokenOf, act: str
) -> None:
    chair = token_of("ht.thach-ha.bi-thu")
    allowed, missing = may(service, chair, act, {"post": "ht.can-loc.uv-btv"})
    assert not allowed
    assert missing in {"OTHER_PLACE", "NOT_THE_RATER"}
    assert may(service, chair, "RATE", {"post": "ht.thach-ha.uv-btv"})[0]


@pytest.mark.parametrize("act", ["RATE", "APPRAISE", "ANNUL", "ANSWER_APPEAL"])
def test_acts_on_oneself_are_refused(service: Service, token_of: TokenOf, act: str) -> None:
    """The secretary of a cell is one of its members, and the chair that decides on them."""
    secretary = token_of("ht.so-y-te.cb.bi-thu")
    oneself = {"person": person_of(service, secretary)}
    assert may(service, secretary, act, oneself, "PARTY_MEMBER") == (False, "ONESELF")


def test_the_proposer_may_not_decide(service: Service, token_of: TokenOf) -> None:
    """Two of the compiling office take over the chair: to the one who proposed, it stays closed."""
    body, office = "ht.so-y-te.tt", token_of("ht.vp-ubnd.truong")
    (proposer,) = service.sql(PROPOSER, body)
    assert proposer != person_of(service, office)
    for token, expected in (
        (service.token_of_person(proposer), (False, "OWN_PROPOSAL")),
        (office, (True, None)),
    ):
        (seat,) = service.sql(TAKE_OVER, person_of(service, token))
        try:
            assert may(service, token, "RATE", {"body": body}) == expected
            edges = service.ask(TO_RATE, {}, token)["data"]["me"]["subjects"]["edges"]
            codes = {edge["node"]["subject"].get("code") for edge in edges}
            assert (body in codes) == expected[0]
        finally:
            service.sql("DELETE FROM membership WHERE id = $1::uuid RETURNING id::text", seat)


PROPOSER = """SELECT x.actor_person_id::text FROM act x JOIN appraisal a ON a.id = x.appraisal_id
    WHERE x.act = 'appraise' AND a.body_code = $1 AND a.year = 2023 AND a.stage = 'PROPOSED'"""
TAKE_OVER = """INSERT INTO membership (id, person_id, body_code, post_code, since)
    SELECT gen_random_uuid(), $1::uuid, p.body_code, p.code, DATE '2023-12-01'
    FROM post p WHERE p.code = 'ht.ubnd.ct' RETURNING id::text"""
TO_RATE = """{ me { subjects(act: RATE, year: 2023, first: 500) { edges { node {
    subject { ... on Body { code } } } } } } }"""


GUESSED = {
    "body": ('{ body(code: "%s") { rating(year: 2023) { reason } } }', "code"),
    "person": ('{ person(id: "%s") { rating(year: 2023) { reason } } }', "person"),
    "appraisal": (
        '{ appraisal(id: "%s") { computed { level } history { reason } file { missing { paper } } } }',
        "id",
    ),
    "authority": ('{ authority(subject: {body: "%s"}, year: 2023) { granted } }', "code"),
    "evaluations": (
        """{ evaluations(year: 2023, under: "%s", first: 5) {
            edges { node { selfLevel rating { reason } } } } }""",
        "code",
    ),
    "may": ('{ may(act: RATE, subject: {body: "%s"}, year: 2023) { allowed } }', "code"),
    "completeFile": (
        'mutation { completeFile(appraisal: "%s") { ... on FileIncomplete { missing { paper } } } }',
        "id",
    ),
}
SEARCHED = {"searchBodies", "searchPersons"}
"""They return names and codes, which are not part of a file."""
PUBLIC = {"authority", "may"}
"""Who has a power is public law: these answer, and what they answer is no part of a file."""
WITHOUT_SUBJECT = {"authorityGaps", "me", "_entities", "_service"}
OF_ITS_OWN_TEST = (
    {"quotaCheck", "delegate", "withdrawDelegation"}
    | {"conclude", "decide"}
    | {"openYear", "supplementYear", "closeYear"}
    | SEARCHED
)
COMMANDS = {
    "recordReview": """review: {place: "ht", heldOn: "2023-12-01", days: "1",
        minutes: {number: "1", date: "2023-12-01"}}""",
    "recordFacts": "facts: {}",
    "rateOneself": "level: GOOD",
    "propose": "level: GOOD",
    "giveOpinion": 'opinion: "x"',
    "annul": 'reason: "x", document: {number: "1", date: "2023-12-01"}',
    "requireReviewAgain": 'reason: "x"',
    "suggestReview": 'suggestion: "x", document: {number: "1", date: "2023-12-01"}',
    "exclude": """exclusion: {ground: EXCUSED, reason: "x",
        document: {number: "1", date: "2023-12-01"}}""",
    "endExclusion": 'reason: "x", document: {number: "1", date: "2023-12-01"}',
    "transfer": """to: "ht.so-y-te.truong", on: "2023-12-01",
        document: {number: "1", date: "2023-12-01"}""",
    "permitOutOfOrder": """step: RATE, reason: "x",
        document: {number: "1", date: "2023-12-01"}""",
    "appeal": 'reason: "x"',
    "answerAppeal": 'conclusion: "x", document: {number: "1", date: "2023-12-01"}',
}
"""Commands on one appraisal, with what else they take."""


def takes_an_id(schema: GraphQLSchema, kind: GraphQLNamedType) -> bool:
    inner = getattr(kind, "fields", {})
    return kind.name == "ID" or any(
        takes_an_id(schema, get_named_type(member.type)) for member in inner.values()
    )


def test_every_way_in_that_takes_an_id_is_attacked_here(service: Service) -> None:
    sdl = service.ask("{ _service { sdl } }", {}, None)["data"]["_service"]["sdl"]
    schema = build_schema(sdl, assume_valid_sdl=True)
    roots = [root for root in (schema.query_type, schema.mutation_type) if root]
    result = {
        name
        for root in roots
        for name, field in root.fields.items()
        if any(takes_an_id(schema, get_named_type(one.type)) for one in field.args.values())
    }
    assert result - OF_ITS_OWN_TEST - WITHOUT_SUBJECT == set(GUESSED) | set(COMMANDS)


@pytest.mark.parametrize("name", sorted(GUESSED))
def test_an_id_outside_the_scope_that_was_guessed_gives_nothing_of_the_file(
    service: Service, token_of: TokenOf, name: str
) -> None:
    query, column = GUESSED[name]
    code = "ht.ban-to-chuc-tu.tt"
    ids = {
        "code": code,
        "id": f"SELECT id::text FROM appraisal WHERE year = 2023 AND body_code = '{code}'",
        "person": """SELECT person_id::text FROM appraisal WHERE year = 2023 AND level IS NOT NULL
            AND reason IS NOT NULL AND track = 'OFFICIAL' ORDER BY 1 LIMIT 1""",
    }
    guessed = ids[column] if column == "code" else service.sql(ids[column])[0]
    answer = service.ask(query % guessed, {}, token_of("ht.vu-quang.bi-thu"))
    if name in PUBLIC:
        assert "errors" not in answer
        return
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
    assert all("clause" in error["extensions"] for error in answer["errors"])
    leaves = _leaves(answer["data"])
    assert [value for value in leaves if value is not None] == []


def _leaves(rows: object) -> list[object]:
    if isinstance(rows, dict):
        return [leaf for value in rows.values() for leaf in _leaves(value)]
    if isinstance(rows, list):
        return [leaf for value in rows for leaf in _leaves(value)]
    return [rows]


def test_the_delegation_of_another_person_is_not_withdrawn(
    service: Service, token_of: TokenOf
) -> None:
    (key,) = service.sql("SELECT id::text FROM delegation WHERE until = '2023-12-31' LIMIT 1")
    query = """mutation ($id: ID!) { withdrawDelegation(id: $id, document: {
        number: "1", date: "2023-12-11"}) { ... on DelegationRefused { breaches { limit } } } }"""
    data = service.ask(query, {"id": key}, token_of("ht.thach-ha.bi-thu"))["data"]
    assert data["withdrawDelegation"]["breaches"] == [{"limit": "NOT_THE_CHAIR"}]
    assert service.sql("SELECT withdrawn_on::text FROM delegation WHERE id = $1::uuid", key) == [
        None
    ]


def test_a_service_account_commands_nothing(service: Service) -> None:
    token = service.command("token", "--service", "hr", "--scope", "read_level")
    query = """mutation { delegate(input: {rater: "panel_6_2_3", delegate: "ht.so-y-te.truong",
        acts: [RATE], classes: ["other_provincial_unit_leader"], since: "2023-12-11",
        until: "2023-12-12", document: {number: "1", date: "2023-12-11"}}) {
        ... on DelegationRefused { breaches { limit } } } }"""
    data = service.ask(query, {}, token)["data"]["delegate"]
    assert data["breaches"] == [{"limit": "NOT_THE_CHAIR"}]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_on_an_appraisal_that_was_guessed_is_refused_and_leaves_no_trace(
    service: Service, token_of: TokenOf, name: str
) -> None:
    guess = "post_code = 'ht.so-y-te.pho'" if name == "transfer" else "body_code = 'ht.so-y-te.tt'"
    guessed = service.sql(
        f"SELECT id || ' ' || version FROM appraisal WHERE year = 2023 AND {guess} ORDER BY id"
    )[0]
    key, version = guessed.split(" ")
    target = f'{{appraisal: "{key}", expectedVersion: {version}, idempotencyKey: "{uuid4()}"}}'
    query = (
        f"mutation {{ {name}(target: {target}, {COMMANDS[name]}) {{ __typename "
        "... on Refusal { code clause { id } } } }"
    )
    counts = "SELECT (SELECT count(*) FROM act) || ' ' || (SELECT count(*) FROM command)"
    before = service.sql(counts)
    data = service.ask(query, {}, token_of("ht.vu-quang.bi-thu"))["data"][name]
    assert (data["__typename"], data["code"]) == ("NotCompetent", "NOT_COMPETENT")
    assert service.sql(counts) == before
