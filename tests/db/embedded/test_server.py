"""The embedded server starts, is shared, survives SIGKILL, and is stopped by its last user."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from db.embedded.server import EmbeddedServer, embedded_server, running
from db.errors import EmbeddedServerError

FAST = {"fsync": "off"}
HOLD = """
import os, sys
from pathlib import Path
from db.embedded.server import embedded_server

if "unprivileged" in sys.argv and os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
with embedded_server(Path(sys.argv[1]), {"fsync": "off"}) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """Not below pytest's own folder: a second pytest closes that to the account of the server."""
    with TemporaryDirectory(prefix="xeploai-") as folder:
        yield Path(folder)
        assert running(Path(folder) / "postgres") is None, "a test left its server running"


def test_it_starts_answers_and_stops(data_dir: Path) -> None:
    with embedded_server(data_dir, FAST) as url:
        assert ask(url, "SELECT 6 * 7") == 42
        assert ask(url, "SHOW fsync") == "off"
        assert ask(url, "SHOW listen_addresses") == ""
    assert running(data_dir / "postgres") is None


def test_text_sorts_by_code_point_and_upper_case_knows_vietnamese(data_dir: Path) -> None:
    with embedded_server(data_dir, FAST) as url:
        assert ask(url, "SELECT upper('đảng uỷ')") == "ĐẢNG UỶ"
        assert ask(url, "SELECT string_agg(x, '' ORDER BY x) FROM unnest('{đ,a,Z}'::text[]) x") == (
            "Zađ"
        )


def test_committed_rows_survive_a_restart(data_dir: Path) -> None:
    with embedded_server(data_dir, FAST) as url:
        ask(url, "CREATE TABLE kept AS SELECT 1 AS x")
    with embedded_server(data_dir, FAST) as url:
        assert ask(url, "SELECT x FROM kept") == 1


def test_stopping_twice_or_before_the_start_does_nothing(data_dir: Path) -> None:
    server = EmbeddedServer(data_dir)
    server.stop()
    assert ask(server.start(FAST), "SELECT 1") == 1
    for _ in range(2):
        server.stop()
        assert running(data_dir / "postgres") is None


def test_a_second_process_attaches_and_the_last_one_stops_the_server(data_dir: Path) -> None:
    with embedded_server(data_dir, FAST) as url:
        started = pid(data_dir)
        with holder(data_dir) as (second, second_url):
            assert second_url == url
            assert pid(data_dir) == started
            leave(second)
        assert ask(url, "SELECT 1") == 1
    with holder(data_dir) as (first, first_url):
        with embedded_server(data_dir) as url:
            leave(first)
            assert ask(url, "SELECT 1") == 1
        assert url == first_url


def test_many_starts_at_once_get_one_server(data_dir: Path) -> None:
    with (
        holder(data_dir) as (_, first),
        holder(data_dir) as (_, two),
        holder(data_dir) as (_, three),
    ):
        assert first == two == three


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(data_dir: Path) -> None:
    with embedded_server(data_dir, FAST):
        assert os.getsid(pid(data_dir)) == pid(data_dir)


def test_after_sigkill_of_the_service_the_next_start_attaches_and_stops_it(data_dir: Path) -> None:
    with holder(data_dir) as (killed, _):
        started = pid(data_dir)
        killed.kill()
        killed.wait()
    assert pid(data_dir) == started
    with embedded_server(data_dir) as url:
        assert pid(data_dir) == started
        assert ask(url, "SELECT 1") == 1


def test_after_sigkill_of_postgres_the_next_start_recovers(data_dir: Path) -> None:
    with embedded_server(data_dir) as url:
        ask(url, "CREATE TABLE kept AS SELECT 1 AS x")
        os.kill(pid(data_dir), signal.SIGKILL)
    with embedded_server(data_dir) as url:
        assert ask(url, "SELECT x FROM kept") == 1


def test_after_sigkill_of_both_the_next_start_recovers(data_dir: Path) -> None:
    with holder(data_dir) as (killed, url):
        ask(url, "CREATE TABLE kept AS SELECT 1 AS x")
        os.kill(pid(data_dir), signal.SIGKILL)
        killed.kill()
        killed.wait()
    with embedded_server(data_dir) as url:
        assert ask(url, "SELECT x FROM kept") == 1


