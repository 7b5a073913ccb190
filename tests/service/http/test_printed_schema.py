"""The printed schema: the same in both places, with rights if a setting demands them."""

import httpx
import pytest

from schema.contract.printed_right import PrintedRights
from schema.graph import sdl
from service.auth.identity import Identity
from service.bootstrap import build
from service.settings import Settings
from tests.service.living import living

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("bare_environment", "loggers_as_before")]


@pytest.mark.parametrize("rights", PrintedRights)
async def test_both_places_say_the_same(demonstration_copy: str, rights: PrintedRights) -> None:
    settings = Settings(demonstration=True, rights_in_sdl=rights)
    app = build(settings, Identity({}, "xeploai"), demonstration_copy)
    door = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door")
    async with living(app), door:
        printed = await door.get("/schema.graphql")
        response = await door.post("/graphql", json={"query": "{ _service { sdl } }"})
    assert printed.text == sdl(rights)
    assert response.json()["data"] == {"_service": {"sdl": sdl(rights)}}
