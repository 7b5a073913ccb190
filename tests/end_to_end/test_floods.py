"""A short flood of each kind from one caller: it is refused or borne in bounded memory, and honest callers are answered.

`make bench` prints the same over a minute each, with times (tests/bench/bench_floods.py).
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.serving import allow_files
from tests.conftest import copied
from tests.end_to_end.flood_run import (
    SLOW,
    Outcome,
    run_flood,
    serving,
    slow_issuer,
    target_of,
    warm_up,
)
from tests.end_to_end.flood_target import Target
from tests.end_to_end.floods import DRIPPED
from tests.service.auth.test_jwks import Issuer

pytestmark = pytest.mark.anyio
SECONDS = 0.8
GROWTH_MIB = 64
ANSWERS = {
    "days of 20,000,000 digits": {"200 BAD_INPUT"},
    "of 45 Booleans, without a token": {"200"},
    "another alias each time": {"200"},
    "operation names of 99,000 letters": {"200", "200 metrics below 1 MiB"},
    "refused fields": {"200 TOO_COSTLY", "200 TOO_MANY_ERRORS"},
    "conclude with all ids of a year": {"200 TOO_COSTLY"},
    "introspection without a token": {"200 TOO_COSTLY", "200"},
    "streams of one person": {"429 TOO_MANY_STREAMS"},
    "uploads without their last byte": {"429 TOO_MANY_UPLOADS", "closed"},
    "downloads that no client reads": set(),
    SLOW: {"503 BUSY", "401 BAD_TOKEN"},
    "headers of 100 MB": {"431 HEADERS_TOO_LARGE", "closed"},
    "blanks before a token": {"431 HEADERS_TOO_LARGE", "200", "closed"},
}
"""All that each may be answered; what is `closed` had its answer before, or was too large for one.

The others of the benchmark take longer to be told from a busy machine.
"""


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with slow_issuer() as issuer:
        yield issuer


@pytest.fixture(scope="module")
def target(demonstration_files: Path, issuer: Issuer) -> Iterator[Target]:
    allow_files(DRIPPED)
    with copied(demonstration_files) as folder:
        for service in serving(folder, issuer):
            yield target_of(service)


@pytest.fixture(scope="module")
async def warm(target: Target) -> Target:
    await warm_up(target)
    return target


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_flood_of_one_caller_is_borne(warm: Target, issuer: Issuer, name: str) -> None:
    issuer.drips_from = "body" if name == SLOW else "nowhere"
    outcome: Outcome = await run_flood(warm, name, SECONDS)
    assert set(outcome.answers) <= ANSWERS[name]
    assert not outcome.honest.refused
    assert outcome.honest.seconds
    service, postgres = outcome.peak_growth()
    assert service < GROWTH_MIB
    assert postgres < GROWTH_MIB
