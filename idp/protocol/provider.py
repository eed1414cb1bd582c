"""What every decision knows of this provider: its name, its keys in memory, its numbers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct, field

from idp.kernel.secrets import HashKey, Sealer
from idp.protocol.endpoints import TOKEN
from idp.protocol.policy import ProtocolPolicy
from idp.protocol.sender.mutual_tls import MutualTls
from idp.protocol.tokens.refresh import RefreshTokenMint
from idp.protocol.tokens.subjects import SubjectKey
from keys.model import Algorithm
from keys.verifier import VerifiedToken
from records.structs import Unprinted


class TokenSigner(Protocol):
    """Signs claims with the key that is active now."""

    def sign(self, claims: dict[str, object], *, algorithm: Algorithm, typ: str, now: datetime) -> str:
        """Return a compact JWS."""


class TokenVerifier(Protocol):
    """Verifies what this provider signed."""

    def verify(self, token: str, now: datetime) -> VerifiedToken | None:
        """Return an access token's verified content, or None: not ours, changed, or its key is gone."""

    def verify_hint(self, token: str) -> VerifiedToken | None:
        """Return the content of an ID token of ours, however old, or None."""


class Provider(Unprinted, Struct, frozen=True):
    """The provider, as the rules see it. Made once by the composition root; signer and verifier follow rotations."""

    issuer: str
    signer: TokenSigner
    verifier: TokenVerifier
    token_hash: HashKey
    client_secret_hash: HashKey
    sealer: Sealer
    subjects: SubjectKey
    refresh_tokens: RefreshTokenMint
    policy: ProtocolPolicy
    # By upstream provider, the service classes that may use its result again inside the session.
    upstream_reuse: Mapping[str, frozenset[str]] = field(default_factory=dict)
    # None: no certificates of clients reach it.
    mutual_tls: MutualTls | None = None

    @property
    def token_endpoint(self) -> str:
        """Return the address of the token endpoint."""
        return f"{self.issuer}{TOKEN}"

    def addresses_of(self, path: str) -> tuple[str, ...]:
        """Return the addresses of a path: the issuer's, and that where clients show certificates (RFC 8705 5)."""
        alias = None if self.mutual_tls is None else self.mutual_tls.address
        return tuple(f"{origin}{path}" for origin in (self.issuer, alias) if origin is not None)
