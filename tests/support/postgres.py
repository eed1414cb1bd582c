"""A real PostgreSQL server in a temporary directory, with databases made from templates."""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Self

from tests.support.errors import MissingComponentError
from tests.support.free_ports import free_port
from tests.support.local_process import LocalProcess

_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
_USER = "idp"
_START_LIMIT = timedelta(seconds=60)


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
    """PostgreSQL with fsync on, C.UTF-8, trust on loopback; `start` after `stop` keeps the data.

    Data live until `remove`, which also leaving the `with` block calls, unless the folder is one that is kept.
    """

    def __init__(self, settings: Mapping[str, str] | None = None, *, kept: Path | None = None) -> None:
        """Take settings of `postgresql.conf` that differ from the defaults, and a folder whose data outlive this."""
        self._settings = settings or {}
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
        self._process.stop(signal.SIGINT)

    def kill9(self) -> None:
        """Crash the server; `start` recovers it from its log."""
        self._process.kill9()

    def remove(self) -> None:
        """Stop the server and delete its data."""
        self._process.kill9()
        shutil.rmtree(self._folder)

    def log_text(self) -> str:
        return self._process.log_text()

    def create_database(self, template: str = "template1") -> str:
        """Make a fresh copy of a template and return its SQLAlchemy address."""
        name = f"test_{next(self._names)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._url(name)

    def drop_database(self, url: str) -> None:
        """Delete what `create_database` made, closing connections that are still open."""
        self._execute(f"DROP DATABASE IF EXISTS {url.rsplit('/', 1)[1]} WITH (FORCE)")

    def settle(self, url: str) -> None:
        """Do now what PostgreSQL would do by itself after a great change: vacuum, statistics, checkpoint."""
        self._execute("VACUUM (ANALYZE)", url.rsplit("/", 1)[1])
        self._execute("CHECKPOINT")

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """Return `name` for `create_database`; the first call makes it and fills it with `prepare(url)`.

        `prepare` must close its connections, since PostgreSQL copies only databases nobody is connected to.
        """
        if name not in self._templates:
            self._execute(f"CREATE DATABASE {name}")
            prepare(self._url(name))
            self._templates.add(name)
        return name

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _url(self, database: str) -> str:
        return f"postgresql+asyncpg://{_USER}@127.0.0.1:{self._port}/{database}"

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

    def _execute(self, statement: str, database: str = "postgres") -> None:
        address = f"postgresql://{_USER}@127.0.0.1:{self._port}/{database}"
        self._run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, address)

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
