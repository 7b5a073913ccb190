"""The short form of the contention: `make bench` has the long one."""

import asyncio
from pathlib import Path

from tests.conftest import copied
from tests.end_to_end.contention import contend, lost, opened


def test_nothing_is_lost_and_no_quota_breaks_under_contention_and_kills(
    demonstration_files: Path,
) -> None:
    with copied(demonstration_files) as folder, opened(folder) as door:
        report = asyncio.run(contend(door, clients=8, seconds=12, kills=1, seed=124))
        assert report.broken == []
        assert report.kills == 1
        assert report.looks > 0
        assert report.answers["conclude Conclusion"] > 0
        assert report.answers["annul Appraisal"] > 0
        assert report.answers["transfer Appraisal"] > 0
        assert asyncio.run(lost(door, report)) == []
        assert "everything fits" in door.service.command("verify")
