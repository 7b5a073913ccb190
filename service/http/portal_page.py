"""Serves the built pages and files of the portal and of GraphiQL, and the portal's start data."""

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
"""First segments of the portal's URLs; all of them are answered with its one page."""

FOREVER = "public, max-age=31536000, immutable"
REVALIDATE = {"Cache-Control": "no-cache"}
"""A page is revalidated each time: it names its hashed files, which change with each version."""


class Hashed(StaticFiles):
    """Files whose names hold a hash of their content; browsers may cache them for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOREVER
        return response


def routes(settings: Settings, root: str) -> list[BaseRoute]:
    """The routes of the portal: its page at `/` and at all of its URLs, its files, and its start data."""
    policy = {"Content-Security-Policy": policy_of(settings)}
    data = start_data(settings, root)

    async def page(_: Request) -> Response:
        return FileResponse(BUILT / "index.html", headers=REVALIDATE | policy)

    async def start(_: Request) -> Response:
        return JSONResponse(data)

    files = Mount("/assets", Hashed(directory=BUILT / "assets"))
    inside = [Route(f"/{view}{rest}", page) for view in VIEWS for rest in ("", "/{rest:path}")]
    return [Route("/", page), *inside, Route("/portal.json", start), files]


def scripts() -> list[str]:
    """The texts of the portal's scripts, which hold every operation that it sends."""
    return [path.read_text(encoding="utf-8") for path in (BUILT / "assets").glob("*.js")]


def graphiql() -> Response:
    """The GraphiQL page at `/graphql`, with the content security policy of every answer."""
    return FileResponse(BUILT / "graphiql.html", headers=REVALIDATE | {"Vary": "Accept"})


def policy_of(settings: Settings) -> str:
    """The content security policy of the portal: that of every answer, and connections to the token issuer."""
    if settings.portal_issuer is None:
        return CONTENT_SECURITY_POLICY
    issuer = urlsplit(settings.portal_issuer)
    asks = f"connect-src 'self' {issuer.scheme}://{issuer.netloc}"
    return CONTENT_SECURITY_POLICY.replace("connect-src 'self'", asks)


def start_data(settings: Settings, root: str) -> dict[str, object]:
    """The data that the page needs before sign-in; none of it is secret."""
    day = settings.fixed_day
    return {
        "root": root,
        "today": None if day is None else day.isoformat(),
        "issuer": settings.portal_issuer,
        "client": settings.oidc_client_id,
        "posts": demonstration().entry_posts() if settings.demonstration else None,
    }
