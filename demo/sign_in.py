"""Signs a user in as the holder of a post; the route exists only in a demonstration."""

from datetime import date

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from db.connection.engine import transaction
from db.repositories import person as persons
from demo.signing_key import demonstration_key, sign
from resolvers.errors import BadInput, Forbidden, NotFound
from service.errors import REAL_PEOPLE
from service.http.dossier_document import with_refusals
from service.settings import DEMONSTRATION_DAY, Settings

SIGN_IN = "/demonstration/sign-in"


def routes(settings: Settings, engine: AsyncEngine) -> list[Route]:
    """The sign-in route, which the service adds only in a demonstration."""
    key = demonstration_key(settings.data_dir)
    day = settings.fixed_day or DEMONSTRATION_DAY

    async def sign_in(request: Request) -> Response:
        holder = await holder_of(engine, post_of(await request.body()), day)
        token = sign(key, settings.oidc_audience, {"sub": holder})
        return JSONResponse({"access_token": token, "token_type": "Bearer"})

    return [Route(SIGN_IN, with_refusals(sign_in), methods=["POST"])]


def post_of(body: bytes) -> str:
    """The post that the body names. Raises BadInput."""
    try:
        match orjson.loads(body):
            case {"post": str(code)} if code:
                return code
    except orjson.JSONDecodeError:
        pass
    raise BadInput(
        vi='post: phải là mã của một chức vụ, như {"post": "ht.ubnd.ct"}',
        en='post: it may be the code of a post, like {"post": "ht.ubnd.ct"}',
        field="post",
    )


async def holder_of(engine: AsyncEngine, post: str, day: date) -> str:
    """The id of the person who holds the post on the day.

    Raises:
        Forbidden: the database has at least one real person, as whom nobody may sign in.
        NotFound: nobody holds the post.
    """
    async with transaction(engine) as connection:
        if await persons.any_real(connection):
            raise Forbidden(
                vi="Cơ sở dữ liệu này có người thật; bản trình diễn cần một cơ sở dữ liệu riêng",
                en=REAL_PEOPLE,
            )
        holders = await persons.holders(connection, post, day)
    if not holders:
        raise NotFound(
            vi=f"post: không ai giữ chức vụ {post!r}",
            en=f"post: nobody holds {post!r}",
            field="post",
        )
    return str(holders[0])
