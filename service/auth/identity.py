"""Verifies bearer tokens: returns the caller of a token, or refuses it with a stable code."""

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
"""Asymmetric algorithms only: the service can check tokens, but must not be able to create them."""

CLOCK_SKEW_SECONDS = 30
ASK_AGAIN_SECONDS = 30
"""Seconds between two reads of an issuer's keys because of unknown key ids, which may be invented."""

HEADER_CHARACTERS_MAX = 16_384
"""Characters of `Authorization`. Tokens with hundreds of groups have 8,000; common servers accept 8 to 16 KiB."""

TOKENS_CACHED_MAX = 10_000
CACHED_CHARACTERS_MAX = 16 << 20
"""Characters of all cached tokens: 10,000 tokens of the usual 1,700 characters."""

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
    """The token is not accepted. `reason` is only logged; the caller gets `code` and a message."""

    code = "BAD_TOKEN"
    status = 401
    headers: Mapping[str, str] = {"WWW-Authenticate": 'Bearer error="invalid_token"'}

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.vi, self.en = EXPIRED if reason == "expired" else REFUSED


class KeysBeingReadError(BadTokenError):
    """The token cannot be checked yet: another request is reading the issuer's new keys."""

    code = "BUSY"
    status = 503
    headers: Mapping[str, str] = {"Retry-After": "1"}

    def __init__(self) -> None:
        super().__init__("keys are being read")
        self.vi, self.en = LATER


class KnownTokens:
    """Cache of accepted `Authorization` headers until their tokens expire, bounded in number and characters.

    The oldest entry is dropped first. A repeated header is the same object (service/http/graphql_request.py), so its
    look-up is cheap.
    """

    def __init__(self) -> None:
        self._callers: OrderedDict[str, tuple[Principal, float]] = OrderedDict()
        self._characters = 0

    def __len__(self) -> int:
        return len(self._callers)

    def get(self, header: str) -> Principal | None:
        """The caller of a header. The signature was checked once; the expiry is checked at each use."""
        known = self._callers.get(header)
        return known[0] if known is not None and time.time() < known[1] else None

    def put(self, header: str, caller: Principal, expires: float) -> None:
        if header not in self._callers:
            self._characters += len(header)
        self._callers[header] = caller, expires
        while len(self._callers) > TOKENS_CACHED_MAX or self._characters > CACHED_CHARACTERS_MAX:
            oldest, _ = self._callers.popitem(last=False)
            self._characters -= len(oldest)

    def clear(self) -> None:
        self._callers.clear()
        self._characters = 0


class Identity:
    """The accepted issuers with their public keys, and the functions that read these keys again.

    `subjects` restricts whom an issuer may name; by default an issuer may name persons and services. `client_id` is
    the portal's client: if it equals `audience`, ID tokens have the audience of the service, too.
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
        """Read the keys of every issuer again; if that fails, the former keys stay."""
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
        """Replace the keys of an issuer, and clear the cache of accepted tokens."""
        self._issuers[issuer] = keys
        self._known.clear()  # tokens of a removed key must be refused

    async def caller_with_new_keys(self, authorization: str | None) -> Principal:
        """As `caller`; for an unknown key id, the issuer's keys are read again.

        Raises:
            BadTokenError: as `caller` does.
            KeysBeingReadError: another request is reading the keys of this issuer.
        """
        try:
            return self.caller(authorization)
        except BadTokenError as fault:
            if fault.reason != "key":
                raise
        await self._ask_for_new_keys(authorization)
        return self.caller(authorization)

    async def _ask_for_new_keys(self, authorization: str | None) -> None:
        """Read the issuer's keys again, at most every ASK_AGAIN_SECONDS, and in one request at a time."""
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

    def known_caller(self, authorization: str | None) -> Principal | None:
        """The caller of a cached token; else None."""
        return self._known.get(authorization) if authorization else None

    def caller(self, authorization: str | None) -> Principal:
        """The caller by the header `Authorization`; Nobody without a header.

        Raises:
            BadTokenError: the token of the header is not accepted.
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
        usual = f"Bearer {token}"  # one cache key for each token, in any spelling of the header
        known = self._known.get(usual)
        if known is not None:
            return known
        caller, expires = self._checked(token)
        self._known.put(usual, caller, expires)
        return caller

    def _checked(self, token: str) -> tuple[Principal, float]:
        """The caller of the token, and its expiry in seconds since the epoch. Raises BadTokenError."""
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
        """The person or service account of a token. Raises BadTokenError if its issuer may not name such a subject."""
        subjects = self._subjects.get(claims["iss"], EVERYBODY)
        machine = machine_of(claims)
        if machine is not None and Subjects.SERVICES in subjects:
            return ServiceAccount(machine.name, machine.scopes)
        subject = claims["sub"]
        if machine is None and Subjects.PERSONS in subjects and UUID_FORM.fullmatch(str(subject)):
            return SignedIn(UUID(subject))
        raise BadTokenError("subject")


def expiry(authorization: str | None) -> float:
    """The expiry of an accepted token in seconds since the epoch, with clock skew; infinity without a token."""
    if not authorization:
        return float("inf")
    claims = orjson.loads(extract_compact(authorization.partition(" ")[2].strip().encode()).payload)
    return float(claims["exp"]) + CLOCK_SKEW_SECONDS


def _unverified_issuer(token: str) -> str:
    """The issuer named in a token, to choose the keys; nothing else is used before the signature is verified."""
    claims = orjson.loads(extract_compact(token.encode()).payload)
    return str(claims["iss"]) if isinstance(claims, dict) and "iss" in claims else ""
