"""Tokens as providers make them, from their documentation; names and ids are invented.

Keycloak: Server Administration Guide, "Service accounts". Microsoft: "Access token claims reference".
Okta: "Build a JWT", "Access token payload". Auth0: "Access token profiles". RFC 9068 for all who follow it.
"""

from typing import Any

CLIENT = "0f9c1c54-6f35-4d5c-9d3f-2a1b3c4d5e6f"
ACCOUNT = "11111111-2222-4333-8444-555555555555"
PERSON = "5f2a3c1e-8d4b-4a6f-9c7e-1b2d3e4f5a6b"

Token = tuple[dict[str, Any], dict[str, Any]]

_KEYCLOAK = {"jti": "trrtcc:8a1b", "typ": "Bearer", "azp": "intern-app", "acr": "1"}
_ENTRA = {"tid": "aaaabbbb-0000-cccc-1111-dddd2222eeee", "uti": "x", "rh": "0.x"}

MACHINES: dict[str, tuple[Token, str, set[str]]] = {
    "RFC 9068": (
        (
            {"typ": "at+jwt"},
            {"sub": "intern-app", "client_id": "intern-app", "scope": "read_level"},
        ),
        "intern-app",
        {"read_level"},
    ),
    "Keycloak": (
        (
            {"typ": "JWT"},
            {
                **_KEYCLOAK,
                "sub": ACCOUNT,
                "scope": "profile read_level email",
                "clientHost": "192.0.2.7",
                "clientAddress": "192.0.2.7",
                "email_verified": False,
                "preferred_username": "service-account-intern-app",
                "client_id": "intern-app",
            },
        ),
        "intern-app",
        {"profile", "read_level", "email"},
    ),
    "Keycloak before 22": (
        ({"typ": "JWT"}, {**_KEYCLOAK, "sub": ACCOUNT, "scope": "email", "clientId": "intern-app"}),
        "intern-app",
        {"email"},
    ),
    "Keycloak, lightweight, at+jwt": (
        (
            {"typ": "at+jwt"},
            {**_KEYCLOAK, "sub": ACCOUNT, "scope": "read_file", "client_id": "intern-app"},
        ),
        "intern-app",
        {"read_file"},
    ),
    "Entra ID 1.0": (
        (
            {"typ": "JWT", "x5t": "x"},
            {
                **_ENTRA,
                "ver": "1.0",
                "sub": ACCOUNT,
                "oid": ACCOUNT,
                "appid": CLIENT,
                "appidacr": "1",
                "idp": "https://sts.windows.net/x/",
                "roles": ["read_level"],
            },
        ),
        CLIENT,
        {"read_level"},
    ),
    "Entra ID 2.0": (
        (
            {"typ": "JWT"},
            {
                **_ENTRA,
                "ver": "2.0",
                "sub": ACCOUNT,
                "oid": ACCOUNT,
                "azp": CLIENT,
                "azpacr": "1",
                "idtyp": "app",
                "roles": ["read_level", "read_file"],
            },
        ),
        CLIENT,
        {"read_level", "read_file"},
    ),
    "Okta": (
        (
            {"typ": None},
            {"ver": 1, "jti": "AT.x", "cid": "0oa1", "scp": ["read_level"], "sub": "0oa1"},
        ),
        "0oa1",
        {"read_level"},
    ),
    "Auth0": (
        (
            {"typ": "JWT"},
            {
                "sub": "CbA1@clients",
                "azp": "CbA1",
                "scope": "read_level",
                "gty": "client-credentials",
            },
        ),
        "CbA1",
        {"read_level"},
    ),
    "Auth0, at+jwt": (
        (
            {"typ": "at+jwt"},
            {"sub": "CbA1@clients", "client_id": "CbA1", "jti": "x", "scope": "read_level"},
        ),
        "CbA1",
        {"read_level"},
    ),
}
"""Each with the name of its service account, and its scopes."""

PERSONS: dict[str, Token] = {
    "RFC 9068": ({"typ": "application/AT+JWT"}, {"client_id": "portal", "scope": "openid"}),
    "Keycloak": (
        {"typ": "JWT"},
        {**_KEYCLOAK, "sid": "x", "scope": "openid profile", "preferred_username": "lan"},
    ),
    "Keycloak before 24": ({"typ": "JWT"}, {**_KEYCLOAK, "nonce": "n", "session_state": "x"}),
    "Entra ID 2.0": ({"typ": "JWT"}, {**_ENTRA, "oid": CLIENT, "azp": CLIENT, "scp": "read"}),
    "Okta": ({"typ": None}, {"ver": 1, "cid": "0oa1", "uid": "00u1", "scp": ["openid"]}),
    "Auth0": ({"typ": "JWT"}, {"azp": "CbA1", "scope": "openid profile"}),
    "nothing but the claims that must be there": ({"typ": "JWT"}, {}),
}
"""The subject is a person of the registry, as it must be (docs/operations.md)."""

NO_ACCESS_TOKENS: dict[str, Token] = {
    "logout": ({"typ": "logout+jwt"}, {"sid": "x"}),
    "logout without its type": (
        {"typ": "JWT"},
        {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}},
    ),
    "logout of Keycloak": ({"typ": "JWT"}, {"typ": "Logout", "sid": "x"}),
    "proof of a key": ({"typ": "dpop+jwt"}, {"htm": "POST", "htu": "https://x/graphql"}),
    "event": ({"typ": "secevent+jwt"}, {}),
    "introspection": ({"typ": "token-introspection+jwt"}, {}),
    "request": ({"typ": "oauth-authz-req+jwt"}, {"client_id": "portal", "scope": "openid"}),
    "client": ({"typ": "client-authentication+jwt"}, {}),
    "ID token": ({"typ": "JWT"}, {"nonce": "n", "auth_time": 1, "azp": "portal"}),
    "ID token of the code flow": ({"typ": None}, {"at_hash": "h", "sid": "x"}),
    "ID token of the hybrid flow": ({"typ": "JWT"}, {"c_hash": "h", "scope": "openid"}),
    "ID token of Keycloak": ({"typ": "JWT"}, {**_KEYCLOAK, "typ": "ID", "scope": "openid"}),
    "ID token in the guise of RFC 9068": ({"typ": "at+jwt"}, {"typ": "ID"}),
    "refresh token of Keycloak": ({"typ": "JWT"}, {**_KEYCLOAK, "typ": "Refresh"}),
    "offline token of Keycloak": ({"typ": "JWT"}, {**_KEYCLOAK, "typ": "Offline"}),
    "bound by DPoP": ({"typ": "at+jwt"}, {"client_id": "portal", "cnf": {"jkt": "x"}}),
    "bound by DPoP, of Keycloak": ({"typ": "JWT"}, {**_KEYCLOAK, "typ": "DPoP"}),
    "bound by a certificate": ({"typ": "JWT"}, {"scope": "x", "cnf": {"x5t#S256": "x"}}),
    "a type that is no text": ({"typ": "5"}, {}),
    "claims of a type that is no text": ({"typ": "JWT"}, {"typ": ["Bearer"]}),
}
"""Signed by the issuer, for the audience of the service."""