def test_a_stranger_with_the_process_id_of_a_dead_server_is_left_alone(data_dir: Path) -> None:
    with embedded_server(data_dir, FAST):
        left_behind = (data_dir / "postgres" / "postmaster.pid").read_text().splitlines()
    with subprocess.Popen(["sleep", "600"]) as stranger:
        left_behind[0] = str(stranger.pid)
        (data_dir / "postgres" / "postmaster.pid").write_text("\n".join(left_behind))
        with embedded_server(data_dir, FAST) as url:
            assert ask(url, "SELECT 1") == 1
            assert pid(data_dir) != stranger.pid
        assert psutil.Process(stranger.pid).status() != psutil.STATUS_ZOMBIE
        stranger.kill()


def test_an_empty_file_of_a_dead_server_is_no_hindrance(data_dir: Path) -> None:
    with embedded_server(data_dir, FAST):
        pass
    (data_dir / "postgres" / "postmaster.pid").touch()
    with embedded_server(data_dir, FAST) as url:
        assert ask(url, "SELECT 1") == 1


def test_an_initdb_that_was_killed_halfway_is_begun_again(data_dir: Path) -> None:
    (data_dir / "postgres.new" / "base").mkdir(parents=True)
    with embedded_server(data_dir, FAST) as url:
        assert ask(url, "SELECT 1") == 1


def test_a_directory_with_a_name_too_long_for_a_socket(data_dir: Path) -> None:
    deep = data_dir / ("đường dẫn dài " * 4) / 'with "quotes" and $(dollars)' / ("x" * 100)
    with embedded_server(deep, FAST) as url:
        socket_dir = str(make_url(url).query["host"])
        assert ask(url, "SELECT 1") == 1
    assert len(socket_dir) < 100
    assert not Path(socket_dir).exists()
    assert running(deep / "postgres") is None


def test_it_runs_as_an_ordinary_user(data_dir: Path) -> None:
    if os.geteuid() == 0:
        os.chown(data_dir, 65534, 65534)
        open_above(data_dir)
    with holder(data_dir, "unprivileged") as (_, url):
        assert ask(url, "SELECT 1") == 1
        assert psutil.Process(pid(data_dir)).uids().real == data_dir.stat().st_uid


@pytest.mark.parametrize("place", ["a file/data", "a file", "postgres-is-a-file"])
def test_a_directory_that_cannot_be_used_gives_one_sentence(data_dir: Path, place: str) -> None:
    (data_dir / "a file").touch()
    (data_dir / "postgres-is-a-file").mkdir()
    (data_dir / "postgres-is-a-file" / "postgres").touch()
    refuses(data_dir / place, "cannot be used for the embedded PostgreSQL")


def test_a_directory_that_cannot_be_written_gives_one_sentence() -> None:
    refuses(Path("/proc/xeploai"), "cannot be used for the embedded PostgreSQL")


def test_a_directory_of_another_owner_gives_one_message(data_dir: Path) -> None:
    (data_dir / "postgres").mkdir()
    (data_dir / "postgres" / "thesis.odt").touch()
    refuses(data_dir, "holds files that are not of PostgreSQL")


def test_a_directory_of_another_version_gives_one_sentence(data_dir: Path) -> None:
    (data_dir / "postgres").mkdir()
    (data_dir / "postgres" / "PG_VERSION").write_text("16\n")
    refuses(data_dir, "is of PostgreSQL 16")


def test_a_server_that_does_not_start_gives_its_last_words(data_dir: Path) -> None:
    with pytest.raises(EmbeddedServerError, match=r'"no_such_setting".*postgres\.log'):
        EmbeddedServer(data_dir).start({"no_such_setting": "1"})


def refuses(data_dir: Path, sentence: str) -> None:
    with pytest.raises(EmbeddedServerError, match=sentence) as refusal:
        EmbeddedServer(data_dir).start()
    assert "\n" not in str(refusal.value)


def pid(data_dir: Path) -> int:
    server = running(data_dir / "postgres")
    assert server is not None
    return int(server.pid)


@contextmanager
def holder(data_dir: Path, *options: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Another process that holds the server, and the URL it was given; it leaves at the end."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data_dir), *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        yield process, process.stdout.readline().strip()
        leave(process)


def leave(process: "subprocess.Popen[str]") -> None:
    assert process.stdin
    process.stdin.close()
    process.wait()


def open_above(path: Path) -> None:
    for directory in path.parents:
        directory.chmod(directory.stat().st_mode | 0o001)


def ask(url: str, statement: str) -> object:
    return asyncio.run(_ask(url, statement))


async def _ask(url: str, statement: str) -> object:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        result = await connection.execute(text(statement))
        return result.scalar_one() if result.returns_rows else None
