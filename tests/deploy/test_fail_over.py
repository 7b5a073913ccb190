"""Kills the primary under load and promotes the replica: no acknowledged command is lost."""

import time

import pytest

from tests.deploy.cluster import Cluster
from tests.deploy.load import loaded, lost
from tests.deploy.processes import until

READS_ONLY = "SELECT pg_is_in_recovery()"


def test_no_acknowledged_act_is_lost_when_the_primary_dies(
    cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    with loaded(cluster) as load:
        load.until_acknowledged(20, "before the primary dies")
        cluster.primary.kill()
        killed = time.monotonic()
        cluster.fail_over()
        load.until_acknowledged(20, "after the replica took over")
    took = load.report.first_after(killed)
    with capsys.disabled():
        print(f"\n  primary killed; first command acknowledged again after {took:.1f} s")  # noqa: T201 -- the time to recover is to be seen
    assert lost(cluster.primary, load.report) == []
    assert cluster.primary.sql(READS_ONLY) == [(False,)]
    assert "everything fits" in cluster.command("verify", **cluster.as_owner)


def test_a_former_primary_is_rewound_and_follows(cluster: Cluster) -> None:
    if cluster.replica.process is None:
        cluster.rejoin()
    with loaded(cluster, clients=1) as load:
        load.until_acknowledged(3, "with a replica again")
    assert cluster.replica.sql(READS_ONLY) == [(True,)]
    count = "SELECT count(*), max(sequence) FROM act"
    written = cluster.primary.sql(count)
    until(lambda: cluster.replica.sql(count) == written, "the replica has every act")
