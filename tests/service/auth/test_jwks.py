"""The keys of the configured issuer: from a file or an address, renewed while the service runs."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orjson
import pytest
from joserfc.jwk import ECKey, OctKey

from demo.signing_key import demonstration_key, sign
from resolvers.authorization.principal import SignedIn
from service.auth.identity import ASK_AGAIN_SECONDS, BadTokenError, Identity
from service.auth.jwks import identity, keep_renewing, read_keys
from service.errors import KeysProblem
from service.settings import Settings
from tests.service.auth.test_identity import ISSUER, PERSON, by_hand, claims, token

OLD = ECKey.generate_key("P-256", {"kid": "old"})
NEW = ECKey.generate_key("P-256", {"kid": "new"})


def jwks(*keys: ECKey) -> bytes:
    return orjson.dumps({"keys": [key.as_dict(private=False) for key in keys]})


class Issuer(ThreadingHTTPServer):
    """An issuer that publishes `content` with `status`."""

    content, status, requests = jwks(OLD), 200, 0
    location: str | None = None
    drips_from = "nowhere"
    """Its headers or its body may come byte by byte, each long before a socket's patience ends."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.ended = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/keys"


class Answer(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        self.server.requests += 1
        if self.server.drips_from == "headers":
            self._drip(b"HTTP/1.0 200 OK\r\nX: " + b"x" * 10_000)
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.end_headers()
        if self.server.drips_from == "body":
            self._drip(self.server.content + b" " * 10_000)
        self.wfile.write(self.server.content)

    def _drip(self, content: bytes) -> None:
        with suppress(OSError):  # the other side has had enough
            for byte in content:
                self.wfile.write(bytes([byte]))
                if self.server.ended.wait(0.02):
                    return

    def log_message(self, *_: object) -> None:
        """Say nothing on standard error."""


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.ended.set()
        server.shutdown()
        thread.join()


def settings(jwks_at: str, tmp_path: Path, *, demonstration: bool = False) -> Settings:
    return Settings(
        oidc_issuer=ISSUER, oidc_jwks=jwks_at, data_dir=tmp_path, demonstration=demonstration
    )


def signs_in(who: Identity, key: ECKey) -> bool:
    try:
        return isinstance(who.caller(f"Bearer {token(key)}"), SignedIn)
    except BadTokenError:
        return False


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 - no event tells when keys were renewed
            await asyncio.sleep(0.001)


def test_keys_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(jwks(OLD, NEW))
    assert [key.kid for key in read_keys(str(path))] == ["old", "new"]


def test_keys_come_from_an_address(issuer: Issuer) -> None:
    assert [key.kid for key in read_keys(issuer.address)] == ["old"]


def test_a_failing_address_is_reported(issuer: Issuer) -> None:
    issuer.status = 500
    with pytest.raises(KeysProblem, match=r"^OIDC_JWKS: http://.* cannot be read \(HTTP Error 500"):
        read_keys(issuer.address)


def test_an_unreachable_address_is_reported() -> None:
    with pytest.raises(KeysProblem, match="cannot be read"):
        read_keys("http://127.0.0.1:1/keys")


@pytest.mark.parametrize("part", ["headers", "body"])
def test_an_issuer_that_drips_is_left_at_the_deadline(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """Ten thousand bytes at fifty a second: it would take minutes."""
    monkeypatch.setattr("service.auth.jwks.WAIT_SECONDS_MAX", 0.3)
    issuer.drips_from = part
    with pytest.raises(KeysProblem, match="cannot be read"):
        read_keys(issuer.address)
    issuer.drips_from = "nowhere"
    assert [key.kid for key in read_keys(issuer.address)] == ["old"]


@pytest.mark.parametrize(
    "location", ["http://keys.example/jwks", "http://192.0.2.1/jwks", "ftp://127.0.0.1/jwks"]
)
def test_no_redirect_leads_away_from_https(issuer: Issuer, location: str) -> None:
    issuer.status, issuer.location = 302, location
    with pytest.raises(KeysProblem, match=f"it redirects to {location}, which is not https"):
        read_keys(issuer.address)


def test_a_redirect_on_this_machine_is_followed(issuer: Issuer) -> None:
    with Issuer() as other:
        thread = threading.Thread(target=other.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        issuer.status, issuer.location = 302, other.address
        other.content = jwks(NEW)
        assert [key.kid for key in read_keys(issuer.address)] == ["new"]
        other.shutdown()
        thread.join()


@pytest.mark.anyio
async def test_a_slow_issuer_delays_one_request_and_no_known_key(
    tmp_path: Path, issuer: Issuer
) -> None:
    """A thousand invented key ids while the issuer drips: all but one are answered meanwhile."""
    who = identity(settings(issuer.address, tmp_path))
    issuer.drips_from = "body"
    requests_before = issuer.requests
    first = asyncio.create_task(who.caller_with_new_keys(f"Bearer {token(NEW)}"))
    await until(lambda: issuer.requests > requests_before)
    for number in range(1_000):
        invented = by_hand({"alg": "ES256", "kid": f"no-{number}"}, orjson.dumps(claims()), bytes)
        async with asyncio.timeout(30):
            with pytest.raises(BadTokenError) as caught:
                await who.caller_with_new_keys(f"Bearer {invented}")
        assert caught.value.code == "BUSY"
        assert isinstance(await who.caller_with_new_keys(f"Bearer {token(OLD)}"), SignedIn)
    assert not first.done()
    issuer.ended.set()
    with pytest.raises(BadTokenError):
        await first
    assert issuer.requests == requests_before + 1


def test_a_file_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(KeysProblem, match="cannot be read"):
        read_keys(str(tmp_path / "keys.json"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"1",
        b'{"keys": []}',
        b'{"keys": [1]}',
        b'{"keys": [{"kty": "EC"}]}',
    ],
)
def test_a_malformed_set_of_keys_is_reported(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(content)
    with pytest.raises(KeysProblem, match=r"is not a set of keys \(JWKS\)"):
        read_keys(str(path))


def test_settings_without_any_sign_in_are_refused(tmp_path: Path) -> None:
    with pytest.raises(KeysProblem, match="nobody could sign in: set OIDC_ISSUER and OIDC_JWKS"):
        identity(Settings(data_dir=tmp_path))


def test_a_demonstration_accepts_its_own_tokens_and_nothing_else_does(
    tmp_path: Path, issuer: Issuer
) -> None:
    own = sign(demonstration_key(tmp_path), "xeploai", {"sub": PERSON})
    shown = identity(settings(issuer.address, tmp_path, demonstration=True))
    assert isinstance(shown.caller(f"Bearer {own}"), SignedIn)
    real = identity(settings(issuer.address, tmp_path))
    with pytest.raises(BadTokenError) as caught:
        real.caller(f"Bearer {own}")
    assert caught.value.reason == "issuer"


def test_the_key_of_another_demonstration_is_refused(tmp_path: Path) -> None:
    elsewhere = sign(demonstration_key(tmp_path / "other"), "xeploai", {"sub": PERSON})
    shown = identity(Settings(data_dir=tmp_path, demonstration=True))
    with pytest.raises(BadTokenError):
        shown.caller(f"Bearer {elsewhere}")


def test_a_symmetric_key_in_the_set_is_not_used(tmp_path: Path) -> None:
    secret = OctKey.generate_key(256, {"kid": "secret"})
    path = tmp_path / "keys.json"
    path.write_bytes(orjson.dumps({"keys": [secret.as_dict(private=True)]}))
    with pytest.raises(BadTokenError) as caught:
        identity(settings(str(path), tmp_path)).caller(f"Bearer {token(secret, 'HS256')}")
    assert caught.value.reason == "algorithm"


@pytest.mark.anyio
async def test_keys_are_renewed_while_the_service_runs(tmp_path: Path, issuer: Issuer) -> None:
    who = identity(settings(issuer.address, tmp_path))
    renewal = asyncio.create_task(keep_renewing(who, every_seconds=0.001))
    issuer.status = 500
    requests_before = issuer.requests
    await until(lambda: issuer.requests >= requests_before + 2)
    assert signs_in(who, OLD)
    issuer.content, issuer.status = jwks(NEW), 200
    await until(lambda: signs_in(who, NEW))
    assert not signs_in(who, OLD)
    renewal.cancel()
    with suppress(asyncio.CancelledError):
        await renewal


@pytest.mark.anyio
async def test_a_new_key_is_fetched_once(tmp_path: Path, issuer: Issuer) -> None:
    """One request waits for it; others may come again in a second, and the keys are read once."""
    who = identity(settings(issuer.address, tmp_path))
    issuer.content = jwks(OLD, NEW)
    requests_before = issuer.requests
    access_token = f"Bearer {token(NEW)}"
    outcomes = await asyncio.gather(
        *(who.caller_with_new_keys(access_token) for _ in range(20)), return_exceptions=True
    )
    signed_in = [each for each in outcomes if isinstance(each, SignedIn)]
    refused = [each.code for each in outcomes if isinstance(each, BadTokenError)]
    assert (len(signed_in), refused) == (1, ["BUSY"] * 19)
    assert isinstance(await who.caller_with_new_keys(access_token), SignedIn)
    assert isinstance(await who.caller_with_new_keys(f"Bearer {token(OLD)}"), SignedIn)
    assert issuer.requests == requests_before + 1


@pytest.mark.anyio
async def test_invented_key_ids_do_not_flood_the_issuer(issuer: Issuer) -> None:
    now = 1_000.0
    source = {ISSUER: lambda: read_keys(issuer.address)}
    who = Identity({ISSUER: read_keys(issuer.address)}, "xeploai", source, lambda: now)
    requests_before = issuer.requests
    for seconds, times in ((0, 1), (ASK_AGAIN_SECONDS - 0.001, 1), (ASK_AGAIN_SECONDS, 2)):
        now = 1_000.0 + seconds
        for number in range(50):
            invented = ECKey.generate_key("P-256", {"kid": f"invented-{seconds}-{number}"})
            with pytest.raises(BadTokenError) as caught:
                await who.caller_with_new_keys(f"Bearer {token(invented)}")
            assert caught.value.reason == "key"
        assert issuer.requests == requests_before + times


@pytest.mark.anyio
async def test_a_failing_issuer_changes_no_keys(tmp_path: Path, issuer: Issuer) -> None:
    who = identity(settings(issuer.address, tmp_path))
    issuer.status = 500
    with pytest.raises(BadTokenError):
        await who.caller_with_new_keys(f"Bearer {token(NEW)}")
    assert isinstance(await who.caller_with_new_keys(f"Bearer {token(OLD)}"), SignedIn)


@pytest.mark.anyio
async def test_a_token_that_was_checked_ends_with_its_key(tmp_path: Path, issuer: Issuer) -> None:
    who = identity(settings(issuer.address, tmp_path))
    authorization = f"Bearer {token(OLD)}"
    assert isinstance(who.caller(authorization), SignedIn)
    issuer.content = jwks(NEW)
    await who.refresh()
    with pytest.raises(BadTokenError):
        who.caller(authorization)


def test_each_issuer_signs_with_its_own_keys(tmp_path: Path, issuer: Issuer) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(jwks(NEW))
    settings_given = Settings(
        oidc_issuer=f"{ISSUER} https://other.example",
        oidc_jwks=f"{issuer.address} {path}",
        oidc_subjects="persons persons",
    )
    who = identity(settings_given)
    assert signs_in(who, OLD)
    assert isinstance(who.caller(f"Bearer {token(NEW, iss='https://other.example')}"), SignedIn)
    for key, iss in ((OLD, "https://other.example"), (NEW, ISSUER)):
        with pytest.raises(BadTokenError):
            who.caller(f"Bearer {token(key, iss=iss)}")
