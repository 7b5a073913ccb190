"""Who asks: a bearer token becomes a caller, or a refusal with a stable code."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import orjson
import structlog
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    InvalidKeyTypeError,
    JoseError,
    UnsupportedAlgorithmError,
)
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from resolvers.authorization.principal import Nobody, Principal, ServiceAccount, SignedIn
from service.errors import KeysProblem
from service.token_kind import UUID_FORM, Subjects, is_access_token, machine_of

log = structlog.get_logger()

ALGORITHMS = ("ES256", "Ed25519", "PS256", "RS256")
"""Asymmetric only: whoever can check a token must not be able to make one."""

CLOCK_SKEW_SECONDS = 30
ASK_AGAIN_SECONDS = 30
"""So long the keys of an issuer are not read again for a key id that it may not have at all."""

HEADER_CHARACTERS_MAX = 16_384
"""Of `Authorization`. Tokens with hundreds of groups have 8,000; common servers take 8 to 16 KiB of a header."""

TOKENS_KEPT = 10_000
CHARACTERS_KEPT = 16 << 20
"""Of all kept tokens together: 10,000 of a usual size, 1,700 characters."""

ReadKeys = Callable[[], KeySet]
EVERYBODY = frozenset(Subjects)

EXPIRED = (
    "Phiên đăng nhập đã hết hạn; hãy đăng nhập lại",
    "The session has expired; sign in again",
)
REFUSED = ("Token không được chấp nhận", "The token is not accepted")
LATER = (
    "Đang đọc khoá mới của nơi cấp token; hãy thử lại",
    "New keys of the issuer are being read; try again",
)


class BadTokenError(Exception):
    """The token is not accepted. `reason` is for the log; the caller learns `code` and a sentence."""

    code = "BAD_TOKEN"
    status = 401
    headers: Mapping[str, str] = {"WWW-Authenticate": 'Bearer error="invalid_token"'}

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.vi, self.en = EXPIRED if reason == "expired" else REFUSED


class KeysBeingReadError(BadTokenError):
    """Whether the token is accepted is not known yet: another request waits for the issuer's new keys."""

    code = "BUSY"
    status = 503
    headers: Mapping[str, str] = {"Retry-After": "1"}

    def __init__(self) -> None:
        super().__init__("keys are being read")
        self.vi, self.en = LATER


class KnownTokens:
    """Whose headers were accepted, until their tokens end: bounded in number and in characters.

    The oldest goes first. A header that comes again is the same object (service/http/graphql_request.py), so that looking
    for it is cheap.
    """

    def __init__(self) -> None:
        self._callers: OrderedDict[str, tuple[Principal, float]] = OrderedDict()
        self._characters = 0

    def __len__(self) -> int:
        return len(self._callers)

    def get(self, header: str) -> Principal | None:
        """Whose it is; a signature is checked once, the end of a token at every use."""
        known = self._callers.get(header)
        return known[0] if known is not None and time.time() < known[1] else None

    def put(self, header: str, caller: Principal, expires: float) -> None:
        if header not in self._callers:
            self._characters += len(header)
        self._callers[header] = caller, expires
        while len(self._callers) > TOKENS_KEPT or self._characters > CHARACTERS_KEPT:
            gone, _ = self._callers.popitem(last=False)
            self._characters -= len(gone)

    def clear(self) -> None:
        self._callers.clear()
        self._characters = 0


