"""The simulator of the registers and of the upstream provider as a process of its own."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.running.free_ports import free_port
from tests.support.running.servers import ServerProcess

_PROGRAM = (sys.executable, "-m", "uvicorn", "--factory", "portals.simulator.app:build_app", "--no-access-log")


@contextmanager
def simulator(folder: Path, **environment: str) -> Iterator[ServerProcess]:
    """Start the simulator; it may still be starting, beside the provider: `wait_ready` waits for it."""
    port = free_port()
    process = ServerProcess(
        (*_PROGRAM, "--port", str(port)),
        base_url=f"http://127.0.0.1:{port}",
        environment=environment,
        log_path=folder / "simulator.log",
        ready_path="/people.json",
    )
    process.spawn()
    try:
        yield process
    finally:
        process.kill9()
