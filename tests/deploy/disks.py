"""File systems of limited size for tests of full disks; they can be enlarged like a volume."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deploy.processes import own

MEBIBYTE = 1 << 20
ROOMY = 1024 * MEBIBYTE
"""Until it is filled, a disk in memory takes as much as is on it."""


class Disk:
    """A file system in memory with a fixed size."""

    def __init__(self, where: Path) -> None:
        self.where = where

    def leave(self, room: int) -> None:
        """Resize the disk to its content plus this many free bytes."""
        self._resize(shutil.disk_usage(self.where).used + room)

    def enlarge(self) -> None:
        """Enlarge the disk while a server uses it, like a volume."""
        self._resize(ROOMY)

    def _resize(self, size: int) -> None:
        mount("-o", f"remount,size={size}", str(self.where))


@contextmanager
def disk(where: Path) -> Iterator[Disk]:
    """A disk mounted at a new folder; both are removed at the end of the block."""
    where.mkdir()
    mount("-t", "tmpfs", "-o", f"mode=0700,size={ROOMY}", "tmpfs", str(where))
    try:
        own(where)
        yield Disk(where)
    finally:
        # Lazy: also where a server that failed to stop still has it open.
        subprocess.run(["umount", "--lazy", where], check=True)


def mount(*words: str) -> None:
    done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (
        "this test fills a disk of its own (tmpfs), and may not mount it: that takes root, and in a "
        f"container CAP_SYS_ADMIN; tried as user {os.geteuid()}: {done.stderr}"
    )
