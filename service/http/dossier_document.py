"""Uploads and downloads of dossier documents over plain HTTP, not GraphQL (docs/decisions/0009)."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import date
from typing import cast
from uuid import UUID

from http_sf import StructuredFieldError, parse, ser
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from authz.policy_file import Policy
from db.connection import database_role
from db.connection.engine import transaction
from db.json_sql.relation import Row
from db.repositories import document as documents
from db.repositories.document import BYTES_MAX
from resolvers.authorization import policy as policies
from resolvers.authorization.actor import actor_of
from resolvers.authorization.principal import Nobody, Principal, Unlinked
from resolvers.authorization.subject import identifier
from resolvers.clock import moment
from resolvers.commands import dossier
from resolvers.commands.dossier import DEFAULT_BOUNDS, Bounds, By, Offered
from resolvers.errors import (
    AlreadyAttached,
    BadInput,
    FileFull,
    Forbidden,
    NotFound,
    Problem,
    StalePolicy,
    Unauthenticated,
    not_signed_in,
)
from resolvers.values import bad, of_form
from rules.values import read_day
from schema.errors import as_error
from schema.operation.limit import NotLinked
from service.auth.account import Accounts
from service.auth.policy import CurrentPolicy
from service.http.context_factory import client_of
from service.http.document_transfer import (
    ReleasingResponse,
    Sliced,
    TooManyUploads,
    Transfers,
    UploadsFull,
)
from service.http.language import language_of
from service.http.large_response import CALLER

APPRAISALS_PATH = "/appraisals/"
STATUS = {
    BadInput: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotLinked: 403,
    NotFound: 404,
    AlreadyAttached: 409,
    FileFull: 409,
    StalePolicy: 409,
    TooManyUploads: 429,
    UploadsFull: 503,
}
RETRY_HEADERS = {"Retry-After": "5"}
REFUSAL_HEADERS = {
    Unauthenticated: {"WWW-Authenticate": "Bearer"},
    TooManyUploads: RETRY_HEADERS,
    UploadsFull: RETRY_HEADERS,
}
DIGEST_HEADERS = ("Content-Digest", "Repr-Digest")
SHA256_BYTES = 32
PARTIAL_HEADERS = ("Content-Encoding", "Content-Range")
DOWNLOAD_HEADERS = {"Content-Disposition": "attachment", "Cache-Control": "private, no-store"}

Answer = Callable[[Request], Awaitable[Response]]


def is_upload(scope: Scope) -> bool:
    """Whether the body of a request is a document, which has a higher size limit."""
    return bool(scope["method"] == "PUT" and scope["path"].startswith(APPRAISALS_PATH))


class Files:
    """The routes: `PUT /appraisals/{id}/documents` uploads a document, `GET /documents/{id}` downloads it."""

    def __init__(  # noqa: PLR0913, PLR0917 - what the routes are made of
        self,
        engine: AsyncEngine,
        accounts: Accounts,
        policy: CurrentPolicy,
        fixed_day: date | None,
        bounds: Bounds = DEFAULT_BOUNDS,
        transfers: Transfers | None = None,
    ) -> None:
        self.engine, self.accounts, self.policy = engine, accounts, policy
        self.fixed_day, self.bounds, self.transfers = fixed_day, bounds, transfers or Transfers()

    def routes(self) -> list[Route]:
        attach, read = with_refusals(self.attach), with_refusals(self.read)
        return [
            Route(APPRAISALS_PATH + "{id}/documents", attach, methods=["PUT"]),
            Route("/documents/{id}", read),
        ]

    async def attach(self, request: Request) -> Response:
        """Upload a document: 201 with its id.

        Raises:
            BadTokenError, Unauthenticated: see `_caller`.
            TooManyUploads, UploadsFull: see `Transfers.sending`.
            Problem: see `_attached`.
        """
        caller = await self._caller(request)
        stated = request.headers.get("content-length")
        with self.transfers.sending(client_of(caller), int(stated) if stated else BYTES_MAX):
            return await self._attached(request, caller)

    async def _attached(self, request: Request, caller: Principal) -> Response:
        """Check the right before the body is read, and again when it is stored; no connection is held in between.

        Raises:
            Problem: see `resolvers.commands.dossier.attach`, `resolvers.authorization.policy.hold`.
            BodyTooLargeError: from the middleware `BodyLimit`, while the body is read.
        """
        offered = offered_document(request)
        policy = await self.policy.get()
        async with transaction(self.engine) as connection:
            by = await self._by(connection, caller, policy)
            await dossier.admit(connection, by, offered, self.bounds)
        content = await _content(request)
        policy = await self.policy.get()  # it may have changed while the body was read
        async with transaction(self.engine) as connection:
            await policies.hold(connection, policy)
            by = await self._by(connection, caller, policy)
            key = await dossier.attach(connection, by, offered, content, self.bounds)
        body = {"id": str(key), "sha256": offered.sha256, "bytes": len(content)}
        return JSONResponse(body, status_code=201, headers={"Location": f"/documents/{key}"})

    async def read(self, request: Request) -> Response:
        """Download a document's bytes unchanged, as an attachment that a browser does not display.

        Raises:
            BadTokenError, Unauthenticated: see `_caller`.
            Problem: see `resolvers.commands.dossier.read`.
        """
        caller = await self._caller(request)
        key = identifier(request.path_params["id"], "id")
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.transfers.fetching(client_of(caller)))
            answer = await self._read(caller, key)
            return ReleasingResponse(answer, stack.pop_all())

    async def _read(self, caller: Principal, key: UUID) -> Response:
        """Raises a Problem: see `resolvers.commands.dossier.read`."""
        policy = await self.policy.get()
        async with transaction(self.engine) as connection:
            by = await self._by(connection, caller, policy)
            document = await dossier.read(connection, by, key)
            first = await slice_of(connection, document["id"], 0)
        headers = {
            "Content-Type": document["media_type"],
            "Repr-Digest": ser({"sha-256": document["sha256"]}),
            "X-Content-Type-Options": "nosniff",
        }
        slices = self._slices(document, first)
        return Sliced(slices, document["bytes_count"], headers | DOWNLOAD_HEADERS)

    async def _slices(self, document: Row, content: bytes) -> AsyncIterator[bytes]:
        """The bytes, slice by slice; no connection is held while the client reads a slice."""
        offset = 0
        while content:
            yield content
            offset += len(content)
            if offset == document["bytes_count"]:
                return
            async with transaction(self.engine) as connection:
                content = await slice_of(connection, document["id"], offset)

    async def _caller(self, request: Request) -> Principal:
        """The caller. Raises BadTokenError, Unauthenticated (no token), NotLinked."""
        caller = await self.accounts.caller(request.headers.get("authorization"))
        if isinstance(caller, Nobody):
            raise not_signed_in()
        if isinstance(caller, Unlinked):
            raise NotLinked
        request.scope[CALLER] = client_of(caller)
        return caller

    async def _by(self, connection: AsyncConnection, caller: Principal, policy: Policy) -> By:
        at = moment(self.fixed_day)
        return By(policy, await actor_of(connection, caller, at.date()), at)


async def _content(request: Request) -> bytearray:
    """The body, in one buffer: joining its parts would need twice the memory."""
    content, place = bytearray(int(request.headers.get("content-length", 0))), 0
    async for part in request.stream():
        content[place : place + len(part)] = part
        place += len(part)
    return content


async def slice_of(connection: AsyncConnection, key: UUID, offset: int) -> bytes:
    """A slice of a document from `offset` on. `resolvers.commands.dossier.read` has checked the right."""
    await database_role.open_document(connection, key)
    return await documents.slice_of(connection, key, offset)


def with_refusals(answer: Answer) -> Answer:
    """Wrap a handler: a Problem is answered with its status, code and message."""

    async def answered(request: Request) -> Response:
        try:
            return await answer(request)
        except Problem as refused:
            language = language_of(request.headers.get("accept-language"))
            error = as_error(refused, language)
            headers = REFUSAL_HEADERS.get(type(refused))
            return JSONResponse({"errors": [error]}, STATUS[type(refused)], headers)
        except ClientDisconnect:
            return Response(status_code=400)  # the client has left and does not read it

    return answered


def offered_document(request: Request) -> Offered:
    """The description of the uploaded document, from the query parameters and headers.

    Raises:
        BadInput: a parameter or a header is missing or invalid.
    """
    parameters, headers = request.query_params, request.headers
    for name in PARTIAL_HEADERS:
        if name in headers:
            raise bad(
                name,
                headers[name],
                vi="bỏ trống: gửi nguyên các byte",
                en="left out: the bytes come as they are",
            )
    day = parameters.get("issued_on", "")
    issued_on = of_form("issued_on", day, lambda: read_day(day))
    media_type = headers.get("content-type", "")
    return Offered(
        appraisal_id=identifier(request.path_params["id"], "appraisal"),
        paper=parameters.get("paper", ""),
        number=parameters.get("number", ""),
        issued_on=issued_on,
        issuer=parameters.get("issuer", ""),
        sha256=stated_sha256(headers),
        media_type=media_type,
    )


def stated_sha256(headers: Headers) -> str:
    """The SHA-256 digest that the sender states (RFC 9530), in hexadecimal.

    Raises:
        BadInput: neither header holds one.
    """
    for name in DIGEST_HEADERS:
        digest = _digests(headers.getlist(name)).get("sha-256")
        if isinstance(digest, bytes) and len(digest) == SHA256_BYTES:
            return digest.hex()
    stated = ", ".join(line for name in DIGEST_HEADERS for line in headers.getlist(name))
    form = "sha-256=:…:"
    raise bad("Content-Digest", stated, vi=form, en=form)


def _digests(lines: list[str]) -> dict[str, object]:
    """The members of a structured field (RFC 9651); none where it is malformed, as RFC 9651 demands."""
    try:
        field = parse(", ".join(lines).encode("latin-1"), tltype="dictionary")
    except StructuredFieldError:
        return {}
    members = cast("Mapping[str, tuple[object, object]]", field)  # values with their parameters
    return {name: value for name, (value, _) in members.items()}
