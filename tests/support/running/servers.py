"""The door to the real servers of the tests: everything a test imports to start one."""

from tests.support.chromium import chromium_path
from tests.support.errors import MissingComponentError, ServerStartError
from tests.support.running.free_ports import free_port
from tests.support.running.postgres import PostgresServer
from tests.support.running.redis_server import RedisServer
from tests.support.running.server_process import PROVIDER, REPOSITORY, ServerProcess

__all__ = [
    "PROVIDER",
    "REPOSITORY",
    "MissingComponentError",
    "PostgresServer",
    "RedisServer",
    "ServerProcess",
    "ServerStartError",
    "chromium_path",
    "free_port",
]
