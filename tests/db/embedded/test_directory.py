"""The files of the embedded server belong to its account only; files of another owner are refused."""

import os
import stat
from pathlib import Path

import pytest

from db.embedded.directory import (
    Account,
    initialise,
    make_reachable,
    remove_socket_directory,
    socket_directory,
)
from db.errors import EmbeddedServerError

OURS = Account(os.geteuid(), os.getegid())


def test_a_short_path_keeps_its_socket_beside_the_data(tmp_path: Path) -> None:
    assert socket_directory(tmp_path, OURS) == tmp_path


def test_a_long_path_has_a_socket_directory_that_only_the_server_may_enter(tmp_path: Path) -> None:
    pgdata = tmp_path / ("x" * 100)
    short = socket_directory(pgdata, OURS)
    assert stat.S_IMODE(short.stat().st_mode) == 0o700
    assert socket_directory(pgdata, OURS) == short
    assert socket_directory(tmp_path / ("y" * 100), None) != short
    for name in ("x", "y"):
        remove_socket_directory(tmp_path / (name * 100))
    remove_socket_directory(pgdata)
    assert not short.exists()


@pytest.mark.parametrize("trap", ["link", "open", "file"])
def test_a_short_name_that_is_taken_is_not_trusted(tmp_path: Path, trap: str) -> None:
    pgdata = tmp_path / ("x" * 100)
    short = socket_directory(pgdata, OURS)
    remove_socket_directory(pgdata)
    if trap == "link":
        short.symlink_to(tmp_path)
    elif trap == "open":
        short.mkdir()
        short.chmod(0o777)
    else:
        short.touch()
    with pytest.raises(EmbeddedServerError, match="belongs to somebody else"):
        socket_directory(pgdata, OURS)
    short.rmdir() if trap == "open" else short.unlink()


def test_directories_above_are_opened_for_passing_through_and_no_more(tmp_path: Path) -> None:
    inner = tmp_path / "closed" / "inner"
    inner.mkdir(parents=True)
    inner.parent.chmod(0o700)
    make_reachable([inner], None)
    assert stat.S_IMODE(inner.parent.stat().st_mode) == 0o700
    make_reachable([inner], OURS)
    assert stat.S_IMODE(inner.parent.stat().st_mode) == 0o701


def test_an_initdb_that_fails_gives_its_last_line(tmp_path: Path) -> None:
    failing = tmp_path / "initdb"
    failing.write_text("#!/bin/sh\necho first >&2\necho 'no space left' >&2\nexit 1\n")
    failing.chmod(0o755)
    tmp_path.chmod(0o755)
    with pytest.raises(EmbeddedServerError, match=r"^initdb failed: no space left$"):
        initialise(tmp_path / "postgres", tmp_path, 18, None)
    assert not (tmp_path / "postgres").exists()
