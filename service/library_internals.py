"""What we use of uvicorn that its documentation does not promise.

The rest of the code imports these names from here alone (tests/house/test_library_internals.py);
tests/service/test_library_internals.py tests each assumption.
"""

from collections.abc import Mapping

from uvicorn import Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.supervisors import Multiprocess

__all__ = ["HttpToolsProtocol", "Multiprocess", "RequestResponseCycle", "Server"]

LOOKED_AT = {"uvicorn": "0.54.0"}
"""The version in which all of this was looked at."""

PURPOSES: Mapping[str, str] = {
    "HttpToolsProtocol": "the protocol of a connection: without it, headers and idle clients have no limits",
    "Multiprocess": "several worker processes: without it, nothing says when all of them accept requests",
    "RequestResponseCycle": "one request on a connection: without it, each probe needs a task",
    "Server": "the server of one process: without it, nothing says when it accepts requests",
}
"""For each name: what it is for here; what breaks without it."""

OVERRIDDEN: Mapping[type, Mapping[str, str]] = {
    HttpToolsProtocol: {
        "_start_asgi_task": "called with each complete head: else a probe waits behind the tasks of other requests",
        "_unsupported_upgrade_warning": "called for WebSocket requests: else each of them writes two lines to the log",
        "connection_lost": "called once at the end: else pending timers keep the memory of the connection",
        "connection_made": "called once at the beginning: else a client may stay silent for ever",
        "data_received": "called with each piece of input: else incomplete heads and trailers have no limit",
        "on_body": "called with each part of a body: else a body counts as part of the head",
        "on_headers_complete": "called before the request is made: else heads have no limit",
        "on_message_begin": "called with a new `scope`: else a request does not know its connection",
        "on_message_complete": "called at the end of a body: else a connection is closed although its body has arrived",
        "on_response_complete": "called at the end of an answer: else a body may go on for ever after its answer",
        "pause_writing": "called when the client reads too slowly: else it may hold its answer for ever",
        "resume_writing": "called when the client reads again: else it is cut off although it reads",
        "send_400_response": "called for input that is not HTTP: else a head that is too large is answered with 400",
        "shutdown": "called once when the server stops: else requests on their way are lost",
        "timeout_keep_alive_handler": "called for an idle connection: else one that never reads stays open",
    },
    Multiprocess: {
        "init_processes": "called once at the start: else the welcome text is never printed",
    },
    Server: {
        "startup": "called once, with the sockets: else the welcome text is never printed",
    },
}
"""For each class of the library: the methods that our subclasses override; what breaks if they are not called."""

INHERITED: Mapping[type, Mapping[str, str]] = {
    HttpToolsProtocol: {
        "app": "the application, which a probe's request is compared with: another one refuses it",
        "app_state": "the state that the application's lifespan has set",
        "cycle": "the latest request; None before the first",
        "headers": "the pairs of the head so far",
        "loop": "the event loop, for timers",
        "pipeline": "the requests that wait for the running one",
        "scope": "the ASGI scope of the request that begins",
        "server_state": "holds `default_headers`",
        "timeout_keep_alive": "seconds for which an idle connection stays open",
        "transport": "the connection itself",
        "url": "the target of the request so far",
    },
    RequestResponseCycle: {
        "disconnected": "whether the client has left",
        "flow": "`write_paused` says whether the client reads too slowly",
        "message_event": "wakes what waits for the client to leave",
        "keep_alive": "whether the connection stays open after the answer",
        "response_complete": "whether the answer is whole",
        "response_started": "whether the head of the answer was sent",
        "scope": "the ASGI scope of the request",
    },
    Multiprocess: {
        "processes": "the workers; `wait_until_ready` says when one accepts requests",
    },
    Server: {
        "started": "whether it accepts requests",
    },
}
"""For each class of the library: what else of it we use."""
