"""The times of a key's life, and why they are what they are."""

from datetime import timedelta

from msgspec import Struct


class RotationPolicy(Struct, frozen=True):
    """How long keys are announced, and how long they verify after their last signature."""

    # How long a relying party may reuse a fetched JWKS; the Cache-Control header of /jwks.json says the same.
    jwks_max_age: timedelta = timedelta(minutes=5)
    # Twice the cache time: one for relying parties' caches, one for our own processes, which reload keys
    # at least every jwks_max_age.
    publish_lead: timedelta = timedelta(minutes=10)
    # No ID token, access token or logout token lives longer; a hint or a slow retry may arrive on its last day.
    longest_token_life: timedelta = timedelta(hours=24)
    # Slack beyond the longest life: clocks that disagree and JWKS caches that outstay their max-age.
    overlap_margin: timedelta = timedelta(hours=1)
    # Machines that start together may disagree about the time by this much.
    clock_skew: timedelta = timedelta(minutes=1)
    # 128-bit strength (NIST SP 800-57 Part 1 5.6.1), as P-256 has; keys made with fewer bits sign until they retire.
    rsa_bits: int = 3072

    def __post_init__(self) -> None:
        """Refuse times under which a token could fail to verify."""
        if self.publish_lead < self.jwks_max_age:
            raise ValueError("publish_lead must not be shorter than jwks_max_age")
        if self.overlap <= timedelta(0):
            raise ValueError("the overlap must be longer than zero")

    @property
    def overlap(self) -> timedelta:
        """How long a retired key stays in the JWKS."""
        return self.longest_token_life + self.overlap_margin
