"""Watches the embedded PostgreSQL while the service runs: a server that died is started again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from time import monotonic

import structlog

from db.embedded.server import EmbeddedServer
from db.errors import EmbeddedServerError

log = structlog.get_logger()

LOOK_SECONDS = 1.0
RESTARTS_MAX = 5
"""A server that dies again and again has a fault that a person must see, such as a full disk."""
PAUSE_SECONDS = 1.0
"""Before the second restart; doubled before each later one."""
STEADY_SECONDS = 600.0
"""A server that ran so long since its last restart has all its restarts again."""


@contextmanager
def watching(watch: "EmbeddedWatch") -> Iterator[None]:
    """Watch while the block runs, in a thread of this process: the service may have several processes."""
    thread = Thread(target=watch.run, name="embedded-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        watch.end()
        thread.join()


@dataclass(slots=True)
class EmbeddedWatch:
    """Looks every second whether the server process exists, and starts it a bounded number of times."""

    server: EmbeddedServer
    look_seconds: float = LOOK_SECONDS
    pause_seconds: float = PAUSE_SECONDS
    steady_seconds: float = STEADY_SECONDS
    restarts: int = 0
    _restarted_at: float = 0.0
    _is_over: Event = field(default_factory=Event)

    def run(self) -> None:
        """Watch until `end` is called, or until the last restart was in vain."""
        while not self._is_over.wait(self.look_seconds):
            if self.server.is_running():
                self._forgive()
            elif self.restarts == RESTARTS_MAX:
                log.error("embedded_database_given_up", restarts=self.restarts)
                return
            else:
                self._restart()

    def end(self) -> None:
        """Stop watching; a restart that is under way is finished first."""
        self._is_over.set()

    def _forgive(self) -> None:
        if self.restarts and monotonic() - self._restarted_at > self.steady_seconds:
            self.restarts = 0

    def _restart(self) -> None:
        pause = self.pause_seconds * 2 ** (self.restarts - 1) if self.restarts else 0.0
        log.warning("embedded_database_died", restarts=self.restarts, pause_seconds=pause)
        if self._is_over.wait(pause):
            return
        self.restarts += 1
        try:
            self.server.restart()
        except EmbeddedServerError as fault:
            log.warning("embedded_database_not_started", restarts=self.restarts, reason=str(fault))
        else:
            log.warning("embedded_database_started_again", restarts=self.restarts)
        self._restarted_at = monotonic()
