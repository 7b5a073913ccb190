"""Measures memory and latency during ten minutes (or a given number of seconds) of decisions over all paths."""

import sys
import time
from itertools import pairwise
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[2]))

import psutil  # type: ignore[import-untyped]  # ships no types

from tests.deploy.cluster import Cluster, running
from tests.deploy.load import loaded

SECONDS, CLIENTS, WARM_UP_COMMANDS, QUARTERS = 600, 8, 40, 4
CONNECTED = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'xeploai_app'"


def megabytes(cluster: Cluster) -> float:
    """Of both instances."""
    used = [psutil.Process(one.running.pid).memory_info().rss for one in cluster.instances]
    return float(sum(used)) / (1 << 20)


def p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)] * 1000


def main(seconds: int) -> None:
    with running() as cluster, loaded(cluster, clients=CLIENTS) as load:
        load.until_acknowledged(WARM_UP_COMMANDS, "to warm up")
        report, marks = load.report, []
        for _ in range(QUARTERS + 1):
            connected = cluster.primary.sql(CONNECTED)[0][0] + cluster.replica.sql(CONNECTED)[0][0]
            marks.append((len(report.times), len(report.done), megabytes(cluster), connected))
            if len(marks) <= QUARTERS:
                time.sleep(seconds / QUARTERS)
        for number, (before, after) in enumerate(pairwise(marks), 1):
            times = report.times[before[0] : after[0]]
            print(
                f"  quarter {number}: {len(times) * QUARTERS / seconds:.0f} requests/s, "
                f"{(after[1] - before[1]) * QUARTERS / seconds:.1f} commands/s, "
                f"median {median(times) * 1000:.0f} ms, p99 {p99(times):.0f} ms; "
                f"{after[2]:.0f} MB, {after[3]} connections"
            )
        print(f"  at the start: {marks[0][2]:.0f} MB, {marks[0][3]} connections")
        print(f"  requests that failed: {len(report.failed)} {report.failed[:3]}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
