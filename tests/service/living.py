"""An application while it lives, without a server around it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp
from uvicorn.lifespan.on import LifespanOn


@asynccontextmanager
async def living(app: ASGIApp) -> AsyncIterator[None]:
    """From its start to its end, as uvicorn tells it."""
    lifespan = LifespanOn(uvicorn.Config(app, log_config=None))
    await lifespan.startup()
    assert not lifespan.should_exit
    yield
    await lifespan.shutdown()
