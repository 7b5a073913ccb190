"""Sixty seconds of each flood of one caller: what the service and PostgreSQL grow by, and what honest callers notice.

Arguments: seconds of each, and words of which the name of a flood must have one.
"""

import asyncio
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[2]))

from service.serving import allow_files
from tests.end_to_end.flood_run import (
    SLOW,
    Outcome,
    run_flood_in_process,
    serving,
    slow_issuer,
    target_of,
    warm_up,
)
from tests.end_to_end.flood_target import Target
from tests.end_to_end.floods import BODIES, FLOODS, PROBES
from tests.service.auth.test_jwks import Issuer

SECONDS, REST_SECONDS = 60.0, 2.0
SHOWN = 4
GROWTH_MIB, P99_MS, PAUSE_MS = 64, 250, 50
"""What is promised. Times are those of a machine that does nothing else."""


def line(name: str, outcome: Outcome) -> str:
    """The row of a flood; what is over its bound has a mark."""
    assert outcome.pause
    grown, kept, honest = outcome.peak_growth(), outcome.final_growth(), outcome.honest
    p99, own = honest.p99_milliseconds, outcome.pause.own_milliseconds
    columns = [
        f"{name:34}",
        *(
            f"{most:6.0f} ({end:4.0f}){mark(most, GROWTH_MIB)}"
            for most, end in zip(grown, kept, strict=True)
        ),
        f"{len(honest.seconds):5} {sum(honest.refused.values()):3}{mark(sum(honest.refused.values()), 0)}",
        f"{p99:5.0f}{mark(p99, P99_MS)}",
        f"{outcome.pause.milliseconds:5.0f} {own:5.0f}{mark(own, PAUSE_MS)}",
        ", ".join(f"{count} x {answer}" for answer, count in outcome.answers.most_common(SHOWN)),
    ]
    refusals = f"\n{'':36}refused: {dict(honest.refused)}" if honest.refused else ""
    return "  ".join(columns) + refusals


def mark(value: float, bound: float) -> str:
    return "!" if value > bound else " "


async def flood_all(target: Target, issuer: Issuer, seconds: float, words: list[str]) -> None:
    print(
        f"{'flood':34}  service MiB    PostgreSQL     honest, refused  p99 ms  pause ms (own)\n"
        f"{'':34}  at most (at the end)",
        flush=True,
    )
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        2, mp_context=context, initializer=allow_files, initargs=(BODIES + PROBES,)
    ) as pool:
        await warm_up(target)
        print(line("nothing", await run_flood_in_process(pool, target, None, seconds)), flush=True)
        for name in FLOODS:
            if words and not any(word in name for word in words):
                continue
            issuer.drips_from = "body" if name == SLOW else "nowhere"
            outcome = await run_flood_in_process(pool, target, name, seconds)
            print(line(name, outcome), flush=True)
            await asyncio.sleep(REST_SECONDS)


def main(seconds: float, words: list[str]) -> None:
    with TemporaryDirectory(prefix="xeploai-") as folder, slow_issuer() as issuer:
        for service in serving(Path(folder), issuer):
            asyncio.run(flood_all(target_of(service), issuer, seconds, words))


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS, sys.argv[2:])
