"""The embedded system of `make run`: its addresses, folders and settings."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from portals.relying_party.config import PORTALS, Portal, Text
from portals.serving import HOST
from portals.simulator.upstream.names import CLIENT_SECRET, REALM

PROVIDER_PORT = 8000
# What the provider proves itself to the simulated register with; it guards invented people.
REGISTER_SECRET = "demo-only-secret-of-the-register"
# What `idp prepare` reads or runs: when none of it changed, what it made last time is still right.
_PREPARED_FROM = ("idp", "clients", "keys", "records", "migrations", "portals")
_SOURCE_ENDINGS = frozenset({".py", ".yaml"})


@dataclass(frozen=True, slots=True)
class Address:
    """One address that the launcher prints; `probe` is the path that shows whether it answers."""

    url: str
    port: int
    what: Text
    probe: str = "/"


@dataclass(frozen=True, slots=True)
class Layout:
    """Which ports the programs take: the well-known ones, or all of them moved so that the provider is at `base`."""

    base: int = PROVIDER_PORT

    @property
    def issuer(self) -> str:
        """The provider's address."""
        return f"http://localhost:{self.base}"

    @property
    def simulator_port(self) -> int:
        """Where the registers answer."""
        return self.base + 200

    @property
    def inbox_port(self) -> int:
        """Where messages are handed over and read."""
        return self.base + 300

    @property
    def portals(self) -> tuple[Portal, ...]:
        """The portals at their ports."""
        return tuple(
            replace(portal, port=self.moved(portal.port), issuer=self.issuer) if self.base != PROVIDER_PORT else portal
            for portal in PORTALS
        )

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Every address, in the order in which the launcher prints them."""
        provider = Text("Đăng nhập một lần quốc gia", "National sign-on provider")
        simulator = Text("Mô phỏng cơ sở dữ liệu", "Register simulator")
        return (
            Address(self.issuer, self.base, provider, "/health/ready"),
            *(Address(portal.origin, portal.port, portal.name) for portal in self.portals),
            Address(f"http://{HOST}:{self.simulator_port}", self.simulator_port, simulator),
            Address(
                f"http://{HOST}:{self.inbox_port}", self.inbox_port, Text("Hộp thư trình diễn", "Demonstration inbox")
            ),
        )

    def moved(self, port: int) -> int:
        """Return where a well-known port is in this layout."""
        return port - PROVIDER_PORT + self.base


STANDARD = Layout()


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the embedded system keeps its data: in `data`, or in `var`, which `make clean` removes."""

    root: Path
    data: Path | None = None

    @property
    def var(self) -> Path:
        """Everything that a run leaves."""
        return self.data or self.root / "var"

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
    def agencies(self) -> Path:
        """The file of agencies."""
        return self.root / "portals" / "agencies.yaml"

    @property
    def upstreams(self) -> Path:
        """The upstream providers, made at every start for the ports in use."""
        return self.var / "upstreams.yaml"

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


def provider_environment(folders: Folders, inherited: Mapping[str, str], layout: Layout = STANDARD) -> dict[str, str]:
    """Return the provider's environment: the settings of the embedded system and none left over from the shell."""
    kept = {name: value for name, value in inherited.items() if not name.startswith("IDP_")}
    private = [f"{HOST}:{address.port}" for address in layout.addresses if address.port != layout.base]
    return kept | {
        "IDP_ISSUER": layout.issuer,
        "IDP_LISTEN": f"{HOST}:{layout.base}",
        "IDP_DATABASE_URL": f"sqlite+aiosqlite:///{folders.database}",
        "IDP_REDIS_URL": "",
        "IDP_MASTER_KEY_FILE": str(folders.master_key),
        "IDP_EGRESS_ALLOW": ",".join(private),
        "IDP_POPULATION_REGISTER_URL": f"http://{HOST}:{layout.simulator_port}/population",
        "IDP_ENTERPRISE_REGISTER_URL": f"http://{HOST}:{layout.simulator_port}/enterprise",
        "IDP_SUBSCRIBER_MATCH_URL": f"http://{HOST}:{layout.simulator_port}/subscribers",
        "IDP_SUBSCRIBER_MATCH_SECRET": REGISTER_SECRET,
        "IDP_POPULATION_REGISTER_SECRET": REGISTER_SECRET,
        # A change at the simulator is to be seen while somebody watches.
        "IDP_REGISTER_FEED_SECONDS": "2",
        # A week of waiting in half a minute, for the same reason; reminders come every few seconds.
        "IDP_RECOVERY_WAIT": "PT30S",
        "IDP_CHANGE_WAIT": "PT30S",
        "IDP_CLAIM_WAIT": "PT0S",
        "IDP_UPSTREAMS_FILE": str(folders.upstreams),
        "IDP_MESSAGE_GATEWAY_URL": f"http://{HOST}:{layout.inbox_port}/messages",
        "PYTHONUNBUFFERED": "1",
    }


def client_file(folders: Folders, layout: Layout = STANDARD) -> Path:
    """Return the client file to apply; for moved ports one with the portals' addresses moved, made in the data."""
    if layout == STANDARD:
        return folders.clients
    text = folders.clients.read_text(encoding="utf-8")
    moved = re.sub(rf"(http://{re.escape(HOST)}:)(\d+)", lambda found: f"{found[1]}{layout.moved(int(found[2]))}", text)
    path = folders.var / "portals.yaml"
    path.write_text(moved, encoding="utf-8")
    return path


def write_upstreams(folders: Folders, layout: Layout = STANDARD) -> None:
    """Write the file of upstream providers, and the secret beside it, before the provider starts."""
    secret = folders.var / "upstream.secret"
    secret.touch(mode=0o600)
    secret.write_text(CLIENT_SECRET, encoding="utf-8")
    issuer = f"http://{HOST}:{layout.simulator_port}{REALM}"
    text = (folders.root / "portals" / "upstreams.yaml").read_text(encoding="utf-8")
    folders.upstreams.write_text(text.replace(f"http://{HOST}:8200{REALM}", issuer), encoding="utf-8")


def fingerprint(folders: Folders, layout: Layout = STANDARD) -> str:
    """Return a mark that changes when anything changes that preparation depends on (names, sizes, times)."""
    digest = sha256(f"{layout.base}\n".encode())
    for top in _PREPARED_FROM:
        for folder, _, names in sorted(os.walk(folders.root / top)):
            for name in sorted(names):
                path = Path(folder) / name
                if path.suffix in _SOURCE_ENDINGS:
                    status = path.stat()
                    digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def prepared(folders: Folders, layout: Layout = STANDARD) -> bool:
    """Say whether the store is there and was prepared from what is here now."""
    if not (folders.stamp.exists() and folders.people.exists() and folders.database.exists()):
        return False
    return folders.stamp.read_text(encoding="ascii") == fingerprint(folders, layout)
