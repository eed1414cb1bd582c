"""Ports of 127.0.0.1 that nothing listens on, each promised to one process of the tests for as long as it runs.

A server that is killed and started again leaves its port for a while, and a system needs several ports before it
listens on any: looking whether a port is free is not enough where several processes of tests look at the same time.
"""

import fcntl
import os
import random
import socket
import tempfile
from functools import lru_cache
from pathlib import Path

# Below Linux's ephemeral range (32768 on). A port inside that range can be taken by any outgoing connection between
# a server's stop and its restart, or be connected to by itself; one below it stays ours.
_FIRST, _LAST = 20_000, 32_000
_taken: set[int] = set()


def free_port() -> int:
    """Return a TCP port that is free now and promised to nobody else."""
    for _ in range(1000):
        port = random.randint(_FIRST, _LAST)
        if take(port):
            return port
    raise OSError(f"no free port between {_FIRST} and {_LAST}")


def take(port: int) -> bool:
    """Promise a port to this process; False where something listens on it, or it is promised already."""
    if port in _taken or not _can_bind(port) or not _lock(port):
        return False
    _taken.add(port)
    return True


def _can_bind(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a port whose last connection is in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _lock(port: int) -> bool:
    # The byte of a port's number in a file that all share: the lock ends with the process, however that ends.
    try:
        fcntl.lockf(_promises(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    return True


@lru_cache
def _promises() -> int:
    path = Path(tempfile.gettempdir()) / f"ports-of-tests-{os.getuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
