"""Identifiers of stored objects: 128 bits, 26 letters, sorted by the time they were made."""

import os
import time
from base64 import b32hexencode


def new_id() -> str:
    """Return a new identifier: 48 bits of milliseconds, 80 random bits, base32hex in lower case.

    The order of the letters is the order of time, so that rows made together lie together on disk. An
    identifier is not a secret: what must not be guessed comes from `idp.kernel.secrets.new_secret`.
    """
    # The wall clock only orders ids on disk; nothing is decided by it, so it need not be the injected one.
    raw = int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10)
    return b32hexencode(raw).decode("ascii").rstrip("=").lower()


ID_LENGTH = 26
