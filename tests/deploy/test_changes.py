"""A change written by one instance reaches subscribers of another: LISTEN bypasses the pooler."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.deploy.cluster import Address, Cluster, ask
from tests.deploy.commands import SUBJECTS, Json, in_groups
from tests.deploy.test_replica import carried_out

CHANGED = (
    'subscription { evaluationChanged(under: "ht", year: 2023) { cursor node { id version } } }'
)
READ = httpx.Timeout(60)


def address(cluster: Cluster, name: str) -> Address:
    url = cluster.url if name == "proxy" else cluster.instances[int(name) - 1].url
    return Address(url, cluster.tls)


@contextmanager
def subscribed(at: Address, token: str) -> Iterator[Iterator[str]]:
    """The lines of a stream of every change, after the comment that it begins with."""
    headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {token}"}
    where, body = f"{at.url}/graphql", {"query": CHANGED}
    with httpx.stream(
        "POST", where, json=body, headers=headers, verify=at.tls, timeout=READ
    ) as answer:
        lines = answer.iter_lines()
        assert next(lines) == ":", answer.headers
        yield lines


def change(lines: Iterator[str]) -> Json:
    """The next event's change.

    A comment before it would mean 15 s without a notification: the instance would then have polled,
    and not been woken.
    """
    data_line = next(line for line in lines if line and not line.startswith(("id:", "event:")))
    assert data_line.startswith("data:"), "nothing was heard"
    body = json.loads(data_line.removeprefix("data:"))
    assert "errors" not in body, body
    changed: Json = body["data"]["evaluationChanged"]
    return changed


@pytest.mark.parametrize(("writer", "reader"), [("1", "2"), ("2", "1"), ("1", "proxy")])
def test_a_change_on_one_instance_wakes_who_is_subscribed_at_another(
    cluster: Cluster, writer: str, reader: str
) -> None:
    token = cluster.token("ht.ubnd.ct")
    nodes = in_groups(ask(cluster, token, SUBJECTS).json())
    with subscribed(address(cluster, reader), token) as lines:
        assert change(lines)["node"] is None
        _, changed = carried_out(address(cluster, writer), token, nodes)
        (before,) = {one["version"] for one in nodes if one["id"] == changed}
        while (seen := change(lines)["node"])["id"] != changed:
            pass
        assert seen["version"] > before
