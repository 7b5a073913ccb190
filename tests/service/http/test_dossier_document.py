"""The routes of documents at the door: whose bytes are read at all, and by which policy they are kept."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from hashlib import sha256

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from authz.policy_file import load_policy, revision_of
from db.connection import engine as engines
from db.connection.engine import transaction
from db.connection.replica import Databases
from db.repositories import policy as policies
from db.repositories.document import BYTES_MAX
from resolvers.commands.dossier import Bounds
from schema.graph import schema
from service.auth.account import Accounts
from service.auth.policy import CurrentPolicy
from service.auth.rate_limit import Budget
from service.http.app import BODY_BYTES_MAX, make_app
from service.http.context_factory import Contexts
from service.http.dossier_document import Files
from service.http.graphql_endpoint import Endpoint
from service.settings import DEMONSTRATION_DAY
from tests.service.auth.test_identity import IDENTITY, token

pytestmark = pytest.mark.anyio

OTHER = "".join(
    line
    for line in load_policy().text.splitlines(keepends=True)
    if "district_vice_chair" not in line
)
PDF = b"%PDF-1.7\n"
BOUNDS = Bounds(formats=frozenset({"pdf"}), documents_max=3, bytes_max=4_000)
HOLDER = "SELECT person_id::text FROM membership WHERE post_code = :code"
APPRAISAL = "SELECT id::text FROM appraisal WHERE year = 2023 AND body_code = 'ht.so-y-te.tt'"
OF_FILE = f"SELECT count(*)::text FROM document WHERE appraisal_id = ({APPRAISAL})::uuid"
BYTES_OF_FILE = f"""SELECT count(b.document_id)::text FROM document d
    JOIN document_bytes b ON b.document_id = d.id WHERE d.appraisal_id = ({APPRAISAL})::uuid"""
PAPER = {"paper": "minutes", "number": "1", "issued_on": "2023-12-01", "issuer": "Sở Y tế"}


@pytest.fixture
async def engine(demonstration_copy: str) -> AsyncIterator[AsyncEngine]:
    made = await engines.connect(demonstration_copy)
    yield made
    await made.dispose()


@pytest.fixture
async def door(engine: AsyncEngine) -> AsyncIterator[httpx.AsyncClient]:
    """The service without what runs beside it: it hears of no other policy."""
    policy = CurrentPolicy(engine)
    databases = Databases(engine)
    accounts = Accounts(IDENTITY, databases)
    files = Files(engine, accounts, policy, DEMONSTRATION_DAY, BOUNDS)
    contexts = Contexts(databases, accounts, policy, DEMONSTRATION_DAY, Budget(0))
    graphql = Endpoint(schema, contexts)
    transport = httpx.ASGITransport(make_app(engine, graphql, "", more=files.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as opened:
        yield opened


async def scalar(engine: AsyncEngine, statement: str, **bound: str) -> str:
    async with transaction(engine) as connection:
        value: str = (await connection.execute(text(statement), bound)).scalar_one()
        return value


async def put(
    door: httpx.AsyncClient,
    engine: AsyncEngine,
    post: str,
    content: bytes | AsyncIterator[bytes],
    media_type: str = "application/pdf; version=1.7",
) -> httpx.Response:
    person = await scalar(engine, HOLDER, code=post)
    response = content if isinstance(content, bytes) else b""
    headers = {
        "Authorization": f"Bearer {token(sub=person)}",
        "Content-Type": media_type,
        "Content-Digest": f"sha-256=:{b64encode(sha256(response).digest()).decode()}:",
    }
    where = f"/appraisals/{await scalar(engine, APPRAISAL)}/documents"
    return await door.put(where, params=PAPER, content=content, headers=headers)


def code(answer: httpx.Response) -> tuple[int, str]:
    (error,) = answer.json()["errors"]
    return answer.status_code, error["extensions"]["code"]


async def test_a_document_accepted_under_an_older_policy_is_not_stored(
    door: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    assert (await put(door, engine, "ht.vp-ubnd.truong", PDF + b"before")).status_code == 201
    async with transaction(engine) as connection:
        at = datetime.now(UTC)
        await policies.record(connection, revision_of(OTHER), OTHER, at)
        await policies.activate(connection, revision_of(OTHER), at)
    stale = await put(door, engine, "ht.vp-ubnd.truong", PDF + b"after")
    assert code(stale) == (409, "STALE_POLICY")
    assert await scalar(engine, OF_FILE) == "1"


async def test_without_the_right_no_byte_of_the_body_is_read(
    door: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    read = []

    async def pieces() -> AsyncIterator[bytes]:
        read.append("a piece")
        yield b"x"

    assert code(await put(door, engine, "ht.vp-hdnd.cvp", pieces())) == (403, "FORBIDDEN")
    assert read == []


async def test_the_same_bytes_sent_at_once_become_one_document(
    door: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    at_once = [put(door, engine, "ht.vp-ubnd.truong", PDF + b"the same") for _ in range(5)]
    answers = await asyncio.gather(*at_once)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert await scalar(engine, BYTES_OF_FILE) == "1"


async def test_one_caller_has_a_share_of_what_is_being_sent(
    door: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    """A document of the largest size that does not come whole; then no second one, but another person's."""
    go_on, came = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"x" * 1_000
        came.set()
        await go_on.wait()

    officer, other = "ht.vp-ubnd.truong", "ht.so-y-te.truong"
    first = asyncio.create_task(put(door, engine, officer, slow()))
    await came.wait()
    second = await put(door, engine, officer, PDF + b"a second")
    assert second.status_code == 429
    assert second.headers["retry-after"]
    assert second.json()["errors"][0]["extensions"] == {"code": "TOO_MANY_UPLOADS"}
    assert (await put(door, engine, other, PDF + b"another person's")).status_code != 429
    go_on.set()
    assert (await first).status_code == 400  # not the bytes that were announced
    assert (await put(door, engine, officer, PDF + b"a second")).status_code == 201


