"""Whether the built portal is of the present sources."""

from hashlib import sha256

from service.http.portal_page import BUILT
from tests.house.tree import ROOT, files

SOURCES = ROOT / "portal"
MAKE_PORTAL = (
    "the built portal differs from its sources: run `make portal`, and commit what it writes"
)


def recorded_hash() -> str:
    """The hash of the sources that were built (portal/vite.config.ts)."""
    return (BUILT / "sources.sha256").read_text(encoding="utf-8").strip()


def present_hash() -> str:
    """The hash of the present sources."""
    sources = sorted(
        path.relative_to(SOURCES).as_posix() for path in files() if SOURCES in path.parents
    )
    lines = [f"{sha256((SOURCES / name).read_bytes()).hexdigest()}  {name}\n" for name in sources]
    return sha256("".join(lines).encode()).hexdigest()
