"""Whether the built portal is of the present sources."""

import re
from hashlib import sha256

from service.http.portal_page import BUILT
from tests.house.tree import ROOT, files

SOURCES = ROOT / "portal"
MAKE_PORTAL = (
    "the built portal differs from its sources: run `make portal`, and commit what it writes"
)

NO_SOURCE = re.compile(r"tests/|\.oxlintrc\.json$")
"""Below portal/: what a build does not depend on, as in vite.config.ts."""


def recorded_hash() -> str:
    """The hash of the sources that were built (portal/vite.config.ts)."""
    return (BUILT / "sources.sha256").read_text(encoding="utf-8").strip()


def present_hash() -> str:
    """The hash of the present sources."""
    below = (path.relative_to(SOURCES).as_posix() for path in files() if SOURCES in path.parents)
    sources = sorted(path for path in below if not NO_SOURCE.match(path))
    lines = [f"{sha256((SOURCES / name).read_bytes()).hexdigest()}  {name}\n" for name in sources]
    return sha256("".join(lines).encode()).hexdigest()
