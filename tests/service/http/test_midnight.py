"""A request that begins before midnight and acts after it: its act lies on one moment, not a day earlier."""

from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

import resolvers.clock
import service.http.context_factory
from db.connection import engine as engines
from db.connection.engine import transaction
from db.connection.replica import Databases
from schema.graph import schema
from service.auth.account import Accounts
from service.auth.policy import CurrentPolicy
from service.auth.rate_limit import Budget
from service.http.app import make_app
from service.http.context_factory import Contexts
from service.http.dossier_document import Files
from service.http.graphql_endpoint import Endpoint
from tests.service.auth.test_identity import IDENTITY, token

pytestmark = pytest.mark.anyio

BEGUN = datetime(2023, 12, 31, 16, 59, 59, 900_000, tzinfo=UTC)
"""A tenth of a second before the new year in Viet Nam."""
STEP = timedelta(milliseconds=300)
HOLDER = "SELECT person_id::text FROM membership WHERE post_code = :code"
OF_CELL = """SELECT id::text || ' ' || version FROM appraisal WHERE year = 2023
    AND track = 'PARTY_MEMBER' AND home_body_code = 'ht.so-tnmt.cb' ORDER BY id LIMIT 1"""
OF_BODY = "SELECT id::text FROM appraisal WHERE year = 2023 AND body_code = 'ht.so-y-te.tt'"
LAST = "SELECT at FROM act ORDER BY sequence DESC LIMIT 1"
REVIEW = """mutation ($t: TargetInput!, $r: ReviewInput!) {
    recordReview(target: $t, review: $r) { __typename } }"""
PAPER = {"paper": "minutes", "number": "1", "issued_on": "2023-12-01", "issuer": "Sở Y tế"}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the machine: a moment before midnight, and 300 ms more at each reading."""
    ticks = iter(range(1_000_000))

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # no subclass
            return (BEGUN + next(ticks) * STEP).astimezone(tz)

    for module in (resolvers.clock, service.http.context_factory):
        monkeypatch.setattr(module, "datetime", Clock, raising=False)


@pytest.fixture
async def engine(demonstration_copy: str) -> AsyncIterator[AsyncEngine]:
    made = await engines.connect(demonstration_copy)
    yield made
    await made.dispose()


@pytest.fixture
async def door(engine: AsyncEngine) -> AsyncIterator[httpx.AsyncClient]:
    """The service on no fixed day."""
    policy = CurrentPolicy(engine)
    databases = Databases(engine)
    accounts = Accounts(IDENTITY, databases)
    files = Files(engine, accounts, policy, None)
    graphql = Endpoint(schema, Contexts(databases, accounts, policy, None, Budget(0)))
    transport = httpx.ASGITransport(make_app(engine, graphql, "", more=files.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as opened:
        yield opened


async def scalar(engine: AsyncEngine, statement: str, **bound: str) -> object:
    async with transaction(engine) as connection:
        return (await connection.execute(text(statement), bound)).scalar_one()


async def headers_of(engine: AsyncEngine, post: str) -> dict[str, str]:
    person = str(await scalar(engine, HOLDER, code=post))
    return {"Authorization": f"Bearer {token(sub=person)}"}


@pytest.mark.usefixtures("clock")
async def test_a_command_acts_at_one_moment(door: httpx.AsyncClient, engine: AsyncEngine) -> None:
    key, version = str(await scalar(engine, OF_CELL)).split()
    target = {"appraisal": key, "expectedVersion": int(version), "idempotencyKey": str(uuid4())}
    review = {
        "place": "ht.so-tnmt.cb",
        "heldOn": "2023-12-08",
        "days": "1",
        "minutes": {"number": "1", "date": "2023-12-08"},
    }
    body = {"query": REVIEW, "variables": {"t": target, "r": review}}
    answer = await door.post(
        "/graphql", json=body, headers=await headers_of(engine, "ht.so-tnmt.cb.pbt")
    )
    assert answer.json()["data"] == {"recordReview": {"__typename": "Appraisal"}}
    at = await scalar(engine, LAST)
    assert isinstance(at, datetime)
    assert at >= BEGUN


@pytest.mark.usefixtures("clock")
async def test_an_upload_is_received_at_one_moment(
    door: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    content = b"%PDF-1.7"
    headers = {
        **await headers_of(engine, "ht.vp-ubnd.truong"),
        "Content-Type": "application/pdf",
        "Content-Digest": f"sha-256=:{b64encode(sha256(content).digest()).decode()}:",
    }
    where = f"/appraisals/{await scalar(engine, OF_BODY)}/documents"
    answer = await door.put(where, params=PAPER, content=content, headers=headers)
    assert answer.status_code == 201, answer.text
    at = await scalar(engine, LAST)
    assert isinstance(at, datetime)
    assert at >= BEGUN
