"""A real Redis that speaks TLS only, with a certificate of its own for the name localhost."""

import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.errors import MissingComponentError
from tests.support.patience import patiently
from tests.support.running.certificates import write_certificate
from tests.support.running.free_ports import free_port
from tests.support.running.local_process import LocalProcess


@dataclass(frozen=True, slots=True)
class TlsRedis:
    """Where it is, and the file with the certificate to trust."""

    url: str
    root_file: Path


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def tls_redis(tmp_path: Path) -> Iterator[TlsRedis]:
    program = shutil.which("redis-server")
    if program is None:
        raise MissingComponentError("Redis (redis-server)", "redis-server")
    certificate, key = write_certificate(tmp_path)
    port = free_port()
    options = {
        "--bind": "127.0.0.1 ::1",
        "--port": "0",
        "--tls-port": str(port),
        "--tls-cert-file": str(certificate),
        "--tls-key-file": str(key),
        "--tls-auth-clients": "no",
        "--save": "",
        "--dir": str(tmp_path),
    }
    process = LocalProcess(
        [program, *(word for option in options.items() for word in option)],
        log_path=tmp_path / "server.log",
        environment={"PATH": os.defpath},
        cwd=tmp_path,
    )
    process.spawn()
    process.wait_until(lambda: listens(port), patiently(15))
    yield TlsRedis(f"rediss://localhost:{port}", certificate)
    process.kill9()
