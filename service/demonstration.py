"""The interface of the demonstration: an optional package above the service, loaded by name."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from joserfc.jwk import KeySet
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.routing import Route

from service.errors import DemonstrationProblem
from service.settings import Settings

PACKAGE = "demo"
"""Name of the package; imported only if DEMONSTRATION is set."""


class Demonstration(Protocol):
    """The functions that the package's module `plugin` provides."""

    ISSUER: str

    def keys(self, data_dir: Path) -> KeySet:
        """The keys that sign the demonstration's tokens. Raises KeysProblem."""

    def entry_posts(self) -> list[dict[str, str]]:
        """The posts as which a user may sign in, for the portal."""

    def routes(self, settings: Settings, engine: AsyncEngine) -> list[Route]:
        """The routes by which a user signs in as the holder of a post."""

    async def prepare(self, settings: Settings, url: str) -> None:
        """Load the demonstration into the database at start. Raises DemonstrationProblem."""

    async def load(self, url: str) -> bool:
        """Migrate and load; False if it was loaded before. Raises DemonstrationProblem."""

    async def token_of_post(self, settings: Settings, url: str, post: str) -> str:
        """A token of the post's holder. Raises TokenProblem, DemonstrationProblem."""

    def token_of_service(self, settings: Settings, name: str, scopes: Sequence[str]) -> str:
        """A token of a service account."""


def demonstration() -> Demonstration:
    """The installed demonstration.

    Raises:
        DemonstrationProblem: the package is not installed.
    """
    try:
        plugin: Any = import_module(f"{PACKAGE}.plugin")
    except ModuleNotFoundError as missing:
        if missing.name not in (PACKAGE, f"{PACKAGE}.plugin"):
            raise
        raise DemonstrationProblem(
            f"the demonstration is not installed (no package {PACKAGE!r}); install it, or unset DEMONSTRATION"
        ) from missing
    installed: Demonstration = plugin
    return installed
