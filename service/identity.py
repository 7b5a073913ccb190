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

from resolvers.callers import Caller, Nobody, ServiceAccount, SignedIn
from service.problems import KeysProblem

log = structlog.get_logger()

ALGORITHMS = ("ES256", "Ed25519", "PS256", "RS256")
"""Asymmetric only: whoever can check a token must not be able to make one."""

CLOCK_SKEW_SECONDS = 30
ASK_AGAIN_SECONDS = 30
"""So long the keys of an issuer are not read again for a key id that it may not have at all."""

TOKENS_KEPT = 10_000

ReadKeys = Callable[[], KeySet]

EXPIRED = (
    "Phiên đăng nhập đã hết hạn; hãy đăng nhập lại",
    "The session has expired; sign in again",
)
REFUSED = ("Token không được chấp nhận", "The token is not accepted")


class BadTokenError(Exception):
    """The token is not accepted. `reason` is for the log; the caller learns `code` and a sentence."""

    code = "BAD_TOKEN"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.vi, self.en = EXPIRED if reason == "expired" else REFUSED


class Identity:
    """The issuers whose tokens are accepted, with their public keys and how to read these again."""

    def __init__(
        self,
        issuers: Mapping[str, KeySet],
        audience: str,
        sources: Mapping[str, ReadKeys] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuers, self._audience = dict(issuers), audience
        self._sources, self._clock = dict(sources or {}), clock
        self._read_at: dict[str, float] = {}
        self._reading = asyncio.Lock()
        self._known: OrderedDict[str, tuple[Caller, float]] = OrderedDict()

    async def refresh(self) -> None:
        """Read the keys of every issuer again; where that fails, those of before stay."""
        for issuer in self._sources:
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

    def _known_already(self, authorization: str) -> Caller | None:
        """Whose header it is, if it was accepted before: a signature is checked once, its end at every use."""
        found = self._known.get(authorization)
        return found[0] if found is not None and time.time() < found[1] else None

    async def asking(self, authorization: str | None) -> Caller:
        """As `caller`; a key id that is not known yet may be of a key that is new.

        Raises:
            BadTokenError: as there.
        """
        try:
            return self.caller(authorization)
        except BadTokenError as fault:
            if fault.reason != "key":
                raise
        await self._ask_for_new_keys(authorization)
        return self.caller(authorization)

    async def _ask_for_new_keys(self, authorization: str | None) -> None:
        """Once for all who wait, and not for every key id that somebody invents."""
        _, _, token = (authorization or "").partition(" ")
        issuer = _unverified_issuer(token.strip())
        if issuer not in self._sources:
            return
        async with self._reading:
            now = self._clock()
            if now - self._read_at.get(issuer, -ASK_AGAIN_SECONDS) >= ASK_AGAIN_SECONDS:
                self._read_at[issuer] = now
                await self._refresh(issuer)

    def caller(self, authorization: str | None) -> Caller:
        """Who the header `Authorization` says it is; Nobody without one.

        Raises:
            BadTokenError: there is a header, and its token is not accepted.
        """
        if not authorization:
            return Nobody()
        found = self._known_already(authorization)
        if found is not None:
            return found
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise BadTokenError("scheme")
        found, expires = self._checked(token.strip())
        self._known[authorization] = (found, expires)
        if len(self._known) > TOKENS_KEPT:
            self._known.popitem(last=False)
        return found

    def _checked(self, token: str) -> tuple[Caller, float]:
        """Whom the token is of, and until when."""
        try:
            claims = self._claims(token)
            return _caller(claims), float(claims["exp"]) + CLOCK_SKEW_SECONDS
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
        claims = jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
        jwt.JWTClaimsRegistry(
            leeway=CLOCK_SKEW_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
            sub={"essential": True},
        ).validate(claims)
        return claims


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


def _caller(claims: Mapping[str, Any]) -> Caller:
    """A person, or a service account: there `sub` and `client_id` are one (RFC 9068, section 2.2).

    A person's token may name its client too, and a scope; neither makes it a service account.
    """
    subject = str(claims["sub"])
    if claims.get("client_id") == subject:
        return ServiceAccount(subject, frozenset(str(claims.get("scope", "")).split()))
    try:
        return SignedIn(UUID(subject))
    except ValueError as fault:
        raise BadTokenError("subject") from fault
