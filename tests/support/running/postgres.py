"""A real PostgreSQL server in a temporary directory, with databases made from templates."""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Self

from tests.support.errors import MissingComponentError
from tests.support.patience import patiently
from tests.support.running.emptied_database import EmptiedDatabase
from tests.support.running.free_ports import free_port
from tests.support.running.local_process import LocalProcess
from tests.support.running.postgres_session import PostgresSession

_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
_USER = "idp"
_START_LIMIT = patiently(15)
_STOP_LIMIT = patiently(20)
# Committed data survive a killed process of ours, but no crash of the server: for tests of anything but durability.
_NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "32MB",
}


def postgres_programs() -> Path:
    """Return the folder of the newest PostgreSQL's programs; Debian keeps them off the PATH."""
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    folders = sorted(
        (folder for folder in versions if (folder / "initdb").exists()), key=lambda folder: float(folder.parent.name)
    )
    if folders:
        return folders[-1]
    elsewhere = shutil.which("initdb")
    if elsewhere is None:
        raise MissingComponentError("PostgreSQL (initdb)", "postgresql")
    return Path(elsewhere).resolve().parent


class PostgresServer:
    """PostgreSQL with C.UTF-8, trust on loopback, fsync on if durable; `start` after `stop` keeps the data.

    Data live until `remove`, which also leaving the `with` block calls, unless the folder is one that is kept.
    """

    def __init__(
        self, settings: Mapping[str, str] | None = None, *, kept: Path | None = None, durable: bool = True
    ) -> None:
        """Take settings of `postgresql.conf` that differ from the defaults, and a folder whose data outlive this."""
        self._settings = {**({} if durable else _NOT_DURABLE), **(settings or {})}
        self._programs = postgres_programs()
        self._kept = kept is not None
        self._folder = kept or Path(tempfile.mkdtemp(prefix="idp-postgres-"))
        self._folder.mkdir(exist_ok=True, parents=True)
        # PostgreSQL refuses to run as root, so a root test run lends the folder to Debian's own user.
        self._owner = "postgres" if os.geteuid() == 0 else None
        if self._owner is not None:
            shutil.chown(self._folder, self._owner, self._owner)
        self._port = free_port()
        self._names = itertools.count(1)
        self._templates: set[str] = set()
        self._emptied: dict[str, EmptiedDatabase] = {}
        self._maintenance = PostgresSession(self._address("postgres"))
        self._process = LocalProcess(
            [self._programs / "postgres", "-D", self._data, *self._options()],
            log_path=self._folder / "server.log",
            environment=_ENVIRONMENT,
            cwd=self._folder,
            user=self._owner,
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._kept:
            self.stop()
        else:
            self.remove()

    @property
    def url(self) -> str:
        """SQLAlchemy address of the maintenance database."""
        return self._url("postgres")

    @property
    def pid(self) -> int:
        return self._process.pid

    def start(self) -> None:
        """Start the server, making its data directory the first time, and wait until it takes connections."""
        if not self._data.exists():
            self._initialise()
        self._process.spawn()
        self._process.wait_until(self._is_ready, _START_LIMIT)

    def stop(self) -> None:
        """Fast shutdown: connections are broken, committed data are kept."""
        self._let_go()
        self._process.stop(signal.SIGINT, _STOP_LIMIT)

    def kill9(self) -> None:
        """Crash the server; `start` recovers it from its log."""
        self._let_go()
        self._process.kill9()

    def remove(self) -> None:
        """Stop the server and delete its data."""
        self._let_go()
        self._process.kill9()
        shutil.rmtree(self._folder)

    def log_text(self) -> str:
        return self._process.log_text()

    def create_database(self, template: str = "template1") -> str:
        """Make a fresh copy of a template and return its SQLAlchemy address."""
        name = f"test_{next(self._names)}"
        self._maintenance.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._url(name)

    def emptied(self, template: str) -> str:
        """Return the address of the one database of this kind, emptied; what is connected to it is cut off.

        For tests that write rows. Who changes tables, or needs two databases, takes `create_database`.
        """
        if template not in self._emptied:
            url = self.create_database(template)
            self._emptied[template] = EmptiedDatabase(url, PostgresSession(self._address(_name(url))))
        self._emptied[template].empty()
        return self._emptied[template].url

    def drop_database(self, url: str) -> None:
        """Delete what `create_database` made, closing connections that are still open."""
        self._maintenance.execute(f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)")

    def settle(self, url: str) -> None:
        """Do now what PostgreSQL would do by itself after a great change: vacuum, statistics, checkpoint."""
        with closing(PostgresSession(self._address(_name(url)))) as inside:
            inside.execute("VACUUM (ANALYZE)")
        self._maintenance.execute("CHECKPOINT")

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """Return `name` for `create_database`; the first call makes it and fills it with `prepare(url)`.

        `prepare` must close its connections, since PostgreSQL copies only databases nobody is connected to.
        """
        if name not in self._templates:
            self._maintenance.execute(f"CREATE DATABASE {name}")
            prepare(self._url(name))
            self._templates.add(name)
        return name

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _url(self, database: str) -> str:
        return self._address(database).replace("postgresql:", "postgresql+asyncpg:")

    def _address(self, database: str) -> str:
        return f"postgresql://{_USER}@127.0.0.1:{self._port}/{database}"

    def _let_go(self) -> None:
        self._maintenance.close()
        for database in self._emptied.values():
            database.close()
        # A session holds the rows that an emptied database is given back.
        self._emptied.clear()

    def _options(self) -> list[str]:
        listen = ["-p", str(self._port), "-h", "127.0.0.1", "-k", str(self._folder)]
        settings = {"max_connections": "200", "fsync": "on", "log_min_messages": "warning", **self._settings}
        return [*listen, *(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))]

    def _initialise(self) -> None:
        # The new directory need not survive a power cut; the server's own fsync stays on.
        accounts = [f"--username={_USER}", "--auth=trust"]
        text = ["--locale=C.UTF-8", "--encoding=UTF8"]
        self._run("initdb", "-D", str(self._data), *accounts, *text, "--no-sync", "--no-instructions")

    def _is_ready(self) -> bool:
        argv = [str(self._programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self._port)]
        return subprocess.run(argv, env=_ENVIRONMENT, check=False).returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            env=_ENVIRONMENT,
            cwd=self._folder,
            user=self._owner,
            group=self._owner,
            extra_groups=None if self._owner is None else [],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program} ended with code {done.returncode}: {done.stderr.strip()}")


def _name(url: str) -> str:
    return url.rsplit("/", 1)[1]
