"""Runs one flood against a service, and measures its outcome."""

import asyncio
import json
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import httpx
import psutil  # type: ignore[import-untyped]  # it ships no types

from db.repositories.document import BYTES_MAX
from tests.end_to_end.conftest import Service, running
from tests.end_to_end.flood_target import (
    MEBIBYTE,
    HonestClients,
    Memory,
    Pause,
    Target,
    ask_honestly,
    longest_pause,
    memory_of,
    watch_memory,
)
from tests.end_to_end.floods import FLOODS, Answers
from tests.end_to_end.test_files import HEAD, PAPER, PDF, SUBJECT, digest_of
from tests.end_to_end.test_insiders import facts_of
from tests.service.auth.test_jwks import Issuer

HONEST = ("ht.bi-thu", "ht.thach-ha.bi-thu", "ht.so-y-te.truong", "ht.vp-hdnd.cvp")
CHAIR, COMPILED = "ht.ubnd.ct", "ht.bql-kkt.tt"
ISSUER = "https://slow.example"
SLOW = "invented key ids, slow issuer"
APPRAISAL_OF_BODY = "SELECT id::text FROM appraisal WHERE year = 2023 AND body_code = $1"
ALL = "SELECT id::text FROM appraisal WHERE year = 2023 ORDER BY id"
WARM_UP_SECONDS, SETTLE_SECONDS = 2.0, 0.5


@contextmanager
def slow_issuer() -> Iterator[Issuer]:
    """A token issuer that publishes its keys; with `drips_from` it takes minutes to do so."""
    with Issuer() as issuer:
        thread = Thread(target=issuer.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield issuer
        finally:
            issuer.ended.set()
            issuer.shutdown()
            thread.join()


def serving(data_dir: Path, issuer: Issuer) -> Iterator[Service]:
    """The service with the demonstration; it also accepts the tokens of this issuer."""
    yield from running(data_dir, OIDC_ISSUER=ISSUER, OIDC_JWKS=issuer.address)


def target_of(service: Service) -> Target:
    """The target for this service: tokens, ids of appraisals, and a document of 20 MiB."""
    address, caller = urlsplit(service.url), service.token_of_post(HEAD)
    (rated,) = service.sql(APPRAISAL_OF_BODY, SUBJECT)
    (compiled,) = service.sql(APPRAISAL_OF_BODY, COMPILED)
    assert address.hostname
    assert address.port
    return Target(
        host=address.hostname,
        port=address.port,
        pid=_process_of(service),
        data_dir=service.data_dir,
        caller=caller,
        honest=tuple(map(service.token_of_post, HONEST)),
        chair=service.token_of_post(CHAIR),
        facts=facts_of(service, compiled),
        compiled=compiled,
        rated=rated,
        document=_document(service, caller, rated),
        appraisals=tuple(service.sql(ALL)),
        group="departments",
        issuer=ISSUER,
    )


def _process_of(service: Service) -> int:
    """The id of the process that listens at the service's port."""
    port = str(urlsplit(service.url).port)
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # a process of another test that has just ended
            if "serve" in child.cmdline() and child.environ().get("PORT") == port:
                return int(child.pid)
    raise LookupError(port)


def _document(service: Service, token: str, appraisal: str) -> str:
    """Upload a document of the largest size; returns its id."""
    content = PDF + bytes(BYTES_MAX - len(PDF))
    answer = httpx.put(
        f"{service.url}/appraisals/{appraisal}/documents",
        params=PAPER,
        content=content,
        headers={
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/pdf",
            "Content-Digest": digest_of(content),
        },
        timeout=60,
    )
    answer.raise_for_status()
    key: str = json.loads(answer.content)["id"]
    return key


@dataclass(frozen=True)
class Outcome:
    """The outcome of a flood: its answers, the memory, the honest callers, and the longest pause."""

    answers: Answers
    before: Memory
    peak: Memory
    after: Memory
    honest: HonestClients
    pause: Pause | None = None

    def peak_growth(self) -> tuple[float, float]:
        """MiB by which the service and PostgreSQL grew at their peak."""
        return (
            (self.peak.service - self.before.service) / MEBIBYTE,
            (self.peak.postgres - self.before.postgres) / MEBIBYTE,
        )

    def final_growth(self) -> tuple[float, float]:
        """MiB by which the service and PostgreSQL are larger at the end."""
        return (
            (self.after.service - self.before.service) / MEBIBYTE,
            (self.after.postgres - self.before.postgres) / MEBIBYTE,
        )


async def warm_up(target: Target) -> None:
    """Run the honest callers alone: it opens connections and fills caches."""
    await ask_honestly(target, time.monotonic() + WARM_UP_SECONDS, HonestClients())


async def run_flood(target: Target, name: str, seconds: float) -> Outcome:
    """Run one flood and the honest callers in this process."""
    before, honest = memory_of(target), HonestClients()
    until = time.monotonic() + seconds
    answers, _, (peak, after) = await asyncio.gather(
        FLOODS[name](target, until),
        ask_honestly(target, until, honest),
        watch_memory(target, until + SETTLE_SECONDS),
    )
    return Outcome(answers, before, peak, after, honest)


def flood_for(target: Target, name: str, seconds: float) -> Answers:
    """Run one flood in the calling process."""
    return asyncio.run(FLOODS[name](target, time.monotonic() + seconds))


async def run_flood_in_process(
    pool: ProcessPoolExecutor, target: Target, name: str | None, seconds: float
) -> Outcome:
    """As `run_flood`; flood and probe have processes of their own. Without a name there is no flood."""
    loop, before, honest = asyncio.get_running_loop(), memory_of(target), HonestClients()
    until = time.monotonic() + seconds
    flood = loop.run_in_executor(pool, flood_for, target, name, seconds) if name else None
    pause, _, (peak, after) = await asyncio.gather(
        loop.run_in_executor(pool, longest_pause, target, seconds),
        ask_honestly(target, until, honest),
        watch_memory(target, until + SETTLE_SECONDS),
    )
    answers = await flood if flood else Answers()
    return Outcome(answers, before, peak, after, honest, pause)
