"""What one Argon2id hash costs (RFC 9106; OWASP parameters m=19 MiB, t=2, p=1)."""

from msgspec import Struct


class Argon2Parameters(Struct, frozen=True):
    """What one hash costs. `memory_kib` is held by each thread while it works."""

    memory_kib: int = 19456
    passes: int = 2
    lanes: int = 1
