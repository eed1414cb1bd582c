"""What the core can hash: Argon2id with the provider's parameters and nothing else. `python -m bench.hash_rate S`."""

import sys
import time

from argon2 import PasswordHasher

from idp.adapters.hashing.parameters import Argon2Parameters


def hashes_per_second(seconds: float) -> float:
    """Verify one password for so long and return the rate."""
    chosen = Argon2Parameters()
    hasher = PasswordHasher(chosen.passes, chosen.memory_kib, chosen.lanes, hash_len=32, salt_len=16)
    stored = hasher.hash("a password")
    began, count = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        hasher.verify(stored, "a password")
        count += 1
    return count / (time.monotonic() - began)


if __name__ == "__main__":
    print(hashes_per_second(float(sys.argv[1])))
