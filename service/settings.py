"""Settings of the service, read once from the environment; wrong ones are refused at start, all at once."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from db.connection.engine import driver_url
from db.errors import DatabaseUrlError
from resolvers.commands.dossier import DEFAULT_BOUNDS, Bounds
from rules.procedure.document_format import FORMATS
from schema.contract.printed_right import PrintedRights
from schema.operation.limit import Limits
from service.errors import SettingsProblem
from service.port import HOST, PORT, PORT_MAX
from service.token_kind import Subjects

LIMITS = Limits()
DEMONSTRATION_DAY = date(2023, 12, 11)
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def is_safe(source: str) -> bool:
    """Whether keys may be read from the source: a file, an https URL, or an http URL of this machine."""
    address = urlsplit(source)
    return address.scheme != "http" or address.hostname in LOOPBACK


class Settings(BaseSettings):
    """The settings; each field is an environment variable of the same name in capitals.

    The description of a field completes the sentence "it may be …" of a refusal.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    host: str = Field(default=HOST, description="an address of this machine to listen on")
    port: int = Field(
        default=PORT, ge=1, le=PORT_MAX, description=f"a whole number from 1 to {PORT_MAX}"
    )
    database_url: str | None = Field(
        default=None,
        description="an address postgresql://…, or unset for the embedded PostgreSQL in DATA_DIR",
    )
    direct_url: str | None = Field(
        default=None,
        description="an address postgresql://… of PostgreSQL itself, where DATABASE_URL leads to PgBouncer "
        "in transaction mode",
    )
    replica_url: str | None = Field(
        default=None,
        description="an address postgresql://… of a streaming replica, for reading",
    )
    replica_stale_seconds_max: float = Field(
        default=5,
        ge=1,
        le=3600,
        description="seconds from 1 to 3600: a replica that is older is not read from",
    )
    database_connections: int = Field(
        default=20,
        ge=2,
        le=1000,
        description="a whole number from 2 to 1000: connections of one worker to the primary",
    )
    migrate_at_start: bool = Field(
        default=True,
        description="true or false: false where `xeploai migrate` (or `demo`) is a step of its own",
    )
    workers: int = Field(
        default=1,
        ge=1,
        le=64,
        description="a whole number from 1 to 64: processes on the one port",
    )
    data_dir: Path = Field(
        default=Path(".data"), description="a directory for the embedded PostgreSQL and the keys"
    )
    demonstration: bool = Field(
        default=False,
        description="true or false: invented people, tokens of our own, a clock that stands still",
    )
    demonstration_date: date | None = Field(
        default=None, description="the day of the demonstration, like 2023-12-11"
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="the issuer whose tokens are accepted; several with blanks between them",
    )
    oidc_audience: str = Field(
        default="xeploai", description="the audience that a token must be for"
    )
    oidc_jwks: str | None = Field(
        default=None,
        validate_default=True,
        description="the issuer's public keys (JWKS): a file, or an address https://…; "
        "of several issuers in the same order",
    )
    oidc_subjects: str | None = Field(
        default=None,
        validate_default=True,
        description="whom the issuer may name: persons, services or persons+services; "
        "of several issuers in the same order, and then always set",
    )
    max_tokens: int = Field(
        default=LIMITS.tokens, ge=1, description="a whole number from 1: tokens of a document"
    )
    max_depth: int = Field(
        default=LIMITS.depth, ge=1, description="a whole number from 1: levels of a document"
    )
    max_aliases: int = Field(
        default=LIMITS.aliases, ge=0, description="a whole number from 0: aliases of a document"
    )
    max_directives: int = Field(
        default=LIMITS.directives,
        ge=0,
        description="a whole number from 0: directives of a document",
    )
    max_root_fields: int = Field(
        default=LIMITS.root_fields,
        ge=1,
        description="a whole number from 1: fields at the root of a document",
    )
    max_representations: int = Field(
        default=LIMITS.representations,
        ge=1,
        description="a whole number from 1: representations of one `_entities`",
    )
    max_cost: int = Field(
        default=LIMITS.cost, ge=1, description="a whole number from 1: the cost of one operation"
    )
    max_seconds: float = Field(
        default=LIMITS.seconds,
        gt=0,
        description="a number above 0: seconds that one operation may take",
    )
    budget_per_minute: int = Field(
        default=10_000_000,
        ge=0,
        description="a whole number: cost units of one client each minute, or 0 for no end",
    )
    introspection: bool = Field(
        default=True, description="true or false: whether __schema and __type are answered"
    )
    rights_in_sdl: PrintedRights = Field(
        default=PrintedRights.OFF,
        description="off, scopes or policies: directives for rights in the printed schema",
    )
    trusted_documents: Path | None = Field(
        default=None, description="a folder of *.graphql files, or a manifest of operations"
    )
    trusted_documents_mode: Literal["off", "audit", "enforce"] = Field(
        default="off", description="off, audit (others are logged) or enforce (others are refused)"
    )
    max_requests: int = Field(
        default=1_000, ge=1, description="a whole number from 1: requests answered at once"
    )
    max_requests_per_caller: int = Field(
        default=250, ge=1, description="a whole number from 1: operations of one caller at once"
    )
    max_waiting_bodies: int = Field(
        default=1_000, ge=1, description="a whole number from 1: bodies on their way at once"
    )
    max_streams: int = Field(
        default=100, ge=1, description="a whole number from 1: subscriptions open at once"
    )
    max_streams_per_caller: int = Field(
        default=10, ge=1, description="a whole number from 1: subscriptions of one caller at once"
    )
    max_uploads_per_caller: int = Field(
        default=8,
        ge=1,
        description="a whole number from 1: documents that one caller sends at once",
    )
    max_upload_bytes: int = Field(
        default=160 << 20,
        ge=20 << 20,
        description="a whole number from 20971520: bytes of all documents that are being sent",
    )
    max_unread_bytes: int = Field(
        default=128 << 20,
        ge=1 << 20,
        description="a whole number from 1048576: bytes of answers that clients have not read yet",
    )
    max_connections: int = Field(
        default=12_000, ge=1, description="a whole number from 1: connections open at once"
    )
    max_body_seconds: float = Field(
        default=30.0,
        gt=0,
        description="a number above 0: seconds in which headers, and then each MiB of a body, must come",
    )
    document_formats: str = Field(
        default=" ".join(FORMATS),
        description=f"some of {', '.join(FORMATS)}, with blanks between them: formats of documents that are taken",
    )
    max_file_documents: int = Field(
        default=DEFAULT_BOUNDS.documents_max,
        ge=1,
        description="a whole number from 1: documents in the file of one appraisal",
    )
    max_file_mib: int = Field(
        default=DEFAULT_BOUNDS.bytes_max >> 20,
        ge=1,
        description="a whole number from 1: MiB of all documents in the file of one appraisal",
    )
    traces: str | None = Field(
        default=None,
        description="an address http(s)://… that takes traces (OTLP over HTTP), or unset for none",
    )
    oidc_client_id: str | None = Field(
        default=None,
        description="the name under which the issuer knows the portal (a public client, with PKCE)",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="debug, info, warning or error"
    )

    @field_validator("direct_url", "replica_url")
    @classmethod
    def _goes_with_the_database(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value and info.data.get("database_url", "") is None:
            raise ValueError("it is accepted only with DATABASE_URL")
        return value

    @field_validator("database_url", "direct_url", "replica_url")
    @classmethod
    def _is_of_postgresql(cls, value: str | None) -> str | None:
        try:
            return value and driver_url(value).render_as_string(hide_password=False)
        except DatabaseUrlError as fault:
            raise ValueError from fault

    @field_validator("demonstration_date")
    @classmethod
    def _is_of_a_demonstration(cls, value: date | None, info: ValidationInfo) -> date | None:
        if value and not info.data.get("demonstration", True):
            raise ValueError("it is accepted only with DEMONSTRATION=true")
        return value

    @field_validator("oidc_jwks")
    @classmethod
    def _goes_with_the_issuer(cls, value: str | None, info: ValidationInfo) -> str | None:
        if (value is None) != (info.data.get("oidc_issuer") is None):
            raise ValueError("it is set together with OIDC_ISSUER, or neither is")
        sources, issuers = (value or "").split(), (info.data.get("oidc_issuer") or "").split()
        if len(sources) != len(issuers) or len(set(issuers)) != len(issuers):
            raise ValueError("there is one for each issuer of OIDC_ISSUER")
        if not all(map(is_safe, sources)):
            raise ValueError("keys that come without https could be anybody's")
        return value

    @field_validator("oidc_subjects")
    @classmethod
    def _says_it_of_each_issuer(cls, value: str | None, info: ValidationInfo) -> str | None:
        issuers, words = (info.data.get("oidc_issuer") or "").split(), (value or "").split()
        if len(issuers) > 1 and not words:
            raise ValueError("of several issuers each must have its own word")
        if words and len(words) != len(issuers):
            raise ValueError("there is one word for each issuer of OIDC_ISSUER")
        for word in words:
            if not set(word.split("+")) <= set(Subjects):
                raise ValueError(f"{word!r} is none of these")
        return value

    @field_validator("document_formats")
    @classmethod
    def _are_known(cls, value: str) -> str:
        names = value.lower().split()
        if not names or not set(names) <= FORMATS.keys():
            raise ValueError
        return " ".join(names)

    @field_validator("traces")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError
        return value

    @field_validator("log_level", "rights_in_sdl", "trusted_documents_mode", mode="before")
    @classmethod
    def _in_small_letters(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @property
    def portal_issuer(self) -> str | None:
        """The issuer at which the portal's users sign in: the first one."""
        return next(iter(self.issuers), None)

    @property
    def issuers(self) -> dict[str, str]:
        """The source of the keys of each issuer."""
        names, sources = (self.oidc_issuer or "").split(), (self.oidc_jwks or "").split()
        return dict(zip(names, sources, strict=True))

    @property
    def subjects(self) -> dict[str, frozenset[Subjects]]:
        """The subjects that each issuer may name, for issuers with OIDC_SUBJECTS."""
        words = (self.oidc_subjects or "").split()
        return {
            issuer: frozenset(map(Subjects, word.split("+")))
            for issuer, word in zip(self.issuers, words, strict=False)
        }

    @property
    def limits(self) -> Limits:
        """The limits of one operation."""
        return Limits(
            tokens=self.max_tokens,
            depth=self.max_depth,
            aliases=self.max_aliases,
            directives=self.max_directives,
            root_fields=self.max_root_fields,
            representations=self.max_representations,
            cost=self.max_cost,
            seconds=self.max_seconds,
            introspection=self.introspection,
        )

    @property
    def file_bounds(self) -> Bounds:
        """The limits of one appraisal's file."""
        formats = frozenset(self.document_formats.split())
        return Bounds(formats, self.max_file_documents, self.max_file_mib << 20)

    @property
    def fixed_day(self) -> date | None:
        """The fixed day of a demonstration; None means today."""
        if not self.demonstration:
            return None
        return self.demonstration_date or DEMONSTRATION_DAY


@cache
def settings(*, demonstration: bool = False) -> Settings:
    """The settings of this process; `demonstration` acts as DEMONSTRATION=true.

    Raises:
        SettingsProblem: settings are wrong; the message names each, its value and what it may be.
    """
    try:
        return Settings(demonstration=True) if demonstration else Settings()
    except ValidationError as fault:
        sentences = "".join(f"\n  {_sentence(error)}" for error in fault.errors())
        raise SettingsProblem(f"these settings cannot be used:{sentences}") from None


def _sentence(error: ErrorDetails) -> str:
    """The sentence for one wrong setting. It omits the value of a database URL, which may hold a password."""
    field = str(error["loc"][0])
    name = field.upper()
    may_be = f"{name} may be {Settings.model_fields[field].description}"
    if why := str(error.get("ctx", {}).get("error", "")):
        return f"{may_be}; {why}"
    return may_be if field.endswith("_url") else f"{may_be}; it is {error['input']!r}"
