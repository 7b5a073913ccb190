"""Journeys through proxy, instances, PgBouncer and replica; what the roles may do; the policy everywhere."""

import asyncio
import re
import socket
from functools import partial
from typing import Any

import asyncpg
import orjson
import pytest

from authz.policy_file import load_policy
from tests.deploy.cluster import Address, Cluster, Instance, ask
from tests.deploy.processes import until
from tests.end_to_end.conftest import JOURNEYS

Json = dict[str, Any]
ASKED: list[tuple[str, str, Json]] = [
    ("01", "ht.thach-ha.bi-thu", {"code": "ht.thach-ha", "year": 2023}),
    ("03", "ht.ubnd.ct", {"subject": {"body": "ht.so-noi-vu.tt"}, "year": 2023}),
    ("04", "ht.bi-thu", {"year": 2023}),
    ("05", "ht.ubnd.ct", {"year": 2023}),
    ("06", "ht.ubnd.ct", {"year": 2023, "group": "departments", "proposals": []}),
]
REFUSED = [
    ("xeploai_app", "UPDATE act SET reason = ''"),
    ("xeploai_app", "DELETE FROM act"),
    ("xeploai_app", "TRUNCATE act CASCADE"),
    ("xeploai_app", "UPDATE facts SET recorded_by = NULL"),
    ("xeploai_app", "DELETE FROM document_bytes"),
    ("xeploai_app", "ALTER TABLE act DISABLE TRIGGER ALL"),
    ("xeploai_app", "CREATE TABLE own (id integer)"),
    ("xeploai_app", "CREATE TEMPORARY TABLE own (id integer)"),
    ("xeploai_app", "UPDATE alembic_version SET version_num = ''"),
    ("xeploai_reader", "SELECT document FROM facts"),
    ("xeploai_reader", "SELECT findings FROM computation"),
    ("xeploai_reader", "SELECT content FROM document_bytes"),
    ("xeploai_reader", "SELECT self_level, proposed_level, computed_level, reason FROM appraisal"),
    ("xeploai_reader", "SELECT act, level, reason, payload FROM act"),
    ("xeploai_reader", "SELECT value FROM deployment WHERE key = 'cursor_secret'"),
    ("xeploai_reader", "BEGIN READ WRITE; DELETE FROM tally"),
]
ALLOWED = [
    ("xeploai_app", "SELECT count(*) FROM act"),
    ("xeploai_app", "UPDATE appraisal SET version = version WHERE false"),
    ("xeploai_reader", "SELECT sum(excellent) FROM tally WHERE year = 2022"),
    ("xeploai_reader", "SELECT count(*) FROM listed_appraisal"),
    ("xeploai_reader", "SELECT id, level, decided_on FROM appraisal WHERE year = 2022"),
]


async def run(cluster: Cluster, role: str, statement: str) -> str:
    connection = await asyncpg.connect(cluster.primary.url(role, cluster.passwords[role]))
    try:
        return str(await connection.execute(statement))
    finally:
        await connection.close()


def answer_to(cluster: Cluster, number: str, post: str, variables: Json) -> Json:
    return journey(cluster, number, cluster.token(post), variables)


def journey(at: Cluster | Address, number: str, token: str, variables: Json) -> Json:
    """The answer to a journey as it stands; it must come without errors."""
    (path,) = JOURNEYS.glob(f"{number}-*.graphql")
    query = path.read_text(encoding="utf-8")
    answer: Json = ask(at, token, query, variables).json()
    assert "errors" not in answer, answer
    return answer


@pytest.mark.parametrize(("number", "post", "variables"), ASKED, ids=lambda each: str(each)[:20])
def test_a_journey_goes_through_everything(
    cluster: Cluster, number: str, post: str, variables: Json
) -> None:
    first, second = (answer_to(cluster, number, post, variables) for _ in range(2))
    assert first == second
    assert first["data"]


def test_the_proxy_speaks_http_2_and_1(cluster: Cluster) -> None:
    """By HTTP/1.1 alone, six streams would be all that a browser opens."""
    for offered, agreed in ((["h2", "http/1.1"], "h2"), (["http/1.1"], "http/1.1")):
        tls = cluster.tls
        tls.set_alpn_protocols(offered)
        with (
            socket.create_connection(("127.0.0.1", cluster.port)) as plain,
            tls.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
        ):
            assert connection.selected_alpn_protocol() == agreed


def test_reading_is_done_on_the_replica_and_through_the_pooler(cluster: Cluster) -> None:
    """The servers' counters, written when a session is idle, show which server answered."""
    count = "SELECT sum(seq_scan + idx_scan) FROM pg_stat_user_tables WHERE relname = 'rater'"
    until(lambda: cluster.replica.sql(count) != [(None,)], "statistics of the replica")
    ((before,),) = cluster.replica.sql(count)

    def replica_was_asked() -> bool:
        answer_to(cluster, *ASKED[1])
        return bool(cluster.replica.sql(count)[0][0] > before)

    until(replica_was_asked, "the replica is read from")
    ((connected,),) = cluster.primary.sql(
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'xeploai_app'"
    )
    assert connected <= 25 + 2 * len(cluster.instances)


@pytest.mark.parametrize(("role", "statement"), REFUSED)
def test_a_role_may_not(cluster: Cluster, role: str, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        asyncio.run(run(cluster, role, statement))


@pytest.mark.parametrize(("role", "statement"), ALLOWED)
def test_a_role_may(cluster: Cluster, role: str, statement: str) -> None:
    asyncio.run(run(cluster, role, statement))


def test_every_append_only_table_is_closed_to_the_service(cluster: Cluster) -> None:
    open_to_it = cluster.primary.sql("""
        SELECT t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE p.proname = 'refuse_change' AND (
            has_table_privilege('xeploai_app', t.tgrelid, 'UPDATE')
            OR has_table_privilege('xeploai_app', t.tgrelid, 'DELETE')
            OR has_table_privilege('xeploai_app', t.tgrelid, 'TRUNCATE')
            OR NOT has_table_privilege('xeploai_app', t.tgrelid, 'INSERT'))""")
    assert open_to_it == []


def test_a_policy_is_active_on_every_instance(cluster: Cluster) -> None:
    """LISTEN bypasses the pooler: both instances are notified at once and use the new policy."""
    revised = cluster.folder / "policy.csv"
    revised.write_text("# a comment\n" + load_policy().text, encoding="utf-8")
    for post in ("ht.ban-to-chuc-tu.truong", "ht.ban-to-chuc-tu.pho"):
        token = cluster.folder / f"{post}.token"
        token.write_text(cluster.token(post), encoding="utf-8")
        words = ("policy", "activate", str(revised), "--as", str(token))
        output = cluster.command(*words, **cluster.as_owner)
    (revision,) = re.findall("revision ([0-9a-f]{64})", output)
    assert output.endswith("active   from now on")
    for instance in cluster.instances:
        until(partial(has_heard, instance, revision), f"{instance.number} has heard")


def has_heard(instance: Instance, revision: str) -> bool:
    assert instance.process is not None
    lines = [
        orjson.loads(line) for line in instance.process.output().splitlines() if line[:1] == "{"
    ]
    heard = [line["revision"] for line in lines if line.get("event") == "policy_active"]
    return revision in heard
