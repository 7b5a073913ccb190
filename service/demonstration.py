"""The demonstration as the service sees it: a package above the service, which need not be installed."""

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
"""Imported by name, and only for a demonstration: the service does without it."""


class Demonstration(Protocol):
    """What the module `plugin` of the package brings to the service."""

    ISSUER: str

    def keys(self, data_dir: Path) -> KeySet:
        """The keys that its own tokens are signed with. Raises KeysProblem."""

    def entry_posts(self) -> list[dict[str, str]]:
        """The posts that a new user may enter as, for the portal."""

    def routes(self, settings: Settings, engine: AsyncEngine) -> list[Route]:
        """The way to enter as the holder of a post."""

    async def prepare(self, settings: Settings, url: str) -> None:
        """Make the database one of the demonstration, at start. Raises DemonstrationProblem."""

    async def load(self, url: str) -> bool:
        """Migrate and load; False where it was loaded before. Raises DemonstrationProblem."""

    async def token_of_post(self, settings: Settings, url: str, post: str) -> str:
        """A token of the post's holder. Raises TokenProblem, DemonstrationProblem."""

    def token_of_service(self, settings: Settings, name: str, scopes: Sequence[str]) -> str:
        """A token of a service account."""


def demonstration() -> Demonstration:
    """The demonstration that is installed.

    Raises:
        DemonstrationProblem: none is.
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
