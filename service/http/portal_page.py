"""The portal and GraphiQL: their built pages and files, and where the portal has people sign in."""

from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from service.demonstration import demonstration
from service.http.middleware import CONTENT_SECURITY_POLICY
from service.settings import Settings

BUILT = Path(__file__).parents[1] / "static"
VIEWS = ("don-vi", "nguoi", "ho-so", "viec", "tham-quyen", "tien-do")
"""First words of the addresses inside the portal: each is answered with its one page."""

FOREVER = "public, max-age=31536000, immutable"
ASKED_ANEW = {"Cache-Control": "no-cache"}
"""A page names its files, and they change with each version."""


class Hashed(StaticFiles):
    """Files whose names change with their content, so that a browser asks for each once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOREVER
        return response


def routes(settings: Settings, root: str) -> list[BaseRoute]:
    """The page at `/` and at every address inside it, its files, and what it must know to start."""
    policy = {"Content-Security-Policy": policy_of(settings)}
    known = said(settings, root)

    async def page(_: Request) -> Response:
        return FileResponse(BUILT / "index.html", headers=ASKED_ANEW | policy)

    async def start(_: Request) -> Response:
        return JSONResponse(known)

    files = Mount("/assets", Hashed(directory=BUILT / "assets"))
    inside = [Route(f"/{view}{rest}", page) for view in VIEWS for rest in ("", "/{rest:path}")]
    return [Route("/", page), *inside, Route("/portal.json", start), files]


def scripts() -> list[str]:
    """The portal's scripts, which hold every operation that it sends."""
    return [path.read_text(encoding="utf-8") for path in (BUILT / "assets").glob("*.js")]


def graphiql() -> Response:
    """The page at `/graphql`; by the policy of every answer, and nothing besides."""
    return FileResponse(BUILT / "graphiql.html", headers=ASKED_ANEW | {"Vary": "Accept"})


def policy_of(settings: Settings) -> str:
    """The policy of every answer; the page may besides ask the issuer for its tokens."""
    if settings.portal_issuer is None:
        return CONTENT_SECURITY_POLICY
    issuer = urlsplit(settings.portal_issuer)
    asks = f"connect-src 'self' {issuer.scheme}://{issuer.netloc}"
    return CONTENT_SECURITY_POLICY.replace("connect-src 'self'", asks)


def said(settings: Settings, root: str) -> dict[str, object]:
    """What the page knows before anybody has signed in; nothing of it is secret."""
    day = settings.fixed_day
    return {
        "root": root,
        "today": None if day is None else day.isoformat(),
        "issuer": settings.portal_issuer,
        "client": settings.oidc_client_id,
        "posts": demonstration().entry_posts() if settings.demonstration else None,
    }
