"""An upstream provider as data, and what it tells us once it has been believed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from msgspec import Struct

from idp.kernel.secrets import Secret
from records.structs import Unprinted

Jwks = tuple[Mapping[str, str], ...]


class Trust(StrEnum):
    """The written level of trust in a provider."""

    # It has proved the number, name and birth date of everybody it signs in: accounts are linked and opened by them.
    PROVED_IDENTITY = "proved_identity"
    # It only recognises whoever came before: it signs in to accounts that are linked already.
    LOGIN_ONLY = "login_only"


class ClaimNames(Struct, frozen=True):
    """The names of the claims in which a provider writes what we read."""

    number: str = "preferred_username"
    name: str = "name"
    birth_date: str = "birthdate"


class UpstreamProvider(Struct, frozen=True, kw_only=True):
    """One provider of `IDP_UPSTREAMS_FILE`."""

    id: str
    # By language; shown on our pages.
    name: Mapping[str, str]
    issuer: str
    client_id: str
    # One of the two proves us at its token endpoint.
    client_secret: Secret | None = None
    private_key_pem: Secret | None = None
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


class UpstreamMetadata(Struct, frozen=True):
    """What we use of a provider's discovery document (OIDC Discovery 3)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str
    # RFC 9207 3: then an answer without `iss` is not one of this provider's.
    answers_with_iss: bool


class Freshness(Struct, frozen=True):
    """When a process last fetched a provider's documents; None where it never did."""

    metadata_at: datetime | None
    keys_at: datetime | None


class VouchedIdentity(Unprinted, Struct, frozen=True):
    """The identity that a provider of that trust has proved; `birth_date` is empty where it tells none."""

    number: str
    name: str
    birth_date: str


class UpstreamResult(Unprinted, Struct, frozen=True):
    """A believed answer: who, by which factors, since when."""

    provider: str
    subject: str
    factors: frozenset[str]
    auth_time: datetime
    sid: str
    id_token: str
    identity: VouchedIdentity | None


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()
