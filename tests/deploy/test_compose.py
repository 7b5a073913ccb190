"""deploy/compose.yaml, carried out: PostgreSQL initialised with its arguments and started by its command."""

import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

from db.embedded.directory import account_to_run_as, make_reachable
from db.embedded.server import binaries
from tests.deploy.processes import RunningProcess, own, run, until
from tests.deploy.servers import DEPLOY, SCRIPTS, Server, password_of

COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
POSTGRESQL: dict[str, Any] = COMPOSE["services"]["postgresql"]
LOCALES: list[dict[str, str]] = [
    {"LANG": "en_US.utf8"},
    {"LANG": "C.UTF-8"},
    {"LANG": ""},
    {"LC_ALL": "C.UTF-8"},
]
"""What an image may set; the official image of PostgreSQL sets the first."""
UNSET = {name: "" for name in os.environ if name == "LANG" or name.startswith("LC_")}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not below the folder of pytest, which the account of the server may not enter."""
    with TemporaryDirectory(prefix="xeploai-") as made:
        path = Path(made)
        make_reachable([path, binaries(), SCRIPTS], account_to_run_as())
        own(path)
        yield path


def initialise(data: Path, locale: dict[str, str]) -> None:
    """As the entry of the official image does it: its own options, then POSTGRES_INITDB_ARGS."""
    password = data.with_name("password")
    password.write_text(password_of() + "\n", encoding="utf-8")
    own(password)
    options = shlex.split(POSTGRESQL["environment"]["POSTGRES_INITDB_ARGS"])
    words = [binaries() / "initdb", "--username=postgres", f"--pwfile={password}", *options]
    run([*words, "-D", data], data.parent, UNSET | locale)


@pytest.mark.parametrize("locale", LOCALES, ids=str)
def test_postgresql_is_initialised_with_the_arguments_of_compose(
    folder: Path, locale: dict[str, str]
) -> None:
    initialise(folder / "data", locale)
    assert (folder / "data" / "PG_VERSION").exists()


def test_postgresql_starts_by_the_command_of_compose(folder: Path) -> None:
    """The database is as the embedded one: UTF-8, order by code point, Vietnamese letters, checksums."""
    server = Server("data", folder, folder / "archive")
    initialise(server.data, LOCALES[0])
    command = [word.replace("/etc/postgresql/", f"{SCRIPTS}/") for word in POSTGRESQL["command"]]
    assert command[0] == "postgres"
    assert "listen_addresses=*" in command
    command[command.index("listen_addresses=*")] = "listen_addresses="  # no other process uses it
    here = {"port": str(server.port), "unix_socket_directories": str(server.socket)}
    placed = [word for name, value in here.items() for word in ("-c", f"{name}={value}")]
    hba = server.data / "pg_hba.conf"
    hba.write_text("local all all trust\n", encoding="utf-8")
    words = [binaries() / command[0], *command[1:], *placed]
    server.process = RunningProcess("data", words, folder, {"PGDATA": str(server.data)})
    try:
        until(server.answers, "PostgreSQL answers")
        for setting, value in {
            "server_encoding": "UTF8",
            "data_checksums": "on",
            "archive_mode": "on",
        }.items():
            assert server.sql(f"SHOW {setting}", database="postgres") == [(value,)]
        order = (
            "SELECT upper('đảng uỷ'), string_agg(x, '' ORDER BY x) FROM unnest('{đ,a,Z}'::text[]) x"
        )
        assert server.sql(order, database="postgres") == [("ĐẢNG UỶ", "Zađ")]
    finally:
        server.stop()
