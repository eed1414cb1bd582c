"""To what the tokens of one request are bound (RFC 9449 5, RFC 8705 3): found once its client is proven."""

from clients.model import Client
from idp.protocol.decider import Decider, refusal_of
from idp.protocol.errors import ProtocolError
from idp.protocol.sender.binding import issued_binding


def bind_tokens(server: Decider, client: Client) -> None:
    """Record to what the client's tokens are bound; raises Authlib's error where it must prove more."""
    binding = issued_binding(client, server.facts.sender)
    if isinstance(binding, ProtocolError):
        raise refusal_of(binding)
    server.record.binding, server.record.proof = binding, server.facts.sender.use