class Identity:
    """The issuers whose tokens are accepted, with their public keys and how to read these again.

    `subjects` says whom an issuer may name, where that is not everybody. `client_id` is the client whose
    ID tokens have the audience of the service, if they have.
    """

    def __init__(  # noqa: PLR0913 - the last four have defaults
        self,
        issuers: Mapping[str, KeySet],
        audience: str,
        sources: Mapping[str, ReadKeys] | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        subjects: Mapping[str, frozenset[Subjects]] | None = None,
        client_id: str | None = None,
    ) -> None:
        self._issuers, self._audience = dict(issuers), audience
        self._sources, self._clock = dict(sources or {}), clock
        self._subjects, self._has_id_tokens = dict(subjects or {}), client_id == audience
        self._read_at: dict[str, float] = {}
        self._reading = {issuer: asyncio.Lock() for issuer in self._sources}
        self._known = KnownTokens()

    async def refresh(self) -> None:
        """Read the keys of every issuer again; where that fails, those of before stay."""
        for issuer, reading in self._reading.items():
            async with reading:
                await self._refresh(issuer)

    async def _refresh(self, issuer: str) -> None:
        try:
            keys = await asyncio.to_thread(self._sources[issuer])
        except KeysProblem as fault:
            log.warning("keys_not_renewed", reason=str(fault))
        else:
            self.renew(issuer, keys)

    def renew(self, issuer: str, keys: KeySet) -> None:
        """From now on this issuer's tokens are checked with these keys alone."""
        self._issuers[issuer] = keys
        self._known.clear()  # a key that is gone signs nobody in any more

    async def asking(self, authorization: str | None) -> Principal:
        """As `caller`; a key id that is not known yet may be of a key that is new.

        Raises:
            BadTokenError: as there.
            KeysBeingReadError: another request waits for the new keys of this issuer.
        """
        try:
            return self.caller(authorization)
        except BadTokenError as fault:
            if fault.reason != "key":
                raise
        await self._ask_for_new_keys(authorization)
        return self.caller(authorization)

    async def _ask_for_new_keys(self, authorization: str | None) -> None:
        """Not for every key id that somebody invents, and with one request at most that waits."""
        _, _, token = (authorization or "").partition(" ")
        issuer = _unverified_issuer(token.strip())
        if issuer not in self._sources:
            return
        reading = self._reading[issuer]
        if reading.locked():
            raise KeysBeingReadError
        async with reading:
            now = self._clock()
            if now - self._read_at.get(issuer, -ASK_AGAIN_SECONDS) >= ASK_AGAIN_SECONDS:
                self._read_at[issuer] = now
                await self._refresh(issuer)

    def known(self, authorization: str | None) -> Principal | None:
        """As `caller`, of a token that was checked already; else None."""
        return self._known.get(authorization) if authorization else None

    def caller(self, authorization: str | None) -> Principal:
        """Who the header `Authorization` says it is; Nobody without one.

        Raises:
            BadTokenError: there is a header, and its token is not accepted.
        """
        if not authorization:
            return Nobody()
        known = self._known.get(authorization)
        if known is not None:
            return known
        if len(authorization) > HEADER_CHARACTERS_MAX:
            raise BadTokenError("length")
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise BadTokenError("scheme")
        usual = f"Bearer {token}"  # one key for each token, however its header is written
        known = self._known.get(usual)
        if known is not None:
            return known
        caller, expires = self._checked(token)
        self._known.put(usual, caller, expires)
        return caller

    def _checked(self, token: str) -> tuple[Principal, float]:
        """Whom the token is of, and until when."""
        try:
            claims = self._claims(token)
            return self._named(claims), float(claims["exp"]) + CLOCK_SKEW_SECONDS
        except ExpiredTokenError as fault:
            raise BadTokenError("expired") from fault
        except ClaimError as fault:
            raise BadTokenError("claims") from fault
        except (BadSignatureError, InvalidKeyTypeError) as fault:
            raise BadTokenError("signature") from fault
        except UnsupportedAlgorithmError as fault:
            raise BadTokenError("algorithm") from fault
        except InvalidKeyIdError as fault:
            raise BadTokenError("key") from fault
        except (JoseError, ValueError, TypeError) as fault:
            raise BadTokenError("malformed") from fault

    def _claims(self, token: str) -> Mapping[str, Any]:
        issuer = _unverified_issuer(token)
        keys = self._issuers.get(issuer)
        if keys is None:
            raise BadTokenError("issuer")
        verified = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
        jwt.JWTClaimsRegistry(
            leeway=CLOCK_SKEW_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
            sub={"essential": True},
        ).validate(verified.claims)
        if not is_access_token(verified.header, verified.claims, must_show=self._has_id_tokens):
            raise BadTokenError("kind")
        return verified.claims

    def _named(self, claims: Mapping[str, Any]) -> Principal:
        """The person or the service account of a token, if its issuer may name such a one."""
        subjects = self._subjects.get(claims["iss"], EVERYBODY)
        machine = machine_of(claims)
        if machine is not None and Subjects.SERVICES in subjects:
            return ServiceAccount(machine.name, machine.scopes)
        subject = claims["sub"]
        if machine is None and Subjects.PERSONS in subjects and UUID_FORM.fullmatch(str(subject)):
            return SignedIn(UUID(subject))
        raise BadTokenError("subject")


def expiry(authorization: str | None) -> float:
    """When an accepted token expires, clock skew included; never without one."""
    if not authorization:
        return float("inf")
    claims = orjson.loads(extract_compact(authorization.partition(" ")[2].strip().encode()).payload)
    return float(claims["exp"]) + CLOCK_SKEW_SECONDS


def _unverified_issuer(token: str) -> str:
    """Which issuer's keys to try; nothing else is believed before the signature is."""
    claims = orjson.loads(extract_compact(token.encode()).payload)
    return str(claims["iss"]) if isinstance(claims, dict) and "iss" in claims else ""
