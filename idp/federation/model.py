"""An upstream provider as data, and what it tells us once it has been believed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from idp.kernel.secrets import Secret

Jwks = tuple[Mapping[str, str], ...]


class Trust(StrEnum):
    """The written level of trust in a provider."""

    # It has proved the number, name and birth date of everybody it signs in: accounts are linked and opened by them.
    PROVED_IDENTITY = "proved_identity"
    # It only recognises whoever came before: it signs in to accounts that are linked already.
    LOGIN_ONLY = "login_only"


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """Where a provider writes what we read."""

    number: str = "preferred_username"
    name: str = "name"
    birth_date: str = "birthdate"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamProvider:
    """One provider of `IDP_UPSTREAMS_FILE`."""

    id: str
    # By language; shown on our pages.
    name: Mapping[str, str]
    issuer: str
    client_id: str
    # One of the two proves us at its token endpoint.
    client_secret: Secret | None = None
    private_key_pem: Secret | None = field(default=None)
    private_key_id: str = ""
    scopes: tuple[str, ...] = ("openid",)
    trust: Trust = Trust.LOGIN_ONLY
    claims: ClaimNames = ClaimNames()
    # By its `acr`, the factors in our names that it stands for. A level that is not here is too low.
    factors: Mapping[str, tuple[str, ...]]
    # The service classes that may use its result again inside our session (NĐ 69/2024 Đ19 k4).
    reuse: frozenset[str] = frozenset()
    algorithms: tuple[str, ...] = ("RS256",)
    # How far its clock may be from ours.
    clock_tolerance: timedelta = timedelta(seconds=30)
    # How old a sign-in there may be that becomes one here.
    max_age: timedelta = timedelta(hours=1)
    # Further origins that its discovery may name besides the issuer's own.
    other_origins: frozenset[str] = frozenset()

    def may_send_to(self, address: str) -> bool:
        """Say whether an address that its discovery names is at one of its own origins."""
        return origin_of(address) in {origin_of(self.issuer), *self.other_origins}

    @property
    def origins(self) -> tuple[str, ...]:
        """Return every origin that a browser may be sent to."""
        return (origin_of(self.issuer), *sorted(self.other_origins))


@dataclass(frozen=True, slots=True)
class UpstreamMetadata:
    """What we use of a provider's discovery document (OIDC Discovery 3)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str
    # RFC 9207 3: then an answer without `iss` is not one of this provider's.
    answers_with_iss: bool


@dataclass(frozen=True, slots=True)
class Freshness:
    """When a process last fetched a provider's documents; None where it never did."""

    metadata_at: datetime | None
    keys_at: datetime | None


@dataclass(frozen=True, slots=True)
class VouchedIdentity:
    """The identity that a provider of that trust has proved; `birth_date` is empty where it tells none."""

    number: str = field(repr=False)
    name: str = field(repr=False)
    birth_date: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class UpstreamResult:
    """A believed answer: who, by which factors, since when."""

    provider: str
    subject: str = field(repr=False)
    factors: frozenset[str]
    auth_time: datetime
    sid: str = field(repr=False)
    id_token: str = field(repr=False)
    identity: VouchedIdentity | None


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()
