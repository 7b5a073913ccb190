"""PostGraphile 5 on Node 22, both from npm, installed once into the user's cache; or nothing."""

import os
import shutil
import subprocess
from pathlib import Path

PACKAGES = ("node@22", "postgraphile@5.1")
INSTALL_SECONDS_MAX = 300
HERE = Path(__file__).parent / "node"


def installed() -> Path | None:
    """The folder with both; None if npm is missing or cannot install them."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "xeploai" / "postgraphile"
    if node(folder).exists():
        return folder
    npm = shutil.which("npm")
    if npm is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    words = [
        npm,
        "install",
        "--prefix",
        str(folder),
        "--no-audit",
        "--no-fund",
        "--silent",
        *PACKAGES,
    ]
    try:
        subprocess.run(words, check=True, timeout=INSTALL_SECONDS_MAX, capture_output=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return folder if node(folder).exists() else None


def node(folder: Path) -> Path:
    return folder / "node_modules" / "node" / "bin" / "node"


def program(folder: Path, socket_dir: str, user: str, database: str) -> tuple[str, ...]:
    """How it is started; the port comes last."""
    server = str(HERE / "server.mjs")
    return (str(node(folder)), server, str(folder), socket_dir, user, database)


def query(name: str) -> str:
    """The same question as its schema allows it."""
    return (HERE / f"{name}.graphql").read_text(encoding="utf-8")
