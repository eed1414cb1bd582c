"""The embedded system of `make run`: its addresses, folders and settings."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from portals.relying_party.config import ISSUER, PORTALS, Text
from portals.serving import HOST

PROVIDER_PORT = 8000
SIMULATOR_PORT = 8200
INBOX_PORT = 8300
# What the provider proves itself to the simulated register with; it guards invented people.
REGISTER_SECRET = "demo-only-secret-of-the-register"
# What `idp prepare` reads or runs: when none of it changed, what it made last time is still right.
_PREPARED_FROM = ("idp", "clients", "keys", "migrations", "portals")
_SOURCE_ENDINGS = frozenset({".py", ".yaml"})


@dataclass(frozen=True, slots=True)
class Address:
    """One address that the launcher prints; `probe` is the path that shows whether it answers."""

    url: str
    port: int
    what: Text
    probe: str = "/"


ADDRESSES: tuple[Address, ...] = (
    Address(ISSUER, PROVIDER_PORT, Text("Đăng nhập một lần quốc gia", "National sign-on provider"), "/health/ready"),
    *(Address(portal.origin, portal.port, portal.name) for portal in PORTALS),
    Address(f"http://{HOST}:{SIMULATOR_PORT}", SIMULATOR_PORT, Text("Mô phỏng cơ sở dữ liệu", "Register simulator")),
    Address(f"http://{HOST}:{INBOX_PORT}", INBOX_PORT, Text("Hộp thư trình diễn", "Demonstration inbox")),
)


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the embedded system keeps its data; `make clean` removes `var`."""

    root: Path

    @property
    def var(self) -> Path:
        """Everything that a run leaves."""
        return self.root / "var"

    @property
    def log(self) -> Path:
        """One log for each process."""
        return self.var / "log"

    @property
    def portal_keys(self) -> Path:
        """The portals' own keys."""
        return self.var / "portals"

    @property
    def master_key(self) -> Path:
        """The key that seals what the provider stores."""
        return self.var / "master.key"

    @property
    def database(self) -> Path:
        """The provider's store."""
        return self.var / "idp.sqlite3"

    @property
    def clients(self) -> Path:
        """The client file."""
        return self.root / "portals" / "portals.yaml"

    @property
    def people(self) -> Path:
        """What preparation said about the demonstration people, printed at every start."""
        return self.var / "people.txt"

    @property
    def stamp(self) -> Path:
        """What the store was last prepared from."""
        return self.var / "prepared"

    def make(self) -> None:
        """Create the folders, closed to others."""
        for folder in (self.var, self.log, self.portal_keys):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def provider_environment(folders: Folders, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the provider's environment: the settings of the embedded system and none left over from the shell."""
    kept = {name: value for name, value in inherited.items() if not name.startswith("IDP_")}
    private = [f"{HOST}:{address.port}" for address in ADDRESSES if address.port != PROVIDER_PORT]
    return kept | {
        "IDP_ISSUER": ISSUER,
        "IDP_LISTEN": f"{HOST}:{PROVIDER_PORT}",
        "IDP_DATABASE_URL": f"sqlite+aiosqlite:///{folders.database}",
        "IDP_REDIS_URL": "",
        "IDP_MASTER_KEY_FILE": str(folders.master_key),
        "IDP_EGRESS_ALLOW": ",".join(private),
        "IDP_POPULATION_REGISTER_URL": f"http://{HOST}:{SIMULATOR_PORT}/population",
        "IDP_ENTERPRISE_REGISTER_URL": f"http://{HOST}:{SIMULATOR_PORT}/enterprise",
        "IDP_POPULATION_REGISTER_SECRET": REGISTER_SECRET,
        "IDP_MESSAGE_GATEWAY_URL": f"http://{HOST}:{INBOX_PORT}/messages",
        "PYTHONUNBUFFERED": "1",
    }


def fingerprint(folders: Folders) -> str:
    """Return a mark that changes when anything changes that preparation depends on (names, sizes, times)."""
    digest = sha256()
    for top in _PREPARED_FROM:
        for folder, _, names in sorted(os.walk(folders.root / top)):
            for name in sorted(names):
                path = Path(folder) / name
                if path.suffix in _SOURCE_ENDINGS:
                    status = path.stat()
                    digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def prepared(folders: Folders) -> bool:
    """Say whether the store is there and was prepared from what is here now."""
    if not (folders.stamp.exists() and folders.people.exists() and folders.database.exists()):
        return False
    return folders.stamp.read_text(encoding="ascii") == fingerprint(folders)
