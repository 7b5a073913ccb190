"""Thirty-two clients for a minute on the same groups, with kills of the service and of PostgreSQL."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.end_to_end.contention import contend, lost, opened

CLIENTS, SECONDS, KILLS = 32, 60, 5


def main() -> None:
    with TemporaryDirectory(prefix="xeploai-") as folder, opened(Path(folder)) as door:
        report = asyncio.run(contend(door, clients=CLIENTS, seconds=SECONDS, kills=KILLS, seed=124))
        print("\n".join(report.lines()))
        gone = asyncio.run(lost(door, report))
        print(f"  quotas broken: {len(report.broken)}; commands lost or twice: {len(gone)}")
        print(f"  verify: {door.service.command('verify')}")


if __name__ == "__main__":
    main()
