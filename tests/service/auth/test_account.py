"""An account that is no person of the registry gets no data, on any path."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db.connection import engine as engines
from demo.signing_key import demonstration_key, sign
from service.auth.identity import BadTokenError
from service.auth.jwks import identity
from service.bootstrap import build, prepare
from service.errors import DemonstrationProblem
from service.settings import Settings
from tests.conftest import run_outside_transaction
from tests.service.auth.provider_tokens import MACHINES, NO_ACCESS_TOKENS
from tests.service.auth.test_identity import AUDIENCE, IDENTITY, PERSON, token
from tests.service.living import living
from tests.service.test_token_kind import made

pytestmark = pytest.mark.anyio

STRANGER = "11111111-2222-4333-8444-555555555555"
LEVELS = (
    '{ evaluations(year: 2022, under: "ht", first: 2) { edges { node { rating { level } } } } }'
)
APPRAISAL = "a9840e0c-0000-4000-8000-000000000000"
EVERY_WAY = {
    "the plan": LEVELS,
    "one root": '{ body(code: "ht") { name } }',
    "graphql-core": "{ me { person { id } worklist(year: 2023, first: 1) { totalCount } } }",
    "the schema with more": '{ __schema { queryType { name } } body(code: "ht") { name } }',
    "entities": '{ _entities(representations: [{__typename: "Body", code: "ht"}]) { __typename } }',
    "a command": f"""mutation {{ withdrawDelegation(id: "{APPRAISAL}",
        document: {{number: "1", date: "2023-12-01"}}) {{ __typename }} }}""",
}
INSERT = "INSERT INTO person SELECT '{}', 'Lê An', '', '', false, NULL, {}"


@pytest.fixture
async def door(demonstration_copy: str) -> AsyncIterator[httpx.AsyncClient]:
    """The whole application, which accepts tokens of an issuer whose key the tests hold."""
    app = build(Settings(demonstration=True), IDENTITY, demonstration_copy)
    async with living(app), opened(app) as client:
        yield client


def opened(app: Any) -> httpx.AsyncClient:  # noqa: ANN401 - any application
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door")


async def ask(door: httpx.AsyncClient, query: str, token: str, **headers: str) -> httpx.Response:
    authorization = {"Authorization": f"Bearer {token}", "Accept-Language": "en"} | headers
    return await door.post("/graphql", json={"query": query}, headers=authorization)


def code(answer: httpx.Response) -> str | None:
    errors = answer.json().get("errors")
    return errors[0]["extensions"]["code"] if errors else None


@pytest.mark.parametrize("way", EVERY_WAY)
async def test_an_account_without_a_person_gets_no_data(door: httpx.AsyncClient, way: str) -> None:
    answer = await ask(door, EVERY_WAY[way], token(sub=STRANGER))
    assert "data" not in answer.json()
    assert code(answer) == "NOT_LINKED"
    assert "not linked to a person" in answer.json()["errors"][0]["message"]


async def test_it_may_read_the_schema_and_no_document(door: httpx.AsyncClient) -> None:
    answer = await ask(door, "{ __schema { queryType { name } } }", token(sub=STRANGER))
    assert answer.json()["data"] == {"__schema": {"queryType": {"name": "Query"}}}
    headers = {"Authorization": f"Bearer {token(sub=STRANGER)}"}
    document = await door.get(f"/documents/{APPRAISAL}", headers=headers)
    assert (document.status_code, code(document)) == (403, "NOT_LINKED")
    upload = await door.put(f"/appraisals/{APPRAISAL}/documents", headers=headers)
    assert (upload.status_code, code(upload)) == (403, "NOT_LINKED")


async def test_it_hears_of_no_change(door: httpx.AsyncClient) -> None:
    query = 'subscription { evaluationChanged(year: 2023, under: "ht") { cursor } }'
    answer = await ask(door, query, token(sub=STRANGER), Accept="text/event-stream")
    assert "NOT_LINKED" in answer.text
    assert "cursor" not in answer.text


async def test_clients_of_graphqls_own_media_type_get_the_status(
    door: httpx.AsyncClient,
) -> None:
    own = "application/graphql-response+json"
    answer = await ask(door, LEVELS, token(sub=STRANGER), Accept=own)
    assert answer.status_code == 403


async def test_a_machine_token_not_recognisable_as_one_reads_no_level(
    door: httpx.AsyncClient,
) -> None:
    access_token = token(sub=STRANGER, client_id="intern-app", scope="email profile")
    assert code(await ask(door, LEVELS, access_token)) == "NOT_LINKED"


@pytest.mark.parametrize("of", MACHINES)
async def test_a_machine_reads_what_its_scopes_give(door: httpx.AsyncClient, of: str) -> None:
    shape, _, scopes = MACHINES[of]
    answer = (await ask(door, LEVELS, made(shape).removeprefix("Bearer "))).json()
    if "read_level" in scopes:
        assert len(answer["data"]["evaluations"]["edges"]) == 2
        assert "errors" not in answer
    else:
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}


@pytest.mark.parametrize("of", ["logout", "proof of a key", "ID token"])
async def test_no_other_token_gets_through_the_door(door: httpx.AsyncClient, of: str) -> None:
    access_token = made(NO_ACCESS_TOKENS[of]).removeprefix("Bearer ")
    answer = await ask(door, '{ body(code: "ht") { name } }', access_token)
    assert (answer.status_code, code(answer)) == (401, "BAD_TOKEN")


async def test_a_newly_registered_person_is_accepted_a_little_later(
    door: httpx.AsyncClient, demonstration_copy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.auth.account.UNKNOWN_SECONDS", 0.0)
    access_token = token(sub=STRANGER)
    assert code(await ask(door, LEVELS, access_token)) == "NOT_LINKED"
    await run_outside_transaction(demonstration_copy, INSERT.format(STRANGER, True))
    assert code(await ask(door, LEVELS, access_token)) is None
    me = (await ask(door, "{ me { person { id } } }", access_token)).json()
    assert me == {**me, "data": {"me": {"person": {"id": STRANGER}}}}


@pytest.fixture
async def engine(demonstration_copy: str) -> AsyncIterator[AsyncEngine]:
    made_here = await engines.connect(demonstration_copy)
    yield made_here
    await made_here.dispose()


async def test_the_database_is_read_once_per_account_and_the_cache_is_bounded(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not above: this class is new, and the tests above also fail where it is not.
    from db.connection.instrumentation import TALLY, StatementTally, watch  # noqa: PLC0415
    from db.connection.replica import Databases  # noqa: PLC0415
    from service.auth.account import KNOWN_SECONDS, UNKNOWN_SECONDS, Accounts  # noqa: PLC0415

    now, tally = 1_000.0, StatementTally()
    watch(engine)
    monkeypatch.setattr("service.auth.account.ACCOUNTS_CACHED_MAX", 2)
    accounts = Accounts(IDENTITY, Databases(engine), clock=lambda: now)
    TALLY.set(tally)

    async def statements(*persons: str) -> int:
        before = tally.statements
        for person in persons:
            await accounts.caller(f"Bearer {token(sub=person)}")
        return tally.statements - before

    assert await statements(*[PERSON] * 5, *[STRANGER] * 5) == 2
    now += UNKNOWN_SECONDS
    assert await statements(PERSON, STRANGER) == 1
    now += KNOWN_SECONDS - UNKNOWN_SECONDS - 0.001
    assert await statements(PERSON) == 0
    now += 0.001
    assert await statements(PERSON) == 1
    others = [str(UUID(int=number)) for number in range(5)]
    assert await statements(*others) == 5
    assert len(accounts._known) == 2
    assert await statements(*others[-2:]) == 0
    machine = token(sub="payroll", client_id="payroll")
    await accounts.caller(f"Bearer {machine}")
    assert tally.statements == 9


async def test_a_demonstration_hears_of_real_people_within_a_minute(
    engine: AsyncEngine, demonstration_copy: str
) -> None:
    from db.connection.replica import Databases  # noqa: PLC0415
    from service.auth.account import KNOWN_SECONDS, Accounts  # noqa: PLC0415

    now = 1_000.0
    accounts = Accounts(IDENTITY, Databases(engine), demonstration=True, clock=lambda: now)
    access_token = f"Bearer {token(sub='payroll', client_id='payroll')}"
    await accounts.caller(access_token)
    await run_outside_transaction(demonstration_copy, INSERT.format(STRANGER, False))
    now += KNOWN_SECONDS
    with pytest.raises(BadTokenError):
        await accounts.caller(access_token)
    with pytest.raises(BadTokenError):
        await accounts.caller(access_token)


@pytest.fixture
def own_settings(tmp_path: Any) -> Settings:  # noqa: ANN401 - a path
    return Settings(demonstration=True, data_dir=tmp_path, migrate_at_start=False)


async def test_no_demonstration_serves_real_people(
    own_settings: Settings, demonstration_copy: str
) -> None:
    """Whatever else is switched off: at start, at the door, and with tokens that were given before."""
    key = demonstration_key(own_settings.data_dir)
    person = sign(key, AUDIENCE, {"sub": PERSON})
    machine = sign(
        key, AUDIENCE, {"sub": "payroll", "client_id": "payroll", "scope": "read_level read_file"}
    )
    app = build(own_settings, identity(own_settings), demonstration_copy)
    async with living(app), opened(app) as door:

        async def entered() -> int:
            entry = {"post": "ht.ubnd.ct"}
            return (await door.post("/demonstration/sign-in", json=entry)).status_code

        assert await entered() == 200
        assert [code(await ask(door, LEVELS, principal)) for principal in (person, machine)] == [
            None,
            None,
        ]
        await run_outside_transaction(demonstration_copy, INSERT.format(STRANGER, False))
        assert await entered() == 403
    with pytest.raises(DemonstrationProblem, match="this database holds real people"):
        await prepare(own_settings, demonstration_copy)
    app = build(own_settings, identity(own_settings), demonstration_copy)
    async with living(app), opened(app) as door:
        for principal in (person, machine):
            answer = await ask(door, LEVELS, principal)
            assert (answer.status_code, code(answer)) == (401, "BAD_TOKEN")
