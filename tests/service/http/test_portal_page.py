"""The portal's page and files over HTTP, and the sign-in of a demonstration, which only a demonstration has."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from hatchling.builders.wheel import WheelBuilder
from starlette.responses import PlainTextResponse

from db.connection.engine import make_engine
from demo import plugin
from demo.entry_post import POSTS
from resolvers.authorization.principal import SignedIn
from service.auth.jwks import identity
from service.http import portal_page as portal_pages
from service.http.app import make_app
from service.http.middleware import CONTENT_SECURITY_POLICY
from service.http.portal_page import BUILT, VIEWS
from service.settings import Settings
from tests.house.tree import ROOT

pytestmark = pytest.mark.anyio

NO_SERVER = "postgresql+asyncpg://u@127.0.0.1:1/x"
REAL = Settings(
    oidc_issuer="https://id.example/realm", oidc_jwks="keys.json", oidc_client_id="portal"
)
SCRIPTS = sorted((BUILT / "assets").glob("*.js"))
KIBIBYTES_MAX = 200


@dataclass
class PortalClient:
    """What answers, and by which settings."""

    client: httpx.AsyncClient
    settings: Settings


@asynccontextmanager
async def opened(settings: Settings, url: str = NO_SERVER) -> AsyncIterator[httpx.AsyncClient]:
    engine = make_engine(url)
    routes = [
        *portal_pages.routes(settings, "ht"),
        *(plugin.routes(settings, engine) if settings.demonstration else []),
    ]
    app = make_app(engine, PlainTextResponse("no graph here"), "type Query", more=routes)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        yield client
    await engine.dispose()


@pytest.fixture
async def demonstration(demonstration_copy: str, tmp_path: Path) -> AsyncIterator[PortalClient]:
    settings = Settings(demonstration=True, data_dir=tmp_path)
    async with opened(settings, demonstration_copy) as client:
        yield PortalClient(client, settings)


@pytest.mark.parametrize("path", ["/", *(f"/{view}" for view in VIEWS), "/don-vi/ht.thach-ha/x"])
async def test_every_address_inside_the_portal_gives_its_page(path: str) -> None:
    async with opened(REAL) as client:
        answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.text == (BUILT / "index.html").read_text(encoding="utf-8")
    assert answer.headers["cache-control"] == "no-cache"


async def test_the_page_may_connect_only_to_the_issuer() -> None:
    async with opened(REAL) as client:
        policy = (await client.get("/")).headers["content-security-policy"]
    assert "connect-src 'self' https://id.example;" in policy
    assert policy.replace(" https://id.example", "") == CONTENT_SECURITY_POLICY
    assert portal_pages.policy_of(Settings(demonstration=True)) == CONTENT_SECURITY_POLICY


async def test_files_are_kept_for_ever_and_come_compressed() -> None:
    largest = max(SCRIPTS, key=lambda path: path.stat().st_size)
    async with opened(REAL) as client:
        answer = await client.get(f"/assets/{largest.name}", headers={"Accept-Encoding": "gzip"})
        missing = await client.get("/assets/no-such-file.js")
        above = await client.get("/assets/%2e%2e/sources.sha256")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.content == largest.read_bytes()
    assert missing.status_code == above.status_code == 404
    assert missing.headers["cache-control"] == "no-store"


async def test_all_scripts_together_stay_within_their_size_compressed() -> None:
    sizes = []
    async with opened(REAL) as client:
        for path in SCRIPTS:
            request = client.build_request("GET", f"/assets/{path.name}")
            answer = await client.send(request, stream=True)
            sizes.append(sum([len(part) async for part in answer.aiter_raw()]))
    assert 0 < sum(sizes) <= KIBIBYTES_MAX * 1024


async def test_the_page_learns_where_people_sign_in() -> None:
    async with opened(REAL) as client:
        assert (await client.get("/portal.json")).json() == {
            "root": "ht",
            "today": None,
            "issuer": "https://id.example/realm",
            "client": "portal",
            "posts": None,
        }


async def test_a_demonstration_lists_its_posts_and_its_day(demonstration: PortalClient) -> None:
    start_data = (await demonstration.client.get("/portal.json")).json()
    assert start_data["today"] == "2023-12-11"
    assert [post["code"] for post in start_data["posts"]] == [post.code for post in POSTS]


@pytest.mark.parametrize("post", [post.code for post in POSTS])
async def test_every_listed_post_can_be_entered_as(demonstration: PortalClient, post: str) -> None:
    answer = await demonstration.client.post("/demonstration/sign-in", json={"post": post})
    token = answer.json()["access_token"]
    assert isinstance(identity(demonstration.settings).caller(f"Bearer {token}"), SignedIn)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"post": "ht.nobody"}', 404, "NOT_FOUND"),
        (b'{"post": 7}', 400, "BAD_INPUT"),
        (b"{}", 400, "BAD_INPUT"),
        (b"post", 400, "BAD_INPUT"),
    ],
)
async def test_anything_else_is_refused(
    demonstration: PortalClient, body: bytes, status: int, code: str
) -> None:
    answer = await demonstration.client.post("/demonstration/sign-in", content=body)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"] == {"code": code, "field": "post"}


async def test_only_a_demonstration_has_a_sign_in_by_post() -> None:
    async with opened(REAL) as client:
        answer = await client.post("/demonstration/sign-in", json={"post": POSTS[0].code})
    assert answer.status_code == 404


def test_the_built_files_are_in_the_wheel_and_their_sources_are_not(tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if name.startswith("service/static/")}
    assert names == {
        path.relative_to(ROOT).as_posix() for path in BUILT.rglob("*") if path.is_file()
    }
