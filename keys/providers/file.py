"""The master key in a file."""

import contextlib
import os
import secrets
import stat
from pathlib import Path

from keys.errors import MasterKeyError
from keys.seal import MASTER_KEY_BYTES, MasterKey
from records.structs import replace

_MAX_FILE_BYTES = 256
# Others must not read it and the group must not change it; a group that reads is how orchestrators mount secrets.
_FORBIDDEN_MODE = stat.S_IRWXO | stat.S_IWGRP | stat.S_IXGRP


def load_master_key(path: Path) -> MasterKey:
    """Read the master key; MasterKeyError names the file and what to do."""
    try:
        with path.open("rb") as file:
            _check_file(path, os.fstat(file.fileno()))
            text = file.read(_MAX_FILE_BYTES)
    except FileNotFoundError as error:
        raise MasterKeyError(f"{path}: no master key there; restore it, or create one for a new system") from error
    except OSError as error:
        raise MasterKeyError(f"{path}: cannot be read ({error.strerror}); check its owner and mode") from error
    try:
        return MasterKey.parse(text)
    except MasterKeyError as error:
        raise MasterKeyError(f"{path}: {error}; restore the file from its backup") from error


def load_master_keys(path: Path, older: Path | None) -> MasterKey:
    """Read the master key, and the one before it where it still opens something; MasterKeyError as above."""
    newest = load_master_key(path)
    return newest if older is None else replace(newest, older=(load_master_key(older),))


def load_or_create_master_key(path: Path) -> MasterKey:
    """Read the master key, or make one if the file is not there; of two processes at once, one makes it."""
    if not path.exists():
        with contextlib.suppress(FileExistsError):
            create_master_key(path)
    return load_master_key(path)


def create_master_key(path: Path) -> None:
    """Make a master key in a file of its own; raises FileExistsError where there is one, MasterKeyError else."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(MasterKey(secrets.token_bytes(MASTER_KEY_BYTES)).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        # A hard link never replaces a file, and nobody ever sees a half-written one under the final name.
        os.link(draft, path)
        _sync_folder(path.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise MasterKeyError(f"{path}: cannot be created ({error.strerror}); check the folder") from error
    finally:
        draft.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check_file(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise MasterKeyError(f"{path}: is not a regular file")
    if status.st_mode & _FORBIDDEN_MODE:
        mode = stat.filemode(status.st_mode)
        raise MasterKeyError(f"{path}: is open to others ({mode}); run `chmod 600 {path}`")
