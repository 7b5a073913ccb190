"""Watches the embedded PostgreSQL while the service runs, and restarts it if it dies."""

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
"""Restarts before the watch gives up: repeated deaths have a cause for an operator, such as a full disk."""
PAUSE_SECONDS = 1.0
"""Seconds before the second restart; doubled before each later one."""
STEADY_SECONDS = 600.0
"""Seconds since the last restart after which the count of restarts begins anew."""


@contextmanager
def watching(watch: "EmbeddedWatch") -> Iterator[None]:
    """Watch in a thread of this process while the block runs."""
    thread = Thread(target=watch.run, name="embedded-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        watch.end()
        thread.join()


@dataclass(slots=True)
class EmbeddedWatch:
    """Checks every `look_seconds` whether the server process exists, and restarts it up to RESTARTS_MAX times."""

    server: EmbeddedServer
    look_seconds: float = LOOK_SECONDS
    pause_seconds: float = PAUSE_SECONDS
    steady_seconds: float = STEADY_SECONDS
    restarts: int = 0
    _restarted_at: float = 0.0
    _is_over: Event = field(default_factory=Event)

    def run(self) -> None:
        """Watch until `end` is called, or until the last restart has failed."""
        while not self._is_over.wait(self.look_seconds):
            if self.server.is_running():
                self._reset_restarts()
            elif self.restarts == RESTARTS_MAX:
                log.error("embedded_database_given_up", restarts=self.restarts)
                return
            else:
                self._restart()

    def end(self) -> None:
        """Stop watching, after a running restart has finished."""
        self._is_over.set()

    def _reset_restarts(self) -> None:
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
