"""Ports of 127.0.0.1 that nothing listens on."""

import random
import socket

# Below Linux's ephemeral range (32768 on). A port inside that range can be taken by any outgoing connection between
# a server's stop and its restart, or be connected to by itself; one below it stays ours.
_FIRST, _LAST = 20_000, 32_000
_handed_out: set[int] = set()


def free_port() -> int:
    """Return a TCP port that is free now and was not handed out before in this process."""
    for _ in range(1000):
        port = random.randint(_FIRST, _LAST)
        if port not in _handed_out and _can_bind(port):
            _handed_out.add(port)
            return port
    raise OSError(f"no free port between {_FIRST} and {_LAST}")


def _can_bind(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a port whose last connection is in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
