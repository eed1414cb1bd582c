"""What the provider was given for mutual TLS (RFC 8705): whom it trusts to name clients, and where they call."""

from collections.abc import Sequence

from cryptography import x509
from cryptography.x509.verification import Store
from msgspec import Struct


class MutualTls(Struct, frozen=True):
    """Certificates reach this provider. `anchors` are the authorities of `tls_client_auth`; None: there are none.

    `address` is the origin where clients are asked for a certificate, where it is not that of the issuer: people's
    browsers must not be asked (RFC 8705 5).
    """

    anchors: Store | None = None
    address: str | None = None


def mutual_tls(authorities: Sequence[x509.Certificate], address: str) -> MutualTls:
    """Return it with its trust anchors: each of the authorities is one, be it a root or not."""
    return MutualTls(Store(list(authorities)) if authorities else None, address or None)
