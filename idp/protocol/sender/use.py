"""The use of a proof: each is good once."""

from datetime import timedelta

from msgspec import Struct


class ProofUse(Struct, frozen=True):
    """What is remembered of a proof, and for how long."""

    key: str
    life: timedelta
