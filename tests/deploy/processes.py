"""Starts and ends processes of tests by their id, and waits for conditions."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from signal import SIGTERM, Signals

from db.embedded.directory import account_to_run_as

WAIT_SECONDS_MAX = 60
POLL_SECONDS = 0.05


def until(holds: Callable[[], bool], what: str, seconds: float = WAIT_SECONDS_MAX) -> None:
    """Wait until something holds; fail with its name when it does not in time."""
    give_up_at = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up_at, f"waited for: {what}"
        time.sleep(POLL_SECONDS)


def own(*paths: Path) -> None:
    """Change the owner of these paths to the account of the servers, if it is another account."""
    account = account_to_run_as()
    if account is not None:
        for path in paths:
            os.chown(path, account.uid, account.gid)


def run(
    words: Sequence[object],
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    *,
    as_server: bool = True,
) -> str:
    """Run a command to its end as the account of the servers (or as we are); what it printed."""
    account = account_to_run_as() if as_server else None
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


class RunningProcess:
    """One process with its log, ended by its id."""

    def __init__(
        self,
        name: str,
        words: Sequence[object],
        folder: Path,
        environment: Mapping[str, str] | None = None,
        *,
        as_server: bool = True,
    ) -> None:
        account = account_to_run_as() if as_server else None
        self.name, self.log = name, folder / f"{name}.log"
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [str(word) for word in words],
                cwd=folder,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def signal(self, number: Signals) -> None:
        self.process.send_signal(number)

    def end(self, number: Signals = SIGTERM) -> int:
        """End the process and return its exit code; a process that does not end is killed and fails the test."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(WAIT_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")