async def test_a_document_has_the_media_type_of_its_format(
    door: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    answer = await put(door, engine, "ht.vp-ubnd.truong", PDF)
    person = await scalar(engine, HOLDER, code="ht.vp-ubnd.truong")
    headers = {"Authorization": f"Bearer {token(sub=person)}"}
    response = await door.get(answer.headers["location"], headers=headers)
    assert (response.headers["content-type"], response.content) == ("application/pdf", PDF)


@pytest.mark.parametrize(
    ("method", "path", "bytes_max"),
    [
        ("PUT", "/appraisals/x/documents", BYTES_MAX),
        ("PUT", "/graphql", BODY_BYTES_MAX),
        ("POST", "/appraisals/x/documents", BODY_BYTES_MAX),
        ("POST", "/graphql", BODY_BYTES_MAX),
    ],
)
async def test_only_a_document_may_be_larger(
    door: httpx.AsyncClient, method: str, path: str, bytes_max: int
) -> None:
    headers = {"Content-Length": str(bytes_max + 1)}
    refused = await door.request(method, path, content=b"x", headers=headers)
    assert code(refused) == (413, "BODY_TOO_LARGE")
    fine = await door.request(method, path, content=b"x", headers={"Content-Length": "1"})
    assert fine.status_code != 413


async def test_a_file_takes_so_many_bytes_and_not_one_more(
    door: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    office, half = "ht.vp-ubnd.truong", bytes((BOUNDS.bytes_max - 2 * len(PDF)) // 2)
    assert (await put(door, engine, office, PDF + half)).status_code == 201
    one_more = PDF + half + b"12"
    assert code(await put(door, engine, office, one_more)) == (409, "FILE_FULL")
    assert (await put(door, engine, office, PDF + half[1:])).status_code == 201


async def test_a_file_takes_so_many_documents_and_not_one_more(
    door: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    office, documents = "ht.vp-ubnd.truong", "SELECT count(*)::text FROM document"
    before = int(str(await scalar(engine, documents)))
    for number in range(BOUNDS.documents_max):
        answer = await put(door, engine, office, PDF + str(number).encode())
        assert answer.status_code == 201
    assert code(await put(door, engine, office, PDF)) == (409, "FILE_FULL")
    assert await scalar(engine, documents) == str(before + BOUNDS.documents_max)


async def test_formats_that_are_taken_are_a_setting(
    door: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    answer = await put(door, engine, "ht.vp-ubnd.truong", b"\xff\xd8\xff", media_type="image/jpeg")
    assert code(answer) == (400, "BAD_INPUT")
    assert answer.json()["errors"][0]["message"].endswith("application/pdf")
