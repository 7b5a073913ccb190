"""The door over HTTP, on a real database, in front of small endpoints that do what a graph may do."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from db.connection.engine import make_engine
from service.auth.identity import BadTokenError
from service.http.app import BODY_BYTES_MAX, make_app
from service.http.middleware import HEADERS
from tests.service.living import living

pytestmark = pytest.mark.anyio

SDL = "type Query { answer: Int }"
NO_SERVER = "postgresql://u@127.0.0.1:1/x"
LATER = "UPDATE alembic_version SET version_num ="


class Graph:
    """Reads the body and obeys it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = (await Request(scope, receive).body()).decode()
        if body == "refuse":
            raise BadTokenError("claims")
        if body == "expire":
            raise BadTokenError("expired")
        if body == "break":
            raise RuntimeError("a name that must not get out")
        if body == "break off":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"begun", "more_body": True})
            raise RuntimeError("too late for another answer")
        await PlainTextResponse(f"{len(body)} characters")(scope, receive, send)


def client(app: ASGIApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door")


@pytest.fixture
async def door(engine: AsyncEngine) -> AsyncIterator[httpx.AsyncClient]:
    async with client(make_app(engine, Graph(), SDL)) as opened:
        yield opened


async def post(door: httpx.AsyncClient, content: str, **headers: str) -> httpx.Response:
    return await door.post("/graphql", content=content, headers=headers)


def error(response: httpx.Response) -> dict[str, Any]:
    (data,) = response.json()["errors"]
    return {"message": data["message"], **data["extensions"]}


@pytest.mark.parametrize(
    ("path", "kind", "begin"),
    [
        ("/graphql", "text/html", "<!doctype html>"),
        ("/schema.graphql", "text/plain", SDL),
        ("/livez", "text/plain", "alive"),
        ("/readyz", "text/plain", "ready"),
    ],
)
async def test_what_anybody_gets(door: httpx.AsyncClient, path: str, kind: str, begin: str) -> None:
    response = await door.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{kind}; charset=utf-8"
    assert response.text.startswith(begin)


@pytest.mark.parametrize("path", ["/metrics", "/assets/../app.py", "/assets/%2e%2e/app.py", "/x"])
async def test_everything_else_is_not_found(door: httpx.AsyncClient, path: str) -> None:
    response = await door.get(path)
    assert response.status_code == 404
    assert error(response) == {"message": "Not Found", "code": "HTTP_404"}


async def test_another_method_is_refused(door: httpx.AsyncClient) -> None:
    response = await door.put("/graphql", content="{}")
    assert response.status_code == 405
    assert error(response)["code"] == "HTTP_405"


@pytest.mark.parametrize("path", ["/schema.graphql", "/x", "/livez"])
async def test_every_answer_has_the_headers(door: httpx.AsyncClient, path: str) -> None:
    response = await door.get(path)
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["x-request-id"])


async def test_a_bad_token_is_refused_in_the_language_of_the_caller(
    door: httpx.AsyncClient,
) -> None:
    response = await post(door, "refuse")
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert error(response) == {"message": "Token không được chấp nhận", "code": "BAD_TOKEN"}
    english = await post(door, "expire", **{"accept-language": "en"})
    assert error(english)["message"] == "The session has expired; sign in again"


async def test_an_unexpected_exception_is_masked(
    door: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    response = await post(door, "break", **{"accept-language": "en"})
    assert response.status_code == 500
    identifier = response.headers["x-request-id"]
    assert error(response) == {
        "message": f"Internal error; look-up id {identifier}",
        "code": "INTERNAL",
        "id": identifier,
    }
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert identifier in capsys.readouterr().out


async def test_an_unexpected_exception_behind_the_router_is_masked_alike(
    engine: AsyncEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    async def breaks(_: Request) -> PlainTextResponse:
        raise RuntimeError("a name that must not get out")

    async with client(make_app(engine, Graph(), SDL, more=[Route("/breaks", breaks)])) as door:
        response = await door.get("/breaks")
    identifier = response.headers["x-request-id"]
    assert error(response)["id"] == identifier
    assert response.status_code == 500
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert capsys.readouterr().out.count("[error ") == 1


async def test_an_answer_that_breaks_off_is_not_mended(door: httpx.AsyncClient) -> None:
    with pytest.raises(RuntimeError, match="too late"):
        await post(door, "break off")


async def test_the_limit_of_a_body_is_exact(door: httpx.AsyncClient) -> None:
    response = await post(door, "x" * BODY_BYTES_MAX)
    assert response.text == f"{BODY_BYTES_MAX} characters"
    refused = await post(door, "x" * (BODY_BYTES_MAX + 1))
    assert refused.status_code == 413
    assert error(refused)["code"] == "BODY_TOO_LARGE"


async def test_a_body_of_unsaid_length_has_the_same_limit(door: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * (BODY_BYTES_MAX // 2)

    response = await door.post("/graphql", content=pieces())
    assert response.status_code == 413


@pytest.mark.parametrize("length", ["-1", "many", "1e3", ""])
async def test_a_malformed_length_is_refused(door: httpx.AsyncClient, length: str) -> None:
    response = await door.post("/graphql", content=b"", headers={"content-length": length})
    assert response.status_code == 413


async def test_not_ready_without_a_database() -> None:
    async with client(make_app(make_engine(NO_SERVER), Graph(), SDL)) as door:
        response = await door.get("/readyz")
        assert (response.status_code, response.text) == (
            503,
            "not ready: the database does not answer",
        )
        assert (await door.get("/livez")).status_code == 200


@pytest.mark.parametrize(
    ("statement", "beginning"),
    [
        ("DROP TABLE alembic_version", "not ready: the schema is too old for this version; "),
        (f"{LATER} '9999'", "not ready: the schema is too new for this version; "),
    ],
)
async def test_not_ready_on_another_schema(
    migrated_copy: str, statement: str, beginning: str
) -> None:
    engine = make_engine(migrated_copy)
    async with engine.begin() as connection:
        await connection.execute(text(statement))
        await connection.execute(text("UPDATE deployment SET value = '9999'"))
    async with client(make_app(engine, Graph(), SDL)) as door:
        response = await door.get("/readyz")
    await engine.dispose()
    assert response.status_code == 503
    assert response.text.startswith(beginning)


async def test_ready_on_a_later_schema_that_serves_this_version(migrated_copy: str) -> None:
    engine = make_engine(migrated_copy)
    async with engine.begin() as connection:
        await connection.execute(text(f"{LATER} '9999'"))
    async with client(make_app(engine, Graph(), SDL)) as door:
        response = await door.get("/readyz")
    await engine.dispose()
    assert (response.status_code, response.text) == (200, "ready")


async def test_what_runs_beside_lives_as_long_as_the_application(database_url: str) -> None:
    lines = []

    async def beside() -> None:
        lines.append("began")
        try:
            await asyncio.Event().wait()
        finally:
            lines.append("ended")

    app = make_app(make_engine(database_url), Graph(), SDL, beside, beside)
    async with living(app):
        await asyncio.sleep(0)
        assert lines == ["began", "began"]
    assert lines == ["began", "began", "ended", "ended"]
