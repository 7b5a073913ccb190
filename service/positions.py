"""The consistency token: what a request has written, for the sender to bring along when it reads."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.replicas import POSITIONS, Positions

HEADER = "Xeploai-Position"


class Positioned:
    """Takes the position that must be read at least, and gives the one that was written."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        positions = Positions(needed=Headers(scope=scope).get(HEADER))

        async def send_with_position(message: Message) -> None:
            if message["type"] == "http.response.start" and positions.written:
                MutableHeaders(scope=message)[HEADER] = positions.written
            await send(message)

        before = POSITIONS.set(positions)
        try:
            await self.app(scope, receive, send_with_position)
        finally:
            POSITIONS.reset(before)
