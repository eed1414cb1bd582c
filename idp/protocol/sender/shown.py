"""What a request shows of its sender beside its credentials, and what was found of it."""

from msgspec import Struct

from idp.protocol.errors import ProtocolError
from idp.protocol.sender.use import ProofUse


class Sender(Struct, frozen=True):
    """Method and path of a request, with every DPoP header as it was sent and the client certificate's SHA-256.

    The certificate is that of the TLS connection, from the socket or from a trusted proxy alone (RFC 9440).
    """

    method: str
    path: str
    proofs: tuple[str, ...] = ()
    certificate: "Certificate | None" = None


class Certificate(Struct, frozen=True):
    """A client certificate whose key was proved in the TLS handshake."""

    der: bytes


class SenderFacts(Struct, frozen=True):
    """What a request proves: thumbprints of a key and a certificate, or why its proof is none."""

    jkt: str | None = None
    x5t_s256: str | None = None
    use: ProofUse | None = None
    # The proof carries a nonce of ours.
    nonce: bool = False
    fault: ProtocolError | None = None


class Confirmation(Struct, frozen=True):
    """To what a token is bound (`cnf`, RFC 7800 3.1): a DPoP key (RFC 9449 6.1), a certificate (RFC 8705 3.1)."""

    jkt: str | None = None
    x5t_s256: str | None = None

    def claims(self) -> dict[str, object]:
        """Return the claim; nothing for a token that anybody may show."""
        members = {"jkt": self.jkt, "x5t#S256": self.x5t_s256}
        bound = {name: value for name, value in members.items() if value is not None}
        return {"cnf": bound} if bound else {}

    @property
    def is_bound(self) -> bool:
        """Say whether not everybody may show the token."""
        return self.jkt is not None or self.x5t_s256 is not None

    @property
    def holder(self) -> str | None:
        """Return what a public client's refresh token is bound to, as one text (RFC 9449 5, RFC 8705 4)."""
        certificate = None if self.x5t_s256 is None else f"x5t#S256:{self.x5t_s256}"
        return " ".join(one for one in (self.jkt, certificate) if one is not None) or None

    @property
    def token_type(self) -> str:
        """Return how it is shown (RFC 9449 5, RFC 6750 6.1.1): one bound to a certificate as a bearer's."""
        return "Bearer" if self.jkt is None else "DPoP"


NOBODY = SenderFacts()
UNBOUND = Confirmation()
