"""Wires the layers to one service: builds the application from the settings."""

import sys
from collections.abc import Callable, Coroutine, Sequence
from functools import partial

from opentelemetry.trace import Tracer
from starlette.types import ASGIApp

from db import catalogue
from db.connection import lock as locks
from db.connection.engine import make_engine
from db.connection.read_pool import ReadPool
from db.connection.replica import Databases
from resolvers.commands.correct_year import CorrectedYear
from rules.authority import CLASSES, RATERS
from rules.editions.lookup import edition_for
from schema.graph import schema, sdl
from service import correction_report, maintenance
from service.auth.account import Accounts
from service.auth.identity import Identity
from service.auth.jwks import keep_renewing
from service.auth.policy import CurrentPolicy, follow
from service.auth.rate_limit import Budget
from service.demonstration import demonstration
from service.http import portal_page as portal_pages
from service.http.app import make_app
from service.http.caller_share import Shares
from service.http.context_factory import Contexts
from service.http.document_transfer import Transfers
from service.http.dossier_document import Files
from service.http.graphql_endpoint import Endpoint
from service.http.persisted_document import Documents, trusted_documents
from service.http.subscriber import Streams, follow as follow_changes
from service.settings import Settings
from service.telemetry.operation import Observing, names_in
from service.telemetry.trace import Traces

FIRST_YEAR = 2023
ROOT = "ht"
"""Code of the body at the root of the tree."""


def build(settings: Settings, identity: Identity, url: str) -> ASGIApp:
    """The application for one database, whose schema is current and which has an active policy."""
    if settings.demonstration:
        locks.be_strict()
    databases = databases_of(settings, url)
    engine = databases.primary
    policy = CurrentPolicy(engine)
    printed, budget = sdl(settings.rights_in_sdl), Budget(settings.budget_per_minute)
    accounts = Accounts(identity, databases, demonstration=settings.demonstration)
    contexts = Contexts(databases, accounts, policy, settings.fixed_day, budget, printed)
    traces = Traces(settings.traces) if settings.traces else None
    trusted = documents(settings)
    names = names_in([*trusted.trusted_texts, *portal_pages.scripts()])
    observing = observing_of(databases, traces.tracer if traces else None, names)
    streams = Streams(settings.max_streams, per_caller_max=settings.max_streams_per_caller)
    requests = Shares(settings.max_requests, settings.max_requests_per_caller)
    endpoint = Endpoint(
        schema, contexts, settings.limits, trusted, observing, streams=streams, requests=requests
    )
    transfers = Transfers(settings.max_uploads_per_caller, settings.max_upload_bytes)
    bounds = settings.file_bounds
    files = Files(engine, accounts, policy, settings.fixed_day, bounds, transfers)
    notifications_url = settings.direct_url or url
    beside: list[Callable[[], Coroutine[None, None, None]]] = [
        partial(follow, policy, notifications_url),
        partial(follow_changes, streams, notifications_url),
        databases.reading,
    ]
    beside += [databases.follow] if databases.replica is not None else []
    beside += [partial(keep_renewing, identity)] if settings.issuers else []
    beside += [traces.run] if traces else []
    more = [
        *files.routes(),
        observing.route(),
        *(demonstration().routes(settings, engine) if settings.demonstration else []),
        *portal_pages.routes(settings, ROOT),
    ]
    return make_app(
        engine,
        endpoint,
        printed,
        *beside,
        more=more,
        requests_max=settings.max_requests,
        body_seconds_max=settings.max_body_seconds,
        waiting_bodies_max=settings.max_waiting_bodies,
        unread_bytes_max=settings.max_unread_bytes,
        stop=streams.stop,
        has_replica=databases.replica is not None,
    )


def observing_of(
    databases: Databases, traced_by: Tracer | None, names: frozenset[str]
) -> Observing:
    """Telemetry of operations, of statements, and of the pools of these databases."""
    observing = Observing(traced_by, names)
    observing.watch(databases.primary, "primary")
    if databases.replica is not None:
        observing.watch(databases.replica, "replica")
    return observing


def documents(settings: Settings) -> Documents:
    """The trusted documents, if any are configured.

    Raises:
        DocumentsProblem: they cannot be read.
    """
    source = settings.trusted_documents
    return Documents(trusted_documents(source) if source else None, settings.trusted_documents_mode)


def databases_of(settings: Settings, url: str) -> Databases:
    """The primary database, and the replica if one is configured."""
    connections, is_pooled = settings.database_connections, settings.direct_url is not None
    make = partial(make_engine, connections=connections, is_pooled=is_pooled)
    read = partial(ReadPool, connections=connections, is_pooled=is_pooled)
    primary = make(url)
    replica = make(settings.replica_url, is_tried=True) if settings.replica_url else None
    readers = {primary: read(url)}
    if replica is not None and settings.replica_url is not None:
        readers[replica] = read(settings.replica_url)
    return Databases(primary, replica, settings.replica_stale_seconds_max, readers)


def province() -> catalogue.Catalogue:
    """The bodies and posts of Hà Tĩnh.

    Raises:
        CatalogueError: the files have faults; the message names each of them.
    """
    groups = {code: group.vi for code, group in edition_for(FIRST_YEAR).peer_groups.items()}
    words = catalogue.Words(raters=RATERS, classes=CLASSES, peer_groups=groups)
    return catalogue.read_catalogue(catalogue.HA_TINH_2023, words)


async def prepare(settings: Settings, url: str) -> None:
    """Prepare the database at start: migrate it, or load the demonstration, as the settings say.

    Raises:
        DemonstrationProblem: the demonstration is not installed, or the database holds real people.
    """
    direct_url = settings.direct_url or url
    if settings.demonstration:
        locks.be_strict()
        await demonstration().prepare(settings, direct_url)
    elif settings.migrate_at_start:
        print_corrections(await maintenance.migrate(direct_url))


def print_corrections(corrected: Sequence[CorrectedYear]) -> None:
    """Print a summary of each corrected year; the graph has the whole lists (`corrections`)."""
    for year in corrected:
        sys.stdout.write(f"{correction_report.summary(year)}\n")
    sys.stdout.flush()
