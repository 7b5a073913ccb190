"""A service of its own process: it answers, and leaves nothing behind, however it ends."""

import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import orjson
import pytest
from joserfc.jwk import KeySet

from db.embedded.server import running
from service.serving import FILES_RESERVED, allow_files
from service.settings import Settings
from tests.service.auth.test_identity import ISSUER, KEY, token

XEPLOAI = Path(sys.executable).with_name("xeploai")
WITHOUT_DEMO = (
    sys.executable,
    "-c",
    "import sys; sys.modules['demo'] = None; from service.cli import main; main()",
)
"""The command where the package `demo` cannot be imported, as where it is not installed."""
QUERY = {"query": '{ body(code: "ht.nobody") { name } }'}
END_SECONDS_MAX = 60


def environment(folder: Path, port: int) -> dict[str, str]:
    """That of an issuer whose key the tests hold: nothing of a demonstration is loaded."""
    keys = folder / "keys.json"
    keys.write_bytes(orjson.dumps(KeySet([KEY]).as_dict(private=False)))
    own = {name.upper() for name in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name not in own} | {
        "PORT": str(port),
        "DATA_DIR": str(folder / "data"),
        "OIDC_ISSUER": ISSUER,
        "OIDC_JWKS": str(keys),
    }


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's own: a second pytest closes that to the account of the server, which then cannot start."""
    with TemporaryDirectory(prefix="xeploai-") as made:
        yield Path(made)


@contextmanager
def service(
    folder: Path, port: int, command: Sequence[str | Path] = (XEPLOAI,)
) -> Iterator[subprocess.Popen[str]]:
    """A running service that has printed its welcome."""
    with (
        (folder / "complaints").open("w+") as complaints,
        subprocess.Popen(
            [*command, "serve"],
            env=environment(folder, port),
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            assert any("a query" in line for line in process.stdout), (
                folder / "complaints"
            ).read_text()
            yield process
        finally:
            process.kill()


def ask(port: int) -> dict[str, object]:
    answer = httpx.post(
        f"http://127.0.0.1:{port}/graphql",
        json=QUERY,
        headers={"Authorization": f"Bearer {token(sub='payroll', client_id='payroll')}"},
        timeout=END_SECONDS_MAX,
    )
    data: dict[str, object] = answer.json()
    return data


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_until_it_is_stopped(folder: Path, port: int, number: signal.Signals) -> None:
    with service(folder, port) as process:
        assert ask(port)["data"] == {"body": None}
        assert running(folder / "data" / "postgres") is not None
        process.send_signal(number)
        assert process.wait(END_SECONDS_MAX) == 0
    assert running(folder / "data" / "postgres") is None


def test_it_answers_where_no_demonstration_is_installed(folder: Path, port: int) -> None:
    with service(folder, port, WITHOUT_DEMO) as process:
        assert ask(port)["data"] == {"body": None}
        process.send_signal(signal.SIGTERM)
        assert process.wait(END_SECONDS_MAX) == 0


@pytest.mark.parametrize("words", ["serve --demonstration", "demo", "token --post ht.ubnd.ct"])
def test_a_demonstration_that_is_not_installed_is_refused_in_one_sentence(
    folder: Path, port: int, words: str
) -> None:
    ended = subprocess.run(
        [*WITHOUT_DEMO, *words.split()],
        env=environment(folder, port),
        capture_output=True,
        text=True,
        timeout=END_SECONDS_MAX,
        check=False,
    )
    assert ended.stderr == (
        "xeploai: the demonstration is not installed (no package 'demo'); "
        "install it, or unset DEMONSTRATION\n"
    )
    assert ended.returncode == 1
    assert not (folder / "data").exists()


def test_a_stop_while_it_starts_leaves_nothing_behind(folder: Path, port: int) -> None:
    with subprocess.Popen([XEPLOAI, "serve"], env=environment(folder, port)) as process:
        while not (folder / "data" / "postgres" / "PG_VERSION").exists():
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(END_SECONDS_MAX) == 0
    assert running(folder / "data" / "postgres") is None


def test_after_sigkill_it_starts_again_by_itself(folder: Path, port: int) -> None:
    with service(folder, port) as process:
        process.send_signal(signal.SIGKILL)
        assert process.wait(END_SECONDS_MAX) == -signal.SIGKILL
    assert running(folder / "data" / "postgres") is not None
    with service(folder, port) as process:
        assert ask(port)["data"] == {"body": None}
        process.send_signal(signal.SIGTERM)
        assert process.wait(END_SECONDS_MAX) == 0
    assert running(folder / "data" / "postgres") is None


def test_the_limit_of_open_files_covers_the_connections() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1_024, before[1]))
        allow_files(100)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 1_024
        allow_files(2_000)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 2_000 + FILES_RESERVED
        allow_files(1 << 40)
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (before[1], before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
