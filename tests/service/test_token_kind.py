"""What issuers sign beside access tokens of persons: each machine is known, nothing else gets in."""

from tempfile import NamedTemporaryFile
from typing import Any

import pytest
from joserfc import jwt

from resolvers.authorization.principal import ServiceAccount, SignedIn
from service.auth.identity import BadTokenError, Identity
from service.auth.jwks import identity
from service.settings import Settings
from tests.service.auth.provider_tokens import MACHINES, NO_ACCESS_TOKENS, PERSON, PERSONS, Token
from tests.service.auth.test_identity import ISSUER, KEY, claims
from tests.service.auth.test_jwks import jwks

ELSEWHERE = "https://elsewhere.example"


def made(of: Token, **changes: object) -> str:
    """The header `Authorization` with such a token, signed by its issuer."""
    header, own = of
    head = {"alg": "ES256", "kid": KEY.kid} | {k: v for k, v in header.items() if v is not None}
    every = claims(sub=PERSON) | own | changes
    return f"Bearer {jwt.encode(head, every, KEY, default_type=None)}"


def who(**settings: str) -> Identity:
    """The identity of a service with these settings; the key of all its issuers is one."""
    issuers = settings.get("oidc_issuer", ISSUER)
    with NamedTemporaryFile() as keys:
        keys.write(jwks(KEY))
        keys.flush()
        sources = " ".join(keys.name for _ in issuers.split())
        settings_given: dict[str, Any] = settings | {"oidc_issuer": issuers, "oidc_jwks": sources}
        return identity(Settings(**settings_given))


def outcome(authorization: str, **settings: str) -> str | None:
    """The reason of the refusal; None for an accepted token."""
    try:
        who(**settings).caller(authorization)
    except BadTokenError as fault:
        return fault.reason
    return None


@pytest.mark.parametrize("of", MACHINES)
def test_a_machine_is_a_service_account_with_its_scopes(of: str) -> None:
    token, name, scopes = MACHINES[of]
    assert who().caller(made(token)) == ServiceAccount(name, frozenset(scopes))


@pytest.mark.parametrize("of", PERSONS)
def test_additional_claims_do_not_make_a_person_a_machine(of: str) -> None:
    caller = who().caller(made(PERSONS[of]))
    assert isinstance(caller, SignedIn)
    assert str(caller.person_id) == PERSON


@pytest.mark.parametrize("of", NO_ACCESS_TOKENS)
def test_a_token_that_is_no_access_token_is_refused(of: str) -> None:
    assert outcome(made(NO_ACCESS_TOKENS[of])) == "kind"


@pytest.mark.parametrize("of", [*NO_ACCESS_TOKENS, "nothing but the claims that must be there"])
def test_with_our_audience_in_id_tokens_an_access_token_must_show_its_kind(of: str) -> None:
    token = (NO_ACCESS_TOKENS | PERSONS)[of]
    assert outcome(made(token), oidc_client_id="xeploai") == "kind"


@pytest.mark.parametrize(
    "of", [each for each in PERSONS if each != "nothing but the claims that must be there"]
)
def test_with_our_audience_in_id_tokens_access_tokens_are_recognised(of: str) -> None:
    assert outcome(made(PERSONS[of]), oidc_client_id="xeploai") is None


@pytest.mark.parametrize(
    "subject",
    [
        f"urn:uuid:{PERSON}",
        f"{{{PERSON}}}",
        PERSON.replace("-", ""),
        PERSON.translate({ord("5"): "５"}),
        f"{PERSON}\n",
    ],
)
def test_a_person_has_one_writing(subject: str) -> None:
    assert outcome(made(({"typ": "JWT"}, {"sub": subject}))) == "subject"


A_PERSON, A_MACHINE = PERSONS["RFC 9068"], MACHINES["RFC 9068"][0]


@pytest.mark.parametrize(
    ("words", "persons_of", "machines_of"),
    [
        ("persons services", [ISSUER], [ELSEWHERE]),
        ("services persons", [ELSEWHERE], [ISSUER]),
        ("persons+services persons", [ISSUER, ELSEWHERE], [ISSUER]),
        ("services+persons services", [ISSUER], [ISSUER, ELSEWHERE]),
    ],
)
def test_each_issuer_identifies_only_the_principals_of_its_setting(
    words: str, persons_of: list[str], machines_of: list[str]
) -> None:
    settings = {"oidc_issuer": f"{ISSUER} {ELSEWHERE}", "oidc_subjects": words}
    for kind, of in ((A_PERSON, persons_of), (A_MACHINE, machines_of)):
        for issuer in (ISSUER, ELSEWHERE):
            token = made(kind, iss=issuer)
            reason = None if issuer in of else "subject"
            assert outcome(token, **settings) == reason


def test_blanks_before_a_token_are_not_kept() -> None:
    checked = who()
    token = made(A_PERSON).removeprefix("Bearer ")
    for blanks in range(1, 200):
        checked.caller(f"Bearer{' ' * blanks}{token}")
    assert len(checked._known) == 1


def test_a_header_has_a_length() -> None:
    token = made(A_PERSON).removeprefix("Bearer ")
    longest = f"Bearer{' ' * (16_384 - len(token) - 6)}{token}"
    assert outcome(longest) is None
    assert outcome(longest.replace(" ", "  ", 1)) == "length"
    assert outcome(f"Bearer{' ' * 1_000_000}{token}") == "length"


def test_the_characters_of_kept_tokens_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    checked, size = who(), len(made(A_PERSON, jti="0"))
    monkeypatch.setattr("service.auth.identity.CACHED_CHARACTERS_MAX", 3 * size + 1)
    for number in range(9):
        checked.caller(made(A_PERSON, jti=str(number)))
        assert len(checked._known) == min(number + 1, 3)
