"""One operator: settings in the environment, a folder for the master key and client files, commands typed in."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import yaml

from clients.model import ClientId
from tests.support.operator import Done, run_idp, run_python


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
        """Call `idp` with these arguments."""
        return run_idp([*map(str, arguments)], self.environment, stdin)

    def process(self, *arguments: str | Path, stdin: str = "") -> Done:
        """Run `idp` as a process of its own: the process is the subject."""
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


def entry(client_id: ClientId, **members: object) -> dict[str, object]:
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
