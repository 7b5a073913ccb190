"""Creates the directories of the embedded PostgreSQL: their owner, their place, initdb."""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from db.errors import EmbeddedServerError

SOCKET_PATH_BYTES_MAX = 100
SOCKET_NAME = ".s.PGSQL.5432"
ACCOUNT_NAME = "pgserver"
INITDB_OPTIONS = (
    "--username=postgres",
    "--auth-local=trust",  # only its owner can enter the directory of the socket
    "--auth-host=reject",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",  # order by code point, and upper and lower case for all letters
    "--builtin-locale=C.UTF-8",
)


@dataclass(frozen=True, slots=True)
class Account:
    """The account of the server if this process runs as root; PostgreSQL refuses to run as root."""

    uid: int
    gid: int


def account_to_run_as() -> Account | None:
    """The account of the server; None if this process is not root: then both run under the same account.

    Raises:
        EmbeddedServerError: this process is root, and the account cannot be created.
    """
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        entry = _make_account()
    return Account(entry.pw_uid, entry.pw_gid)


def _make_account() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", ACCOUNT_NAME]
    try:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 -- constants only
    except (OSError, subprocess.CalledProcessError) as fault:
        raise EmbeddedServerError(
            f"PostgreSQL does not run as root and the account {ACCOUNT_NAME} cannot be made; "
            "run as an ordinary user, or set DATABASE_URL"
        ) from fault
    return pwd.getpwnam(ACCOUNT_NAME)


def make_reachable(paths: Iterable[Path], account: Account | None) -> None:
    """Let the account pass through the directories above these paths, without listing them."""
    if account is None:
        return
    for path in paths:
        for directory in (path, *path.parents):
            mode = directory.stat().st_mode
            if not mode & stat.S_IXOTH:
                directory.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def initialise(pgdata: Path, binaries: Path, major: int, account: Account | None) -> None:
    """Create the files of the server if there are none: in a temporary directory, which is then renamed.

    Raises:
        EmbeddedServerError: the directory holds other files, or initdb failed.
    """
    if pgdata.exists() and any(pgdata.iterdir()):
        _check_version(pgdata, major)
        return
    new = pgdata.with_name("postgres.new")
    if new.exists():
        shutil.rmtree(new)
    make_directory(new, account)
    _run_initdb(new, binaries, account)
    new.replace(pgdata)


def _check_version(pgdata: Path, major: int) -> None:
    version = pgdata / "PG_VERSION"
    stored_major = version.read_text().strip() if version.exists() else None
    if stored_major is None:
        raise EmbeddedServerError(f"{pgdata} holds files that are not of PostgreSQL")
    if stored_major != str(major):
        raise EmbeddedServerError(
            f"{pgdata} is of PostgreSQL {stored_major}, this is PostgreSQL {major}"
        )


def _run_initdb(new: Path, binaries: Path, account: Account | None) -> None:
    completed = subprocess.run(  # noqa: S603 -- our own binary, no shell
        [str(binaries / "initdb"), "-D", str(new), *INITDB_OPTIONS],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    if completed.returncode != 0:
        lines = completed.stderr.strip().splitlines() or ["it printed no error"]
        raise EmbeddedServerError(f"initdb failed: {lines[-1]}")


def make_directory(path: Path, account: Account | None) -> None:
    """Make a directory that only the account of the server may enter."""
    path.mkdir(mode=0o700)
    if account is not None:
        os.chown(path, account.uid, account.gid)


def socket_directory(pgdata: Path, account: Account | None) -> Path:
    """The data directory, or one with a short name: the path of a socket may have about 100 bytes.

    Raises:
        EmbeddedServerError: the directory with the short name belongs to another account.
    """
    if len(os.fsencode(pgdata / SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX:
        return pgdata
    short = _short_directory(pgdata)
    if not short.exists():
        make_directory(short, account)
    status = short.lstat()
    owner = account.uid if account else os.geteuid()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner or status.st_mode & 0o077:
        raise EmbeddedServerError(f"{short} is needed for a socket, and belongs to somebody else")
    return short


def remove_socket_directory(pgdata: Path) -> None:
    """Remove the directory with the short name, if it exists and holds no socket of another server."""
    with suppress(OSError):
        _short_directory(pgdata).rmdir()


def _short_directory(pgdata: Path) -> Path:
    name = hashlib.sha256(os.fsencode(pgdata.resolve())).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"xeploai-{name}"
