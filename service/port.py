"""Opens the port of the service. Standard library only: `make run` tries the port before any installation."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from service.errors import PortProblem

HOST, PORT = "127.0.0.1", 8000
PORT_MAX = 65535
QUEUE_MAX = 1024
"""Length of the listen queue: connections that wait to be accepted. All are accepted at once: 1,500 take 63 ms."""


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """The listening socket, opened before anything else is started.

    Raises:
        PortProblem: the port is in use, or may not be used.
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
    """Listen once and stop. The settings refuse a text that is not a port.

    Raises:
        PortProblem: the port is in use, or may not be used.
    """
    if port.isdecimal() and len(port) <= len(str(PORT_MAX)) and 1 <= int(port) <= PORT_MAX:
        with listening(host, int(port)):
            pass


if __name__ == "__main__":
    try:
        host, port = sys.argv[1:]  # an empty argument means that the setting is unset
        try_port(host or HOST, port or str(PORT))
    except PortProblem as problem:
        sys.exit(f"xeploai: {problem}")
