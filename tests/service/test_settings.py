"""Settings: read once, refused at start with all faults, each with its name and what it may be."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from resolvers.commands.dossier import Bounds
from schema.operation.limit import Limits
from service.errors import SettingsProblem
from service.settings import DEMONSTRATION_DAY, Settings, settings

pytestmark = pytest.mark.usefixtures("bare_environment")


def refusal(monkeypatch: pytest.MonkeyPatch, **environment: str) -> list[str]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsProblem) as caught:
        settings()
    heading, *faults = str(caught.value).splitlines()
    assert heading == "these settings cannot be used:"
    return [fault.strip() for fault in faults]


def test_without_an_environment_the_defaults_hold() -> None:
    assert settings().model_dump() == {
        "host": "127.0.0.1",
        "port": 8000,
        "database_url": None,
        "direct_url": None,
        "replica_url": None,
        "replica_stale_seconds_max": 5.0,
        "database_connections": 20,
        "migrate_at_start": True,
        "workers": 1,
        "data_dir": Path(".data"),
        "demonstration": False,
        "demonstration_date": None,
        "oidc_issuer": None,
        "oidc_audience": "xeploai",
        "oidc_jwks": None,
        "oidc_subjects": None,
        "oidc_client_id": None,
        "max_tokens": 4_000,
        "max_depth": 20,
        "max_aliases": 100,
        "max_directives": 50,
        "max_root_fields": 50,
        "max_representations": 1_000,
        "max_cost": 50_000,
        "max_seconds": 30.0,
        "budget_per_minute": 10_000_000,
        "introspection": True,
        "rights_in_sdl": "off",
        "trusted_documents": None,
        "trusted_documents_mode": "off",
        "max_requests": 1_000,
        "max_requests_per_caller": 250,
        "max_waiting_bodies": 1_000,
        "max_streams": 100,
        "max_streams_per_caller": 10,
        "max_uploads_per_caller": 8,
        "max_upload_bytes": 160 << 20,
        "max_unread_bytes": 128 << 20,
        "max_connections": 12_000,
        "max_body_seconds": 30.0,
        "document_formats": "pdf png jpeg docx xlsx p7s",
        "max_file_documents": 200,
        "max_file_mib": 400,
        "traces": None,
        "log_level": "info",
    }


EVERY_SETTING = {
    "HOST": "0.0.0.0",  # noqa: S104 - a value to be read, nothing listens
    "PORT": "9000",
    "DATABASE_URL": "postgres://u:p@h:5433/x?sslmode=require",
    "DIRECT_URL": "postgres://u:p@h:5432/x",
    "REPLICA_URL": "postgres://u:p@r:5432/x",
    "REPLICA_STALE_SECONDS_MAX": "2.5",
    "DATABASE_CONNECTIONS": "40",
    "MIGRATE_AT_START": "false",
    "WORKERS": "4",
    "DATA_DIR": "/var/lib/xeploai",
    "DEMONSTRATION": "true",
    "DEMONSTRATION_DATE": "2023-12-20",
    "OIDC_ISSUER": "https://id.example",
    "OIDC_AUDIENCE": "ratings",
    "OIDC_JWKS": "https://id.example/keys",
    "OIDC_SUBJECTS": "persons+services",
    "OIDC_CLIENT_ID": "portal",
    "MAX_TOKENS": "1",
    "MAX_DEPTH": "2",
    "MAX_ALIASES": "3",
    "MAX_DIRECTIVES": "4",
    "MAX_ROOT_FIELDS": "5",
    "MAX_REPRESENTATIONS": "6",
    "MAX_COST": "7",
    "MAX_SECONDS": "0.5",
    "BUDGET_PER_MINUTE": "0",
    "INTROSPECTION": "false",
    "RIGHTS_IN_SDL": "Policies",
    "TRUSTED_DOCUMENTS": "/etc/xeploai/operations",
    "TRUSTED_DOCUMENTS_MODE": "Enforce",
    "MAX_REQUESTS": "8",
    "MAX_REQUESTS_PER_CALLER": "10",
    "MAX_WAITING_BODIES": "11",
    "MAX_STREAMS": "12",
    "MAX_STREAMS_PER_CALLER": "13",
    "MAX_UPLOADS_PER_CALLER": "14",
    "MAX_UPLOAD_BYTES": "30000000",
    "MAX_UNREAD_BYTES": "3000000",
    "MAX_CONNECTIONS": "9",
    "MAX_BODY_SECONDS": "1.5",
    "DOCUMENT_FORMATS": "PDF docx",
    "MAX_FILE_DOCUMENTS": "10",
    "MAX_FILE_MIB": "11",
    "TRACES": "http://collector:4318",
    "LOG_LEVEL": "WARNING",
}


def test_every_setting_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in EVERY_SETTING.items():
        monkeypatch.setenv(name, value)
    read = settings()
    assert set(EVERY_SETTING) == {name.upper() for name in Settings.model_fields}
    assert read.port == 9000
    assert read.database_url == "postgresql+asyncpg://u:p@h:5433/x?ssl=require"
    assert read.fixed_day == date(2023, 12, 20)
    assert read.log_level == "warning"
    assert read.file_bounds == Bounds(frozenset({"pdf", "docx"}), 10, 11 << 20)


@pytest.mark.parametrize("formats", ["exe", "pdf,docx", "pdf exe"])
def test_an_unknown_format_is_refused(monkeypatch: pytest.MonkeyPatch, formats: str) -> None:
    (fault,) = refusal(monkeypatch, DOCUMENT_FORMATS=formats)
    assert fault.startswith("DOCUMENT_FORMATS may be some of pdf, png, jpeg, docx, xlsx, p7s")


def test_a_setting_of_words_is_read_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in EVERY_SETTING.items():
        monkeypatch.setenv(name, value)
    read = settings()
    assert read.rights_in_sdl == "policies"
    assert read.trusted_documents_mode == "enforce"
    assert read.limits == Limits(
        tokens=1,
        depth=2,
        aliases=3,
        directives=4,
        root_fields=5,
        representations=6,
        cost=7,
        seconds=0.5,
        introspection=False,
    )


def test_all_faults_are_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = refusal(
        monkeypatch,
        PORT="65536",
        DATABASE_URL="mysql://u:p@h/x",
        DEMONSTRATION="maybe",
        OIDC_ISSUER="https://id.example",
        LOG_LEVEL="loud",
    )
    assert [fault.partition(" may be ")[0] for fault in faults] == [
        "PORT",
        "DATABASE_URL",
        "DEMONSTRATION",
        "OIDC_JWKS",
        "LOG_LEVEL",
    ]
    assert faults[0] == "PORT may be a whole number from 1 to 65535; it is '65536'"
    assert faults[3].endswith("; it is set together with OIDC_ISSUER, or neither is")
    assert faults[4] == "LOG_LEVEL may be debug, info, warning or error; it is 'loud'"


def test_a_password_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = refusal(monkeypatch, DATABASE_URL="mysql://u:topsecret@h/x")
    assert "topsecret" not in "".join(faults)


@pytest.mark.parametrize("name", ["DIRECT_URL", "REPLICA_URL"])
def test_a_second_address_goes_with_the_first(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (fault,) = refusal(monkeypatch, **{name: "postgresql://u:topsecret@h/x"})
    assert fault.startswith(f"{name} may be an address postgresql://…")
    assert fault.endswith("it is accepted only with DATABASE_URL")
    assert "topsecret" not in fault


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("WORKERS", 1, 64),
        ("DATABASE_CONNECTIONS", 2, 1000),
        ("REPLICA_STALE_SECONDS_MAX", 1, 3600),
    ],
)
def test_numbers_have_limits(
    monkeypatch: pytest.MonkeyPatch, name: str, least: int, most: int
) -> None:
    for value in (least, most):
        monkeypatch.setenv(name, str(value))
        assert getattr(Settings(), name.lower()) == value
    for value in (least - 1, most + 1):
        (fault,) = refusal(monkeypatch, **{name: str(value)})
        assert fault.startswith(f"{name} may be ")


def test_the_day_is_of_a_demonstration_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    (fault,) = refusal(monkeypatch, DEMONSTRATION_DATE="2023-12-20")
    assert fault.endswith("it is accepted only with DEMONSTRATION=true")
    settings.cache_clear()
    assert settings(demonstration=True).fixed_day == date(2023, 12, 20)


def test_only_the_clock_of_a_demonstration_stands_still() -> None:
    assert settings(demonstration=True).fixed_day == DEMONSTRATION_DAY
    assert settings().fixed_day is None


@pytest.mark.parametrize(
    "address", ["http://id.example/keys", "http://localhost.example/keys", "HTTP://id.example/keys"]
)
def test_keys_that_come_unprotected_are_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    (fault,) = refusal(monkeypatch, OIDC_ISSUER="https://id.example", OIDC_JWKS=address)
    assert fault.endswith("keys that come without https could be anybody's")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/keys", "keys.json", "https://id.example/"])
def test_keys_may_come_from_here(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("OIDC_ISSUER", "https://id.example")
    monkeypatch.setenv("OIDC_JWKS", address)
    assert settings().oidc_jwks == address


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert settings().port == 8000


def test_nothing_is_set_after_the_start() -> None:
    with pytest.raises(ValidationError):
        settings().port = 1


def test_no_setting_has_a_secret_for_its_default() -> None:
    secret = {"database_url", "direct_url", "replica_url", "oidc_issuer", "oidc_jwks"}
    assert {name for name in secret if Settings.model_fields[name].default is not None} == set()


def test_every_issuer_has_its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    both = "https://id.example  https://other.example"
    fault, _ = refusal(monkeypatch, OIDC_ISSUER=both, OIDC_JWKS="keys.json")
    assert fault.startswith("OIDC_JWKS may be ")
    settings.cache_clear()
    monkeypatch.setenv("OIDC_SUBJECTS", "persons services")
    monkeypatch.setenv("OIDC_JWKS", "keys.json https://other.example/keys")
    assert settings().issuers == {
        "https://id.example": "keys.json",
        "https://other.example": "https://other.example/keys",
    }


@pytest.mark.parametrize(
    ("issuers", "words", "why"),
    [
        (1, "people", "'people' is none of these"),
        (1, "persons+", "'persons+' is none of these"),
        (1, "persons services", "there is one word for each issuer of OIDC_ISSUER"),
        (0, "persons", "there is one word for each issuer of OIDC_ISSUER"),
        (2, "persons", "there is one word for each issuer of OIDC_ISSUER"),
        (2, None, "of several issuers each must have its own word"),
    ],
)
def test_every_issuer_has_its_subjects(
    monkeypatch: pytest.MonkeyPatch, issuers: int, words: str | None, why: str
) -> None:
    names = [f"https://id{number}.example" for number in range(issuers)]
    of_issuers = {"OIDC_ISSUER": " ".join(names), "OIDC_JWKS": "keys.json " * issuers}
    (fault,) = refusal(monkeypatch, OIDC_SUBJECTS=words or "", **of_issuers)
    assert fault.startswith("OIDC_SUBJECTS may be whom the issuer may name: persons, services or ")
    assert fault.endswith(f"; {why}")
