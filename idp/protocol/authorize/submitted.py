"""An authorization request as it was submitted: its parameters, whose it is, and how it came here; not yet checked."""

from enum import StrEnum

from msgspec import Struct

from clients.model import Client
from idp.protocol.errors import ProtocolError
from idp.protocol.forms import Form


class Provenance(StrEnum):
    """Who could have changed the parameters on their way."""

    # They came through the browser (RFC 6749 4.1.1).
    PLAIN = "plain"
    # The client's server pushed them (RFC 9126).
    PUSHED = "pushed"
    # The client signed them (RFC 9101), on either way.
    SIGNED = "signed"
    SIGNED_AND_PUSHED = "signed and pushed"

    @property
    def pushed(self) -> bool:
        """Say whether they came from the client's server."""
        return self in {Provenance.PUSHED, Provenance.SIGNED_AND_PUSHED}

    @property
    def signed(self) -> bool:
        """Say whether the client signed them."""
        return self in {Provenance.SIGNED, Provenance.SIGNED_AND_PUSHED}


class SubmittedRequest(Struct, frozen=True):
    """What the checks look at. `client` is the registered client that the request names, if any."""

    client: Client | None
    form: Form
    provenance: Provenance = Provenance.PLAIN
    # Names a pushed request in its store, where it is spent when it is answered.
    reference: str = ""
    # Why there are no parameters: what the request refers to is not there. Told on a page, never by a redirect.
    fault: ProtocolError | None = None
    # The resources of APIs that its client was given, where it names any.
    given: tuple[str, ...] = ()
