"""The peer from npm: installed as its lock file says, or a reason why it is not."""

import shutil
import subprocess
from pathlib import Path

import msgspec

FOLDER = Path(__file__).parent / "peers"
PROGRAM = FOLDER / "oidc_provider.mjs"
_LOCK = FOLDER / "package-lock.json"
_INSTALLED = FOLDER / "node_modules" / ".package-lock.json"


class NotInstalledError(RuntimeError):
    """The peer cannot be measured on this machine; the text says why, and stands in the table."""


class _Package(msgspec.Struct):
    version: str


def install() -> str:
    """Install what the lock file names, unless it is there, and return the version of oidc-provider."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise NotInstalledError("node and npm were not found; apt-get install -y nodejs npm")
    # npm writes its own copy of the lock last, so a newer one means that everything is there.
    if not _INSTALLED.exists() or _INSTALLED.stat().st_mtime < _LOCK.stat().st_mtime:
        done = subprocess.run(["npm", "ci"], cwd=FOLDER, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise NotInstalledError(f"npm ci: {(done.stderr.strip().splitlines() or ['no reason given'])[0]}")
    package = FOLDER / "node_modules" / "oidc-provider" / "package.json"
    return msgspec.json.decode(package.read_bytes(), type=_Package).version


def node_version() -> str:
    """Return the version of node."""
    return subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
