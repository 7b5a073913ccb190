"""Who asks: a bearer token becomes a caller, or a refusal with a stable code."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
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

ALGORITHMS = ("ES256", "Ed25519", "PS256", "RS256")
"""Asymmetric only: whoever can check a token must not be able to make one."""

CLOCK_SKEW_SECONDS = 30

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
    """The issuers whose tokens are accepted, with their public keys."""

    def __init__(self, issuers: Mapping[str, KeySet], audience: str) -> None:
        self._issuers, self._audience = dict(issuers), audience

    def renew(self, issuer: str, keys: KeySet) -> None:
        """From now on this issuer's tokens are checked with these keys alone."""
        self._issuers[issuer] = keys

    def caller(self, authorization: str | None) -> Caller:
        """Who the header `Authorization` says it is; Nobody without one.

        Raises:
            BadTokenError: there is a header, and its token is not accepted.
        """
        if not authorization:
            return Nobody()
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise BadTokenError("scheme")
        try:
            return _caller(self._claims(token.strip()))
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
