"""Tells access tokens from other signed tokens, and service accounts from persons, by `typ` and claims.

The claims are those that the providers document; docs/operations.md lists them, and the tests hold a token of each.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Claims = Mapping[str, Any]

ACCESS_TOKEN = "at+jwt"  # noqa: S105 - a media type (RFC 9068, section 2.1)
UNTYPED = ("", "jwt")
"""Values of `typ` without meaning, from providers that do not follow RFC 9068; the claims then decide."""

ACCESS_TOKEN_CLAIMS = ("scope", "scp", "client_id", "cid", "appid")
ID_TOKEN_CLAIMS = ("at_hash", "c_hash", "s_hash")
SECURITY_EVENT_CLAIM = "events"
"""The claim of security events (RFC 8417), such as logout tokens (OpenID Connect Back-Channel Logout, 2.4)."""

CONFIRMATION_CLAIM = "cnf"
"""The claim of tokens bound to a key (RFC 7800, DPoP or certificates); the service cannot check such a proof."""

BEARER = "Bearer"
"""Keycloak's claim `typ` of access tokens; others are ID, Refresh, Offline, Logout, DPoP."""

UUID_FORM = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)


class Subjects(StrEnum):
    """The kinds of subject that an issuer may name."""

    PERSONS = "persons"
    SERVICES = "services"


@dataclass(frozen=True, slots=True)
class Machine:
    """A service account: a client with its own credentials, not acting for a person."""

    name: str
    scopes: frozenset[str]


def is_access_token(header: Claims, claims: Claims, *, must_show: bool) -> bool:
    """Whether the token is an access token that its bearer may use.

    `must_show`: ID tokens have the same audience here, so the token must prove that it is an access token.
    """
    if SECURITY_EVENT_CLAIM in claims or CONFIRMATION_CLAIM in claims:
        return False
    if claims.get("typ", BEARER) != BEARER:
        return False
    kind = str(header.get("typ", "")).lower().removeprefix("application/")
    if kind == ACCESS_TOKEN:
        return True
    if kind not in UNTYPED or not claims.keys().isdisjoint(ID_TOKEN_CLAIMS):
        return False
    if "typ" in claims or not claims.keys().isdisjoint(ACCESS_TOKEN_CLAIMS):
        return True
    return not must_show and "nonce" not in claims


def machine_of(claims: Claims) -> Machine | None:
    """The service account that a token names; None if it names a person.

    A person's token may also name a client and a scope.
    """
    name = _machine_name(claims)
    return Machine(name, _scopes(claims)) if isinstance(name, str) and name else None


def _machine_name(claims: Claims) -> object:
    subject = claims["sub"]
    for claim in ("client_id", "cid"):  # RFC 9068, section 2.2; Okta
        if claims.get(claim) == subject:
            return subject
    for claim in ("azp", "client_id"):  # Auth0
        if claim in claims and f"{claims[claim]}@clients" == subject:
            return claims[claim]
    if claims.get("typ") == BEARER:  # Keycloak: a person's token has `azp`, and none of these
        return claims.get("client_id") or claims.get("clientId")
    if _is_of_an_entra_application(claims):
        return claims.get("azp") or claims.get("appid")
    return None


def _is_of_an_entra_application(claims: Claims) -> bool:
    """Whether Entra ID issued the token to an application: by `idtyp` if enabled, else because `oid` equals `sub`."""
    if "tid" not in claims or "scp" in claims:
        return False
    return claims.get("idtyp") == "app" or claims.get("oid") == claims["sub"]


def _scopes(claims: Claims) -> frozenset[str]:
    """The scopes: `scope` (RFC 9068), `scp` (Okta), or `roles` of an Entra ID application."""
    granted = [claims.get("scope"), claims.get("scp")]
    if _is_of_an_entra_application(claims):
        granted.append(claims.get("roles"))
    names: list[object] = []
    for value in granted:
        names += (
            value.split() if isinstance(value, str) else value if isinstance(value, list) else []
        )
    return frozenset(name for name in names if isinstance(name, str))
