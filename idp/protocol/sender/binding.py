"""To what tokens are bound when they are issued, and whether who shows one holds it (RFC 9449 5, 7; RFC 8705 3)."""

from clients.model import Client
from clients.policy import must_bind_tokens, must_show_nonce
from idp.protocol.errors import INVALID_DPOP_PROOF, INVALID_REQUEST, INVALID_TOKEN, USE_DPOP_NONCE, ProtocolError
from idp.protocol.sender.shown import Confirmation, SenderFacts


def issued_binding(client: Client, facts: SenderFacts) -> Confirmation | ProtocolError:
    """Return to what the tokens of a request are bound, or why none are issued."""
    if facts.fault is not None:
        return facts.fault
    by_certificate = client.tls_client_certificate_bound_access_tokens
    if by_certificate and facts.x5t_s256 is None:
        # Whatever else is proved: a key of a thief's own takes no certificate's place (RFC 8705 3).
        return INVALID_REQUEST.because("The client's certificate is missing; its tokens are bound to it.")
    if facts.jkt is not None and must_show_nonce(client) and not facts.nonce:
        return USE_DPOP_NONCE
    binding = Confirmation(facts.jkt, facts.x5t_s256 if by_certificate else None)
    if not binding.is_bound and must_bind_tokens(client):
        return INVALID_DPOP_PROOF.because("A DPoP proof is missing; this client's tokens are bound to a key.")
    return binding


def shown_fault(bound: Confirmation, scheme: str, facts: SenderFacts) -> ProtocolError | None:
    """Return why a token does not count in this request though it is good: not its key, not its scheme."""
    if scheme == "DPoP":
        if facts.jkt is None:
            return facts.fault or INVALID_DPOP_PROOF.because("The DPoP header is missing.")
        if bound.jkt != facts.jkt:
            return INVALID_TOKEN.because("The access token is not bound to the key of the DPoP proof.")
    elif bound.jkt is not None:
        return INVALID_TOKEN.because("The access token is bound to a key; show it by the DPoP scheme.")
    if bound.x5t_s256 is not None and bound.x5t_s256 != facts.x5t_s256:
        return INVALID_TOKEN.because("The access token is bound to another client certificate.")
    return None
