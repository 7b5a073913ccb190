"""One cluster for all these tests."""

from collections.abc import Iterator

import pytest

from tests.deploy.cluster import Cluster, running


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with running() as started:
        yield started
