"""A port is promised to one process of the tests, until it ends."""

import subprocess
import sys

from tests.support.running.free_ports import free_port, take
from tests.support.running.servers import REPOSITORY


def taken_elsewhere(port: int) -> str:
    """Return what another process says that tries to take a port."""
    program = f"from tests.support.running.free_ports import take; print(take({port}))"
    return subprocess.check_output([sys.executable, "-c", program], cwd=REPOSITORY, encoding="utf-8").strip()


def test_a_promised_port_is_nobody_elses() -> None:
    port = free_port()
    assert not take(port)
    assert taken_elsewhere(port) == "False"


def test_the_promise_of_a_process_ends_with_it() -> None:
    port = free_port()
    while taken_elsewhere(port + 1) != "True":
        port = free_port()
    assert taken_elsewhere(port + 1) == "True"
