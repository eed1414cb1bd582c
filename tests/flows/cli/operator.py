"""One operator at a terminal: settings in the environment, `python -m idp.cli` typed in."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import yaml

from tests.support.servers import REPOSITORY


@dataclass(frozen=True, slots=True)
class Done:
    """A command that ended."""

    code: int
    out: str
    err: str

    def json(self) -> object:
        """Return what it printed for programs."""
        assert self.code == 0, self.err
        parsed: object = orjson.loads(self.out)
        return parsed


@dataclass(slots=True)
class Operator:
    """Runs commands on the store at `database_url`; `folder` holds the master key and client files."""

    folder: Path
    database_url: str
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def master_key(self) -> Path:
        return self.folder / "master.key"

    @property
    def environment(self) -> dict[str, str]:
        """The settings, and nothing of this machine's."""
        return {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "IDP_ISSUER": "http://localhost:8000",
            "IDP_DATABASE_URL": self.database_url,
            "IDP_MASTER_KEY_FILE": str(self.master_key),
            **self.settings,
        }

    def run(self, *arguments: str | Path, stdin: str = "") -> Done:
        """Run `idp` with these arguments."""
        return run_python(["-m", "idp.cli", *map(str, arguments)], self.environment, stdin)

    def good(self, *arguments: str | Path, stdin: str = "") -> str:
        """Run `idp` and return what it printed; it must succeed."""
        done = self.run(*arguments, stdin=stdin)
        assert done.code == 0, done.err
        return done.out

    def client_file(self, *entries: Mapping[str, object]) -> Path:
        """Write a client file."""
        path = self.folder / "clients.yaml"
        path.write_text(yaml.safe_dump({"clients": [dict(entry) for entry in entries]}, allow_unicode=True))
        return path

    def events(self, *options: str) -> list[dict[str, object]]:
        """Return the exported audit events."""
        return [orjson.loads(line) for line in self.good("audit", "export", *options).splitlines()]

    def reasons(self, name: str) -> list[object]:
        """Return why each event of a name happened, in order."""
        return [event["reason"] for event in self.events() if event["name"] == name]


def run_python(arguments: Sequence[str], environment: Mapping[str, str], stdin: str = "") -> Done:
    """Run Python in the repository with this environment alone."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        env=dict(environment),
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def entry(client_id: str, **members: object) -> dict[str, object]:
    """Return a client's entry; it has no secret, so that one is made."""
    return {
        "client_id": client_id,
        "client_name": f"Cổng {client_id}",
        "redirect_uris": [f"https://dichvucong.{client_id}.gov.vn/callback"],
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code"],
        "scope": "openid profile",
        "sector": "state",
        **members,
    }
