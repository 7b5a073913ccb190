"""Tokens: valid ones identify the caller; every attack gets the same 401, with its reason in the log only."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, OctKey, OKPKey, RSAKey

from demo.signing_key import ISSUER as DEMONSTRATION
from resolvers.authorization.principal import Nobody, ServiceAccount, SignedIn
from service.auth.identity import CLOCK_SKEW_SECONDS, BadTokenError, Identity

ISSUER, AUDIENCE = "https://id.example", "xeploai"
PERSON = "001de3c1-393a-540b-aa16-c3d26d304356"
"""A person of the demonstration: a member of a cell, with no office."""

KEY = ECKey.generate_key("P-256", {"kid": "one"})
OTHER = ECKey.generate_key("P-256", {"kid": "one"})
RSA = RSAKey.generate_key(2048, {"kid": "two"})
OKP = OKPKey.generate_key("Ed25519", {"kid": "three"})


def public(*keys: Key) -> KeySet:
    return KeySet.import_key_set({"keys": [key.as_dict(private=False) for key in keys]})


IDENTITY = Identity({ISSUER: public(KEY, RSA, OKP)}, AUDIENCE)


def now() -> int:
    return int(datetime.now(UTC).timestamp())


def claims(**changes: object) -> dict[str, Any]:
    usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": PERSON, "exp": now() + 600}
    return {name: value for name, value in (usual | changes).items() if value is not None}


def token(
    key: Key = KEY, alg: str = "ES256", header: dict[str, Any] | None = None, **changes: object
) -> str:
    head = {"alg": alg, "kid": key.kid} | (header or {})
    return jwt.encode(head, claims(**changes), key, algorithms=[alg])


def by_hand(header: dict[str, Any], payload: bytes, sign: Callable[[bytes], bytes]) -> str:
    """A token that no library would make."""
    signed = _base64(orjson.dumps(header)) + b"." + _base64(payload)
    return (signed + b"." + _base64(sign(signed))).decode()


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def refused(authorization: str, identity: Identity = IDENTITY) -> str:
    with pytest.raises(BadTokenError) as caught:
        identity.caller(authorization)
    assert caught.value.code == "BAD_TOKEN"
    return caught.value.reason


@pytest.mark.parametrize(
    ("key", "alg"), [(KEY, "ES256"), (RSA, "RS256"), (RSA, "PS256"), (OKP, "Ed25519")]
)
def test_a_person_signs_in(key: Key, alg: str) -> None:
    caller = IDENTITY.caller(f"Bearer {token(key, alg)}")
    assert isinstance(caller, SignedIn)
    assert str(caller.person_id) == PERSON


def test_the_scheme_is_read_in_any_case() -> None:
    assert isinstance(IDENTITY.caller(f"bEARER  {token()}"), SignedIn)


def test_a_service_account_has_its_scopes() -> None:
    access_token = token(sub="payroll", client_id="payroll", scope="read_level read_file")
    assert IDENTITY.caller(f"Bearer {access_token}") == ServiceAccount(
        "payroll", frozenset({"read_level", "read_file"})
    )


def test_a_person_who_comes_through_a_client_is_still_a_person() -> None:
    """RFC 9068 puts client_id into every access token: it names the client, not the person."""
    access_token = token(client_id="portal", scope="openid read_file")
    assert isinstance(IDENTITY.caller(f"Bearer {access_token}"), SignedIn)


def test_one_of_several_audiences_is_enough() -> None:
    assert isinstance(IDENTITY.caller(f"Bearer {token(aud=['portal', AUDIENCE])}"), SignedIn)


def test_a_clock_may_be_a_little_off() -> None:
    assert isinstance(IDENTITY.caller(f"Bearer {token(exp=now() - 10)}"), SignedIn)
    assert isinstance(IDENTITY.caller(f"Bearer {token(nbf=now() + 10)}"), SignedIn)


@pytest.mark.parametrize("header", [None, ""])
def test_without_a_token_there_is_no_principal(header: str | None) -> None:
    assert IDENTITY.caller(header) == Nobody()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"exp": 1}, "expired"),
        ({"exp": None}, "claims"),
        ({"exp": "tomorrow"}, "claims"),
        ({"nbf": 4_000_000_000}, "claims"),
        ({"aud": "somebody else"}, "claims"),
        ({"aud": None}, "claims"),
        ({"aud": []}, "claims"),
        ({"iss": "https://evil.example"}, "issuer"),
        ({"iss": DEMONSTRATION}, "issuer"),
        ({"iss": [ISSUER]}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"sub": None}, "claims"),
        ({"sub": "admin"}, "subject"),
        ({"sub": ""}, "claims"),
    ],
)
def test_a_claim_that_is_not_right_is_refused(changes: dict[str, Any], reason: str) -> None:
    assert refused(f"Bearer {token(**changes)}") == reason


def test_the_key_of_another_issuer_is_refused() -> None:
    assert refused(f"Bearer {token(OTHER)}") == "signature"


def test_an_unknown_key_id_is_refused() -> None:
    assert refused(f"Bearer {token(header={'kid': 'four'})}") == "key"


def test_a_key_of_another_kind_is_refused() -> None:
    """A token of ES256 that names the RSA key."""
    assert refused(f"Bearer {token(header={'kid': 'two'})}") == "signature"


def test_a_key_that_the_token_brings_along_is_not_used() -> None:
    own = {"jwk": OTHER.as_dict(private=False), "jku": "https://evil.example/keys"}
    assert refused(f"Bearer {token(OTHER, header=own)}") in {"signature", "malformed"}


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
def test_alg_none_is_refused(alg: str) -> None:
    access_token = by_hand({"alg": alg, "kid": "one"}, orjson.dumps(claims()), lambda _: b"")
    assert refused(f"Bearer {access_token}") in {"algorithm", "malformed"}


@pytest.mark.parametrize("secret", [RSA.as_pem(private=False), KEY.as_pem(private=False)])
def test_hs256_with_the_public_key_for_its_secret_is_refused(secret: bytes) -> None:
    access_token = by_hand(
        {"alg": "HS256", "kid": "two"},
        orjson.dumps(claims()),
        lambda signed: hmac.new(secret, signed, hashlib.sha256).digest(),
    )
    assert refused(f"Bearer {access_token}") == "algorithm"


def test_a_shared_secret_among_the_keys_of_the_issuer_is_of_no_use() -> None:
    secret = OctKey.generate_key(256, {"kid": "four"})
    identity = Identity({ISSUER: KeySet([KEY, secret])}, AUDIENCE)
    assert refused(f"Bearer {token(secret, 'HS256')}", identity) == "algorithm"


def test_changed_claims_are_refused() -> None:
    header, _, signature = token().split(".")
    forged = _base64(orjson.dumps(claims(sub="0" * 32))).decode()
    assert refused(f"Bearer {header}.{forged}.{signature}") == "signature"


def test_a_critical_extension_that_we_do_not_know_is_refused() -> None:
    access_token = by_hand(
        {"alg": "ES256", "kid": "one", "crit": ["x"], "x": 1},
        orjson.dumps(claims()),
        lambda _: b"x",
    )
    assert refused(f"Bearer {access_token}") == "malformed"


def test_nested_payloads_do_not_break_the_reader() -> None:
    for payload in (b"[" * 5_000, b'{"iss":' * 2_000, b'"' + b"x" * 100_000 + b'"', b"1", b"null"):
        access_token = by_hand({"alg": "ES256", "kid": "one"}, payload, lambda _: b"x")
        assert refused(f"Bearer {access_token}") in {"malformed", "issuer", "length"}
    assert refused("Bearer " + _base64(b"[" * 100_000).decode() + ".e30.e30") == "length"


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Basic dTpw", "scheme"),
        ("Bearer", "scheme"),
        ("Bearer   ", "scheme"),
        ("Bearer x", "malformed"),
        ("Bearer a.b.c", "malformed"),
        ("Bearer a.b.c.d.e", "malformed"),
        ("Bearer ...", "malformed"),
        ("Bearer \udcff.\udcff.\udcff", "malformed"),
        ("Bearer ữ.ữ.ữ", "malformed"),
    ],
)
def test_garbage_is_refused(header: str, reason: str) -> None:
    assert refused(header) == reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
ANY_HEADER = st.fixed_dictionaries({}, optional=dict.fromkeys(("alg", "kid", "typ", "crit"), JSON))
ANY_CLAIMS = st.fixed_dictionaries(
    {"iss": st.just(ISSUER)}, optional=dict.fromkeys(("aud", "exp", "nbf", "iat"), JSON)
)


@given(header=ANY_HEADER | JSON, payload=ANY_CLAIMS | JSON, signature=st.binary(max_size=80))
def test_every_forged_token_is_refused(header: object, payload: object, signature: bytes) -> None:
    usual = {"alg": "ES256", "kid": "one"}
    header = usual | header if isinstance(header, dict) else header
    parts = (json.dumps(header).encode(), json.dumps(payload).encode(), signature)
    refused("Bearer " + b".".join(map(_base64, parts)).decode())


@given(claimed=ANY_CLAIMS, subject=JSON)
def test_every_signed_token_is_read_or_refused(claimed: dict[str, object], subject: object) -> None:
    """Its faults are not ours: a token with odd claims is refused like any other."""
    given_by_issuer = jwt.encode(
        {"alg": "ES256", "kid": "one"}, claims() | claimed | {"sub": subject}, KEY
    )
    with suppress(BadTokenError):
        IDENTITY.caller(f"Bearer {given_by_issuer}")


@given(st.text())
def test_any_header_is_read_or_refused(header: str) -> None:
    with suppress(BadTokenError):
        assert IDENTITY.caller(header) == Nobody()


def test_the_caller_learns_no_reason() -> None:
    for bad in (token(OTHER), token(aud="x"), "x"):
        with pytest.raises(BadTokenError) as caught:
            IDENTITY.caller(f"Bearer {bad}")
        assert (caught.value.vi, caught.value.en) == (
            "Token không được chấp nhận",
            "The token is not accepted",
        )


def test_an_expired_token_gets_the_advice_to_sign_in_again() -> None:
    with pytest.raises(BadTokenError) as caught:
        IDENTITY.caller(f"Bearer {token(exp=1)}")
    assert caught.value.en == "The session has expired; sign in again"


def test_renewed_keys_replace_those_of_before() -> None:
    identity = Identity({ISSUER: public(KEY)}, AUDIENCE)
    identity.renew(ISSUER, public(OTHER))
    assert isinstance(identity.caller(f"Bearer {token(OTHER)}"), SignedIn)
    assert refused(f"Bearer {token(KEY)}", identity) == "signature"


def test_a_token_that_was_checked_ends_at_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the edge of the clock skew: accepted before it, refused after, though it is known."""
    identity = Identity({ISSUER: public(KEY)}, AUDIENCE)
    ends = now() + 5
    authorization = f"Bearer {token(exp=ends)}"
    identity.caller(authorization)
    end = ends + CLOCK_SKEW_SECONDS
    monkeypatch.setattr("time.time", lambda: end - 1.0)
    identity.caller(authorization)
    monkeypatch.setattr("time.time", lambda: end + 1.0)
    assert refused(authorization, identity) == "expired"


def test_the_tokens_that_are_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.auth.identity.TOKENS_CACHED_MAX", 3)
    identity = Identity({ISSUER: public(KEY)}, AUDIENCE)
    for number in range(5):
        identity.caller(f"Bearer {token(jti=str(number))}")
    assert len(identity._known) == 3
