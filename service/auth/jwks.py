"""Reads the public keys of the configured issuers at start, and again every RENEW_SECONDS."""

import asyncio
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import NoReturn

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from service.auth.https_fetch import fetch
from service.auth.identity import Identity
from service.demonstration import demonstration
from service.errors import KeysProblem
from service.settings import Settings

RENEW_SECONDS = 600
WAIT_SECONDS_MAX = 10
BYTES_MAX = 1 << 20


def identity(settings: Settings) -> Identity:
    """The accepted issuers: the configured ones, and in a demonstration its own.

    Raises:
        KeysProblem: keys cannot be read, or no issuer is configured.
        DemonstrationProblem: DEMONSTRATION is set, and the package is not installed.
    """
    sources = {issuer: partial(read_keys, where) for issuer, where in settings.issuers.items()}
    issuers = {issuer: read() for issuer, read in sources.items()}
    if settings.demonstration:
        invented = demonstration()
        issuers[invented.ISSUER] = invented.keys(settings.data_dir)
    if not issuers:
        raise KeysProblem(
            "nobody could sign in: set OIDC_ISSUER and OIDC_JWKS, or DEMONSTRATION=true"
        )
    return Identity(
        issuers,
        settings.oidc_audience,
        sources,
        subjects=settings.subjects,
        client_id=settings.oidc_client_id,
    )


def read_keys(source: str) -> KeySet:
    """The keys of a JWKS, from a file or a URL.

    Raises:
        KeysProblem: it cannot be read, or is not a JWKS.
    """
    try:
        return KeySet.import_key_set(orjson.loads(_read(source)))
    except (OSError, HTTPException) as fault:
        raise KeysProblem(f"OIDC_JWKS: {source} cannot be read ({fault})") from fault
    except (JoseError, ValueError, TypeError, KeyError) as fault:
        raise KeysProblem(f"OIDC_JWKS: {source} is not a set of keys (JWKS)") from fault


def _read(source: str) -> bytes:
    if not source.startswith(("https://", "http://")):
        return Path(source).expanduser().read_bytes()
    return fetch(source, seconds_max=WAIT_SECONDS_MAX, bytes_max=BYTES_MAX)


async def keep_renewing(identity: Identity, every_seconds: float = RENEW_SECONDS) -> NoReturn:
    """Read the issuers' keys again every `every_seconds`, for ever."""
    while True:
        await asyncio.sleep(every_seconds)
        await identity.refresh()
