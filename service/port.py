"""The port of the service. Only the standard library: `make run` tries the port before it installs anything."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from service.errors import PortProblem

HOST, PORT = "127.0.0.1", 8000
PORT_MAX = 65535
QUEUE_MAX = 1024
"""Connections that wait to be accepted."""


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """The socket to serve on, taken before anything else is started.

    Raises:
        PortProblem: the port is in use, or we may not use it.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(QUEUE_MAX)
    except OSError as fault:
        listener.close()
        raise PortProblem(
            f"{host} port {port} cannot be used ({fault.strerror}); set PORT to another port"
        ) from fault
    with listener:
        yield listener


def try_port(host: str, port: str) -> None:
    """Listen once and stop. A text that is no port is left to the settings, which name every fault.

    Raises:
        PortProblem: the port is in use, or we may not use it.
    """
    if port.isdecimal() and len(port) <= len(str(PORT_MAX)) and 1 <= int(port) <= PORT_MAX:
        with listening(host, int(port)):
            pass


if __name__ == "__main__":
    try:
        host, port = sys.argv[1:]  # empty, where the setting is
        try_port(host or HOST, port or str(PORT))
    except PortProblem as problem:
        sys.exit(f"xeploai: {problem}")
