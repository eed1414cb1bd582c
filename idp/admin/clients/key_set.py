"""Fetches a key set when its address is registered: a client whose keys nobody can fetch is never let in."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from clients.errors import Problem
from clients.model import Client
from idp.admin.clients.checking import check_key_set
from idp.admin.clients.health import CheckCause, CheckState, Judged
from idp.outbound.http import HttpCaller

_ADDRESS = "correct the address, or bring the server back"
_KEYS = "publish an EC key on P-256 or an RSA key of 2048 bits or more, for signatures"
# For programs and for whoever approves; pages have their own words for a cause (`web/admin/clients/texts/*.yaml`).
_WORDS: Mapping[CheckCause, tuple[str, str]] = MappingProxyType(
    {
        CheckCause.REFUSED: ("the address may not be called from here", "use a public https address"),
        CheckCause.TIMEOUT: ("the server does not answer within five seconds", _ADDRESS),
        CheckCause.CONNECTION: ("there is no connection to the server", _ADDRESS),
        CheckCause.CERTIFICATE: ("the server's certificate is not trusted", "install one of a trusted authority"),
        CheckCause.OVERSIZED: ("the answer is longer than 64 KiB", _ADDRESS),
        CheckCause.REDIRECTED: ("the server leads elsewhere", "register the final address"),
        CheckCause.CLOSED: ("the server wants a sign-in", "let everybody read the key set"),
        CheckCause.MISSING: ("there is nothing at the address", _ADDRESS),
        CheckCause.BROKEN: ("the server has a failure of its own", _ADDRESS),
        CheckCause.NO_KEY_SET: ("the answer is no key set", "answer with a JWK Set (RFC 7517 5)"),
        CheckCause.PRIVATE_KEY: ("a key shows its private part", "make a new key pair, and publish its public half"),
        CheckCause.NO_USABLE_KEY: ("no key can verify the client's signatures", _KEYS),
        CheckCause.KID_MISSING: ("several keys can only be told apart by kid", "give each a kid"),
        CheckCause.KID_TWICE: ("two keys have the same kid", "give each its own kid"),
        CheckCause.KEPT_LONG: ("it may be kept for longer than a day", "set max-age to an hour or less"),
    }
)
_OTHERWISE = ("the answer is not as it should be", _ADDRESS)


class KeySetCheck(Struct, frozen=True):
    """Fetches key sets of registrations, by the rules of every outbound call."""

    caller: HttpCaller

    async def check(self, client: Client) -> Judged | None:
        """Return what is wrong with a client's key set now; None where nothing is, or it has none by address."""
        if client.jwks_uri is None or client.jwks is not None:
            return None
        judged = await check_key_set(self.caller, client, client.jwks_uri)
        return None if judged.state is CheckState.WORKS else judged


def problem_of(judged: Judged) -> Problem:
    """Return what is wrong as a problem of the member."""
    reason, remedy = _WORDS.get(judged.cause, _OTHERWISE)
    return Problem("jwks_uri", "key-set-live", f"{reason} ({judged.cause} {judged.detail}".rstrip() + ")", remedy)
