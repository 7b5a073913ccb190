"""The welcome: an address, a token and a query that work without changes."""

import shlex
import sys
from pathlib import Path

import orjson
import pytest
from graphql import build_schema, parse, validate

from schema.graph import sdl
from service.settings import Settings
from service.welcome import QUERY, welcome


@pytest.fixture(autouse=True)
def started_as_in_the_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [".venv/bin/xeploai", "serve"])


def test_a_demonstration_says_how_to_go_on() -> None:
    text = welcome(Settings(demonstration=True))
    assert "answers at http://127.0.0.1:8000 " in text
    assert "TOKEN=$(.venv/bin/xeploai token --post ht.ubnd.ct)\n" in text


def test_the_curl_line_works_as_pasted() -> None:
    text = welcome(Settings(port=9000))
    words = shlex.split(text[text.index("curl") :].replace("\\\n", " "))
    assert words[:3] == ["curl", "-s", "http://127.0.0.1:9000/graphql"]
    assert orjson.loads(words[words.index("-d") + 1]) == {"query": QUERY}


def test_the_query_is_valid() -> None:
    schema = build_schema(sdl(), assume_valid_sdl=True)
    assert validate(schema, parse(QUERY)) == []


def test_the_token_is_made_where_the_service_runs() -> None:
    text = welcome(Settings(demonstration=True, data_dir=Path("my data")))
    assert "TOKEN=$(DATA_DIR='my data' .venv/bin/xeploai token" in text


def test_a_password_is_not_printed() -> None:
    text = welcome(Settings(demonstration=True, database_url="postgresql://u:secret@h/x"))
    assert "secret" not in text
    assert "(with the same DATABASE_URL)" in text


def test_an_ipv6_address_has_its_brackets() -> None:
    assert "http://[::1]:8000" in welcome(Settings(host="::1"))


def test_elsewhere_tokens_come_from_the_issuer() -> None:
    settings = Settings(oidc_issuer="https://id.example", oidc_jwks="keys.json")
    assert "https://id.example, for the audience xeploai" in welcome(settings)
    assert "xeploai token" not in welcome(settings)
