"""The test servers keep their promises: real, separate, restartable, loud when missing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from tests.support.patience import patient
from tests.support.running.postgres import postgres_programs
from tests.support.running.provider import Provider
from tests.support.running.servers import (
    REPOSITORY,
    MissingComponentError,
    PostgresServer,
    RedisServer,
    ServerProcess,
    ServerStartError,
    chromium_path,
    free_port,
)

READY_AFTER_HALF_A_SECOND = """
import http.server, sys, time
started = time.monotonic()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        ready = time.monotonic() - started > 0.5 and self.path == "/health/ready"
        self.send_response(200 if ready else 503)
        self.send_header("Content-Length", "0")
        self.end_headers()
print("secret of the environment:", *sys.argv[2:], flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def async_url(url: str) -> str:
    return url.replace("postgresql+asyncpg", "postgresql")


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture
def small_server(tmp_path: Path) -> Iterator[ServerProcess]:
    port = free_port()
    argv = [sys.executable, "-c", READY_AFTER_HALF_A_SECOND, str(port)]
    process = ServerProcess(argv, base_url=f"http://127.0.0.1:{port}", environment={}, log_path=tmp_path / "server.log")
    yield process
    process.kill9()


async def test_each_database_is_fresh_and_utf8(postgres: PostgresServer, postgres_url: str) -> None:
    other = postgres.create_database()
    connection = await asyncpg.connect(async_url(postgres_url))
    try:
        await connection.execute("CREATE TABLE people (name text)")
        assert await connection.fetchval("SHOW server_encoding") == "UTF8"
        assert await connection.fetchval("SELECT 'Đ' < 'đ'") is True
        assert await connection.fetchval("SHOW max_connections") == "200"
    finally:
        await connection.close()
    neighbour = await asyncpg.connect(async_url(other))
    try:
        assert await neighbour.fetchval("SELECT to_regclass('people')") is None
    finally:
        await neighbour.close()
        postgres.drop_database(other)


async def test_an_emptied_database_is_as_its_template_whatever_a_test_left_behind(postgres: PostgresServer) -> None:
    def prepare(url: str) -> None:
        tables = "CREATE TABLE house (id int PRIMARY KEY); CREATE TABLE door (n serial, house int REFERENCES house)"
        subprocess.run([postgres_programs() / "psql", "-q", "-c", tables, async_url(url)], check=True)
        rows = "INSERT INTO house VALUES (1); INSERT INTO door (house) VALUES (1)"
        subprocess.run([postgres_programs() / "psql", "-q", "-c", rows, async_url(url)], check=True)

    url = postgres.emptied(postgres.template("template_with_rows", prepare))
    left_open = await asyncpg.connect(async_url(url))
    await left_open.execute("INSERT INTO house VALUES (2); INSERT INTO door (house) VALUES (2); DELETE FROM door")
    await left_open.execute("BEGIN; LOCK TABLE house")
    assert postgres.emptied("template_with_rows") == url
    connection = await asyncpg.connect(async_url(url))
    try:
        assert await connection.fetch("SELECT id FROM house") == [(1,)]
        await connection.execute("INSERT INTO door (house) VALUES (1)")
        assert await connection.fetch("SELECT n, house FROM door") == [(1, 1), (2, 1)]
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await connection.execute("INSERT INTO door (house) VALUES (2)")
    finally:
        await connection.close()
        left_open.terminate()


@pytest.mark.parametrize(("durable", "fsync"), [(True, "on"), (False, "off")])
async def test_a_server_syncs_to_disk_unless_its_tests_do_not_ask_what_is_durable(*, durable: bool, fsync: str) -> None:
    with PostgresServer(durable=durable) as server:
        connection = await asyncpg.connect(async_url(server.url))
        try:
            shown = [await connection.fetchval(f"SHOW {name}") for name in ("fsync", "synchronous_commit")]
        finally:
            await connection.close()
    assert shown == [fsync, fsync]


async def test_a_template_is_prepared_once_and_copied(postgres: PostgresServer) -> None:
    prepared: list[str] = []

    def prepare(url: str) -> None:
        prepared.append(url)
        subprocess.run(
            [postgres_programs() / "psql", "-q", "-c", "CREATE TABLE marked (n int)", async_url(url)], check=True
        )

    for _ in range(2):
        url = postgres.create_database(postgres.template("template_of_support", prepare))
        connection = await asyncpg.connect(async_url(url))
        try:
            assert await connection.fetchval("SELECT to_regclass('marked')::text") == "marked"
        finally:
            await connection.close()
            postgres.drop_database(url)
    assert len(prepared) == 1


async def test_postgres_keeps_committed_rows_over_a_crash(own_postgres: PostgresServer) -> None:
    connection = await asyncpg.connect(async_url(own_postgres.url))
    await connection.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
    own_postgres.kill9()
    # The broken connection is ended without waiting for a server that is gone.
    connection.terminate()
    own_postgres.start()
    again = await asyncpg.connect(async_url(own_postgres.url))
    try:
        assert await again.fetchval("SELECT n FROM kept") == 7
    finally:
        await again.close()


def test_redis_is_emptied_between_tests(redis_server: RedisServer, redis_url: str) -> None:
    with closing(Redis.from_url(redis_url)) as client:
        client.set("left over", 1)
        redis_server.flush()
        assert client.dbsize() == 0


def test_redis_restarts_empty_on_the_same_port(own_redis: RedisServer) -> None:
    url = own_redis.url
    with closing(Redis.from_url(url)) as client:
        client.set("lost", 1)
    own_redis.restart()
    assert own_redis.url == url
    with closing(Redis.from_url(url)) as client:
        assert client.get("lost") is None


def test_redis_is_gone_after_kill9_and_comes_back(own_redis: RedisServer) -> None:
    own_redis.kill9()
    assert own_redis.running is False
    with closing(Redis.from_url(own_redis.url, retry=None)) as client, pytest.raises(RedisConnectionError):
        client.ping()
    own_redis.start()
    with closing(Redis.from_url(own_redis.url)) as client:
        assert client.ping() is True


def test_persistent_redis_keeps_its_keys_over_kill9() -> None:
    with RedisServer(persistent=True) as server:
        with closing(Redis.from_url(server.url)) as client:
            client.set("kept", "7")
        server.kill9()
        server.start()
        with closing(Redis.from_url(server.url)) as client:
            assert client.get("kept") == b"7"


def test_a_server_process_is_started_only_when_it_is_ready(small_server: ServerProcess) -> None:
    began = time.monotonic()
    small_server.start()
    assert time.monotonic() - began > 0.5
    assert small_server.is_ready() is True


def test_a_server_process_ends_by_the_signal_it_is_sent(small_server: ServerProcess) -> None:
    small_server.start()
    assert small_server.terminate() == -signal.SIGTERM
    small_server.start()
    # Python turns SIGINT into KeyboardInterrupt and ends by the signal again.
    assert small_server.interrupt() == -signal.SIGINT
    small_server.start()
    small_server.kill9()
    assert small_server.running is False
    assert small_server.is_ready() is False


def test_the_log_of_a_server_process_covers_all_its_starts(small_server: ServerProcess) -> None:
    small_server.start()
    small_server.kill9()
    small_server.start()
    assert small_server.log_text().count("secret of the environment:") == 2


def test_a_server_process_sees_only_the_environment_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDP_ISSUER", "https://of-the-machine.example")
    show = "import os; print(sorted(name for name in os.environ if name.startswith('IDP_')))"
    process = ServerProcess(
        [sys.executable, "-c", show],
        base_url="http://127.0.0.1:1",
        environment={"IDP_LISTEN": "127.0.0.1:0"},
        log_path=tmp_path / "log",
    )
    with pytest.raises(ServerStartError, match=r"\['IDP_LISTEN'\]"):
        process.start()


def test_a_server_that_ends_at_once_is_an_error_with_its_log(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", "import sys; sys.exit('IDP_ISSUER is missing')"]
    process = ServerProcess(argv, base_url="http://127.0.0.1:1", environment={}, log_path=tmp_path / "log")
    with pytest.raises(ServerStartError, match=r"(?s)ended with code 1.*IDP_ISSUER is missing"):
        process.start()


def test_a_server_that_never_gets_ready_is_stopped_and_reported(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", "import time; time.sleep(60)"]
    process = ServerProcess(argv, base_url="http://127.0.0.1:1", environment={}, log_path=tmp_path / "log")
    with pytest.raises(ServerStartError, match=r"did not answer in 0:00:00\.3"):
        process.start(timeout=timedelta(seconds=0.3))
    assert process.running is False


def test_servers_end_when_the_test_run_is_killed(tmp_path: Path) -> None:
    hold = (
        "from tests.support.running.servers import RedisServer as R; "
        "s = R(); s.start(); print(s.pid, flush=True); input()"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", hold],
        cwd=REPOSITORY,
        # A killed run cannot delete its folders, so they go where pytest deletes them.
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    server = int(run.stdout.readline())
    assert Path(f"/proc/{server}").exists()
    run.kill()
    run.communicate()
    deadline = time.monotonic() + patient(5)
    while is_alive(server) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert is_alive(server) is False


def is_alive(pid: int) -> bool:
    """A process that ended but that nobody has waited for yet (state Z) counts as ended."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_ports_are_not_handed_out_twice_and_lie_below_the_ephemeral_range() -> None:
    ports = [free_port() for _ in range(200)]
    assert len(set(ports)) == 200
    assert max(ports) < 32_768


def test_chromium_is_there() -> None:
    assert os.access(chromium_path(), os.X_OK)


@pytest.mark.parametrize(
    ("start", "package"), [(RedisServer, "redis-server"), (chromium_path, "chromium-headless-shell")]
)
def test_a_missing_program_is_an_error_that_names_its_package(
    start: type[RedisServer], package: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingComponentError, match=f"apt-get install -y {package}$"):
        start()


def test_a_warm_start_is_a_process_like_a_true_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its group, its output, its environment and how it ends are its own; what it was forked from goes on."""
    monkeypatch.setenv("IDP_ISSUER", "https://of-the-machine.example")
    log = tmp_path / "log"
    process = ServerProcess(base_url="http://127.0.0.1:1", environment={}, log_path=log, warm=True)
    cold = ServerProcess(base_url="http://127.0.0.1:1", environment={}, log_path=tmp_path / "cold")
    for server in (process, cold):
        with pytest.raises(ServerStartError, match=r"(?s)ended with code 1.*IDP_ISSUER"):
            server.start()
    assert process.log_text() == cold.log_text()
    provider = Provider(tmp_path, f"sqlite+aiosqlite:///{tmp_path}/idp.db")
    provider.prepare([], [])
    with provider:
        (server,) = provider.servers
        assert os.getpgid(server.pid) == os.getsid(server.pid) == server.pid != os.getpid()
        assert server.terminate() == -signal.SIGTERM
        server.start()
        server.kill9()
        assert not server.running
